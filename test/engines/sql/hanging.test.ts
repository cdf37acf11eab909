import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hostLoad} from '../../../source/run/load.ts';
import {planOf, sqlEngine} from './server.ts';

/** Takes connections and never says a word. */
describe('a server that does not answer', () => {
	const sockets = new Set<Socket>();
	let server: Server;
	let port = 0;
	beforeAll(async () => {
		server = createServer((socket) => {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => sockets.delete(socket));
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		port = typeof address === 'object' && address !== null ? address.port : 0;
	});
	afterAll(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	/** What the signal breaks off, when the first connection has been made. */
	const brokenOff = async (start: (signal: AbortSignal) => Promise<unknown>): Promise<number> => {
		const stop = new AbortController();
		const connected = once(server, 'connection');
		const going = start(stop.signal);
		await connected;
		const began = performance.now();
		stop.abort();
		await going;
		return performance.now() - began;
	};

	test.each(['postgres', 'mysql'])('is left at once when %s is told to stop', async (scheme) => {
		const plan = await planOf({sql: `${scheme}://ann@127.0.0.1:${port}/shop`, statement: 'select 1'});
		const load = sqlEngine.accept(plan);
		// The time that the driver itself would wait is ten seconds.
		expect(await brokenOff((signal) => load.probe(signal))).toBeLessThan(5000);
		const told: string[] = [];
		const run = (signal: AbortSignal): Promise<void> =>
			hostLoad(
				load,
				{warmup: 0, duration: 60_000},
				() => performance.now(),
				signal,
				({kind}) => told.push(kind),
			);
		expect(await brokenOff(run)).toBeLessThan(5000);
		expect(told).not.toContain('failed');
		for (const patience = Date.now() + 5000; sockets.size > 0 && Date.now() < patience; )
			await new Promise((resolve) => setTimeout(resolve, 10));
		expect(sockets.size).toBe(0);
	});
});
