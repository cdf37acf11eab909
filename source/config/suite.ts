import {dirname, isAbsolute, relative, resolve} from 'node:path';
import type {Around} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {redactor} from '../core/secret.ts';
import {type AnyEngine, engines as allEngines} from '../engines/index.ts';
import {BenchtopError} from '../errors.ts';
import {suiteFilesAbove} from '../suite-file.ts';
import {type Complaint, complaints, dotted, type Path, type Position, unknownMember} from './fault.ts';
import {aroundComplaints, aroundOf} from './suite-around.ts';
import {makeBenchmarks, readFilled, type SuiteBenchmark} from './suite-benchmark.ts';
import {suiteDocument} from './suite-document.ts';
import {commonNames, isObject, type Members, ownNames, suiteEngines} from './suite-engine.ts';
import {memberNames, suiteMembers} from './suite-schema.ts';
import {fillEnvironment, fillIn} from './suite-variables.ts';

export type {SuiteBenchmark} from './suite-benchmark.ts';

/** The benchmarks of a suite file, ready to be run. */
export type Suite = {
	/** Absolute, as is the folder that it lies in. */
	readonly file: string;
	readonly folder: string;
	readonly about?: string;
	/** What is done once, around all of them. */
	readonly around: Around;
	/** In the order of the file. */
	readonly benchmarks: readonly SuiteBenchmark[];
	/** Values that came from variables whose names say that nobody is to see them: to be blotted out wherever they turn up. */
	readonly secrets: readonly string[];
};

type Outside = Readonly<Record<string, string | undefined>>;

/** More of them help nobody; they are counted. */
const mostFaults = 10;

/**
 * The suite file of the nearest folder that has one, from this one upwards; absolute. Throws a BenchtopError when a folder has
 * two.
 */
export const findSuite = (folder: string): string | undefined => {
	const [file, other] = suiteFilesAbove(folder);
	if (file !== undefined && other !== undefined) {
		throw new BenchtopError(`There are two suites, ${printable(file)} and ${printable(other)}.`, {
			hint: 'Remove one of them, or say which: --suite FILE',
		});
	}

	return file;
};

type Fault = {readonly message: string; readonly position: Position | undefined};

/** As short as it can be opened from here. */
const shownPath = (file: string): string => {
	const short = relative(process.cwd(), file);
	return printable(short.startsWith('..') || isAbsolute(short) ? file : short);
};

const refuse = (file: string, faults: readonly Fault[], secrets: readonly string[]): BenchtopError => {
	const redact = redactor(secrets);
	const lines = faults
		.toSorted(({position: a}, {position: b}) => (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0))
		.map(({message, position}) => {
			const place = position === undefined ? '' : `:${position.line}:${position.column}`;
			return `${shownPath(file)}${place}: ${printable(redact(message))}`;
		})
		.filter((line, index, all) => all.indexOf(line) === index);
	const more = lines.length - mostFaults;
	return new BenchtopError([...lines.slice(0, mostFaults), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'), {
		hint: 'benchtop schema suite prints all that a suite may say.',
	});
};

/** As they stand in the text: an object puts names that are numbers first. */
const inOrder = <Value>(
	entries: ReadonlyArray<readonly [string, Value]>,
	positionOf: (name: string) => Position | undefined,
): ReadonlyArray<readonly [string, Value]> =>
	entries
		.map((entry) => ({entry, position: positionOf(entry[0])}))
		.sort(({position: a}, {position: b}) =>
			a === undefined || b === undefined ? 0 : a.line - b.line || a.column - b.column,
		)
		.map(({entry}) => entry);

/** Names that people would take for each other. */
const alike = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

const nameComplaints = (entries: readonly string[]): readonly Complaint[] => {
	const seen = new Map<string, string>();
	return entries.flatMap((entry): Complaint[] => {
		const path = ['benchmarks', entry];
		const other = seen.get(alike(entry));
		seen.set(alike(entry), other ?? entry);
		if (other !== undefined) {
			return [
				{
					kind: 'invalid',
					path,
					message: `${dotted(path)} is called almost as ${JSON.stringify(other)}: give it a name of its own`,
				},
			];
		}

		return entry.trim() === entry && printable(entry) === entry && !entry.startsWith('-')
			? []
			: [
					{
						kind: 'invalid',
						path,
						message: `${dotted(path)}: a name has no spaces around it, no control characters, and no "-" before it`,
					},
				];
	});
};

/** Members of the defaults that no benchmark can have. */
const defaultComplaints = (defaults: Members, engines: readonly AnyEngine[]): readonly Complaint[] => {
	const names = [...new Set([...commonNames, ...suiteEngines(engines).flatMap(ownNames)])];
	return Object.keys(defaults)
		.filter((name) => !names.includes(name))
		.map((name) => unknownMember(['defaults', name], names));
};

/** Names that a matrix made twice, or made of an entry that is there as well. */
const doubles = (benchmarks: readonly SuiteBenchmark[]): readonly Complaint[] =>
	benchmarks.flatMap(({name, entry}, index): Complaint[] => {
		const first = benchmarks.findIndex((each) => alike(each.name) === alike(name));
		const path = ['benchmarks', entry];
		return first === index
			? []
			: [{kind: 'invalid', path, message: `${dotted(path)}: ${JSON.stringify(name)} is there twice`}];
	});

/**
 * Reads a suite file, and makes every benchmark of it a plan. `environment` is what its variables come from that it does not
 * set itself; `at` is the folder that its paths are meant from, where that is not its own. Rejects with a BenchtopError (exit code 2) that names all faults, each with its place.
 */
export const readSuite = async (
	given: string,
	environment: Outside,
	engines: readonly AnyEngine[] = allEngines,
	at?: string,
): Promise<Suite> => {
	const file = resolve(given);
	const folder = at ?? dirname(file);
	const reading = await suiteDocument(file, environment);
	if (reading.faults !== undefined) {
		throw refuse(
			file,
			reading.faults.map(({message, line, column}) => ({message, position: {line, column}})),
			[],
		);
	}

	const {value, positionOf} = reading.document;
	const found: Complaint[] = [];
	const secrets: string[] = [];
	const placeOf = ({kind, path, message}: Complaint): Fault => {
		const at: Path = kind === 'missing' ? path.slice(0, -1) : path;
		const isEntry = at.length <= 2 && at[0] === 'benchmarks';
		return {message, position: positionOf(at, kind !== 'invalid' || isEntry ? 'name' : 'value')};
	};

	const whole = isObject(value) ? value : {};
	const set = fillEnvironment(whole.environment, environment);
	found.push(...set.complaints);
	secrets.push(...set.secrets);
	const {benchmarks, defaults, environment: _set, $schema, ...rest} = whole;
	const filled = fillIn(rest, [set.values, environment]);
	found.push(...filled.complaints);
	secrets.push(...filled.secrets);
	const kept = Object.entries({benchmarks, defaults, $schema}).filter(([, each]) => each !== undefined);
	const {read} = isObject(value)
		? readFilled(
				suiteMembers,
				{
					...Object(filled.value),
					...(whole.environment === undefined ? {} : {environment: set.value}),
					...Object.fromEntries(kept),
				},
				filled.alone,
			)
		: {read: suiteMembers.safeParse(value)};
	if (!read.success) {
		found.push(...complaints(read.error.issues, {namesAt: (path) => memberNames(suiteMembers, path)}));
		throw refuse(file, found.map(placeOf), secrets);
	}

	const suite = read.data;
	const entries = inOrder(Object.entries(suite.benchmarks), (entry) => positionOf(['benchmarks', entry], 'name'));
	if (entries.length === 0) found.push({kind: 'invalid', path: ['benchmarks'], message: 'benchmarks: there is none'});
	found.push(...nameComplaints(entries.map(([entry]) => entry)));
	found.push(...defaultComplaints(suite.defaults ?? {}, engines));
	found.push(...aroundComplaints(suite).map((each) => ({...each, message: `${dotted(each.path)}: ${each.message}`})));
	const made: SuiteBenchmark[] = [];
	const frame = {
		folder,
		defaults: suite.defaults ?? {},
		environment: suite.environment ?? {},
		outside: environment,
		engines,
	};
	for (const [entry, own] of entries) {
		const one = await makeBenchmarks(entry, own, frame);
		made.push(...one.benchmarks);
		found.push(...one.complaints);
		secrets.push(...one.secrets);
	}

	found.push(...doubles(made));
	if (found.length > 0) throw refuse(file, found.map(placeOf), secrets);
	return {
		file,
		folder,
		...(suite.about === undefined ? {} : {about: suite.about}),
		around: aroundOf(suite, {folder, environment: frame.environment}),
		benchmarks: made,
		secrets: [...new Set(secrets)],
	};
};
