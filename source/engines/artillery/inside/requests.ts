// Follows each request of Artillery's HTTP engine. Artillery's own times are whole milliseconds; here the same moments are taken
// to the microsecond.
import {subscribe} from 'node:diagnostics_channel';
import {ClientRequest, type IncomingMessage} from 'node:http';
import {chunks, type Emitter, mostNumbers, now, type Request, type Script, tell} from './thread.ts';

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

/** Whether a strict match of a reply failed, or a capture. */
const failureIn = (result: unknown): string | undefined => {
	const {matches = {}, captures = {}} = (result ?? {}) as {
		readonly matches?: Readonly<Record<string, {readonly success?: boolean; readonly strict?: boolean}>>;
		readonly captures?: Readonly<Record<string, {readonly failed?: boolean}>>;
	};
	if (Object.values(matches).some(({success, strict}) => success !== true && strict !== false)) return 'match';
	return Object.values(captures).some(({failed}) => failed === true) ? 'capture' : undefined;
};

const microseconds = (milliseconds: number | undefined): number =>
	milliseconds === undefined ? -1 : Math.max(0, Math.round(milliseconds * 1000));

/** Listens to the requests of a script, and adds to its hooks what that needs. */
export const followRequests = (script: Script) => {
	const target = script.config.target ?? '';
	const moments = listenToRequests();
	const parts = new WeakMap<Request, string>();
	/** By the script's request; where redirects are followed, the next is on its way before the last is told of. */
	const open = new Map<string, Journey[]>();
	const pending = new Set<Journey>();
	const kinds = new Map<string, number>();
	let ended: Journey[] = [];
	let settled: Journey[] = [];

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
		events.on('trace:http:request', (request: Request, key: string) => {
			const {name, method = ''} = request;
			const journey: Journey = {
				part: name ?? `${method} ${parts.get(request) ?? ''}`.trim(),
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
		if (request.name === undefined) parts.set(request, pathOf(request, target));
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

	const kindOf = ({part, outcome = '', failed, code}: Journey, fresh: unknown[]): number => {
		const key = JSON.stringify([part, outcome, failed, code]);
		const known = kinds.get(key);
		if (known !== undefined) return known;
		const number = kinds.size;
		kinds.set(key, number);
		fresh.push([number, part, outcome, failed, code ?? 0]);
		return number;
	};
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
	return {
		/** Tells of what had ended when this was called before: whether a reply was as the script expects it is found out later. */
		settle(): void {
			tellOf(settled);
			settled = ended;
			ended = [];
			const untold = new Set(settled);
			for (const [uuid, journeys] of open) {
				if (!journeys.some((journey) => pending.has(journey) || untold.has(journey))) open.delete(uuid);
			}
		},
		/** How long the oldest waits, milliseconds. */
		oldest(): number {
			// They stand in the order in which they began.
			const [first] = pending;
			return first === undefined ? 0 : now() - first.began;
		},
		/** Tells of those that are on their way, for the last time. */
		cut(): void {
			for (const some of chunks([...pending], 100)) tell('cut', {r: some.map(({part, began}) => [part, began])});
		},
	};
};
