import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {acceleration, bcaInterval, biasOf} from '../../source/stats/bca.ts';
import {meanOf} from '../../source/stats/describe.ts';
import table from '../data/bootstrap_bca.json' with {type: 'json'};

const meanOfFirst = (groups: ReadonlyArray<readonly number[]>): number => meanOf(groups[0]!);

describe('the BCa interval', () => {
	test('R’s boot.ci of a mean, to a hundredth of its width', () => {
		const [low, high] = bcaInterval({
			groups: [table.x],
			statistic: meanOfFirst,
			confidence: table.conf,
			resamples: 100_000,
			random: seededRandom(1),
		})!;
		// scipy holds its own against these with a relative 0.5 %, at a million resamples.
		expect(Math.abs(low / table.BCa[0]! - 1)).toBeLessThan(0.01);
		expect(Math.abs(high / table.BCa[1]! - 1)).toBeLessThan(0.01);
	});

	test('the acceleration of a mean is a sixth of its skewness', () => {
		const mean = meanOf(table.x);
		const sum = (power: number): number => table.x.reduce((each, value) => each + (value - mean) ** power, 0);
		expect(acceleration([table.x], meanOfFirst)).toBeCloseTo(sum(3) / (6 * sum(2) ** 1.5), 12);
	});

	test('of two groups: R’s wboot of a difference of skewnesses', () => {
		const {x, y, BCa_midpoint_R_wboot: middle} = table.two_sample_skewness_difference;
		const skewness = (values: readonly number[]): number => {
			const mean = meanOf(values);
			const moment = (power: number): number => meanOf(values.map((value) => (value - mean) ** power));
			return moment(3) / moment(2) ** 1.5;
		};
		const [low, high] = bcaInterval({
			groups: [x, y],
			// A draw of one value alone has no skewness.
			statistic: ([a, b]) => (new Set(a).size === 1 || new Set(b).size === 1 ? 0 : skewness(a!) - skewness(b!)),
			confidence: 0.95,
			resamples: 40_000,
			random: seededRandom(2),
		})!;
		expect(low).toBeLessThan(high);
		expect(Math.abs((low + high) / 2 - middle)).toBeLessThan(0.1);
	});

	test('ties of the draws with what was observed count for a half', () => {
		expect(biasOf([1, 2, 2, 3], 2)).toBe(0);
		expect(biasOf([1, 2, 3, 4], 5)).toBe(Number.POSITIVE_INFINITY);
	});

	test('there is none of values that do not vary; the same seed gives the same', () => {
		const question = {groups: [[3, 3, 3]], statistic: meanOfFirst, confidence: 0.95, resamples: 100};
		expect(bcaInterval({...question, random: seededRandom(1)})).toBeUndefined();
		const varied = {...question, groups: [[3, 4, 9]]};
		expect(bcaInterval({...varied, random: seededRandom(1)})).toEqual(
			bcaInterval({...varied, random: seededRandom(1)}),
		);
	});
});
