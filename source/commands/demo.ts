import {keepOptions, loadOptions, viewOptions} from '../config/options.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

export const demo: Command = {
	name: 'demo',
	usage: '[/path]',
	about: 'the same against a built-in demo server (/ /fast /slow /error /steady)',
	options: [...loadOptions, ...viewOptions, ...keepOptions],
	run: async (words, flags, surroundings) => {
		const [path = '/', ...more] = words;
		if (more.length > 0 || !path.startsWith('/')) {
			throw new BenchtopError(`benchtop demo takes a path, not ${JSON.stringify(words.join(' '))}.`, {
				hint: 'For example: benchtop demo /slow',
			});
		}

		const [{startDemo}, {runAndShow}] = await Promise.all([import('./demo-server.ts'), import('./run-and-show.ts')]);
		const {plan, release} = await startDemo(path, flags, surroundings);
		try {
			return await runAndShow(
				plan.then((ready) => ({runs: [{plan: ready}]})),
				flags,
				surroundings,
			);
		} finally {
			await release();
		}
	},
};
