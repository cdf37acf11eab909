import {medianDeviation, medianOf} from './describe.ts';

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
	for (let index = from; index < values.length; index++) {
		const around = [...values.subarray(Math.max(0, index - spikeReach), index + spikeReach + 1)];
		const reach = most * ofMedian * medianDeviation(around);
		// More than half of them alike tell nothing of how much the others may differ.
		if (reach === 0) continue;
		const centre = medianOf(around);
		held[index] = Math.min(centre + reach, Math.max(centre - reach, values[index]!));
	}

	return held;
};
