import {censoredQuantile, decodeHistogram} from '../core/histogram.ts';
import {measured, pausedTime, type RunState} from '../core/run-state.ts';
import type {LatencyPrecision, PercentileKey, QuantileInterval} from '../core/summary.ts';
import {percentiles} from '../core/summary.ts';
import {chiSquaredQuantile} from './chi-squared.ts';
import {medianDeviation, medianOf} from './describe.ts';
import {countsBelow, type DesignEffect, designEffect, placeOf} from './design-effect.ts';
import {normalQuantile} from './normal.ts';
import {levelInterval} from './quantile-interval.ts';
import {steadyState} from './steady-state.ts';
import {studentTQuantile} from './student-t.ts';
import {trendOf} from './trend.ts';

const confidence = 0.95;
/** With fewer whole seconds nobody can tell how they hang together. */
const leastSeconds = 20;
/** A second shorter than this, as a share of the others, is none. */
const wholeSecond = 0.9;
/** A series that goes up or down by chance goes beyond this normal deviate once in a thousand times. */
const drifting = 3.2905;
/** The medians before and after a step, in robust standard deviations. */
const [stepped, toDeviation] = [3, 1.4826];
/** A cut nearer to the beginning leaves most of the run steady. */
const leastCut = 0.2;

/** Whether a series is on another level after the cut of MSER-5. */
const steps = (series: readonly number[]): boolean => {
	const state = steadyState(series);
	if (state === undefined || (!state.atBound && state.warmUp < series.length * leastCut)) return false;
	const third = Math.floor(series.length / 3);
	const [before, after] = state.atBound
		? [series.slice(0, third), series.slice(-third)]
		: [series.slice(0, state.warmUp), series.slice(state.warmUp)];
	const change = Math.abs(medianOf(after) - medianOf(before));
	// Of seconds that are mostly alike, as those without stalls, both are nothing.
	return change > 0 && change >= stepped * toDeviation * Math.max(medianDeviation(before), medianDeviation(after));
};

/** Whether a series neither drifts nor steps, seen from either end: what moves on is no chance around one level. */
export const staysLevel = (series: readonly number[]): boolean => {
	const trend = trendOf(series.map((value, at) => ({at, value})));
	return (trend === undefined || Math.abs(trend.deviate) < drifting) && !steps(series) && !steps([...series].reverse());
};

/** Whether the load was to change while it was measured: as planned, or by somebody's hand. */
const isChanging = (state: RunState): boolean => {
	const load: unknown = state.began?.plan.load;
	const isRamp =
		typeof load === 'object' && load !== null && 'rateEnd' in load && (!('rate' in load) || load.rate !== load.rateEnd);
	return isRamp || state.steered !== undefined || pausedTime(state) > 0;
};

/** Whether seconds hang together more than they would by chance. */
const isClear = ({effect, freedom}: DesignEffect): boolean =>
	effect * freedom > chiSquaredQuantile(confidence, freedom);

/**
 * How many independent operations so many are worth for an interval of normal deviates: fewer where the design effect
 * itself is known from few squares (Korn and Graubard, Confidence intervals for proportions with small expected number of
 * positive counts, Survey Methodology 24, 1998).
 */
const worthOf = (count: number, {effect, freedom}: DesignEffect): number => {
	const upper = (1 + confidence) / 2;
	return count / Math.max(1, effect * (studentTQuantile(upper, freedom) / normalQuantile(upper)) ** 2);
};

/**
 * What is known of the percentiles of a run that is over: between which latencies each lies, by order statistics with
 * the operations counted as the fewer independent ones that they are worth, and which of them rest on too few such.
 * Within the run alone: another run may differ by more. `undefined` where that cannot be told: of fewer than twenty whole
 * seconds, of a load that was to change, and of latencies that drifted or took a step.
 */
export const latencyPrecision = (state: RunState): LatencyPrecision | undefined => {
	const seconds = state.timeline
		.slice(state.warmupEntries)
		.flatMap(({fromMs, toMs, snapshot: {latency}}) =>
			latency === undefined || toMs - fromMs < state.step * wholeSecond ? [] : [latency],
		);
	if (seconds.length < leastSeconds || isChanging(state)) return undefined;
	const {latency, waiting} = measured(state);
	const known = percentiles.filter(({least}) => latency.count >= least);
	const places = known.flatMap(({q}) => placeOf(latency, q) ?? []);
	// One second after the other: an hour of decoded ones would be a lot of memory.
	const counts: number[] = [];
	const below = known.map((): number[] => []);
	for (const encoded of seconds) {
		const second = decodeHistogram(encoded);
		counts.push(second.count);
		for (const [index, count] of countsBelow(second, places).entries()) below[index]?.push(count);
	}

	const correlated: PercentileKey[] = [];
	const intervals: Partial<Record<PercentileKey, QuantileInterval>> = {};
	for (const [index, {key, q, least}] of known.entries()) {
		const design = designEffect(below[index] ?? [], counts);
		if (!staysLevel(design.rests)) {
			// Where the middle moves, everything does.
			if (key === 'p50') return undefined;
			continue;
		}

		if (latency.count / design.effect < least && isClear(design)) correlated.push(key);
		const of = Math.floor(worthOf(latency.count, design));
		const levels = levelInterval(of, q, confidence);
		if (levels.low === undefined || levels.high === undefined) continue;
		const [low, high] = [levels.low, levels.high].map((level) => censoredQuantile(latency, waiting, level));
		if (low === undefined || high === undefined) continue;
		intervals[key] = {low: Math.round(low) / 1000, high: Math.round(high) / 1000, confidence, of};
	}

	return {correlated, intervals};
};
