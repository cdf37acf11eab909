import {buckets, type Histogram, rankOf} from '../core/histogram.ts';

/**
 * A quantile of a run for comparing, in microseconds: as `quantile` finds it, but spread over the whole of its bucket,
 * which holds what was rounded to its microseconds. Of latencies of a few microseconds whole ones would be steps of
 * 10 % and more, and runs that differ would look alike to the digit. `undefined` of an empty histogram.
 */
export const runQuantile = (histogram: Histogram, q: number): number | undefined => {
	if (histogram.count === 0) return undefined;
	const rank = rankOf(q, histogram.count);
	let below = 0;
	for (const [lowest, width, count] of buckets(histogram)) {
		if (below + count >= rank) {
			const [from, to] = [Math.max(0, lowest - 0.5), lowest + width - 0.5];
			return from + ((to - from) * (rank - below - 0.5)) / count;
		}

		below += count;
	}

	return histogram.maximum;
};
