import {arrivals, type Pace, paceOf} from '../../core/pacer.ts';
import {seededRandom} from '../../core/random.ts';
import {formatCount, formatPercent} from '../../core/units.ts';
import {sharedClockOffset} from '../shared-clock.ts';
import {startSpinning, startTicker, type Waker} from '../waker.ts';
import type {Loop, LoopParts} from './loop.ts';
import {mostConnections, paceOfPlan} from './plan.ts';
import type {Connection} from './wire.ts';

/** Longer than this the thread would rather read replies than wait for a moment with open eyes. Milliseconds. */
const longestSpin = 0.12;
/** The share of the time between two requests that may be spent so. */
const spinShare = 0.3;
/** Sending goes on for no longer than this before replies are read. Milliseconds. */
const longestBurst = 1;
/** So many connections are made in a turn of the event loop when all are busy. */
const mostMade = 32;
/** Threads do not begin at once, but hardly ever further apart than this. Milliseconds. */
const commonBegin = 100;
/** From this share on, waiting for a connection shows in p99. */
const starvedLimit = 0.01;

/** Moments in the order they were added; the memory is that of the most there have been at a time. */
const createBacklog = () => {
	let moments = new Float64Array(1024);
	let first = 0;
	let count = 0;
	return {
		count: (): number => count,
		oldest: (): number => moments[first]!,
		add(moment: number): void {
			if (count === moments.length) {
				const larger = new Float64Array(count * 2);
				larger.set(moments.subarray(first));
				larger.set(moments.subarray(0, first), count - first);
				moments = larger;
				first = 0;
			}

			moments[(first + count) & (moments.length - 1)] = moment;
			count++;
		},
		shift(): number {
			const moment = moments[first]!;
			first = (first + 1) & (moments.length - 1);
			count--;
			return moment;
		},
		/** As if all had come so much later. */
		postpone(by: number): void {
			for (let index = 0; index < count; index++) moments[(first + index) & (moments.length - 1)]! += by;
		},
	};
};

/** Connections in the order they stood in line; each at most once. */
const createLine = () => {
	let line: Connection[] = [];
	let first = 0;
	return {
		add(connection: Connection): void {
			if (connection.isQueued) return;
			connection.isQueued = true;
			// The room that was left behind is used again before more is taken.
			if (first > 1024 && first * 2 > line.length) {
				line = line.slice(first);
				first = 0;
			}

			line.push(connection);
		},
		next(): Connection | undefined {
			const connection = line[first];
			if (connection === undefined) return undefined;
			first++;
			connection.isQueued = false;
			return connection;
		},
	};
};

/**
 * Requests are due by a schedule, whatever became of those before; each goes to the connection that has been free for
 * the longest, and waits while none is. Its latency counts from when it was due.
 */
export const openLoop = ({plan, warmup, duration, recorder, openWire, notice, onDone}: LoopParts): Loop => {
	const {timeout} = plan;
	const neverSentSlot = recorder.outcome('timeout before send', true);
	const random = plan.arrivals === 'poisson' ? seededRandom(plan.seed ?? 1) : undefined;
	const backlog = createBacklog();
	const line = createLine();
	let limit = mostConnections(plan);
	let next = (): number => Number.POSITIVE_INFINITY;
	let begin = 0;
	/** Several threads begin at a multiple of so many milliseconds, by the clock that all share. */
	let beat = 0;
	let lastDue = 0;
	let nextDue = Number.POSITIVE_INFINITY;
	let followingDue = Number.POSITIVE_INFINITY;
	let left = Number.POSITIVE_INFINITY;
	let pausedAt: number | undefined;
	/** In the next turn of the event loop the schedule is looked at. */
	let isTurnBooked = false;
	let isOver = false;
	let waker: Waker | undefined;
	/** What to add to a moment of this thread for the clock that all threads share. */
	const clockOffset = sharedClockOffset();
	/** Connections that are being made, for whatever waits then. */
	let coming = 0;
	/** Whether to say that connections are busy: in the warm-up that is nothing to speak of. */
	let isToSay = false;
	/** What was due before this moment waited for a connection, not for this thread. */
	let starvedUntil = Number.NEGATIVE_INFINITY;
	/** The same, while there could be no more connections. */
	let limitedUntil = Number.NEGATIVE_INFINITY;
	let worstLag = 0;
	let offered = 0;
	let limited = 0;
	let neverSent = 0;
	let lastFailure = 'connection failed';

	const settle = (): void => {
		if (left === 0 && backlog.count() === 0 && wire.inFlight() === 0) onDone();
	};

	const hasRoom = (connection: Connection): boolean =>
		!connection.isResting &&
		connection.index < limit &&
		connection.inFlight < connection.capacity &&
		(connection.isOpen || !connection.isMade);

	const failWaiting = (): void => {
		const slot = recorder.outcome(lastFailure, true);
		while (backlog.count() > 0) {
			backlog.shift();
			recorder.fail(slot);
		}

		settle();
	};

	const make = (): void => {
		const connection = wire.add();
		connection.isComing = true;
		coming++;
		wire.connect(connection);
	};

	const arrive = (connection: Connection): void => {
		if (!connection.isComing) return;
		connection.isComing = false;
		coming--;
	};

	/** There are requests to send and no connection to send them on. */
	const reinforce = (): void => {
		// The target has just refused every one of them, and is left in peace for a while.
		if (wire.isResting()) {
			failWaiting();
			return;
		}

		starvedUntil = performance.now();
		// Once in a turn and a few at a time: replies that have come and were not read yet free some, and making takes time.
		if (isTurnBooked) return;
		for (let made = 0; made < mostMade && coming < backlog.count() && wire.connections.length < limit; made++) make();
		if (coming < backlog.count()) nextTurn();
		if (wire.connections.length >= limit) limitedUntil = starvedUntil;
		if (!isToSay) return;
		isToSay = false;
		notice(
			limit > plan.connections
				? `All ${formatCount(plan.connections)} connections of a load thread were busy when a request was due: it opens more, ${formatCount(limit)} at most.`
				: `All ${formatCount(limit)} connections of a load thread were busy when a request was due: requests wait for one.`,
		);
	};

	const dispatch = (): void => {
		const until = performance.now() + longestBurst;
		while (backlog.count() > 0) {
			let connection = line.next();
			while (connection !== undefined && !hasRoom(connection)) connection = line.next();
			if (connection === undefined) {
				reinforce();
				return;
			}

			const due = backlog.shift();
			const now = performance.now();
			if (due > starvedUntil) {
				if (now - due > worstLag) worstLag = now - due;
			} else if (due <= limitedUntil) limited++;
			wire.begin(connection, due, now);
			wire.flush(connection, 1);
			if (hasRoom(connection)) line.add(connection);
			if (now > until) {
				nextTurn();
				return;
			}
		}
	};

	/** What is left to do goes on when replies have been read: sending alone would keep them waiting, and count that. */
	const nextTurn = (): void => {
		if (isTurnBooked) return;
		isTurnBooked = true;
		setImmediate(() => {
			isTurnBooked = false;
			pump(performance.now());
		});
	};

	/** One that was due is taken up; the schedule stays one ahead of what is due next. */
	const advance = (): void => {
		nextDue = left > 0 ? followingDue : Number.POSITIVE_INFINITY;
		followingDue = begin + next();
	};

	/** The next moment that all threads have in common. */
	const nextBeat = (moment: number): number => {
		const late = beat === 0 ? 0 : (moment + clockOffset) % beat;
		return late === 0 ? moment : moment + beat - late;
	};

	/**
	 * The schedule begins at a moment, at a rate that stays or that does not. Threads that share even arrivals take turns in
	 * one schedule, which they count from one moment; where the rate stays, any of its periods may be the first.
	 */
	const schedule = (from: number, pace: Pace, steadyRate?: number): void => {
		const {index = 0, of = 1} = random === undefined ? (plan.turn ?? {}) : {};
		next = arrivals(pace, random, index / of);
		const period = steadyRate === undefined ? commonBegin : 1000 / steadyRate;
		beat = of === 1 ? 0 : period;
		// It may lie a little before: what was due until then belongs to no schedule.
		begin = nextBeat(from - (steadyRate === undefined ? beat / 2 : (index / of) * period));
		do followingDue = begin + next();
		while (followingDue < from);
		advance();
	};

	/** Takes up what has become due, and sends what it can. */
	const pump = (now: number): void => {
		if (isOver || pausedAt !== undefined) return;
		let count = 0;
		while (nextDue <= now && left > 0) {
			backlog.add(nextDue);
			count++;
			left--;
			lastDue = nextDue;
			advance();
		}

		if (count > 0) {
			recorder.offer(count);
			offered += count;
		}

		dispatch();
		waker?.at(nextDue, followingDue);
	};

	const wake = (): void => {
		// Wakes may come faster than they are served: one in each turn, or nothing would ever be read.
		if (isOver || pausedAt !== undefined || isTurnBooked) return;
		nextTurn();
		let now = performance.now();
		if (nextDue - now <= Math.min(longestSpin, spinShare * (nextDue - lastDue))) {
			while (now < nextDue) now = performance.now();
		}

		if (now >= nextDue) pump(now);
	};

	const makeRoom = (connection: Connection): void => {
		if (isOver) return;
		arrive(connection);
		if (connection.index >= limit && connection.inFlight === 0) wire.drop(connection);
		if (hasRoom(connection)) line.add(connection);
		if (pausedAt === undefined && backlog.count() > 0) dispatch();
		if (left === 0) settle();
	};

	const wire = openWire({
		onRoom: makeRoom,
		onRest(connection, outcome) {
			lastFailure = outcome;
			arrive(connection);
			if (wire.isResting()) failWaiting();
			settle();
		},
		onRead() {
			const now = performance.now();
			if (now >= nextDue) pump(now);
		},
	});

	return {
		async prepare() {
			waker = await (plan.precise ? startSpinning : startTicker)(wake);
		},
		start() {
			while (wire.connections.length < plan.connections) make();
			const now = performance.now();
			schedule(now, paceOfPlan(plan, warmup, duration), plan.rateEnd === undefined ? plan.rate : undefined);
			lastDue = now;
			if (pausedAt !== undefined) pausedAt = now;
			pump(now);
		},
		measure(amount) {
			isToSay = true;
			offered = 0;
			limited = 0;
			neverSent = 0;
			if (amount === undefined) return;
			left = Math.max(0, amount - wire.inFlight() - backlog.count());
			if (left === 0) nextDue = Number.POSITIVE_INFINITY;
			settle();
		},
		pause(now) {
			pausedAt = now;
			waker?.at(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
		},
		resume(now) {
			if (pausedAt === undefined) return;
			const stood = now - pausedAt;
			pausedAt = undefined;
			// Threads have not stood for quite the same time, and fall in step again.
			const later = nextBeat(begin + stood) - begin;
			begin += later;
			lastDue += stood;
			nextDue += later;
			followingDue += later;
			backlog.postpone(stood);
			pump(now);
		},
		steer({connections, rate}, now) {
			if (connections !== undefined) {
				// Who steers them means so many, and no more.
				limit = connections;
				while (wire.connections.length < connections) make();
				for (const connection of wire.connections) {
					if (connection.index >= limit && connection.inFlight === 0) wire.drop(connection);
				}
			}

			if (rate !== undefined && nextDue !== Number.POSITIVE_INFINITY) {
				const from = pausedAt ?? now;
				const pace = paceOf([{duration: 0, from: rate, to: rate}]);
				schedule(Math.max(from, Math.min(nextDue, lastDue + 1000 / rate)), pace, rate);
			}

			pump(now);
		},
		sweep(now) {
			wire.sweep(now, timeout);
			if (pausedAt === undefined) {
				while (backlog.count() > 0 && now - backlog.oldest() >= timeout) {
					recorder.record(neverSentSlot, (now - backlog.shift()) * 1000);
					neverSent++;
				}
			}

			pump(now);
			settle();
		},
		oldest: (now) => Math.min(wire.oldest(now), backlog.count() > 0 ? backlog.oldest() : now),
		levels() {
			const lag = worstLag;
			worstLag = 0;
			return {'generator.scheduleLag': lag};
		},
		end(now) {
			if (pausedAt === undefined) {
				let count = 0;
				while (nextDue <= now && left > 0) {
					backlog.add(nextDue);
					count++;
					left--;
					advance();
				}

				if (count > 0) recorder.offer(count);
			}

			isOver = true;
			while (backlog.count() > 0) recorder.abandon((now - backlog.shift()) * 1000);
			wire.abandon(now);
			const share = offered === 0 ? 0 : (limited + neverSent) / offered;
			return share <= starvedLimit
				? []
				: [
						{
							kind: 'connections-exhausted',
							message: `${formatPercent(100 * share)} of the requests were due while all ${formatCount(limit)} connections of a load thread were busy, and waited for one${neverSent === 0 ? '' : ` (${formatCount(neverSent)} of them until they timed out, never sent)`}: their latencies include that wait. More connections (--max-connections) would show what the target does with them.`,
						},
					];
		},
		async close() {
			await waker?.close();
			wire.close();
		},
	};
};
