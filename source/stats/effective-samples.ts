/** Autocorrelations below this are taken for noise, and the sum ends there. */
const noise = 0.05;

/**
 * How many times as much as independent values the mean of a series varies: τ = 1 + 2Σρₖ, the sum cut at the first
 * ρₖ < 0.05 (the integrated autocorrelation time). At least 1; 1 of a series that does not vary.
 */
export const autocorrelationTime = (series: readonly number[]): number => {
	const n = series.length;
	const mean = series.reduce((sum, value) => sum + value, 0) / n;
	const deviations = series.map((value) => value - mean);
	const covariance = (lag: number): number => {
		let sum = 0;
		for (let index = lag; index < n; index++) sum += deviations[index]! * deviations[index - lag]!;
		return sum;
	};
	const variance = covariance(0);
	let tau = 1;
	if (!(variance > 0)) return tau;
	for (let lag = 1; lag < n; lag++) {
		const correlation = covariance(lag) / variance;
		if (correlation < noise) break;
		tau += 2 * correlation;
	}

	return tau;
};

/**
 * How many independent observations a series is worth: n/τ. Never more than n. A series that does not vary counts in
 * full.
 */
export const effectiveSamples = (series: readonly number[]): number => series.length / autocorrelationTime(series);
