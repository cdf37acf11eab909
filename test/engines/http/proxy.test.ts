import {once} from 'node:events';
import {createServer as createHttpServer} from 'node:http';
import {createServer as createHttp2Server} from 'node:http2';
import {createServer as createSecureServer} from 'node:https';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import {describe, expect, onTestFinished, test} from 'vitest';
import {httpEngine} from '../../../source/engines/http/engine.ts';
import {certificate, certificateKey} from '../../helpers/certificate.ts';
import {measure, planOf} from '../../helpers/http-load.ts';
import {httpTarget, type Target} from '../../helpers/target.ts';

const portOf = async (server: Server): Promise<number> => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
};

/** A proxy that opens tunnels, for who gives these credentials. */
const proxy = async (credentials?: string) => {
	const seen: string[] = [];
	const sockets = new Set<Socket>();
	const server = createHttpServer((_, response) => response.writeHead(400).end());
	server.on('connect', (request, socket: Socket) => {
		seen.push(request.url ?? '');
		sockets.add(socket);
		socket.on('error', () => {});
		const given = request.headers['proxy-authorization'];
		if (credentials !== undefined && given !== `Basic ${btoa(credentials)}`) {
			socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
			return;
		}

		const [host = '', port] = (request.url ?? '').split(':');
		const onward = connect(Number(port), host);
		sockets.add(onward);
		onward.on('connect', () => {
			socket.write('HTTP/1.1 200 Connection established\r\nX-Via: test\r\n\r\n');
			onward.pipe(socket).pipe(onward);
		});
		onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
	});
	const port = await portOf(server);
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return {url: `http://127.0.0.1:${port}`, port, seen};
};

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	onTestFinished(() => opened.close());
	return opened;
};

const amount = {warmup: 0, amount: 30};
const probe = (given: Parameters<typeof planOf>[0]) => httpEngine.probe?.(planOf(given), new AbortController().signal);

describe('through a proxy', () => {
	test('one tunnel for each connection, kept', async () => {
		const {url, seen} = await proxy();
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, proxy: url, connections: 3}, amount);
		expect(total.outcomes).toEqual({200: 30});
		expect(target.requests()).toBe(30);
		expect(seen).toEqual(Array(3).fill(`127.0.0.1:${target.port}`));
		expect(total.setup).toMatchObject({connect: {count: 3}, tunnel: {count: 3}});
		expect(total.setup?.tls).toBeUndefined();
	});

	test('TLS goes through it, end to end', async () => {
		const {url} = await proxy();
		const server = createSecureServer({cert: certificate, key: certificateKey}, (_, response) => response.end('x'));
		const port = await portOf(server);
		onTestFinished(() => {
			server.closeAllConnections();
			server.close();
		});
		const secure = `https://localhost:${port}/`;
		const {total} = await measure({url: secure, proxy: url, ca: certificate, connections: 2}, amount);
		expect(total.outcomes).toEqual({200: 30});
		expect(total.setup?.tls?.count).toBe(2);
		await expect(probe({url: secure, proxy: url})).rejects.toThrow(/does not trust/);
	});

	test('HTTP/2, whose target may speak in the same breath as the proxy', async () => {
		const target = createHttp2Server((_, response) => response.end('hello'));
		const port = await portOf(target);
		const server = createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => {
				const onward = connect(port, '127.0.0.1');
				onward.on('error', () => {});
				socket.on('close', () => onward.destroy());
				onward.once('data', (bytes) => {
					socket.write(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), bytes]));
					onward.pipe(socket);
				});
				socket.pipe(onward);
			});
		});
		const url = `http://127.0.0.1:${await portOf(server)}`;
		onTestFinished(() => {
			server.close();
			target.close();
		});
		const {total} = await measure({url: `http://127.0.0.1:${port}/`, http2: true, proxy: url, connections: 2}, amount);
		expect(total.outcomes).toEqual({200: 30});
	});

	test('one that hangs is asked again, in open loop too', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {port} = await proxy();
		const sockets = new Set<Socket>();
		let asked = 0;
		const front = createServer((socket) => {
			sockets.add(socket);
			socket.on('error', () => {});
			asked += 1;
			if (asked > 2) socket.pipe(connect(port, '127.0.0.1')).pipe(socket);
		});
		const url = `http://127.0.0.1:${await portOf(front)}`;
		onTestFinished(() => {
			for (const socket of sockets) socket.destroy();
			front.close();
		});
		const {total} = await measure(
			{url: target.url, proxy: url, connections: 2, maxConnections: 2, rate: 50, timeout: 200},
			{warmup: 0, duration: 800},
		);
		expect(total.outcomes[200]).toBeGreaterThan(15);
		expect(asked).toBe(4);
	});

	test('with its credentials, and not without', async () => {
		const {url, port} = await proxy('user:p@ss');
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const known = `http://user:p%40ss@127.0.0.1:${port}`;
		const {total} = await measure({url: target.url, proxy: known}, amount);
		expect(total.outcomes).toEqual({200: 30});
		await expect(probe({url: target.url, proxy: url})).rejects.toThrow(/wants credentials/);
		const refused = await measure({url: target.url, proxy: url, connections: 1}, {warmup: 0, duration: 300});
		expect(Object.keys(refused.total.failures)).toEqual(['proxy 407']);
		expect(refused.total.failures['proxy 407']).toBeLessThan(20);
	});

	test('what the proxy cannot reach, or when it is not there, is said by name', async () => {
		const {url} = await proxy();
		const gone = await httpTarget((_, response) => response.end());
		await gone.close();
		await expect(probe({url: gone.url, proxy: url})).rejects.toThrow(/cannot be reached by the proxy/);
		const target = await keep(httpTarget((_, response) => response.end()));
		await expect(probe({url: target.url, proxy: gone.url})).rejects.toThrow(/proxy that refused the connection/);
		const {total} = await measure({url: target.url, proxy: gone.url}, {warmup: 0, duration: 300});
		expect(Object.keys(total.failures)).toEqual(['proxy ECONNREFUSED']);
	});

	test.each([
		['closes', (socket: Socket) => socket.end(), 'proxy closed'],
		['says nothing that is HTTP', (socket: Socket) => socket.write('hello\r\n\r\n'), 'proxy malformed'],
		['talks without end', (socket: Socket) => socket.write('x'.repeat(20_000)), 'proxy malformed'],
	])('one that %s is a failure by name', async (_, answer, outcome) => {
		const server = createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => answer(socket));
		});
		const port = await portOf(server);
		onTestFinished(() => {
			server.close();
		});
		const {total} = await measure(
			{url: 'http://127.0.0.1:9/', proxy: `http://127.0.0.1:${port}`, connections: 1},
			{warmup: 0, duration: 200},
		);
		expect(Object.keys(total.failures)).toEqual([outcome]);
	});

	test('an answer that comes in pieces, after an interim one, is one', async () => {
		const server = createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => {
				const pieces = ['HTTP/1.1 103 Early', ' Hints\r\n\r\nHTTP/1.1 200 ', 'OK\r\n\r', '\n'];
				const next = (): void => {
					const piece = pieces.shift();
					if (piece !== undefined) socket.write(piece, () => setTimeout(next, 2));
				};
				next();
				socket.on('data', () => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
			});
		});
		const port = await portOf(server);
		onTestFinished(() => {
			server.close();
		});
		const {total} = await measure(
			{url: 'http://127.0.0.1:9/', proxy: `http://127.0.0.1:${port}`, connections: 1},
			{warmup: 0, amount: 5},
		);
		expect(total.outcomes).toEqual({204: 5});
	});

	test('its password is a secret', () => {
		const disclosed = httpEngine.disclose?.(
			planOf({url: 'http://a.example/', proxy: 'http://user:hunter22@proxy.example:3128'}),
		);
		expect(JSON.stringify(disclosed?.plan)).not.toContain('hunter22');
		expect(disclosed?.plan).toMatchObject({proxy: 'http://user:***@proxy.example:3128'});
		expect(disclosed?.secrets).toEqual(expect.arrayContaining(['hunter22', btoa('user:hunter22')]));
	});

	test('its password is a secret as it is sent, and may hold a percent sign', async () => {
		const {port, seen} = await proxy('us:er:50%');
		const url = `http://us%3Aer:50%@127.0.0.1:${port}`;
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {total} = await measure({url: target.url, proxy: url, connections: 1}, amount);
		expect(total.outcomes).toEqual({200: 30});
		expect(seen).toHaveLength(1);
		const disclosed = httpEngine.disclose?.(planOf({url: target.url, proxy: url}));
		expect(disclosed?.secrets).toEqual(expect.arrayContaining(['50%', btoa('us:er:50%')]));
	});
});
