import {deviationOf, meanOf} from './describe.ts';
import {studentTQuantile} from './student-t.ts';

/** What the mean of so many new values stays within, on each side but for a share `alpha`. */
export type Prediction = {readonly low: number; readonly mean: number; readonly high: number; readonly of: number};

/**
 * The prediction interval for the mean of `news` new values, of what known ones were: mean ± t(1−α; n−1)·s·√(1/k + 1/n)
 * (Hahn and Meeker, Statistical Intervals, 1991, §4.7). `alpha` is the error of one side. `undefined` below two values.
 */
export const predictMean = (known: readonly number[], news: number, alpha: number): Prediction | undefined => {
	const n = known.length;
	if (n < 2 || news < 1) return undefined;
	const mean = meanOf(known);
	const half = -studentTQuantile(alpha, n - 1) * deviationOf(known) * Math.sqrt(1 / news + 1 / n);
	return {low: mean - half, mean, high: mean + half, of: n};
};
