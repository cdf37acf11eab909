import {describe, expect, test} from 'vitest';
import {gaugeMetric} from '../../source/core/metric.ts';
import type {Probe, Sampler, Watch} from '../../source/monitor/probe.ts';

const expectLevels = (sampler: Sampler): void => {
	for (const [name, value] of Object.entries(sampler.sample())) {
		const metric = gaugeMetric(name);
		expect(metric, `${name} is declared`).toBeDefined();
		expect(Number.isFinite(value), `${name} = ${value}`).toBe(true);
		expect(value, name).toBeGreaterThanOrEqual(0);
		if (metric!.unit === '%' && metric!.of !== 'one core') expect(value, name).toBeLessThanOrEqual(100.001);
	}
};

/** What every probe owes its callers, whatever it watches and wherever it runs. */
export const describeProbe = (probe: Probe): void => {
	describe(`the probe ${probe.name}`, () => {
		test('says what it is', () => {
			expect(probe.name).toMatch(/^[a-z-]+$/);
			expect(probe.about.length).toBeGreaterThan(10);
		});

		const watches: ReadonlyArray<readonly [string, Watch]> = [
			['the host alone', {}],
			['this process', {pid: process.pid}],
			['no process', {pid: 2 ** 22 + 1}],
			['a port where nobody listens', {port: 1}],
		];
		test.each(watches)('watching %s it hands out declared, finite levels and closes twice', async (_, watch) => {
			const sampler = await probe.open(watch);
			if (sampler === undefined) return;
			expectLevels(sampler);
			// Readings without any time between them.
			expectLevels(sampler);
			await new Promise((resolve) => setTimeout(resolve, 60));
			expectLevels(sampler);
			sampler.close();
			sampler.close();
			expect(() => sampler.sample()).not.toThrow();
		});
	});
};
