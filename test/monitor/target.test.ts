import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {parseListeners} from '../../source/monitor/listener.ts';
import {thisMachine} from '../../source/monitor/machine.ts';
import {parseProcessStat, readPageSize} from '../../source/monitor/process-stat.ts';
import {targetProbe} from '../../source/monitor/target.ts';
import {type FakeMachine, fakeMachine} from './fake-machine.ts';

const tcpHead = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const tcpLine = (port: number, state: string, inode: number, address = '0100007F'): string =>
	`   0: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 00000000ad3c64a9 100 0 0 10 0\n`;
/** 52 fields as proc_pid_stat(5) numbers them. */
const statText = (ticks: number, threads: number, pages: number, name = 'node', state = 'S'): string => {
	const fields = Array.from({length: 50}, () => '0');
	fields[0] = state;
	fields[11] = String(ticks);
	fields[12] = '5';
	fields[17] = String(threads);
	fields[21] = String(pages);
	return `42 (${name}) ${fields.join(' ')}\n`;
};

test('finds listening sockets of a port only', () => {
	const text = tcpHead + tcpLine(80, '0A', 11) + tcpLine(8080, '0A', 12) + tcpLine(80, '01', 13);
	expect(parseListeners(text, 80)).toEqual(['11']);
	expect(parseListeners(tcpLine(80, '0A', 14, '0'.repeat(32)), 80)).toEqual(['14']);
	expect(parseListeners('', 80)).toEqual([]);
});

test('reads a process with a name made to confuse', () => {
	expect(parseProcessStat(statText(100, 7, 2000, 'a) R 1 (b'))).toEqual({
		cpuTime: 1050,
		threads: 7,
		residentPages: 2000,
	});
	expect(parseProcessStat(statText(1, 1, 1, 'x', 'Z'))).toBeUndefined();
	expect(parseProcessStat('')).toBeUndefined();
	expect(parseProcessStat('42 (short) S 1 2')).toBeUndefined();
});

test('the page size comes from the auxiliary vector', () => {
	const machine = fakeMachine();
	expect(readPageSize(machine)).toBe(4096);
	machine.write('proc/self/auxv', new Uint8Array(new BigUint64Array([33n, 1n, 6n, 16_384n, 0n, 0n]).buffer));
	expect(readPageSize(machine)).toBe(16_384);
});

const addProcess = (machine: FakeMachine, id: number, inode: number, stat = statText(0, 1, 100)): void => {
	machine.write(`proc/${id}/stat`, stat);
	machine.link(`proc/${id}/fd/0`, '/dev/null');
	machine.link(`proc/${id}/fd/3`, `socket:[${inode}]`);
};

const machineWithPort = (): FakeMachine =>
	fakeMachine({'proc/stat': 'cpu 0 0 0 0\n', 'proc/net/tcp': tcpHead + tcpLine(8080, '0A', 77)});

describe('by port', () => {
	test('adds up all processes that hold the socket', async () => {
		const machine = machineWithPort();
		addProcess(machine, 10, 77);
		addProcess(machine, 11, 77);
		addProcess(machine, 12, 78);
		machine.write('proc/13/stat', statText(0, 1, 1));
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		expect(sampler.sample()).toMatchObject({
			'target.memory': 200 * 4096,
			'target.threads': 2,
			'target.processes': 2,
		});
		expect(sampler.sample()).not.toHaveProperty('target.cpu');
		machine.advance(1000);
		machine.write('proc/10/stat', statText(50, 3, 100));
		machine.write('proc/11/stat', statText(75, 4, 100));
		expect(sampler.sample()).toMatchObject({'target.cpu': 125, 'target.threads': 7});
		sampler.close();
		expect(sampler.sample()).toEqual({});
	});

	test('nobody listens yet, then somebody does, and is found within two seconds', async () => {
		const machine = fakeMachine({'proc/stat': ''});
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		expect(sampler.sample()).toEqual({});
		machine.write('proc/net/tcp6', tcpHead + tcpLine(8080, '0A', 77, '0'.repeat(32)));
		addProcess(machine, 10, 77);
		machine.advance(1900);
		sampler.sample();
		await sleep(5);
		expect(sampler.sample()).toEqual({});
		machine.advance(100);
		sampler.sample();
		await sleep(5);
		expect(sampler.sample()).toMatchObject({'target.processes': 1});
		sampler.close();
	});

	test('a death is noticed at once, the successor by the next search', async () => {
		const machine = machineWithPort();
		addProcess(machine, 10, 77);
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		expect(sampler.sample()).toHaveProperty('target.memory');
		// An open file outlives its removal here, not so in procfs: a zombie says the same.
		machine.write('proc/10/stat', statText(0, 1, 0, 'node', 'Z'));
		expect(sampler.sample()).toEqual({});
		machine.remove('proc/10');
		machine.write('proc/net/tcp', tcpHead + tcpLine(8080, '0A', 99));
		addProcess(machine, 20, 99, statText(500, 2, 300));
		machine.advance(2000);
		sampler.sample();
		await sleep(5);
		const sample = sampler.sample();
		expect(sample).toMatchObject({'target.memory': 300 * 4096, 'target.threads': 2});
		// Not the CPU time of its whole life.
		expect(sample).not.toHaveProperty('target.cpu');
		sampler.close();
	});

	test('adds what the listener has started: its CPU, and the memory that is its own', async () => {
		const machine = machineWithPort();
		addProcess(machine, 10, 77);
		machine.write('proc/10/task/10/children', '30 ');
		machine.write('proc/10/task/11/children', '31 ');
		for (const id of [30, 31]) {
			machine.write(`proc/${id}/stat`, statText(500, 1, 100));
			machine.write(`proc/${id}/statm`, '900 100 80 1 0 50 0\n');
		}

		machine.write('proc/30/task/30/children', '32 ');
		machine.write('proc/32/stat', statText(500, 1, 100));
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		expect(sampler.sample()).toMatchObject({'target.memory': 140 * 4096, 'target.processes': 1, 'target.threads': 1});
		// One more, whose CPU time is all of this second.
		machine.write('proc/30/task/30/children', '32 33 ');
		machine.write('proc/33/stat', statText(15, 1, 100));
		machine.write('proc/31/stat', statText(550, 1, 100));
		machine.write('proc/32/stat', statText(510, 1, 100));
		machine.advance(1000);
		expect(sampler.sample()).toMatchObject({'target.cpu': 50 + 10 + 20});
		// One that has ended counts no more.
		machine.write('proc/31/stat', statText(600, 1, 0, 'node', 'Z'));
		machine.write('proc/33/stat', statText(25, 1, 100));
		machine.advance(200);
		expect(sampler.sample()).toMatchObject({'target.cpu': 50, 'target.memory': 120 * 4096});
		sampler.close();
		expect(sampler.sample()).toEqual({});
	});

	test('a worker that is handed the socket later joins', async () => {
		const machine = machineWithPort();
		addProcess(machine, 10, 77);
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		machine.write('proc/11/stat', statText(0, 1, 100));
		for (let search = 0; search < 2; search += 1) {
			if (search === 1) machine.link('proc/11/fd/9', 'socket:[77]');
			machine.advance(2000);
			sampler.sample();
			await sleep(5);
		}

		expect(sampler.sample()).toMatchObject({'target.processes': 2});
		sampler.close();
	});

	test('closing during a search leaves nothing open', async () => {
		const machine = machineWithPort();
		addProcess(machine, 10, 77);
		const sampler = (await targetProbe(machine).open({port: 8080}))!;
		machine.advance(3000);
		sampler.sample();
		sampler.close();
		await sleep(5);
		expect(sampler.sample()).toEqual({});
	});
});

test('without a process or a port there is nothing to watch', async () => {
	expect(await targetProbe(machineWithPort()).open({})).toBeUndefined();
	expect(await targetProbe(fakeMachine()).open({pid: 1})).toBeUndefined();
});

/** Listens on loopback and is busy half of the time, by its own CPU clock. */
const server = (port: number): string => `
	const ballast = Buffer.alloc(40_000_000, 1);
	require('node:net').createServer().listen(${port}, '127.0.0.1', function () { console.log(this.address().port, ballast.length); });
	const began = performance.now();
	setInterval(() => {
		const due = (performance.now() - began) / 2;
		for (let usage = process.cpuUsage(); (usage.user + usage.system) / 1000 < due; usage = process.cpuUsage());
	}, 20);
`;

const startServer = async (port = 0): Promise<{child: ChildProcess; port: number}> => {
	const child = spawn(process.execPath, ['-e', server(port)], {stdio: ['ignore', 'pipe', 'inherit']});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const [line] = await once(child.stdout, 'data');
	return {child, port: Number.parseInt(String(line), 10)};
};

const cpuTimeOf = (pid: number): number => {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
};

describe.runIf(process.platform === 'linux')('a real server', () => {
	test('is found by its port and measured', async () => {
		const {child, port} = await startServer();
		const pid = child.pid!;
		const sampler = (await targetProbe().open({port}))!;
		sampler.sample();
		const [began, cpuBefore] = [performance.now(), cpuTimeOf(pid)];
		await sleep(1500);
		const sample = sampler.sample();
		const expected = (100 * (cpuTimeOf(pid) - cpuBefore)) / (performance.now() - began);
		sampler.close();
		expect(Math.abs(sample['target.cpu']! - expected)).toBeLessThan(5);
		expect(sample['target.cpu']).toBeGreaterThan(20);
		expect(sample['target.cpu']).toBeLessThan(75);
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const resident = Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1024;
		expect(resident).toBeGreaterThan(40_000_000);
		expect(Math.abs(sample['target.memory']! - resident)).toBeLessThan(resident * 0.2);
		expect(sample['target.threads']).toBe(Number(/^Threads:\s+(\d+)/m.exec(status)![1]));
		expect(sample['target.openFiles']).toBe(readdirSync(`/proc/${pid}/fd`).length);
		expect(sample['target.processes']).toBe(1);
	});

	test('is found again after a restart, and by its id is not replaced', async () => {
		// Time runs 20 times faster, so that the next search is due in 0.1 s.
		const machine = {...thisMachine, now: () => performance.now() * 20};
		const first = await startServer();
		const byPort = (await targetProbe(machine).open({port: first.port}))!;
		const byId = (await targetProbe(machine).open({pid: first.child.pid!}))!;
		expect(byPort.sample()).toMatchObject({'target.processes': 1});
		expect(byId.sample()).toMatchObject({'target.processes': 1});
		first.child.kill('SIGKILL');
		await once(first.child, 'exit');
		expect(byPort.sample()).toEqual({});
		expect(byId.sample()).toEqual({});
		await startServer(first.port);
		await expect.poll(() => byPort.sample(), {timeout: 5000}).toMatchObject({'target.processes': 1});
		expect(byId.sample()).toEqual({});
		byPort.close();
		byId.close();
	});
});
