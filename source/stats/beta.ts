import {deviance, stirlingError} from './gamma.ts';

const precision = 1e-16;
/** The fraction takes some √max(a, b) steps: enough for a and b up to 1e9. */
const mostSteps = 200_000;
const tiny = 1e-300;

/** xᵃ(1−x)ᵇ/B(a, b), by Loader's saddle point, so that large a and b cost no digits. */
const weight = (x: number, y: number, a: number, b: number): number => {
	const n = a + b;
	const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
	return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(exponent);
};

/** The continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, by Lentz's method. */
const fraction = (x: number, a: number, b: number): number => {
	const bounded = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
	let c = 1;
	let d = 1 / bounded(1 - ((a + b) * x) / (a + 1));
	let result = d;
	for (let m = 1; m < mostSteps; m++) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / bounded(1 + even * d);
		c = bounded(1 + even / c);
		result *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / bounded(1 + odd * d);
		c = bounded(1 + odd / c);
		result *= d * c;
		if (Math.abs(d * c - 1) < precision) break;
	}

	return result;
};

/**
 * The regularised incomplete beta function Iₓ(a, b) for a, b > 0. `y` is 1 − x, for callers who know it better than the
 * subtraction does. About 13 digits, small values included; beyond a or b of a million 10 digits.
 */
export const incompleteBeta = (x: number, a: number, b: number, y = 1 - x): number => {
	if (x <= 0) return 0;
	if (y <= 0) return 1;
	// On this side the fraction converges fast; the other one is its complement.
	return x * (a + b + 2) < a + 1
		? (weight(x, y, a, b) * fraction(x, a, b)) / a
		: 1 - (weight(y, x, b, a) * fraction(y, b, a)) / b;
};
