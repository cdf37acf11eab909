// Runs inside of Artillery, in its main thread and in each of its workers, as a plugin that the user's script knows nothing
// of. It tells benchtop of every request and metric by lines of JSON on file descriptor 3. Artillery's own times are whole
// milliseconds; here the same moments are taken to the microsecond.
import {subscribe} from 'node:diagnostics_channel';
import {writeSync} from 'node:fs';
import {ClientRequest, type IncomingMessage} from 'node:http';
import {monitorEventLoopDelay, performance} from 'node:perf_hooks';
import {BroadcastChannel, isMainThread, threadId} from 'node:worker_threads';

type Hear = (...words: never[]) => void;
type Emitter = {readonly on: (name: string, hear: Hear) => unknown};
type Request = {
	readonly uuid?: string;
	readonly name?: string;
	readonly method?: string;
	readonly url?: string;
	readonly uri?: string;
};
type Scenario = {
	beforeRequest?: string | string[];
	onError?: string | string[];
	readonly engine?: string;
	readonly name?: string;
};
type Script = {
	readonly config: {
		readonly target?: string;
		readonly phases?: readonly unknown[];
		readonly engine?: string;
		processor?: Record<string, unknown> | string;
	};
	readonly scenarios?: readonly Scenario[];
};
type Store = {
	counter: (name: string, value: number) => unknown;
	summary: (name: string, value: number) => unknown;
	rate: (name: string) => unknown;
};
type Phase = {readonly index?: number; readonly name?: string};
type Check = {readonly original?: string; readonly strict?: boolean; readonly result?: unknown};
type Artillery = {
	readonly version?: string;
	readonly __SSMS?: {readonly prototype: Store};
	readonly globalEvents: Emitter;
	readonly ext: (event: {readonly ext: string; readonly method: () => Promise<void>}) => unknown;
	readonly apdexPlugin?: {readonly apdex: number; readonly ranking: string};
};

declare const artillery: Artillery;

/** Milliseconds of the Unix epoch, to the microsecond: the same in all threads and processes of a machine. */
const now = (): number => performance.timeOrigin + performance.now();

const descriptor = 3;

/** Lines of several threads share one pipe: short ones are written in one piece. */
const write = (told: Readonly<Record<string, unknown>>): void => {
	const line = Buffer.from(`${JSON.stringify(told)}\n`);
	for (let from = 0; from < line.length; ) {
		try {
			from += writeSync(descriptor, line, from);
		} catch (error) {
			// Nobody reads any more: Artillery is about to be ended.
			if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
		}
	}
};

const tell = (kind: string, rest: Readonly<Record<string, unknown>>): void =>
	write({k: kind, w: threadId, t: now(), ...rest});

/** How often what happened is told, milliseconds. */
const every = 100;
/** So many numbers are told in a line at most, which keeps it below what a pipe takes in one piece. */
const mostNumbers = 1000;
/** The plugin of Artillery's that makes metrics of each request's name: benchtop's parts say the same. */
const byEndpoint = 'plugins.metrics-by-endpoint.';
const channelName = 'benchtop';
const beforeName = '$benchtopBeforeRequest';
const errorName = '$benchtopOnError';

/** A request on its way, each redirect being one of its own. */
type Journey = {
	readonly part: string;
	readonly began: number;
	code?: number;
	/** From all of it sent to the head of the reply, and from its beginning to the last byte. Milliseconds. */
	latency?: number;
	whole?: number;
	outcome?: string;
	failed: boolean;
};

const codeOf = (error: unknown): string => {
	if (!(error instanceof Error)) return String(error);
	return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** The script's own words for a request: its name, or its method and path before variables are filled in. */
const pathOf = ({url, uri}: Request, target: string): string => {
	const whole = uri ?? url ?? '';
	const path = target !== '' && whole.startsWith(target) ? whole.slice(target.length) : whole;
	return path.split('?', 1)[0] || '/';
};

/** When all of a request was sent, and when the head of its reply came. */
type Moments = {sent?: number; head?: number};

/** Takes the moments of all requests of this thread, before anybody else hears of them. */
const listenToRequests = (): WeakMap<ClientRequest, Moments> => {
	const moments = new WeakMap<ClientRequest, Moments>();
	subscribe('http.client.request.start', (message) => {
		const request =
			typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined;
		if (!(request instanceof ClientRequest)) return;
		const own: Moments = {};
		moments.set(request, own);
		request.prependOnceListener('finish', () => {
			own.sent = now();
		});
		request.prependOnceListener('response', () => {
			own.head = now();
		});
	});
	return moments;
};

const chunks = function* <Value>(values: readonly Value[], size: number): Generator<readonly Value[]> {
	for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
};

/** Whether a strict match of a reply failed, or a capture. */
const failureIn = (result: unknown): string | undefined => {
	const {matches = {}, captures = {}} = (result ?? {}) as {
		readonly matches?: Readonly<Record<string, {readonly success?: boolean; readonly strict?: boolean}>>;
		readonly captures?: Readonly<Record<string, {readonly failed?: boolean}>>;
	};
	if (Object.values(matches).some(({success, strict}) => success !== true && strict !== false)) return 'match';
	return Object.values(captures).some(({failed}) => failed === true) ? 'capture' : undefined;
};

const workInWorker = (script: Script): (() => void) => {
	const target = script.config.target ?? '';
	const moments = listenToRequests();
	const parts = new Map<string, string>();
	/** By the script's request; where redirects are followed, the next is on its way before the last is told of. */
	const open = new Map<string, Journey[]>();
	const pending = new Set<Journey>();
	const kinds = new Map<string, number>();
	let ended: Journey[] = [];
	let settled: Journey[] = [];
	let counters = new Map<string, number>();
	let rates = new Map<string, number>();
	let values = new Map<string, number[]>();
	/** How long each took, and when it ended. */
	let sessions: (readonly [length: number, ended: number])[] = [];
	let userEnded = 0;
	let isClosed = false;

	const finish = (journey: Journey, outcome: string, failed: boolean): void => {
		if (!pending.delete(journey)) return;
		journey.outcome = outcome;
		journey.failed = failed;
		ended.push(journey);
	};
	const blame = (uuid: string | undefined, words: string): void => {
		const journey = uuid === undefined ? undefined : open.get(uuid)?.at(-1);
		if (journey?.code === undefined || journey.outcome !== String(journey.code)) return;
		journey.outcome = `${journey.code} failed ${words}`;
		journey.failed = true;
	};

	const heard = new WeakSet<Emitter>();
	const listen = (events: Emitter): void => {
		if (heard.has(events)) return;
		heard.add(events);
		events.on('trace:http:request', ({name, method = '', uuid = ''}: Request, id: string) => {
			const key = id ?? uuid;
			const journey: Journey = {
				part: name ?? `${method} ${parts.get(key) ?? ''}`.trim(),
				began: now(),
				failed: false,
			};
			const known = open.get(key);
			if (known === undefined) open.set(key, [journey]);
			else known.push(journey);
			pending.add(journey);
		});
		events.on('trace:http:response', (response: IncomingMessage & {readonly req: ClientRequest}, id: string) => {
			const journey = open.get(id)?.find((each) => each.code === undefined && pending.has(each));
			if (journey === undefined) return;
			const {head = now(), sent = journey.began} = moments.get(response.req) ?? {};
			journey.code = response.statusCode ?? 0;
			journey.latency = head - sent;
			const {code} = journey;
			response.once('end', () => {
				journey.whole = now() - journey.began;
				finish(journey, String(code), code >= 400);
			});
			response.once('close', () => finish(journey, `${code} truncated`, true));
		});
		events.on('trace:http:capture', (result: unknown, id: string) => {
			const failure = failureIn(result);
			if (failure !== undefined) blame(id, failure);
		});
		events.on(
			'plugin:expect:expectations',
			(
				{results = []}: {readonly results?: readonly {readonly ok?: boolean; readonly type?: string}[]},
				request: Request,
			) => {
				const failed = results.find(({ok}) => ok !== true);
				if (failed !== undefined) blame(request.uuid, `expect ${failed.type ?? ''}`.trim());
			},
		);
	};

	const breakOff = (error: unknown, uuid: string | undefined): void => {
		const journey = uuid === undefined ? undefined : open.get(uuid)?.findLast((each) => pending.has(each));
		if (journey === undefined) return;
		const isTimeout = error instanceof Error && error.name === 'TimeoutError';
		if (journey.code !== undefined) finish(journey, `${journey.code} truncated`, true);
		else if (isTimeout || codeOf(error) === 'ERR_SOCKET_TIMEOUT') {
			journey.latency = now() - journey.began;
			finish(journey, 'timeout', true);
		} else finish(journey, codeOf(error), true);
	};

	// These are called before the script's own hooks, which may fail, or change what the request is called.
	const before = (request: Request, _: unknown, events: Emitter, done: () => void): void => {
		listen(events);
		if (request.uuid !== undefined && request.name === undefined) parts.set(request.uuid, pathOf(request, target));
		done();
	};
	const onError = (error: unknown, {uuid}: Request, _: unknown, __: Emitter, done: () => void): void => {
		breakOff(error, uuid);
		done();
	};
	const {config, scenarios = []} = script;
	if (config.processor === undefined) config.processor = {};
	if (typeof config.processor === 'object') {
		config.processor[beforeName] = before;
		config.processor[errorName] = onError;
		for (const scenario of scenarios) {
			scenario.beforeRequest = [beforeName, ...[scenario.beforeRequest ?? []].flat()];
			scenario.onError = [errorName, ...[scenario.onError ?? []].flat()];
		}
	}

	const hearMetrics = ({prototype}: {readonly prototype: Store}): void => {
		const {counter, summary, rate} = prototype;
		prototype.counter = function (this: Store, name, value) {
			const amount = Number(value);
			if (!name.startsWith(byEndpoint) && Number.isFinite(amount))
				counters.set(name, (counters.get(name) ?? 0) + amount);
			if (value > 0 && (name === 'vusers.completed' || name === 'vusers.failed')) userEnded = now();
			return counter.call(this, name, value);
		};
		prototype.summary = function (this: Store, name, value) {
			if (name === 'vusers.session_length') sessions.push([Number(value), now()]);
			if (!name.startsWith(byEndpoint) && !name.startsWith('http.response_time')) {
				const known = values.get(name);
				if (known === undefined) values.set(name, [Number(value)]);
				else known.push(Number(value));
			}

			return summary.call(this, name, value);
		};
		prototype.rate = function (this: Store, name) {
			rates.set(name, (rates.get(name) ?? 0) + 1);
			return rate.call(this, name);
		};
	};
	const {__SSMS: store} = artillery;
	if (store !== undefined) hearMetrics(store);

	const kindOf = ({part, outcome = '', failed, code}: Journey, fresh: unknown[]): number => {
		const key = JSON.stringify([part, outcome, failed, code]);
		const known = kinds.get(key);
		if (known !== undefined) return known;
		const number = kinds.size;
		kinds.set(key, number);
		fresh.push([number, part, outcome, failed, code ?? 0]);
		return number;
	};
	const microseconds = (milliseconds: number | undefined): number =>
		milliseconds === undefined ? -1 : Math.max(0, Math.round(milliseconds * 1000));
	const tellOf = (journeys: readonly Journey[]): void => {
		for (const some of chunks(journeys, mostNumbers / 4)) {
			const fresh: unknown[] = [];
			const numbers = some.flatMap((journey) => [
				kindOf(journey, fresh),
				Math.round(journey.began * 1000) / 1000,
				microseconds(journey.latency),
				microseconds(journey.whole),
			]);
			tell('requests', {kinds: fresh, r: numbers});
		}
	};
	const tellMetrics = (): void => {
		const [counted, sampled, rated] = [counters, values, rates];
		counters = new Map();
		rates = new Map();
		values = new Map();
		for (const some of chunks([...counted], mostNumbers / 10)) tell('counters', {c: some, user: userEnded});
		for (const some of chunks([...rated], mostNumbers / 10)) tell('rates', {c: some});
		for (const some of chunks(sessions, mostNumbers / 4)) tell('sessions', {r: some});
		sessions = [];
		for (const [name, all] of sampled)
			for (const some of chunks(all, mostNumbers))
				tell('values', {name, v: some.map((value) => Math.round(value * 1000) / 1000)});
	};

	let usage = performance.eventLoopUtilization();
	const delay = monitorEventLoopDelay({resolution: 10});
	delay.enable();
	const flush = (): void => {
		if (isClosed) return;
		tellOf(settled);
		// Whether a reply was as the script expects it is found out after its end.
		settled = ended;
		ended = [];
		const untold = new Set(settled);
		for (const [uuid, journeys] of open) {
			if (journeys.some((journey) => pending.has(journey) || untold.has(journey))) continue;
			open.delete(uuid);
			parts.delete(uuid);
		}

		tellMetrics();
		const before = usage;
		usage = performance.eventLoopUtilization();
		let oldest = 0;
		const at = now();
		for (const {began} of pending) {
			oldest = at - began;
			break;
		}

		tell('pulse', {
			busy: Math.round(performance.eventLoopUtilization(usage, before).utilization * 1000) / 10,
			late: Math.max(0, delay.max / 1e6 - 10),
			oldest,
		});
		delay.reset();
	};
	const timer = setInterval(flush, every).unref();
	const close = (): void => {
		if (isClosed) return;
		clearInterval(timer);
		delay.disable();
		flush();
		flush();
		isClosed = true;
		for (const some of chunks([...pending], 100)) {
			tell('cut', {r: some.map(({part, began}) => [part, began])});
		}

		tell('bye', {});
	};
	const channel = new BroadcastChannel(channelName);
	channel.onmessage = close;
	channel.unref();
	tell('worker', {hears: store !== undefined});
	return close;
};

const workInMain = ({config, scenarios = []}: Script): void => {
	const {globalEvents} = artillery;
	tell('hello', {
		version: artillery.version ?? '',
		phases: config.phases ?? [],
		engines: [...new Set(scenarios.map(({engine}) => engine ?? config.engine ?? 'http'))],
	});
	globalEvents.on('phaseStarted', ({index = 0, name}: Phase) => tell('phase', {index, name: name ?? '', over: false}));
	globalEvents.on('phaseCompleted', ({index = 0, name}: Phase) => tell('phase', {index, name: name ?? '', over: true}));
	globalEvents.on('checks', (checks: readonly Check[]) =>
		tell('checks', {
			checks: checks.map(({original = '', strict, result}) => [
				original,
				strict !== false,
				result === 1 || result === true,
			]),
		}),
	);
	globalEvents.on('shutdown:start', () => {
		// Hooks of the script may take long: what was in flight is told before them.
		const channel = new BroadcastChannel(channelName);
		channel.postMessage('close');
		channel.close();
	});
	artillery.ext({
		ext: 'beforeExit',
		async method() {
			const {apdex, ranking} = artillery.apdexPlugin ?? {};
			if (apdex !== undefined) tell('apdex', {apdex, ranking: ranking ?? ''});
		},
	});
};

/** What Artillery makes of it, once in each thread. */
export class Plugin {
	static readonly LEGACY_METRICS_FORMAT = false;
	readonly cleanup: (done: () => void) => void;

	constructor(script: Script) {
		if (isMainThread) {
			workInMain(script);
			// Artillery does not wait for its workers: they are given a moment for their last words.
			this.cleanup = (done) => void setTimeout(done, every);
		} else {
			const close = workInWorker(script);
			this.cleanup = (done) => {
				close();
				done();
			};
		}
	}
}
