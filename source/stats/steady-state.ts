import {meanOf} from './describe.ts';

/** Values that are averaged to one. */
const batch = 5;

/** From when on a series is steady, by MSER-5. */
export type SteadyState = {
	/** So many values from the start are warm-up. */
	readonly warmUp: number;
	/** The cut lies on its bound, half of the series: it may not have become steady at all. */
	readonly atBound: boolean;
	/** The mean of the batches after the cut. */
	readonly mean: number;
	/** The standard error, squared, that each cut would leave; the least of them is chosen. */
	readonly errors: readonly number[];
};

/**
 * The cut after which the mean is known best (White, An effective truncation heuristic for bias reduction in simulation
 * output, 1997; batches of five after White, Cobb and Spratt, 2000). `undefined` of fewer than ten values.
 */
export const steadyState = (series: readonly number[]): SteadyState | undefined => {
	const count = Math.floor(series.length / batch);
	if (count < 2) return undefined;
	const batches = Array.from({length: count}, (_, index) => meanOf(series.slice(index * batch, (index + 1) * batch)));
	const bound = Math.floor(count / 2);
	// From the end: mean and squares of what is left grow by one batch a step (Welford).
	const errors: number[] = [];
	const means: number[] = [];
	let mean = 0;
	let squares = 0;
	for (let cut = count - 1; cut >= 0; cut--) {
		const left = count - cut;
		const difference = batches[cut]! - mean;
		mean += difference / left;
		squares += difference * (batches[cut]! - mean);
		errors[cut] = squares / left ** 2;
		means[cut] = mean;
	}

	const possible = errors.slice(0, bound + 1);
	const cut = possible.indexOf(Math.min(...possible));
	return {warmUp: batch * cut, atBound: cut === bound, mean: means[cut]!, errors: possible};
};
