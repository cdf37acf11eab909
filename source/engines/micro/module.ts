import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';

/** A value that a case is measured with; it becomes part of the case's name. */
export type ParameterValue = string | number | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A function to measure, with what it needs. Methods, so that their parameters may be of more precise types. */
export type Benchmark = {
	/**
	 * What is measured; it may be async. `input` is what `setup` gave, or without `setup` the parameters. Return a result
	 * of the work: what nobody can see, the compiler may leave out.
	 */
	run(input: unknown, parameters: ParameterValues): unknown;
	/** Runs once in each process before the function; its time counts nowhere. May be async. */
	setup?(parameters: ParameterValues): unknown;
	/** Runs once in each process after the function. May be async. */
	teardown?(input: unknown, parameters: ParameterValues): unknown;
	/** The function is measured with each combination of these values: {n: [10, 1000]} makes the cases 'name n=10' and 'name n=1000'. */
	readonly parameters?: Readonly<Record<string, readonly ParameterValue[]>>;
};

/** What a module of functions exports, as its default export or by name. */
export type Benchmarks = Readonly<Record<string, Benchmark | (() => unknown)>>;

/** A function whose time is measured over sizes of its input. */
export type ScaledBenchmark = {
	/** What is measured; it may be async. `input` is what `setup` gave, or without `setup` the size. */
	run(input: unknown, size: number): unknown;
	/** Makes an input of a size. May be async; its time counts nowhere. */
	setup?(size: number): unknown;
	/** Absent: sizes are tried until a call takes long. */
	readonly sizes?: readonly number[];
};

/** What a module of algorithms exports, as its default export or by name; a function takes the size. */
export type Algorithms = Readonly<Record<string, ScaledBenchmark | ((size: number) => unknown)>>;

type Run = (input: unknown, parameters: unknown) => unknown;

/** A function with one set of parameters. */
export type Case = {
	readonly name: string;
	readonly parameters: ParameterValues;
	readonly run: Run;
	readonly setup: ((parameters: ParameterValues) => unknown) | undefined;
	readonly teardown: ((input: unknown, parameters: ParameterValues) => unknown) | undefined;
};

/** An algorithm to measure over sizes. */
export type Scaled = {
	readonly name: string;
	readonly run: Run;
	readonly setup: ((size: number) => unknown) | undefined;
	readonly sizes: readonly number[] | undefined;
};

/** More cases than this are a mistake in the parameters. */
const mostCases = 1000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

type Callable = (...given: readonly unknown[]) => unknown;
const isFunction = (value: unknown): value is Callable => typeof value === 'function';
const isValue = (value: unknown): value is ParameterValue =>
	typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));

const refuse = (text: string, hint: string): never => {
	throw new BenchtopError(text, {hint, exitCode: 4});
};

const functionsHint =
	'Export a record of functions: export default {name: () => work(), other: {setup: () => data, run: (data) => work(data)}}.';
const algorithmsHint =
	'Export a record of functions of a size: export default {sort: {setup: (n) => numbers(n), run: (input) => input.toSorted()}}.';

/** The exports that are meant: those of the default export, or all by name. A CommonJS module is its default export. */
const entriesOf = (namespace: Readonly<Record<string, unknown>>): ReadonlyArray<readonly [string, unknown]> => {
	const {default: given, ...named} = namespace;
	if (isFunction(given)) return [[given.name === '' ? 'default' : given.name, given]];
	if (isRecord(given)) return Object.entries(given);
	// What Node.js adds to the namespace of a CommonJS module.
	return Object.entries(named).filter(([name]) => name !== 'module.exports');
};

const memberOf = <Member>(
	owner: string,
	value: Readonly<Record<string, unknown>>,
	member: string,
	is: (given: unknown) => given is Member,
	what: string,
	hint: string,
): Member | undefined => {
	const given = value[member];
	if (given === undefined || is(given)) return given;
	return refuse(`${owner}: \`${member}\` is ${what}.`, hint);
};

const unknownMembers = (
	owner: string,
	value: Readonly<Record<string, unknown>>,
	known: readonly string[],
	hint: string,
): void => {
	const [unknown] = Object.keys(value).filter((name) => !known.includes(name));
	if (unknown !== undefined)
		refuse(`${owner}: there is no member \`${printable(unknown)}\`; there are ${known.join(', ')}.`, hint);
};

const isParameters = (value: unknown): value is Readonly<Record<string, readonly ParameterValue[]>> =>
	isRecord(value) &&
	Object.values(value).every((list) => Array.isArray(list) && list.length > 0 && list.every(isValue));

const combinations = (parameters: Readonly<Record<string, readonly ParameterValue[]>>): readonly ParameterValues[] =>
	Object.entries(parameters).reduce<readonly ParameterValues[]>(
		(sets, [name, values]) => sets.flatMap((set) => values.map((value) => ({...set, [name]: value}))),
		[{}],
	);

const labelOf = (name: string, parameters: ParameterValues): string =>
	printable([name, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(' '));

const caseMembers = ['run', 'setup', 'teardown', 'parameters'];

/** The cases of a module's exports, in their order. Throws a BenchtopError (exit code 4) on what is no function. */
export const casesOf = (namespace: Readonly<Record<string, unknown>>): readonly Case[] => {
	const cases = entriesOf(namespace).flatMap(([name, value]): readonly Case[] => {
		if (isFunction(value)) {
			return [{name: labelOf(name, {}), parameters: {}, run: value, setup: undefined, teardown: undefined}];
		}

		const owner = printable(name);
		if (!isRecord(value)) return refuse(`${owner} is neither a function nor {run, …}.`, functionsHint);
		const run = value.run;
		if (!isFunction(run)) return refuse(`${owner}: \`run\` is no function.`, functionsHint);
		unknownMembers(owner, value, caseMembers, functionsHint);
		const setup = memberOf(owner, value, 'setup', isFunction, 'no function', functionsHint);
		const teardown = memberOf(owner, value, 'teardown', isFunction, 'no function', functionsHint);
		const parameters = memberOf(
			owner,
			value,
			'parameters',
			isParameters,
			'no record of lists of texts, numbers or booleans',
			'parameters: {n: [10, 1000]} measures the function with each.',
		);
		return combinations(parameters ?? {}).map((set) => ({
			name: labelOf(name, set),
			parameters: set,
			run,
			setup,
			teardown,
		}));
	});
	if (cases.length === 0) refuse('It exports no functions.', functionsHint);
	if (cases.length > mostCases) {
		refuse(`It makes ${cases.length} cases; more than ${mostCases} are not measured.`, 'Give fewer parameters.');
	}

	const twice = cases.find(({name}, index) => cases.findIndex((other) => other.name === name) !== index);
	if (twice !== undefined)
		refuse(`Two cases are called ${twice.name}.`, 'Each value of a parameter stands there once.');
	return cases;
};

const isSizes = (value: unknown): value is readonly number[] =>
	Array.isArray(value) && value.length > 0 && value.every((size) => Number.isSafeInteger(size) && size > 0);

const algorithmMembers = ['run', 'setup', 'sizes'];

/** The algorithms of a module's exports. Throws a BenchtopError (exit code 4) on what is none. */
export const algorithmsOf = (namespace: Readonly<Record<string, unknown>>): readonly Scaled[] => {
	const algorithms = entriesOf(namespace).map(([name, value]): Scaled => {
		const owner = printable(name);
		if (isFunction(value)) return {name: owner, run: value, setup: undefined, sizes: undefined};
		if (!isRecord(value)) return refuse(`${owner} is neither a function nor {setup, run}.`, algorithmsHint);
		const run = value.run;
		if (!isFunction(run)) return refuse(`${owner}: \`run\` is no function.`, algorithmsHint);
		unknownMembers(owner, value, algorithmMembers, algorithmsHint);
		const setup = memberOf(owner, value, 'setup', isFunction, 'no function', algorithmsHint);
		const sizes = memberOf(owner, value, 'sizes', isSizes, 'no list of whole numbers above 0', algorithmsHint);
		return {name: owner, run, setup, sizes: sizes && [...new Set(sizes)].sort((a, b) => a - b)};
	});
	if (algorithms.length === 0) refuse('It exports no functions.', algorithmsHint);
	return algorithms;
};
