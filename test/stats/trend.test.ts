import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {type Point, trendOf} from '../../source/stats/trend.ts';
import {noiseOf} from '../helpers/noise.ts';

const line = (count: number, slope: number, noise: () => number): Point[] =>
	Array.from({length: count}, (_, index) => ({at: index * 10, value: 5 + slope * index * 10 + noise()}));

describe('the trend of a series', () => {
	test('is exact on a line', () => {
		const trend = trendOf(line(20, 3, () => 0));
		expect(trend?.slope.estimate).toBeCloseTo(3, 10);
		expect(trend?.slope.low).toBeCloseTo(3, 10);
		expect(trend?.slope.high).toBeCloseTo(3, 10);
		// S is 190, and its variance 20·19·45/18 = 950.
		expect(trend?.deviate).toBeCloseTo(189 / Math.sqrt(950), 6);
	});

	test('has the interval of Sen as his paper would have it', () => {
		// Slopes between all pairs, in order: −1, 0.5, 1, 1.5, 2, 3, of 4 points; variance 4·3·13/18.
		const values = [0, 2, 1, 4];
		const trend = trendOf(values.map((value, at) => ({at, value})));
		expect(trend?.slope.estimate).toBeCloseTo((1 + 4 / 3) / 2, 10);
		expect([trend?.slope.low, trend?.slope.high]).toEqual([-1, 3]);
		expect(trend?.deviate).toBeCloseTo(3 / Math.sqrt((4 * 3 * 13) / 18), 10);
	});

	test('hardly minds outliers', () => {
		const points = line(40, 1, () => 0).map((point, index) => (index % 10 === 3 ? {...point, value: 1e9} : point));
		expect(trendOf(points)?.slope.estimate).toBeCloseTo(1, 1);
	});

	test('corrects the variance for ties', () => {
		const values = [1, 1, 1, 2, 2, 3];
		// (6·5·17 − 3·2·11 − 2·1·9) / 18
		const variance = (510 - 66 - 18) / 18;
		const trend = trendOf(values.map((value, at) => ({at, value})));
		// The residuals of so few points are not correlated beyond the limit only where τ is 1.
		expect(Math.abs(trend?.deviate ?? 0)).toBeLessThanOrEqual((11 - 1) / Math.sqrt(variance) + 1e-9);
		expect(trend?.deviate).toBeGreaterThan(0);
	});

	test('turns with the series', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: -1000, max: 1000}), {minLength: 4, maxLength: 40}), (values) => {
				const points = values.map((value, at) => ({at, value}));
				const turned = points.map(({at, value}) => ({at, value: -value}));
				const [a, b] = [trendOf(points), trendOf(turned)];
				expect(b?.slope.estimate).toBeCloseTo(-(a?.slope.estimate ?? 0), 9);
				expect(b?.deviate).toBeCloseTo(-(a?.deviate ?? 0), 9);
			}),
		);
	});

	test('finds a slope in its interval about as often as it says', () => {
		let held = 0;
		const series = 300;
		for (let seed = 1; seed <= series; seed++) {
			const trend = trendOf(line(30, 0.2, noiseOf(seededRandom(seed), 5)));
			if (trend !== undefined && trend.slope.low <= 0.2 && trend.slope.high >= 0.2) held += 1;
		}

		expect(held / series).toBeGreaterThan(0.92);
	});

	test('of nearly nothing, of one moment and of many points', () => {
		expect(trendOf([])).toBeUndefined();
		expect(trendOf(line(2, 1, () => 0))).toBeUndefined();
		expect(trendOf([1, 2, 3].map((value) => ({at: 7, value})))).toBeUndefined();
		expect(trendOf(line(5000, 2, () => 0))?.slope.estimate).toBeCloseTo(2, 10);
	});
});

test('points that wander together seldom make a slope where there is none', () => {
	const random = seededRandom(8);
	const sloping = Array.from({length: 100}, () => {
		let level = 0;
		const points = Array.from({length: 100}, (_, at) => {
			level = 0.8 * level + random() - 0.5;
			return {at, value: 10 + level};
		});
		return trendOf(points)?.slope;
	}).filter((slope) => slope !== undefined && (slope.low > 0 || slope.high < 0));
	expect(sloping.length).toBeLessThanOrEqual(12);
});
