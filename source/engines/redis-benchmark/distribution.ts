import {rankOf} from '../../core/histogram.ts';
import type {Report, Step} from './report.ts';

/** So many operations at one latency, in microseconds. */
export type Share = {readonly value: number; readonly count: number};

/** The width of the finest buckets that redis-benchmark counts in: its least latency of 10 µs, as a power of two. */
export const finest = 8;
/** Its histogram has 2048 of the finest buckets; further up they are twice as wide for each doubling. */
const finestBuckets = 2048;
/** Whatever takes longer, redis-benchmark counts as this. Microseconds. */
export const longestLatency = 3_000_000;

const widthAt = (value: number): number => {
	let width = finest;
	while (value >= width * finestBuckets) width *= 2;
	return width;
};

/** The highest value of the bucket that a value lies in, as redis-benchmark names buckets. */
const bucketEnd = (value: number): number => {
	const width = widthAt(value);
	return Math.floor(value / width) * width + width - 1;
};

/** The observation of a rank (1 …) was so large. */
type Anchor = {readonly rank: number; readonly value: number};

/** The share that a line of the halving distribution stands for: 1 − 2^−k, of which three digits are printed. */
const shareOf = (percentile: number): number =>
	percentile >= 100 ? 1 : 1 - 2 ** -Math.round(-Math.log2(1 - percentile / 100));

/** HdrHistogram rounds the rank of a percentile; benchtop takes the next one up: both are the figure that was printed. */
const anchorsAt = (share: number, value: number, count: number): readonly Anchor[] => [
	{rank: Math.min(count, Math.max(1, Math.floor(share * count + 0.5))), value},
	{rank: rankOf(share, count), value},
];

const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1000);

const anchorsOf = (report: Report, count: number, top: number): readonly Anchor[] => [
	...report.halving.flatMap(({percentile, value, count: rank}) => [
		...anchorsAt(shareOf(percentile), value, count),
		{rank, value},
	]),
	...anchorsAt(0.5, microseconds(report.p50), count),
	...anchorsAt(0.95, microseconds(report.p95), count),
	...anchorsAt(0.99, microseconds(report.p99), count),
	{rank: count, value: top},
];

/** Lines of the linear distribution say that what comes after them was slower. */
const boundsOf = (linear: readonly Step[], count: number): ReadonlyMap<number, number> =>
	new Map(linear.filter((step) => step.count < count).map((step) => [step.count, step.value]));

/** How many operations the distributions are of. */
export const countIn = ({halving, linear}: Report): number => halving.at(-1)?.count ?? linear.at(-1)?.count ?? 0;

/**
 * Latencies that have the distribution of a report: every percentile that redis-benchmark printed, its minimum and its
 * maximum are theirs, and no line of either distribution is contradicted. What lies between two lines is spread evenly over
 * the buckets between them. From the quickest to the slowest.
 */
export const sharesOf = (report: Report): readonly Share[] => {
	const count = countIn(report);
	if (count === 0) return [];
	const top = microseconds(report.maximum);
	const bounds = boundsOf(report.linear, count);
	const anchors = [...anchorsOf(report, count, top), ...[...bounds].map(([rank]) => ({rank, value: -1}))]
		.filter(({rank}) => rank >= 1 && rank <= count)
		.sort((a, b) => a.rank - b.rank || a.value - b.value);
	const shares = new Map<number, number>();
	const add = (value: number, more: number): void => {
		if (more > 0) shares.set(value, (shares.get(value) ?? 0) + more);
	};

	const least = microseconds(report.minimum);
	let [rank, value] = [0, bucketEnd(least) - widthAt(least)];
	for (let index = 0; index < anchors.length; index++) {
		const anchor = anchors[index]!;
		if (anchor.rank <= rank && anchor.value <= value) continue;
		const bound = bounds.get(anchor.rank);
		// Of a line of the linear distribution alone it is known where its last operation lies at most.
		const following = anchors.slice(index).find((each) => each.value >= 0)?.value ?? top;
		const reached = anchor.value >= 0 ? anchor.value : Math.min(bound ?? top, following);
		const end = Math.max(value, Math.min(top, reached));
		spread(rank, value, anchor.rank, end, add);
		[rank, value] = [Math.max(rank, anchor.rank), end];
		if (bound !== undefined) value = Math.max(value, Math.min(top, bound));
	}

	// The quickest one lies where the minimum was said to be, in the same bucket.
	const [first] = [...shares.keys()].sort((a, b) => a - b);
	if (first !== undefined && least < first && count > 1) {
		shares.set(first, (shares.get(first) ?? 1) - 1);
		add(least, 1);
	}

	return [...shares]
		.map(([at, of]) => ({value: at, count: of}))
		.filter((share) => share.count > 0)
		.sort((a, b) => a.value - b.value);
};

/** Observations of the ranks after `from` up to `to`, from above one value up to another, one bucket after the other. */
const spread = (
	from: number,
	low: number,
	to: number,
	high: number,
	add: (value: number, count: number) => void,
): void => {
	const here = to - from;
	if (here <= 0) return;
	const ends: number[] = [];
	for (let end = bucketEnd(low + 1); end < high; end = bucketEnd(end + 1)) ends.push(end);
	ends.push(high);
	let given = 0;
	for (const [index, end] of ends.entries()) {
		const upTo = Math.floor((here * (index + 1)) / ends.length);
		add(end, upTo - given);
		given = upTo;
	}
};
