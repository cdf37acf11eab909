import {gateOptions, keepOptions, loadOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

/** The command without a name: `benchtop <url>`. */
export const load: Command = {
	name: '',
	usage: '<url>',
	about: 'load a URL and show it live',
	options: [...loadOptions, roundsOption, ...viewOptions, ...keepOptions, ...gateOptions],
	examples: [
		['benchtop', 'on a terminal: what was loaded before, a URL to type, the history'],
		['benchtop http://localhost:3000', 'ten connections, ten seconds, live'],
		['benchtop localhost:3000/search -c 64 -d 1m', 'more connections, for longer'],
		["benchtop localhost:3000/cart -m POST -H 'Content-Type: application/json' -b '{}'", 'a request with a body'],
		['benchtop localhost:3000 --rounds 5 --gate', 'worse than the baseline, or the history? for CI'],
		['benchtop localhost:3000 --json | jq .results[0].summary.latency.p99', 'headless, for scripts'],
	],
	run: async (words, flags, surroundings) => {
		const [target, ...more] = words;
		const [{httpRunPlan}, {parseTarget}, {runAndShow}] = await Promise.all([
			import('../config/http-flags.ts'),
			import('../engines/http-words.ts'),
			import('./run-and-show.ts'),
		]);
		if (target === undefined) {
			// A flag without its value takes the URL for it: then that flag is what is wrong.
			await httpRunPlan('http://localhost', flags);
			const [{readConclusion}, {canBrowse, openFullScreen}] = await Promise.all([
				import('./read-conclusion.ts'),
				import('./full-screen.ts'),
			]);
			const conclusion = await readConclusion(flags, surroundings);
			if (conclusion.mode === 'terminal' && canBrowse(surroundings)) {
				const opening = await openFullScreen(conclusion, surroundings);
				try {
					const {start} = await import('./start.ts');
					return await start(conclusion, flags, surroundings, opening);
				} finally {
					opening?.taken.close();
				}
			}

			throw new BenchtopError('There is nothing to load.', {hint: 'For example: benchtop http://localhost:3000'});
		}

		if (more.length > 0) {
			throw new BenchtopError(`One URL at a time; ${JSON.stringify(more[0])} is one word too many.`, {
				hint: 'Values of flags follow their flag; a file after --json that does not end in .json needs --json=FILE.',
			});
		}

		const plan = await httpRunPlan(parseTarget(target), flags);
		const {inSequence} = await import('../config/sequence.ts');
		return runAndShow(inSequence([plan], flags.integer('rounds', roundsLimits)), flags, surroundings);
	},
};
