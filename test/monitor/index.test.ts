import {expect, test} from 'vitest';
import {openMonitor, probes} from '../../source/monitor/index.ts';
import type {Probe} from '../../source/monitor/probe.ts';
import {describeProbe} from '../contracts/probe.ts';

for (const probe of probes) describeProbe(probe);

test('names are unique', () => {
	expect(new Set(probes.map(({name}) => name)).size).toBe(probes.length);
});

test('joins what its probes say; one that fails to open is absent', async () => {
	let closed = 0;
	const probe = (open: Probe['open']): Probe => ({name: 'fake', about: 'for this test', open});
	const close = () => {
		closed += 1;
	};
	const monitor = await openMonitor({}, [
		probe(async () => ({sample: () => ({'host.load': 1}), close})),
		probe(async () => Promise.reject(new Error('not here'))),
		probe(() => {
			throw new Error('not even a promise');
		}),
		probe(async () => undefined),
		probe(async () => ({sample: () => ({'generator.cpu': 2}), close})),
	]);
	expect(monitor.sample()).toEqual({'host.load': 1, 'generator.cpu': 2});
	monitor.close();
	expect(closed).toBe(2);
});

test.runIf(process.platform === 'linux')('the whole monitor reads every part of this machine', async () => {
	const monitor = await openMonitor({pid: process.pid});
	monitor.sample();
	await new Promise((resolve) => setTimeout(resolve, 100));
	const sample = monitor.sample();
	monitor.close();
	expect(sample).toMatchObject({
		'host.cpu.idle': expect.any(Number),
		'host.cpu.core0': expect.any(Number),
		'host.memory.used': expect.any(Number),
		'host.network.received': expect.any(Number),
		'target.cpu': expect.any(Number),
		'target.openFiles': expect.any(Number),
		'generator.cpu': expect.any(Number),
	});
	// Two ways to the same memory.
	expect(Math.abs(sample['target.memory']! - sample['generator.memory']!)).toBeLessThan(
		sample['generator.memory']! * 0.2,
	);
});
