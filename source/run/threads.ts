import {Worker} from 'node:worker_threads';
import {type Gauges, gaugeMean, mergeGauges} from '../core/gauge.ts';
import type {PhaseName} from '../core/plan.ts';
import {coveredIn, mergeSnapshots, type Snapshot} from '../core/snapshot.ts';
import type {Steering} from '../engines/engine.ts';
import {entryUrl} from '../entries.ts';
import type {LoadLimits, LoadMessage} from './load.ts';

/** What a load thread is started with. `origin` is the run's beginning in epoch milliseconds. */
export type ThreadOrder = {
	readonly engine: string;
	readonly plan: unknown;
	readonly limits: LoadLimits;
	readonly origin: number;
};

/** What a load thread is told while it runs. */
export type ThreadCommand = 'stop' | Steering;

/** A running share of the load. `ended` resolves when the thread is gone, and never rejects. */
export type Thread = {
	readonly steer: (steering: Steering) => void;
	readonly stop: () => void;
	readonly kill: () => Promise<void>;
	readonly ended: Promise<void>;
};

export type StartThread = (order: ThreadOrder, onMessage: (message: LoadMessage) => void) => Thread;

/** A load thread of its own; what it prints goes nowhere, so that it cannot disturb a screen. */
export const startWorker: StartThread = (order, onMessage) => {
	const worker = new Worker(entryUrl('worker'), {workerData: order, stdout: true, stderr: true, name: 'benchtop load'});
	worker.stdout.resume();
	worker.stderr.resume();
	let settled = false;
	worker.on('message', (message: LoadMessage) => {
		settled ||= message.kind === 'done' || message.kind === 'failed';
		onMessage(message);
	});
	const fail = (message: string): void => {
		if (settled) return;
		settled = true;
		onMessage({kind: 'failed', message});
	};
	const ended = new Promise<void>((resolve) => {
		worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
		worker.on('exit', (code) => {
			fail(`A load thread ended with exit code ${code}.`);
			resolve();
		});
	});
	const tell = (command: ThreadCommand): void => worker.postMessage(command);
	return {
		steer: tell,
		stop: () => tell('stop'),
		kill: async () => {
			await worker.terminate();
		},
		ended,
	};
};

/** The gauges of several threads at one time: of each the highest, since the busiest thread is the one that matters. */
const highestGauges = (a: Gauges, b: Gauges): Gauges => {
	const highest = mergeGauges(a, b);
	return Object.fromEntries(
		Object.entries(highest).map(([name, merged]) => {
			const [inA, inB] = [a[name], b[name]];
			if (inA === undefined || inB === undefined) return [name, merged];
			return [name, gaugeMean(inA) >= gaugeMean(inB) ? inA : inB];
		}),
	);
};

/**
 * Joins the Snapshots of several threads into one stream: one goes out as soon as every thread has contributed since
 * the last, so counts are neither lost nor doubled, and a thread that stalls shows as a longer stretch.
 */
export const createJoiner = (threads: number, emit: (phase: PhaseName, snapshot: Snapshot) => void) => {
	const pending = new Map<PhaseName, Map<number, Snapshot>>();
	const finished = new Map<PhaseName, Set<number>>();
	const gone = new Set<number>();
	/** Up to where the stretch under way has been handed out. */
	const reached = new Map<PhaseName, number>();
	const isOver = (over: ReadonlySet<number>): boolean => new Set([...over, ...gone]).size === threads;
	const flush = (phase: PhaseName): void => {
		const parts = [...(pending.get(phase)?.values() ?? [])];
		pending.delete(phase);
		const [first, ...others] = parts;
		if (first === undefined) return;
		const {covered: _, ...joined} = others.reduce<Snapshot>(
			(a, b) => ({...mergeSnapshots(a, b), gauges: highestGauges(a.gauges, b.gauges)}),
			first,
		);
		// Each thread's stretches follow each other without a gap; so do the means of their ends, and rates stay right.
		const middle = (ends: readonly number[]): number => ends.reduce((sum, end) => sum + end, 0) / ends.length;
		// Where a thread has gone, the others go on from where all were.
		const from = reached.get(phase) ?? middle(parts.map((part) => part.from));
		const to = Math.max(from, middle(parts.map((part) => part.to)));
		const paused = middle(parts.map((part) => part.to - part.from - coveredIn(part)));
		reached.set(phase, to);
		emit(phase, {...joined, from, to, ...(Math.abs(paused) < 0.001 ? {} : {covered: to - from - paused})});
	};
	const flushWhenHeard = (phase: PhaseName): void => {
		const over = finished.get(phase) ?? new Set<number>();
		const heard = new Set([...(pending.get(phase)?.keys() ?? []), ...gone]);
		// Threads leave a phase together or not at all: the stretch of one alone would be doubled by the others'.
		const leaving = [...over].some((thread) => !gone.has(thread));
		if (isOver(over) || (heard.size === threads && !leaving)) flush(phase);
	};
	return {
		add(thread: number, phase: PhaseName, snapshot: Snapshot, last: boolean): void {
			const parts = pending.get(phase) ?? new Map<number, Snapshot>();
			pending.set(phase, parts);
			const known = parts.get(thread);
			parts.set(thread, known === undefined ? snapshot : mergeSnapshots(known, snapshot));
			const over = finished.get(phase) ?? new Set<number>();
			finished.set(phase, over);
			// A phase that a pause broke off goes on: for all threads, or for one that had entered it before the others.
			if (isOver(over)) {
				over.clear();
				reached.delete(phase);
			} else over.delete(thread);
			if (last) over.add(thread);
			flushWhenHeard(phase);
		},
		/** Nothing more comes from a thread; the others do not wait for it. */
		leave(thread: number): void {
			gone.add(thread);
			for (const phase of [...pending.keys()]) flushWhenHeard(phase);
		},
		/** Hands out what is left, for threads that died. */
		flushAll(): void {
			for (const phase of [...pending.keys()]) flush(phase);
		},
	};
};
