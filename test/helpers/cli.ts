import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {cliPath, environmentOf} from './environment.ts';

export {cliPath};

export type Outcome = {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
};

export type Home = {readonly folder: string; readonly environment: NodeJS.ProcessEnv; readonly store: string};

/** A home folder of its own, so that a test sees no run of another. */
export const newHome = (): Home => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-test-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));
	return {folder, environment: environmentOf(folder), store: join(folder, 'data', 'benchtop', 'history.db')};
};

export const startCli = (words: readonly string[], home: Home, command: readonly string[] = []): ChildProcess => {
	const [file = process.execPath, ...before] = [...command, process.execPath];
	return spawn(file, [...before, cliPath, ...words], {
		cwd: home.folder,
		env: home.environment,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
};

export const outcomeOf = async (child: ChildProcess): Promise<Outcome> => {
	let stdout = '';
	let stderr = '';
	child.stdout?.on('data', (chunk) => {
		stdout += String(chunk);
	});
	child.stderr?.on('data', (chunk) => {
		stderr += String(chunk);
	});
	const [code, signal]: [number | null, NodeJS.Signals | null] = (await once(child, 'close')) as [
		number | null,
		NodeJS.Signals | null,
	];
	return {code, signal, stdout, stderr};
};

export const runCli = (words: readonly string[], home: Home = newHome()): Promise<Outcome> =>
	outcomeOf(startCli(words, home));

/** Waits until something is so, without depending on how long that takes. */
export const until = async <T>(read: () => T | undefined | Promise<T | undefined>, patience = 15_000): Promise<T> => {
	const end = Date.now() + patience;
	for (;;) {
		const value = await read();
		if (value !== undefined) return value;
		if (Date.now() > end) throw new Error('It did not come about in time.');
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
};
