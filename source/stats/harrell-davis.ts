import {incompleteBeta} from './beta.ts';

/** A quantile and its standard error. */
export type QuantileEstimate = {readonly value: number; readonly error: number};

/**
 * The quantile as a weighted mean of all values, for small samples (Harrell and Davis, Biometrika 69, 1982), with the
 * standard error of Maritz and Jarrett (JASA 73, 1978) by the same weights. Values in any order; not a number of none.
 */
export const harrellDavis = (values: readonly number[], q: number): QuantileEstimate => {
	const sorted = [...values].sort((a, b) => a - b);
	const n = sorted.length;
	if (n === 0) return {value: Number.NaN, error: Number.NaN};
	if (q <= 0) return {value: sorted[0]!, error: 0};
	if (q >= 1) return {value: sorted[n - 1]!, error: 0};
	const [a, b] = [(n + 1) * q, (n + 1) * (1 - q)];
	const below = Array.from({length: n + 1}, (_, index) => incompleteBeta(index / n, a, b, (n - index) / n));
	const weights = sorted.map((_, index) => below[index + 1]! - below[index]!);
	const value = sorted.reduce((sum, each, index) => sum + weights[index]! * each, 0);
	const variance = sorted.reduce((sum, each, index) => sum + weights[index]! * (each - value) ** 2, 0);
	return {value, error: Math.sqrt(variance)};
};
