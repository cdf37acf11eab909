import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import type {ReportDocument} from '../../../source/export/json-schema.ts';
import {memoryOf} from '../../helpers/process-tree.ts';

/** What a tool is asked to do. Times are milliseconds. */
export type Load = {
	readonly url: string;
	readonly connections: number;
	readonly duration: number;
	/** Requests per second over all connections; absent: a closed loop. */
	readonly rate?: number;
	/** The most connections that an open loop may open; absent: `connections` of them. */
	readonly mostConnections?: number;
	readonly timeout?: number;
	readonly method?: 'HEAD';
	readonly pipelining?: number;
	readonly threads?: number;
	/** Verify the certificate. Those that never do cannot. */
	readonly verify?: boolean;
};

/** Milliseconds. */
export type Percentiles = {
	readonly min?: number;
	readonly p50?: number;
	readonly p90?: number;
	readonly p95?: number;
	readonly p99?: number;
	readonly p999?: number;
	readonly max?: number;
	readonly mean?: number;
};

/** What a tool says that it saw; absent is what it does not say. */
export type Figures = {
	readonly code: number | null;
	/** It had not ended long after its time, and was killed. */
	readonly hung: boolean;
	readonly output: string;
	/** Milliseconds from start to end. */
	readonly wall: number;
	/** The most resident bytes that it had in its first half, and in all. */
	readonly memory: {readonly early: number; readonly most: number};
	readonly latency: Percentiles;
	/** How many replies its latencies are of. */
	readonly samples?: number;
	/** Replies, whatever their status. */
	readonly replies?: number;
	readonly statuses?: Readonly<Record<string, number>>;
	/** Requests that it says failed without a reply. */
	readonly failures?: number;
	/** Replies per second. */
	readonly rate?: number;
	/** Of benchtop alone: its whole document. */
	readonly report?: ReportDocument['results'][number];
};

/** A load generator: how it is told what to do, and how its words are read. */
export type Tool = {
	readonly name: string;
	/** The program that must be there. */
	readonly program: string;
	/** `undefined`: it has no way to do that. */
	readonly measure: (load: Load) => Promise<Figures | undefined>;
};

export type Ended = Pick<Figures, 'code' | 'hung' | 'output' | 'wall' | 'memory'> & {readonly stdout: string};

/** How much longer than planned a tool may take, in milliseconds: a start, an end, and what is left in flight. */
const patience = 10_000;
const memoryBeat = 250;

/** Waits for a tool's end and watches its memory. */
export const watch = async (child: ChildProcess, duration: number): Promise<Ended> => {
	const began = performance.now();
	const written = {stdout: [] as Buffer[], stderr: [] as Buffer[]};
	child.stdout?.on('data', (chunk: Buffer) => written.stdout.push(chunk));
	child.stderr?.on('data', (chunk: Buffer) => written.stderr.push(chunk));
	let [early, most] = [0, 0];
	const beat = setInterval(() => {
		if (child.pid === undefined || process.platform !== 'linux') return;
		const memory = memoryOf(child.pid);
		most = Math.max(most, memory);
		if (performance.now() - began < duration / 2) early = Math.max(early, memory);
	}, memoryBeat);
	let hung = false;
	const limit = setTimeout(() => {
		hung = true;
		child.kill('SIGKILL');
	}, duration + patience);
	try {
		const [code]: unknown[] = await once(child, 'close');
		const [stdout, stderr] = [written.stdout, written.stderr].map((chunks) => Buffer.concat(chunks).toString());
		return {
			code: typeof code === 'number' ? code : null,
			hung,
			stdout: stdout ?? '',
			output: `${stdout}${stderr}`,
			wall: performance.now() - began,
			memory: {early, most},
		};
	} finally {
		clearInterval(beat);
		clearTimeout(limit);
	}
};

/** Runs a program to its end. */
export const launch = (program: string, words: ReadonlyArray<string | number>, duration: number): Promise<Ended> =>
	watch(spawn(program, words.map(String), {stdio: ['ignore', 'pipe', 'pipe']}), duration);

const inMilliseconds: Readonly<Record<string, number>> = {
	ns: 1e-6,
	us: 0.001,
	µs: 0.001,
	ms: 1,
	s: 1000,
	secs: 1000,
	m: 60_000,
};

/** '1.25ms' and its kin in milliseconds; `undefined` for what is no such time. */
export const timeIn = (text: string | undefined): number | undefined => {
	const match = /([\d.]+)\s*(ns|us|µs|ms|secs|s|m)\b/.exec(text ?? '');
	return match === null ? undefined : Number(match[1]) * (inMilliseconds[match[2]!] ?? Number.NaN);
};

/** The first group of a pattern as a number. */
export const numberIn = (text: string, pattern: RegExp): number | undefined => {
	const match = pattern.exec(text);
	return match === null ? undefined : Number(match[1]);
};

/** The figures of a list of latencies in milliseconds, by nearest rank. */
export const percentilesOf = (latencies: readonly number[]): Percentiles => {
	if (latencies.length === 0) return {};
	const sorted = Float64Array.from(latencies).sort();
	const rank = (q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
	return {
		min: sorted[0]!,
		p50: rank(0.5),
		p90: rank(0.9),
		p95: rank(0.95),
		p99: rank(0.99),
		p999: rank(0.999),
		max: sorted.at(-1)!,
		mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
	};
};

/** The members that are known. */
export const known = <Value extends object>(value: {[Key in keyof Value]: Value[Key] | undefined}): Value =>
	Object.fromEntries(
		Object.entries(value).filter(([, member]) => member !== undefined && !Number.isNaN(member)),
	) as Value;
