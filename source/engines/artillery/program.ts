import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import type {Versions} from '../engine.ts';
import {findTool, type RunningTool, startTool, type Tool, type ToolOptions, whereIs} from '../tool.ts';
import type {ArtilleryPlan} from './plan.ts';

const artillery: Tool = {
	name: 'Artillery',
	programs: ['artillery'],
	hint: 'Install it: npm install --save-dev artillery (in the project), or npm install --global artillery',
};

type Place = Pick<ArtilleryPlan, 'script' | 'folder' | 'environment'>;

/**
 * Where Artillery lies: in the project of the script, in that of the folder, or on the PATH. Throws a BenchtopError (exit code 4)
 * where it does not.
 */
export const findArtillery = ({script, folder, environment}: Place): string =>
	whereIs(artillery, dirname(script), {PATH: ''}) ?? findTool(artillery, folder, environment);

const beginningOf = (path: string): string => {
	try {
		return readFileSync(path, 'latin1').slice(0, 200);
	} catch {
		return '';
	}
};

/** A script for Node.js: not a shell's that starts one. */
const isNodeScript = (path: string): boolean => /^#!.*\bnode\b/.test(beginningOf(path));

/** The folder of the package that a program belongs to, or of the one beside it, as some package managers have it. */
const versionIn = (folder: string): string | undefined => {
	try {
		const read: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		if (typeof read !== 'object' || read === null || !('name' in read) || !('version' in read)) return undefined;
		return read.name === 'artillery' && typeof read.version === 'string' ? read.version : undefined;
	} catch {
		return undefined;
	}
};

/** The version of Artillery, as its package says it: to start it takes a second. Never rejects. */
export const artilleryVersions = (plan: Place): Versions => {
	try {
		const path = findArtillery(plan);
		const real = realpathSync(path);
		const folders = [dirname(dirname(real)), dirname(real), join(dirname(path), '..', 'artillery')];
		const version = folders.map(versionIn).find((each) => each !== undefined);
		return version === undefined ? {} : {artillery: version};
	} catch {
		return {};
	}
};

/** The plugin that is given to Artillery; it lies near this file, or beside the bundle. */
const pluginPath = (): string =>
	fileURLToPath(
		new URL(import.meta.url.endsWith('.ts') ? './inside/plugin.ts' : './artillery-plugin.js', import.meta.url),
	);

const pluginName = 'benchtop';

/** Adds words to those that Artillery was started with, once. */
const preload = (words: readonly string[]): string =>
	[
		"import {isMainThread} from 'node:worker_threads';",
		"const own = 'BENCHTOP_ARTILLERY';",
		`if (isMainThread && process.env[own] !== undefined) {`,
		'	delete process.env[own];',
		`	process.argv.push(...${JSON.stringify(words)});`,
		'}',
	].join('\n');

/** A private folder of a run. */
export type Scratch = {
	readonly folder: string;
	/** Where Artillery writes its own report. */
	readonly report: string;
	readonly remove: () => void;
};

export const makeScratch = (): Scratch => {
	// Only its user can enter it.
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-artillery-'));
	return {
		folder,
		report: join(folder, 'report.json'),
		remove: () => rmSync(folder, {recursive: true, force: true}),
	};
};

const isRecord = (value: unknown): value is ArtilleryPlan['overrides'] =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is put over the script: a plan's own rate takes the place of its phases. `duration`: with the warm-up, milliseconds. */
const overridesOf = (
	{overrides, rate, users}: ArtilleryPlan,
	duration: number | undefined,
): ArtilleryPlan['overrides'] => {
	if (rate === undefined || duration === undefined) return overrides;
	const config = isRecord(overrides.config) ? overrides.config : {};
	const phase = {
		duration: `${Math.ceil(duration)}ms`,
		arrivalRate: rate,
		...(users === undefined ? {} : {maxVusers: users}),
	};
	return {...overrides, config: {...config, phases: [phase]}};
};

const flag = (name: string, value: string | undefined): readonly string[] =>
	value === undefined ? [] : [`--${name}`, value];

const json = (name: string, value: Readonly<Record<string, unknown>>): readonly string[] =>
	Object.keys(value).length === 0 ? [] : [`--${name}`, JSON.stringify(value)];

/** Other people's additions, and benchtop's. */
const additions = (given: string | undefined): string => {
	let known: unknown;
	try {
		known = JSON.parse(given ?? '');
	} catch {
		// Artillery itself passes over what it cannot read.
	}

	return JSON.stringify({
		...(isRecord(known) ? known : {}),
		[pluginName]: {scope: 'artillery-plugin-', suppressOutput: true},
	});
};

/** Starts Artillery on a script. `duration`: with the warm-up, where a rate is given. Milliseconds. */
export const startArtillery = (
	path: string,
	plan: ArtilleryPlan,
	duration: number | undefined,
	scratch: Scratch,
	hear: Pick<ToolOptions, 'hear' | 'hearChannel' | 'hearError'>,
): RunningTool => {
	const home = join(scratch.folder, `artillery-plugin-${pluginName}`);
	mkdirSync(home);
	writeFileSync(join(home, 'package.json'), JSON.stringify({main: pluginPath()}));
	// What may be secret stands in no list of processes.
	const first = join(scratch.folder, 'words.mjs');
	const words = [
		...flag('target', plan.target),
		...json('variables', plan.variables),
		...json('overrides', overridesOf(plan, duration)),
	];
	writeFileSync(first, preload(words), {mode: 0o600});
	const open = [
		'run',
		plan.script,
		...['--quiet', '--output', scratch.report],
		...flag('environment', plan.profile),
		...flag('config', plan.config),
		...flag('dotenv', plan.dotenv),
		...flag('payload', plan.payload),
		...flag('scenario-name', plan.scenario),
		...(plan.solo ? ['--solo'] : []),
		...(plan.insecure ? ['--insecure'] : []),
	];
	const load = pathToFileURL(first).href;
	const inherited = {...process.env, ...plan.environment};
	const environment = {
		...plan.environment,
		ARTILLERY_DISABLE_TELEMETRY: 'true',
		ARTILLERY_PLUGIN_PATH: [inherited.ARTILLERY_PLUGIN_PATH, scratch.folder].filter(Boolean).join(':'),
		ARTILLERY_PLUGINS: additions(inherited.ARTILLERY_PLUGINS),
		BENCHTOP_ARTILLERY: '1',
	};
	const options = {folder: plan.folder, scratch: scratch.folder, ...hear};
	// It wants a newer Node.js than others may have on their PATH: the one that runs benchtop is known.
	if (isNodeScript(path)) {
		const script = realpathSync(path);
		return startTool(process.execPath, ['--import', load, script, ...open], {...options, environment});
	}

	const nodeOptions = [inherited.NODE_OPTIONS, `--import=${load}`].filter(Boolean).join(' ');
	return startTool(path, open, {...options, environment: {...environment, NODE_OPTIONS: nodeOptions}});
};
