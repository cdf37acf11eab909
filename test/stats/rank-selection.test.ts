import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {putInPlace} from '../../source/stats/rank-selection.ts';

describe('the value of a rank', () => {
	test('is the one that is there when all are in order, whatever the order was and whichever was asked for before', () => {
		const value = fc.oneof(fc.integer({min: -4, max: 4}), fc.double({noNaN: true}));
		const given = fc.array(value, {minLength: 1, maxLength: 80}).chain((values) =>
			fc.record({
				values: fc.constant(values),
				ranks: fc.array(fc.nat(values.length - 1), {minLength: 1, maxLength: 5}),
			}),
		);
		fc.assert(
			fc.property(given, ({values, ranks}) => {
				const shuffled = Float64Array.from(values);
				const sorted = Float64Array.from(values).sort();
				// 0 and −0 are the same value in two places.
				for (const rank of ranks) expect(putInPlace(shuffled, rank) === sorted[rank]).toBe(true);
				expect(shuffled.toSorted()).toEqual(sorted);
			}),
		);
	});

	test.each([
		['in order', (index: number) => index],
		['the other way round', (index: number) => -index],
		['all alike', () => 7],
		['rising and falling', (index: number) => Math.min(index, 100_000 - index)],
	])('is found in values that are %s without as many steps as their square', (_, value) => {
		const values = Float64Array.from({length: 100_000}, (_, index) => value(index));
		const sorted = values.toSorted();
		for (const rank of [0, 50_000, 99_999]) expect(putInPlace(values, rank)).toBe(sorted[rank]);
	});
});
