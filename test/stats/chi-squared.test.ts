import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {chiSquaredCdf, chiSquaredQuantile} from '../../source/stats/chi-squared.ts';
import {normalCdf, normalQuantile} from '../../source/stats/normal.ts';

const expectClose = (value: number, expected: number, tolerance = 1e-12): void => {
	expect(Math.abs(value / expected - 1), `${value} against ${expected}`).toBeLessThan(tolerance);
};

describe('the chi-squared distribution', () => {
	// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4: critical values.
	test.each([
		[0.975, 7, 16.013],
		[0.025, 7, 1.69],
		[0.95, 1, 3.841],
		[0.99, 4, 13.277],
		[0.05, 29, 17.708],
		[0.025, 100, 74.222],
		[0.999, 100, 149.449],
	])('its %d quantile with %d degrees of freedom', (p, freedom, expected) => {
		expect(Math.abs(chiSquaredQuantile(p, freedom) - expected)).toBeLessThanOrEqual(0.0005 + 1e-9);
	});

	test('with one degree of freedom it is the square of a normal value', () => {
		for (const z of [1e-3, 0.1, 0.7, 1.96, 4]) expectClose(chiSquaredCdf(z * z, 1), 2 * normalCdf(z) - 1, 1e-11);
		for (const p of [0.01, 0.5, 0.975]) expectClose(chiSquaredQuantile(p, 1), normalQuantile((1 + p) / 2) ** 2);
	});

	test('with an even number of them it is a sum of Poisson probabilities', () => {
		for (const [x, freedom] of [
			[0.5, 2],
			[3, 4],
			[20, 10],
			[90, 100],
			[130, 100],
		] as const) {
			let term = Math.exp(-x / 2);
			let sum = 0;
			for (let index = 0; index < freedom / 2; index++) {
				sum += term;
				term *= x / 2 / (index + 1);
			}

			expectClose(1 - chiSquaredCdf(x, freedom), sum, 1e-11);
		}
	});

	test('at its ends', () => {
		expect([chiSquaredCdf(0, 3), chiSquaredCdf(-1, 3), chiSquaredCdf(Number.POSITIVE_INFINITY, 3)]).toEqual([0, 0, 1]);
		expect([chiSquaredQuantile(0, 3), chiSquaredQuantile(1, 3)]).toEqual([0, Number.POSITIVE_INFINITY]);
		expect(chiSquaredQuantile(0.5, 0)).toBeNaN();
		expect(chiSquaredQuantile(1.5, 3)).toBeNaN();
		expect(chiSquaredCdf(Number.NaN, 3)).toBeNaN();
	});

	test('the quantile is the inverse', () => {
		fc.assert(
			fc.property(
				fc.double({min: 1e-6, max: 1 - 1e-6, noNaN: true}),
				fc.double({min: 0.5, max: 1e5, noNaN: true}),
				(p, freedom) => {
					expectClose(chiSquaredCdf(chiSquaredQuantile(p, freedom), freedom), p, 1e-8);
				},
			),
		);
	});
});
