import {once} from 'node:events';
import {type AddressInfo, connect, createServer} from 'node:net';
import {expect, test} from 'vitest';
import {networkProbe, parseInterfaces} from '../../source/monitor/network.ts';
import {fakeMachine} from './fake-machine.ts';

const head =
	'Inter-|   Receive  |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets\n';

test('reads interfaces with and without a space after the colon', () => {
	const text = `${head}    lo:    3193 29 0 0 0 0 0 0     3193 29 0 0 0 0 0 0\n  eth0:454792971 1 0 0 0 0 0 0 920700 2 0 0 0 0 0 0\neth0:1: 5 0 0 0 0 0 0 0 6 0 0 0 0 0 0 0\n`;
	expect([...parseInterfaces(text)]).toEqual([
		['lo', {received: 3193, sent: 3193}],
		['eth0', {received: 454_792_971, sent: 920_700}],
		['eth0:1', {received: 5, sent: 6}],
	]);
	expect(parseInterfaces('').size).toBe(0);
});

test('bytes per second; new interfaces and reset counters count nothing', async () => {
	const line = (name: string, received: number, sent: number) =>
		`${name}: ${received} 0 0 0 0 0 0 0 ${sent} 0 0 0 0 0 0 0\n`;
	const machine = fakeMachine({'proc/net/dev': head + line('lo', 100, 100) + line('eth0', 1000, 5000)});
	const sampler = (await networkProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({});
	machine.advance(500);
	machine.write('proc/net/dev', head + line('lo', 200, 200) + line('eth0', 1500, 10) + line('veth1', 1e9, 1e9));
	expect(sampler.sample()).toEqual({'host.network.received': 1200, 'host.network.sent': 200});
	expect(sampler.sample()).toEqual({});
	sampler.close();
});

test.runIf(process.platform === 'linux')('counts what goes through the loopback', async () => {
	const server = createServer((socket) => socket.resume().on('error', () => {})).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const sampler = (await networkProbe().open({}))!;
	sampler.sample();
	const began = performance.now();
	const size = 20_000_000;
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	await new Promise<void>((resolve) => socket.end(Buffer.alloc(size), () => resolve()));
	await once(socket, 'close');
	const sample = sampler.sample();
	const seconds = (performance.now() - began) / 1000;
	sampler.close();
	server.close();
	expect(sample['host.network.received']! * seconds).toBeGreaterThan(size * 0.95);
	expect(sample['host.network.sent']! * seconds).toBeLessThan(size * 1.5);
});
