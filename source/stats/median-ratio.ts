import {medianInterval, quantileOf, type Samples} from '../core/samples.ts';
import {normalQuantile} from './normal.ts';

/** A ratio of two medians, candidate to base, an interval of it, and the variance of its logarithm. */
export type MedianRatio = {
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
	readonly variance: number;
};

/** The variance of the logarithm of a median, from an interval of it with a known confidence. */
const varianceOf = (samples: Samples): number | undefined => {
	const interval = medianInterval(samples);
	if (interval === undefined || interval.low <= 0) return undefined;
	const z = normalQuantile((1 + interval.confidence) / 2);
	return ((Math.log(interval.high) - Math.log(interval.low)) / (2 * z)) ** 2;
};

/**
 * The interval of a ratio of medians that assumes no distribution: Price and Bonett, Distribution-free confidence
 * intervals for difference and ratio of medians (2002). `undefined` where a side has too few values, or some are not
 * positive.
 */
export const medianRatio = (base: Samples, candidate: Samples, confidence: number): MedianRatio | undefined => {
	const [ofBase, ofCandidate] = [base, candidate].map(varianceOf);
	const [before, after] = [base, candidate].map(({values}) =>
		quantileOf(
			[...values].sort((a, b) => a - b),
			0.5,
		),
	);
	if (ofBase === undefined || ofCandidate === undefined || !before || !after) return undefined;
	const middle = Math.log(after / before);
	const variance = ofBase + ofCandidate;
	const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
	return {estimate: after / before, low: Math.exp(middle - half), high: Math.exp(middle + half), variance};
};
