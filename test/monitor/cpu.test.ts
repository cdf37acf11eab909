import os from 'node:os';
import {expect, test} from 'vitest';
import {cpuProbe, cpuShares, parseCpuTimes, parseLoad} from '../../source/monitor/cpu.ts';
import {thisMachine} from '../../source/monitor/machine.ts';
import {fakeMachine} from './fake-machine.ts';

test('reads the columns of a present kernel, guests not twice', () => {
	const times = parseCpuTimes('cpu  100 20 30 400 5 6 7 8 90 10\ncpu0 100 20 30 400 5 6 7 8 90 10\nintr 1 2 3\n');
	expect(times.get('cpu')).toEqual({user: 120, system: 43, iowait: 5, steal: 8, idle: 400});
	expect([...times.keys()]).toEqual(['cpu', 'cpu0']);
});

test('reads the four columns of 2.4 and the seven of 2.6.0', () => {
	expect(parseCpuTimes('cpu  1 2 3 4\nintr 0').get('cpu')).toEqual({user: 3, system: 3, iowait: 0, steal: 0, idle: 4});
	expect(parseCpuTimes('cpu  1 2 3 4 5 6 7').get('cpu')).toEqual({user: 3, system: 16, iowait: 5, steal: 0, idle: 4});
	expect(parseCpuTimes('').size).toBe(0);
});

test('reads many cores, with gaps where some are offline', () => {
	const cores = Array.from({length: 512}, (_, core) => core).filter((core) => core !== 7);
	const times = parseCpuTimes(
		`cpu  1 1 1 1\n${cores.map((core) => `cpu${core} ${core} 0 0 0 0 0 0 0 0 0\n`).join('')}`,
	);
	expect(times.size).toBe(512);
	expect(times.get('cpu511')!.user).toBe(511);
	expect(times.has('cpu7')).toBe(false);
});

test('shares add up to 100 and survive counters that run backwards', () => {
	const before = {user: 100, system: 50, iowait: 30, steal: 5, idle: 1000};
	expect(cpuShares(before, before)).toBeUndefined();
	const shares = cpuShares(before, {user: 110, system: 60, iowait: 20, steal: 10, idle: 1015})!;
	expect(shares).toEqual({user: 25, system: 25, iowait: 0, steal: 12.5, idle: 37.5});
	expect(cpuShares(before, {...before, user: Number.NaN})).toBeUndefined();
});

test('parses the load average', () => {
	expect(parseLoad('0.42 0.30 0.10 1/88 5540')).toBe(0.42);
	expect(parseLoad('')).toBeUndefined();
});

test('gives the levels between two readings, the first of which has no rates', async () => {
	const machine = fakeMachine({
		'proc/stat': 'cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\nintr 9\n',
		'proc/loadavg': '1.50 1.00 0.50 1/2 3\n',
	});
	const sampler = (await cpuProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({'host.load': 1.5});
	machine.write('proc/stat', 'cpu  30 10 10 120 20 5 5 0\ncpu0 30 10 10 30 10 5 5 0\ncpu1 0 0 0 90 10 0 0 0\nintr 9\n');
	expect(sampler.sample()).toEqual({
		'host.cpu.user': 20,
		'host.cpu.system': 10,
		'host.cpu.iowait': 10,
		'host.cpu.steal': 0,
		'host.cpu.idle': 60,
		'host.cpu.core0': 60,
		'host.cpu.core1': 0,
		'host.cpu.busiestCore': 60,
		'host.load': 1.5,
	});
	machine.write('proc/stat', '');
	machine.write('proc/loadavg', '');
	expect(sampler.sample()).toEqual({});
	sampler.close();
});

test('a core that comes online has no rate yet', async () => {
	const machine = fakeMachine({'proc/stat': 'cpu  0 0 0 0\ncpu0 0 0 0 0\n'});
	const sampler = (await cpuProbe(machine).open({}))!;
	sampler.sample();
	machine.write('proc/stat', 'cpu  5 0 0 5\ncpu0 5 0 0 5\ncpu1 900 0 0 0\n');
	expect(sampler.sample()).toMatchObject({'host.cpu.busiestCore': 50, 'host.cpu.core0': 50});
	expect(sampler.sample()).not.toHaveProperty('host.cpu.core1');
	sampler.close();
});

test('does not open where there is no /proc', async () => {
	expect(await cpuProbe(fakeMachine()).open({})).toBeUndefined();
});

test.runIf(process.platform === 'linux')('agrees with what os.cpus() says of the same time', async () => {
	const ticks = () =>
		os.cpus().reduce(
			(sum, {times}) => ({
				user: sum.user + times.user + times.nice,
				system: sum.system + times.sys,
				all: sum.all + times.user + times.nice + times.sys + times.idle + times.irq,
			}),
			{user: 0, system: 0, all: 0},
		);
	const sampler = (await cpuProbe(thisMachine).open({}))!;
	sampler.sample();
	const before = ticks();
	const until = performance.now() + 700;
	while (performance.now() < until) Math.hypot(Math.random(), Math.random());
	const sample = sampler.sample();
	const after = ticks();
	sampler.close();
	const passed = after.all - before.all;
	expect(Math.abs(sample['host.cpu.user']! - (100 * (after.user - before.user)) / passed)).toBeLessThan(5);
	expect(Math.abs(sample['host.cpu.system']! - (100 * (after.system - before.system)) / passed)).toBeLessThan(5);
	expect(sample['host.cpu.busiestCore']).toBeGreaterThan(30);
	const names = ['user', 'system', 'iowait', 'steal', 'idle'] as const;
	expect(names.reduce((sum, name) => sum + sample[`host.cpu.${name}`]!, 0)).toBeCloseTo(100, 6);
	expect(Math.abs(sample['host.load']! - os.loadavg()[0]!)).toBeLessThan(0.5);
});
