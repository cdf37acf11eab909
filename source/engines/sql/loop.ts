import type {Doubt} from '../../core/event.ts';
import {paceOf} from '../../core/pacer.ts';
import {type Random, seededRandom} from '../../core/random.ts';
import {formatCount} from '../../core/units.ts';
import {createAgenda} from '../agenda.ts';
import type {Recorder, Steering} from '../engine.ts';
import {createSchedule} from '../schedule.ts';
import {sharedClockOffset} from '../shared-clock.ts';
import {Unset} from '../template.ts';
import {thinkTime} from '../think.ts';
import {startSpinning, startTicker, type Waker} from '../waker.ts';
import type {Database, Fault} from './database.ts';
import {createLine} from './line.ts';
import {createMeasures} from './measures.ts';
import {type CompiledOperation, compileOperations, type Values} from './operations.ts';
import {paceOfPlan, type SqlPlan} from './plan.ts';
import {createPool, type Member} from './pool.ts';

/** One operation, from when it was asked for or due. Moments are milliseconds of `performance.now()`. */
type Ask = {
	operation: CompiledOperation;
	readonly values: Values;
	readonly user: User | undefined;
	asked: number;
	/** When it had its connection. */
	sent: number;
	/** The statement under way, and since when. */
	at: number;
	began: number;
	rows: number;
};

/** Who asks again when the last answer is in. */
type User = {readonly index: number; readonly random: Random; ask: Ask | undefined};

/** So long operations are begun in a row before what has come is read. Milliseconds. */
const longestBurst = 2;
/** Longer than this the thread would rather read answers than wait for a moment with open eyes. Milliseconds. */
const longestSpin = 0.12;
const spinShare = 0.3;
/** A user of whom nothing could be asked is asked again after so long. Milliseconds. */
const restAfterFault = 10;

export type LoopParts = {
	readonly plan: SqlPlan;
	readonly database: Database;
	readonly recorder: Recorder;
	/** The server is to break off what this connection does. */
	readonly cancel: (id: number | undefined) => void;
	/** The amount has been reached, or there are no more data for anybody. */
	readonly onDone: () => void;
};

/** Asks a database through a pool of connections: users that wait for their answers, or what is due by a schedule. */
export const createLoop = ({plan, database, recorder, cancel, onDone}: LoopParts) => {
	const {seed, timeout, think} = plan;
	const isOpenLoop = plan.rate !== undefined;
	const turn = plan.turn ?? {index: 0, of: 1};
	const measures = createMeasures(recorder);
	const operations = compileOperations(plan, database, recorder);
	const timeoutSlot = recorder.outcome('timeout', true);
	const poolSlot = recorder.outcome('timeout in the pool', true);
	const okSlot = recorder.outcome('ok', false);
	const slots = new Map<string, number>();
	const slotOf = (name: string): number => {
		const known = slots.get(name);
		if (known !== undefined) return known;
		const slot = recorder.outcome(name, true);
		slots.set(name, slot);
		return slot;
	};

	const waiting = createLine<Ask>();
	/** Of the open loop: over, and used again. */
	const spare: Ask[] = [];
	const users: User[] = [];
	let held: User[] = [];
	/** Asked for and not over. */
	let pending = 0;
	let left = Number.POSITIVE_INFINITY;
	let isStarted = false;
	let isOver = false;
	let isPaused = false;
	let pausedAt = 0;
	let isPumping = false;
	let isTurnBooked = false;
	let waker: Waker | undefined;
	let lastDue = 0;
	let worstLag = 0;
	/** What was due before this moment waited for a connection, not for this thread. */
	let starvedUntil = Number.NEGATIVE_INFINITY;
	let lastRefusal: Fault | undefined;
	let refusals = 0;
	/** In calls that return when all is done: that is the database at work, not this thread. */
	let within = 0;

	const settle = (): void => {
		if (isOver || pending > 0) return;
		if (left <= 0 || operations.exhausted.size > 0) onDone();
	};

	const schedule = createSchedule(
		plan.arrivals === 'poisson' ? seededRandom(seed) : undefined,
		turn,
		sharedClockOffset(),
	);

	// One operation from its beginning to its end.

	const perform = (member: Member<Ask>, ask: Ask): void => {
		const statement = ask.operation.statements[ask.at];
		if (statement === undefined) return;
		ask.began = performance.now();
		let values: ReturnType<typeof statement.values>;
		try {
			values = statement.values(ask.values.scope);
		} catch (error) {
			if (!(error instanceof Unset)) throw error;
			const fault = {outcome: `template: ${error.message}`, message: '', isAnswer: false, isFatal: false};
			conclude(member, ask, fault, performance.now());
			return;
		}

		member.session.run(statement, values, member.ended);
		if (!database.isSynchronous) return;
		// What became due meanwhile waited for the database, which has this thread.
		starvedUntil = performance.now();
		within += starvedUntil - ask.began;
	};

	const begin = (member: Member<Ask>, ask: Ask, now: number): void => {
		member.ask = ask;
		member.since = now;
		ask.sent = now;
		if (isOpenLoop && ask.asked > starvedUntil) worstLag = Math.max(worstLag, now - ask.asked);
		perform(member, ask);
	};

	const onEnded = (member: Member<Ask>, fault: Fault | undefined, rows: number): void => {
		const {ask} = member;
		if (ask === undefined || isOver) return;
		const now = performance.now();
		ask.rows += rows;
		const slot = ask.operation.times?.[ask.at];
		if (slot !== undefined && fault === undefined) recorder.sample(slot, now - ask.began);
		ask.at++;
		if (fault === undefined && ask.at < ask.operation.statements.length) perform(member, ask);
		else conclude(member, ask, fault, now);
	};

	/** Its bytes since it was read last. */
	const countBytes = (member: Member<Ask>): void => {
		if (database.isSynchronous) return;
		const [received, sent] = [member.session.received(), member.session.sent()];
		recorder.received(received - member.received);
		recorder.sent(sent - member.sent);
		member.received = received;
		member.sent = sent;
	};

	/** Counts an operation that is over. */
	const tell = (ask: Ask, fault: Fault | undefined, now: number): void => {
		const {part} = ask.operation;
		if (fault !== undefined && !fault.isAnswer) part.fail(slotOf(fault.outcome));
		else {
			const latency = (now - ask.asked) * 1000;
			const slot = fault === undefined ? okSlot : slotOf(fault.outcome);
			if (isOpenLoop) part.record(slot, latency, (now - ask.sent) * 1000);
			else part.record(slot, latency);
			measures.ended(ask.sent - ask.asked, now - ask.sent, ask.rows);
		}
	};

	const conclude = (member: Member<Ask>, ask: Ask, fault: Fault | undefined, now: number): void => {
		member.ask = undefined;
		countBytes(member);
		tell(ask, fault, now);
		if (fault?.isFatal === true) pool.replace(member);
		else if (fault !== undefined && ask.operation.times !== undefined && ask.at > 0) {
			// The database waits for the end of a transaction that failed.
			member.since = now;
			member.isRecovering = true;
			member.session.run(operations.rollback, [], (trouble) => {
				member.isRecovering = false;
				if (trouble?.isFatal === true) pool.replace(member);
				else pool.release(member);
			});
		} else pool.release(member);
		leave(ask, fault !== undefined);
	};

	/** An operation is over, and its user goes on. */
	const leave = (ask: Ask, hasFailed: boolean): void => {
		pending--;
		const {user} = ask;
		if (user === undefined) spare.push(ask);
		else if (!isOver) {
			const rest = think === undefined ? 0 : thinkTime(think, user.random);
			const least = hasFailed && pool.isDown() ? restAfterFault : 0;
			if (rest > 0 || least > 0) agenda.add(user, Math.max(rest, least));
			else askFor(user);
		}

		if (left <= 0 || operations.exhausted.size > 0) settle();
		pump();
	};

	const pool = createPool<Ask>({
		database,
		protocol: plan.protocol ?? database.protocols[0],
		size: plan.connections,
		hooks: {
			onFree: () => pump(),
			onEnded,
			onLost(member, fault) {
				const {ask} = member;
				member.ask = undefined;
				if (isOver || ask === undefined) return;
				tell(ask, {...fault, isAnswer: false}, performance.now());
				leave(ask, true);
			},
			onRefused(fault) {
				lastRefusal = fault;
				refusals++;
				if (isOver || !isStarted || !pool.isDown()) return;
				// While others work they serve who waits. Where none does, it is one user that this attempt was for; of what
				// becomes due, nobody waits for an answer.
				for (let failing = isOpenLoop ? waiting.count() : Math.min(1, waiting.count()); failing > 0; failing--)
					refuseNext(fault);
			},
			onMade: measures.connected,
		},
	});

	const refuseNext = (fault: Fault): void => {
		const ask = waiting.shift();
		if (ask === undefined) return;
		ask.operation.part.fail(slotOf(fault.outcome));
		leave(ask, true);
	};

	/** Gives free connections to who waits, for a moment at a time. */
	const pump = (): void => {
		if (isPumping || isPaused || isOver || !isStarted || waiting.count() === 0) return;
		isPumping = true;
		const until = performance.now() + longestBurst;
		while (waiting.count() > 0) {
			const member = pool.take();
			if (member === undefined) {
				starvedUntil = performance.now();
				break;
			}

			const ask = waiting.shift();
			if (ask === undefined) break;
			const now = performance.now();
			begin(member, ask, now);
			if (now > until) {
				nextTurn();
				break;
			}
		}

		isPumping = false;
	};

	/** What is left to do goes on when what has come was read. */
	const nextTurn = (): void => {
		if (isTurnBooked) return;
		isTurnBooked = true;
		setImmediate(() => {
			isTurnBooked = false;
			if (isOpenLoop) takeUp(performance.now());
			pump();
		});
	};

	const newAsk = (random: Random, user: User | undefined): Ask => ({
		operation: operations.pick(random),
		values: operations.values(random),
		user,
		asked: 0,
		sent: 0,
		at: 0,
		began: 0,
		rows: 0,
	});

	const enqueue = (ask: Ask, asked: number): void => {
		ask.asked = asked;
		ask.sent = asked;
		ask.at = 0;
		ask.rows = 0;
		ask.operation.part.offer(1);
		left--;
		pending++;
		waiting.add(ask);
	};

	// The closed loop: users.

	/** A user wants the next answer. */
	const askFor = (user: User): void => {
		if (isOver || left <= 0 || operations.exhausted.size > 0) return;
		if (isPaused) {
			held.push(user);
			return;
		}

		user.ask ??= newAsk(user.random, user);
		const {ask} = user;
		if (!ask.values.renew()) {
			settle();
			return;
		}

		ask.operation = operations.pick(user.random);
		enqueue(ask, performance.now());
	};

	const agenda = createAgenda<User>((user) => {
		askFor(user);
		pump();
	});

	// The open loop: what is due.

	const randomOf = (index: number): Random =>
		seededRandom((seed + Math.imul(index * turn.of + turn.index, 0x85ebca6b)) >>> 0);
	const random = randomOf(0x7fff);

	const takeUp = (now: number): void => {
		while (schedule.next() <= now && left > 0 && operations.exhausted.size === 0) {
			lastDue = schedule.next();
			schedule.advance();
			const ask = spare.pop() ?? newAsk(random, undefined);
			ask.operation = operations.pick(random);
			if (!ask.values.renew()) break;
			enqueue(ask, lastDue);
			if (lastRefusal !== undefined && pool.isDown()) refuseNext(lastRefusal);
		}

		if (left <= 0 || operations.exhausted.size > 0) {
			waker?.at(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
			settle();
		} else waker?.at(schedule.next(), schedule.following());
	};

	const wake = (): void => {
		// Wakes may come faster than they are served: one in each turn, or nothing would ever be read.
		if (isOver || isPaused || isTurnBooked || !isStarted) return;
		nextTurn();
		let now = performance.now();
		const due = schedule.next();
		if (due - now <= Math.min(longestSpin, spinShare * (due - lastDue))) while (now < due) now = performance.now();
		if (now < due) return;
		takeUp(now);
		pump();
	};

	return {
		/** Makes the connections, and what wakes this thread. */
		async prepare(): Promise<void> {
			await pool.fill();
			if (isOpenLoop && !isOver) waker = await (plan.precise === true ? startSpinning : startTicker)(wake);
		},
		start(): void {
			isStarted = true;
			const now = performance.now();
			if (isOpenLoop) {
				schedule.begin(now, paceOfPlan(plan), plan.rate);
				lastDue = now;
				if (isPaused) pausedAt = now;
				else takeUp(now);
			} else {
				for (let index = 0; index < plan.users; index++) users.push({index, random: randomOf(index), ask: undefined});
				// Who thinks does not begin with all others, or they would ask in step.
				for (const user of users) {
					if (think === undefined) askFor(user);
					else agenda.add(user, thinkTime(think, user.random) * user.random());
				}
			}

			pump();
		},
		/** Measuring begins; so many operations are measured, those in flight among them. */
		measure(amount: number | undefined): void {
			refusals = 0;
			measures.begin();
			if (amount === undefined) return;
			left = Math.max(0, amount - pending);
			settle();
		},
		pause(now: number): void {
			isPaused = true;
			pausedAt = now;
			agenda.stop();
			waker?.at(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
		},
		resume(now: number): void {
			if (!isPaused) return;
			isPaused = false;
			agenda.go();
			const stood = now - pausedAt;
			waiting.each((ask) => {
				ask.asked += stood;
				ask.sent += stood;
			});

			if (isStarted && isOpenLoop) {
				schedule.postpone(stood);
				lastDue += stood;
				takeUp(now);
			}

			const again = held;
			held = [];
			for (const user of again) askFor(user);
			pump();
		},
		steer({connections, rate}: Extract<Steering, {readonly to: 'steer'}>, now: number): void {
			if (connections !== undefined) pool.resize(connections);
			if (isOpenLoop && rate !== undefined && isStarted && schedule.next() !== Number.POSITIVE_INFINITY) {
				const from = isPaused ? pausedAt : now;
				const pace = paceOf([{duration: 0, from: rate, to: rate}]);
				schedule.begin(Math.max(from, Math.min(schedule.next(), lastDue + 1000 / rate)), pace, rate);
				if (!isPaused) takeUp(now);
			}

			pump();
		},
		/** Called now and then. */
		sweep(now: number): void {
			for (const member of [...pool.members()]) {
				const {ask} = member;
				const isAtWork = (ask !== undefined || member.isRecovering) && !database.isSynchronous;
				if (!isAtWork || now - member.since < timeout) continue;
				if (ask === undefined) {
					pool.replace(member);
					continue;
				}

				member.ask = undefined;
				countBytes(member);
				const latency = (now - ask.asked) * 1000;
				if (isOpenLoop) ask.operation.part.record(timeoutSlot, latency, (now - ask.sent) * 1000);
				else ask.operation.part.record(timeoutSlot, latency);
				measures.ended(ask.sent - ask.asked, now - ask.sent, ask.rows);
				cancel(member.session.id);
				pool.replace(member);
				leave(ask, true);
			}

			for (
				let ask = waiting.first();
				!isPaused && ask !== undefined && now - ask.asked >= timeout;
				ask = waiting.first()
			) {
				waiting.shift();
				ask.operation.part.record(poolSlot, (now - ask.asked) * 1000);
				measures.waited(now - ask.asked);
				leave(ask, true);
			}

			if (isOpenLoop && isStarted && !isPaused) takeUp(now);
			pump();
			settle();
		},
		/** Since when the oldest operation waits; `now` if none does. */
		oldest(now: number): number {
			let oldest = waiting.first()?.asked ?? now;
			for (const {ask} of pool.members()) if (ask !== undefined) oldest = Math.min(oldest, ask.asked);
			return oldest;
		},
		/** The worst lateness of this thread since it was last read, and the time that its own calls took. Milliseconds. */
		levels(): {readonly lag: number | undefined; readonly within: number} {
			const told = {lag: isOpenLoop ? worstLag : undefined, within};
			worstLag = 0;
			within = 0;
			return told;
		},
		/** Nothing begins any more, and what waits counts as abandoned. */
		end(now: number): readonly Doubt[] {
			if (isOver) return [];
			if (isStarted && isOpenLoop && !isPaused) takeUp(now);
			isOver = true;
			for (let ask = waiting.shift(); ask !== undefined; ask = waiting.shift())
				ask.operation.part.abandon((now - ask.asked) * 1000);
			for (const member of pool.members()) {
				const {ask} = member;
				if (ask === undefined) continue;
				const waited = (now - ask.asked) * 1000;
				if (isOpenLoop) ask.operation.part.abandon(waited, (now - ask.sent) * 1000);
				else ask.operation.part.abandon(waited);
			}

			return doubts();
		},
		/** What the server is still at work for. */
		underWay: (): readonly number[] =>
			[...pool.members()].flatMap(({ask, session}) => (ask === undefined ? [] : (session.id ?? []))),
		async close(): Promise<void> {
			isOver = true;
			agenda.clear();
			pool.close();
			await waker?.close();
		},
	};

	function doubts(): readonly Doubt[] {
		return [
			...(operations.exhausted.size === 0
				? []
				: [
						{
							kind: 'data-exhausted',
							message: `Every row of ${[...operations.exhausted].join(' and ')} was used once, and nothing was asked from then on. More rows, a shorter run, or order: sequential would help.`,
						},
					]),
			...(refusals === 0 || lastRefusal === undefined
				? []
				: [
						{
							kind: 'no-connection',
							message: `${formatCount(refusals)} attempts to make a connection of the pool failed (${lastRefusal.outcome}), at growing intervals, up to 1 s: for part of the run, if not all of it, the pool was smaller than planned.`,
						},
					]),
		];
	}
};

export type Loop = ReturnType<typeof createLoop>;
