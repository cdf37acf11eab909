// What runs inside of Artillery, in its main thread and in each of its workers.
import {writeSync} from 'node:fs';
import {performance} from 'node:perf_hooks';
import {threadId} from 'node:worker_threads';

type Hear = (...words: never[]) => void;
export type Emitter = {readonly on: (name: string, hear: Hear) => unknown};
export type Request = {
	readonly uuid?: string;
	readonly name?: string;
	readonly method?: string;
	readonly url?: string;
	readonly uri?: string;
};
export type Scenario = {
	beforeRequest?: string | string[];
	onError?: string | string[];
	readonly engine?: string;
	readonly name?: string;
};
export type Script = {
	readonly config: {
		readonly target?: string;
		readonly phases?: readonly unknown[];
		readonly engine?: string;
		processor?: Record<string, unknown> | string;
	};
	readonly scenarios?: readonly Scenario[];
};
export type Store = {
	counter: (name: string, value: number) => unknown;
	summary: (name: string, value: number) => unknown;
	rate: (name: string) => unknown;
};
export type Phase = {readonly index?: number; readonly name?: string};
export type Check = {readonly original?: string; readonly strict?: boolean; readonly result?: unknown};
export type Artillery = {
	readonly version?: string;
	readonly __SSMS?: {readonly prototype: Store};
	readonly globalEvents: Emitter;
	readonly ext: (event: {readonly ext: string; readonly method: () => Promise<void>}) => unknown;
	readonly apdexPlugin?: {readonly apdex: number; readonly ranking: string};
};

/** Milliseconds of the Unix epoch, to the microsecond: the same in all threads and processes of a machine. */
export const now = (): number => performance.timeOrigin + performance.now();

const descriptor = 3;

/** Lines of several threads share one pipe: short ones are written in one piece. */
const write = (told: Readonly<Record<string, unknown>>): void => {
	const line = Buffer.from(`${JSON.stringify(told)}\n`);
	for (let from = 0; from < line.length; ) {
		try {
			from += writeSync(descriptor, line, from);
		} catch (error) {
			// Nobody reads any more: Artillery is about to be ended.
			if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
		}
	}
};

/** Tells benchtop by a line of JSON on a pipe of its own. */
export const tell = (kind: string, rest: Readonly<Record<string, unknown>>): void =>
	write({k: kind, w: threadId, t: now(), ...rest});

/** How often what happened is told, milliseconds. */
export const every = 100;
/** So many numbers are told in a line at most, which keeps it below what a pipe takes in one piece. */
export const mostNumbers = 1000;

export const chunks = function* <Value>(values: readonly Value[], size: number): Generator<readonly Value[]> {
	for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
};
