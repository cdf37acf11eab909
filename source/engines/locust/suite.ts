import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {relative, resolve} from 'node:path';
import * as z from 'zod';
import {redactUrl} from '../../core/secret.ts';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import {isLoopback, portOf} from '../http-words.ts';
import {type LocustPlan, rampOf} from './plan.ts';

/** What holds where a benchmark says nothing. Milliseconds. */
const defaultDuration = 10_000;
const defaultPatience = 60_000;
/** Locust's own. */
const defaultPort = 5557;

/** Options of Locust's that a run cannot be given behind benchtop's back: it would not know what it measures. */
const owned =
	/^(-f|--locustfile|--headless|--headful|--autostart|--autoquit|-t|--run-time|-u|--users|-r|--spawn-rate|-H|--host|-s|--stop-timeout|--master.*|--worker|--processes|--expect-workers.*|--reset-stats|--json|-l|--list|--show-task-ratio.*|-V|--version|--help|-h|--logfile|--skip-log.*|-L|--loglevel)(=.*)?$/;

const members = () => {
	const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
		error: 'a duration such as "500ms", "30s" or "5m" is wanted',
	});
	const word = z.string().min(1);
	const words = z.union([word, z.array(word).min(1)]);
	return z.strictObject({
		locust: words.describe('A locustfile, or several: paths of Python files or of folders with them.'),
		users: z
			.int()
			.min(1)
			.optional()
			.describe("Users at the same time. Default: what Locust's configuration says, or 1."),
		spawnRate: z
			.number()
			.positive()
			.optional()
			.describe('Users that begin in each second. Default: what the configuration says, or 1.'),
		classes: words.optional().describe('User classes by name. Default: all.'),
		includeTags: words.optional().describe('Only tasks with one of these tags of Locust’s.'),
		excludeTags: words.optional().describe('No tasks with one of these tags of Locust’s.'),
		host: word.optional().describe('The URL that relative paths of requests begin with: http://localhost:3000'),
		shape: z
			.boolean()
			.optional()
			.describe('true: a LoadTestShape of the files says how many users there are, and when it is over.'),
		stopTimeout: duration
			.optional()
			.describe('How long users may take at the end to finish what they do: "5s". Default: none.'),
		processes: z
			.int()
			.min(-1)
			.max(512)
			.optional()
			.describe(
				'Worker processes on this host, with a master that makes no requests; -1: one for each core. Default: 0, one process makes all requests.',
			),
		master: word
			.optional()
			.describe(
				`Where workers of other hosts join, as HOST:PORT: "0.0.0.0:${defaultPort}" lets them come by any network. They are started there with: locust -f - --worker --master-host THIS-HOST`,
			),
		expectWorkers: z.int().min(1).optional().describe('So many workers of other hosts are waited for. Default: 1.'),
		expectWorkersMaxWait: duration.optional().describe('How long they are waited for. Default: 1m.'),
		config: word.optional().describe("A configuration file of Locust's. benchtop's own members stand above it."),
		equalWeights: z.boolean().optional().describe('true: all tasks weigh the same.'),
		loglevel: z
			.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])
			.optional()
			.describe("Of Locust's log; warnings and errors become notices. Default: INFO."),
		arguments: z
			.array(z.string())
			.optional()
			.describe('Words for options that the locustfile itself defines: ["--tenant", "acme"].'),
		folder: word.optional().describe('The folder to run in. Default: the folder of the suite file.'),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

const refuse = (member: string, what: string, hint: string): never => {
	throw new BenchtopError(`${member}: ${what}`, {hint});
};

const listOf = (given: string | readonly string[] | undefined): string[] =>
	given === undefined ? [] : typeof given === 'string' ? [given] : [...given];

/** A locustfile as an absolute path that Locust takes. */
const fileAt = (folder: string, file: string): string => {
	const path = resolve(folder, file);
	if (/^https?:/.test(file)) refuse('locust', `${JSON.stringify(redactUrl(file))} is a URL.`, 'Download it first.');
	if (path.includes(',')) {
		refuse('locust', `${JSON.stringify(file)} has a comma in its path, by which Locust separates files.`, 'Rename it.');
	}

	if (!existsSync(path)) {
		refuse('locust', `There is no ${JSON.stringify(file)}.`, 'Give the path of a locustfile, such as locustfile.py.');
	}

	return path;
};

const placeIn = (text: string): {host: string; port: number} => {
	const [, host, port = String(defaultPort)] = /^(\*|\[[\da-f:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
	if (host === undefined || Number(port) > 65_535) {
		return refuse('master', `${JSON.stringify(text)} is no HOST:PORT.`, `For example: 0.0.0.0:${defaultPort}`);
	}

	return {host, port: Number(port)};
};

const masterOf = ({master, expectWorkers, expectWorkersMaxWait, processes}: Given): LocustPlan['master'] => {
	if (master === undefined) {
		const stray = expectWorkers === undefined ? undefined : 'expectWorkers';
		const other = expectWorkersMaxWait === undefined ? stray : (stray ?? 'expectWorkersMaxWait');
		if (other === undefined) return undefined;
		return refuse(other, 'No worker can join without an address.', `Say master: 0.0.0.0:${defaultPort}`);
	}

	return {
		...placeIn(master),
		expect: expectWorkers ?? (processes === undefined || processes === 0 ? 1 : 0),
		patience:
			expectWorkersMaxWait === undefined ? defaultPatience : Math.max(1, parseDuration(expectWorkersMaxWait) ?? 0),
	};
};

/** The host as Locust wants it: with its scheme, and without a slash at its end, since paths begin with one. */
const hostIn = (text: string): string => {
	const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	if (!URL.canParse(whole)) refuse('host', `${JSON.stringify(redactUrl(whole))} is no URL.`, 'http://localhost:3000');
	return whole.replace(/\/+$/, '');
};

/** A benchmark of a suite file as a plan of this engine. */
export const locustLoad = async (
	given: Given,
	{folder, environment}: Pick<SuitePlace, 'folder' | 'environment'>,
): Promise<SuiteLoad<LocustPlan>> => {
	const files = listOf(given.locust).map((file) => fileAt(folder, file));
	const host = given.host === undefined ? undefined : hostIn(given.host);
	const own = given.arguments ?? [];
	const taken = own.find((argument) => owned.test(argument));
	if (taken !== undefined) {
		refuse(
			'arguments',
			`${taken} is for benchtop to say.`,
			'There is a member of the benchmark for what it can be asked.',
		);
	}

	if (given.shape === true && (given.users ?? given.spawnRate) !== undefined) {
		refuse(
			given.users === undefined ? 'spawnRate' : 'users',
			'A shape says itself how many users there are.',
			'Leave it out.',
		);
	}

	const stopTimeout = parseDuration(given.stopTimeout ?? '0s') ?? 0;
	if (stopTimeout % 1000 !== 0) refuse('stopTimeout', 'Locust counts whole seconds here.', 'For example: 5s');
	const master = masterOf(given);
	const load: LocustPlan = {
		files,
		folder: resolve(folder, given.folder ?? '.'),
		classes: listOf(given.classes),
		tags: listOf(given.includeTags),
		excludeTags: listOf(given.excludeTags),
		...(given.users === undefined ? {} : {users: given.users}),
		...(given.spawnRate === undefined ? {} : {spawnRate: given.spawnRate}),
		...(host === undefined ? {} : {host}),
		shape: given.shape ?? false,
		stopTimeout,
		logLevel: given.loglevel ?? 'INFO',
		equalWeights: given.equalWeights ?? false,
		...(given.config === undefined ? {} : {config: resolve(folder, given.config)}),
		arguments: own,
		workers: given.processes === -1 ? availableParallelism() : (given.processes ?? 0),
		...(master === undefined ? {} : {master}),
		environment: {...environment},
	};
	const url = host === undefined ? undefined : new URL(host);
	const names = files.map((file) => relative(folder, file) || file).join(' ');
	return {
		load,
		target: host === undefined ? names : `${names} ${redactUrl(host)}`,
		...(url !== undefined && isLoopback(url.hostname) ? {watchPort: portOf(url)} : {}),
		...(load.shape ? {} : {duration: defaultDuration, warmup: rampOf(load)}),
	};
};

/** How benchmarks of a suite file ask for a locustfile. */
export const locustSuite = suiteEntry('locust', members, locustLoad);
