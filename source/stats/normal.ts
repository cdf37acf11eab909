const precision = 1e-17;
/** From here on the fraction, which keeps the digits of a small tail, converges within its steps. */
const fractionFrom = 2;
const fractionSteps = 80;

const densityAt = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** P(0 ≤ Z ≤ z) for a z that is not large: the series 26.2.10 of Abramowitz and Stegun (1964). */
const middle = (z: number): number => {
	let term = z;
	let sum = z;
	for (let step = 1; term > sum * precision; step++) {
		term *= (z * z) / (2 * step + 1);
		sum += term;
	}

	return densityAt(z) * sum;
};

/** P(Z > z) for z ≥ 0; small ones keep their digits: the fraction 26.2.14 of Abramowitz and Stegun (1964). */
const tail = (z: number): number => {
	if (z < fractionFrom) return 0.5 - middle(z);
	let fraction = z;
	for (let step = fractionSteps; step > 0; step--) fraction = z + step / fraction;
	return densityAt(z) / fraction;
};

/** P(Z ≤ z) of the standard normal distribution. */
export const normalCdf = (z: number): number => (z < 0 ? tail(-z) : 1 - tail(z));

/** The z with P(Z ≤ z) = p, for 0 ≤ p ≤ 1: Newton's steps on ln P, which converge from any start. */
export const normalQuantile = (p: number): number => {
	if (!(p >= 0 && p <= 1)) return Number.NaN;
	if (p === 0) return Number.NEGATIVE_INFINITY;
	if (p === 0.5) return 0;
	if (p > 0.5) return p === 1 ? Number.POSITIVE_INFINITY : -normalQuantile(1 - p);
	let z = Math.sqrt(-2 * Math.log(2 * p));
	for (let step = 0; step < 50; step++) {
		const here = tail(z);
		const next = Math.max(0, z + (Math.log(here / p) * here) / densityAt(z));
		if (Math.abs(next - z) <= 2e-16 * z) return -next;
		z = next;
	}

	return -z;
};
