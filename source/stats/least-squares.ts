import {meanOf} from './describe.ts';
import {solveLeastSquares} from './linear-model.ts';
import {studentTQuantile} from './student-t.ts';
import type {Point, Slope} from './trend.ts';

/** A coefficient with its standard error. */
export type Coefficient = {readonly estimate: number; readonly error: number};

/** A linear regression: value = intercept + Σ coefficient·predictor. */
export type Regression = {
	readonly intercept: Coefficient;
	readonly coefficients: readonly Coefficient[];
	/** The standard deviation of what is left, with `freedom` degrees of freedom. */
	readonly residualDeviation: number;
	readonly freedom: number;
	/** How much of the squares around the mean is explained, 0 to 1; 1 of values that do not vary. */
	readonly explained: number;
};

/**
 * Ordinary least squares with an intercept. `undefined` where predictors depend on each other, or are constant, or leave no
 * degree of freedom.
 */
export const regress = (
	predictors: ReadonlyArray<readonly number[]>,
	values: readonly number[],
): Regression | undefined => {
	const freedom = values.length - predictors.length - 1;
	if (freedom < 1) return undefined;
	// Around their means columns are as independent as they can be, and digits are kept (Longley, 1967).
	const means = predictors.map(meanOf);
	const mean = meanOf(values);
	const columns = predictors.map((column, place) => column.map((value) => value - means[place]!));
	const solution = solveLeastSquares(
		columns,
		values.map((value) => value - mean),
	);
	if (solution === undefined) return undefined;
	const {coefficients, inverse, left} = solution;
	const variance = left / freedom;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	const ofMeans = means.reduce(
		(sum, one, row) => sum + means.reduce((inner, other, place) => inner + one * other * inverse[row]![place]!, 0),
		0,
	);
	return {
		intercept: {
			estimate: mean - coefficients.reduce((sum, coefficient, place) => sum + coefficient * means[place]!, 0),
			error: Math.sqrt(variance * (1 / values.length + ofMeans)),
		},
		coefficients: coefficients.map((estimate, place) => ({
			estimate,
			error: Math.sqrt(variance * inverse[place]![place]!),
		})),
		residualDeviation: Math.sqrt(variance),
		freedom,
		explained: squares > 0 ? 1 - left / squares : 1,
	};
};

/** The straight line of least squares, its slope as an interval, and r². */
export type Line = {readonly slope: Slope; readonly intercept: number; readonly explained: number};

/** `undefined` of fewer than three points, or of points at one time. */
export const fitLine = (points: readonly Point[], confidence = 0.95): Line | undefined => {
	const regression = regress(
		[points.map(({at}) => at)],
		points.map(({value}) => value),
	);
	if (regression === undefined) return undefined;
	const [slope] = regression.coefficients;
	const reach = studentTQuantile((1 + confidence) / 2, regression.freedom) * slope!.error;
	const {estimate} = slope!;
	return {
		slope: {estimate, low: estimate - reach, high: estimate + reach, confidence},
		intercept: regression.intercept.estimate,
		explained: regression.explained,
	};
};
