import type {MemberOption} from '../config/engine-plan.ts';
import type {Flags, Option} from '../config/flags.ts';
import {frameOptions} from '../config/frame-options.ts';
import {gateOptions, keepOptions, roundsLimits, roundsOption, viewOptions} from '../config/options.ts';
import type {RunPlan} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

const memberOptions: readonly MemberOption[] = [
	{name: 'runs', member: 'runs', value: 'N', as: 'number', about: 'exactly so many runs'},
	{
		name: 'min-runs',
		member: 'minRuns',
		value: 'N',
		as: 'number',
		about: 'at least so many runs',
		otherwise: '10',
	},
	{name: 'max-runs', member: 'maxRuns', value: 'N', as: 'number', about: 'at most so many runs'},
	{name: 'budget', member: 'budget', value: 'TIME', about: 'run again until so much time has gone by', otherwise: '3s'},
	{
		name: 'warmup-runs',
		member: 'warmupRuns',
		value: 'N',
		as: 'number',
		about: 'runs before those that are measured, to fill caches',
		otherwise: '0',
	},
	{name: 'shell', member: 'shell', about: 'the command is a line for /bin/sh, whose start-up is subtracted'},
	{name: 'prepare', member: 'prepare', value: 'COMMAND', repeatable: true, about: 'before each run, not timed'},
	{name: 'conclude', member: 'conclude', value: 'COMMAND', repeatable: true, about: 'after each run, not timed'},
	{name: 'cleanup', member: 'cleanup', value: 'COMMAND', repeatable: true, about: 'after all runs'},
	{name: 'timeout', short: 't', member: 'timeout', value: 'TIME', about: 'end a command that takes longer'},
	{
		name: 'exit-codes',
		member: 'exitCodes',
		value: 'CODES',
		as: 'numbers',
		about: 'exit codes that are a success, with commas between',
		otherwise: '0',
	},
	{name: 'any-exit-code', member: 'exitCodes', about: 'every exit code is a success'},
	{name: 'stdin', member: 'stdin', value: 'FILE', about: 'what the command reads', otherwise: 'nothing'},
	{
		name: 'metrics',
		member: 'metrics',
		value: 'WHERE',
		about: 'where the command may tell metrics of its own: file (named by BENCHTOP_METRICS), stdout',
		otherwise: 'file',
	},
	{
		name: 'output',
		member: 'output',
		value: 'HOW',
		about: 'what becomes of its output: keep, discard',
		otherwise: 'keep',
	},
];

const parameterOption: Option = {
	name: 'parameter',
	short: 'L',
	value: 'NAME=A,B',
	repeatable: true,
	about: 'run with each value in the place of {NAME}, repeatable',
};

type Parameters = ReadonlyArray<readonly [name: string, value: string]>;

/** Every combination of the values of the parameters. */
const combinations = (flags: Flags): readonly Parameters[] =>
	flags.texts('parameter').reduce<readonly Parameters[]>(
		(all, text) => {
			const [, name, values] = /^([A-Za-z_]\w*)=(.+)$/s.exec(text) ?? [];
			if (name === undefined || values === undefined) {
				throw new BenchtopError(`--parameter takes NAME=A,B, not ${JSON.stringify(text)}.`, {
					hint: "For example: benchtop command 'sort -S {size} data' -L size=1M,16M",
				});
			}

			return all.flatMap((before) => values.split(',').map((value) => [...before, [name, value] as const]));
		},
		[[]],
	);

const filled = (text: string, parameters: Parameters): string =>
	parameters.reduce((rest, [name, value]) => rest.replaceAll(`{${name}}`, value), text);

const filledMember = (member: unknown, parameters: Parameters): unknown => {
	if (typeof member === 'string') return filled(member, parameters);
	return Array.isArray(member) ? member.map((each: unknown) => filledMember(each, parameters)) : member;
};

export const timeCommand: Command = {
	name: 'command',
	usage: '<command…>',
	about: 'time commands: builds, tests, scripts; several beside each other',
	options: [
		...memberOptions,
		parameterOption,
		...frameOptions,
		roundsOption,
		...viewOptions,
		...keepOptions,
		...gateOptions,
	],
	examples: [
		["benchtop command 'npm test' --runs 5", 'a command, five times: time, CPU, memory'],
		["benchtop command 'gzip -{level} -k big' -L level=1,6,9 --prepare 'rm -f big.gz'", 'with each of some values'],
	],
	run: async (words, flags, surroundings) => {
		if (words.length === 0) {
			throw new BenchtopError('benchtop command takes a command.', {hint: "For example: benchtop command 'npm test'"});
		}

		if (flags.has('any-exit-code') && flags.has('exit-codes')) {
			throw new BenchtopError('--exit-codes and --any-exit-code exclude each other.', {hint: 'Give one of them.'});
		}

		const [{engineRunPlan, membersOf}, {inSequence}, {runAndShow}] = await Promise.all([
			import('../config/engine-plan.ts'),
			import('../config/sequence.ts'),
			import('./run-and-show.ts'),
		]);
		const members = membersOf(flags, memberOptions);
		const given = {...members, ...(flags.has('any-exit-code') ? {exitCodes: 'any'} : {})};
		const plans: RunPlan[] = [];
		for (const word of words) {
			for (const parameters of combinations(flags)) {
				const own = Object.fromEntries(
					Object.entries({...given, command: word}).map(([name, member]) => [name, filledMember(member, parameters)]),
				);
				plans.push(await engineRunPlan('command', own, memberOptions, flags, surroundings.folder));
			}
		}

		return runAndShow(inSequence(plans, flags.integer('rounds', roundsLimits)), flags, surroundings);
	},
};
