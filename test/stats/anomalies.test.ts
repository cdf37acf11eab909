import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {anomaliesIn, criticalDeviate, extremeValues, isAnomaly, scoreAgainst} from '../../source/stats/anomalies.ts';
import {noiseOf} from '../helpers/noise.ts';

// Rosner (Technometrics 25, 1983), as the NIST/SEMATECH e-Handbook has it in section 1.3.5.17.3: cut off, not rounded.
const rosner = [
	-0.25, 0.68, 0.94, 1.15, 1.2, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.7, 1.76, 1.77,
	1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.1, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.4, 2.47, 2.54, 2.62, 2.64,
	2.9, 2.92, 2.92, 2.93, 3.21, 3.26, 3.3, 3.59, 3.68, 4.3, 4.64, 5.34, 5.42, 6.01,
];
const published = [
	[3.118, 3.158],
	[2.942, 3.151],
	[3.179, 3.143],
	[2.81, 3.136],
	[2.815, 3.128],
	[2.848, 3.12],
	[2.279, 3.111],
	[2.31, 3.103],
	[2.101, 3.094],
	[2.067, 3.085],
];

describe('Rosner’s test', () => {
	test('finds the three outliers of his example, of which the first two alone hide each other', () => {
		const {steps, outliers} = extremeValues(rosner, 10);
		const cutOff = (value: number): number => Math.floor(value * 1000 + 1e-9) / 1000;
		expect(steps.map(({deviate, of}) => [cutOff(deviate), cutOff(criticalDeviate(of, 0.05))])).toEqual(published);
		expect(outliers.map((index) => rosner[index])).toEqual([6.01, 5.42, 5.34]);
		expect(extremeValues(rosner, 2).outliers).toEqual([]);
	});

	test('finds by chance what it says', () => {
		const series = 2000;
		const noise = noiseOf(seededRandom(1), 1);
		let found = 0;
		for (let round = 0; round < series; round++) {
			if (extremeValues(Array.from({length: 60}, noise), 6).outliers.length > 0) found += 1;
		}

		expect(found / series).toBeLessThan(0.07);
		expect(found / series).toBeGreaterThan(0.03);
	});

	test('has critical values that rise with the number of values, from the least on', () => {
		for (const significance of [0.01, 0.05, 0.2]) {
			const critical = Array.from({length: 400}, (_, index) => criticalDeviate(index + 3, significance));
			for (const [index, each] of critical.entries()) expect(each).toBeGreaterThan(critical[index - 1] ?? 0);
		}
	});

	test('finds as many as the last step has that is beyond its own critical value', () => {
		const value = fc.oneof(fc.integer({min: -5, max: 5}), fc.integer({min: -60, max: 60}));
		fc.assert(
			fc.property(fc.array(value, {maxLength: 60}), fc.integer({min: 1, max: 12}), (values, most) => {
				const {steps, outliers} = extremeValues(values, most);
				const beyond = steps.map(({deviate, of}) => deviate > criticalDeviate(of, 0.05));
				expect(outliers).toEqual(steps.slice(0, beyond.lastIndexOf(true) + 1).map(({index}) => index));
			}),
		);
	});

	test('of nothing, of equal values, of two there is none', () => {
		expect(extremeValues([], 3)).toEqual({steps: [], outliers: []});
		expect(extremeValues([2, 2, 2, 2], 3)).toEqual({steps: [], outliers: []});
		expect(extremeValues([1, 9], 3).outliers).toEqual([]);
	});
});

describe('anomalies', () => {
	test('are found among others of their kind, with their sides', () => {
		const noise = noiseOf(seededRandom(7), 1);
		const values = Array.from({length: 60}, () => 100 + noise());
		for (const index of [20, 21, 22]) values[index] = 130;
		values[40] = 80;
		const anomalies = anomaliesIn(values);
		expect(anomalies.map(({index}) => index)).toEqual([20, 21, 22, 40]);
		expect(anomalies.map(({score}) => Math.sign(score))).toEqual([1, 1, 1, -1]);
		expect(anomalies.every(({score}) => isAnomaly(score))).toBe(true);
	});

	test('are found in a short series too, and never in a very short one', () => {
		expect(anomaliesIn([10, 11, 10, 12, 11, 10, 11, 40, 12, 10])).toMatchObject([{index: 7, value: 40}]);
		expect(anomaliesIn([10, 11, 10, 12, 40])).toEqual([]);
	});

	test('do not depend on unit and origin', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: 0, max: 1000}), {minLength: 8, maxLength: 60}), (values) => {
				const places = anomaliesIn(values).map(({index}) => index);
				expect(anomaliesIn(values.map((value) => 1024 * value + 4096)).map(({index}) => index)).toEqual(places);
			}),
		);
	});

	test('of a new value against the segment that it would join', () => {
		const segment = [10, 11, 12, 10, 11, 12, 10, 11, 12];
		expect(scoreAgainst(segment, 11)).toBe(0);
		// The median absolute deviation is 1.
		expect(scoreAgainst(segment, 14)).toBeCloseTo(3 * 0.6745, 12);
		expect(isAnomaly(scoreAgainst(segment, 17)!)).toBe(true);
		expect(scoreAgainst([1, 2, 3], 9)).toBeUndefined();
		expect(scoreAgainst(new Array<number>(10).fill(5), 6)).toBe(Number.POSITIVE_INFINITY);
		expect(scoreAgainst(new Array<number>(10).fill(5), 5)).toBe(0);
	});
});
