import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {samplesOf} from '../../source/core/samples.ts';
import {medianRatio} from '../../source/stats/median-ratio.ts';
import {normalCdf, normalQuantile} from '../../source/stats/normal.ts';

describe('the normal distribution', () => {
	// Abramowitz and Stegun, table 26.1.
	test.each([
		[0, 0.5],
		[0.5, 0.6914624612740131],
		[1, 0.8413447460685429],
		[2, 0.9772498680518208],
		[3, 0.9986501019683699],
		[-1.5, 0.06680720126885807],
	])('P(Z ≤ %f) is %f', (z, p) => {
		expect(normalCdf(z)).toBeCloseTo(p, 12);
		expect(normalQuantile(p)).toBeCloseTo(z, 9);
	});

	test('its tails and its usual quantile are right', () => {
		expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 11);
		expect(normalCdf(7)).toBe(1 - 1.279812543885835e-12);
	});
});

describe('the ratio of two medians', () => {
	test('lies in its interval as often as that says, also for skewed values', () => {
		const random = seededRandom(11);
		const draw = (scale: number) => samplesOf(Array.from({length: 20}, () => scale * (1 - Math.log(1 - random()))));
		const rounds = 2000;
		let held = 0;
		for (let round = 0; round < rounds; round++) {
			const {low, high} = medianRatio(draw(1), draw(1.3), 0.95)!;
			if (low <= 1.3 && 1.3 <= high) held += 1;
		}

		expect(held / rounds).toBeGreaterThan(0.94);
	});

	test('counts replicates of one launch once', () => {
		const one = samplesOf([1, 2, 3, 4, 5, 6, 7, 8]);
		const grouped = samplesOf([1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 0, 0, 1, 1, 1, 1]);
		expect(medianRatio(one, one, 0.95)).toMatchObject({estimate: 1});
		expect(medianRatio(grouped, one, 0.95)).toBeUndefined();
	});

	test('of values that are not positive there is none', () => {
		const values = samplesOf([-1, 0, 1, 2, 3]);
		expect(medianRatio(values, values, 0.95)).toBeUndefined();
	});
});
