import {expect, test} from 'vitest';
import {parseThrottled, throttleProbe} from '../../source/monitor/throttle.ts';
import {fakeMachine} from './fake-machine.ts';

test('reads nanoseconds in version 1 and microseconds in version 2, as milliseconds', () => {
	expect(parseThrottled('nr_periods 5\nnr_throttled 2\nthrottled_time 3000000\n')).toBe(3);
	expect(parseThrottled('usage_usec 1\nnr_throttled 2\nthrottled_usec 3000\nnr_bursts 0\n')).toBe(3);
	expect(parseThrottled('nr_periods 5\n')).toBeUndefined();
});

test.each([
	[
		1,
		'cpu',
		{
			'proc/self/cgroup': '1:cpu:/\n',
			'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '1\n',
			'sys/fs/cgroup/cpu/cpu.cfs_period_us': '2\n',
		},
		(ms: number) => `throttled_time ${ms * 1e6}\n`,
	],
	[
		2,
		'',
		{'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cgroup.controllers': '', 'sys/fs/cgroup/cpu.max': '1 2\n'},
		(ms: number) => `throttled_usec ${ms * 1e3}\n`,
	],
] as const)('time held back in version %d', async (_, folder, files, text) => {
	const machine = fakeMachine(files);
	const stat = `sys/fs/cgroup/${folder}/cpu.stat`;
	machine.write(stat, text(100));
	const sampler = (await throttleProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({});
	machine.advance(200);
	machine.write(stat, text(150));
	expect(sampler.sample()).toEqual({'host.cpu.throttled': 25});
	expect(sampler.sample()).toEqual({});
	machine.advance(10);
	machine.write(stat, text(450));
	expect(sampler.sample()).toEqual({'host.cpu.throttled': 100});
	machine.advance(10);
	machine.write(stat, text(0));
	expect(sampler.sample()).toEqual({});
	sampler.close();
});

test('does not open without a quota', async () => {
	expect(await throttleProbe(fakeMachine()).open({})).toBeUndefined();
});
