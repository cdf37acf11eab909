import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {type ReportDocument, reportSchema} from '../../../source/export/json-schema.ts';
import {cliPath, environmentOf} from '../../helpers/environment.ts';
import {busiestThreadsOf, cpuOf, memoryOf} from '../../helpers/process-tree.ts';
import {clientCore, isInstalled, pinned} from './servers.ts';

export type Asked = {
	readonly url: string;
	readonly connections: number;
	readonly seconds: number;
	readonly threads: number;
};

export type Client = {
	readonly name: string;
	readonly words: (asked: Asked) => readonly string[];
	readonly threads: boolean;
};

/** benchtop's own words; `more` are further flags. */
export const benchtopWords = (
	engine: string,
	{url, connections, seconds, threads}: Asked,
	more: readonly string[] = [],
) => [
	...[process.execPath, cliPath, url, '--engine', engine, '-c', String(connections), '-w', String(threads)],
	...(more.includes('--amount') ? [] : ['-d', `${seconds}s`]),
	...(more.includes('--warmup') ? [] : ['--warmup', '0']),
	...['--json', '--quiet', '--no-save', ...more],
];

const autocannonEntry = join(
	dirname(createRequire(import.meta.url).resolve('autocannon/package.json')),
	'autocannon.js',
);

const all: ReadonlyArray<Client & {readonly program: string}> = [
	{name: 'benchtop', program: 'sh', threads: true, words: (asked) => benchtopWords('http', asked)},
	{
		name: 'wrk',
		program: 'wrk',
		threads: true,
		words: ({url, connections, seconds, threads}) => [
			...['wrk', '-t', String(threads), '-c', String(connections), '-d', `${seconds}s`, '--latency', url],
		],
	},
	{
		name: 'autocannon',
		program: 'sh',
		threads: true,
		words: ({url, connections, seconds, threads}) => [
			...[process.execPath, autocannonEntry, '-j', '-n', '-c', String(connections), '-d', String(seconds)],
			...(threads === 1 ? [] : ['-w', String(threads)]),
			url,
		],
	},
	{
		name: 'benchtop --engine autocannon',
		program: 'sh',
		threads: true,
		words: (asked) => benchtopWords('autocannon', asked),
	},
	{
		name: 'hey',
		program: 'hey',
		threads: false,
		words: ({url, connections, seconds}) => ['hey', '-c', String(connections), '-z', `${seconds}s`, url],
	},
	{
		name: 'ab',
		program: 'ab',
		threads: false,
		words: ({url, connections, seconds}) => [
			...['ab', '-q', '-r', '-k', '-l', '-c', String(connections), '-t', String(seconds), '-n', '100000000', url],
		],
	},
	{
		name: 'h2load',
		program: 'h2load',
		threads: true,
		words: ({url, connections, seconds, threads}) => [
			...['h2load', '--h1', '-c', String(connections), '-t', String(threads), '-D', String(seconds), url],
		],
	},
];

/** The clients of this machine. */
export const clients: readonly Client[] = all.filter(({program}) => isInstalled(program));
/** The names of those that are not installed. */
export const absentClients: readonly string[] = all.filter(({program}) => !isInstalled(program)).map(({name}) => name);

export type Usage = {
	/** CPU seconds per second of the client and all its processes. */
	readonly cpu: number;
	readonly user: number;
	readonly system: number;
	/** CPU seconds per second of its busiest threads, as many as it was told to load with. */
	readonly loading: number;
	/** Resident bytes when the window began, and when it ended. */
	readonly memoryBefore: number;
	readonly memoryAfter: number;
	/** What `count` said at the window's two ends, apart. */
	readonly counted: number;
	/** Seconds. */
	readonly window: number;
	readonly stdout: string;
	readonly code: number | null;
};

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** How long a client runs before its CPU counts, and how long before its end it no longer does. Seconds. */
const settling = 2.5;
const ending = 0.5;

/**
 * Runs a client and takes from the operating system what it uses while it is in full swing: starting and ending are left
 * out. `count` is read at both ends of that window.
 */
export const use = async (
	words: readonly string[],
	seconds: number,
	threads = 1,
	count: () => Promise<number> = async () => 0,
): Promise<Usage> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-client-'));
	const [program, rest] = pinned(clientCore, words);
	const child = spawn(program, rest, {cwd: folder, env: environmentOf(folder), stdio: ['ignore', 'pipe', 'ignore']});
	let stdout = '';
	child.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString();
	});
	const closed = once(child, 'close');
	const pid = child.pid ?? 0;
	try {
		await sleep(settling);
		const before = {at: performance.now(), ...cpuOf(pid), loading: busiestThreadsOf(pid, threads)};
		const countBefore = await count();
		const memoryBefore = memoryOf(pid);
		await sleep(seconds - settling - ending);
		const after = {at: performance.now(), ...cpuOf(pid), loading: busiestThreadsOf(pid, threads)};
		const countAfter = await count();
		const memoryAfter = memoryOf(pid);
		const [code]: unknown[] = await closed;
		const window = (after.at - before.at) / 1000;
		const user = (after.user - before.user) / window;
		const system = (after.system - before.system) / window;
		return {
			cpu: user + system,
			user,
			system,
			loading: (after.loading - before.loading) / window,
			memoryBefore,
			memoryAfter,
			counted: countAfter - countBefore,
			window,
			stdout,
			code: typeof code === 'number' ? code : null,
		};
	} finally {
		rmSync(folder, {recursive: true, force: true, maxRetries: 5});
	}
};

/** The result in benchtop's own document. */
export const resultIn = ({stdout, code}: Usage): ReportDocument['results'][number] => {
	if (stdout.trim() === '') throw new Error(`benchtop ended with ${code} and no document.`);
	const result = reportSchema.parse(JSON.parse(stdout)).results[0];
	if (result === undefined) throw new Error('The document has no result.');
	return result;
};
