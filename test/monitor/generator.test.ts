import {expect, test} from 'vitest';
import {generatorProbe} from '../../source/monitor/generator.ts';

test('measures this process in % of one core', async () => {
	const sampler = (await generatorProbe().open({}))!;
	const first = sampler.sample();
	expect(first).not.toHaveProperty('generator.cpu');
	expect(first['generator.memory']).toBeGreaterThan(20_000_000);
	const [began, before] = [performance.now(), process.cpuUsage()];
	while (performance.now() - began < 300) Math.hypot(Math.random(), Math.random());
	const used = process.cpuUsage(before);
	const expected = (100 * (used.user + used.system)) / 1000 / (performance.now() - began);
	expect(Math.abs(sampler.sample()['generator.cpu']! - expected)).toBeLessThan(10);
	sampler.close();
});

test('no time, no rate', async () => {
	const sampler = (await generatorProbe({root: '', now: () => 1}).open({}))!;
	sampler.sample();
	expect(sampler.sample()).not.toHaveProperty('generator.cpu');
	sampler.close();
});
