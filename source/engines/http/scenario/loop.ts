import type {Doubt} from '../../../core/event.ts';
import {paceOf} from '../../../core/pacer.ts';
import {type Random, seededRandom} from '../../../core/random.ts';
import {formatCount, formatPercent} from '../../../core/units.ts';
import {createAgenda} from '../../agenda.ts';
import type {OutcomeSlot, PartRecorder, Recorder} from '../../engine.ts';
import {openFeeder, type Row} from '../../rows.ts';
import {createSchedule} from '../../schedule.ts';
import {sharedClockOffset} from '../../shared-clock.ts';
import {type Scope, Unset} from '../../template.ts';
import {thinkTime} from '../../think.ts';
import {startSpinning, startTicker, type Waker} from '../../waker.ts';
import type {Loop} from '../loop.ts';
import type {OwnHttpPlan} from '../plan.ts';
import {paceOfPlan} from '../plan.ts';
import {type Message, messageBytes} from '../request.ts';
import {mostRedirects} from '../route.ts';
import {type Line, type Way, wayTo} from '../way.ts';
import {type Channel, createChannel} from './channel.ts';
import {type CookieJar, createCookieJar} from './cookies.ts';
import {compileJudge, type Judge} from './judge.ts';
import type {ScenarioPlan, Step, Think} from './plan.ts';
import type {ReplyMessage} from './reply-message.ts';
import {compileRequest, type RequestBuilder, redirectedTo, Unusable} from './request.ts';

type CompiledRequest = {
	readonly part: PartRecorder;
	readonly builder: RequestBuilder;
	readonly judge: Judge;
	readonly think: Think | undefined;
	readonly timeout: number;
	readonly follows: boolean;
};
type CompiledStep = CompiledRequest | {readonly pause: Think};

type CompiledFlow = {
	readonly steps: readonly CompiledStep[];
	/** Nothing else in a pass could make use of what it captures: that lasts as long as the user. */
	readonly isSingle: boolean;
	/** What tells how long a pass takes; of single requests their latency does. */
	readonly timeMetric: number | undefined;
};

/** One virtual user: its variables, its cookies, its connections, and how far it has come. */
type User = {
	/** Its place among the users of this thread. */
	readonly index: number;
	readonly scope: Scope;
	readonly random: Random;
	/** Variables that last as long as the user, and as long as one pass. */
	readonly lasting: Map<string, unknown>;
	readonly passing: Map<string, unknown>;
	jar: CookieJar | undefined;
	/** By origin. */
	readonly channels: Map<string, Channel>;
	/** Absent: it does what is done once. */
	flow: CompiledFlow | undefined;
	steps: readonly CompiledStep[];
	at: number;
	/** When the pass began. */
	began: number;
	/** Something of the pass failed, so that its length says nothing. */
	isBroken: boolean;
	/** The request under way, if there is one. */
	request: CompiledRequest | undefined;
	message: Omit<Message, 'keepAlive'> | undefined;
	/** What it went out on. */
	channel: Channel | undefined;
	hops: number;
	/** Since when its latency counts, when it was sent, and since when an answer is waited for. */
	due: number;
	sent: number;
	since: number;
	isSent: boolean;
	/** Its first request was offered when its session was due. */
	isOffered: boolean;
	/** How often in a row it had no answer. */
	failures: number;
	isGone: boolean;
};

const readBufferBytes = 65_536;
const shortestRest = 10;
const longestRest = 1000;
/** How long a connection that was told to close may take to do so. */
const longestFarewell = 1000;
/** Longer than this the thread would rather read replies than wait for a moment with open eyes. Milliseconds. */
const longestSpin = 0.12;
const spinShare = 0.3;
/** So many sessions begin in a row before replies are read. */
const longestBurst = 64;
/** Users that are to begin in the warm-up have all begun some time before its end. */
const rampShare = 0.9;
/** From this share on, waiting for a user shows in p99. */
const starvedLimit = 0.01;

export type ScenarioLoopParts = {
	readonly plan: OwnHttpPlan & {readonly scenario: ScenarioPlan};
	readonly way: Way;
	readonly warmup: number;
	readonly duration: number;
	readonly recorder: Recorder;
	readonly notice: (text: string) => void;
	/** The amount has been reached, or nobody is left to do anything. */
	readonly onDone: () => void;
};

/**
 * Virtual users that each go through the flows of a scenario. Closed: so many users, each beginning a new pass when the
 * last one is over. Open: with a rate, each pass is a session of a user of its own, and begins when it is due.
 */
export const scenarioLoop = ({plan, way, warmup, duration, recorder, notice, onDone}: ScenarioLoopParts): Loop => {
	const {scenario} = plan;
	const isOpenLoop = plan.rate !== undefined;
	const turn = plan.turn ?? {index: 0, of: 1};
	const seed = plan.seed ?? 1;
	const keepAlive = plan.keepAlive !== false;
	const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
	const timeoutSlot = recorder.outcome('timeout', true);
	const neverSentSlot = recorder.outcome('timeout before send', true);
	const constants = new Map(Object.entries(scenario.variables ?? {}));
	const feeders = (scenario.data ?? []).map((feeder) => openFeeder(feeder, turn));
	const rowNames = new Set(feeders.map(({name}) => name));
	const home = new URL(plan.url).origin;
	const ways = new Map<string, Way>([[home, way]]);
	const leaving = new Map<Line, number>();
	const exhausted = new Set<string>();
	const users = new Set<User>();
	/** Closed: the users by their places. */
	const places: Array<User | undefined> = [];
	/** Sessions that are due and find no user free; their first request is theirs. */
	const backlog: User[] = [];
	/** Who wanted to go on while the load was paused. */
	let held: User[] = [];
	let wanted = plan.connections;
	let begun = 0;
	let inFlight = 0;
	let left = Number.POSITIVE_INFINITY;
	let isStarted = false;
	let isOver = false;
	let isPaused = false;
	let pausedAt = 0;
	let coming = 0;
	let isTurnBooked = false;
	let isDispatching = false;
	let waker: Waker | undefined;
	let worstLag = 0;
	let lastDue = 0;
	let sessions = 0;
	let lateSessions = 0;
	let neverBegun = 0;
	let redirectTold = plan.follow === true;

	const schedule = createSchedule(
		plan.arrivals === 'poisson' ? seededRandom(seed) : undefined,
		turn,
		sharedClockOffset(),
	);

	const compile = (step: Step, isEarly: boolean): CompiledStep => {
		if (!('method' in step)) return {pause: step.think};
		return {
			part: recorder.part(step.name),
			builder: compileRequest(step, plan.url, plan.headers, isEarly),
			judge: compileJudge(step),
			think: step.think,
			timeout: step.timeout ?? plan.timeout,
			follows: step.follow ?? plan.follow === true,
		};
	};
	const once = scenario.once?.map((step) => compile(step, true));
	const flows = scenario.flows.map(
		({name, steps}): CompiledFlow => ({
			steps: steps.map((step) => compile(step, false)),
			isSingle: steps.length === 1,
			timeMetric:
				steps.length === 1
					? undefined
					: recorder.metric({
							name: `${name} time`,
							unit: 'ms',
							better: 'lower',
							about:
								'of passes in which nothing failed, from the beginning of the first request to the end of the last, thinking included',
						}),
		}),
	);
	const weights = scenario.flows.map(({weight}) => weight);
	const allWeight = weights.reduce((sum, weight) => sum + weight, 0);
	const pick = (random: Random): CompiledFlow => {
		let at = random() * allWeight;
		for (let index = 0; index < flows.length - 1; index++) {
			at -= weights[index]!;
			if (at < 0) return flows[index]!;
		}

		return flows.at(-1)!;
	};

	const wayFor = (origin: string): Way => {
		const known = ways.get(origin);
		if (known !== undefined) return known;
		const {connectTo: _, unix: __, ...rest} = plan;
		const made = wayTo({...rest, url: origin});
		ways.set(origin, made);
		return made;
	};

	const slots = new Map<string, OutcomeSlot>();
	const slotOf = (name: string, isFailure: boolean): OutcomeSlot => {
		let slot = slots.get(name);
		if (slot === undefined) {
			slot = recorder.outcome(name, isFailure);
			slots.set(name, slot);
		}

		return slot;
	};

	const settle = (): void => {
		if (left === 0 && inFlight === 0 && backlog.length === 0) onDone();
		else if (exhausted.size > 0 && users.size === 0 && coming === 0 && backlog.length === 0) onDone();
	};

	const newUser = (index: number): User => {
		const random = seededRandom((seed + Math.imul(begun * turn.of + turn.index, 0x85ebca6b)) >>> 0);
		begun++;
		const lasting = new Map<string, unknown>();
		const passing = new Map<string, unknown>();
		return {
			index,
			random,
			scope: {
				get: (name) => passing.get(name) ?? lasting.get(name) ?? constants.get(name),
				random,
				now: Date.now,
			},
			lasting,
			passing,
			jar: undefined,
			channels: new Map(),
			flow: undefined,
			steps: [],
			at: 0,
			began: 0,
			isBroken: false,
			request: undefined,
			message: undefined,
			channel: undefined,
			hops: 0,
			due: 0,
			sent: 0,
			since: 0,
			isSent: false,
			isOffered: false,
			failures: 0,
			isGone: false,
		};
	};

	/** Gives a user rows that last so long; false when there are no more. */
	const feed = (user: User, per: 'user' | 'pass', into: Map<string, unknown>): boolean => {
		for (const feeder of feeders) {
			if (feeder.per !== per) continue;
			const row: Row | undefined = feeder.take(user.random);
			if (row === undefined) {
				if (!exhausted.has(feeder.name)) {
					exhausted.add(feeder.name);
					notice(`A load thread has used every row of ${feeder.name}, each once: users that need another one stop.`);
				}

				return false;
			}

			into.set(feeder.name, row);
		}

		return true;
	};

	/** A user turns to what comes next: what is done once, or a pass. False when there is no data for that. */
	const enterPass = (user: User, flow: CompiledFlow | undefined): boolean => {
		user.passing.clear();
		user.flow = flow;
		user.steps = flow?.steps ?? once ?? [];
		user.at = 0;
		user.isBroken = false;
		return feed(user, 'pass', user.passing);
	};

	/** A user that has everything to begin; nothing when there is no more data for one. */
	const prepare = (index: number): User | undefined => {
		const user = newUser(index);
		user.jar = scenario.cookies ? createCookieJar() : undefined;
		if (!feed(user, 'user', user.lasting)) return undefined;
		return enterPass(user, once === undefined ? pick(user.random) : undefined) ? user : undefined;
	};

	const retire = (user: User): void => {
		if (user.isGone) return;
		user.isGone = true;
		users.delete(user);
		if (places[user.index] === user) places[user.index] = undefined;
		for (const channel of user.channels.values()) channel.close();
		if (isOpenLoop && !isOver) dispatch();
		settle();
	};

	/** So long nobody is asked again who gave no answer. */
	const restAfter = (failures: number): number =>
		failures === 0 ? 0 : Math.min(longestRest, shortestRest * 2 ** (failures - 1));

	const agenda = createAgenda<User | {readonly place: number}>((item) => {
		if ('place' in item) {
			coming--;
			if (item.place < wanted && places[item.place] === undefined) join(item.place);
			settle();
		} else step(item);
	});

	/** A user begins at a place of the closed loop. */
	const join = (place: number): void => {
		const user = prepare(place);
		if (user === undefined) return;
		users.add(user);
		places[place] = user;
		step(user);
	};

	const waitThen = (user: User, milliseconds: number): void => {
		if (milliseconds > 0) agenda.add(user, milliseconds);
		else step(user);
	};

	/** The user does what comes next. */
	const step = (user: User, due?: number): void => {
		if (isOver || user.isGone) return;
		if (!isOpenLoop && user.index >= wanted) {
			retire(user);
			return;
		}

		if (isPaused) {
			held.push(user);
			return;
		}

		const next = user.steps[user.at];
		if (next === undefined) {
			finishPass(user);
			return;
		}

		if ('pause' in next) {
			user.at++;
			waitThen(user, thinkTime(next.pause, user.random));
			return;
		}

		if (left <= 0 && !user.isOffered) {
			// Sessions that have been offered wait for its place.
			if (isOpenLoop) retire(user);
			else settle();
			return;
		}

		begin(user, next, due);
	};

	const finishPass = (user: User): void => {
		const now = performance.now();
		const {flow} = user;
		if (flow === undefined && user.isBroken) {
			// Without what it does once there is nothing that it could do: it begins anew, with the rows that it has.
			for (const name of user.lasting.keys()) if (!rowNames.has(name)) user.lasting.delete(name);
			user.jar = scenario.cookies ? createCookieJar() : undefined;
			if (isOpenLoop || !enterPass(user, undefined)) retire(user);
			else agenda.add(user, restAfter(Math.max(1, user.failures)));
			return;
		}

		if (flow?.timeMetric !== undefined && !user.isBroken) recorder.sample(flow.timeMetric, now - user.began);
		if ((flow !== undefined && isOpenLoop) || !enterPass(user, pick(user.random))) {
			retire(user);
			return;
		}

		step(user);
	};

	/** A request of a user begins. */
	const begin = (user: User, request: CompiledRequest, due?: number): void => {
		const now = performance.now();
		if (user.isOffered) user.isOffered = false;
		else {
			left--;
			request.part.offer(1);
		}

		if (user.at === 0) user.began = due ?? now;
		let message: Omit<Message, 'keepAlive'>;
		try {
			message = request.builder.build(user.scope);
		} catch (error) {
			if (!(error instanceof Unset || error instanceof Unusable)) throw error;
			request.part.fail(slotOf(`template: ${error.message}`, true));
			user.failures++;
			user.isBroken = true;
			user.at = user.steps.length;
			waitThen(user, isOpenLoop ? 0 : Math.max(restAfter(user.failures), thinkAfter(user, request)));
			return;
		}

		inFlight++;
		user.request = request;
		user.due = due ?? now;
		user.sent = now;
		user.since = now;
		user.isSent = false;
		user.hops = 0;
		send(user, request, message);
	};

	const send = (user: User, request: CompiledRequest, message: Omit<Message, 'keepAlive'>): void => {
		user.message = message;
		const {url} = message;
		const cookie = user.jar?.header(url, Date.now());
		const given = Object.keys(message.headers).find((name) => /^cookie$/i.test(name));
		const headers =
			cookie === undefined
				? message.headers
				: {
						...message.headers,
						[given ?? 'Cookie']: given === undefined ? cookie : `${message.headers[given]}; ${cookie}`,
					};
		let channel = user.channels.get(url.origin);
		if (channel === undefined) {
			channel = openChannel(user, wayFor(url.origin));
			user.channels.set(url.origin, channel);
		}

		user.channel = channel;
		channel.send(messageBytes({...message, headers, keepAlive}), {
			isHead: message.method === 'HEAD',
			isKept: keepAlive,
			keepsBody: request.judge.keepsBody,
		});
	};

	const openChannel = (user: User, to: Way): Channel =>
		createChannel({
			way: to,
			buffer,
			recorder,
			leave: (line) => leaving.set(line, performance.now()),
			ears: {
				written(now) {
					user.isSent = true;
					// What a redirect led here was sent long ago.
					if (user.hops > 0) return;
					user.since = now;
					user.sent = now;
				},
				replied: (reply, firstByte, now, isComplete) => replied(user, reply, firstByte, now, isComplete),
				lost(outcome, isUnmade) {
					const {request} = user;
					if (isOver || request === undefined) return;
					request.part.fail(slotOf(outcome, true));
					if (isUnmade) user.failures++;
					concluded(user, request, true);
				},
			},
		});

	const record = (user: User, request: CompiledRequest, slot: OutcomeSlot, now: number): void => {
		const latency = (now - user.due) * 1000;
		if (isOpenLoop) request.part.record(slot, latency, (now - user.sent) * 1000);
		else request.part.record(slot, latency);
	};

	const tellRedirect = (status: number, reply: ReplyMessage): void => {
		if (redirectTold || status < 300 || status === 304 || reply.headers('location').length === 0) return;
		redirectTold = true;
		notice(
			`The target redirects (${status}), and redirects are not followed: what is measured are these replies alone (follow: true).`,
		);
	};

	const replied = (user: User, reply: ReplyMessage, firstByte: number, now: number, isComplete: boolean): void => {
		const {request, message} = user;
		if (isOver || request === undefined || message === undefined) return;
		for (const header of reply.headers('set-cookie')) user.jar?.take(header, message.url, Date.now());
		const next = request.follows ? redirectedTo(message, reply.status, reply.headers('location')[0]) : undefined;
		if (typeof next === 'object' && user.hops < mostRedirects) {
			user.hops++;
			send(user, request, next);
			return;
		}

		user.failures = 0;
		request.part.firstByte((firstByte - user.due) * 1000);
		if (next !== undefined) {
			record(user, request, slotOf(typeof next === 'string' ? next : 'too many redirects', true), now);
			concluded(user, request, true);
			return;
		}

		if (!request.follows) tellRedirect(reply.status, reply);
		const into = user.flow === undefined || user.flow.isSingle ? user.lasting : user.passing;
		const {outcome, isFailure} = isComplete
			? request.judge.judge(reply, user.scope, (name, value) => into.set(name, value))
			: {outcome: 'body too large to check', isFailure: true};
		record(user, request, slotOf(outcome, isFailure), now);
		concluded(user, request, isFailure);
	};

	/** How long a user thinks after a request, which in an open loop nobody waits for after the last one. */
	const thinkAfter = (user: User, {think}: CompiledRequest): number => {
		if (think === undefined || (isOpenLoop && user.flow !== undefined && user.at >= user.steps.length)) return 0;
		return thinkTime(think, user.random);
	};

	/** The request under way is over, and the user goes on. */
	const concluded = (user: User, request: CompiledRequest, isFailure: boolean): void => {
		inFlight--;
		user.request = undefined;
		user.at++;
		if (isFailure) {
			user.isBroken = true;
			if (user.flow === undefined || scenario.onFailure === 'restart') user.at = user.steps.length;
		}

		if (left <= 0) settle();
		waitThen(user, Math.max(restAfter(user.failures), thinkAfter(user, request)));
	};

	// The open loop: sessions that are due.

	const dispatch = (): void => {
		// A session that is over at once leaves its place to the next one, which is this very loop's.
		if (isPaused || isOver || isDispatching) return;
		isDispatching = true;
		for (let count = 0; users.size < wanted; count++) {
			if (count === longestBurst) {
				nextTurn();
				break;
			}

			const user = backlog.shift();
			if (user === undefined) break;
			users.add(user);
			step(user, user.due);
		}

		isDispatching = false;
	};

	const nextTurn = (): void => {
		if (isTurnBooked) return;
		isTurnBooked = true;
		setImmediate(() => {
			isTurnBooked = false;
			pump(performance.now());
		});
	};

	/** Takes up what is due until now; the requests that are thereby offered wait for their turn. */
	const takeUp = (now: number): void => {
		while (schedule.next() <= now && left > 0 && exhausted.size === 0) {
			const due = schedule.next();
			lastDue = due;
			schedule.advance();
			const user = prepare(0);
			if (user === undefined) return;
			const [first] = user.steps;
			if (first === undefined || 'pause' in first) return;
			left--;
			sessions++;
			first.part.offer(1);
			user.isOffered = true;
			user.due = due;
			if (users.size + backlog.length >= wanted) lateSessions++;
			else worstLag = Math.max(worstLag, now - due);
			backlog.push(user);
		}
	};

	const pump = (now: number): void => {
		if (isOver || isPaused || !isStarted || !isOpenLoop) return;
		takeUp(now);
		dispatch();
		if (left <= 0 || exhausted.size > 0) {
			waker?.at(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
			settle();
		} else waker?.at(schedule.next(), schedule.following());
	};

	const wake = (): void => {
		if (isOver || isPaused || isTurnBooked || !isStarted) return;
		nextTurn();
		let now = performance.now();
		const due = schedule.next();
		if (due - now <= Math.min(longestSpin, spinShare * (due - lastDue))) while (now < due) now = performance.now();
		if (now >= due) pump(now);
	};

	/** Users come to the places of the closed loop that are free. */
	const fillPlaces = (over: number): void => {
		for (let place = 0; place < wanted; place++) {
			if (places[place] !== undefined) continue;
			coming++;
			agenda.add({place}, (over * (place + turn.index / turn.of)) / wanted);
		}
	};

	const exhaustedDoubts = (): Doubt[] =>
		exhausted.size === 0
			? []
			: [
					{
						kind: 'data-exhausted',
						message: `Every row of ${[...exhausted].join(' and ')} was used once, and users that needed another one stopped: from then on the load was smaller than planned. More rows, a shorter run, or order: sequential would help.`,
					},
				];

	return {
		async prepare() {
			if (isOpenLoop) waker = await (plan.precise === true ? startSpinning : startTicker)(wake);
		},
		start() {
			isStarted = true;
			const now = performance.now();
			if (isOpenLoop) {
				schedule.begin(now, paceOfPlan(plan, warmup, duration), plan.rateEnd === undefined ? plan.rate : undefined);
				lastDue = now;
				if (isPaused) pausedAt = now;
				pump(now);
			} else fillPlaces(scenario.ramp ?? warmup * rampShare);
		},
		measure(amount) {
			sessions = 0;
			lateSessions = 0;
			neverBegun = 0;
			if (isStarted && !isOpenLoop && coming > 0) {
				notice(
					`${formatCount(coming)} of ${formatCount(wanted)} users of a load thread had not begun when measuring did.`,
				);
			}

			if (amount === undefined) return;
			left = Math.max(0, amount - inFlight - backlog.length);
			settle();
		},
		pause(now) {
			isPaused = true;
			pausedAt = now;
			agenda.stop();
			waker?.at(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
		},
		resume(now) {
			if (!isPaused) return;
			isPaused = false;
			agenda.go();
			const stood = now - pausedAt;
			if (isOpenLoop && isStarted) {
				schedule.postpone(stood);
				lastDue += stood;
				for (const user of backlog) user.due += stood;
			}

			const waiting = held;
			held = [];
			for (const user of waiting) step(user);
			pump(now);
		},
		steer({connections, rate}, now) {
			if (connections !== undefined) {
				wanted = connections;
				if (!isOpenLoop && isStarted) {
					for (const user of [...users]) {
						if (user.index >= wanted && user.request === undefined) retire(user);
					}

					fillPlaces(0);
				}
			}

			if (isOpenLoop && rate !== undefined && isStarted && schedule.next() !== Number.POSITIVE_INFINITY) {
				const from = isPaused ? pausedAt : now;
				const pace = paceOf([{duration: 0, from: rate, to: rate}]);
				schedule.begin(Math.max(from, Math.min(schedule.next(), lastDue + 1000 / rate)), pace, rate);
			}

			pump(now);
		},
		sweep(now) {
			for (const user of [...users]) {
				const {request} = user;
				if (request === undefined || now - user.since < request.timeout) continue;
				record(user, request, timeoutSlot, now);
				user.channel?.giveUp();
				concluded(user, request, true);
			}

			for (const [line, since] of leaving) {
				if (now - since < longestFarewell) continue;
				leaving.delete(line);
				line.destroy();
			}

			if (!isPaused) {
				while (backlog.length > 0 && now - backlog[0]!.due >= plan.timeout) {
					const user = backlog[0]!;
					backlog.shift();
					firstPartOf(user)?.record(neverSentSlot, (now - user.due) * 1000);
					neverBegun++;
				}
			}

			pump(now);
			settle();
		},
		oldest(now) {
			let oldest = backlog[0]?.due ?? now;
			for (const user of users) {
				if (user.request !== undefined) oldest = Math.min(oldest, user.due);
			}

			return oldest;
		},
		levels() {
			const lag = worstLag;
			worstLag = 0;
			return {'generator.scheduleLag': lag};
		},
		end(now) {
			if (!isPaused && isStarted) takeUp(now);
			isOver = true;
			for (const user of backlog) firstPartOf(user)?.abandon((now - user.due) * 1000);
			for (const user of users) {
				const {request} = user;
				if (request === undefined) continue;
				const waited = (now - user.due) * 1000;
				if (isOpenLoop) request.part.abandon(waited, user.isSent ? (now - user.sent) * 1000 : undefined);
				else request.part.abandon(waited);
			}

			const share = sessions === 0 ? 0 : (lateSessions + neverBegun) / sessions;
			return [
				...exhaustedDoubts(),
				...(share <= starvedLimit
					? []
					: [
							{
								kind: 'users-exhausted',
								message: `${formatPercent(100 * share)} of the sessions were due while all ${formatCount(wanted)} users of a load thread were at work, and waited for one${neverBegun === 0 ? '' : ` (${formatCount(neverBegun)} of them until they timed out, never begun)`}: the latencies of their first requests include that wait. More users (maxUsers) would show what the target does with them.`,
							},
						]),
			];
		},
		async close() {
			agenda.clear();
			await waker?.close();
			for (const user of users) {
				for (const channel of user.channels.values()) channel.close();
			}

			for (const line of leaving.keys()) line.destroy();
			leaving.clear();
		},
	};
};

/** Where the first request of a session counts, which was offered when the session was due. */
const firstPartOf = ({steps}: User): PartRecorder | undefined => {
	const [first] = steps;
	return first === undefined || 'pause' in first ? undefined : first.part;
};
