import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {containerProbe, findContainer} from '../../source/monitor/container.ts';
import {targetProbe} from '../../source/monitor/target.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {fakeMachine} from './fake-machine.ts';

const second = {
	'sys/fs/cgroup/cgroup.controllers': 'cpu memory pids',
	'sys/fs/cgroup/system.slice/web.service/cgroup.procs': '1\n',
	'sys/fs/cgroup/system.slice/web.service/cpu.stat': 'usage_usec 5000000\nthrottled_usec 100000\n',
	'sys/fs/cgroup/system.slice/web.service/memory.current': '5000\n',
	'sys/fs/cgroup/system.slice/web.service/memory.stat': 'anon 3000\ninactive_file 1500\n',
	'sys/fs/cgroup/system.slice/web.service/pids.current': '12\n',
};

const first = {
	'sys/fs/cgroup/cpu/system.slice/web.service/cgroup.procs': '1\n',
	'sys/fs/cgroup/cpu/system.slice/web.service/cpu.stat': 'nr_periods 1\nthrottled_time 100000000\n',
	'sys/fs/cgroup/cpuacct/system.slice/web.service/cgroup.procs': '1\n',
	'sys/fs/cgroup/cpuacct/system.slice/web.service/cpuacct.usage': '5000000000\n',
	'sys/fs/cgroup/memory/system.slice/web.service/cgroup.procs': '1\n',
	'sys/fs/cgroup/memory/system.slice/web.service/memory.usage_in_bytes': '5000\n',
	'sys/fs/cgroup/memory/system.slice/web.service/memory.stat': 'inactive_file 1\ntotal_inactive_file 1500\n',
	'sys/fs/cgroup/pids/system.slice/web.service/cgroup.procs': '1\n',
	'sys/fs/cgroup/pids/system.slice/web.service/pids.current': '12\n',
};

describe('a container is read', () => {
	test.each([
		[2, second, [['sys/fs/cgroup/system.slice/web.service/cpu.stat', 'usage_usec 5300000\nthrottled_usec 150000\n']]],
		[
			1,
			first,
			[
				['sys/fs/cgroup/cpuacct/system.slice/web.service/cpuacct.usage', '5300000000\n'],
				['sys/fs/cgroup/cpu/system.slice/web.service/cpu.stat', 'nr_periods 1\nthrottled_time 150000000\n'],
			],
		],
	] as const)('in version %d of control groups', async (_, files, changes) => {
		const machine = fakeMachine(files);
		const sampler = await containerProbe(machine).open({container: 'web'});
		expect(sampler?.sample()).toEqual({'target.memory': 3500, 'target.threads': 12});
		machine.advance(200);
		for (const [path, text] of changes) machine.write(path, text);
		expect(sampler?.sample()).toEqual({
			'target.cpu': 150,
			'target.throttled': 25,
			'target.memory': 3500,
			'target.threads': 12,
		});
		sampler?.close();
		expect(sampler?.sample()).toEqual({});
	});

	test('again when it was started anew', async () => {
		const machine = fakeMachine(second);
		const sampler = await containerProbe(machine).open({container: '/system.slice/web.service'});
		for (const name of ['cpu.stat', 'memory.current'])
			machine.write(`sys/fs/cgroup/system.slice/web.service/${name}`, '');
		machine.advance(200);
		expect(sampler?.sample()).toEqual({});
		for (const [path, text] of Object.entries(second)) machine.write(path, text);
		machine.advance(2000);
		expect(sampler?.sample()).toEqual({});
		let sample = sampler?.sample();
		while (sample?.['target.memory'] === undefined) {
			await new Promise((resolve) => setTimeout(resolve, 5));
			sample = sampler?.sample();
		}

		expect(sample['target.memory']).toBe(3500);
		sampler?.close();
	});
});

describe('a container is found', () => {
	test.each(['web', 'web.service', 'system.slice/web.service', '/sys/fs/cgroup/system.slice/web.service'])(
		'by %s',
		async (name) => {
			expect((await findContainer(name, fakeMachine(second)))?.memory).toMatch(/system\.slice\/web\.service$/);
		},
	);

	test('never outside of the tree', async () => {
		const machine = fakeMachine({...second, 'sys/fs/other/cgroup.procs': ''});
		expect(await findContainer('../other', machine)).toBe(undefined);
	});

	test('by its name at an engine of containers, which says its first process', async () => {
		const machine = fakeMachine({
			'sys/fs/cgroup/cgroup.controllers': 'cpu memory',
			'sys/fs/cgroup/docker/abc/cgroup.procs': '42\n',
			'proc/42/cgroup': '0::/docker/abc\n',
		});
		const asked: string[] = [];
		const server = createServer((request, response) => {
			asked.push(request.url ?? '');
			response.statusCode = request.url === '/containers/my%20db/json' ? 200 : 404;
			response.end('{"Id": "abc", "State": {"Status": "running", "Pid": 42}}');
		}).listen(join(machine.root, 'docker.sock'));
		await once(server, 'listening');
		onTestFinished(() => void server.close());
		const host = `unix://${join(machine.root, 'docker.sock')}`;
		expect((await findContainer('my db', machine, host))?.cpu).toBe(join(machine.root, 'sys/fs/cgroup/docker/abc'));
		expect(await findContainer('other', machine, host)).toBe(undefined);
		expect(asked).toEqual(['/containers/my%20db/json', '/containers/other/json']);
	});

	test('rather than a unit of the same name, and as a whole where its first process is in a group within', async () => {
		const machine = fakeMachine({
			...second,
			'sys/fs/cgroup/system.slice/docker-0abc.scope/cgroup.procs': '',
			'sys/fs/cgroup/system.slice/docker-0abc.scope/init.scope/cgroup.procs': '42\n',
			'proc/42/cgroup': '0::/system.slice/docker-0abc.scope/init.scope\n',
		});
		const server = createServer((_, response) => {
			response.end('{"Id": "0abc", "State": {"Status": "running", "Pid": 42}}');
		}).listen(join(machine.root, 'docker.sock'));
		await once(server, 'listening');
		onTestFinished(() => void server.close());
		const host = `unix://${join(machine.root, 'docker.sock')}`;
		expect((await findContainer('web', machine, host))?.cpu).toMatch(/system\.slice\/docker-0abc\.scope$/);
		expect((await findContainer('web.service', machine, host))?.cpu).toMatch(/web\.service$/);
	});

	test.each(['', '.', '/', '//', './.'])('never as the whole machine: %j', async (name) => {
		const machine = fakeMachine({
			...second,
			'sys/fs/cgroup/cgroup.procs': '1\n',
			'sys/fs/cgroup/cpu.stat': 'usage_usec 5\n',
		});
		expect(await findContainer(name, machine, 'unix:///nowhere')).toBe(undefined);
	});

	test('or the error says where it was looked for', async () => {
		const error = await rejectionOf(containerProbe(fakeMachine(second)).open({container: 'nowhere'}));
		expect(error.message).toBe('No running container, control group or unit is called "nowhere".');
		expect(error.hint).toContain('docker ps');
	});
});

test('nobody else watches the process under test then', async () => {
	const machine = fakeMachine({'proc/stat': ''});
	expect(await targetProbe(machine).open({container: 'web', port: 3000})).toBe(undefined);
});

const tree = '/sys/fs/cgroup';
const isOurs = (() => {
	try {
		accessSync(tree, constants.W_OK);
		return existsSync(join(tree, 'cgroup.controllers')) || existsSync(join(tree, 'cpuacct'));
	} catch {
		return false;
	}
})();

test.runIf(isOurs)('a real control group says what its process takes', async () => {
	const name = `benchtop-test-${process.pid}`;
	const places = existsSync(join(tree, 'cgroup.controllers'))
		? [join(tree, name)]
		: ['cpuacct', 'memory', 'pids']
				.filter((controller) => readdirSync(tree).includes(controller))
				.map((controller) => join(tree, controller, name));
	const busy = spawn('/bin/sh', ['-c', 'while :; do :; done'], {stdio: 'ignore'});
	const gone = once(busy, 'exit');
	onTestFinished(async () => {
		busy.kill('SIGKILL');
		await gone;
		for (const place of places) rmdirSync(place);
	});
	for (const place of places) {
		mkdirSync(place);
		writeFileSync(join(place, 'cgroup.procs'), String(busy.pid));
	}

	const sampler = await containerProbe().open({container: `/${name}`});
	sampler?.sample();
	await new Promise((resolve) => setTimeout(resolve, 300));
	const sample = sampler?.sample();
	sampler?.close();
	// Where the machine is busy it gets less than a core; it gets no more.
	expect(sample?.['target.cpu']).toBeGreaterThan(1);
	expect(sample?.['target.cpu']).toBeLessThan(120);
	expect(sample?.['target.threads'] ?? 1).toBe(1);
});
