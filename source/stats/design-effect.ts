import {buckets, type Histogram, mergeAllHistograms} from '../core/histogram.ts';
import {autocorrelationTime} from './effective-samples.ts';
import {runQuantile} from './run-quantile.ts';

/** How many of its values are at most `limit` µs; of the bucket of the limit, a part. */
const countAtMost = (histogram: Histogram, limit: number): number => {
	let sum = 0;
	for (const [lowest, width, count] of buckets(histogram)) {
		const [from, to] = [lowest - 0.5, lowest + width - 0.5];
		if (to <= limit) sum += count;
		else if (from < limit) sum += (count * (limit - from)) / width;
	}

	return sum;
};

/**
 * How many operations say as much about a quantile as one independent operation would: operations of one second resemble
 * each other, and seconds that follow one another too. The variance of the share below the quantile, over seconds as
 * clusters (Woodruff, JASA 47, 1952; Kish, Survey Sampling, 1965), times their autocorrelation time, against that of
 * independent operations. At least 1; 1 of fewer than two seconds.
 */
export const quantileDesignEffect = (seconds: readonly Histogram[], q: number): number => {
	const used = seconds.filter(({count}) => count > 0);
	const merged = mergeAllHistograms(used);
	const limit = runQuantile(merged, q);
	if (limit === undefined || used.length < 2) return 1;
	const below = used.map((second) => countAtMost(second, limit));
	const share = below.reduce((sum, count) => sum + count, 0) / merged.count;
	const independent = merged.count * share * (1 - share);
	if (independent <= 0) return 1;
	const rests = used.map((second, index) => below[index]! - share * second.count);
	const squares = (rests.reduce((sum, rest) => sum + rest * rest, 0) * used.length) / (used.length - 1);
	return Math.max(1, (squares * autocorrelationTime(rests)) / independent);
};
