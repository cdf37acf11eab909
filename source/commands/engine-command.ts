import type {MemberOption} from '../config/engine-plan.ts';
import type {Option} from '../config/flags.ts';
import {frameOptions} from '../config/frame-options.ts';
import {gateOptions, keepOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import type {Command} from './command.ts';

/** An engine as a command: its flags are members of its benchmarks in a suite file, its words one more. */
export type EngineCommand = Pick<Command, 'name' | 'usage' | 'about' | 'examples'> & {
	readonly engine: string;
	readonly options: readonly MemberOption[];
	/** The members that the words after the name set; throws a BenchtopError on words that say nothing. */
	readonly words: (words: readonly string[]) => Readonly<Record<string, unknown>>;
	/** Threads can share its load. */
	readonly threads?: string;
};

const workersOption = (about: string): Option => ({
	name: 'workers',
	short: 'w',
	value: 'N',
	about,
	otherwise: '1',
});

/** The command that runs one benchmark of an engine, with all that every load can be asked for. */
export const engineCommand = ({
	name,
	usage,
	about,
	examples,
	engine,
	options,
	words: read,
	threads,
}: EngineCommand): Command => ({
	name,
	usage,
	about,
	...(examples === undefined ? {} : {examples}),
	options: [
		...options,
		...(threads === undefined ? [] : [workersOption(threads)]),
		...frameOptions,
		roundsOption,
		...viewOptions,
		...keepOptions,
		...gateOptions,
	],
	run: async (words, flags, surroundings) => {
		const own = read(words);
		const [{engineRunPlan, membersOf}, {inSequence}, {runAndShow}] = await Promise.all([
			import('../config/engine-plan.ts'),
			import('../config/sequence.ts'),
			import('./run-and-show.ts'),
		]);
		const given = {...membersOf(flags, options), ...own};
		const plan = await engineRunPlan(engine, given, options, flags, surroundings.folder);
		const workers = threads === undefined ? 1 : (flags.integer('workers', {least: 1, most: 256}) ?? 1);
		return runAndShow(inSequence([{...plan, workers}], flags.integer('rounds', roundsLimits)), flags, surroundings);
	},
});
