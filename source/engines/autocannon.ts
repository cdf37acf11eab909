import type {EventEmitter} from 'node:events';
import {createRequire} from 'node:module';
import type {Socket} from 'node:net';
import type {Doubt} from '../core/event.ts';
import type {Snapshot} from '../core/snapshot.ts';
import {answeredIn, failuresByFamily, rateIn} from '../core/summary.ts';
import {formatCount, formatRate} from '../core/units.ts';
import {BenchtopError} from '../errors.ts';
import type {Control, Engine, Recorder} from './engine.ts';
import {discloseHttp, type HttpPlan, httpPlan, probeHttp, splitHttp} from './http-plan.ts';

/** The members of an autocannon 9 client that are relied on. */
type Guest = EventEmitter & {
	conn: Socket;
	destroyed: boolean;
	reqsMade: number;
	timeout: number;
	readonly destroy: () => void;
	readonly getRequestBuffer: () => Buffer;
	readonly _connect: () => void;
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
	'pipelinedRequests' in client;

const shortestPause = 10;
const longestPause = 1000;

/**
 * Counts for one connection what autocannon does not: every request it sends and how that one ended. Requests are
 * timed here, from just before they are written to the end of their reply, because autocannon's own times belong to an
 * older request once a connection was dropped. Its parser and queue are emptied with each connection, or the rest of a
 * broken reply would swallow the next one. A target that refuses is left in peace for a while.
 */
const follow = (guest: Guest, recorder: Recorder, control: Control, onDone: () => void) => {
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

	/** autocannon drops the socket of a request that timed out and opens a new one before it says so. */
	const noticeNewSocket = (): void => {
		if (guest.conn === socket) return;
		if (counting && starts.length > 0) {
			const slot = recorder.outcome('timeout', true);
			const now = performance.now();
			for (const start of starts) recorder.record(slot, (now - start) * 1000);
		}

		starts = [];
		replyBegun = false;
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
	guest.on('timeout', noticeNewSocket);
	guest.on('done', onDone);
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

type Limit = {readonly duration: number} | {readonly amount: number};

/**
 * One autocannon instance until a deadline in milliseconds, an amount of requests, or the signal. `onEnd` is
 * called when the last one has been counted; autocannon then takes some 50 ms to settle.
 */
const load = async (
	autocannon: typeof import('autocannon'),
	plan: HttpPlan,
	recorder: Recorder,
	control: Control,
	limit: Limit,
	onEnd: () => void,
): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const followers: Array<ReturnType<typeof follow>> = [];
	let openConnections = 0;
	let finished = false;
	const finish = (): void => {
		if (finished) return;
		finished = true;
		const now = performance.now();
		for (const follower of followers) follower.finish(now);
		onEnd();
	};
	control.watch(() => {
		const oldest = Math.min(...followers.map((follower) => follower.oldestStart()));
		return Number.isFinite(oldest) ? performance.now() - oldest : 0;
	});
	signal.addEventListener('abort', finish);
	const deadline = 'duration' in limit ? setTimeout(finish, limit.duration) : undefined;
	try {
		await new Promise<void>((resolve, reject) => {
			autocannon(
				{
					url: plan.url,
					method: plan.method as 'GET',
					headers: plan.headers,
					...(plan.bodyBase64 === undefined ? {} : {body: Buffer.from(plan.bodyBase64, 'base64')}),
					connections: plan.connections,
					pipelining: plan.pipelining,
					...(plan.rate === undefined ? {} : {overallRate: plan.rate, ignoreCoordinatedOmission: true}),
					...('amount' in limit ? {amount: limit.amount} : {duration: limit.duration / 1000 + 60}),
					timeout: Math.max(1, plan.timeout / 1000),
					sampleInt: 50,
					setupClient: (client) => {
						if (!isGuest(client)) {
							throw new BenchtopError('This version of autocannon works differently inside.', {
								hint: 'benchtop needs autocannon 9: npm install autocannon@9.',
								exitCode: 4,
							});
						}

						client.timeout = plan.timeout;
						openConnections += 1;
						followers.push(
							follow(client, recorder, control, () => {
								openConnections -= 1;
								if (openConnections === 0) finish();
							}),
						);
					},
				},
				(error: unknown) => {
					if (error) reject(error instanceof Error ? error : new Error(String(error)));
					else resolve();
				},
			);
		});
	} finally {
		clearTimeout(deadline);
		finish();
		signal.removeEventListener('abort', finish);
	}
};

/** autocannon sends once a second: up to one second's requests may be missing from the last, unfinished one. */
const isRateMissed = (rate: number, total: Snapshot): boolean =>
	answeredIn(total) + rate < 0.98 * rate * ((total.to - total.from) / 1000);

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
	doubts: (plan, total) => {
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
			...(plan.rate !== undefined && rate !== undefined && isRateMissed(plan.rate, total)
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
	versions: () => {
		const manifest: unknown = createRequire(import.meta.url)('autocannon/package.json');
		return typeof manifest === 'object' && manifest !== null && 'version' in manifest
			? {autocannon: String(manifest.version)}
			: {};
	},
	run: async (plan, recorder, control) => {
		const {default: autocannon} = await import('autocannon');
		const {warmup, duration, amount} = control;
		if (amount === undefined) {
			control.enter(warmup > 0 ? 'warm-up' : 'measure');
			const boundary = setTimeout(() => control.enter('measure'), warmup);
			await load(autocannon, plan, recorder, control, {duration: warmup + (duration ?? 0)}, () => {
				clearTimeout(boundary);
				control.finish();
			});
			return;
		}

		if (warmup > 0) {
			control.enter('warm-up');
			await load(autocannon, plan, recorder, control, {duration: warmup}, () => {});
		}

		if (control.signal.aborted) return;
		control.enter('measure');
		await load(autocannon, plan, recorder, control, {amount}, control.finish);
	},
};
