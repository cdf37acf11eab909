/** Counts of positive values on a logarithmic scale: bin i covers e^(low + i·width) to the next. */
export type LogBins = {readonly low: number; readonly width: number; readonly counts: readonly number[]};

/** One of two heaps that values gather in. */
export type Mode = {
	/** Where its top is, as a logarithm. */
	readonly at: number;
	/** The share of all values on its side of the valley. */
	readonly share: number;
};

export type TwoModes = {
	readonly lower: Mode;
	readonly upper: Mode;
	/** Density in the valley over that of the lower top: from 0, apart, to 1, no valley. */
	readonly valley: number;
};

/** The smaller heap has at least so much of all values. */
const leastModeShare = 0.05;
/** The valley is at most so deep of the lower top. */
const deepest = 0.5;
/** What the lower top has more than the valley, in standard deviations of counts. */
const significance = 5;
/** Operations of a load come in crowds: they count as so many times fewer. */
const crowding = 4;
/** With fewer values valleys come by chance. */
const leastValues = 400;

/** The counts by a Gaussian window of so many bins' standard deviation. */
const smooth = (counts: readonly number[], deviation: number): readonly number[] => {
	const reach = Math.ceil(3 * deviation);
	const window = Array.from({length: 2 * reach + 1}, (_, index) => Math.exp(-(((index - reach) / deviation) ** 2) / 2));
	const whole = window.reduce((sum, weight) => sum + weight, 0);
	return Array.from({length: counts.length + 2 * reach}, (_, place) => {
		let sum = 0;
		for (let offset = -reach; offset <= reach; offset++) {
			sum += (counts[place - reach + offset] ?? 0) * window[offset + reach]!;
		}

		return sum / whole;
	});
};

/**
 * Two heaps with a valley between them, by a valley test: counts on a logarithmic scale are smoothed (standard deviation
 * 0.12, that is 12 % of a value), and the deepest valley between two tops is told when it has less than half of the lower
 * top's density, each side at least 5 % of all values, and the counts of top and valley (over the width of the window, and
 * taken for a quarter of what they are, since operations come in crowds) are five standard deviations apart. `npm run
 * bench:insights` tells how often that is found in values with one heap. `undefined` of fewer than 400 values, or one heap.
 */
export const twoModes = ({low, width, counts}: LogBins): TwoModes | undefined => {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total < leastValues) return undefined;
	const deviation = 0.12 / width;
	const density = smooth(counts, deviation);
	const reach = (density.length - counts.length) / 2;
	const {length} = density;
	// The highest up to each place, from either side.
	const [before, after] = [new Array<number>(length).fill(0), new Array<number>(length).fill(0)];
	for (let index = 1; index < length; index++) {
		before[index] = density[index]! > density[before[index - 1]!]! ? index : before[index - 1]!;
	}

	after[length - 1] = length - 1;
	for (let index = length - 2; index >= 0; index--) {
		after[index] = density[index]! > density[after[index + 1]!]! ? index : after[index + 1]!;
	}

	let cumulated = 0;
	let found: (TwoModes & {readonly depth: number}) | undefined;
	const window = deviation * Math.sqrt(2 * Math.PI);
	for (let index = 1; index < length - 1; index++) {
		cumulated += counts[index - reach] ?? 0;
		const [left, right] = [before[index]!, after[index]!];
		const top = Math.min(density[left]!, density[right]!);
		const here = density[index]!;
		const share = cumulated / total;
		if (left === index || right === index || here > deepest * top) continue;
		if (share < leastModeShare || share > 1 - leastModeShare) continue;
		const [high, deep] = [(top * window) / crowding, (here * window) / crowding];
		if (high - deep < significance * Math.sqrt(high + deep)) continue;
		const valley = here / top;
		if (found !== undefined && valley >= found.depth) continue;
		const at = (place: number): number => low + (place - reach + 0.5) * width;
		found = {lower: {at: at(left), share}, upper: {at: at(right), share: 1 - share}, valley, depth: valley};
	}

	if (found === undefined) return undefined;
	const {depth: _, ...modes} = found;
	return modes;
};
