import type {MemberOption} from '../config/engine-plan.ts';
import type {Flags, Option} from '../config/flags.ts';
import {frameOptions} from '../config/frame-options.ts';
import {gateOptions, keepOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import {nameWith} from '../config/suite-matrix.ts';
import type {RunPlan} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

/** An engine as a command: its flags are members of its benchmarks in a suite file, its words one more. */
export type EngineCommand = Pick<Command, 'name' | 'usage' | 'about' | 'examples'> & {
	readonly engine: string;
	readonly options: readonly MemberOption[];
	/** The members that the words after the name set; throws a BenchtopError on words that say nothing. */
	readonly words: (words: readonly string[]) => Readonly<Record<string, unknown>>;
	/** Threads can share its load. */
	readonly threads?: string;
	/** Members that are numbers, and may be swept: one run for each of several values. */
	readonly sweeps?: readonly string[];
};

const workersOption = (about: string): Option => ({
	name: 'workers',
	short: 'w',
	value: 'N',
	about,
	otherwise: '1',
});

const sweepOption = (members: readonly string[]): Option => ({
	name: 'sweep',
	value: 'NAME=A,B',
	about: `one run for each value of ${members.join(' or ')}, and how throughput grows with it (from 6 values on)`,
});

const sweepLimits = {least: 1, most: 1000};

/** What is swept, and over which values. */
const sweepOf = (
	flags: Flags,
	members: readonly string[],
	options: readonly MemberOption[],
): readonly [member: string, values: readonly number[]] | undefined => {
	const text = flags.text('sweep');
	if (text === undefined) return undefined;
	const [, member = '', words = ''] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
	const values = words.split(',').map(Number);
	const isFit = (value: number): boolean =>
		Number.isInteger(value) && value >= sweepLimits.least && values.length <= sweepLimits.most;
	if (!members.includes(member) || !values.every(isFit) || new Set(values).size < values.length) {
		throw new BenchtopError(`--sweep takes NAME=A,B with whole numbers, each once, not ${JSON.stringify(text)}.`, {
			hint: `For example: --sweep ${members[0]}=1,2,4,8,16,32. What can be swept: ${members.join(', ')}.`,
		});
	}

	if (options.some((option) => option.member === member && flags.has(option.name))) {
		throw new BenchtopError(`--sweep and --${member} both say ${member}.`, {hint: 'Give one of them.'});
	}

	return [member, values];
};

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
	sweeps,
}: EngineCommand): Command => ({
	name,
	usage,
	about,
	...(examples === undefined ? {} : {examples}),
	options: [
		...options,
		...(threads === undefined ? [] : [workersOption(threads)]),
		...(sweeps === undefined ? [] : [sweepOption(sweeps)]),
		...frameOptions,
		roundsOption,
		...viewOptions,
		...keepOptions,
		...gateOptions,
	],
	run: async (words, flags, surroundings) => {
		const own = read(words);
		const swept = sweeps === undefined ? undefined : sweepOf(flags, sweeps, options);
		const [{engineRunPlan, membersOf}, {inSequence}, {runAndShow}] = await Promise.all([
			import('../config/engine-plan.ts'),
			import('../config/sequence.ts'),
			import('./run-and-show.ts'),
		]);
		const given = {...membersOf(flags, options), ...own};
		const workers = threads === undefined ? 1 : (flags.integer('workers', {least: 1, most: 256}) ?? 1);
		const plans: RunPlan[] = [];
		for (const parameters of swept === undefined ? [{}] : swept[1].map((value) => ({[swept[0]]: value}))) {
			const plan = await engineRunPlan(engine, {...given, ...parameters}, options, flags, surroundings.folder);
			plans.push({...plan, name: nameWith(plan.name, parameters), workers});
		}

		return runAndShow(inSequence(plans, flags.integer('rounds', roundsLimits)), flags, surroundings);
	},
});
