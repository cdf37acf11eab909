// One benchmark of a suite file, made into as many plans as its matrix has combinations.
import * as z from 'zod';
import type {Around, RunPlan} from '../core/plan.ts';
import {redactor, redactWords} from '../core/secret.ts';
import type {AnyEngine} from '../engines/index.ts';
import {BenchtopError} from '../errors.ts';
import {type Complaint, complaints, dotted, nearestHint, type Path, unknownMember} from './fault.ts';
import {aroundComplaints, aroundOf} from './suite-around.ts';
import {
	commonNames,
	engineFor,
	isObject,
	type Members,
	ownMembers,
	ownNames,
	type SuiteEngine,
	suiteEngines,
} from './suite-engine.ts';
import {combinations, nameWith, type Parameters, sizeOf} from './suite-matrix.ts';
import {type BenchmarkMembers, benchmarkMembers, memberNames} from './suite-schema.ts';
import {fillIn, readingOf, type Variables} from './suite-variables.ts';

/** A benchmark of a suite, ready to be run. */
export type SuiteBenchmark = {
	/** What its runs are called; with a matrix, the values behind it: 'search connections=8'. */
	readonly name: string;
	/** What it is called in the file: the same for all that its matrix makes. */
	readonly entry: string;
	readonly about?: string;
	readonly plan: Omit<RunPlan, 'id' | 'round' | 'suite'>;
	readonly around: Around;
	/** How often it is run. */
	readonly rounds: number;
	/** Milliseconds that one round is planned to take, as far as that is known. */
	readonly length?: number;
};

/** What benchmarks of a file have in common. */
export type SuiteFrame = {
	/** Absolute. */
	readonly folder: string;
	readonly defaults: Members;
	/** What the file sets for all processes. */
	readonly environment: Readonly<Record<string, string>>;
	/** What the process has. */
	readonly outside: Readonly<Record<string, string | undefined>>;
	readonly engines: readonly AnyEngine[];
};

/** What became of one entry of the file. */
export type MadeBenchmarks = {
	readonly benchmarks: readonly SuiteBenchmark[];
	readonly complaints: readonly Complaint[];
	/** Values that nobody is to see. */
	readonly secrets: readonly string[];
};

/** More than anybody has the time for: a slip in a matrix. */
const mostCombinations = 1000;
const longestWarmup = 3000;

type Loaded = Awaited<ReturnType<SuiteEngine['suite']['load']>>;

/** A benchmark as it is written, with what the defaults add, before its texts are filled in. */
type Written = {
	readonly raw: Members;
	/** Where a member of it stands in the file. */
	readonly placed: (path: Path) => Path;
};

/** A member that only the defaults have is left out where it means nothing. */
const usable = (name: string, own: Members, engineNames: readonly string[]): boolean => {
	if (name === 'engine' || name === 'matrix') return false;
	// Each of them says when it is over.
	if (name === 'duration' && own.amount !== undefined) return false;
	if (name === 'amount' && own.duration !== undefined) return false;
	return commonNames.includes(name) || engineNames.includes(name);
};

const write = (
	own: Members,
	{defaults}: SuiteFrame,
	entry: string,
	parameters: Parameters,
	engine: SuiteEngine,
): Written => {
	const engineNames = ownNames(engine);
	const set = Object.fromEntries(
		Object.entries(parameters).filter(([name]) => commonNames.includes(name) || engineNames.includes(name)),
	);
	const isAlone = own.start === undefined && defaults.start === undefined;
	const given: Members = {...own, ...set};
	const added = Object.fromEntries(
		Object.entries(defaults).filter(([name]) => usable(name, given, engineNames) && !(name === 'ready' && isAlone)),
	);
	const environments = [added.environment, own.environment].filter(isObject);
	const both = environments.length === 2;
	const raw = Object.fromEntries(
		Object.entries({
			...added,
			...given,
			...(both ? {environment: Object.assign({}, ...environments)} : {}),
		}).filter(([name]) => name !== 'engine' && name !== 'matrix'),
	);
	const here = ['benchmarks', entry];
	return {
		raw,
		placed: (path) => {
			const [first, second] = path;
			if (first === undefined) return here;
			const name = String(first);
			if (Object.hasOwn(set, name)) {
				return [...(isObject(own.matrix) && Object.hasOwn(own.matrix, name) ? here : ['defaults']), 'matrix', name];
			}

			const isOwn =
				name === 'environment' && both && second !== undefined && isObject(own.environment)
					? Object.hasOwn(own.environment, String(second))
					: Object.hasOwn(own, name) || !Object.hasOwn(added, name);
			return [...(isOwn ? here : ['defaults']), ...path];
		},
	};
};

type Filled = {
	readonly value: Members;
	readonly complaints: readonly Complaint[];
	/** Members that were a variable and nothing else, by their paths. */
	readonly alone: readonly Path[];
	readonly names: ReadonlySet<string>;
	readonly secrets: readonly string[];
};

/** Fills in each member, so that what is wrong is told where it stands. */
const fillMembers = ({raw, placed}: Written, variables: Variables): Filled => {
	const value: Record<string, unknown> = {};
	const found: Complaint[] = [];
	const alone: Path[] = [];
	const names = new Set<string>();
	const secrets: string[] = [];
	const fill = (path: readonly string[], given: unknown): unknown => {
		const prefix = placed(path);
		const filled = fillIn(given, variables, prefix);
		found.push(...filled.complaints);
		alone.push(...filled.alone.map((at) => [...path, ...at.slice(prefix.length)]));
		for (const name of filled.names) names.add(name);
		secrets.push(...filled.secrets);
		return filled.value;
	};
	for (const [name, given] of Object.entries(raw)) {
		value[name] =
			name === 'environment' && isObject(given)
				? Object.fromEntries(Object.entries(given).map(([key, each]) => [key, fill([name, key], each)]))
				: fill([name], given);
	}

	return {value, complaints: found, alone, names, secrets};
};

const valueAt = (whole: unknown, path: Path): unknown =>
	path.reduce<unknown>(
		(value, key) =>
			typeof value === 'object' && value !== null
				? Object.entries(value).find(([name]) => name === String(key))?.[1]
				: undefined,
		whole,
	);

const withValue = (whole: unknown, [key, ...rest]: Path, value: unknown): unknown => {
	if (key === undefined) return value;
	if (Array.isArray(whole)) return whole.map((each, index) => (index === key ? withValue(each, rest, value) : each));
	if (!isObject(whole)) return whole;
	return Object.fromEntries(
		Object.entries(whole).map(([name, each]) => [name, name === key ? withValue(each, rest, value) : each]),
	);
};

const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => path[index] === key);

/**
 * Reads members by a schema. Where a text does not fit that came from a variable, the number that it may be meant as is tried.
 */
export const readFilled = <Schema extends z.ZodType>(
	schema: Schema,
	given: Members,
	alone: readonly Path[],
): {readonly given: Members; readonly read: z.ZodSafeParseResult<z.infer<Schema>>} => {
	const first = schema.safeParse(given);
	if (first.success) return {given, read: first};
	const changed = alone
		.filter((path) => first.error.issues.some((issue) => startsWith(path, issue.path) || startsWith(issue.path, path)))
		.reduce<unknown>((whole, path) => {
			const reading = readingOf(valueAt(given, path));
			return reading === undefined ? whole : withValue(whole, path, reading);
		}, given);
	if (!isObject(changed)) return {given, read: first};
	const second = schema.safeParse(changed);
	return second.success || second.error.issues.length < first.error.issues.length
		? {given: changed, read: second}
		: {given, read: first};
};

const pick = (members: Members, isWanted: (name: string) => boolean): Members =>
	Object.fromEntries(Object.entries(members).filter(([name]) => isWanted(name)));

/** Members that neither every benchmark nor this engine has. */
const strangers = (
	raw: Members,
	engine: SuiteEngine,
	{placed}: Written,
	engines: readonly AnyEngine[],
): Complaint[] => {
	const names = [...commonNames, ...ownNames(engine)];
	return Object.keys(raw)
		.filter((name) => !names.includes(name))
		.map((name) => {
			const path = placed([name]);
			const told = unknownMember(path, names);
			const others = suiteEngines(engines).filter((each) => ownNames(each).includes(name));
			if (others.length === 0) return told;
			const whose = others.map((each) => `"${each.name}"`).join(', ');
			return {...told, message: `${dotted(path)} is for ${whose}; this benchmark is for "${engine.name}"`};
		});
};

/** What an engine says is wrong: a ZodError of its members, or words that begin with a member's path. */
const refusals = (
	error: unknown,
	given: Members,
	engine: SuiteEngine,
	placed: Written['placed'],
): readonly Complaint[] => {
	if (error instanceof z.ZodError) {
		const schema = ownMembers(engine);
		return complaints(error.issues, {
			namesAt: (path) => memberNames(schema, path),
			placed,
			isMissing: (path) => valueAt(given, path) === undefined,
		});
	}

	if (!(error instanceof BenchtopError)) throw error;
	const [, member, rest] = /^([\w-]+(?:\.[\w-]+|\[\d+\])*): (.*)$/s.exec(error.message) ?? [];
	const path = member?.split(/[.[\]]+/).filter((key) => key !== '') ?? [];
	const isMember = path[0] !== undefined && ownNames(engine).includes(path[0]);
	const here = placed(isMember ? path.map((key) => (/^\d+$/.test(key) ? Number(key) : key)) : []);
	const hint = error.hint === undefined ? '' : ` ${error.hint}`;
	return [{kind: 'invalid', path: here, message: `${dotted(here)}: ${isMember ? rest : error.message}${hint}`}];
};

/** The warm-up of a benchmark that does not say one: the engine's, and of another duration the same share of it. */
const warmupOf = (
	members: Pick<BenchmarkMembers, 'warmup' | 'amount' | 'duration'>,
	{duration, warmup = 0}: Loaded,
): number => {
	if (members.warmup !== undefined) return members.warmup;
	if (members.amount !== undefined) return 0;
	if (members.duration === undefined || duration === undefined || duration === 0) return warmup;
	return Math.min((warmup / duration) * members.duration, Math.max(warmup, longestWarmup));
};

type Made = {
	readonly benchmark?: SuiteBenchmark;
	readonly complaints: readonly Complaint[];
	readonly secrets: readonly string[];
};

const makeOne = async (entry: string, own: Members, parameters: Parameters, frame: SuiteFrame): Promise<Made> => {
	const named = {...own, ...parameters};
	const engine = engineFor(named, frame.defaults, {own: ['benchmarks', entry], defaults: ['defaults']}, frame.engines);
	if (!('suite' in engine)) return {complaints: [engine], secrets: []};

	const written = write(own, frame, entry, parameters, engine);
	const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
	const outer: Variables = [texts, frame.environment, frame.outside];
	const ownEnvironment = fillMembers({...written, raw: pick(written.raw, (name) => name === 'environment')}, outer);
	const variables = isObject(ownEnvironment.value.environment)
		? Object.fromEntries(Object.entries(ownEnvironment.value.environment).map(([name, value]) => [name, String(value)]))
		: {};
	const filled = fillMembers({...written, raw: pick(written.raw, (name) => name !== 'environment')}, [
		texts,
		variables,
		frame.environment,
		frame.outside,
	]);
	const raw: Members = {...filled.value, ...ownEnvironment.value};
	const secrets = [...filled.secrets, ...ownEnvironment.secrets];
	const used = new Set([...filled.names, ...ownEnvironment.names]);
	const idle = Object.keys(parameters)
		.filter((name) => !commonNames.includes(name) && !ownNames(engine).includes(name) && !used.has(name))
		.map((name): Complaint => {
			const path = [...(isObject(own.matrix) ? ['benchmarks', entry] : ['defaults']), 'matrix', name];
			const hint = nearestHint(name, [...commonNames, ...ownNames(engine)]);
			const message = `${dotted(path)} is no member of the benchmark${hint}, and \${${name}} stands nowhere in it`;
			return {kind: 'unknown', path, message};
		});

	const alone = [...filled.alone, ...ownEnvironment.alone];
	const common = readFilled(
		benchmarkMembers,
		pick(raw, (name) => commonNames.includes(name)),
		alone,
	);
	const schema = ownMembers(engine);
	const names = ownNames(engine);
	const mine = readFilled(
		schema,
		pick(raw, (name) => names.includes(name) && !commonNames.includes(name)),
		alone,
	);
	const looked = {placed: written.placed, isMissing: (path: Path) => valueAt(raw, path) === undefined};
	const found: Complaint[] = [
		...filled.complaints,
		...ownEnvironment.complaints,
		...idle,
		...strangers(raw, engine, written, frame.engines),
		...(common.read.success
			? []
			: complaints(common.read.error.issues, {...looked, namesAt: (path) => memberNames(benchmarkMembers, path)})),
		...(mine.read.success
			? []
			: complaints(mine.read.error.issues, {...looked, namesAt: (path) => memberNames(schema, path)})),
	];
	const members = common.read.data;
	if (members === undefined || found.length > 0) return {complaints: found, secrets};

	const complain = (name: string, message: string): Complaint => {
		const path = written.placed([name]);
		return {kind: 'invalid', path, message: `${dotted(path)}: ${message}`};
	};
	if (members.amount !== undefined && members.duration !== undefined) {
		found.push(complain('amount', 'amount and duration exclude each other'));
	}

	found.push(
		...aroundComplaints(members).map(({path, message, kind}) => ({
			kind,
			path: written.placed(path),
			message: `${dotted(written.placed(path))}: ${message}`,
		})),
	);
	const redact = redactor(secrets);
	const name = redact(redactWords(nameWith(entry, parameters)));
	const environment = {...frame.environment, ...members.environment};
	let loaded: Loaded;
	let shares: number;
	try {
		loaded = await engine.suite.load(mine.given, {folder: frame.folder, name, environment});
		shares = engine.accept(loaded.load).split(members.workers ?? 1).length;
	} catch (error) {
		return {complaints: [...found, ...refusals(error, raw, engine, written.placed)], secrets};
	}

	const isOwn = (name: string): boolean => written.placed([name])[0] === 'benchmarks';
	if (members.workers !== undefined && shares < members.workers && isOwn('workers')) {
		found.push(complain('workers', `${members.workers} threads cannot share this load: ${shares} at most`));
	}

	if (found.length > 0) return {complaints: found, secrets};
	// What ends by itself, such as so many runs of a command, is not cut short by what the defaults say of others.
	const endsItself = loaded.duration === undefined;
	const times = {
		...members,
		duration: endsItself && !isOwn('duration') ? undefined : members.duration,
		warmup: endsItself && !isOwn('warmup') ? undefined : members.warmup,
	};
	const duration = members.amount === undefined ? (times.duration ?? loaded.duration) : undefined;
	const warmup = warmupOf(times, loaded);
	const {
		pid,
		container,
		nodeExporter,
		port = pid === undefined && container === undefined ? loaded.watchPort : undefined,
	} = members.watch ?? {};
	return {
		benchmark: {
			name,
			entry,
			...(members.about === undefined ? {} : {about: redact(members.about)}),
			plan: {
				name,
				engine: engine.name,
				target: redact(loaded.target),
				load: loaded.load,
				warmup,
				...(duration === undefined ? {} : {duration}),
				...(members.amount === undefined ? {} : {amount: members.amount}),
				workers: Math.min(members.workers ?? 1, shares),
				tags: [...new Set(members.tags?.map((tag) => redact(redactWords(tag))))],
				watch: {
					...(pid === undefined ? {} : {pid}),
					...(port === undefined ? {} : {port}),
					...(container === undefined ? {} : {container}),
					...(nodeExporter === undefined ? {} : {nodeExporter}),
				},
				...(members.thresholds === undefined ? {} : {thresholds: members.thresholds}),
			},
			around: aroundOf(members, {folder: frame.folder, environment}),
			rounds: members.rounds ?? 1,
			...(duration === undefined ? {} : {length: warmup + duration}),
		},
		complaints: [],
		secrets,
	};
};

const matrixSchema = benchmarkMembers.pick({matrix: true});

/** The benchmarks that an entry of the file makes, or what is wrong with it. */
export const makeBenchmarks = async (entry: string, own: Members, frame: SuiteFrame): Promise<MadeBenchmarks> => {
	const isOwn = own.matrix !== undefined;
	const base = isOwn ? ['benchmarks', entry] : ['defaults'];
	const written = isOwn ? own.matrix : frame.defaults.matrix;
	const filled = fillIn(written, [frame.environment, frame.outside], [...base, 'matrix']);
	const read = matrixSchema.safeParse({matrix: filled.value});
	const found = [
		...filled.complaints,
		...(read.success ? [] : complaints(read.error.issues, {namesAt: () => [], placed: (path) => [...base, ...path]})),
	];
	const matrix = read.data?.matrix ?? {};
	if (sizeOf(matrix) > mostCombinations) {
		const path = [...base, 'matrix'];
		const message = `${dotted(path)}: ${sizeOf(matrix)} combinations are more than ${mostCombinations}`;
		return {benchmarks: [], complaints: [{kind: 'invalid', path, message}], secrets: []};
	}

	if (found.length > 0) return {benchmarks: [], complaints: found, secrets: [...filled.secrets]};
	const made: Made[] = [];
	for (const parameters of combinations(matrix)) made.push(await makeOne(entry, own, parameters, frame));
	return {
		benchmarks: made.flatMap(({benchmark}) => benchmark ?? []),
		complaints: made.flatMap((each) => each.complaints),
		secrets: [...filled.secrets, ...made.flatMap((each) => each.secrets)],
	};
};
