import type {Flags} from '../config/flags.ts';
import {gateOptions, keepOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import type {Overrides} from '../config/suite-runs.ts';
import type {Command} from './command.ts';
import {openSuite, suiteOption} from './open-suite.ts';

const longest = {least: 1, most: 24 * 3_600_000};

const overridesOf = (flags: Flags): Overrides => {
	const duration = flags.duration('duration', longest);
	const warmup = flags.duration('warmup', {most: longest.most});
	const rounds = flags.integer('rounds', roundsLimits);
	return {
		...(duration === undefined ? {} : {duration}),
		...(warmup === undefined ? {} : {warmup}),
		...(rounds === undefined ? {} : {rounds}),
		tags: flags.texts('tag'),
		bail: flags.has('bail'),
	};
};

export const run: Command = {
	name: 'run',
	usage: '[name|tag…]',
	about: 'run benchmarks of benchtop.yaml, one after the other: those named, those with a tag, or all',
	options: [
		suiteOption,
		{name: 'bail', about: 'leave out the rest after the first that fails'},
		{...roundsOption, otherwise: 'what the file says, else 1'},
		{name: 'duration', short: 'd', value: 'TIME', about: 'time to measure each', otherwise: 'what the file says'},
		{name: 'warmup', value: 'TIME', about: 'time before measuring each', otherwise: 'what the file says'},
		{name: 'tag', value: 'TAG', repeatable: true, about: 'a further tag for the history, repeatable'},
		...viewOptions,
		...keepOptions,
		...gateOptions,
	],
	examples: [
		['benchtop run', 'all benchmarks of benchtop.yaml'],
		['benchtop run --rounds 5 --gate', 'worse than the baseline, or than the history lets expect? for CI'],
		['benchtop run smoke --json results.json', 'those with the tag smoke, for scripts'],
	],
	run: async (words, flags, surroundings) => {
		const overrides = overridesOf(flags);
		const suite = await openSuite(flags, surroundings);
		const [{selectBenchmarks}, {suiteRuns}, {runAndShow}] = await Promise.all([
			import('../config/suite-selection.ts'),
			import('../config/suite-runs.ts'),
			import('./run-and-show.ts'),
		]);
		const {runs} = suiteRuns(selectBenchmarks(suite, words), overrides);
		return runAndShow({runs, around: suite.around, secrets: suite.secrets}, flags, surroundings);
	},
};
