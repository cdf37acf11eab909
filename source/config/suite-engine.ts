import type {AnyEngine} from '../engines/index.ts';
import {type Complaint, nearestHint, type Path} from './fault.ts';
import {benchmarkMembers, memberNames} from './suite-schema.ts';

/** An engine that benchmarks of a suite can ask for. */
export type SuiteEngine = AnyEngine & {readonly suite: NonNullable<AnyEngine['suite']>};

export type Members = Readonly<Record<string, unknown>>;

/** Whether a value has members. */
export const isObject = (value: unknown): value is Members =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of the members that every benchmark may have. */
export const commonNames: readonly string[] = memberNames(benchmarkMembers);

/** The schema of an engine's own members. */
export const ownMembers = ({suite}: SuiteEngine): ReturnType<SuiteEngine['suite']['members']> => suite.members();

/** The names of the members that are an engine's own. */
export const ownNames = (engine: SuiteEngine): readonly string[] => memberNames(ownMembers(engine));

export const suiteEngines = (engines: readonly AnyEngine[]): readonly SuiteEngine[] =>
	engines.filter((engine): engine is SuiteEngine => engine.suite !== undefined);

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const named = (name: unknown, path: Path, engines: readonly AnyEngine[]): SuiteEngine | Complaint => {
	const able = suiteEngines(engines);
	const found = able.find((engine) => engine.name === name);
	if (found !== undefined) return found;
	const names = able.map((engine) => engine.name);
	const where = path.map(String).join('.');
	const message = engines.some((engine) => engine.name === name)
		? `${where}: the engine "${name}" takes no benchmarks of a suite`
		: `${where}: no engine is called ${JSON.stringify(name)}${nearestHint(String(name), names) || `; there are ${quoted(names)}`}`;
	return {kind: 'invalid', path, message};
};

/** Of engines that a benchmark may be meant for, the one that knows what else it says. */
const fitting = (candidates: readonly SuiteEngine[], names: readonly string[]): SuiteEngine | undefined => {
	const [first, ...others] = candidates;
	if (first === undefined || others.every(({suite}) => suite.key === first.suite.key)) return first;
	const own = names.filter((name) => !commonNames.includes(name));
	const knowing = candidates.filter((engine) => own.every((name) => ownNames(engine).includes(name)));
	return knowing.length === 1 ? knowing[0] : undefined;
};

/**
 * The engine that a benchmark is meant for: the one it names, or the one whose member it has; what it says itself goes before
 * what the defaults say. `paths` are where both stand in the file.
 */
export const engineFor = (
	own: Members,
	defaults: Members,
	paths: {readonly own: Path; readonly defaults: Path},
	engines: readonly AnyEngine[],
): SuiteEngine | Complaint => {
	if (own.engine !== undefined) return named(own.engine, [...paths.own, 'engine'], engines);
	const able = suiteEngines(engines);
	const inDefaults =
		defaults.engine === undefined ? undefined : named(defaults.engine, [...paths.defaults, 'engine'], engines);
	const names = Object.keys(own);
	const asked = able.filter(({suite}) => names.includes(suite.key));
	if (asked.length > 0) {
		if (inDefaults !== undefined && 'suite' in inDefaults && asked.includes(inDefaults)) return inDefaults;
		const found = fitting(asked, names);
		if (found !== undefined) return found;
		const keys = [...new Set(asked.map(({suite}) => suite.key))];
		const message = `${paths.own.map(String).join('.')} has ${quoted(keys)}: one benchmark is one of these, or says which engine`;
		return {kind: 'invalid', path: paths.own, message};
	}

	if (inDefaults !== undefined) return inDefaults;
	const byDefault = able.filter(({suite}) => Object.hasOwn(defaults, suite.key));
	const ownOnes = names.filter((name) => !commonNames.includes(name));
	const knowing = able.filter((engine) => ownOnes.every((name) => ownNames(engine).includes(name)));
	const found =
		fitting(byDefault, [...names, ...Object.keys(defaults)]) ??
		(ownOnes.length > 0 && knowing.length === 1 ? knowing[0] : undefined);
	if (found !== undefined) return found;
	const keys = [...new Set(able.map(({suite}) => suite.key))];
	const slip = ownOnes.map((name) => nearestHint(name, keys)).find((hint) => hint !== '');
	const message = `${paths.own.map(String).join('.')} does not say what it runs: one of ${quoted(keys)}${slip ?? ''}`;
	return {kind: 'invalid', path: paths.own, message};
};
