import type {EventEmitter} from 'node:events';
import {createRequire} from 'node:module';
import type {Socket} from 'node:net';
import type {Doubt} from '../core/event.ts';
import type {PhaseName} from '../core/plan.ts';
import {coveredIn, type Snapshot} from '../core/snapshot.ts';
import {answeredIn, failuresByFamily, rateIn} from '../core/summary.ts';
import {formatCount, formatRate} from '../core/units.ts';
import {BenchtopError} from '../errors.ts';
import type {Control, Engine, Recorder} from './engine.ts';
import {discloseHttp, type HttpPlan, httpPlan, probeHttp, splitHttp} from './http-plan.ts';
import {createStopwatch, type Stopwatch} from './stopwatch.ts';

/** The members of an autocannon 9 client that are relied on. */
type Guest = EventEmitter & {
	conn: Socket;
	destroyed: boolean;
	reqsMade: number;
	/** How many requests it may make in all; 0 and undefined: any number. */
	responseMax: number | undefined;
	/** How many requests it may make in a second; 0 and undefined: any number. */
	rate: number | undefined;
	reqsMadeThisSecond: number;
	/** It has made the requests of this second. */
	paused?: boolean;
	timeout: number;
	readonly opts: object;
	readonly rateInterval?: NodeJS.Timeout;
	/** Not there yet when the client is set up. */
	readonly timeoutTicker?: {readonly reschedule: (milliseconds: number) => void};
	readonly destroy: () => void;
	readonly getRequestBuffer: () => Buffer;
	_connect: () => void;
	_doRequest: () => void;
	readonly parser: {
		readonly hadError?: boolean;
		readonly initialize: (type: 'RESPONSE') => void;
		readonly finish: () => unknown;
	};
	readonly pipelinedRequests: {readonly clear: () => void};
};

const isGuest = (client: object): client is Guest =>
	'parser' in client &&
	'destroyed' in client &&
	'timeout' in client &&
	'destroy' in client &&
	'_connect' in client &&
	'getRequestBuffer' in client &&
	'reqsMade' in client &&
	'responseMax' in client &&
	'rate' in client &&
	'reqsMadeThisSecond' in client &&
	'opts' in client &&
	'_doRequest' in client &&
	'pipelinedRequests' in client;

const shortestPause = 10;
const longestPause = 1000;
/** The longest time that a timer can be set to. */
const never = 2 ** 31 - 1;

const foreign = (): BenchtopError =>
	new BenchtopError('This version of autocannon works differently inside.', {
		hint: 'benchtop needs autocannon 9: npm install autocannon@9.',
		exitCode: 4,
	});

/** The wheel of a thread's load: what it is told while it runs, for the clients that are running. */
type Helm = {
	readonly stopwatch: Stopwatch;
	connections: number;
	rate: number | undefined;
	paused: boolean;
	/** Brings the clients in line with the above. */
	obey: () => void;
};

/** With a rate, a connection makes one request per second at least. */
const connectionsOf = ({connections, rate}: Helm): number => Math.min(connections, rate ?? connections);

/**
 * Counts for one connection what autocannon does not: every request it sends and how that one ended. Requests are
 * timed here, from just before they are written to the end of their reply, because autocannon's own times belong to an
 * older request once a connection was dropped. Its parser and queue are emptied with each connection, or the rest of a
 * broken reply would swallow the next one. A target that refuses is left in peace for a while.
 *
 * A connection that is held (the load is paused, or there are to be fewer connections) sends nothing after its reply and
 * does not time out; one that the target closes meanwhile is opened again when it is let go.
 */
const follow = (
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

const shareOf = (whole: number, shares: number, index: number): number =>
	Math.floor(whole / shares) + (index < whole % shares ? 1 : 0);

type Limit = {readonly duration: number} | {readonly amount: number};

/**
 * One autocannon instance until a time of the stopwatch, an amount of requests, or the signal. `onEnd` is
 * called when the last one has been counted; autocannon then takes some 50 ms to settle.
 */
const load = async (
	autocannon: typeof import('autocannon'),
	plan: HttpPlan,
	recorder: Recorder,
	control: Control,
	helm: Helm,
	limit: Limit,
	onEnd: () => void,
): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const {stopwatch} = helm;
	const followers: Array<ReturnType<typeof follow>> = [];
	let finished = false;
	let started = false;
	let cancelSecond = (): void => {};
	const finish = (): void => {
		if (finished) return;
		finished = true;
		cancelSecond();
		helm.obey = () => {};
		const now = performance.now();
		for (const follower of followers) follower.finish(now);
		onEnd();
	};
	const setUp = (client: object): void => {
		if (!isGuest(client)) throw foreign();
		client.timeout = plan.timeout;
		const follower = follow(
			client,
			plan.pipelining,
			recorder,
			control,
			() => helm.paused,
			() => {
				if (started && followers.every((other) => other.isAtRest())) finish();
			},
		);
		// One that joins a running load waits for its share of it.
		follower.park(started);
		followers.push(follower);
	};
	/** Opens, parks and lets go connections, and divides among them the rate and what is left of the amount. */
	const obey = (): void => {
		const clients = followers.filter((follower) => !follower.isDone());
		const [template] = followers;
		if (template === undefined || clients.length === 0) return;
		const left =
			'amount' in limit
				? clients.reduce((sum, {guest}) => sum + Math.max(0, (guest.responseMax ?? 0) - guest.reqsMade), 0)
				: Number.POSITIVE_INFINITY;
		// All is sent: there is nothing to divide.
		if (left === 0) {
			for (const client of clients) client.release();
			return;
		}

		const wanted = Math.min(connectionsOf(helm), left);
		for (let open = clients.length; open < wanted; open++) {
			Reflect.construct(template.guest.constructor, [template.guest.opts]);
			const [opened] = followers.slice(-1);
			if (opened !== undefined) clients.push(opened);
		}

		for (const [index, client] of clients.entries()) {
			const {guest} = client;
			const joins = client.isParked() && index < wanted;
			client.park(index >= wanted);
			if ('amount' in limit) guest.responseMax = guest.reqsMade + (index < wanted ? shareOf(left, wanted, index) : 0);
			if (helm.rate === undefined) continue;
			// Nobody sends without a limit, and who joins begins with the next second.
			guest.rate = Math.max(1, index < wanted ? shareOf(helm.rate, wanted, index) : 0);
			if (joins) guest.reqsMadeThisSecond = guest.rate;
		}

		for (const client of clients) client.release();
	};
	const began = stopwatch.elapsed();
	const countSecond = (second: number): void => {
		cancelSecond = stopwatch.at(began + second * 1000, () => {
			for (const {guest} of followers) {
				guest.reqsMadeThisSecond = 0;
				if (guest.paused === true && !guest.destroyed) guest._doRequest();
				guest.paused = false;
			}

			if (!finished) countSecond(second + 1);
		});
	};
	control.watch(() => {
		const oldest = Math.min(...followers.map((follower) => follower.oldestStart()));
		return Number.isFinite(oldest) ? performance.now() - oldest : 0;
	});
	signal.addEventListener('abort', finish);
	const cancelDeadline = 'duration' in limit ? stopwatch.at(limit.duration, finish) : () => {};
	try {
		await new Promise<void>((resolve, reject) => {
			autocannon(
				{
					url: plan.url,
					method: plan.method as 'GET',
					headers: plan.headers,
					...(plan.bodyBase64 === undefined ? {} : {body: Buffer.from(plan.bodyBase64, 'base64')}),
					connections: connectionsOf(helm),
					pipelining: plan.pipelining,
					...(helm.rate === undefined ? {} : {overallRate: helm.rate, ignoreCoordinatedOmission: true}),
					...('amount' in limit ? {amount: limit.amount} : {duration: Math.floor(never / 1000)}),
					timeout: Math.max(1, plan.timeout / 1000),
					sampleInt: 50,
					setupClient: setUp,
				},
				(error: unknown) => {
					if (error) reject(error instanceof Error ? error : new Error(String(error)));
					else resolve();
				},
			);
			started = true;
			helm.obey = obey;
			if (helm.rate !== undefined) countSecond(1);
		});
	} finally {
		cancelDeadline();
		finish();
		signal.removeEventListener('abort', finish);
	}
};

/** autocannon sends once a second: up to one second's requests may be missing from the last, unfinished one. */
const isRateMissed = (rate: number, total: Snapshot): boolean =>
	answeredIn(total) + rate < 0.98 * rate * (coveredIn(total) / 1000);

const brokenOutcomes = ['closed before response', 'truncated', 'ECONNRESET', 'EPIPE'];

const connectionDoubts = (total: Snapshot): Doubt[] => {
	const broken = brokenOutcomes.reduce((sum, name) => sum + (total.failures[name] ?? 0), 0);
	const malformed = total.failures['malformed reply'] ?? 0;
	const unmade = failuresByFamily(total).connection - broken - malformed;
	return [
		...(broken === 0
			? []
			: [
					{
						kind: 'broken-connections',
						message: `${formatCount(broken)} requests ended in a broken connection. autocannon learns of it late and may have written to a connection that was already closing: some of these failures may be its own.`,
					},
				]),
		...(malformed === 0
			? []
			: [
					{
						kind: 'malformed-replies',
						message: `${formatCount(malformed)} replies were no HTTP; their requests have no latency.`,
					},
				]),
		...(unmade === 0
			? []
			: [
					{
						kind: 'no-connection',
						message: `${formatCount(unmade)} attempts to connect failed: for part of the run the target could not be reached, and autocannon's pace then is no longer the one that was asked for.`,
					},
				]),
	];
};

/** autocannon 9 as a guest in a thread of ours: it drives the sockets; counts and latencies are benchtop's. */
export const autocannonEngine: Engine<HttpPlan> = {
	name: 'autocannon',
	about: 'HTTP/1.1 requests, as fast as the connections allow (autocannon 9)',
	plan: httpPlan.refine(({rate}) => rate === undefined || (Number.isInteger(rate) && rate >= 1), {
		error: 'it sends whole requests per second (-R 1, -R 250)',
	}),
	latencyMeans:
		'from writing the request to the last byte of its reply; the first one on a connection includes connecting',
	probe: async (plan, signal) => {
		if (plan.method === 'HEAD') {
			throw new BenchtopError('autocannon cannot measure HEAD: it waits for a body that never comes.', {
				hint: 'Use -m GET.',
				exitCode: 4,
			});
		}

		await probeHttp(plan, signal);
	},
	split: splitHttp,
	disclose: discloseHttp,
	limits: (plan) => [
		...(plan.rate === undefined
			? [
					'Closed loop: a connection waits for its reply before it sends again, so while the target stalls nothing is sent and the stall counts once per connection (coordinated omission).',
				]
			: []),
		'Time to first byte, connecting and TLS are not measured apart.',
		...(plan.url.startsWith('https:') ? ['TLS certificates are not verified.'] : []),
	],
	doubts: (plan, total, steered) => {
		const rate = rateIn(total);
		return [
			...(plan.rate === undefined
				? []
				: [
						{
							kind: 'uneven-rate',
							message:
								'autocannon sends the requests of a second in a burst and times them from their actual send: this is no open loop, and waiting before the send is missing from the latencies.',
						},
					]),
			...(plan.rate !== undefined && rate !== undefined && !steered && isRateMissed(plan.rate, total)
				? [
						{
							kind: 'rate-missed',
							message: `Only ${formatRate(rate)} of ${formatRate(plan.rate)} requests per second were reached.`,
						},
					]
				: []),
			...connectionDoubts(total),
		];
	},
	steering: (plan) => ['pause', 'connections', ...(plan.rate === undefined ? [] : (['rate'] as const))],
	versions: () => {
		const manifest: unknown = createRequire(import.meta.url)('autocannon/package.json');
		return typeof manifest === 'object' && manifest !== null && 'version' in manifest
			? {autocannon: String(manifest.version)}
			: {};
	},
	run: async (plan, recorder, control) => {
		const {default: autocannon} = await import('autocannon');
		const {warmup, duration, amount} = control;
		let phase: PhaseName | undefined;
		const helm: Helm = {
			stopwatch: createStopwatch(),
			connections: plan.connections,
			rate: plan.rate,
			paused: false,
			obey: () => {},
		};
		const enter = (next: PhaseName): void => {
			phase = next;
			// Between two phases of a load that is paused, the next one waits for the pause to end.
			if (!helm.paused) control.enter(next);
		};
		enter(warmup > 0 ? 'warm-up' : 'measure');
		control.onSteer((steering) => {
			switch (steering.to) {
				case 'pause':
					helm.paused = true;
					helm.stopwatch.stop();
					control.enter('pause');
					return;
				case 'resume':
					helm.paused = false;
					helm.stopwatch.go();
					if (phase !== undefined) control.enter(phase);
					break;
				case 'steer':
					helm.connections = steering.connections ?? helm.connections;
					if (helm.rate !== undefined) helm.rate = steering.rate ?? helm.rate;
					if (steering.connections !== undefined && connectionsOf(helm) < helm.connections) {
						control.notice(
							`autocannon uses no more connections than it sends requests per second: ${connectionsOf(helm)} in a load thread, not ${helm.connections}.`,
						);
					}
			}

			helm.obey();
		});
		if (amount === undefined) {
			const cancelBoundary = warmup > 0 ? helm.stopwatch.at(warmup, () => enter('measure')) : () => {};
			await load(autocannon, plan, recorder, control, helm, {duration: warmup + (duration ?? 0)}, () => {
				cancelBoundary();
				control.finish();
			});
			return;
		}

		if (warmup > 0) await load(autocannon, plan, recorder, control, helm, {duration: warmup}, () => {});
		if (control.signal.aborted) return;
		enter('measure');
		await load(autocannon, plan, recorder, control, helm, {amount}, control.finish);
	},
};
