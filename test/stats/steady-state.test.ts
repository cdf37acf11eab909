import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {steadyState} from '../../source/stats/steady-state.ts';
import table from '../data/mser5.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';

describe('MSER-5', () => {
	test('of a decaying series in closed form', () => {
		const series = Array.from({length: 100}, (_, i) => 100 * Math.exp(-i / 8) + 50 + (((i * 7919) % 13) - 6) * 0.5);
		const {warmUp, mean, errors, atBound} = steadyState(series)!;
		expect(warmUp).toBe(table.warmup_points);
		expect(warmUp / 5).toBe(table.d_star);
		expectDigits(mean, table.mean_after, 13);
		for (const [cut, expected] of table.g.entries()) expectDigits(errors[cut]!, expected, 11);
		expect(atBound).toBe(false);
	});

	test('a series that goes on rising is cut at its bound', () => {
		expect(steadyState(Array.from({length: 60}, (_, second) => second))).toMatchObject({warmUp: 30, atBound: true});
	});

	test('a steady series is kept whole, or nearly', () => {
		const random = seededRandom(3);
		const cuts = Array.from({length: 50}, () => steadyState(Array.from({length: 100}, () => random()))!.warmUp);
		expect(cuts.sort((a, b) => a - b)[25]!).toBeLessThan(25);
	});

	test('of fewer than ten values there is none; of values that are all alike nothing is cut', () => {
		expect(steadyState([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeUndefined();
		expect(steadyState(Array.from({length: 20}, () => 4))).toMatchObject({warmUp: 0, mean: 4});
	});
});
