import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {binomialCdf, binomialProbability, binomialQuantile, binomialTest} from '../../source/stats/binomial.ts';
import {fisherExact, hypergeometricProbability} from '../../source/stats/fisher.ts';
import {expectDigits} from '../helpers/digits.ts';

describe('the binomial distribution', () => {
	// Computed with mpmath 1.3 to 40 digits.
	test.each([
		[3, 10, 0.3, 0.266827932],
		[36_500, 36_887, 0.99, 0.013088589952857235],
		[0, 50, 0.02, 0.3641696800871171],
	])('P(B = %d) of %d with chance %d', (k, n, p, expected) => {
		expectDigits(binomialProbability(k, n, p), expected, 11);
	});

	const trials = fc
		.integer({min: 1, max: 300})
		.chain((n) =>
			fc.tuple(fc.constant(n), fc.integer({min: 0, max: n}), fc.double({min: 0.001, max: 0.999, noNaN: true})),
		);

	test('is the sum of its probabilities, and its quantile the inverse', () => {
		fc.assert(
			fc.property(trials, ([n, k, p]) => {
				let sum = 0;
				for (let each = 0; each <= k; each++) sum += binomialProbability(each, n, p);
				expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 11);
				const quantile = binomialQuantile(sum * (1 - 1e-9), n, p);
				expect(binomialCdf(quantile, n, p)).toBeGreaterThanOrEqual(sum * (1 - 1e-9) * (1 - 1e-12));
				expect(quantile).toBeLessThanOrEqual(k);
			}),
		);
	});

	test('at its ends', () => {
		expect(binomialProbability(0, 4, 0)).toBe(1);
		expect(binomialProbability(4, 4, 1)).toBe(1);
		expect(binomialProbability(5, 4, 0.5)).toBe(0);
		expect(binomialCdf(-1, 4, 0.5)).toBe(0);
		expect(binomialCdf(4, 4, 0.5)).toBe(1);
		expect(binomialQuantile(0.5, 4, 0)).toBe(0);
	});

	// Everything no likelier than what was seen, summed with mpmath 1.3 to 40 digits; the first one is Conover's, quoted by R.
	test.each([
		[682, 925, 0.75, 0.3824915595748517],
		[3, 10, 0.5, 0.34375],
		[9, 10, 0.4, 0.0016777216],
		[0, 50, 0.02, 0.6283982856253908],
		[4, 50, 0.02, 0.01775808069797163],
		[1, 50, 0.02, 1],
	])('the test of %d of %d against %d', (k, n, p, expected) => {
		expectDigits(binomialTest(k, n, p), expected, 11);
	});
});

describe('Fisher’s exact test', () => {
	// Computed with mpmath 1.3 to 40 digits; the first one is the lady tasting tea.
	test.each([
		[3, 4, 1, 4, 0.4857142857142857],
		[1, 10, 8, 10, 0.005477494641581329],
		[0, 1000, 6, 1000, 0.031015859961788003],
		[12, 60_000, 31, 60_000, 0.005393467268666167],
		[250, 100_000, 300, 90_000, 0.0008365735951392622],
		[7, 12, 2, 15, 0.03691838291380625],
	])('%d of %d against %d of %d', (failed, ended, otherFailed, otherEnded, expected) => {
		const [a, b] = [
			{failed, ended},
			{failed: otherFailed, ended: otherEnded},
		];
		expectDigits(fisherExact(a, b), expected, 10);
		expectDigits(fisherExact(b, a), expected, 10);
	});

	test('without failures, or without anything else, there is nothing to say', () => {
		expect(fisherExact({failed: 0, ended: 10}, {failed: 0, ended: 20})).toBe(1);
		expect(fisherExact({failed: 10, ended: 10}, {failed: 20, ended: 20})).toBe(1);
		expect(fisherExact({failed: 0, ended: 0}, {failed: 3, ended: 20})).toBe(1);
	});

	test('the hypergeometric probabilities are one together', () => {
		fc.assert(
			fc.property(fc.integer({min: 1, max: 60}), fc.nat(60), fc.nat(60), (total, some, others) => {
				const [drawn, marked] = [Math.min(some, total), Math.min(others, total)];
				let sum = 0;
				for (let k = 0; k <= drawn; k++) sum += hypergeometricProbability(k, drawn, marked, total);
				expect(sum).toBeCloseTo(1, 11);
			}),
		);
	});
});
