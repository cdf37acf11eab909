import {incompleteBeta} from './beta.ts';
import {logGamma} from './gamma.ts';
import {normalCdf, normalQuantile} from './normal.ts';

/** Beyond so many degrees of freedom it is the normal distribution to the last digit. */
const asNormal = 1e17;

/** P(T > t) of Student's t with `freedom` degrees of freedom (any number above 0); small ones keep their digits. */
export const studentTTail = (t: number, freedom: number): number => {
	if (Number.isNaN(t) || !(freedom > 0)) return Number.NaN;
	if (t < 0) return 1 - studentTTail(-t, freedom);
	if (t === Number.POSITIVE_INFINITY) return 0;
	if (freedom >= asNormal) return normalCdf(-t);
	// Divided first: the square of a large t overflows.
	const ratio = (t / freedom) * t;
	return incompleteBeta(1 / (1 + ratio), freedom / 2, 0.5, ratio / (1 + ratio)) / 2;
};

/** P(T ≤ t) of Student's t with `freedom` degrees of freedom. */
export const studentTCdf = (t: number, freedom: number): number => studentTTail(-t, freedom);

/** P(|T| ≥ |t|): the p of a two-sided test. */
export const studentTTwoSided = (t: number, freedom: number): number => 2 * studentTTail(Math.abs(t), freedom);

const density = (t: number, freedom: number): number =>
	Math.exp(
		logGamma((freedom + 1) / 2) -
			logGamma(freedom / 2) -
			0.5 * Math.log(freedom * Math.PI) -
			((freedom + 1) / 2) * Math.log1p((t / freedom) * t),
	);

/** The t > 0 with P(T > t) = p, for 0 < p < ½: Newton's steps on ln P, held within a bracket. */
const upperQuantile = (p: number, freedom: number): number => {
	let low = 0;
	let high = Math.max(1, -normalQuantile(p));
	while (studentTTail(high, freedom) > p) {
		low = high;
		high *= 2;
	}

	let t = low === 0 ? high : (low + high) / 2;
	for (let step = 0; step < 200; step++) {
		const tail = studentTTail(t, freedom);
		if (tail > p) low = t;
		else high = t;
		const newton = t + (Math.log(tail / p) * tail) / density(t, freedom);
		const next = newton > low && newton < high ? newton : (low + high) / 2;
		if (Math.abs(next - t) <= 2e-16 * t) return next;
		t = next;
	}

	return t;
};

/** The t with P(T ≤ t) = p for 0 ≤ p ≤ 1 and `freedom` degrees of freedom (any number above 0, infinitely many too). */
export const studentTQuantile = (p: number, freedom: number): number => {
	if (!(p >= 0 && p <= 1 && freedom > 0)) return Number.NaN;
	if (p === 0) return Number.NEGATIVE_INFINITY;
	if (p === 1) return Number.POSITIVE_INFINITY;
	if (p === 0.5) return 0;
	if (freedom >= asNormal) return normalQuantile(p);
	return p < 0.5 ? -upperQuantile(p, freedom) : upperQuantile(1 - p, freedom);
};
