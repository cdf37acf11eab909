import type {Socket} from 'node:net';
import type {Control, Recorder} from '../engine.ts';
import {foreign, type Guest, never} from './guest.ts';

const shortestPause = 10;
const longestPause = 1000;

/**
 * Counts for one connection what autocannon does not: every request it sends and how that one ended. Requests are
 * timed here, from just before they are written to the end of their reply, because autocannon's own times belong to an
 * older request once a connection was dropped. Its parser and queue are emptied with each connection, or the rest of a
 * broken reply would swallow the next one. A target that refuses is left in peace for a while.
 *
 * A connection that is held (the load is paused, or there are to be fewer connections) sends nothing after its reply and
 * does not time out; one that the target closes meanwhile is opened again when it is let go.
 */
export const follow = (
	guest: Guest,
	pipelining: number,
	recorder: Recorder,
	control: Control,
	isPaused: () => boolean,
	onRest: () => void,
) => {
	let starts: number[] = [];
	let socket: Socket | undefined;
	let replyBegun = false;
	/** The reply says that its connection ends with it. autocannon would write the next request to it all the same. */
	let closing = false;
	let counting = true;
	let failuresInARow = 0;
	let pause: NodeJS.Timeout | undefined;
	let requestBytes = 0;
	const slots = new Map<number, number>();
	/** There are to be fewer connections than there are: this one waits. */
	let parked = false;
	let done = false;
	/** Requests that would have been sent, had the connection not been held. */
	let held = 0;
	/** The connection was lost while nothing was to be sent on it. */
	let unconnected = false;
	let everConnected = false;
	const isHeld = (): boolean => (parked || isPaused()) && !guest.destroyed;
	const doRequest = guest._doRequest.bind(guest);
	const connect = guest._connect.bind(guest);

	guest._doRequest = () => {
		if (!isHeld()) {
			if (unconnected) reconnect();
			else doRequest();
			return;
		}

		held = Math.min(pipelining, held + 1);
		if (starts.length > 0) return;
		// It would take the time without a request for the time without a reply.
		guest.timeoutTicker?.reschedule(never);
		onRest();
	};
	guest._connect = () => {
		// Seconds are counted by a clock that can be stopped.
		clearInterval(guest.rateInterval);
		if (guest.timeoutTicker === undefined) throw foreign();
		if (isHeld() && everConnected) {
			unconnected = true;
			onRest();
			return;
		}

		everConnected = true;
		connect();
	};
	const reconnect = (): void => {
		unconnected = false;
		held = 0;
		connect();
	};

	/** The connection is gone, and with it every request in flight. */
	const lose = (outcome: string): void => {
		if (counting && starts.length > 0) {
			const slot = recorder.outcome(outcome, true);
			for (const _ of starts) recorder.fail(slot);
		}

		starts = [];
		replyBegun = false;
	};

	const watchSocket = (current: Socket): void => {
		socket = current;
		closing = false;
		let over = false;
		const lost = (): void => {
			if (over || guest.conn !== current) return;
			over = true;
			// A reply without a length ends with its connection: only now is it whole.
			if (replyBegun) guest.parser.finish();
			lose(replyBegun ? 'truncated' : 'closed before response');
		};
		current.prependListener('end', lost);
		current.once('close', lost);
		current.on('data', () => {
			if (!guest.parser.hadError || over) return;
			over = true;
			current.destroy(Object.assign(new Error('malformed reply'), {code: 'malformed reply'}));
		});
	};

	const timeOut = (): void => {
		if (counting && starts.length > 0) {
			const slot = recorder.outcome('timeout', true);
			const now = performance.now();
			for (const start of starts) recorder.record(slot, (now - start) * 1000);
		}

		starts = [];
		replyBegun = false;
	};

	/** autocannon drops the socket of a request that timed out and opens a new one before it says so. */
	const noticeNewSocket = (): void => {
		if (guest.conn === socket) return;
		timeOut();
		guest.parser.initialize('RESPONSE');
		guest.pipelinedRequests.clear();
		watchSocket(guest.conn);
	};

	guest.on('request', () => {
		noticeNewSocket();
		if (closing) {
			// Not sent, not counted: the next connection carries it.
			guest.conn.write = () => true;
			guest.reqsMade -= 1;
			return;
		}

		starts.push(performance.now());
		if (!counting) return;
		recorder.offer(1);
		if (requestBytes === 0) requestBytes = guest.getRequestBuffer().length;
		recorder.sent(requestBytes);
	});
	guest.on('headers', (head: {shouldKeepAlive?: boolean}) => {
		replyBegun = true;
		if (head.shouldKeepAlive === false) closing = true;
	});
	guest.on('response', (status: number, bytes: number) => {
		replyBegun = false;
		if (status < 200) {
			// An interim reply (RFC 9110, 15.2): the real one is still to come, but autocannon sends the next request now.
			control.doubt({
				kind: 'interim-replies',
				message: `The target sends interim replies (${status}). autocannon takes each for a reply and sends the next request, so that more and more wait on a connection: latencies grow with the run.`,
			});
			return;
		}

		failuresInARow = 0;
		const start = starts.shift();
		if (!counting) return;
		recorder.received(bytes);
		if (start === undefined) {
			recorder.offer(1);
			recorder.fail(recorder.outcome('reply without a request', true));
			return;
		}

		let slot = slots.get(status);
		if (slot === undefined) {
			slot = recorder.outcome(String(status), status >= 400);
			slots.set(status, slot);
		}

		recorder.record(slot, (performance.now() - start) * 1000);
	});
	guest.on('timeout', () => {
		// Held, it has opened none.
		if (unconnected) {
			timeOut();
			onRest();
		} else noticeNewSocket();
	});
	guest.on('done', () => {
		done = true;
		onRest();
	});
	guest.on('connError', (error: NodeJS.ErrnoException) => {
		const expected = closing && starts.length === 0;
		lose(error.code ?? 'connection failed');
		if (expected) return;
		failuresInARow += 1;
		const failed = guest.conn;
		// autocannon would reconnect at once, tens of thousands of times a second.
		guest.destroyed = true;
		pause = setTimeout(
			() => {
				pause = undefined;
				guest.destroyed = false;
				if (guest.conn === failed) guest._connect();
			},
			Math.min(longestPause, shortestPause * 2 ** (failuresInARow - 1)),
		);
	});

	return {
		guest,
		isDone: (): boolean => done,
		isParked: (): boolean => parked,
		/** It sends nothing more, and waits for nothing. */
		isAtRest: (): boolean => done || (parked && starts.length === 0),
		/** From now on it waits, or does not; `release` lets it go. */
		park(wanted: boolean): void {
			parked = wanted;
		},
		/** Sends what was held back, unless it still is. */
		release(): void {
			if (done || isHeld()) return;
			const due = held;
			held = 0;
			// What was refused is tried again in its own time.
			if (pause !== undefined) return;
			if (unconnected) reconnect();
			else for (let request = 0; request < due; request++) doRequest();
		},
		oldestStart: (): number => starts[0] ?? Number.POSITIVE_INFINITY,
		finish(now: number): void {
			for (const start of starts) recorder.abandon((now - start) * 1000);
			starts = [];
			counting = false;
			if (pause !== undefined) {
				clearTimeout(pause);
				guest.destroyed = false;
			}

			guest.destroy();
		},
	};
};
