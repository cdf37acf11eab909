import {medianDeviation, medianOf} from './describe.ts';

/** Values on each side that say what is usual around one. */
const reach = 5;
/** So many robust standard deviations off, a value does not belong to those around it (a Hampel filter is usual with 3). */
const far = 6;
/** What makes the median absolute deviation a σ of normal values. */
const perDeviation = 1.4826;

/** More in a row are no disturbance but a level. */
const mostInRow = 2;

/**
 * The same values, but one or two in a row that stand far from those around them as the median of these: a disturbed run
 * shall neither make a change nor hide one. At the first and the last nothing is touched: another level may begin there.
 */
export const withoutIsolated = (values: Float64Array): Float64Array => {
	const {length} = values;
	const around = (index: number): Float64Array =>
		values.subarray(Math.max(0, index - reach), Math.min(length, index + reach + 1));
	const sideOf = (index: number): number => {
		const near = Array.from(around(index));
		const centre = medianOf(near);
		const unit = perDeviation * medianDeviation(near);
		const off = values[index]! - centre;
		// Where most are the same to the last digit there is no telling what is far.
		return unit > 0 && Math.abs(off) > far * unit ? Math.sign(off) : 0;
	};
	const sides = Array.from(values, (_, index) => sideOf(index));
	const smooth = values.slice();
	for (let from = 0; from < length; ) {
		let to = from + 1;
		while (to < length && sides[to] === sides[from]) to += 1;
		if (sides[from] !== 0 && to - from <= mostInRow && from > 0 && to < length) {
			for (let index = from; index < to; index++) smooth[index] = medianOf(Array.from(around(index)));
		}

		from = to;
	}

	return smooth;
};
