import {medianOf} from './describe.ts';
import {effectiveSamples} from './effective-samples.ts';
import {normalQuantile} from './normal.ts';
import {putInPlace} from './rank-selection.ts';

/** A value at a time. */
export type Point = {readonly at: number; readonly value: number};

/** A slope, value per unit of time, and the interval that holds it with a confidence. */
export type Slope = {
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
	readonly confidence: number;
};

/** More points are joined to their medians first: slopes between all pairs are as many as the square. */
const mostPoints = 500;

const joined = (points: readonly Point[]): readonly Point[] => {
	const step = Math.ceil(points.length / mostPoints);
	if (step <= 1) return points;
	return Array.from({length: Math.ceil(points.length / step)}, (_, group) => {
		const members = points.slice(group * step, (group + 1) * step);
		return {at: medianOf(members.map(({at}) => at)), value: medianOf(members.map(({value}) => value))};
	});
};

/** Of Kendall's S where nothing but chance is at work, with its correction for ties (Kendall, Rank Correlation Methods, 1975). */
const varianceOf = (values: readonly number[]): number => {
	const ties = new Map<number, number>();
	for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
	const term = (n: number): number => n * (n - 1) * (2 * n + 5);
	return (term(values.length) - [...ties.values()].reduce((sum, tied) => sum + term(tied), 0)) / 18;
};

/** How much the points wander together makes them fewer witnesses than they are many: from 1 on. */
const inflationOf = (points: readonly Point[], slope: number): number => {
	const residuals = points.map(({at, value}) => value - slope * at);
	return residuals.length / Math.max(1, effectiveSamples(residuals));
};

/** Between all pairs of points that lie apart in time; and how many more pairs rise than fall (Kendall's S). */
const pairsOf = (points: readonly Point[]): {readonly slopes: Float64Array; readonly s: number} => {
	const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
	const times = Float64Array.from(points, ({at}) => at);
	const values = Float64Array.from(points, ({value}) => value);
	let count = 0;
	let s = 0;
	for (let later = 1; later < times.length; later++) {
		const [at, value] = [times[later]!, values[later]!];
		for (let earlier = 0; earlier < later; earlier++) {
			const rise = value - values[earlier]!;
			s += Math.sign(rise);
			const passed = at - times[earlier]!;
			if (passed > 0) slopes[count++] = rise / passed;
		}
	}

	return {slopes: slopes.subarray(0, count), s};
};

/** What a series does over time, in two ways that outliers hardly move. */
export type Trend = {
	/** The median of the slopes between all pairs (Theil, 1950), with the interval of Sen (JASA 63, 1968). */
	readonly slope: Slope;
	/**
	 * The normal deviate of the Mann–Kendall test, with its correction for continuity: beyond ±2.58, rising or falling by
	 * chance has less than 1 %. Points that wander together count as fewer (by the autocorrelation of the residuals).
	 */
	readonly deviate: number;
};

/** `undefined` of fewer than three points, or of points at one time. Times must not fall. */
export const trendOf = (all: readonly Point[], confidence = 0.95): Trend | undefined => {
	const points = joined(all);
	const {slopes, s} = pairsOf(points);
	const {length} = slopes;
	if (points.length < 3 || length === 0) return undefined;
	// Of so many slopes only four are asked for: they are not put in order for that.
	const at = (rank: number): number => putInPlace(slopes, Math.min(length - 1, Math.max(0, rank)));
	const estimate = (at((length - 1) >> 1) + at(length >> 1)) / 2;
	const variance = varianceOf(points.map(({value}) => value)) * inflationOf(points, estimate);
	const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
	return {
		slope: {
			estimate,
			low: at(Math.floor((length - reach) / 2) - 1),
			high: at(Math.ceil((length + reach) / 2)),
			confidence,
		},
		deviate: variance === 0 || s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance),
	};
};
