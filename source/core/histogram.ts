import {deflate, inflate} from './deflate.ts';

/**
 * Latencies in the layout of HdrHistogram: 1 µs to 1 h, 3 significant decimal digits, so a bucket is never wider than
 * 0.1 % of its value. Only the stretch of buckets in use is kept. Minimum, maximum and sum are exact, in microseconds.
 * A value: nothing here changes a histogram once it was made. http://hdrhistogram.org
 */
export type Histogram = {
	readonly offset: number;
	readonly counts: Float64Array;
	readonly count: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly sum: number;
};

/** A histogram as JSON: HdrHistogram V2 compressed, base64, with the three exact figures the format does not carry. */
export type EncodedHistogram = {
	readonly encoded: string;
	readonly minimum: number;
	readonly maximum: number;
	readonly sum: number;
};

export const highestMicroseconds = 3_600_000_000;

const halfCountMagnitude = 10;
const halfCount = 1 << halfCountMagnitude;
const subBucketMask = 2 * halfCount - 1;

/** The bucket of a whole number of microseconds from 0 to one hour. */
const indexOf = (microseconds: number): number => {
	const bucket = 21 - Math.clz32(microseconds | subBucketMask);
	return (bucket << halfCountMagnitude) + (microseconds >>> bucket);
};

/** How many buckets the layout has. */
export const bucketCount = indexOf(highestMicroseconds) + 1;

/** The lowest microsecond that falls into a bucket. */
export const lowestOf = (index: number): number => {
	const bucket = Math.max(0, (index >> halfCountMagnitude) - 1);
	return (index - (bucket << halfCountMagnitude)) * 2 ** bucket;
};

const widthOf = (index: number): number => 2 ** Math.max(0, (index >> halfCountMagnitude) - 1);

export const emptyHistogram: Histogram = {
	offset: 0,
	counts: new Float64Array(0),
	count: 0,
	minimum: 0,
	maximum: 0,
	sum: 0,
};

/** Where an engine records: one typed array, nothing allocated per value. `take` empties it into a Histogram. */
export const createAccumulator = () => {
	const counts = new Float64Array(bucketCount);
	let count = 0;
	let minimum = Number.POSITIVE_INFINITY;
	let maximum = 0;
	let sum = 0;
	let lowestIndex = bucketCount;
	let highestIndex = -1;
	return {
		/** Rounds to whole microseconds and holds values beyond an hour at one hour. */
		record(microseconds: number): void {
			const value = Math.min(highestMicroseconds, Math.max(0, Math.round(microseconds)));
			const index = indexOf(value);
			counts[index]! += 1;
			count += 1;
			sum += value;
			if (value < minimum) minimum = value;
			if (value > maximum) maximum = value;
			if (index < lowestIndex) lowestIndex = index;
			if (index > highestIndex) highestIndex = index;
		},
		isEmpty: (): boolean => count === 0,
		take(): Histogram {
			if (count === 0) return emptyHistogram;
			const taken: Histogram = {
				offset: lowestIndex,
				counts: counts.slice(lowestIndex, highestIndex + 1),
				count,
				minimum,
				maximum,
				sum,
			};
			counts.fill(0, lowestIndex, highestIndex + 1);
			count = 0;
			sum = 0;
			minimum = Number.POSITIVE_INFINITY;
			maximum = 0;
			lowestIndex = bucketCount;
			highestIndex = -1;
			return taken;
		},
	};
};

/** A histogram of the given latencies in microseconds. */
export const histogramOf = (microseconds: Iterable<number>): Histogram => {
	const accumulator = createAccumulator();
	for (const value of microseconds) accumulator.record(value);
	return accumulator.take();
};

/** Everything in both; associative and commutative, exact while sums stay below 2^53 µs. */
export const mergeHistograms = (a: Histogram, b: Histogram): Histogram => {
	if (a.count === 0) return b;
	if (b.count === 0) return a;
	const offset = Math.min(a.offset, b.offset);
	const counts = new Float64Array(Math.max(a.offset + a.counts.length, b.offset + b.counts.length) - offset);
	counts.set(a.counts, a.offset - offset);
	for (let index = 0; index < b.counts.length; index++) counts[b.offset - offset + index]! += b.counts[index]!;
	return {
		offset,
		counts,
		count: a.count + b.count,
		minimum: Math.min(a.minimum, b.minimum),
		maximum: Math.max(a.maximum, b.maximum),
		sum: a.sum + b.sum,
	};
};

/** Everything in all of them, as `mergeHistograms` one after the other would have it, in one piece of memory. */
export const mergeAllHistograms = (histograms: readonly Histogram[]): Histogram => {
	const filled = histograms.filter(({count}) => count > 0);
	const [first, second] = filled;
	if (first === undefined) return emptyHistogram;
	if (second === undefined) return first;
	const offset = Math.min(...filled.map((each) => each.offset));
	const counts = new Float64Array(Math.max(...filled.map((each) => each.offset + each.counts.length)) - offset);
	for (const each of filled) {
		const start = each.offset - offset;
		for (let index = 0; index < each.counts.length; index++) counts[start + index]! += each.counts[index]!;
	}

	const sumOf = (figure: (histogram: Histogram) => number): number =>
		filled.reduce((sum, each) => sum + figure(each), 0);
	return {
		offset,
		counts,
		count: sumOf(({count}) => count),
		minimum: Math.min(...filled.map(({minimum}) => minimum)),
		maximum: Math.max(...filled.map(({maximum}) => maximum)),
		sum: sumOf(({sum}) => sum),
	};
};

/** The bucket's value for the observation `position` (0 … 1) of the way through it; exact where a bucket is 1 µs wide. */
const valueWithin = (histogram: Histogram, index: number, position: number): number => {
	const value = lowestOf(index) + (widthOf(index) - 1) * position;
	return Math.min(histogram.maximum, Math.max(histogram.minimum, value));
};

/**
 * The observation of one rank (1 …) among the `here` of a bucket, in microseconds. Where in the bucket they lie is not
 * known: they count as spread evenly over it, so that one alone is its middle. The least and the greatest are known.
 */
const observation = (histogram: Histogram, index: number, rank: number, here: number): number => {
	if (index === histogram.offset && rank <= 1) return histogram.minimum;
	if (index === histogram.offset + histogram.counts.length - 1 && rank >= here) return histogram.maximum;
	return valueWithin(histogram, index, (rank - 0.5) / here);
};

/** The products of q and counts are not exact: what only rounding lifts over a rank is that rank. */
const rounding = 1 - 1e-14;

/** The rank (1 …) of the observation that a quantile is, among so many. */
export const rankOf = (q: number, count: number): number => Math.max(1, Math.ceil(q * count * rounding));

/**
 * The nearest-rank quantile in microseconds: the observation of rank ⌈q·n⌉, so that a share q of all were as fast or
 * faster. Nothing is interpolated between one observation and the next: of few operations p99.99 is the slowest of them,
 * exactly, and no figure between two that nobody measured. The histogram knows an observation to 0.1 % (to the
 * microsecond below 2048 µs); the first rank is the exact minimum and the last one the exact maximum, so that minimum,
 * p50 … p99.99 and maximum never change places. `undefined` of an empty histogram.
 */
export const quantile = (histogram: Histogram, q: number): number | undefined => {
	if (histogram.count === 0) return undefined;
	const rank = rankOf(q, histogram.count);
	let below = 0;
	for (let index = 0; index < histogram.counts.length; index++) {
		const here = histogram.counts[index]!;
		if (below + here >= rank) return observation(histogram, histogram.offset + index, rank - below, here);
		below += here;
	}

	return histogram.maximum;
};

/** The same of several quantiles, ascending, in one go over the buckets. */
export const quantiles = (histogram: Histogram, ascending: readonly number[]): ReadonlyArray<number | undefined> => {
	if (histogram.count === 0) return ascending.map(() => undefined);
	const ranks = ascending.map((q) => rankOf(q, histogram.count));
	const found: number[] = [];
	let below = 0;
	for (let index = 0; index < histogram.counts.length && found.length < ranks.length; index++) {
		const here = histogram.counts[index]!;
		for (let rank = ranks[found.length]; rank !== undefined && below + here >= rank; rank = ranks[found.length]) {
			found.push(observation(histogram, histogram.offset + index, rank - below, here));
		}

		below += here;
	}

	return ascending.map((_, index) => found[index] ?? histogram.maximum);
};

/**
 * The quantile when some operations had not ended and are known only to have waited at least so long: the product-limit
 * estimator (Kaplan and Meier, 1958). Where it does not reach q, the longest wait is the answer: the true value is no
 * less. Nearest rank as well: without censored waits, or with waits shorter than every latency, this is `quantile`.
 */
export const censoredQuantile = (ended: Histogram, waiting: Histogram, q: number): number | undefined => {
	if (waiting.count === 0) return quantile(ended, q);
	if (ended.count === 0) return waiting.maximum;
	let atRisk = ended.count + waiting.count;
	let survival = 1;
	const end = Math.max(ended.offset + ended.counts.length, waiting.offset + waiting.counts.length);
	for (let index = Math.min(ended.offset, waiting.offset); index < end; index++) {
		const here = ended.counts[index - ended.offset] ?? 0;
		if (here > 0) {
			const after = survival * (1 - here / atRisk);
			if (after <= 1 - q + 1e-12) {
				// All of a bucket weigh the same, so that the rank among them follows from the share of it that is needed.
				const needed = ((survival - (1 - q)) / (survival - after)) * here;
				return observation(ended, index, Math.min(here, Math.max(1, Math.ceil(needed - 1e-6))), here);
			}

			survival = after;
		}

		atRisk -= here + (waiting.counts[index - waiting.offset] ?? 0);
	}

	return Math.max(ended.maximum, waiting.maximum);
};

/** The exact mean in microseconds; `undefined` of an empty histogram. */
export const mean = (histogram: Histogram): number | undefined =>
	histogram.count === 0 ? undefined : histogram.sum / histogram.count;

/** The standard deviation (n − 1) in microseconds, from bucket midpoints; `undefined` below two values. */
export const standardDeviation = (histogram: Histogram): number | undefined => {
	if (histogram.count < 2) return undefined;
	if (histogram.minimum === histogram.maximum) return 0;
	const centre = histogram.sum / histogram.count;
	let squares = 0;
	for (let index = 0; index < histogram.counts.length; index++) {
		const here = histogram.counts[index]!;
		if (here > 0) squares += here * (valueWithin(histogram, histogram.offset + index, 0.5) - centre) ** 2;
	}

	return Math.sqrt(squares / (histogram.count - 1));
};

/** Tells every bucket in use; what histogram and heat-map panes draw from, several times a second. */
export const eachBucket = (histogram: Histogram, tell: (lowest: number, count: number) => void): void => {
	for (let index = 0; index < histogram.counts.length; index++) {
		const here = histogram.counts[index]!;
		if (here > 0) tell(lowestOf(histogram.offset + index), here);
	}
};

/** Every bucket in use as [lowest µs, width µs, count]. */
export function* buckets(histogram: Histogram): Generator<readonly [lowest: number, width: number, count: number]> {
	for (let index = 0; index < histogram.counts.length; index++) {
		const here = histogram.counts[index]!;
		if (here > 0) yield [lowestOf(histogram.offset + index), widthOf(histogram.offset + index), here];
	}
}

// The encoding: HdrHistogram's "V2 compressed", as every HdrHistogram library reads it.
// https://github.com/HdrHistogram/HdrHistogram/blob/master/src/main/java/org/HdrHistogram/AbstractHistogram.java

const cookie = 0x1c849303 | 0x10;
const compressedCookie = 0x1c849304 | 0x10;
const headerBytes = 40;
/** Of a histogram with a count of the largest size in every bucket. */
const mostBytes = headerBytes + 9 * bucketCount;

/** ZigZag LEB128; a negative number is a run of so many empty buckets. Numbers may pass 2^31, so no bit operators. */
const writeNumber = (bytes: number[], value: number): void => {
	let rest = value < 0 ? -value * 2 - 1 : value * 2;
	while (rest >= 128) {
		bytes.push((rest % 128) | 128);
		rest = Math.floor(rest / 128);
	}

	bytes.push(rest);
};

const encodeCounts = (histogram: Histogram): Uint8Array => {
	const bytes: number[] = [];
	let empty = histogram.offset;
	// By index: an iterator would box each of some ten thousand numbers.
	for (let index = 0; index < histogram.counts.length; index++) {
		const count = histogram.counts[index]!;
		if (count === 0) {
			empty += 1;
			continue;
		}

		if (empty > 0) writeNumber(bytes, -empty);
		empty = 0;
		writeNumber(bytes, count);
	}

	return Uint8Array.from(bytes);
};

/** A histogram as JSON, in HdrHistogram's V2 compressed format. */
export const encodeHistogram = (histogram: Histogram): EncodedHistogram => {
	const counts = encodeCounts(histogram);
	const plain = new Uint8Array(headerBytes + counts.length);
	const view = new DataView(plain.buffer);
	view.setInt32(0, cookie);
	view.setInt32(4, counts.length);
	view.setInt32(8, 0);
	view.setInt32(12, 3);
	view.setBigInt64(16, 1n);
	view.setBigInt64(24, BigInt(highestMicroseconds));
	view.setFloat64(32, 1);
	plain.set(counts, headerBytes);
	const packed = deflate(plain);
	const bytes = new Uint8Array(8 + packed.length);
	const outer = new DataView(bytes.buffer);
	outer.setInt32(0, compressedCookie);
	outer.setInt32(4, packed.length);
	bytes.set(packed, 8);
	return {
		encoded: Buffer.from(bytes).toString('base64'),
		minimum: histogram.minimum,
		maximum: histogram.maximum,
		sum: histogram.sum,
	};
};

/** Where counts are put until it is known how many there are. */
const decoded = new Float64Array(bucketCount);

/** A figure that a damaged log may have made anything of, drawn back to what it can be. */
const drawnBack = (value: unknown, low: number, high: number): number =>
	typeof value === 'number' && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;

/**
 * Every bucket in use of an encoded histogram, from the lowest, without making a Histogram of it: for whoever looks at
 * thousands. Throws on bytes that are not of its layout.
 */
export const visitBuckets = (encoded: string, visit: (index: number, count: number) => void): void => {
	const bytes = Buffer.from(encoded, 'base64');
	const outer = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 8 || outer.getInt32(0) !== compressedCookie) {
		throw new RangeError('Not a histogram in the HdrHistogram V2 compressed format.');
	}

	const plain = inflate(bytes.subarray(8, 8 + outer.getInt32(4)), mostBytes);
	const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
	if (view.getInt32(0) !== cookie || view.getInt32(12) !== 3 || view.getBigInt64(16) !== 1n) {
		throw new RangeError('A histogram of another layout: 1 µs and 3 significant digits are expected.');
	}

	let index = 0;
	let position = headerBytes;
	const end = Math.min(plain.length, headerBytes + view.getInt32(4));
	while (position < end) {
		let value = 0;
		let factor = 1;
		let byte: number;
		do {
			byte = plain[position++] ?? 0;
			value += (byte & 127) * factor;
			factor *= 128;
		} while (byte >= 128);
		if (value % 2 === 1) {
			index += (value + 1) / 2;
			continue;
		}

		if (index >= bucketCount) throw new RangeError('A histogram with buckets beyond an hour.');
		// Other libraries write a single empty bucket as a zero.
		if (value > 0) visit(index, value / 2);
		index += 1;
	}
};

/**
 * The inverse of `encodeHistogram`; extremes outside the buckets in use are drawn back to them. Throws on bytes that are
 * not of its layout.
 */
export const decodeHistogram = ({encoded, minimum, maximum, sum}: EncodedHistogram): Histogram => {
	let total = 0;
	let offset = -1;
	let last = -1;
	visitBuckets(encoded, (index, count) => {
		if (offset < 0) {
			offset = index;
			// What one that threw left behind.
			decoded.fill(0, index);
		}

		decoded[index] = count;
		last = index;
		total += count;
	});
	if (last < 0) return emptyHistogram;
	return {
		offset,
		counts: decoded.slice(offset, last + 1),
		count: total,
		minimum: drawnBack(minimum, lowestOf(offset), lowestOf(offset) + widthOf(offset) - 1),
		maximum: drawnBack(maximum, lowestOf(last), lowestOf(last) + widthOf(last) - 1),
		sum: drawnBack(sum, 0, total * (lowestOf(last) + widthOf(last) - 1)),
	};
};
