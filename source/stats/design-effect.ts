import {type Histogram, rankOf} from '../core/histogram.ts';

/** Where a quantile lies in the buckets of a histogram: so far into one of them, 0 … 1. */
export type Place = {readonly bucket: number; readonly part: number};

/** Where the observation of a quantile lies, those of its bucket spread evenly over it. `undefined` of an empty histogram. */
export const placeOf = ({offset, counts, count}: Histogram, q: number): Place | undefined => {
	if (count === 0) return undefined;
	const rank = rankOf(q, count);
	let below = 0;
	for (let index = 0; index < counts.length; index++) {
		const here = counts[index]!;
		if (below + here >= rank) return {bucket: offset + index, part: (rank - below - 0.5) / here};
		below += here;
	}

	return {bucket: offset + counts.length - 1, part: 1};
};

/** How many observations lie below places, which ascend, in one go over the buckets; of the bucket of a place, a part. */
export const countsBelow = ({offset, counts}: Histogram, places: readonly Place[]): readonly number[] => {
	let below = 0;
	let index = 0;
	return places.map(({bucket, part}) => {
		for (const end = Math.min(counts.length, bucket - offset); index < end; index++) below += counts[index]!;
		return below + part * (counts[bucket - offset] ?? 0);
	});
};

/** How many operations say as much as one independent operation would, and of how many squares that is the mean. */
export type DesignEffect = {
	/** At least 1. */
	readonly effect: number;
	readonly freedom: number;
	/** In the order of the seconds: by how many operations more lay below the quantile than its share of them. */
	readonly rests: readonly number[];
};

/** So many cosines of n seconds: ν = 0.3·n^⅔. The 0.4 of the article leaves out too much of a load whose seconds keep 80 %. */
const [cosineFactor, cosinePower] = [0.3, 2 / 3];
const leastCosines = 3;

/**
 * The design effect of a quantile: operations of one second resemble each other, and seconds that follow one another too.
 * `below` are the operations of each second below the quantile, of `counts`. The variance of their share, with seconds as
 * clusters (Woodruff, JASA 47, 1952; Kish, Survey Sampling, 1965), is the mean square of the slowest cosines of the series:
 * unlike a sum of autocorrelations it does not fall short in runs of a minute, and its deviate is Student's with as many
 * degrees of freedom as cosines (Lazarus, Lewis, Stock and Watson, HAR inference, JBES 36, 2018). 1 of fewer than four
 * seconds.
 */
export const designEffect = (below: readonly number[], counts: readonly number[]): DesignEffect => {
	const n = counts.length;
	const count = counts.reduce((sum, each) => sum + each, 0);
	const share = count === 0 ? 0 : below.reduce((sum, each) => sum + each, 0) / count;
	const rests = below.map((each, index) => each - share * counts[index]!);
	const freedom = Math.max(leastCosines, Math.round(cosineFactor * n ** cosinePower));
	const independent = count * share * (1 - share);
	if (n <= leastCosines || !(independent > 0)) return {effect: 1, freedom, rests};
	let squares = 0;
	for (let cosine = 1; cosine <= freedom; cosine++) {
		let sum = 0;
		for (let index = 0; index < n; index++) sum += rests[index]! * Math.cos((Math.PI * cosine * (index + 0.5)) / n);
		squares += 2 * sum * sum;
	}

	return {effect: Math.max(1, squares / freedom / independent), freedom, rests};
};
