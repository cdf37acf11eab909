import {buckets, type Histogram} from '../core/histogram.ts';
import {histogramOfResult} from '../core/result.ts';
import {formatMilliseconds, formatPercent} from '../core/units.ts';
import {type LogBins, twoModes} from '../stats/modes.ts';
import {isChangingLoad} from './planned-load.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** On a logarithmic scale, 4 %: coarser than the histogram, finer than anything that is told from it. */
const width = 0.04;
/** Microseconds: below, the steps of the clock are heaps of their own. */
const lowest = 30;
/** The upper heap is so many times the lower one; or fewer times, and so many milliseconds away. */
const [farTimes, nearTimes, farDistance] = [2.5, 1.5, 5];

const binsOf = (histogram: Histogram): LogBins => {
	const low = Math.log(Math.max(lowest, histogram.minimum));
	const count = Math.max(1, Math.ceil((Math.log(Math.max(lowest, histogram.maximum)) - low) / width) + 1);
	const counts = new Array<number>(count).fill(0);
	for (const [start, span, here] of buckets(histogram)) {
		const middle = start + span / 2;
		if (middle < lowest) continue;
		const place = Math.floor((Math.log(middle) - low) / width);
		counts[Math.min(count - 1, Math.max(0, place))]! += here;
	}

	return {low, width, counts};
};

/** Latencies gather in two heaps. */
export const bimodal: InsightRule = {
	kind: 'bimodal',
	unless: ['cold-start', 'not-steady', 'periodic-stalls', 'pauses'],
	about: 'latencies in two heaps with a valley between them',
	find: ({result}) => {
		// A mixture over time, or of operations told apart, is told as that.
		if (isChangingLoad(result) || Object.keys(result.summary.parts ?? {}).length > 1) return undefined;
		const histogram = histogramOfResult(result);
		if (histogram.count === 0) return undefined;
		const modes = twoModes(binsOf(histogram));
		if (modes === undefined) return undefined;
		const [fast, slow] = [Math.exp(modes.lower.at) / 1000, Math.exp(modes.upper.at) / 1000];
		const times = slow / fast;
		if (times < farTimes && (times < nearTimes || slow - fast < farDistance)) return undefined;
		return {
			kind: 'bimodal',
			severity: modes.upper.share >= 0.2 ? 'medium' : 'low',
			text: `Latencies gather in two heaps: ${formatPercent(modes.lower.share * 100)} around ${formatMilliseconds(fast)} ms and ${formatPercent(modes.upper.share * 100)} around ${formatMilliseconds(slow)} ms, with few between. Mean and median describe neither, and a percentile near the border jumps from one to the other between runs.`,
			recommendations: [
				'Find out what the slow ones have in common: a cache miss, one backend of several, another kind of request, a retry.',
				'Tell the kinds apart in the benchmark (requests: in benchtop.yaml, or one run for each), and judge each by its own figures.',
			],
			figures: {
				fastMs: rounded(fast),
				slowMs: rounded(slow),
				fastShare: rounded(modes.lower.share, 4),
				slowShare: rounded(modes.upper.share, 4),
				valley: rounded(modes.valley),
			},
		};
	},
};
