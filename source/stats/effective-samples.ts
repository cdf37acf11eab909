/** Autocorrelations below this are taken for noise, and the sum ends there. */
const noise = 0.05;

/**
 * How many independent observations a series is worth: n/τ with τ = 1 + 2Σρₖ, the sum cut at the first ρₖ < 0.05. Never
 * more than n. A series that does not vary counts in full.
 */
export const effectiveSamples = (series: readonly number[]): number => {
	const n = series.length;
	if (n < 2) return n;
	const mean = series.reduce((sum, value) => sum + value, 0) / n;
	const deviations = series.map((value) => value - mean);
	const covariance = (lag: number): number => {
		let sum = 0;
		for (let index = lag; index < n; index++) sum += deviations[index]! * deviations[index - lag]!;
		return sum;
	};
	const variance = covariance(0);
	if (variance === 0) return n;
	let tau = 1;
	for (let lag = 1; lag < n; lag++) {
		const correlation = covariance(lag) / variance;
		if (correlation < noise) break;
		tau += 2 * correlation;
	}

	return n / tau;
};
