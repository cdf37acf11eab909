import {quantileOf} from '../core/samples.ts';

/** The mean of values, to the last digit also where they are large and near each other; not a number of none. */
export const meanOf = (values: readonly number[]): number => {
	const rough = values.reduce((sum, value) => sum + value, 0) / values.length;
	// What rounding took in the first pass (Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983).
	return rough + values.reduce((sum, value) => sum + (value - rough), 0) / values.length;
};

/** The sample variance (n − 1) by Welford's updates (Technometrics 4, 1962); not a number below two values. */
export const varianceOf = (values: readonly number[]): number => {
	if (values.length < 2) return Number.NaN;
	// Around a mean known beforehand the updates are small, and keep their digits.
	const centre = meanOf(values);
	let mean = 0;
	let squares = 0;
	for (const [index, value] of values.entries()) {
		const difference = value - centre - mean;
		mean += difference / (index + 1);
		squares += difference * (value - centre - mean);
	}

	return squares / (values.length - 1);
};

/** The sample standard deviation (n − 1); not a number below two values. */
export const deviationOf = (values: readonly number[]): number => Math.sqrt(varianceOf(values));

/** The autocorrelation at a lag, as NIST defines it: Σ(yᵢ−ȳ)(yᵢ₊ₗ−ȳ)/Σ(yᵢ−ȳ)². Not a number where nothing varies. */
export const autocorrelation = (values: readonly number[], lag = 1): number => {
	const mean = meanOf(values);
	let products = 0;
	let squares = 0;
	for (const [index, value] of values.entries()) {
		const deviation = value - mean;
		squares += deviation * deviation;
		if (index >= lag) products += deviation * (values[index - lag]! - mean);
	}

	return products / squares;
};

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

/** The median of values in any order; not a number of none. */
export const medianOf = (values: readonly number[]): number => quantileOf(ascending(values), 0.5) ?? Number.NaN;

/** The median absolute deviation from the median, as it is: 1.4826 times as much estimates a normal σ. */
export const medianDeviation = (values: readonly number[]): number => {
	const centre = medianOf(values);
	return medianOf(values.map((value) => Math.abs(value - centre)));
};
