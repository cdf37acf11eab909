import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {type NoiseRun, noiseLevel, noiseOf} from '../../source/doctor/noise-floor.ts';
import {normalQuantile} from '../../source/stats/normal.ts';

const runs = (...latencies: readonly number[]): NoiseRun[] =>
	latencies.map((p50, index) => ({id: `r${index}`, p50, p99: 10, throughput: 1000}));

describe('the noise floor', () => {
	test('by hand: the deviation of ln, 1.96·√2·s/√5, and s·√(ν/χ²)', () => {
		const noise = noiseOf(runs(1, Math.exp(0.02), Math.exp(-0.02)))!;
		expect(noise).toMatchObject({degreesOfFreedom: 2, rounds: 5, confidence: 0.95});
		const [p50, p99, throughput] = noise.metrics;
		expect(p50!.deviation).toBeCloseTo(0.02, 12);
		expect(p50!.floor).toBeCloseTo(Math.expm1((1.959963984540054 * Math.SQRT2 * 0.02) / Math.sqrt(5)), 12);
		// With 2 degrees of freedom the quantiles of χ² are −2 ln(1 − p).
		const at = (p: number): number =>
			Math.expm1((1.959963984540054 * Math.SQRT2 * 0.02 * Math.sqrt(2 / (-2 * Math.log(1 - p)))) / Math.sqrt(5));
		expect(p50!.low).toBeCloseTo(at(0.975), 10);
		expect(p50!.high).toBeCloseTo(at(0.025), 10);
		for (const still of [p99, throughput]) expect(still).toMatchObject({deviation: 0, floor: 0, low: 0, high: 0});
	});

	test('more rounds a side see more', () => {
		const [five, twenty] = [5, 20].map((rounds) => noiseOf(runs(1, 1.1, 0.9), rounds)!.metrics[0]!.floor);
		expect(Math.log1p(five!) / Math.log1p(twenty!)).toBeCloseTo(2, 10);
	});

	test('its level goes by the margin of the metric: 5 % of p50 and throughput, 10 % of p99', () => {
		const spread = (floor: number): NoiseRun[] => {
			// Of three values a, 0, −a the deviation is a.
			const a = (Math.log1p(floor) * Math.sqrt(5)) / (1.959963984540054 * Math.SQRT2);
			return [0, a, -a].map((difference, index) => ({
				id: `r${index}`,
				p50: 5 * Math.exp(difference),
				p99: 20 * Math.exp(-difference),
				throughput: 800 * Math.exp(-difference),
			}));
		};
		const levelsAt = (floor: number) => noiseOf(spread(floor))!.metrics.map(({level}) => level);
		expect(levelsAt(0.02)).toEqual(['good', 'good', 'good']);
		expect(levelsAt(0.04)).toEqual(['note', 'good', 'note']);
		expect(levelsAt(0.08)).toEqual(['warning', 'note', 'warning']);
		expect(levelsAt(0.2)).toEqual(['bad', 'warning', 'bad']);
		expect(noiseLevel(noiseOf(spread(0.08))!)).toBe('warning');
	});

	test('too few runs, or a figure of nothing, tell none', () => {
		expect(noiseOf(runs(1, 2))).toBeUndefined();
		expect(noiseOf(runs(1, 2, 0))).toBeUndefined();
		expect(noiseOf(runs(1, 2, Number.NaN))).toBeUndefined();
	});

	test('of eight runs from a known distribution the interval holds the true floor in 95 of 100 cases', () => {
		const random = seededRandom(7);
		const sigma = 0.03;
		const truth = Math.expm1((1.959963984540054 * Math.SQRT2 * sigma) / Math.sqrt(5));
		const cases = 2000;
		let held = 0;
		for (let index = 0; index < cases; index++) {
			const drawn = runs(...Array.from({length: 8}, () => 5 * Math.exp(sigma * normalQuantile(random()))));
			const {low, high} = noiseOf(drawn)!.metrics[0]!;
			if (low <= truth && truth <= high) held += 1;
		}

		expect(Math.abs(held / cases - 0.95)).toBeLessThan(0.015);
	});
});
