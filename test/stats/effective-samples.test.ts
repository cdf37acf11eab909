import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {effectiveSamples} from '../../source/stats/effective-samples.ts';

const autoregressive = (rho: number, n: number, seed: number): number[] => {
	const random = seededRandom(seed);
	let level = 0;
	return Array.from({length: n}, () => {
		level = rho * level + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		return level;
	});
};

describe('the effective sample size', () => {
	test('of nothing, one value, a constant', () => {
		expect(effectiveSamples([])).toBe(0);
		expect(effectiveSamples([3])).toBe(1);
		expect(effectiveSamples(Array.from({length: 50}, () => 7))).toBe(50);
	});

	test('of a short series, by hand', () => {
		// Deviations −1.5 −0.5 0.5 1.5: variance 5, lag-1 covariance 1.25, so ρ₁ = 0.25; ρ₂ < 0.05. τ = 1.5.
		expect(effectiveSamples([1, 2, 3, 4])).toBeCloseTo(4 / 1.5, 12);
	});

	test.each([0.3, 0.6, 0.8])('of an autoregressive series is near n(1 − ρ)/(1 + ρ), ρ = %s', (rho) => {
		const n = 20_000;
		const ratio = effectiveSamples(autoregressive(rho, n, 5)) / ((n * (1 - rho)) / (1 + rho));
		expect(ratio).toBeGreaterThan(0.85);
		expect(ratio).toBeLessThan(1.2);
	});
});
