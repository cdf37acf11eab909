import {once} from 'node:events';
import {
	constants,
	createSecureServer,
	createServer,
	type Http2Server,
	type Http2ServerRequest,
	type Http2ServerResponse,
	type ServerHttp2Session,
} from 'node:http2';
import {createServer as createSecureHttpServer} from 'node:https';
import {type AddressInfo, createServer as createNetServer, type Server, type Socket} from 'node:net';
import {describe, expect, onTestFinished, test} from 'vitest';
import {httpEngine} from '../../../source/engines/http/engine.ts';
import {requestFields} from '../../../source/engines/http/request.ts';
import {BenchtopError} from '../../../source/errors.ts';
import {certificate, certificateKey} from '../../helpers/certificate.ts';
import {measure, planOf} from '../../helpers/http-load.ts';
import {httpTarget, rawTarget} from '../../helpers/target.ts';

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse, number: number) => void;

const serve = async (server: Server, scheme: string): Promise<string> => {
	const sessions = new Set<ServerHttp2Session>();
	server.on('session', (session: ServerHttp2Session) => {
		sessions.add(session);
		session.on('error', () => {});
	});
	server.on('sessionError', () => {});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		for (const session of sessions) session.destroy();
		server.close();
	});
	return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

/** A target that speaks HTTP/2 at once, and what it counted. */
const target = async (handler: Handler, options: Parameters<typeof createServer>[0] = {}) => {
	const seen = {requests: 0, sessions: 0};
	const server: Http2Server = createServer(options, (request, response) => {
		seen.requests += 1;
		request.on('error', () => {});
		response.on('error', () => {});
		handler(request, response, seen.requests);
	});
	server.on('session', () => {
		seen.sessions += 1;
	});
	return {url: await serve(server, 'http'), seen, server};
};

const hello: Handler = (_, response) => response.end('hello');
const amount = {warmup: 0, amount: 40};
const http2 = true;

describe('HTTP/2', () => {
	test('counts what the target counted, on so many connections', async () => {
		const {url, seen} = await target(hello);
		const {total} = await measure({url, http2, connections: 3}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(total.firstByte?.count).toBe(40);
		expect(seen).toEqual({requests: 40, sessions: 3});
		expect(total.setup?.connect?.count).toBe(3);
		expect(total.bytesIn).toBeGreaterThan(40 * 5);
		expect(total.bytesOut).toBeGreaterThan(40 * 9);
	});

	test('over TLS, by ALPN', async () => {
		const server = createSecureServer({cert: certificate, key: certificateKey}, (_, response) => response.end('hi'));
		const url = await serve(server, 'https');
		const {total} = await measure({url, http2, insecure: true}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(total.setup?.tls?.count).toBe(4);
	});

	test('several streams share a connection, and end in any order', async () => {
		let most = 0;
		let open = 0;
		const {url, seen} = await target((_, response, number) => {
			most = Math.max(most, ++open);
			setTimeout(
				() => {
					open -= 1;
					response.end('x');
				},
				number % 2 === 0 ? 20 : 5,
			);
		});
		const {total} = await measure({url, http2, connections: 1, pipelining: 8}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(seen.sessions).toBe(1);
		expect(most).toBe(8);
		expect(total.latency.maximum).toBeGreaterThanOrEqual(18_000);
		expect(total.latency.minimum).toBeLessThan(18_000);
	});

	test('no more streams than the target allows, which is said', async () => {
		let most = 0;
		let open = 0;
		const {url} = await target(
			(_, response) => {
				most = Math.max(most, ++open);
				setTimeout(() => {
					open -= 1;
					response.end('x');
				}, 5);
			},
			{settings: {maxConcurrentStreams: 3}},
		);
		const {total, notices} = await measure({url, http2, connections: 1, pipelining: 8}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(most).toBe(3);
		expect(notices).toEqual(['The target takes 3 requests at a time on a connection, not 8.']);
	});

	test('bodies there and back, larger than any window', async () => {
		const sizes: number[] = [];
		const {url} = await target((request, response) => {
			let bytes = 0;
			request.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
			});
			request.on('end', () => {
				sizes.push(bytes);
				response.end(Buffer.alloc(3_000_000));
			});
		});
		const body = Buffer.alloc(200_000).toString('base64');
		const {total} = await measure(
			{url, http2, method: 'POST', bodyBase64: body, connections: 2},
			{warmup: 0, amount: 6},
		);
		expect(total.outcomes).toEqual({200: 6});
		expect(new Set(sizes)).toEqual(new Set([200_000]));
		expect(total.bytesIn).toBeGreaterThan(6 * 3_000_000);
		expect(total.bytesOut).toBeGreaterThan(6 * 200_000);
	});

	test.each([
		['a reset', 'HTTP/2 REFUSED_STREAM', constants.NGHTTP2_REFUSED_STREAM],
		['an inner error', 'HTTP/2 INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
	])('%s is a failure by name, and the next request is fine', async (_, outcome, code) => {
		const {url, seen} = await target((__, response, number) => {
			if (number % 4 === 0) response.stream.close(code);
			else response.end('x');
		});
		const {total} = await measure({url, http2, connections: 2}, amount);
		expect(total.outcomes).toEqual({200: 30, [outcome]: 10});
		expect(seen.sessions).toBe(2);
	});

	test('a connection that is cut fails what was on it, and is made anew', async () => {
		const {url, seen} = await target((_, response, number) => {
			if (number % 5 === 0) response.stream.session?.destroy();
			else response.end('x');
		});
		const {total} = await measure({url, http2, connections: 1}, amount);
		expect(total.outcomes[200]).toBe(32);
		expect(Object.values(total.failures).reduce((sum, count) => sum + count, 0)).toBe(8);
		expect(Object.keys(total.failures).join()).toMatch(/^(closed before response|ECONNRESET)(,|$)/);
		expect(seen.sessions).toBeGreaterThanOrEqual(8);
	});

	test('a reply that is cut off is truncated', async () => {
		const {url} = await target((_, response, number) => {
			if (number % 2 === 1) {
				response.end('x');
				return;
			}

			response.write('half', () => setTimeout(() => response.stream.session?.destroy(), 10));
		});
		const {total} = await measure({url, http2, connections: 1}, {warmup: 0, amount: 10});
		expect(total.outcomes[200]).toBe(5);
		expect(Object.keys(total.failures).join()).toMatch(/^(truncated|ECONNRESET)$/);
	});

	test('nothing is sent on a connection that has ended', async () => {
		const sockets: Socket[] = [];
		const {url, seen, server} = await target((_, response) =>
			response.write('half', () => setTimeout(() => sockets.at(-1)?.destroy(), 10)),
		);
		server.on('connection', (socket) => sockets.push(socket));
		const {total} = await measure({url, http2, connections: 1}, {warmup: 0, amount: 6});
		expect(total.outcomes).toEqual({truncated: 6});
		expect(seen).toEqual({requests: 6, sessions: 6});
	});

	test('a target that says it goes away answers what it took; the rest goes elsewhere', async () => {
		const {url, seen} = await target((_, response, number) => {
			if (number % 10 === 0) response.stream.session?.close();
			setTimeout(() => response.end('x'), 2);
		});
		const {total} = await measure({url, http2, connections: 2, pipelining: 2}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(seen.sessions).toBeGreaterThan(2);
	});

	test('a redirect by a target that goes away is followed on the next connection', async () => {
		const {url, seen} = await target((request, response, number) => {
			if (number % 10 === 1) response.stream.session?.close();
			if (request.url === '/') setTimeout(() => response.writeHead(302, {location: '/there'}).end(), 2);
			else response.end('x');
		});
		const {total} = await measure({url, http2, follow: true, connections: 2, pipelining: 2}, amount);
		expect(total.outcomes).toEqual({200: 40});
		expect(seen.requests).toBe(80);
	});

	test.each([
		['at once', 0, 'closed before response'],
		['before it has read a request', 2 ** 31 - 1, '.*'],
	])('a target that says goodbye %s is left in peace between the attempts', async (_, last, outcome) => {
		const {url, seen, server} = await target(() => {});
		server.on('session', (session) => session.goaway(constants.NGHTTP2_NO_ERROR, last));
		const {total} = await measure({url, http2, connections: 1, timeout: 200}, {warmup: 0, duration: 600});
		expect(Object.keys(total.failures).join()).toMatch(new RegExp(`^${outcome}$`));
		expect(seen.sessions).toBeLessThan(100);
	});

	test('a connection that is never ready is made anew, in open loop too', async () => {
		const {url, server} = await target(hello);
		let connections = 0;
		const front = createNetServer((socket) => {
			socket.on('error', () => {});
			connections += 1;
			if (connections > 2) server.emit('connection', socket);
		});
		await serve(front, 'http');
		const at = `127.0.0.1:${(front.address() as AddressInfo).port}`;
		const {total} = await measure(
			{url, http2, connectTo: at, connections: 2, maxConnections: 2, rate: 50, timeout: 200},
			{warmup: 0, duration: 800},
		);
		expect(total.outcomes[200]).toBeGreaterThan(15);
		expect(connections).toBe(4);
	});

	test('a target that always goes away is left in peace between the attempts', async () => {
		const {url, seen} = await target((_, response) =>
			response.stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM),
		);
		const {total} = await measure({url, http2, connections: 1}, {warmup: 0, duration: 600});
		expect(Object.keys(total.outcomes)).toEqual(['HTTP/2 ENHANCE_YOUR_CALM']);
		expect(seen.sessions).toBeLessThan(20);
	});

	test('what times out counts once, with what it waited, and the connection stays', async () => {
		const {url, seen} = await target((_, response, number) => {
			if (number % 4 !== 0) response.end('x');
		});
		const {total} = await measure({url, http2, connections: 2, timeout: 100}, {warmup: 0, amount: 16});
		expect(total.outcomes).toEqual({200: 12, timeout: 4});
		expect(total.latency.maximum).toBeGreaterThanOrEqual(95_000);
		expect(seen.sessions).toBe(2);
	});

	test('what is in flight at the end has waited so long', async () => {
		const {url} = await target(() => {});
		const {total} = await measure({url, http2, connections: 2, pipelining: 3}, {warmup: 0, duration: 300});
		expect(total.outcomes).toEqual({});
		expect(total.waiting.count).toBe(6);
		expect(total.waiting.minimum).toBeGreaterThan(150_000);
	});

	test('in open loop, at its rate, from when requests were due', async () => {
		const {url} = await target((_, response) => setTimeout(() => response.end('x'), 20));
		const {total} = await measure(
			{url, http2, connections: 2, pipelining: 4, rate: 100},
			{warmup: 200, duration: 1000},
		);
		expect(total.outcomes).toEqual({200: total.latency.count});
		expect(total.offered).toBeGreaterThan(85);
		expect(total.offered).toBeLessThan(115);
		expect(total.uncorrected?.minimum).toBeGreaterThanOrEqual(18_000);
	});

	test('follows redirects within its origin, and no further', async () => {
		const {url, seen} = await target((request, response) => {
			if (request.url === '/') response.writeHead(302, {location: '/there'}).end();
			else if (request.url === '/out') response.writeHead(302, {location: 'http://127.0.0.1:1/'}).end();
			else response.end('x');
		});
		expect((await measure({url, http2, follow: true}, amount)).total.outcomes).toEqual({200: 40});
		expect(seen.requests).toBe(80);
		const out = await measure({url: `${url}out`, http2, follow: true}, amount);
		expect(out.total.failures).toEqual({'redirect to another origin': 40});
	});

	test('a target that speaks something else is said before the load', async () => {
		const plain = await httpTarget((_, response) => response.end());
		onTestFinished(() => plain.close());
		const silent = await rawTarget(() => {});
		onTestFinished(() => silent.close());
		const secure = createSecureHttpServer({cert: certificate, key: certificateKey});
		const urls = [plain.url, await serve(secure, 'https')];
		for (const url of urls) {
			const refused = httpEngine.probe?.(planOf({url, http2, insecure: true}), new AbortController().signal);
			await expect(refused).rejects.toThrow(/does not speak HTTP\/2/);
			await expect(refused).rejects.toBeInstanceOf(BenchtopError);
		}

		await expect(
			httpEngine.probe?.(planOf({url: silent.url, http2, timeout: 200}), new AbortController().signal),
		).rejects.toThrow(/did not answer within/);
		const {url} = await target(hello);
		await httpEngine.probe?.(planOf({url, http2}), new AbortController().signal);
	});

	test('one that changes its mind fails by name', async () => {
		const plain = await httpTarget((_, response) => response.end());
		onTestFinished(() => plain.close());
		const {total} = await measure({url: plain.url, http2, connections: 1}, {warmup: 0, duration: 300});
		expect(Object.keys(total.outcomes)).toEqual(['HTTP/2 PROTOCOL_ERROR']);
	});

	test('header fields are those of HTTP/2', () => {
		const {headers, body} = requestFields(
			planOf({
				url: 'https://me:word@a.example:8443/x?y',
				method: 'POST',
				bodyBase64: 'YWJj',
				headers: {Host: 'b.example', Connection: 'close', 'X-Own': 'Z', TE: 'trailers'},
			}),
		);
		expect(headers).toEqual({
			':method': 'POST',
			':scheme': 'https',
			':authority': 'b.example',
			':path': '/x?y',
			authorization: `Basic ${btoa('me:word')}`,
			'user-agent': 'benchtop',
			accept: '*/*',
			'content-length': '3',
			'x-own': 'Z',
		});
		expect(body?.toString()).toBe('abc');
	});
});
