import {deviance, stirlingError} from './gamma.ts';
import {normalQuantile} from './normal.ts';

const precision = 1e-16;
const mostSteps = 100_000;
const tiny = 1e-300;

/** xᵃe⁻ˣ/Γ(a + 1), by Loader's saddle point, so that a large a costs no digits. */
const weight = (a: number, x: number): number =>
	Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);

/** The series 8.11.4 of the NIST Digital Library of Mathematical Functions, for x below a + 1. */
const lower = (a: number, x: number): number => {
	let term = 1;
	let sum = 1;
	for (let step = 1; step < mostSteps && term > sum * precision; step++) {
		term *= x / (a + step);
		sum += term;
	}

	return weight(a, x) * sum;
};

/** The continued fraction 8.9.2 of the same, by Lentz's method, for x from a + 1 on. */
const upper = (a: number, x: number): number => {
	let b = x + 1 - a;
	let c = 1 / tiny;
	let d = 1 / b;
	let result = d;
	for (let step = 1; step < mostSteps; step++) {
		const numerator = -step * (step - a);
		b += 2;
		d = 1 / (numerator * d + b);
		c = b + numerator / c;
		result *= d * c;
		if (Math.abs(d * c - 1) < precision) break;
	}

	return weight(a, x) * a * result;
};

/** P(X ≤ x) of the chi-squared distribution with `freedom` degrees of freedom (any number above 0). */
export const chiSquaredCdf = (x: number, freedom: number): number => {
	if (Number.isNaN(x) || !(freedom > 0)) return Number.NaN;
	if (x <= 0) return 0;
	if (x === Number.POSITIVE_INFINITY) return 1;
	const [a, half] = [freedom / 2, x / 2];
	return half < a + 1 ? lower(a, half) : 1 - upper(a, half);
};

/** The x with P(X ≤ x) = p, for 0 ≤ p ≤ 1: halving a bracket around the guess of Wilson and Hilferty (1931). */
export const chiSquaredQuantile = (p: number, freedom: number): number => {
	if (!(p >= 0 && p <= 1 && freedom > 0)) return Number.NaN;
	if (p === 0) return 0;
	if (p === 1) return Number.POSITIVE_INFINITY;
	const share = 2 / (9 * freedom);
	const guess = freedom * Math.max(0.01, 1 - share + normalQuantile(p) * Math.sqrt(share)) ** 3;
	let [low, high] = [guess, guess];
	while (low > 0 && chiSquaredCdf(low, freedom) > p) low /= 2;
	while (chiSquaredCdf(high, freedom) < p) high *= 2;
	for (let step = 0; step < 200; step++) {
		const middle = (low + high) / 2;
		if (middle <= low || middle >= high) break;
		if (chiSquaredCdf(middle, freedom) < p) low = middle;
		else high = middle;
	}

	return (low + high) / 2;
};
