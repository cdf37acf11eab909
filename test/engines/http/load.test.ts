import {once} from 'node:events';
import {mkdtempSync} from 'node:fs';
import {createServer as createSecureServer} from 'node:https';
import {createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, describe, expect, test} from 'vitest';
import {emptySnapshot, endedIn, failedIn, inFlightIn, type Snapshot} from '../../../source/core/snapshot.ts';
import {latenciesOf} from '../../../source/core/summary.ts';
import type {Steering} from '../../../source/engines/engine.ts';
import {httpEngine} from '../../../source/engines/http/engine.ts';
import {type OwnHttpPlan, ownHttpPlan} from '../../../source/engines/http/plan.ts';
import {longestHead} from '../../../source/engines/http/reply.ts';
import {certificate, certificateKey} from '../../helpers/certificate.ts';
import {measure, planOf} from '../../helpers/http-load.ts';
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

const second = {warmup: 0, duration: 1000};
const figures = ({latency, waiting}: Snapshot) => latenciesOf(latency, waiting);

describe('the closed loop', () => {
	test('counts what the server counted', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url}, {warmup: 0, duration: 500});
		// What was sent at the very end may never have been read.
		expect(Math.abs(total.offered - target.requests())).toBeLessThanOrEqual(total.waiting.count);
		expect(total.outcomes).toEqual({200: total.latency.count});
		expect(total.waiting.count).toBeLessThanOrEqual(4);
		expect(total.uncorrected).toBeUndefined();
	});

	test('counts the very bytes', async () => {
		const target = await keep(rawTarget((socket) => socket.write(okReply)));
		const {total} = await measure({url: target.url, headers: {A: 'b'}}, {warmup: 0, amount: 100});
		expect(total.bytesIn).toBe(100 * okReply.length);
		const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\nA: b\r\nUser-Agent: benchtop\r\nAccept: */*\r\n\r\n`;
		expect(total.bytesOut).toBe(100 * head.length);
	});

	test('tells a constant delay', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 100)));
		const {total} = await measure({url: target.url, connections: 5}, {warmup: 0, duration: 1600});
		const {min, p50} = figures(total);
		expect(min).toBeGreaterThanOrEqual(98);
		expect(p50).toBeLessThan(125);
		expect(total.latency.count).toBeGreaterThanOrEqual(55);
		expect(total.latency.count).toBeLessThanOrEqual(80);
	});

	test('goes from warm-up to measuring without a gap, and hands over what is in flight', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 20)));
		const {total, warmup} = await measure({url: target.url}, {warmup: 400, duration: 600});
		expect(warmup && inFlightIn(warmup)).toBe(0);
		expect(warmup?.waiting.count).toBe(0);
		expect(total.from).toBe(warmup?.to);
		const offered = total.offered + (warmup?.offered ?? 0);
		expect(Math.abs(offered - target.requests())).toBeLessThanOrEqual(total.waiting.count);
	});

	test.each([
		[1, 0],
		[1, 200],
		[3, 200],
	])('sends exactly the amount, %i in flight on a connection, after %i ms', async (pipelining, warmup) => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, pipelining}, {warmup, amount: 250});
		if (warmup === 0) expect(target.requests()).toBe(250);
		expect(total.outcomes).toEqual({200: 250});
		expect(total.offered).toBe(250);
	});

	test('an amount is reached though requests fail', async () => {
		const target = await keep(
			rawTarget((socket, request) => void (request % 4 === 0 ? socket.destroy() : socket.write(okReply))),
		);
		const {total} = await measure({url: target.url}, {warmup: 0, amount: 80});
		expect(endedIn(total)).toBe(80);
		expect(total.outcomes[200]).toBe(60);
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
		const broken = (total.outcomes['closed before response'] ?? 0) + (total.outcomes.ECONNRESET ?? 0);
		expect(dropped).toBeGreaterThan(5);
		expect(Math.abs(broken - dropped)).toBeLessThanOrEqual(1);
		expect(failedIn(total)).toBe(broken);
		expect(figures(total).p50).toBeLessThan(40);
	});

	test.each([
		['closed before response', (socket: Socket) => void socket.end()],
		['ECONNRESET', (socket: Socket) => void socket.resetAndDestroy()],
		['truncated', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf')],
		['truncated', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Enc')],
		[
			'truncated',
			(socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n'),
		],
		['malformed reply', (socket: Socket) => void socket.write('rubbish\r\n\r\n')],
		['malformed reply', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n')],
		['reply head too large', (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(longestHead)}`)],
	])('names what went wrong: %s', async (outcome, answer) => {
		const target = await keep(
			rawTarget((socket, request) => (request % 2 === 0 ? answer(socket) : socket.write(okReply))),
		);
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, amount: 20});
		expect(total.outcomes).toEqual({200: 10, [outcome]: 10});
		expect(total.failures).toEqual({[outcome]: 10});
		expect(total.latency.count).toBe(10);
		expect(target.requests()).toBe(20);
	});

	test.each([
		['closes with a length', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
		['closes without a length', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nas long as the connection'],
		['says nothing of it', 'HTTP/1.1 200 OK\r\n\r\nas long as the connection'],
		['is of old', 'HTTP/1.0 200 OK\r\n\r\nas in the old days'],
	])('a target that %s is measured like any other', async (_, reply) => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.end(reply), 2)));
		const {total} = await measure({url: target.url, connections: 2}, {warmup: 0, amount: 40});
		expect(total.outcomes).toEqual({200: 40});
		expect(target.requests()).toBe(40);
	});

	test('nothing is written to a connection that is to close, and what was is sent again on the next', async () => {
		const target = await keep(
			rawTarget((socket, request) => {
				if (request % 5 !== 0) {
					socket.write(okReply);
					return;
				}

				socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
				socket.removeAllListeners('data');
				socket.resume();
				setTimeout(() => socket.end(), 10);
			}),
		);
		const {total} = await measure({url: target.url, connections: 2, pipelining: 3}, {warmup: 0, amount: 200});
		expect(total.outcomes).toEqual({200: 200});
	});

	test('a target that says close and never does is left after a while', async () => {
		const target = await keep(
			rawTarget((socket) => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok')),
		);
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, amount: 10});
		expect(total.outcomes).toEqual({200: 10});
	});

	test('without keep-alive each request has a connection of its own', async () => {
		const sockets = new Set<unknown>();
		const target = await keep(
			httpTarget((request, response) => {
				sockets.add(request.socket);
				expect(request.headers.connection).toBe('close');
				response.end('ok');
			}),
		);
		const {total} = await measure({url: target.url, keepAlive: false}, {warmup: 0, amount: 60});
		expect(total.outcomes).toEqual({200: 60});
		expect(sockets.size).toBe(60);
	});

	test('without keep-alive no request follows another, though the target would take it', async () => {
		const asked = new Map<Socket, number>();
		const target = await keep(
			rawTarget((socket) => {
				asked.set(socket, (asked.get(socket) ?? 0) + 1);
				socket.write(okReply);
			}),
		);
		const {total} = await measure({url: target.url, keepAlive: false, connections: 2}, {warmup: 0, amount: 30});
		expect(total.outcomes).toEqual({200: 30});
		expect([...asked.values()]).toEqual(Array(30).fill(1));
	});

	test('replies without a body, chunked ones with trailers and interim ones are one reply each', async () => {
		const replies = [
			'HTTP/1.1 204 No Content\r\n\r\n',
			'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 9\r\n\r\n',
			`HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${okReply}`,
			'HTTP/1.1 206 Partial\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2;a=b\r\nok\r\n0\r\nX: y\r\n\r\n',
		];
		const target = await keep(rawTarget((socket, request) => socket.write(replies[request % 4]!)));
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, amount: 80});
		expect(total.outcomes).toEqual({200: 20, 204: 20, 206: 20, 304: 20});
	});

	test('HEAD has no body, whatever its length', async () => {
		const target = await keep(rawTarget((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n')));
		const {total} = await measure({url: target.url, method: 'HEAD'}, {warmup: 0, amount: 40});
		expect(total.outcomes).toEqual({200: 40});
	});

	test('a head that trickles in and a body of 1 MiB are one reply', async () => {
		const body = Buffer.alloc(1_048_576, 'x');
		const target = await keep(
			rawTarget((socket) => {
				socket.write('HTTP/1.1 200 OK\r\nContent-Le');
				setTimeout(() => socket.write('ngth: 1048576\r\n\r'), 5);
				setTimeout(() => socket.write('\n'), 10);
				setTimeout(() => socket.write(body), 15);
			}),
		);
		const {total} = await measure({url: target.url, connections: 2}, {warmup: 0, amount: 8});
		expect(total.outcomes).toEqual({200: 8});
		expect(total.bytesIn).toBeGreaterThan(8 * body.length);
		expect(figures(total).min).toBeGreaterThanOrEqual(13);
		expect(total.firstByte?.count).toBe(8);
		// Each reply's own first byte came 15 ms before its body.
		expect(total.firstByte?.sum).toBeLessThan(total.latency.sum - 8 * 13_000);
	});

	test('a reply that nobody asked for has a name, and takes no other reply with it', async () => {
		const target = await keep(rawTarget((socket) => socket.write(okReply + okReply)));
		const {total} = await measure({url: target.url, connections: 1}, {warmup: 0, amount: 10});
		expect(total.outcomes).toEqual({200: 10, 'reply without a request': expect.any(Number)});
	});

	test('a timeout is counted once, with the time it waited, and the next request is timed anew', async () => {
		const target = await keep(rawTarget((socket, request) => void (request % 5 === 0 || socket.write(okReply))));
		const {total} = await measure({url: target.url, connections: 1, timeout: 250}, {warmup: 0, duration: 1400});
		const timeouts = total.outcomes.timeout ?? 0;
		expect(timeouts).toBeGreaterThanOrEqual(3);
		expect(timeouts).toBeLessThanOrEqual(6);
		expect(total.failures).toEqual({timeout: timeouts});
		expect(total.latency.maximum).toBeGreaterThanOrEqual(250_000);
		expect(figures(total).p50).toBeLessThan(200);
	});

	test('a silent target shows in the tail, though no request ended', async () => {
		const target = await keep(rawTarget(() => {}));
		const {total} = await measure({url: target.url}, {warmup: 0, duration: 600});
		expect(endedIn(total)).toBe(0);
		expect(total.waiting.count).toBe(4);
		expect(figures(total).p50).toBeGreaterThan(500);
	});

	test('a port that refuses is left in peace between attempts', async () => {
		const target = await httpTarget((_, response) => response.end());
		await target.close();
		const {total} = await measure({url: target.url, connections: 2}, second);
		expect(Object.keys(total.outcomes)).toEqual(['ECONNREFUSED']);
		expect(total.outcomes.ECONNREFUSED).toBeLessThan(30);
		expect(total.outcomes.ECONNREFUSED).toBeGreaterThan(4);
		expect(httpEngine.doubts?.(planOf({url: target.url}), total, false).map(({kind}) => kind)).toEqual([
			'no-connection',
		]);
	});

	test('a target that comes back is loaded again', async () => {
		const first = await httpTarget((_, response) => response.end('one'));
		const measuring = measure({url: first.url}, {warmup: 0, duration: 2000});
		await new Promise((resolve) => setTimeout(resolve, 400));
		await first.close();
		await new Promise((resolve) => setTimeout(resolve, 200));
		const again = await keep(httpTarget((_, response) => response.end('two'), first.port));
		const {total} = await measuring;
		expect(first.requests()).toBeGreaterThan(0);
		expect(again.requests()).toBeGreaterThan(10);
		expect(total.outcomes.ECONNREFUSED).toBeGreaterThan(0);
	});

	test('pipelines, and counts each reply once', async () => {
		let most = 0;
		const target = await keep(
			rawTarget((socket, request) => {
				most = Math.max(most, request);
				if (request % 8 === 0) for (let reply = 0; reply < 8; reply++) socket.write(okReply);
			}),
		);
		// Nothing is answered until eight requests have come.
		const {total} = await measure({url: target.url, pipelining: 8, connections: 1}, {warmup: 0, amount: 80});
		expect(total.outcomes).toEqual({200: 80});
		expect(most).toBe(80);
	});

	test('sends method, headers, body and user', async () => {
		const seen: string[] = [];
		const target = await keep(
			httpTarget(async (request, response) => {
				let body = '';
				for await (const chunk of request) body += String(chunk);
				const {authorization, host, 'user-agent': agent} = request.headers;
				seen.push([request.method, request.url, request.headers['x-test'], authorization, host, agent, body].join(' '));
				response.end();
			}),
		);
		await measure(
			{
				url: `${target.url.replace('//', '//ann:p%C3%A4ss@')}a?b=c`,
				method: 'POST',
				headers: {'X-Test': 'yes', HOST: 'shop.example', 'User-agent': 'me'},
				bodyBase64: Buffer.from('päyload').toString('base64'),
				connections: 1,
			},
			{warmup: 0, amount: 3},
		);
		const user = Buffer.from('ann:päss').toString('base64');
		expect(seen).toEqual(Array(3).fill(`POST /a?b=c yes Basic ${user} shop.example me päyload`));
	});

	test('connects elsewhere when told, to a socket or another port', async () => {
		const hosts: Array<string | undefined> = [];
		const answer = (socket: Socket): void => {
			socket.on('error', () => {});
			socket.on('data', (bytes) => {
				hosts.push(/^Host: (.*)\r$/m.exec(bytes.toString())?.[1]);
				socket.write(okReply);
			});
		};
		const local: Server = createServer(answer);
		const path = join(mkdtempSync(join(tmpdir(), 'benchtop-')), 'socket');
		local.listen(path);
		await once(local, 'listening');
		const elsewhere = await keep(rawTarget((socket) => socket.write(okReply)));
		const url = 'http://shop.example/';
		const byPath = await measure({url, unix: path, connections: 1}, {warmup: 0, amount: 3});
		const byPort = await measure(
			{url, connectTo: `localhost:${elsewhere.port}`, connections: 1},
			{warmup: 0, amount: 3},
		);
		expect([byPath.total.outcomes, byPort.total.outcomes]).toEqual([{200: 3}, {200: 3}]);
		expect(hosts).toEqual(Array(3).fill('shop.example'));
		expect(elsewhere.requests()).toBe(3);
		await httpEngine.probe?.(planOf({url, unix: path}), new AbortController().signal);
		local.close();
		await once(local, 'close');
		await expect(httpEngine.probe?.(planOf({url, unix: path}), new AbortController().signal)).rejects.toMatchObject({
			exitCode: 4,
			message: `${path} is not there (ENOENT).`,
		});
	});
});

describe('the open loop', () => {
	test('sends evenly, what is due', async () => {
		const arrivals: number[] = [];
		const target = await keep(
			rawTarget((socket) => {
				arrivals.push(performance.now());
				socket.write(okReply);
			}),
		);
		const {total} = await measure({url: target.url, rate: 100}, {warmup: 0, duration: 1995});
		// A busy machine begins its schedule some ten milliseconds late.
		expect(total.offered).toBeGreaterThanOrEqual(190);
		expect(total.offered).toBeLessThanOrEqual(200);
		expect(Math.abs(target.requests() - total.offered)).toBeLessThanOrEqual(total.waiting.count);
		expect(total.uncorrected?.count).toBe(total.latency.count);
		// In no 100 ms more or less than ten, but for some lateness; a busy machine now and then holds up both sides for longer.
		const begin = arrivals[0] ?? 0;
		const stretches = Array.from(
			{length: 18},
			(_, index) => arrivals.filter((at) => Math.floor((at - begin) / 100) === index).length,
		);
		expect(stretches.filter((count) => count < 6 || count > 14).length).toBeLessThanOrEqual(6);
	});

	test('counts from when a request was due, and beside it from its send', async () => {
		// One connection, 50 ms a reply, 40 requests a second: each waits 25 ms longer than the one before.
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 50)));
		const {total, notices, doubts} = await measure(
			{url: target.url, connections: 1, maxConnections: 1, rate: 40},
			{warmup: 0, duration: 2000},
		);
		const {p50, max} = figures(total);
		expect(max).toBeGreaterThan(850);
		expect(p50).toBeGreaterThan(400);
		expect(latenciesOf(total.uncorrected ?? total.latency, total.waiting).min).toBeLessThan(70);
		expect(total.uncorrected?.maximum).toBeLessThan(300_000);
		expect(notices).toHaveLength(1);
		expect(doubts).toEqual(['connections-exhausted']);
		const kinds = httpEngine.doubts?.(planOf({url: target.url, rate: 40}), total, false).map(({kind}) => kind);
		expect(kinds).not.toContain('schedule-lag');
		expect(total.offered).toBeGreaterThanOrEqual(79);
	});

	test('opens more connections when all are busy', async () => {
		const sockets = new Set<Socket>();
		const target = await keep(
			rawTarget((socket) => {
				sockets.add(socket);
				setTimeout(() => socket.write(okReply), 100);
			}),
		);
		const {total, doubts} = await measure(
			{url: target.url, connections: 1, maxConnections: 50, rate: 100},
			{warmup: 500, duration: 1000},
		);
		expect(sockets.size).toBeGreaterThanOrEqual(9);
		expect(sockets.size).toBeLessThan(50);
		expect(figures(total).p50).toBeLessThan(150);
		expect(doubts).toEqual([]);
	});

	test('what found no connection in time times out, and was never sent', async () => {
		const target = await keep(rawTarget(() => {}));
		const {total, doubts} = await measure(
			{url: target.url, connections: 2, maxConnections: 2, rate: 100, timeout: 300},
			{warmup: 0, duration: 1200},
		);
		expect(total.failures['timeout before send']).toBeGreaterThan(60);
		expect(total.failures.timeout).toBe(target.requests() - (total.uncorrectedWaiting?.count ?? 0));
		expect(target.requests()).toBeLessThan(15);
		expect(figures(total).p50).toBeGreaterThanOrEqual(290);
		// What was never sent has not waited since its send.
		expect(total.waiting.count).toBeGreaterThan(total.uncorrectedWaiting?.count ?? 0);
		expect(total.uncorrected?.count).toBe(total.failures.timeout);
		expect(doubts).toEqual(['connections-exhausted']);
	});

	test('a target that refuses fails what is due by name, and is left in peace', async () => {
		const target = await httpTarget((_, response) => response.end());
		await target.close();
		const {total} = await measure({url: target.url, rate: 200}, {warmup: 0, duration: 800});
		expect(Object.keys(total.outcomes)).toEqual(['ECONNREFUSED']);
		expect(total.offered).toBeGreaterThanOrEqual(155);
	});

	test('sends exactly the amount', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, rate: 200}, {warmup: 100, amount: 50});
		expect(total.outcomes).toEqual({200: 50});
		expect(total.offered).toBe(50);
	});

	test('climbs a ramp, and steps', async () => {
		for (const steps of [undefined, 2]) {
			const target = await keep(httpTarget((_, response) => response.end('hello')));
			const {total, warmup} = await measure(
				{url: target.url, rate: 50, rateEnd: 250, ...(steps === undefined ? {} : {steps})},
				{warmup: 200, duration: 1000},
			);
			expect(warmup?.offered).toBeGreaterThanOrEqual(9);
			expect(warmup?.offered).toBeLessThanOrEqual(14);
			expect(total.offered).toBeGreaterThanOrEqual(140);
			expect(total.offered).toBeLessThanOrEqual(156);
		}
	});

	test('random arrivals are as many as a Poisson process has', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, rate: 500, arrivals: 'poisson', seed: 4}, second);
		// Five standard deviations.
		expect(Math.abs(total.offered - 500)).toBeLessThan(5 * Math.sqrt(500));
	});

	test('holds a rate while it pipelines', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 20)));
		const {total} = await measure(
			{url: target.url, connections: 2, maxConnections: 2, pipelining: 10, rate: 300},
			{warmup: 200, duration: 1000},
		);
		expect(Math.abs(total.offered - 300)).toBeLessThanOrEqual(20);
		expect(figures(total).p50).toBeLessThan(60);
	});

	test('a pause shifts what is due, and costs no latency', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 5)));
		let tell = (_: Steering): void => {};
		setTimeout(() => tell({to: 'pause'}), 400);
		setTimeout(() => tell({to: 'resume'}), 1000);
		const {total} = await measure({url: target.url, rate: 100}, second, undefined, (hear) => {
			tell = hear;
		});
		expect(Math.abs(total.offered - 100)).toBeLessThanOrEqual(4);
		expect(figures(total).max).toBeLessThan(300);
	});

	test('connections that are steered are so many, and no more', async () => {
		let open = 0;
		const counts: number[] = [];
		const target = await keep(
			rawTarget((socket) => {
				if (socket.listenerCount('close') < 2) {
					open += 1;
					socket.on('close', () => {
						open -= 1;
					});
				}

				counts.push(open);
				setTimeout(() => socket.write(okReply), 5);
			}),
		);
		let tell = (_: Steering): void => {};
		setTimeout(() => tell({to: 'steer', connections: 2}), 400);
		const {total} = await measure({url: target.url, rate: 100, connections: 8}, second, undefined, (hear) => {
			tell = hear;
		});
		expect(Math.max(...counts.slice(0, 30))).toBe(8);
		expect(Math.max(...counts.slice(-30))).toBeLessThanOrEqual(2);
		expect(Object.keys(total.outcomes)).toEqual(['200']);
	});

	test('stops at once, with what waits counted', async () => {
		const target = await keep(rawTarget(() => {}));
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 300);
		const {total} = await measure(
			{url: target.url, rate: 100, connections: 2, maxConnections: 2},
			{warmup: 0, duration: 60_000},
			stop.signal,
		);
		expect(total.waiting.count).toBe(total.offered);
		expect(total.offered).toBeGreaterThanOrEqual(20);
	});
});

describe('over TLS', () => {
	const names: Array<string | false | null | undefined> = [];
	const secure = async (): Promise<{readonly port: number; readonly close: () => Promise<void>}> => {
		const server = createSecureServer({key: certificateKey, cert: certificate}, (_, response) => response.end('hello'));
		server.on('secureConnection', (socket) => names.push(socket.servername));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		return {
			port: typeof address === 'object' && address !== null ? address.port : 0,
			async close() {
				server.close();
				server.closeAllConnections();
				await once(server, 'close');
			},
		};
	};

	test('the certificate is checked against the name, unless it is not to be', async () => {
		const server = await secure();
		try {
			const to = (plan: Partial<OwnHttpPlan>): OwnHttpPlan =>
				planOf({url: 'https://localhost/', connectTo: `127.0.0.1:${server.port}`, connections: 2, ...plan});
			const {total} = await measure(to({ca: certificate}), {warmup: 0, amount: 20});
			expect(total.outcomes).toEqual({200: 20});
			expect(new Set(names)).toEqual(new Set(['localhost']));
			const insecure = await measure(to({insecure: true, keepAlive: false}), {warmup: 0, amount: 10});
			expect(insecure.total.outcomes).toEqual({200: 10});
			const probe = (plan: Partial<OwnHttpPlan>) => httpEngine.probe?.(to(plan), new AbortController().signal);
			await probe({ca: certificate});
			await probe({insecure: true});
			await expect(probe({})).rejects.toMatchObject({
				exitCode: 4,
				message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
				hint: expect.stringContaining('--ca'),
			});
			await expect(probe({ca: certificate, url: 'https://other.example/'})).rejects.toMatchObject({
				message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
			});
			await expect(probe({ca: 'no pem', cert: 'no', key: 'no'})).rejects.toMatchObject({exitCode: 4});
		} finally {
			await server.close();
		}
	});

	test('a certificate that is refused while the load runs is an outcome with a name', async () => {
		const server = await secure();
		try {
			const {total} = await measure(
				{url: `https://localhost:${server.port}/`, connections: 1},
				{warmup: 0, duration: 200},
			);
			expect(Object.keys(total.outcomes)).toEqual(['TLS DEPTH_ZERO_SELF_SIGNED_CERT']);
		} finally {
			await server.close();
		}
	});
});

describe('its plan', () => {
	const plan = planOf({url: 'http://127.0.0.1:1/', connections: 10, rate: 100, maxConnections: 25});

	test('is divided over threads without losing a connection or a request', () => {
		const shares = httpEngine.split!({...plan, rateEnd: 301, arrivals: 'poisson'}, 3);
		const sum = (key: 'connections' | 'rate' | 'rateEnd' | 'maxConnections'): number =>
			shares.reduce((whole, share) => whole + (share[key] ?? 0), 0);
		expect(shares.map(({connections}) => connections)).toEqual([4, 3, 3]);
		expect([sum('rate'), sum('rateEnd'), sum('maxConnections')].map(Math.round)).toEqual([100, 301, 25]);
		expect(new Set(shares.map(({seed}) => seed)).size).toBe(3);
	});

	test.each([
		['at a rate', {rate: 50}, [], 27],
		['at a rate, after a pause that was not one for all', {rate: 50}, [300, 500], 27],
		// Where the rate changes, threads begin together; nothing must hold up one of these.
		['in steps', {rate: 25, rateEnd: 50, steps: 2, precise: true}, [], 0],
	])('in even arrivals %s, threads take turns: together they are even', {retry: 2}, async (_, pace, pause, apart) => {
		const arrivals: number[] = [];
		const target = await keep(
			rawTarget((socket) => {
				arrivals.push(performance.now());
				socket.write(okReply);
			}),
		);
		const shares = httpEngine.split!({...plan, url: target.url, ...pace}, 2);
		const began = performance.now();
		await Promise.all(
			shares.map(async (share, index) => {
				// Begun apart by no multiple of the period.
				await sleep(index * apart);
				await measure(share, {warmup: 0, duration: 2000}, new AbortController().signal, (hear) => {
					for (const [step, at] of pause.entries()) {
						setTimeout(() => hear({to: step === 0 ? 'pause' : 'resume'}), at + index * 7 * step);
					}
				});
			}),
		);
		const both = arrivals.filter((arrival) => arrival > began + 1100).slice(0, -4);
		expect(both.length).toBeGreaterThan(30);
		const gaps = both.slice(1).map((arrival, index) => arrival - both[index]!);
		// Out of turn, they would come in pairs with gaps far from 20 ms.
		const off = gaps.map((gap) => Math.abs(gap - 20)).toSorted((a, b) => a - b);
		expect(off[Math.floor(off.length / 2)]).toBeLessThan(3);
	});

	test('says what a machine ran out of, and that the target is not to blame', () => {
		const total = {...emptySnapshot(), to: 1000, offered: 3, outcomes: {EMFILE: 3}, failures: {EMFILE: 3}};
		const doubts = httpEngine.doubts!({...plan, rate: undefined}, total, false);
		expect(doubts).toMatchObject([{kind: 'generator-limits', message: expect.stringContaining('ulimit -n')}]);
	});

	test('does not say of a target that it cannot be reached when it was reached and hung up', () => {
		const doubtsOf = (failures: Readonly<Record<string, number>>) =>
			httpEngine.doubts!(
				{...plan, rate: undefined},
				{...emptySnapshot(), to: 1000, offered: 9, outcomes: failures, failures},
				false,
			).map(({kind}) => kind);
		expect(doubtsOf({'HTTP/2 REFUSED_STREAM': 3, 'reply head too large': 3, ECONNRESET: 3})).toEqual([]);
		expect(doubtsOf({ECONNREFUSED: 3, 503: 6})).toEqual(['no-connection']);
	});

	test('keeps its key to itself', () => {
		const {plan: disclosed, secrets} = httpEngine.disclose!({...plan, key: 'PRIVATE', cert: 'public'});
		expect(JSON.stringify(disclosed)).not.toContain('PRIVATE');
		expect(secrets).toEqual(['PRIVATE']);
	});

	test('must make sense', () => {
		expect(() => ownHttpPlan.parse({...plan, rate: undefined, rateEnd: 5})).toThrow('a ramp needs a rate');
		expect(() => ownHttpPlan.parse({...plan, keepAlive: false, pipelining: 2})).toThrow('need keep-alive');
		expect(() => ownHttpPlan.parse({...plan, keepAlive: false, http2: true})).toThrow('of HTTP/2 are kept');
		expect(() => ownHttpPlan.parse({...plan, follow: true, pipelining: 2})).toThrow('redirects are followed');
		expect(() => ownHttpPlan.parse({...plan, unix: '/a', proxy: 'http://b'})).toThrow('no proxy on the way');
	});

	test('for a target that refuses is turned down with its cause and exit code 4', async () => {
		await expect(httpEngine.probe!(plan, new AbortController().signal)).rejects.toMatchObject({
			exitCode: 4,
			message: '127.0.0.1:1 refused the connection (ECONNREFUSED).',
		});
	});

	test('for more connections than there are ports is turned down with the next step', async () => {
		await expect(
			httpEngine.probe!({...plan, connections: 100_000}, new AbortController().signal),
		).rejects.toMatchObject({exitCode: 4, hint: expect.stringMatching(/ulimit -n|ip_local_port_range/)});
	});
});
