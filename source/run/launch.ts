import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {entryUrl} from '../entries.ts';
import {BenchtopError} from '../errors.ts';
import type {RunnerAnswer, RunnerOrder} from './order.ts';
import type {RunningRun} from './registry.ts';

/** How long a runner may take to answer; a locked history is waited for. */
const patience = 30_000;

/**
 * Starts a runner process of its own session, so that neither a closed terminal nor Ctrl-C reaches it, and waits for
 * its word. Rejects with the BenchtopError it gives when it cannot start. `debug` lets its stderr through.
 */
export const launchRun = async (order: RunnerOrder, debug = false): Promise<RunningRun> => {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(entryUrl('runner'))], {
		detached: true,
		windowsHide: true,
		stdio: ['pipe', 'pipe', debug ? 'inherit' : 'ignore'],
	});
	child.unref();
	child.stdin.on('error', () => {});
	child.stdin.end(JSON.stringify(order));
	const failed = once(child, 'error').then(([error]: unknown[]) => {
		throw error instanceof Error ? error : new Error(String(error));
	});
	const late = setTimeout(() => {
		child.kill('SIGKILL');
		child.stdout.destroy();
	}, patience);
	const line = await Promise.race([firstLine(child.stdout).catch(() => ''), failed]);
	clearTimeout(late);
	child.stdout.destroy();
	if (line === '') {
		throw new BenchtopError('The process that drives the load did not start.', {
			hint: 'Run again with --debug to see its own words.',
			exitCode: 4,
		});
	}

	const answer: RunnerAnswer = JSON.parse(line);
	if ('error' in answer) {
		const {message, hint, exitCode} = answer.error;
		throw new BenchtopError(message, {exitCode, ...(hint === undefined ? {} : {hint})});
	}

	return answer.ready;
};

const firstLine = async (stream: NodeJS.ReadableStream): Promise<string> => {
	let line = '';
	for await (const chunk of stream) {
		line += String(chunk);
		const end = line.indexOf('\n');
		if (end >= 0) return line.slice(0, end);
	}

	return line;
};
