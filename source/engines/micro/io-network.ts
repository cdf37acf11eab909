import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {Worker} from 'node:worker_threads';
import {seededRandom} from '../../core/random.ts';
import {entryUrl} from '../../entries.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {failureOf, usualDuration} from './io-loop.ts';
import {chooser} from './io-medium.ts';
import {scheduleOf, waitSome} from './io-pace.ts';
import {type NetworkPlan, readShareOf} from './io-plan.ts';

/** A request begins with how many bytes follow and how many are wanted back, 32 bits each. */
export const headBytes = 8;
/** What answers a write. */
const acknowledgement = 1;

/** A peer in a thread of its own, and a connection to it. It ends with the thread that opened it, whatever happens. */
const openPeer = async (): Promise<{readonly socket: Socket; readonly close: () => Promise<void>}> => {
	const peer = new Worker(entryUrl('io-peer'), {stdout: true, stderr: true, name: 'benchtop peer'});
	try {
		const [port]: unknown[] = await once(peer, 'message');
		if (typeof port !== 'number') throw new BenchtopError('The peer told no port.', {exitCode: 4});
		const socket = connect({host: '127.0.0.1', port, noDelay: true});
		await once(socket, 'connect');
		return {
			socket,
			async close() {
				socket.destroy();
				await peer.terminate();
			},
		};
	} catch (error) {
		await peer.terminate();
		throw error;
	}
};

/** One request and its response after the other over one connection of the loopback, until the plan's end or the signal. */
export const loadNetwork = async (plan: NetworkPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal} = control;
	const {socket, close} = await openPeer();
	try {
		if (signal.aborted) return;
		await new Promise<void>((resolve, reject) => converse(plan, socket, recorder, control, resolve, reject));
	} finally {
		await close();
	}
};

const converse = (
	plan: NetworkPlan,
	socket: Socket,
	recorder: Recorder,
	control: Control,
	resolve: () => void,
	reject: (error: unknown) => void,
): void => {
	const {signal, warmup, amount} = control;
	const duration = control.duration ?? usualDuration;
	const {blockSize} = plan;
	const ask = new Uint8Array(headBytes);
	new DataView(ask.buffer).setUint32(4, blockSize);
	const give = new Uint8Array(headBytes + blockSize);
	new DataView(give.buffer).setUint32(0, blockSize);
	new DataView(give.buffer).setUint32(4, acknowledgement);
	const schedule = scheduleOf(plan);
	const reads = chooser(readShareOf(plan), seededRandom(plan.seed));
	const [readPart, writePart] = [recorder.part('read'), recorder.part('write')];
	const ok = recorder.outcome('ok', false);
	const stopwatch = createStopwatch();
	const alarms: Array<() => void> = [];
	let part = readPart;
	let isWaiting = false;
	let isPaused = false;
	let isOver = false;
	/** When it was sent, and when it was due to be. */
	let begun = 0;
	let due = 0;
	let over = 0;
	let lag = 0;
	let isLooking = false;
	let missing = 0;
	let left = Number.POSITIVE_INFINITY;
	let phase: 'warm-up' | 'measure' = warmup > 0 ? 'warm-up' : 'measure';

	/** Begins the next request, or looks again when it is due. */
	const next = (): void => {
		if (isPaused || isOver || isWaiting) return;
		if (left <= 0) {
			finish();
			return;
		}

		const now = performance.now();
		if (schedule !== undefined) {
			const zero = now - stopwatch.elapsed();
			due = zero + schedule.due();
			if (due > now) {
				look(due - now);
				return;
			}

			lag = Math.max(lag, now - Math.max(due, over));
			schedule.take();
		}

		const isRead = reads();
		part = isRead ? readPart : writePart;
		missing = isRead ? blockSize : acknowledgement;
		part.offer(1);
		left -= 1;
		isWaiting = true;
		begun = performance.now();
		socket.write(isRead ? ask : give);
		recorder.sent(isRead ? headBytes : headBytes + blockSize);
	};
	const look = (wait: number): void => {
		if (isLooking) return;
		isLooking = true;
		void waitSome(wait).then(() => {
			isLooking = false;
			next();
		});
	};
	const enter = (entered: typeof phase): void => {
		phase = entered;
		if (!isPaused) control.enter(entered);
		if (entered === 'measure' && amount !== undefined) left = amount - (isWaiting ? 1 : 0);
	};
	const settle = (): boolean => {
		if (isOver) return false;
		isOver = true;
		signal.removeEventListener('abort', finish);
		for (const cancel of alarms) cancel();
		return true;
	};
	const finish = (): void => {
		if (!settle()) return;
		const now = performance.now();
		if (isWaiting && schedule === undefined) part.abandon((now - begun) * 1000);
		else if (isWaiting) part.abandon((now - due) * 1000, (now - begun) * 1000);
		// What was due and never sent waits as well.
		const elapsed = Math.min(stopwatch.elapsed(), warmup + duration);
		for (; schedule !== undefined && amount === undefined && schedule.due() <= elapsed; schedule.take()) {
			const unsent = reads() ? readPart : writePart;
			unsent.offer(1);
			unsent.abandon((elapsed - schedule.due()) * 1000);
		}

		control.finish();
		resolve();
	};
	const fail = (error: unknown): void => {
		if (!settle()) return;
		if (isWaiting) part.fail(recorder.outcome(failureOf(error), true));
		reject(error);
	};
	signal.addEventListener('abort', finish);
	socket.on('data', (bytes: Uint8Array) => {
		recorder.received(bytes.length);
		missing -= bytes.length;
		if (missing > 0 || isOver) return;
		over = performance.now();
		isWaiting = false;
		if (schedule === undefined) part.record(ok, (over - begun) * 1000);
		else part.record(ok, (over - due) * 1000, (over - begun) * 1000);
		next();
	});
	socket.on('error', fail);
	socket.on('close', () =>
		fail(new BenchtopError('The peer of the loopback load closed its connection.', {exitCode: 4})),
	);
	control.watch(
		() => (isWaiting ? performance.now() - (schedule === undefined ? begun : due) : 0),
		() => {
			const late = lag;
			lag = 0;
			return schedule === undefined ? {} : {'generator.scheduleLag': late};
		},
	);
	control.onSteer(({to}) => {
		if (isOver) return;
		if (to === 'pause' && !isPaused) {
			isPaused = true;
			stopwatch.stop();
			control.enter('pause');
		} else if (to === 'resume' && isPaused) {
			isPaused = false;
			stopwatch.go();
			control.enter(phase);
			next();
		}
	});
	enter(phase);
	if (warmup > 0) alarms.push(stopwatch.at(warmup, () => enter('measure')));
	if (amount === undefined) alarms.push(stopwatch.at(warmup + duration, finish));
	if (amount === undefined && control.duration === undefined) control.expect(warmup + duration);
	next();
};
