import {meanOf, medianDeviation, medianOf} from './describe.ts';

/** Beyond this modified z-score a value is an outlier (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993). */
export const outlierScore = 3.5;

/** What makes the median absolute deviation a σ of normal values, and what makes the mean one it. */
const [ofMedian, ofMean] = [0.6745, 1.253314];

/** How far any value is from the median of some, in their robust standard deviations. */
const scorerOf = (values: readonly number[]): ((value: number) => number) => {
	const centre = medianOf(values);
	const spread = medianDeviation(values);
	// More than half of them alike leave no median deviation; the mean one remains.
	const unit = spread > 0 ? spread / ofMedian : ofMean * meanOf(values.map((value) => Math.abs(value - centre)));
	return (value) => (value === centre ? 0 : (value - centre) / unit);
};

/** How far each value is from the median, in robust standard deviations. 0 throughout where nothing varies. */
export const modifiedZScores = (values: readonly number[]): readonly number[] => values.map(scorerOf(values));

/** How far a value is from others that it is not among; infinite where they do not vary and it differs. */
export const modifiedZScore = (value: number, others: readonly number[]): number => scorerOf(others)(value);

/** The indices of the outliers. They are to be shown, not dropped. */
export const outliersOf = (values: readonly number[], score = outlierScore): readonly number[] =>
	modifiedZScores(values).flatMap((z, index) => (Math.abs(z) > score ? [index] : []));
