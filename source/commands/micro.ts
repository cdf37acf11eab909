import type {MemberOption} from '../config/engine-plan.ts';
import type {Flags} from '../config/flags.ts';
import {frameOptions} from '../config/frame-options.ts';
import {gateOptions, keepOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import type {Command} from './command.ts';

/** A kind of micro benchmark: its engine, the flags that are its own, and what the words after it set. */
type Kind = {
	readonly engine: string;
	readonly options: readonly MemberOption[];
	readonly words: (words: readonly string[]) => Readonly<Record<string, unknown>>;
};

const looksLikeModule = (word: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(word);

/** Of all that is measured in several processes of its own. */
const launchOptions: readonly MemberOption[] = [
	{
		name: 'launches',
		member: 'launches',
		value: 'N',
		as: 'number',
		about: 'functions, algorithms: processes for each of them',
		otherwise: '6',
	},
	{
		name: 'samples',
		member: 'samples',
		value: 'N',
		as: 'number',
		about: 'functions, algorithms: batches in each process',
		otherwise: '20, 5',
	},
];

const seedOption: MemberOption = {
	name: 'seed',
	member: 'seed',
	value: 'N',
	as: 'number',
	about: 'of the order in which all is done but memory',
	otherwise: '1',
};

const functions: Kind = {
	engine: 'micro',
	options: [
		{
			name: 'only',
			member: 'only',
			value: 'NAMES',
			as: 'list',
			about: 'functions: those with one of these words in their names',
		},
		{
			name: 'time',
			member: 'time',
			value: 'TIME',
			about: 'functions: measured time of each process',
			otherwise: '300ms',
		},
		...launchOptions,
		seedOption,
	],
	words: (words) => ({functions: words.length === 1 ? words[0] : words}),
};

const kinds: Readonly<Record<string, Kind>> = {
	algorithms: {
		engine: 'algorithms',
		options: [
			...launchOptions,
			seedOption,
			{
				name: 'largest',
				member: 'largest',
				value: 'N',
				as: 'number',
				about: 'algorithms: no larger size is tried',
				otherwise: '131072',
			},
			{
				name: 'longest',
				member: 'longest',
				value: 'TIME',
				about: 'algorithms: sizes grow until one call takes so long',
				otherwise: '10ms',
			},
			{
				name: 'sizes',
				member: 'sizes',
				value: 'N,N,…',
				as: 'numbers',
				about: 'algorithms: sizes of the input',
				otherwise: 'ever larger ones, as far as time allows',
			},
		],
		words: (words) => {
			if (words.length === 0) return {algorithms: 'built-in'};
			return {algorithms: words.length === 1 && looksLikeModule(words[0] ?? '') ? words[0] : words};
		},
	},
	memory: {
		engine: 'memory',
		options: [
			{name: 'track-gc', member: 'trackGc', about: 'memory: keep every garbage collection with its kind and length'},
			{name: 'cases', member: 'cases', value: 'NAMES', as: 'list', about: 'memory: functions with these names alone'},
			{name: 'every', member: 'every', value: 'TIME', about: 'memory: how often all garbage is collected'},
		],
		words: (words) => ({memory: words[0] ?? true}),
	},
	io: {
		engine: 'io',
		options: [
			{
				name: 'workload',
				member: 'workload',
				value: 'KIND',
				about: 'io: read, write or mixed',
				otherwise: 'mixed',
			},
			{name: 'medium', member: 'medium', value: 'KIND', about: 'io: file, network or sqlite', otherwise: 'file'},
			{name: 'pattern', member: 'pattern', value: 'KIND', about: 'io: sequential or random', otherwise: 'random'},
			{name: 'block-size', member: 'blockSize', value: 'BYTES', about: 'io: what one operation moves', otherwise: '4k'},
			{name: 'file-size', member: 'fileSize', value: 'BYTES', about: 'io: what is kept in all', otherwise: '256m'},
			{
				name: 'read-share',
				member: 'readShare',
				value: 'SHARE',
				as: 'number',
				about: 'io: of mixed ones',
				otherwise: '0.5',
			},
			{name: 'fsync', member: 'fsync', value: 'N', as: 'number', about: 'io: after so many writes', otherwise: 'never'},
			{name: 'direct', member: 'direct', about: 'io: past the page cache (O_DIRECT)'},
			{
				name: 'statements',
				member: 'statements',
				value: 'N',
				as: 'number',
				about: 'io: in one transaction',
				otherwise: '1',
			},
			{name: 'synchronous', member: 'synchronous', value: 'HOW', about: 'io: off, normal or full', otherwise: 'full'},
			{
				name: 'folder',
				member: 'folder',
				value: 'FOLDER',
				about: 'io: where the file lies',
				otherwise: 'the temporary one',
			},
			{
				name: 'rate',
				short: 'R',
				member: 'rate',
				value: 'N',
				as: 'number',
				about: 'io: operations per second, whether the last ones are over or not',
				otherwise: 'as fast as they come',
			},
			{
				name: 'arrivals',
				member: 'arrivals',
				value: 'KIND',
				about: 'io: with a rate, even or poisson',
				otherwise: 'even',
			},
			seedOption,
		],
		words: () => ({}),
	},
};

const allKinds: readonly Kind[] = [functions, ...Object.values(kinds)];
/** Each flag once, whichever kinds share it. */
const memberOptions: readonly MemberOption[] = [
	...new Map(allKinds.flatMap(({options}) => options.map((option) => [option.name, option] as const))).values(),
];

/** Throws a BenchtopError on a flag that is another kind's. */
const checkFlags = async (flags: Flags, {engine, options}: Kind): Promise<void> => {
	const stray = memberOptions.find(({name}) => flags.has(name) && options.every((option) => option.name !== name));
	if (stray === undefined) return;
	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(
		`--${stray.name} is not for ${engine === 'micro' ? 'functions' : `benchtop micro ${engine}`}.`,
		{
			hint: `--${stray.name}: ${stray.about}.`,
		},
	);
};

export const micro: Command = {
	name: 'micro',
	usage: '<module…> | algorithms [name…|module] | memory [module] | io',
	about: 'functions, how algorithms grow, memory and garbage collection, reads and writes',
	options: [
		...memberOptions,
		{name: 'workers', short: 'w', value: 'N', about: 'io: threads that read and write', otherwise: '1'},
		...frameOptions,
		roundsOption,
		...viewOptions,
		...keepOptions,
		...gateOptions,
	],
	examples: [
		['benchtop micro bench/parse.ts', 'the functions that a module exports: time and allocation per call'],
		['benchtop micro algorithms --json results/core.json', 'how the built-in algorithms grow with their input'],
		['benchtop micro memory --track-gc', 'allocation, garbage collection, and whether something leaks'],
		['benchtop micro io --workload write --fsync 1', 'latency percentiles and IOPS of the file system'],
	],
	run: async (words, flags, surroundings) => {
		const [first, ...rest] = words;
		const kind = first === undefined ? undefined : Object.hasOwn(kinds, first) ? kinds[first] : functions;
		if (kind === undefined || first === undefined) {
			const {BenchtopError} = await import('../errors.ts');
			throw new BenchtopError('benchtop micro takes modules with functions, or algorithms, memory or io.', {
				hint: 'For example: benchtop micro bench/parse.ts, or benchtop micro algorithms',
			});
		}

		if (kind === functions && !words.every(looksLikeModule)) {
			const [{BenchtopError}, {nearest}] = await Promise.all([import('../errors.ts'), import('../core/nearest.ts')]);
			const meant = nearest(first, Object.keys(kinds));
			throw new BenchtopError(`${JSON.stringify(words.find((word) => !looksLikeModule(word)))} is no module.`, {
				hint: meant === undefined ? 'A module ends in .ts, .js, .mts or .mjs.' : `Did you mean ${meant}?`,
			});
		}

		await checkFlags(flags, kind);
		const [{engineRunPlan, membersOf}, {inSequence}, {runAndShow}] = await Promise.all([
			import('../config/engine-plan.ts'),
			import('../config/sequence.ts'),
			import('./run-and-show.ts'),
		]);
		const given = {
			...(kind.engine === 'io' ? {workload: 'mixed'} : {}),
			...membersOf(flags, kind.options),
			...kind.words(kind === functions ? words : rest),
		};
		const plan = await engineRunPlan(kind.engine, given, kind.options, flags, surroundings.folder);
		const workers = flags.integer('workers', {least: 1, most: 256}) ?? 1;
		return runAndShow(inSequence([{...plan, workers}], flags.integer('rounds', roundsLimits)), flags, surroundings);
	},
};
