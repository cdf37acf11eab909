import {afterEach, describe, expect, test} from 'vitest';
import type {PhaseName} from '../../../source/core/plan.ts';
import {endedIn, failedIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../../source/core/snapshot.ts';
import {latenciesOf} from '../../../source/core/summary.ts';
import {autocannonEngine} from '../../../source/engines/autocannon/engine.ts';
import type {HttpPlan} from '../../../source/engines/http-plan.ts';
import {erase} from '../../../source/engines/index.ts';
import {hostLoad, type LoadLimits} from '../../../source/run/load.ts';
import {httpTarget, okReply, rawTarget, type Target} from '../../helpers/target.ts';

const open: Target[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((target) => target.close()));
});

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	open.push(opened);
	return opened;
};

type Measured = {
	readonly doubts: readonly string[];
	readonly total: Snapshot;
	readonly warmup: Snapshot | undefined;
	readonly phases: readonly PhaseName[];
};

const measure = async (
	plan: Partial<HttpPlan> & {url: string},
	limits: LoadLimits,
	signal: AbortSignal = new AbortController().signal,
): Promise<Measured> => {
	const parts: Record<PhaseName, Snapshot[]> = {'warm-up': [], measure: [], pause: []};
	const phases: PhaseName[] = [];
	const doubts: string[] = [];
	const complete: HttpPlan = {method: 'GET', headers: {}, connections: 4, pipelining: 1, timeout: 10_000, ...plan};
	await hostLoad(
		erase(autocannonEngine).accept(complete),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot') parts[message.phase].push(message.snapshot);
			if (message.kind === 'phase') phases.push(message.phase);
			if (message.kind === 'doubt') doubts.push(message.doubt.kind);
		},
	);
	const join = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
		snapshots.length === 0 ? undefined : snapshots.reduce(mergeSnapshots);
	const total = join(parts.measure);
	if (total === undefined) throw new Error('nothing was measured');
	return {total, warmup: join(parts['warm-up']), phases, doubts};
};

const second = {warmup: 0, duration: 1000};

describe('the autocannon engine', () => {
	test('counts what the server counted, and the counts reconcile', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url}, {warmup: 0, duration: 700});
		expect(inFlightIn(total)).toBe(0);
		expect(total.waiting.count).toBe(4);
		expect(Math.abs(target.requests() - total.offered)).toBeLessThanOrEqual(4);
		expect(endedIn(total)).toBe(total.latency.count);
		expect(total.outcomes).toEqual({200: total.latency.count});
		expect(total.bytesOut).toBe(total.offered * (total.bytesOut / total.offered));
	});

	test('tells a constant delay, in closed loop', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 100)));
		const {total} = await measure({url: target.url, connections: 5}, {warmup: 0, duration: 1600});
		const {min, p50} = latenciesOf(total.latency, total.waiting);
		expect(min).toBeGreaterThanOrEqual(98);
		expect(p50).toBeGreaterThanOrEqual(98);
		expect(p50).toBeLessThan(125);
		expect(total.latency.count).toBeGreaterThanOrEqual(55);
		expect(total.latency.count).toBeLessThanOrEqual(80);
	});

	test('keeps warm-up and measuring apart, and hands over what is in flight', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 20)));
		const {total, warmup, phases} = await measure({url: target.url}, {warmup: 400, duration: 600});
		expect(phases).toEqual(['warm-up', 'measure']);
		expect(warmup && inFlightIn(warmup)).toBe(0);
		expect(inFlightIn(total)).toBe(0);
		expect(total.from).toBe(warmup?.to);
		expect(total.to - total.from).toBeGreaterThan(580);
		expect(total.to - total.from).toBeLessThan(3000);
	});

	test('sends exactly the amount', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url}, {warmup: 0, amount: 250});
		expect(target.requests()).toBe(250);
		expect(total.outcomes).toEqual({200: 250});
		expect(total.offered).toBe(250);
	});

	test('counts 4xx and 5xx as failures, and 3xx not', async () => {
		const statuses = [200, 302, 404, 503];
		let next = 0;
		const target = await keep(
			httpTarget((_, response) => {
				next += 1;
				response.writeHead(statuses[next % 4]!).end();
			}),
		);
		const {total} = await measure({url: target.url}, {warmup: 0, amount: 400});
		expect(total.outcomes).toEqual({200: 100, 302: 100, 404: 100, 503: 100});
		expect(total.failures).toEqual({404: 100, 503: 100});
		expect(failedIn(total)).toBe(200);
	});

	test('one dropped socket in 20: each is counted by name, and latencies stay those of the replies', async () => {
		let dropped = 0;
		const target = await keep(
			rawTarget((socket, request) => {
				if (request % 20 === 0) {
					dropped += 1;
					socket.destroy();
				} else setTimeout(() => socket.write(okReply), 5);
			}),
		);
		const {total} = await measure({url: target.url}, second);
		const broken =
			(total.outcomes['closed before response'] ?? 0) + (total.outcomes.ECONNRESET ?? 0) + (total.outcomes.EPIPE ?? 0);
		expect(broken).toBeGreaterThan(5);
		expect(Math.abs(broken - dropped)).toBeLessThanOrEqual(2);
		expect(inFlightIn(total)).toBe(0);
		expect(latenciesOf(total.latency, total.waiting).p50).toBeLessThan(40);
	});

	test('a FIN without a reply and a reply cut short have names', async () => {
		const closing = await keep(rawTarget((socket) => socket.end()));
		const cut = await keep(rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf')));
		const first = await measure({url: closing.url, connections: 1}, {warmup: 0, duration: 300});
		expect(Object.keys(first.total.outcomes)).toEqual(['closed before response']);
		expect(first.total.latency.count).toBe(0);
		const next = await measure({url: cut.url, connections: 1}, {warmup: 0, duration: 300});
		expect(Object.keys(next.total.outcomes)).toEqual(['truncated']);
		expect(inFlightIn(next.total)).toBe(0);
	});

	test('a target that closes each connection after its reply, with a length or without, is measured like any other', async () => {
		for (const reply of [
			'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
			'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nas long as the connection',
			'HTTP/1.0 200 OK\r\n\r\nas in the old days',
		]) {
			const target = await keep(rawTarget((socket) => setTimeout(() => socket.end(reply), 5)));
			const {total} = await measure({url: target.url, connections: 2}, {warmup: 0, duration: 400});
			expect(Object.keys(total.outcomes)).toEqual(['200']);
			expect(total.outcomes[200]).toBeGreaterThan(20);
			expect(inFlightIn(total)).toBe(0);
			expect(latenciesOf(total.latency, total.waiting).p50).toBeLessThan(100);
		}
	});

	test('no request is written to a connection that the target is closing', async () => {
		const target = await keep(
			rawTarget((socket) => {
				socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
				setTimeout(() => socket.end(), 10);
			}),
		);
		const {total} = await measure({url: target.url, connections: 2}, {warmup: 0, amount: 200});
		expect(total.outcomes).toEqual({200: 200});
		expect(target.requests()).toBe(200);
	});

	test('interim replies are a cause for doubt', async () => {
		const target = await keep(rawTarget((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${okReply}`)));
		const {doubts} = await measure({url: target.url, connections: 1}, {warmup: 0, duration: 200});
		expect(doubts).toContain('interim-replies');
	});

	test('no-body replies and chunked ones with trailers are one reply each', async () => {
		const replies = [
			'HTTP/1.1 204 No Content\r\n\r\n',
			'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
			okReply,
			'HTTP/1.1 206 Partial\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n',
		];
		const target = await keep(rawTarget((socket, request) => socket.write(replies[request % 4]!)));
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, duration: 400});
		expect(Object.keys(total.outcomes).sort()).toEqual(['200', '204', '206', '304']);
		expect(total.failures).toEqual({});
		expect(inFlightIn(total)).toBe(0);
		expect(Math.abs(endedIn(total) - target.requests())).toBeLessThanOrEqual(3);
	});

	test('a malformed reply has a name and leaves the next request alone', async () => {
		const target = await keep(
			rawTarget((socket, request) => socket.write(request % 3 === 0 ? 'rubbish\r\n\r\n' : okReply)),
		);
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, duration: 1000});
		expect(Object.keys(total.failures)).toEqual(['malformed reply']);
		expect(latenciesOf(total.latency, total.waiting).max).toBeLessThan(500);
		expect(total.outcomes[200]).toBeGreaterThan(4);
		expect(inFlightIn(total)).toBe(0);
	});

	test('a timeout is counted once, with the time it waited', async () => {
		const target = await keep(rawTarget((socket, request) => (request % 5 === 0 ? undefined : socket.write(okReply))));
		const {total} = await measure({url: target.url, connections: 1, timeout: 250}, {warmup: 0, duration: 1400});
		const timeouts = total.outcomes.timeout ?? 0;
		expect(timeouts).toBeGreaterThanOrEqual(3);
		expect(timeouts).toBeLessThanOrEqual(6);
		expect(total.failures).toEqual({timeout: timeouts});
		expect(total.latency.maximum).toBeGreaterThanOrEqual(245_000);
		expect(inFlightIn(total)).toBe(0);
	});

	test('a silent target shows in the tail, though no request ended', async () => {
		const target = await keep(rawTarget(() => {}));
		const {total} = await measure({url: target.url}, {warmup: 0, duration: 600});
		expect(endedIn(total)).toBe(0);
		expect(total.waiting.count).toBe(4);
		expect(latenciesOf(total.latency, total.waiting).p50).toBeGreaterThan(500);
	});

	test('a port that refuses is left in peace between attempts', async () => {
		const target = await httpTarget((_, response) => response.end());
		await target.close();
		const {total} = await measure({url: target.url, connections: 2}, second);
		expect(Object.keys(total.outcomes)).toEqual(['ECONNREFUSED']);
		// Pauses double from 10 ms to 1 s: some seven attempts in a second on each connection.
		expect(total.outcomes.ECONNREFUSED).toBeLessThan(30);
		expect(total.outcomes.ECONNREFUSED).toBeGreaterThan(4);
		expect(inFlightIn(total)).toBe(0);
	});

	test('a target that comes back is loaded again', async () => {
		const first = await httpTarget((_, response) => response.end('one'));
		const measuring = measure({url: first.url}, {warmup: 0, duration: 2000});
		await new Promise((resolve) => setTimeout(resolve, 400));
		await first.close();
		const before = first.requests();
		await new Promise((resolve) => setTimeout(resolve, 200));
		const again = await keep(httpTarget((_, response) => response.end('two'), first.port));
		const {total} = await measuring;
		expect(before).toBeGreaterThan(0);
		expect(again.requests()).toBeGreaterThan(10);
		expect(total.outcomes.ECONNREFUSED).toBeGreaterThan(0);
		expect(inFlightIn(total)).toBe(0);
	});

	test('stops when told, with what was measured', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 300);
		const {total} = await measure({url: target.url}, {warmup: 0, duration: 60_000}, stop.signal);
		expect(total.to - total.from).toBeLessThan(5000);
		expect(total.outcomes[200]).toBeGreaterThan(0);
		expect(inFlightIn(total)).toBe(0);
	});

	test('pipelines, and counts each reply once', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, pipelining: 4, connections: 2}, {warmup: 0, duration: 400});
		expect(total.waiting.count).toBe(8);
		expect(inFlightIn(total)).toBe(0);
		expect(Math.abs(target.requests() - total.offered)).toBeLessThanOrEqual(8);
	});

	test('holds a rate over a second, and says that it is no open loop', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const plan: HttpPlan = {
			url: target.url,
			method: 'GET',
			headers: {},
			connections: 4,
			pipelining: 1,
			timeout: 10_000,
			rate: 100,
		};
		const {total} = await measure(plan, {warmup: 0, duration: 3000});
		expect(endedIn(total)).toBeGreaterThanOrEqual(290);
		expect(endedIn(total)).toBeLessThanOrEqual(410);
		expect(autocannonEngine.doubts?.(plan, total, false).map(({kind}) => kind)).toContain('uneven-rate');
	});

	test('a rate that the target cannot follow is a doubt', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 100)));
		const plan: HttpPlan = {
			url: target.url,
			method: 'GET',
			headers: {},
			connections: 1,
			pipelining: 1,
			timeout: 10_000,
			rate: 500,
		};
		const {total} = await measure(plan, {warmup: 0, duration: 2500});
		expect(autocannonEngine.doubts?.(plan, total, false).map(({kind}) => kind)).toContain('rate-missed');
	});

	test('sends method, headers and body', async () => {
		const seen: string[] = [];
		const target = await keep(
			httpTarget(async (request, response) => {
				let body = '';
				for await (const chunk of request) body += String(chunk);
				seen.push(`${request.method} ${request.headers['x-test']} ${body}`);
				response.end();
			}),
		);
		await measure(
			{
				url: target.url,
				method: 'POST',
				headers: {'X-Test': 'yes'},
				bodyBase64: Buffer.from('päyload').toString('base64'),
				connections: 1,
			},
			{warmup: 0, amount: 3},
		);
		expect(seen).toEqual(Array(3).fill('POST yes päyload'));
	});
});

describe('its plan', () => {
	const plan: HttpPlan = {
		url: 'http://ann:hunter2@127.0.0.1:1/?token=geheim1',
		method: 'GET',
		headers: {Authorization: 'Bearer abcdefgh', Accept: '*/*'},
		bodyBase64: Buffer.from('secret body').toString('base64'),
		connections: 10,
		pipelining: 1,
		timeout: 1000,
		rate: 100,
	};

	test('is disclosed without secrets', () => {
		const {plan: disclosed, secrets} = autocannonEngine.disclose!(plan);
		const text = JSON.stringify(disclosed);
		for (const secret of ['hunter2', 'geheim1', 'abcdefgh', 'secret body', plan.bodyBase64!])
			expect(text).not.toContain(secret);
		expect(secrets).toEqual(expect.arrayContaining(['hunter2', 'geheim1', 'Bearer abcdefgh', 'abcdefgh']));
	});

	test('is divided over threads without losing a connection or a request', () => {
		const shares = autocannonEngine.split!(plan, 3);
		expect(shares.map(({connections}) => connections)).toEqual([4, 3, 3]);
		expect(shares.reduce((sum, {rate}) => sum + (rate ?? 0), 0)).toBeCloseTo(100);
	});

	test('for a target that refuses is turned down with its cause and exit code 4', async () => {
		await expect(autocannonEngine.probe!(plan, new AbortController().signal)).rejects.toMatchObject({
			exitCode: 4,
			message: '127.0.0.1:1 refused the connection (ECONNREFUSED).',
		});
	});
});
