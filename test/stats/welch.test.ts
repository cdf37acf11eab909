import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {intervalOf, paired, testOf, welch} from '../../source/stats/welch.ts';
import student from '../data/student_t.json' with {type: 'json'};
import table from '../data/welch_R.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';

describe('Welch’s test', () => {
	test.each(table['cases_[shift,t,df,p]'])('R’s t.test with a shift of %d', (shift, t, freedom, p) => {
		const result = testOf(welch(table.x, table.y), shift);
		expectDigits(result.t, t!, 12);
		expectDigits(result.freedom, freedom!, 12);
		expectDigits(result.greater, p!, 12);
		expect(result.greater + result.less).toBeCloseTo(1, 14);
		expectDigits(result.twoSided, 2 * Math.min(p!, 1 - p!), 12);
	});

	const side = fc.array(fc.double({min: -100, max: 100, noNaN: true}), {minLength: 2, maxLength: 12});

	test('turns round with its sides, and leaves 0 out of its interval where p is below 5 %', () => {
		fc.assert(
			fc.property(side, side, (a, b) => {
				const forth = welch(a, b);
				const back = welch(b, a);
				expect(back.difference).toBeCloseTo(-forth.difference, 9);
				expect(back.error).toBeCloseTo(forth.error, 9);
				const [low, high] = intervalOf(forth, 0.95);
				const {twoSided} = testOf(forth);
				if (Math.abs(twoSided - 0.05) > 1e-9) expect(low > 0 || high < 0).toBe(twoSided < 0.05);
			}),
		);
	});

	test('of values that do not vary', () => {
		const estimated = welch([2, 2, 2], [3, 3, 3]);
		expect(estimated).toEqual({difference: 1, error: 0, freedom: 4});
		expect(intervalOf(estimated, 0.95)).toEqual([1, 1]);
		expect(testOf(estimated).twoSided).toBe(0);
		expect(testOf(welch([2, 2], [2, 2])).twoSided).toBe(1);
	});
});

test('the paired interval is that of a mean', () => {
	const {x, mean, lo, hi} = student.go_moremath_meanCI;
	const estimated = paired(
		x.map(() => 0),
		x,
	);
	expect(estimated.difference).toBeCloseTo(mean, 14);
	const [low, high] = intervalOf(estimated, 0.95);
	expectDigits(low, lo, 12);
	expectDigits(high, hi, 12);
});
