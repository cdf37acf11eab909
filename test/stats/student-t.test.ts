import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {incompleteBeta} from '../../source/stats/beta.ts';
import {logGamma} from '../../source/stats/gamma.ts';
import {normalCdf, normalQuantile} from '../../source/stats/normal.ts';
import {studentTCdf, studentTQuantile, studentTTail, studentTTwoSided} from '../../source/stats/student-t.ts';
import table from '../data/student_t.json' with {type: 'json'};

/** Relative to what is expected: 1e-12 are twelve digits. */
const expectClose = (value: number, expected: number, tolerance = 1e-12): void => {
	expect(Math.abs(value / expected - 1), `${value} against ${expected}`).toBeLessThan(tolerance);
};

describe('Student’s t', () => {
	test.each(Object.entries(table.two_sided_95))(
		'its 0.975 quantile with %s degrees of freedom',
		(freedom, expected) => {
			expectClose(studentTQuantile(0.975, Number(freedom)), expected, 1e-13);
			expectClose(1 - studentTCdf(expected, Number(freedom)), 0.025, 1e-12);
		},
	);

	// Computed with mpmath 1.3 to 30 digits.
	test.each([
		[1e-10, 1, -3183098861.837907],
		[1e-4, 3, -22.203742273204185],
		[0.3, 2.5, -0.5973077382523174],
		[0.0079, 8, -3.0508759223282067],
		[1e-12, 30, -11.397217523311411],
		[0.4999, 0.5, -0.00037081496095449183],
	])('its quantile %d with %d degrees of freedom', (p, freedom, expected) => {
		expectClose(studentTQuantile(p, freedom), expected);
		expectClose(studentTQuantile(1 - p, freedom), -expected, 1e-5);
	});

	test.each([
		[-10, 5, 0.9999145262121285],
		[50, 30, 9.357708829611357e-31],
		[0.001, 7, 0.4996150086224994],
		[3, 61.7159, 0.00194517376176007],
		[4, 0.3, 0.23022092953935985],
	])('P(T > %d) with %d degrees of freedom', (t, freedom, expected) => {
		expectClose(studentTTail(t, freedom), expected);
	});

	test('at its ends', () => {
		expect(studentTQuantile(0, 4)).toBe(Number.NEGATIVE_INFINITY);
		expect(studentTQuantile(1, 4)).toBe(Number.POSITIVE_INFINITY);
		expect(studentTQuantile(0.5, 4)).toBe(0);
		expect(studentTQuantile(0.975, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.975));
		expect(studentTCdf(Number.POSITIVE_INFINITY, 3)).toBe(1);
		expect(studentTTwoSided(Number.NEGATIVE_INFINITY, 3)).toBe(0);
		expect(studentTQuantile(0.5, 0)).toBeNaN();
		expect(studentTQuantile(1.5, 3)).toBeNaN();
	});

	test('the quantile is the inverse, and rises with p', () => {
		fc.assert(
			fc.property(
				fc.double({min: 1e-12, max: 0.5, noNaN: true}),
				fc.double({min: 0.2, max: 1e4, noNaN: true}),
				(p, freedom) => {
					const t = studentTQuantile(p, freedom);
					expectClose(studentTTail(-t, freedom), p, 1e-9);
					expect(studentTQuantile(p / 2, freedom)).toBeLessThan(t);
				},
			),
		);
	});

	test('comes near the normal distribution from above', () => {
		fc.assert(
			fc.property(fc.double({min: 0.01, max: 30, noNaN: true}), (t) => {
				expect(studentTTail(t, 1000)).toBeGreaterThan(normalCdf(-t));
				expect(studentTTwoSided(t, 20)).toBeCloseTo(2 * studentTTail(t, 20), 15);
			}),
		);
	});
});

describe('the incomplete beta function', () => {
	// Computed with mpmath 1.3 to 30 digits.
	test.each([
		[0.001, 2, 3, 5.992003e-6],
		[0.5, 1e5, 1e5, 0.5],
		[0.99, 36_500, 388, 0.835323481443843],
		[1e-5, 0.5, 0.5, 0.002013171839475387],
		[0.3, 200, 700.5, 0.9999999293871555],
		[0.7, 0.01, 3, 0.9998818044671318],
	])('I at %d of %d and %d', (x, a, b, expected) => {
		expectClose(incompleteBeta(x, a, b), expected, 1e-11);
		expect(1 - incompleteBeta(1 - x, b, a, x)).toBeCloseTo(expected, 11);
	});
});

test('ln Γ of whole numbers and of a half', () => {
	expect(logGamma(1)).toBeCloseTo(0, 14);
	expect(logGamma(2)).toBeCloseTo(0, 14);
	expectClose(logGamma(0.5), Math.log(Math.PI) / 2, 1e-14);
	expectClose(logGamma(11), Math.log(3_628_800), 1e-14);
	expectClose(logGamma(1e-9), Math.log(1e9) - 5.772156649e-10, 1e-14);
});

test('the normal distribution keeps the digits of its tails', () => {
	// Computed with mpmath 1.3 to 30 digits.
	expectClose(normalCdf(-10), 7.619853024160525e-24);
	expectClose(normalCdf(-2.0001), 0.022744733391410556);
	expectClose(normalCdf(-1.9999), 0.02275553158476719);
	expectClose(normalQuantile(0.0125), -2.2414027276049455, 1e-14);
	expectClose(normalQuantile(1e-300), -37.0470964993612, 1e-7);
	expectClose(normalCdf(normalQuantile(1e-20)), 1e-20);
});
