import {incompleteBeta} from './beta.ts';
import {deviance, stirlingError} from './gamma.ts';
import {normalQuantile} from './normal.ts';

/** P(B = k) of n trials with chance p (Loader, Fast and accurate computation of binomial probabilities, 2000). */
export const binomialProbability = (k: number, n: number, p: number): number => {
	if (k < 0 || k > n) return 0;
	if (p <= 0) return k === 0 ? 1 : 0;
	if (p >= 1) return k === n ? 1 : 0;
	if (k === 0) return Math.exp(n * Math.log1p(-p));
	if (k === n) return Math.exp(n * Math.log(p));
	const exponent =
		stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
	return Math.sqrt(n / (2 * Math.PI * k * (n - k))) * Math.exp(exponent);
};

/** P(B ≤ k) of n trials with chance p. */
export const binomialCdf = (k: number, n: number, p: number): number => {
	if (k < 0) return 0;
	if (k >= n) return 1;
	const whole = Math.floor(k);
	return incompleteBeta(1 - p, n - whole, whole + 1, p);
};

/** The least k with P(B ≤ k) ≥ chance. */
export const binomialQuantile = (chance: number, n: number, p: number): number => {
	const guess = n * p + normalQuantile(chance) * Math.sqrt(n * p * (1 - p));
	let k = Math.min(n, Math.max(0, Math.round(Number.isFinite(guess) ? guess : chance * n)));
	// Rounding must not lift a chance that is met exactly.
	const enough = chance * (1 - 1e-13);
	while (k > 0 && binomialCdf(k - 1, n, p) >= enough) k -= 1;
	while (k < n && binomialCdf(k, n, p) < enough) k += 1;
	return k;
};

/** The two-sided p of `k` of `n` against chance p: everything no likelier than what was seen. */
export const binomialTest = (k: number, n: number, p: number): number => {
	const seen = binomialProbability(k, n, p) * (1 + 1e-7);
	const mean = n * p;
	if (k === mean) return 1;
	const [step, far] = k < mean ? [-1, n] : [1, 0];
	const near = k < mean ? binomialCdf(k, n, p) : incompleteBeta(p, k, n - k + 1);
	// On the other side, from its end inwards up to where it is likelier: by bisection, the chances rise towards the mean.
	let [low, high] = [Math.ceil(mean) - 1, far];
	if (step === 1) [low, high] = [0, Math.floor(mean) + 1];
	while (low < high) {
		const middle = step === 1 ? (low + high + 1) >> 1 : (low + high) >> 1;
		const fits = binomialProbability(middle, n, p) <= seen;
		if (step === 1) [low, high] = fits ? [middle, high] : [low, middle - 1];
		else [low, high] = fits ? [low, middle] : [middle + 1, high];
	}

	if (binomialProbability(low, n, p) > seen) return Math.min(1, near);
	return Math.min(1, near + (step === 1 ? binomialCdf(low, n, p) : incompleteBeta(p, low, n - low + 1)));
};
