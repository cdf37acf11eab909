/** A value is seen against so many before and after it. */
export const spikeReach = 5;
/** Beyond so many robust standard deviations of them it is a spike. */
const most = 4;
/** What makes a median absolute deviation the σ of normal values. */
const ofMedian = 1.4826;

/**
 * Values with their spikes held at four robust standard deviations from the median around them (the identifier of Hampel,
 * JASA 69, 1974, over a moving window): one run that went wrong hides a step otherwise, and looks like two. Steps stay,
 * because medians keep them. Values before `from` are taken from `known`, to which others have been added since.
 */
export const holdSpikes = (values: Float64Array, known: Float64Array = new Float64Array(), from = 0): Float64Array => {
	const held = Float64Array.from(values);
	held.set(known.subarray(0, from));
	// Thousands of small medians: without a new array for each.
	const around = new Float64Array(2 * spikeReach + 1);
	const middleOf = (count: number): number => {
		const sorted = around.subarray(0, count).sort();
		return (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;
	};
	for (let index = from; index < values.length; index++) {
		const first = Math.max(0, index - spikeReach);
		const near = values.subarray(first, index + spikeReach + 1);
		around.set(near);
		const centre = middleOf(near.length);
		for (let place = 0; place < near.length; place++) around[place] = Math.abs(around[place]! - centre);
		const reach = most * ofMedian * middleOf(near.length);
		// More than half of them alike tell nothing of how much the others may differ.
		if (reach === 0) continue;
		held[index] = Math.min(centre + reach, Math.max(centre - reach, values[index]!));
	}

	return held;
};
