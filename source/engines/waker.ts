import {MessageChannel, type MessagePort, Worker} from 'node:worker_threads';
import {entryUrl} from '../entries.ts';
import {sharedClockOffset} from './shared-clock.ts';

/** Wakes a load thread when a request is due. Moments are of `performance.now()`. */
export type Waker = {
	/** The next one is due then, and the one after it; at infinity, none is. */
	readonly at: (moment: number, following: number) => void;
	readonly close: () => Promise<void>;
};

/** What a ticker thread is started with: where it reads what is due, and when it wakes whom. */
export type TickerOrder = {
	readonly port: MessagePort;
	/**
	 * What is due next and after that, how long before it to wake, and what was woken for last. Milliseconds, on the
	 * clock that all threads share.
	 */
	readonly plan: Float64Array;
	/** Nothing ever, to wait on; and whether to stop. */
	readonly flags: Int32Array;
	/** How long it sleeps at least after it has woken somebody. */
	readonly least: number;
};

/** What a sleeping thread and a message take to arrive is learnt: waking so early leaves room for most of its spread. */
const mostEarliness = 0.04;
/** When much is due, being early costs more than being late: the share of the time between two requests. */
const earlinessShare = 0.1;
const firstLead = 0.1;
const [shortestLead, longestLead] = [0.03, 0.25];
/** How much one wake teaches. One that was further off than a wake can be teaches nothing. */
const lesson = 0.02;
const longestError = 0.5;
/** More often than that, waking costs more than it gains. */
const leastSleep = 0.15;

/** A thread of its own waits and wakes this one by a message, which is on time to some tens of microseconds. */
export const startTicker = async (wake: () => void): Promise<Waker> => {
	const memory = new SharedArrayBuffer(40);
	const plan = new Float64Array(memory, 0, 4);
	const flags = new Int32Array(memory, 32, 2);
	plan.fill(Number.POSITIVE_INFINITY);
	plan[2] = firstLead;
	plan[3] = 0;
	const {port1, port2} = new MessageChannel();
	const order: TickerOrder = {port: port2, plan, flags, least: leastSleep};
	const worker = new Worker(entryUrl('ticker'), {workerData: order, transferList: [port2], name: 'benchtop ticker'});
	const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
	await new Promise<void>((resolve, reject) => {
		worker.once('online', resolve);
		worker.once('error', reject);
	});
	const begin = sharedClockOffset();
	port1.on('message', () => {
		const wanted = Math.min(mostEarliness, earlinessShare * Math.abs(plan[1]! - plan[0]!));
		const error = plan[3]! - begin - performance.now() - wanted;
		if (Math.abs(error) < longestError) {
			plan[2] = Math.min(longestLead, Math.max(shortestLead, plan[2]! - lesson * error));
		}

		wake();
	});
	return {
		at(moment, following) {
			const before = plan[0]!;
			plan[0] = begin + moment;
			plan[1] = begin + following;
			// Asleep until a later moment, it would miss this one.
			if (plan[0] < before) Atomics.notify(flags, 0);
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
