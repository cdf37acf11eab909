import {medianDeviation, medianOf} from '../../stats/describe.ts';

/** Makes the median of absolute deviations comparable to a standard deviation. */
const consistency = 1.4826;
/** In such deviations: what lies further off is of another kind. hyperfine's bound too. */
const bound = 10;

/**
 * Which values lie far from the others, by the modified Z-score (Iglewicz and Hoaglin 1993). Values within 1 % of the
 * median are never among them, however close the others lie.
 */
export const outliersIn = (values: readonly number[]): readonly number[] => {
	const middle = medianOf(values);
	const deviation = medianDeviation(values) * consistency;
	const limit = Math.max(bound * deviation, middle * 0.01);
	return values.flatMap((value, index) => (Math.abs(value - middle) > limit ? [index] : []));
};
