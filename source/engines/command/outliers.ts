/** The middle value; of an even count the mean of both. NaN of none. */
export const medianOf = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

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
	const deviation = medianOf(values.map((value) => Math.abs(value - middle))) * consistency;
	const limit = Math.max(bound * deviation, middle * 0.01);
	return values.flatMap((value, index) => (Math.abs(value - middle) > limit ? [index] : []));
};
