import {meanOf, varianceOf} from './describe.ts';
import {studentTCdf, studentTQuantile, studentTTail, studentTTwoSided} from './student-t.ts';

/** A difference that was estimated, its standard error, and the degrees of freedom of that. */
export type Estimated = {readonly difference: number; readonly error: number; readonly freedom: number};

/** mean(candidate) − mean(base), variances not taken for equal (Welch, Biometrika 34, 1947). Needs two values a side. */
export const welch = (base: readonly number[], candidate: readonly number[]): Estimated => {
	const [a, b] = [varianceOf(base) / base.length, varianceOf(candidate) / candidate.length];
	const variance = a + b;
	return {
		difference: meanOf(candidate) - meanOf(base),
		error: Math.sqrt(variance),
		freedom:
			variance === 0
				? base.length + candidate.length - 2
				: variance ** 2 / (a ** 2 / (base.length - 1) + b ** 2 / (candidate.length - 1)),
	};
};

/** The mean of paired differences, candidate − base. Needs two pairs. */
export const paired = (base: readonly number[], candidate: readonly number[]): Estimated => {
	const differences = candidate.map((value, index) => value - base[index]!);
	return {
		difference: meanOf(differences),
		error: Math.sqrt(varianceOf(differences) / differences.length),
		freedom: differences.length - 1,
	};
};

/** The interval that holds the true difference with `confidence`. */
export const intervalOf = (
	{difference, error, freedom}: Estimated,
	confidence: number,
): readonly [low: number, high: number] => {
	const half = error === 0 ? 0 : -studentTQuantile((1 - confidence) / 2, freedom) * error;
	return [difference - half, difference + half];
};

/** What a difference that is not `shift` says: t, and p for more, less, or either. */
export const testOf = ({difference, error, freedom}: Estimated, shift = 0) => {
	const t = difference === shift ? 0 : (difference - shift) / error;
	return {
		t,
		freedom,
		greater: studentTTail(t, freedom),
		less: studentTCdf(t, freedom),
		twoSided: Math.min(1, studentTTwoSided(t, freedom)),
	};
};
