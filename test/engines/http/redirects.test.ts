import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createSecureServer, type Server as SecureServer} from 'node:https';
import {type AddressInfo, connect, createServer as createNetServer} from 'node:net';
import {describe, expect, onTestFinished, test} from 'vitest';
import {createRoutes, mostRedirects} from '../../../source/engines/http/route.ts';
import {wayTo} from '../../../source/engines/http/way.ts';
import {certificate, certificateKey} from '../../helpers/certificate.ts';
import {measure, planOf} from '../../helpers/http-load.ts';
import {httpTarget, rawTarget, type Target} from '../../helpers/target.ts';

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	onTestFinished(() => opened.close());
	return opened;
};

type Seen = Array<{readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']}>;

/** Redirects to what the path names; anything else is answered after a while. */
const redirecting =
	(seen: Seen, map: Readonly<Record<string, readonly [status: number, location: string]>>, delay = 0) =>
	(request: IncomingMessage, response: ServerResponse): void => {
		seen.push({method: request.method ?? '', path: request.url ?? '', headers: request.headers});
		const redirect = map[request.url ?? ''];
		if (redirect !== undefined) response.writeHead(redirect[0], {Location: redirect[1]}).end('moved');
		else setTimeout(() => response.end('hello'), delay);
	};

const amount = {warmup: 0, amount: 20};

describe('redirects', () => {
	test('are replies unless they are to be followed, and that is said', async () => {
		const target = await keep(httpTarget(redirecting([], {'/': [302, '/there']})));
		const {total, notices} = await measure({url: target.url}, amount);
		expect(total.outcomes).toEqual({302: 20});
		expect(target.requests()).toBe(20);
		expect(notices.join()).toMatch(/redirects \(302\), and redirects are not followed/);
	});

	test('an operation is all of its requests, and its latency spans them', async () => {
		const seen: Seen = [];
		const target = await keep(
			httpTarget(redirecting(seen, {'/': [302, '/on'], '/on': [307, 'there?x=1#part']}, 50), 0),
		);
		const {total, notices} = await measure({url: target.url, follow: true}, amount);
		expect(total.outcomes).toEqual({200: 20});
		expect(total.offered).toBe(20);
		expect(total.latency.minimum).toBeGreaterThanOrEqual(48_000);
		expect(total.firstByte?.count).toBe(20);
		expect(total.firstByte?.minimum).toBeGreaterThanOrEqual(48_000);
		expect(target.requests()).toBe(60);
		expect(seen.filter(({path}) => path === '/there?x=1')).toHaveLength(20);
		expect(notices).toHaveLength(1);
	});

	test('are timed from when the request was due, in open loop, with one send', async () => {
		const target = await keep(httpTarget(redirecting([], {'/': [302, '/there']}, 30)));
		const {total} = await measure({url: target.url, follow: true, rate: 50}, {warmup: 100, duration: 600});
		expect(total.latency.minimum).toBeGreaterThanOrEqual(28_000);
		expect(total.uncorrected?.minimum).toBeGreaterThanOrEqual(28_000);
		expect(total.outcomes).toEqual({200: total.latency.count});
	});

	test('without an end are a failure by name, after so many', async () => {
		const target = await keep(httpTarget(redirecting([], {'/': [302, '/']})));
		const {total} = await measure({url: target.url, follow: true}, amount);
		expect(total.failures).toEqual({'too many redirects': 20});
		expect(target.requests()).toBe(20 * (mostRedirects + 1));
	});

	test('to nowhere are a failure by name, and without a location a reply', async () => {
		const nowhere = await keep(httpTarget(redirecting([], {'/': [302, 'ftp://127.0.0.1/']})));
		expect((await measure({url: nowhere.url, follow: true}, amount)).total.failures).toEqual({'bad redirect': 20});
		const silent = await keep(httpTarget((_, response) => response.writeHead(302).end()));
		expect((await measure({url: silent.url, follow: true}, amount)).total.outcomes).toEqual({302: 20});
	});

	test('of a connection that closes go on on the next one', async () => {
		const target = await keep(
			rawTarget((socket, request) => {
				if (request % 2 === 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
				else socket.end('HTTP/1.1 302 Found\r\nlocation:  /there \r\n\r\nuntil the end');
			}),
		);
		const {total} = await measure({url: target.url, connections: 1, follow: true}, amount);
		expect(total.outcomes).toEqual({200: 20});
		expect(target.requests()).toBe(40);
	});

	test('that arrive byte by byte lead to the same place', async () => {
		const target = await keep(
			rawTarget((socket, request) => {
				if (request % 2 === 0) {
					socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
					return;
				}

				const bytes = [...'HTTP/1.1 301 Moved\r\nLast-Modified: x\r\nLocation: /a%20b\r\nContent-Length: 0\r\n\r\n'];
				const drip = (): void => {
					const byte = bytes.shift();
					if (byte === undefined || socket.destroyed) return;
					socket.write(byte, () => setImmediate(drip));
				};
				drip();
			}),
		);
		const {total} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, amount: 4});
		expect(total.outcomes).toEqual({200: 4});
	});

	test('to another origin keep a connection to each, and take no secrets along', async () => {
		const seen: Seen = [];
		let connections = 0;
		const server: SecureServer = createSecureServer({cert: certificate, key: certificateKey}, redirecting(seen, {}));
		server.on('secureConnection', () => {
			connections += 1;
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(() => {
			server.closeAllConnections();
			server.close();
		});
		const {port} = server.address() as AddressInfo;
		const here: Seen = [];
		const target = await keep(httpTarget(redirecting(here, {'/': [301, `https://localhost:${port}/there`]})));
		const {total} = await measure(
			{
				url: target.url,
				follow: true,
				insecure: true,
				connections: 3,
				headers: {Authorization: 'Bearer abc', Cookie: 'a=b', 'X-Own': 'kept'},
			},
			{warmup: 0, amount: 60},
		);
		expect(total.outcomes).toEqual({200: 60});
		expect(connections).toBe(3);
		expect(total.setup?.connect?.count).toBe(6);
		expect(total.setup?.tls?.count).toBe(3);
		expect(here[0]?.headers).toMatchObject({authorization: 'Bearer abc', cookie: 'a=b'});
		for (const {headers} of seen) {
			expect(headers).toMatchObject({'x-own': 'kept', host: `localhost:${port}`});
			expect(headers.authorization).toBeUndefined();
			expect(headers.cookie).toBeUndefined();
		}
	});

	test('say where they lead without what is secret, and no longer than one reads', async () => {
		const away = `http://me:hunter22@127.0.0.1:1/?access_token=hunter33&${'x'.repeat(10_000)}`;
		const target = await keep(httpTarget(redirecting([], {'/': [302, away]})));
		const {notices} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, duration: 100});
		expect(notices.join()).toMatch(/302 to http:\/\/me:\*\*\*@127\.0\.0\.1:1\/\?access_token=\*\*\*&x+…/);
		expect(notices.join()).not.toContain('hunter');
		expect(notices.join().length).toBeLessThan(400);
	});

	test('with a percent sign that encodes nothing in their credentials are followed', async () => {
		const seen: Seen = [];
		const there = await keep(httpTarget(redirecting(seen, {})));
		const target = await keep(httpTarget(redirecting([], {'/': [302, there.url.replace('//', '//me:50%@')]})));
		const {total} = await measure({url: target.url, follow: true}, amount);
		expect(total.outcomes).toEqual({200: 20});
		expect(seen[0]?.headers.authorization).toBe(`Basic ${btoa('me:50%')}`);
	});

	/** A target that counts its connections, and those that are open. */
	const counting = async () => {
		const seen = {connections: 0, open: 0};
		const server = createServer((_, response) => response.end('hello'));
		server.on('connection', (socket) => {
			seen.connections += 1;
			seen.open += 1;
			socket.on('close', () => {
				seen.open -= 1;
			});
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(() => {
			server.closeAllConnections();
			server.close();
		});
		return {seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`};
	};

	test('to another name tell what looking it up took, and TCP beside it', async () => {
		const {url} = await counting();
		const target = await keep(httpTarget(redirecting([], {'/': [302, url.replace('127.0.0.1', 'localhost')]})));
		const {total} = await measure({url: target.url, connections: 2, follow: true}, amount);
		expect(total.outcomes).toEqual({200: 20});
		expect(total.setup).toMatchObject({dns: {count: 2}, connect: {count: 4}});
	});

	test('from an origin that closes its connections keep those to the other', async () => {
		const {seen, url} = await counting();
		const target = await keep(
			rawTarget((socket) => socket.end(`HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: ${url}\r\n\r\n`)),
		);
		const {total} = await measure({url: target.url, connections: 2, follow: true}, amount);
		expect(total.outcomes).toEqual({200: 20});
		expect(target.requests()).toBe(20);
		expect(seen.connections).toBe(2);
	});

	test('to ever more origins keep no more connections than a chain of them needs', async () => {
		const origins = await Promise.all(Array.from({length: 20}, counting));
		let most = 0;
		const target = await keep(
			rawTarget((socket, request) => {
				most = Math.max(
					most,
					origins.reduce((sum, {seen}) => sum + seen.open, 0),
				);
				const {url} = origins[request % origins.length]!;
				socket.write(`HTTP/1.1 302 Found\r\nLocation: ${url}\r\nContent-Length: 0\r\n\r\n`);
			}),
		);
		const {total} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, amount: 60});
		expect(total.outcomes).toEqual({200: 60});
		// One of them may be about to close.
		expect(most).toBeLessThanOrEqual(mostRedirects + 2);
	});

	test('leave no connection behind where one is dropped', async () => {
		const {seen, url} = await counting();
		const target = await keep(httpTarget(redirecting([], {'/': [302, url]})));
		let open = 0;
		await measure(
			{url: target.url, connections: 6, follow: true},
			{warmup: 0, duration: 600},
			new AbortController().signal,
			(hear) => {
				setTimeout(() => hear({to: 'steer', connections: 2}), 200);
				setTimeout(() => {
					open = seen.open;
				}, 450);
			},
		);
		expect(seen.connections).toBe(6);
		expect(open).toBe(2);
	});

	test('take nothing for a reply that came before they were followed', async () => {
		const there = await keep(
			rawTarget((socket) => {
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
				setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'), 10);
			}),
		);
		let connections = 0;
		const front = createNetServer((socket) => {
			connections += 1;
			socket.pipe(connect(there.port, '127.0.0.1')).pipe(socket);
		});
		front.listen(0, '127.0.0.1');
		await once(front, 'listening');
		onTestFinished(() => {
			front.close();
		});
		const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/`;
		const target = await keep(
			httpTarget((_, response) => setTimeout(() => response.writeHead(302, {Location: url}).end(), 40)),
		);
		const {total} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, amount: 5});
		expect(total.outcomes).toEqual({200: 5});
		// A connection that speaks unasked is not asked again.
		expect(connections).toBe(5);
	});

	test('that wait for a connection at the end have been sent', async () => {
		const silent = await keep(rawTarget(() => {}));
		const away = silent.url.replace('http:', 'https:');
		const target = await keep(httpTarget(redirecting([], {'/': [302, away]})));
		const {total} = await measure({url: target.url, follow: true, rate: 50}, {warmup: 0, duration: 400});
		expect(total.waiting.count).toBeGreaterThan(10);
		expect(total.uncorrectedWaiting?.count).toBe(total.waiting.count);
	});

	test('that fail tell their first byte', async () => {
		const target = await keep(
			rawTarget((socket) => {
				socket.write('HTTP/1.1 302 Found\r\nLocation: ftp://a.example/\r\nContent-Length: 1\r\n\r\n');
				setTimeout(() => socket.write('x'), 100);
			}),
		);
		const {total} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, amount: 3});
		expect(total.failures).toEqual({'bad redirect': 3});
		expect(total.latency.minimum).toBeGreaterThanOrEqual(95_000);
		expect(total.firstByte?.maximum).toBeLessThan(80_000);
	});

	test('to an origin that is gone fail by name, and the next operation begins anew', async () => {
		const gone = await httpTarget((_, response) => response.end());
		await gone.close();
		const target = await keep(httpTarget(redirecting([], {'/': [302, gone.url]})));
		const {total} = await measure({url: target.url, connections: 1, follow: true}, {warmup: 0, duration: 400});
		expect(Object.keys(total.outcomes)).toEqual(['ECONNREFUSED']);
		// Left in peace between the attempts, as any target is that refuses.
		expect(total.failures.ECONNREFUSED).toBeLessThan(20);
	});

	test('that time out count once', async () => {
		const target = await keep(httpTarget(redirecting([], {'/': [302, '/there']}, 500)));
		const {total} = await measure(
			{url: target.url, connections: 2, follow: true, timeout: 100},
			{warmup: 0, duration: 450},
		);
		expect(Object.keys(total.outcomes)).toEqual(['timeout']);
		expect(total.latency.minimum).toBeGreaterThanOrEqual(95_000);
	});
});

describe('where a redirect leads', () => {
	const lead = (status: number, location: string, given: Partial<Parameters<typeof planOf>[0]> = {}) => {
		const plan = planOf({url: 'http://a.example/dir/page?q', follow: true, ...given});
		const routes = createRoutes(
			plan,
			wayTo(plan),
			(built) => built,
			true,
			() => {},
		);
		const next = routes.follow?.(routes.first, status, location, 0);
		return typeof next === 'object' ? next.plan : next;
	};

	test.each([
		['other', 'http://a.example/dir/other'],
		['/other', 'http://a.example/other'],
		['?z', 'http://a.example/dir/page?z'],
		['//b.example:81/x', 'http://b.example:81/x'],
		['https://a.example/x#y', 'https://a.example/x'],
	])('%s is %s', (location, url) => {
		expect(lead(302, location)).toMatchObject({url});
	});

	test.each([
		[301, 'POST', 'GET'],
		[302, 'POST', 'GET'],
		[303, 'PUT', 'GET'],
		[303, 'HEAD', 'HEAD'],
		[307, 'POST', 'POST'],
		[308, 'POST', 'POST'],
		[302, 'DELETE', 'DELETE'],
	])('%i turns %s into %s, with its body or without', (status, method, becomes) => {
		const next = lead(status, '/x', {method, bodyBase64: 'YQ==', headers: {'Content-Type': 'text/plain', A: 'b'}});
		expect(next).toMatchObject({method: becomes, headers: {A: 'b'}});
		const hasBody = becomes === method;
		expect(typeof next === 'object' && 'bodyBase64' in next).toBe(hasBody);
		expect(typeof next === 'object' && 'Content-Type' in next.headers).toBe(hasBody);
	});

	test('other statuses lead nowhere', () => {
		for (const status of [200, 300, 304, 305, 404]) expect(lead(status, '/x')).toBeUndefined();
	});

	test('what else a connection is made to stays with its origin', () => {
		const given = {connectTo: '127.0.0.1:9', url: 'http://me:word@a.example/'};
		expect(lead(302, '/x', given)).toMatchObject({connectTo: '127.0.0.1:9', url: 'http://me:word@a.example/x'});
		const other = lead(302, 'http://b.example/x', given);
		expect(other).toMatchObject({url: 'http://b.example/x'});
		expect(other).not.toHaveProperty('connectTo');
	});

	test('what looks secret stays with its origin, under whatever name', () => {
		const given = {
			headers: {Authorization: 'x', 'X-Api-Key': 'x', 'X-Session-Token': 'x', 'X-Via': 'Bearer x', Accept: 'y'},
		};
		expect(lead(302, '/x', given)).toMatchObject(given);
		const away = lead(302, 'http://b.example/x', given);
		expect(typeof away === 'object' && away.headers).toEqual({Accept: 'y'});
	});
});
