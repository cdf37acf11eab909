import {eachBucket, type Histogram, quantile} from '../../core/histogram.ts';

/** From `from` up to but not including `to`, in milliseconds; `undefined` is open. */
export type Bucket = {readonly from: number | undefined; readonly to: number | undefined};

/**
 * How octaves (one to twice as much) are cut, from fine to coarse: into equal parts, then several joined. All bounds are
 * whole multiples of a histogram's own buckets (or lie between whole microseconds), so that no count falls on two sides.
 */
const divisions = [8, 4, 2, 1, 1 / 2, 1 / 3, 1 / 4, 1 / 6, 1 / 8, 1 / 16, 1 / 32] as const;

/** The bound of a number, in microseconds: 0 is 1 ms, and a division of 1 doubles from one to the next. */
const boundOf = (index: number, division: number): number => {
	if (division <= 1) return 1000 * 2 ** Math.round(index / division);
	const octave = Math.floor(index / division);
	return 1000 * 2 ** octave * (1 + (index - octave * division) / division);
};

/** The number of the bucket that holds a whole number of microseconds. */
const bucketAt = (microseconds: number, division: number): number => {
	const value = Math.max(1, microseconds);
	const octave = Math.floor(Math.log2(value / 1000));
	let index = Math.floor(octave * division);
	// The logarithm may be off by its last digit.
	while (boundOf(index, division) > value) index -= 1;
	while (boundOf(index + 1, division) <= value) index += 1;
	return index;
};

type Stretch = {readonly division: number; readonly first: number; readonly last: number};

/** The share of all values that may stand in an open row at either end. */
const tail = 0.005;

const extremes = (histograms: readonly Histogram[], q: readonly [low: number, high: number]) => ({
	low: Math.min(...histograms.map((histogram) => quantile(histogram, q[0]) ?? Number.POSITIVE_INFINITY)),
	high: Math.max(...histograms.map((histogram) => quantile(histogram, q[1]) ?? 0)),
});

/** The finest cut whose body fits so many rows, its ends open where that leaves something out. */
const stretchFor = (histograms: readonly Histogram[], rows: number): Stretch | undefined => {
	const whole = extremes(histograms, [0, 1]);
	const body = extremes(histograms, [tail, 1 - tail]);
	for (const division of divisions) {
		const [lowest, highest] = [bucketAt(whole.low, division), bucketAt(whole.high, division)];
		let [first, last] = [bucketAt(body.low, division), bucketAt(body.high, division)];
		const open = (from: number, to: number): number => (from > lowest ? 1 : 0) + (to < highest ? 1 : 0);
		if (last - first + 1 + open(first, last) > rows) continue;
		// Rows that are left show more of the tails: the upper one first, which is what one looks for.
		while (last < highest && last + 1 - first + 1 + open(first, last + 1) <= rows) last += 1;
		while (first > lowest && last - first + 2 + open(first - 1, last) <= rows) first -= 1;
		return {division, first, last};
	}

	return undefined;
};

/** A bucket and the count of each histogram in it. */
export type BucketCounts = Bucket & {readonly counts: readonly number[]};

/**
 * The latencies of histograms in at most so many logarithmic buckets that suit them all. Every latency is counted once.
 * Empty without rows or without latencies.
 */
export const bucketsOf = (histograms: readonly Histogram[], rows: number): BucketCounts[] => {
	const filled = histograms.filter(({count}) => count > 0);
	if (rows < 1 || filled.length === 0) return [];
	const stretch = stretchFor(filled, rows);
	if (stretch === undefined) return [{from: undefined, to: undefined, counts: histograms.map((each) => each.count)}];
	const {division, first, last} = stretch;
	const {low, high} = extremes(filled, [0, 1]);
	const under = bucketAt(low, division) < first;
	const over = bucketAt(high, division) > last;
	const count = (under ? 1 : 0) + (last - first + 1) + (over ? 1 : 0);
	const counted = histograms.map((histogram) => {
		const counts = new Array<number>(count).fill(0);
		eachBucket(histogram, (lowest, here) => {
			const index = Math.min(last + 1, Math.max(first - 1, bucketAt(lowest, division)));
			counts[Math.min(count - 1, Math.max(0, index - first + (under ? 1 : 0)))]! += here;
		});

		return counts;
	});
	return Array.from({length: count}, (_, row): BucketCounts => {
		const index = first + row - (under ? 1 : 0);
		return {
			from: under && row === 0 ? undefined : boundOf(index, division) / 1000,
			to: over && row === count - 1 ? undefined : boundOf(index + 1, division) / 1000,
			counts: counted.map((counts) => counts[row]!),
		};
	});
};
