import {ZodError} from 'zod';
import type {RunPlan} from '../core/plan.ts';
import {redactWords} from '../core/secret.ts';
import {engines} from '../engines/index.ts';
import {BenchtopError} from '../errors.ts';
import type {Flags, Limits, Option} from './flags.ts';
import {newRunId} from './http-flags.ts';
import {watchOf} from './watch-flags.ts';

const longest: Limits = {least: 1, most: 24 * 3_600_000};

/** A flag that sets a member of an engine's benchmarks, as a suite file would. */
export type MemberOption = Option & {
	readonly member: string;
	/** What the member takes; a switch gives true. */
	readonly as?: 'number' | 'list' | 'numbers';
};

const listOf = (text: string): string[] =>
	text
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');

const memberOf = (flags: Flags, {name, value, as, repeatable}: MemberOption): unknown => {
	if (value === undefined) return true;
	if (as === 'number') return flags.number(name);
	if (repeatable) return flags.texts(name);
	const text = flags.text(name) ?? '';
	if (as === 'list') return listOf(text);
	if (as !== 'numbers') return text;
	return listOf(text).map((part) => {
		const number = Number(part);
		if (Number.isFinite(number)) return number;
		throw new BenchtopError(`--${name} takes numbers with commas between, not ${JSON.stringify(part)}.`, {
			hint: `For example: --${name} 1,10,100`,
		});
	});
};

/** The members that flags set. */
export const membersOf = (flags: Flags, options: readonly MemberOption[]): Readonly<Record<string, unknown>> =>
	Object.fromEntries(
		options.filter(({name}) => flags.has(name)).map((option) => [option.member, memberOf(flags, option)]),
	);

/** What is wrong with a value, in people's words. */
const wordsOf = (issue: ZodError['issues'][number] | undefined): string | undefined => {
	switch (issue?.code) {
		case 'too_small':
			return `It must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}.`;
		case 'too_big':
			return `It must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}.`;
		case 'invalid_value':
			return `It must be ${issue.values
				.map(String)
				.join(', ')
				.replace(/, ([^,]*)$/, ' or $1')}.`;
		case 'invalid_type':
			return issue.expected === 'int' ? 'It must be a whole number.' : issue.message;
		default:
			return issue?.message;
	}
};

/** Why members were refused, by the flags that set them. */
const refusal = (error: ZodError, options: readonly MemberOption[]): BenchtopError => {
	const [issue] = error.issues;
	const member = String(issue?.path[0] ?? '');
	const option = options.find((each) => each.member === member);
	const about = option === undefined ? member : `--${option.name}`;
	return new BenchtopError(`${about === '' ? '' : `${about}: `}${wordsOf(issue) ?? error.message}`, {
		hint:
			option === undefined ? 'Its --help lists the flags.' : `--${option.name} ${option.value ?? ''}: ${option.about}.`,
	});
};

/** An error of a member as one of the flag that set it. */
const byFlag = (error: BenchtopError, options: readonly MemberOption[]): BenchtopError => {
	const [, member, what = ''] = /^([\w-]+)(?:\.\d+)?: (.*)$/s.exec(error.message) ?? [];
	const option = options.find((each) => each.member === member);
	if (option === undefined) return error;
	const {hint, exitCode, cause} = error;
	return new BenchtopError(`--${option.name}: ${what}`, {...(hint === undefined ? {} : {hint}), exitCode, cause});
};

/**
 * The plan of a benchmark that flags describe in the words of a suite file. Rejects with a BenchtopError (exit code 2)
 * on anything that does not fit.
 */
export const engineRunPlan = async (
	name: string,
	given: Readonly<Record<string, unknown>>,
	options: readonly MemberOption[],
	flags: Flags,
	folder: string,
): Promise<RunPlan> => {
	const entry = engines.find((engine) => engine.name === name)?.suite;
	if (entry === undefined) throw new BenchtopError(`No engine is called ${JSON.stringify(name)}.`);
	const asked = flags.text('name');
	try {
		const {load, target, watchPort, duration, warmup} = await entry.load(given, {
			folder,
			name: asked ?? name,
			environment: {},
		});
		const measured = flags.duration('duration', longest) ?? duration;
		return {
			id: newRunId(),
			name: asked === undefined ? target : redactWords(asked),
			engine: name,
			target,
			load,
			warmup: flags.duration('warmup', {most: longest.most!}) ?? warmup ?? 0,
			...(measured === undefined ? {} : {duration: measured}),
			workers: 1,
			tags: flags.texts('tag').map(redactWords),
			watch: watchOf(flags, watchPort),
		};
	} catch (error) {
		if (error instanceof ZodError) throw refusal(error, options);
		throw error instanceof BenchtopError ? byFlag(error, options) : error;
	}
};
