import {keepOptions, loadOptions, viewOptions} from '../config/options.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

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

		const [{startDemoServer}, {httpRunPlan}, {runAndShow}] = await Promise.all([
			import('./demo-server.ts'),
			import('../config/http-flags.ts'),
			import('./run-and-show.ts'),
		]);
		const server = await startDemoServer();
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
