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
	const near = new Float64Array(2 * reach + 1);
	/** Median of what is in front of the scratch space, which comes into order. */
	const middleOf = (count: number): number => {
		const sorted = near.subarray(0, count).sort();
		return (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;
	};
	const around = (index: number): {readonly centre: number; readonly count: number} => {
		const from = Math.max(0, index - reach);
		const to = Math.min(length, index + reach + 1);
		near.set(values.subarray(from, to));
		return {centre: middleOf(to - from), count: to - from};
	};
	const sideOf = (index: number): number => {
		const {centre, count} = around(index);
		const off = values[index]! - centre;
		for (let place = 0; place < count; place++) near[place] = Math.abs(near[place]! - centre);
		const unit = perDeviation * middleOf(count);
		// Where most are the same to the last digit there is no telling what is far.
		return unit > 0 && Math.abs(off) > far * unit ? Math.sign(off) : 0;
	};
	const sides = Array.from(values, (_, index) => sideOf(index));
	const smooth = values.slice();
	for (let from = 0; from < length; ) {
		let to = from + 1;
		while (to < length && sides[to] === sides[from]) to += 1;
		if (sides[from] !== 0 && to - from <= mostInRow && from > 0 && to < length) {
			for (let index = from; index < to; index++) smooth[index] = around(index).centre;
		}

		from = to;
	}

	return smooth;
};
