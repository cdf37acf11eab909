/** What remains of earlier values in later ones: yₜ = Σ coefficients·yₜ₋ₖ + innovation, around the mean. */
export type Autoregression = {
	/** Of the value before, of that before it, and so on. None: the values are independent. */
	readonly coefficients: readonly number[];
	/** The variance of the innovations, as a share of the values' own. */
	readonly innovationShare: number;
	/** The variance of a long mean, times the number of values, as a share of the values' own variance: above 1 they wander together. */
	readonly inflation: number;
};

const independent: Autoregression = {coefficients: [], innovationShare: 1, inflation: 1};

const mostCoefficients = 4;
/** Nearer to 1 a series hardly returns to its mean, and what is learnt from it has no bounds. */
const strongest = 0.95;
/** No correction believes in more wandering than this. */
const mostInflation = 20;
/**
 * A mean that is taken out of a segment takes wandering out with it, by one part of its length. A change point that was
 * sought where the data look most different takes as much as some three means; by simulation.
 */
const meansOfOneChange = 3;

/** Levinson and Durbin's recursion; the number of coefficients, none among them, by Akaike's criterion as corrected for few values. */
const solve = (covariances: readonly number[], count: number): Autoregression => {
	const variance = covariances[0]!;
	if (!(variance > 0)) return independent;
	let coefficients: readonly number[] = [];
	let innovation = variance;
	let best = independent;
	let least = 0;
	for (let order = 1; order < covariances.length; order++) {
		const unexplained = coefficients.reduce(
			(rest, coefficient, index) => rest - coefficient * covariances[order - 1 - index]!,
			covariances[order]!,
		);
		const partial = Math.max(-strongest, Math.min(strongest, unexplained / innovation));
		const before = coefficients;
		coefficients = [...before.map((coefficient, index) => coefficient - partial * before[order - 2 - index]!), partial];
		innovation *= 1 - partial * partial;
		const criterion = count * Math.log(innovation / variance) + (2 * order * count) / Math.max(1, count - order - 2);
		if (criterion >= least) continue;
		least = criterion;
		const innovationShare = innovation / variance;
		const passed = 1 - coefficients.reduce((sum, coefficient) => sum + coefficient, 0);
		best = {coefficients, innovationShare, inflation: innovationShare / passed ** 2};
	}

	return best;
};

/**
 * Fitted to values whose mean changes at known places: `bounds` has the first value of each segment, and where the last one
 * ends. Yule and Walker's equations, with what the segments' means have taken out of the covariances put back, without
 * which short segments look independent. Values that alternate, so that their means vary less, count as independent.
 */
export const fitAutoregression = (values: ArrayLike<number>, bounds: readonly number[]): Autoregression => {
	const segments = bounds.length - 1;
	const count = bounds[segments]! - bounds[0]!;
	const products = new Array<number>(mostCoefficients + 1).fill(0);
	for (let segment = 0; segment < segments; segment++) {
		const [from, to] = [bounds[segment]!, bounds[segment + 1]!];
		let mean = 0;
		for (let index = from; index < to; index++) mean += (values[index]! - mean) / (index - from + 1);
		for (let lag = 0; lag <= mostCoefficients; lag++) {
			for (let index = from + lag; index < to; index++) {
				products[lag]! += (values[index]! - mean) * (values[index - lag]! - mean);
			}
		}
	}

	const covariances = products.map((product, lag) => product / Math.max(1, count - lag * segments));
	const taken = 1 + meansOfOneChange * (segments - 1);
	let fitted = solve(covariances, count);
	// The correction depends on the fit, which depends on it; it settles at once.
	for (let round = 0; round < 3; round++) {
		const share = Math.min(1, (taken * Math.min(mostInflation, fitted.inflation)) / count);
		fitted = solve(
			covariances.map((covariance) => covariance + share * covariances[0]!),
			count,
		);
	}

	return fitted.inflation > 1 ? fitted : independent;
};
