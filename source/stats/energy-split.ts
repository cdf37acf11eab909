/** Where an interval is best split in two, and how far apart its parts are then. */
export type Split = {
	/** The first value of the later part. */
	readonly index: number;
	/** The scaled sample energy distance Q of Matteson and James. */
	readonly distance: number;
};

/** Finds the best split of values[from … to − 1], positions in the window; `undefined` of fewer than two values. */
export type SplitFinder = (from: number, to: number) => Split | undefined;

/**
 * The candidate for a change point by E-divisive (Matteson and James, A nonparametric approach for multiple change point
 * analysis, JASA 109, 2014): over all splits τ and all ends κ of the later part, the largest
 * Q = 2/(m + n)·Σ|xᵢ − yⱼ| − 2n/((m + n)(m − 1))·Σ|xᵢ − xₖ| − 2m/((m + n)(n − 1))·Σ|yⱼ − yₖ|, with m values before τ and n
 * from there to κ. Of equal ones the first. Time and memory grow with the square of the window: distances are summed once.
 */
export const createSplitFinder = (values: ArrayLike<number>, start = 0, end = values.length): SplitFinder => {
	const size = end - start;
	const width = size + 1;
	// Row k, column j: the sum of the distances of value k to the first j values.
	const sums = new Float64Array(size * width);
	for (let row = 0; row < size; row++) {
		const value = values[start + row]!;
		let sum = 0;
		for (let column = 0; column < size; column++) {
			sum += Math.abs(values[start + column]! - value);
			sums[row * width + column + 1] = sum;
		}
	}

	// Of value k to those between two columns.
	const between = (row: number, from: number, to: number): number =>
		sums[row * width + to]! - sums[row * width + from]!;

	return (from, to) => {
		if (to - from < 2) return undefined;
		let best = Number.NEGATIVE_INFINITY;
		let index = from + 1;
		let within = 0;
		for (let split = from + 1; split < to; split++) {
			within += between(split - 1, from, split - 1);
			const before = split - from;
			let total = within;
			let after = 0;
			for (let last = split; last < to; last++) {
				const row = last * width;
				const upTo = sums[row + last]!;
				total += upTo - sums[row + from]!;
				after += upTo - sums[row + split]!;
				const later = last + 1 - split;
				const distance =
					(2 / (before + later)) *
					(total -
						within -
						after -
						(before > 1 ? (later / (before - 1)) * within : 0) -
						(later > 1 ? (before / (later - 1)) * after : 0));
				if (distance > best) {
					best = distance;
					index = split;
				}
			}
		}

		return {index, distance: best};
	};
};
