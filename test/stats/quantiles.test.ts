import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {percentiles} from '../../source/core/summary.ts';
import {harrellDavis} from '../../source/stats/harrell-davis.ts';
import {normalQuantile} from '../../source/stats/normal.ts';
import {leastObservations, levelInterval, rankInterval} from '../../source/stats/quantile-interval.ts';
import fromR from '../data/harrell_davis_R.json' with {type: 'json'};
import table from '../data/quantile_order_statistic_ci.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';

describe('intervals of quantiles by order statistics', () => {
	test.each(table.cases)('of $n values at $p', ({n, p, lo_order, hi_order, coverage, finite}) => {
		const interval = rankInterval(n, p);
		expect([interval.low, interval.high]).toEqual([lo_order, hi_order]);
		expect(interval.coverage).toBeCloseTo(coverage, 6);
		expect(interval.low > 0 && interval.high <= n).toBe(finite);
	});

	test.each(table.min_n)('two ends at $p from $min_n_equal_tails values on', ({p, min_n_equal_tails: least}) => {
		expect(leastObservations(p)).toBe(least);
		expect(rankInterval(least, p).high).toBe(least);
		expect(rankInterval(least - 1, p).high).toBe(least);
	});

	test('are why percentiles of few operations are uncertain', () => {
		for (const {q, least} of percentiles) expect(leastObservations(q)).toBe(least);
	});

	test('of observations that are worth fewer are wider, and open where they must be', () => {
		const all = levelInterval(10_000, 0.9);
		const few = levelInterval(400, 0.9);
		expect(few.low!).toBeLessThan(all.low!);
		expect(few.high!).toBeGreaterThan(all.high!);
		expect(levelInterval(300, 0.99)).not.toHaveProperty('high');
		expect(levelInterval(368, 0.99).high).toBe(1);
		expect(levelInterval(0.4, 0.5)).toEqual({coverage: 1});
	});

	test('hold the quantile as often as they say', () => {
		fc.assert(
			fc.property(fc.integer({min: 1, max: 3000}), fc.double({min: 0.01, max: 0.999, noNaN: true}), (n, q) => {
				const {low, high, coverage} = rankInterval(n, q);
				expect(coverage).toBeGreaterThanOrEqual(0.95 - 1e-9);
				expect(low).toBeGreaterThanOrEqual(0);
				expect(high).toBeLessThanOrEqual(n + 1);
				expect(low).toBeLessThan(high);
			}),
		);
	});
});

describe('Harrell–Davis quantiles', () => {
	test.each(fromR.cases)('R’s hdquantile: $name', ({x, p, q}) => {
		for (const [index, expected] of q.entries()) {
			const {value} = harrellDavis(x, p[index]!);
			if (expected === 0) expect(value).toBeCloseTo(0, 12);
			else expectDigits(value, expected, 11);
		}
	});

	test('the standard error is what the quantile varies by', () => {
		const random = seededRandom(8);
		const estimates = Array.from({length: 400}, () =>
			harrellDavis(
				Array.from({length: 40}, () => normalQuantile(Math.max(1e-12, random()))),
				0.5,
			),
		);
		const mean = estimates.reduce((sum, {value}) => sum + value, 0) / 400;
		const deviation = Math.sqrt(estimates.reduce((sum, {value}) => sum + (value - mean) ** 2, 0) / 399);
		const error = estimates.reduce((sum, each) => sum + each.error, 0) / 400;
		expect(Math.abs(error / deviation - 1)).toBeLessThan(0.15);
	});

	test('lies within the values, moves with them, and does not depend on their order', () => {
		const values = fc.array(fc.double({min: -1000, max: 1000, noNaN: true}), {minLength: 1, maxLength: 30});
		fc.assert(
			fc.property(values, fc.double({min: 0, max: 1, noNaN: true}), (some, q) => {
				const {value, error} = harrellDavis(some, q);
				expect(value).toBeGreaterThanOrEqual(Math.min(...some) - 1e-9);
				expect(value).toBeLessThanOrEqual(Math.max(...some) + 1e-9);
				expect(error).toBeGreaterThanOrEqual(0);
				expect(harrellDavis([...some].reverse(), q).value).toBeCloseTo(value, 9);
				expect(
					harrellDavis(
						some.map((each) => 2 * each + 1),
						q,
					).value,
				).toBeCloseTo(2 * value + 1, 8);
			}),
		);
		expect(harrellDavis([], 0.5).value).toBeNaN();
	});
});
