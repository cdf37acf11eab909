import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type CandidateRules, candidateRules, strongSplits, windowsOf} from '../../source/stats/change-candidates.ts';
import {createSplitFinder} from '../../source/stats/energy-split.ts';
import large from '../data/series/mongodb_large.json' with {type: 'json'};
import medium from '../data/series/mongodb_medium.json' with {type: 'json'};
import short from '../data/series/mongodb_short.json' with {type: 'json'};
import small from '../data/series/mongodb_small.json' with {type: 'json'};
import otava from '../data/series/otava_expected.json' with {type: 'json'};
import tigerbeetle from '../data/series/tigerbeetle.json' with {type: 'json'};

const found = (values: readonly number[], rules: Partial<CandidateRules>): readonly number[] => {
	const all = {...candidateRules, ...rules};
	return strongSplits(values, windowsOf(values, all), all);
};

/** The definition, word for word. */
const slowSplit = (values: readonly number[]): {index: number; distance: number} => {
	const pairs = (some: readonly number[]): number =>
		some.reduce((sum, a, i) => sum + some.slice(0, i).reduce((inner, b) => inner + Math.abs(a - b), 0), 0);
	let best = {index: 1, distance: Number.NEGATIVE_INFINITY};
	for (let index = 1; index < values.length; index++) {
		for (let end = index + 1; end <= values.length; end++) {
			const [left, right] = [values.slice(0, index), values.slice(index, end)];
			const [m, n] = [left.length, right.length];
			const across = left.reduce((sum, a) => sum + right.reduce((inner, b) => inner + Math.abs(a - b), 0), 0);
			const distance =
				(2 / (m + n)) * across -
				(m > 1 ? ((2 * n) / ((m + n) * (m - 1))) * pairs(left) : 0) -
				(n > 1 ? ((2 * m) / ((m + n) * (n - 1))) * pairs(right) : 0);
			if (distance > best.distance) best = {index, distance};
		}
	}

	return best;
};

describe('the split with the largest energy distance', () => {
	test('is that of the definition', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: -50, max: 50}), {minLength: 2, maxLength: 24}), (values) => {
				const slow = slowSplit(values);
				const fast = createSplitFinder(values)(0, values.length)!;
				expect(fast.distance).toBeCloseTo(slow.distance, 8);
				// Of equal ones rounding chooses.
				if (fast.index !== slow.index) expect(slowSplit(values.slice(0)).distance).toBeCloseTo(fast.distance, 8);
			}),
		);
	});

	test('of part of a window is that of the part alone', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({min: 0, max: 1000}), {minLength: 6, maxLength: 40}),
				fc.nat(3),
				fc.nat(2),
				(values, before, after) => {
					const whole = createSplitFinder(values)(before, values.length - after);
					const alone = createSplitFinder(values, before, values.length - after)(0, values.length - after - before);
					expect(whole).toEqual(
						alone === undefined
							? undefined
							: {index: alone.index + before, distance: expect.closeTo(alone.distance, 6)},
					);
				},
			),
		);
	});

	test('of fewer than two values there is none', () => {
		expect(createSplitFinder([1])(0, 1)).toBeUndefined();
		expect(createSplitFinder([])(0, 0)).toBeUndefined();
	});
});

describe('like Apache Otava', () => {
	test.each(otava.tigerbeetle)(
		'p $max_pvalue, magnitude $min_magnitude',
		({max_pvalue, min_magnitude, change_points}) => {
			expect(
				found(tigerbeetle, {window: otava.window, significance: max_pvalue, magnitude: min_magnitude, like: 'otava'}),
			).toEqual(change_points);
		},
	);

	test('its short series', () => {
		const {single_series: single, series_1: first, series_2: second, ediv_sequence: sequence} = otava;
		expect(found(single.x, {window: single.window, significance: single.max_pvalue, like: 'otava'})).toEqual(single.cp);
		expect(found(first.x, {window: first.window, significance: first.p, like: 'otava'})).toEqual(first.cp);
		expect(found(second.x, {like: 'otava'})).toEqual(second.cp);
		expect(found(sequence.x, {significance: sequence.p, like: 'otava'})).toEqual(sequence.cp);
	});

	test('with the right neighbours tested again, and variances of samples, it finds others', () => {
		const rules = {window: otava.window, significance: 0.001};
		expect(found(tigerbeetle, rules)).toEqual([15, 61, 71, 95, 117, 131, 142, 148, 192, 212]);
		expect(found(tigerbeetle, {...rules, like: 'otava'})).toContain(260);
	});
});

describe('like E-divisive with permutations', () => {
	test.each([
		['short', short],
		['small', small],
		['medium', medium],
		['large', large],
	])('about as many points in the %s series of MongoDB', (_, {series, expected}) => {
		const count = found(series, {}).length;
		expect(Math.abs(count - expected)).toBeLessThanOrEqual(1);
	});
});

describe('windows', () => {
	test('of which some are known are those of the whole series', () => {
		const value = fc.integer({min: 0, max: 20});
		fc.assert(
			fc.property(fc.array(value, {maxLength: 150}), fc.nat(150), (values, cut) => {
				const rules = {...candidateRules, window: 20};
				const known = windowsOf(values.slice(0, cut), rules);
				expect(windowsOf(values, rules, known, Math.min(cut, values.length))).toEqual(windowsOf(values, rules));
			}),
		);
	});

	test('of a constant series have no splits', () => {
		expect(found(new Array<number>(120).fill(7), {})).toEqual([]);
	});
});
