import {execFileSync} from 'node:child_process';
import os from 'node:os';
import {expect, test} from 'vitest';
import {memoryProbe, parseInactiveFile, parseMeminfo} from '../../source/monitor/memory.ts';
import {fakeMachine} from './fake-machine.ts';

const meminfo = 'MemTotal:       1000 kB\nMemFree:         200 kB\nMemAvailable:    700 kB\nBuffers: 1 kB\n';

test('reads what is available, or estimates it on kernels before 3.14', () => {
	expect(parseMeminfo(meminfo)).toEqual({total: 1_024_000, available: 716_800});
	const old = 'MemTotal: 1000 kB\nMemFree: 200 kB\nBuffers: 50 kB\nCached: 300 kB\nShmem: 20 kB\nSReclaimable: 70 kB\n';
	expect(parseMeminfo(old)).toEqual({total: 1_024_000, available: 600 * 1024});
	expect(parseMeminfo('')).toBeUndefined();
});

test('the inactive file cache includes that of child groups', () => {
	expect(parseInactiveFile('inactive_file 5\ntotal_inactive_file 9\n')).toBe(9);
	expect(parseInactiveFile('anon 1\ninactive_file 5\n')).toBe(5);
	expect(parseInactiveFile('')).toBe(0);
});

test('the memory of the machine', async () => {
	const machine = fakeMachine({'proc/meminfo': meminfo});
	const sampler = (await memoryProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({
		'host.memory.used': 300 * 1024,
		'host.memory.available': 700 * 1024,
		'host.memory.total': 1000 * 1024,
	});
	sampler.close();
});

test.each([
	[
		'version 2',
		'',
		{'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cgroup.controllers': ''},
		['memory.max', 'memory.current', 'inactive_file'],
	],
	[
		'version 1',
		'memory/',
		{'proc/self/cgroup': '4:memory:/\n'},
		['memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'],
	],
] as const)('the memory of a container, %s', async (_, folder, files, [limit, usage, inactive]) => {
	const machine = fakeMachine({...files, 'proc/meminfo': meminfo});
	machine.write(`sys/fs/cgroup/${folder}${limit}`, '500000\n');
	machine.write(`sys/fs/cgroup/${folder}${usage}`, '300000\n');
	machine.write(`sys/fs/cgroup/${folder}memory.stat`, `cache 200000\n${inactive} 100000\n`);
	const sampler = (await memoryProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({
		'host.memory.used': 200_000,
		'host.memory.available': 300_000,
		'host.memory.total': 500_000,
		'host.memory.container': 300_000,
	});
	sampler.close();
});

test('a limit above the memory of the machine is none', async () => {
	const machine = fakeMachine({
		'proc/meminfo': meminfo,
		'proc/self/cgroup': '0::/\n',
		'sys/fs/cgroup/cgroup.controllers': '',
		'sys/fs/cgroup/memory.max': '1024000\n',
	});
	const sampler = (await memoryProbe(machine).open({}))!;
	expect(sampler.sample()).toMatchObject({'host.memory.total': 1_024_000});
	expect(sampler.sample()).not.toHaveProperty('host.memory.container');
	sampler.close();
});

test.runIf(process.platform === 'linux')('agrees with free(1)', async () => {
	const sampler = (await memoryProbe().open({}))!;
	const sample = sampler.sample();
	sampler.close();
	expect(sample['host.memory.used']! + sample['host.memory.available']!).toBe(sample['host.memory.total']);
	if (sample['host.memory.container'] !== undefined) return;
	expect(sample['host.memory.total']).toBe(os.totalmem());
	const free = execFileSync('free', ['-b'], {encoding: 'utf8'});
	const columns = /^Mem:(.*)$/m.exec(free)![1]!.trim().split(/\s+/).map(Number);
	expect(Math.abs(sample['host.memory.available']! - columns[5]!)).toBeLessThan(columns[0]! * 0.05);
});
