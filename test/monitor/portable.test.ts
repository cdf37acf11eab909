import os from 'node:os';
import {expect, test, vi} from 'vitest';
import {portableProbe} from '../../source/monitor/portable.ts';
import {fakeMachine} from './fake-machine.ts';

test('stays shut, and its driver unloaded, where there is /proc', async () => {
	const load = vi.fn();
	expect(await portableProbe(fakeMachine({'proc/stat': ''}), load).open({})).toBeUndefined();
	expect(load).not.toHaveBeenCalled();
});

test('has nothing until its driver answered, then the newest levels, and drops old ones', async () => {
	const machine = fakeMachine();
	const sampler = (await portableProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({});
	await expect.poll(() => sampler.sample(), {timeout: 10_000}).toHaveProperty(['host.memory.total']);
	const sample = sampler.sample();
	expect(Math.abs(sample['host.memory.total']! - os.totalmem())).toBeLessThan(os.totalmem() * 0.01);
	expect(sample['host.memory.used']! + sample['host.memory.available']!).toBe(sample['host.memory.total']);
	const shares = ['user', 'system', 'steal', 'idle'] as const;
	expect(shares.reduce((sum, name) => sum + sample[`host.cpu.${name}`]!, 0)).toBeCloseTo(100, 0);
	machine.advance(6000);
	sampler.close();
	expect(sampler.sample()).toEqual({});
});

test('one group that fails does not take the others along', async () => {
	const hardware = await import('../../source/monitor/hardware.ts').then(({loadHardware}) => loadHardware());
	const broken = {...hardware, mem: () => Promise.reject(new Error('no memory'))};
	const sampler = (await portableProbe(fakeMachine(), async () => broken).open({}))!;
	await expect.poll(() => sampler.sample(), {timeout: 10_000}).toHaveProperty(['host.cpu.idle']);
	expect(sampler.sample()).not.toHaveProperty(['host.memory.total']);
	sampler.close();
});
