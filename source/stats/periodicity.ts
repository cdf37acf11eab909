import {medianOf} from './describe.ts';
import {logGamma} from './gamma.ts';

/** How evenly moments follow each other. */
export type Regularity = {
	/** Between one and the next, in the unit of the moments; where one was missed, the half of what is between. */
	readonly period: number;
	/** The standard deviation of the intervals as a share of the period, what they were rounded by included. */
	readonly variation: number;
	/** How often moments that come at random (Poisson) are as even; at most 1. */
	readonly p: number;
};

/** With fewer, evenness is chance. */
const leastMoments = 4;
/** Of moments that are missed, so many in a row may be. */
const mostMissed = 2;

/**
 * The volume of the part of all spacings (a simplex) whose variation is no larger: a ball around equal spacings, which
 * bounds from above what the distribution of Greenwood's statistic gives (J. Roy. Statist. Soc. 109, 1946).
 */
const chanceOf = (intervals: number, variation: number): number => {
	const dimensions = intervals - 1;
	const radius = variation / Math.sqrt(intervals);
	if (radius <= 0) return 0;
	const logBall = (dimensions / 2) * Math.log(Math.PI) + dimensions * Math.log(radius) - logGamma(dimensions / 2 + 1);
	const logSimplex = 0.5 * Math.log(intervals) - logGamma(intervals);
	return Math.min(1, Math.exp(logBall - logSimplex));
};

/**
 * Whether moments, ascending and known to a `resolution`, come at even intervals, of which a few may have been missed. `undefined` of fewer than four,
 * or where more than a third of the intervals are multiples.
 */
export const regularityOf = (moments: readonly number[], resolution = 0): Regularity | undefined => {
	if (moments.length < leastMoments) return undefined;
	const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
	const typical = medianOf(gaps);
	if (!(typical > 0)) return undefined;
	const multiples = gaps.map((gap) => Math.min(mostMissed + 1, Math.max(1, Math.round(gap / typical))));
	const missed = multiples.filter((multiple) => multiple > 1).length;
	if (missed * 3 > gaps.length) return undefined;
	const period = gaps.reduce((sum, gap) => sum + gap, 0) / multiples.reduce((sum, multiple) => sum + multiple, 0);
	// Of a gap over several intervals, each has its share of what it is off.
	const squares = gaps.reduce(
		(sum, gap, index) => sum + (gap - multiples[index]! * period) ** 2 / multiples[index]!,
		0,
	);
	// What moments were rounded by may as well have made them even: a gap between two is off by 1/√6 of it.
	const variation = Math.sqrt(squares / gaps.length + resolution ** 2 / 6) / period;
	// Each choice of which gaps are multiples, and of how much, is a chance more to find evenness.
	const choices =
		Math.exp(logGamma(gaps.length + 1) - logGamma(missed + 1) - logGamma(gaps.length - missed + 1)) *
		mostMissed ** missed;
	return {period, variation, p: Math.min(1, choices * chanceOf(gaps.length, variation))};
};

/** A wave in a series. */
export type Wave = {
	/** In values of the series. */
	readonly period: number;
	/** Half the distance from trough to crest, in the unit of the values. */
	readonly amplitude: number;
	/** How often a series without a wave, whose values may depend on the one before, has one as strong; at most 1. */
	readonly p: number;
};

/** With fewer values there are too few periods of any length. */
export const leastWave = 24;
/** A wave must have been seen so many times. */
const leastPeriods = 4;

/** Power at a frequency (radians a value) of noise whose values keep so much of the one before, of variance 1. */
const redNoise = (memory: number, step: number): number =>
	(1 - memory * memory) / (1 - 2 * memory * Math.cos(step) + memory * memory);

/**
 * The strongest wave in evenly spaced values, by the periodogram: each of its ordinates is held against what red noise of
 * the same lag-1 autocorrelation has there (Schulz and Mudelsee, REDFIT, Computers & Geosciences 28, 2002), and the
 * largest ratio against the chance that one of so many exponential values is as large. `undefined` of fewer than 24 values,
 * or of values that do not vary.
 */
export const strongestWave = (values: readonly number[]): Wave | undefined => {
	const {length} = values;
	if (length < leastWave) return undefined;
	const mean = values.reduce((sum, value) => sum + value, 0) / length;
	const middle = (length - 1) / 2;
	const slope =
		values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) /
		((length * (length * length - 1)) / 12);
	const rest = values.map((value, index) => value - mean - slope * (index - middle));
	const squares = rest.reduce((sum, value) => sum + value * value, 0);
	if (!(squares > 0)) return undefined;
	const products = rest.reduce((sum, value, index) => sum + value * (rest[index - 1] ?? 0), 0);
	// The estimate is too low in a short series (Kendall, Biometrika 41, 1954).
	const memory = Math.max(0, (products / squares) * (1 + 4 / length) + 1 / length);
	// It is known only so well: redder noise has more at low frequencies, whiter noise at high ones.
	const doubt = 1.5 / Math.sqrt(length);
	const memories = [memory - doubt, memory, memory + doubt].map((each) => Math.min(0.97, Math.max(0, each)));
	// Without a taper, what the ends of the series differ by leaks into every frequency (Hann's window).
	const taper = rest.map((_, index) => 1 - Math.cos((2 * Math.PI * (index + 0.5)) / length));
	const weight = taper.reduce((sum, each) => sum + each * each, 0);
	const variance = squares / length;
	const frequencies = Math.floor((length - 1) / 2);
	let strongest = {ratio: 0, frequency: 0, power: 0};
	let asked = 0;
	for (let frequency = leastPeriods; frequency <= frequencies; frequency++) {
		asked += 1;
		const step = (2 * Math.PI * frequency) / length;
		let [cosine, sine] = [0, 0];
		for (let index = 0; index < length; index++) {
			const value = rest[index]! * taper[index]!;
			cosine += value * Math.cos(step * index);
			sine += value * Math.sin(step * index);
		}

		const power = (cosine * cosine + sine * sine) / weight;
		const expected = variance * Math.max(...memories.map((each) => redNoise(each, step)));
		if (power / expected > strongest.ratio) strongest = {ratio: power / expected, frequency, power};
	}

	if (asked === 0) return undefined;
	return {
		period: length / strongest.frequency,
		// The taper's mean is 1.
		amplitude: (2 * Math.sqrt(strongest.power * weight)) / length,
		p: 1 - (1 - Math.exp(-strongest.ratio)) ** asked,
	};
};
