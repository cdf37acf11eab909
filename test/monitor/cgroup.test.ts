import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {
	findCgroups,
	findCpuQuota,
	findMemoryLimit,
	parseCgroups,
	parseCpuQuota,
	parseMemoryLimit,
} from '../../source/monitor/cgroup.ts';
import {fakeMachine} from './fake-machine.ts';

test('parses memberships of both versions', () => {
	expect(parseCgroups('5:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/x\n\n')).toEqual([
		{controllers: 'cpu,cpuacct', path: '/a:b'},
		{controllers: 'name=systemd', path: '/'},
		{controllers: '', path: '/x'},
	]);
});

test.each([
	['max\n', undefined],
	['', undefined],
	['536870912\n', 536_870_912],
	['9223372036854771712\n', undefined],
	['18446744073709551615\n', undefined],
])('memory limit %j', (text, limit) => {
	expect(parseMemoryLimit(text)).toBe(limit);
});

test.each([
	['max 100000\n', undefined],
	['-1 100000', undefined],
	['150000 100000\n', 1.5],
	['50000 0', undefined],
	['0 100000', undefined],
	['undefined undefined', undefined],
])('CPU quota %j', (text, cores) => {
	expect(parseCpuQuota(text)).toBe(cores);
});

describe('version 2', () => {
	test('takes the smallest limit on the way up, and the group that sets it', () => {
		const machine = fakeMachine({
			'proc/self/cgroup': '0::/system.slice/app.service/worker\n',
			'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
			'sys/fs/cgroup/system.slice/memory.max': '2000000\n',
			'sys/fs/cgroup/system.slice/app.service/memory.max': '1000000\n',
			'sys/fs/cgroup/system.slice/app.service/cpu.max': '200000 100000\n',
			'sys/fs/cgroup/system.slice/app.service/worker/memory.max': 'max\n',
			'sys/fs/cgroup/system.slice/app.service/worker/cpu.max': 'max 100000\n',
		});
		const service = join(machine.root, 'sys/fs/cgroup/system.slice/app.service');
		expect(findMemoryLimit(machine)).toEqual({version: 2, folder: service, value: 1_000_000});
		expect(findCpuQuota(machine)).toEqual({version: 2, folder: service, value: 2});
	});

	test('in a cgroup namespace the limits lie at the top', () => {
		const machine = fakeMachine({
			'proc/self/cgroup': '0::/\n',
			'sys/fs/cgroup/cgroup.controllers': '',
			'sys/fs/cgroup/memory.max': '1000\n',
		});
		expect(findMemoryLimit(machine)?.value).toBe(1000);
		expect(findCpuQuota(machine)).toBeUndefined();
		machine.write('proc/self/cgroup', '0::/../../elsewhere\n');
		expect(findMemoryLimit(machine)?.value).toBe(1000);
	});
});

describe('version 1', () => {
	test('a container that sees its path on the host but only its own tree', () => {
		const machine = fakeMachine({
			'proc/self/cgroup': '4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n',
			'sys/fs/cgroup/memory/memory.limit_in_bytes': '4096000\n',
			'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
			'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
		});
		expect(findMemoryLimit(machine)).toEqual({
			version: 1,
			folder: join(machine.root, 'sys/fs/cgroup/memory'),
			value: 4_096_000,
		});
		expect(findCpuQuota(machine)?.value).toBe(0.5);
	});

	test('without limits there are none', () => {
		const machine = fakeMachine({
			'proc/self/cgroup': '4:memory:/\n2:cpu:/\n',
			'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
			'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
			'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
		});
		expect(findMemoryLimit(machine)).toBeUndefined();
		expect(findCpuQuota(machine)).toBeUndefined();
	});
});

test('hybrid: a controller is taken from where it is', () => {
	const machine = fakeMachine({
		'proc/self/cgroup': '4:memory:/box\n0::/box\n',
		'sys/fs/cgroup/memory/box/memory.limit_in_bytes': '7000\n',
		'sys/fs/cgroup/unified/cgroup.controllers': 'cpu\n',
		'sys/fs/cgroup/unified/box/cpu.max': '300000 100000\n',
	});
	expect(findMemoryLimit(machine)).toMatchObject({version: 1, value: 7000});
	expect(findCpuQuota(machine)).toMatchObject({version: 2, value: 3});
});

test('no cgroups at all', () => {
	const machine = fakeMachine();
	expect(findCgroups('memory', machine)).toBeUndefined();
	expect(findMemoryLimit(machine)).toBeUndefined();
});
