import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {keepOptions, loadOptions, viewOptions} from '../config/options.ts';
import {entryUrl} from '../entries.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

/** Starts the demo server in a process of its own, which ends by itself when nobody has used it for a while. */
const startServer = async (): Promise<{origin: string; stop: () => void}> => {
	const child = spawn(process.execPath, [fileURLToPath(entryUrl('demo'))], {
		detached: true,
		windowsHide: true,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	child.unref();
	for await (const origin of createInterface({input: child.stdout})) {
		child.stdout.destroy();
		return {origin, stop: () => child.kill()};
	}

	throw new BenchtopError('The demo server did not start.', {
		hint: 'Is 127.0.0.1 usable on this machine?',
		exitCode: 4,
	});
};

export const demo: Command = {
	name: 'demo',
	usage: '[/path]',
	about: 'the same against a built-in demo server (/ /fast /slow /error)',
	options: [...loadOptions, ...viewOptions, ...keepOptions],
	run: async (words, flags, surroundings) => {
		const [path = '/', ...more] = words;
		if (more.length > 0 || !path.startsWith('/')) {
			throw new BenchtopError(`benchtop demo takes a path, not ${JSON.stringify(words.join(' '))}.`, {
				hint: 'For example: benchtop demo /slow',
			});
		}

		const [{httpRunPlan}, {runAndShow}] = await Promise.all([
			import('../config/http-flags.ts'),
			import('./run-and-show.ts'),
		]);
		const server = await startServer();
		try {
			const plan = httpRunPlan(new URL(path, server.origin).href, flags);
			return await runAndShow({...plan, name: flags.text('name') ?? `demo ${path}`}, flags, surroundings);
		} finally {
			// A run that goes on without its viewer still needs its target.
			const {runningRuns, runtimeFolder} = await import('../run/registry.ts');
			const inUse = runningRuns(runtimeFolder(surroundings.environment)).some(({target}) =>
				target.includes(server.origin),
			);
			if (!inUse) server.stop();
		}
	},
};
