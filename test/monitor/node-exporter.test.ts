import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {createServer as createPlainServer} from 'node:net';
import {describe, expect, onTestFinished, test} from 'vitest';
import {nodeExporterProbe, nodeLevels, parseExposition, readNode} from '../../source/monitor/node-exporter.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {testWith} from '../helpers/tools.ts';

describe('the text format', () => {
	test('is read by name, with labels that hold quotes, braces and line breaks, exponents and moments', () => {
		const text = [
			'# HELP a_total of a',
			'# TYPE a_total counter',
			'a_total{device="sda",path="C:\\\\x \\"y\\" {z}\\n"} 1.5e+03',
			'a_total 7 1700000000000',
			'a_total_more 8',
			'a_total{device="nan"} NaN',
			'b 3',
			'a_total{broken',
		].join('\n');
		expect(parseExposition(text, new Set(['a_total', 'b']))).toEqual(
			new Map([
				[
					'a_total',
					[
						{labels: {device: 'sda', path: 'C:\\x "y" {z}\n'}, value: 1500},
						{labels: {}, value: 7},
					],
				],
				['b', [{labels: {}, value: 3}]],
			]),
		);
	});
});

const said = (lines: Readonly<Record<string, number>>): string =>
	Object.entries(lines)
		.map(([series, value]) => `${series} ${value}`)
		.join('\n');

/** One of two moments that lie ten seconds apart, of a machine with two cores. */
const moment = (later: number): string =>
	said({
		node_time_seconds: 100 + 10 * later,
		'node_cpu_seconds_total{cpu="0",mode="user"}': 1 + 4 * later,
		'node_cpu_seconds_total{cpu="1",mode="nice"}': 1 + later,
		'node_cpu_seconds_total{cpu="0",mode="softirq"}': 1 + 2 * later,
		'node_cpu_seconds_total{cpu="0",mode="iowait"}': later,
		'node_cpu_seconds_total{cpu="0",mode="steal"}': 2 * later,
		'node_cpu_seconds_total{cpu="0",mode="idle"}': 10 * later,
		node_load1: 1.25,
		node_memory_MemTotal_bytes: 1000,
		node_memory_MemAvailable_bytes: 600 - 100 * later,
		'node_disk_reads_completed_total{device="sda"}': 50 * later,
		'node_disk_writes_completed_total{device="sda"}': 20 * later,
		'node_disk_io_time_seconds_total{device="sda"}': 4 * later,
		'node_disk_reads_completed_total{device="dm-0"}': 50 * later,
		'node_disk_io_time_seconds_total{device="sdb"}': later,
		'node_network_receive_bytes_total{device="eth0"}': 7000 - 2000 * later,
		'node_network_receive_bytes_total{device="eth1"}': 3000 * later,
		'node_network_receive_bytes_total{device="lo"}': 9e9 * later,
		'node_network_transmit_bytes_total{device="eth1"}': 500 * later,
		'node_network_transmit_bytes_total{device="veth1"}': 9e9 * later,
	});

describe('what a machine did', () => {
	test('between two moments', () => {
		const [before, after] = [readNode(moment(0)), readNode(moment(1))];
		expect(nodeLevels(before, after!, 10)).toEqual({
			'remote.load': 1.25,
			'remote.memory.used': 500,
			'remote.memory.total': 1000,
			'remote.cpu.user': 25,
			'remote.cpu.system': 10,
			'remote.cpu.iowait': 5,
			'remote.cpu.steal': 10,
			'remote.cpu.idle': 50,
			'remote.disk.readIops': 5,
			'remote.disk.writeIops': 2,
			'remote.disk.utilisation': 40,
			// One that was set back says nothing.
			'remote.network.received': 300,
			'remote.network.sent': 50,
		});
	});

	test('at one moment is what needs no second one', () => {
		expect(nodeLevels(undefined, readNode(moment(0))!, 0)).toEqual({
			'remote.load': 1.25,
			'remote.memory.used': 400,
			'remote.memory.total': 1000,
		});
	});

	test('is not told across its own restart, which sets all counters back', () => {
		const [before, after] = [readNode(moment(9)), readNode(`${moment(0)}\n`)];
		expect(nodeLevels(before, after!, 10)).toEqual({
			'remote.load': 1.25,
			'remote.memory.used': 400,
			'remote.memory.total': 1000,
		});
	});

	test('counts what goes through a bond, a bridge or a network within once', () => {
		const bytes = (later: number): string =>
			['eth0', 'bond0', 'team0', 'eth0.100', 'wg0', 'vlan7', 'ens3']
				.map((device) => `node_network_receive_bytes_total{device="${device}"} ${1000 * later}`)
				.join('\n');
		const levels = nodeLevels(readNode(bytes(0)), readNode(bytes(1))!, 10);
		expect(levels['remote.network.received']).toBe(200);
	});

	test('is nothing of text that is none of a node_exporter', () => {
		expect(readNode('<html>hello</html>')).toBe(undefined);
	});
});

const served = async (answer: (asked: string) => {readonly status?: number; readonly text: string} | undefined) => {
	const server = createServer((request, response) => {
		const said = answer(request.url ?? '');
		// Nothing: whoever asks waits.
		if (said === undefined) return;
		response.statusCode = said.status ?? 200;
		response.end(said.text);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close().closeAllConnections());
	const address = server.address();
	return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

describe('the probe', () => {
	test('asks for what it reads alone, and tells what it was told until that is old', async () => {
		const asked: string[] = [];
		let [time, silent] = [0, false];
		const url = await served((question) => {
			asked.push(question);
			return silent ? {status: 500, text: ''} : {text: moment(asked.length - 1)};
		});
		const sampler = await nodeExporterProbe({root: '', now: () => time}).open({nodeExporter: url});
		expect(sampler?.sample()).toMatchObject({'remote.load': 1.25});
		while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
		while (!('remote.cpu.user' in (sampler?.sample() ?? {}))) await new Promise((resolve) => setTimeout(resolve, 20));
		silent = true;
		expect(sampler?.sample()).toMatchObject({'remote.cpu.user': 25, 'remote.network.sent': 50});
		time = 10_000;
		expect(sampler?.sample()).toEqual({});
		sampler?.close();
		expect(asked[0]).toBe(
			'/metrics?collect%5B%5D=time&collect%5B%5D=cpu&collect%5B%5D=loadavg&collect%5B%5D=meminfo&collect%5B%5D=diskstats&collect%5B%5D=netdev',
		);
	});

	test.each([
		['answers otherwise', {status: 404, text: ''}, 'it answered with status 404'],
		['says something else', {text: 'hello'}, 'it says nothing that a node_exporter would'],
		['does not answer', undefined, 'it did not answer within 2 s'],
	])('says so of an address that %s', async (_, answer, words) => {
		const url = await served(() => answer);
		const error = await rejectionOf(nodeExporterProbe().open({nodeExporter: `${url}/metrics?token=hush`}));
		expect(error.message).toContain(words);
		expect(error.message).not.toContain('hush');
		expect(error.hint).toContain('http://host:9100');
	});

	test('waits for no answer that never ends', async () => {
		const server = createServer((_, response) => {
			response.write('node_load1 1\n');
			const timer = setInterval(() => response.write('# more\n'), 300);
			response.on('close', () => clearInterval(timer));
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(() => void server.close().closeAllConnections());
		const address = server.address();
		const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
		const error = await rejectionOf(nodeExporterProbe().open({nodeExporter: url}));
		expect(error.message).toContain('it did not answer within 2 s');
	});

	test('says what to do of an address that wants a password', async () => {
		const url = await served(() => ({status: 401, text: ''}));
		const error = await rejectionOf(nodeExporterProbe().open({nodeExporter: url}));
		expect(error.hint).toContain('password');
	});

	test('is not there unless it is asked for', async () => {
		expect(await nodeExporterProbe().open({})).toBe(undefined);
	});

	testWith('prometheus-node-exporter')('reads a real node_exporter', async () => {
		const free = createPlainServer().listen(0, '127.0.0.1');
		await once(free, 'listening');
		const address = free.address();
		const port = typeof address === 'object' ? address?.port : undefined;
		free.close();
		const exporter = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`], {stdio: 'ignore'});
		onTestFinished(() => void exporter.kill('SIGKILL'));
		const probe = nodeExporterProbe();
		const open = async () => probe.open({nodeExporter: `http://127.0.0.1:${port}`}).catch(() => undefined);
		let sampler = await open();
		while (sampler === undefined) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			sampler = await open();
		}

		const first = sampler.sample();
		while (!('remote.cpu.user' in sampler.sample())) await new Promise((resolve) => setTimeout(resolve, 50));
		const sample = sampler.sample();
		sampler.close();
		expect(first['remote.memory.total']).toBeGreaterThan(1e8);
		const shares = (['user', 'system', 'iowait', 'steal', 'idle'] as const).map(
			(mode) => sample[`remote.cpu.${mode}`] ?? 0,
		);
		expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 6);
		expect(sample['remote.disk.utilisation']).toBeGreaterThanOrEqual(0);
	});
});
