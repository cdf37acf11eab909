import {MessageChannel, type MessagePort, Worker} from 'node:worker_threads';
import {entryUrl} from '../../entries.ts';

/** Wakes a load thread when a request is due. Moments are of `performance.now()`. */
export type Waker = {
	/** The next one is due then; at infinity, none is. */
	readonly at: (moment: number) => void;
	readonly close: () => Promise<void>;
};

/** What a ticker thread is started with: where it reads what is due, and when it wakes whom. */
export type TickerOrder = {
	readonly port: MessagePort;
	/** On the clock that all threads share, in milliseconds. */
	readonly due: Float64Array;
	/** Nothing ever, to wait on; and whether to stop. */
	readonly flags: Int32Array;
	/** How long before something is due it wakes, and how long it sleeps at least after that. */
	readonly lead: number;
	readonly least: number;
};

/** What a message and a sleeping thread take to arrive. */
const lead = 0.1;
/** More often than that, waking costs more than it gains. */
const leastSleep = 0.15;

/** A thread of its own waits and wakes this one by a message, which is on time to some tens of microseconds. */
export const startTicker = async (wake: () => void): Promise<Waker> => {
	const memory = new SharedArrayBuffer(16);
	const due = new Float64Array(memory, 0, 1);
	const flags = new Int32Array(memory, 8, 2);
	due[0] = Number.POSITIVE_INFINITY;
	const {port1, port2} = new MessageChannel();
	const order: TickerOrder = {port: port2, due, flags, lead, least: leastSleep};
	const worker = new Worker(entryUrl('ticker'), {workerData: order, transferList: [port2], name: 'benchtop ticker'});
	const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
	await new Promise<void>((resolve, reject) => {
		worker.once('online', resolve);
		worker.once('error', reject);
	});
	const begin = Number(process.hrtime.bigint()) / 1e6 - performance.now();
	port1.on('message', wake);
	return {
		at(moment) {
			const before = due[0]!;
			due[0] = begin + moment;
			// Asleep until a later moment, it would miss this one.
			if (due[0] < before) Atomics.notify(flags, 0);
		},
		async close() {
			Atomics.store(flags, 1, 1);
			Atomics.notify(flags, 0);
			port1.close();
			await ended;
		},
	};
};

/** Looks at the schedule in every turn of the event loop, which keeps a core busy. */
export const startSpinning = async (wake: () => void): Promise<Waker> => {
	let isClosed = false;
	const turn = (): void => {
		if (isClosed) return;
		wake();
		setImmediate(turn);
	};
	setImmediate(turn);
	return {
		at() {},
		async close() {
			isClosed = true;
		},
	};
};
