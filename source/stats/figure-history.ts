import type {SeriesFigure, SeriesRun} from '../core/series.ts';
import {anomaliesIn, isAnomaly} from './anomalies.ts';
import {fitAutoregression} from './autoregression.ts';
import {analyseChanges, type ChangePoint} from './change-points.ts';
import {type DayTrend, trendPerDay} from './day-trend.ts';
import {fitLine} from './least-squares.ts';
import {momentsOf} from './moments.ts';
import {studentTQuantile} from './student-t.ts';

/** A difference and the interval that holds the true one with `confidence`; without ends where a side has a single value. */
export type Difference = {
	readonly estimate: number;
	readonly low: number | null;
	readonly high: number | null;
	readonly confidence: number;
};

/** A run whose figure does not belong to those around it. */
export type FigureAnomaly = {
	/** Of the run in the series. */
	readonly place: number;
	readonly value: number;
	/** How far it is from the median between its change points, in robust standard deviations. */
	readonly score: number;
	/** Whether it lies after the last change. */
	readonly isCurrent: boolean;
};

/** What a figure is at between two changes. `from` and `to` count the runs that have it, `to` the first one after. */
export type Level = {
	readonly from: number;
	readonly to: number;
	/** Of so many runs: those that stand far from the others are left aside, and told as anomalies. */
	readonly of: number;
	readonly mean: number;
	/** Of the runs around the mean; 0 of a single one. */
	readonly deviation: number;
};

/** A change of a figure from one run to the next. Places are those of runs in the series. */
export type FigureChange = {
	/** The last run before it, and the first after it, where it most likely is. */
	readonly before: number;
	readonly after: number;
	/** It came with one of these runs, with a confidence of 95 %. */
	readonly earliest: number;
	readonly latest: number;
	readonly p: number;
	/** Means up to the change before, and up to the next one; runs that stand far from the others left aside. */
	readonly from: number;
	readonly to: number;
	readonly runs: {readonly before: number; readonly after: number};
	/** In the unit of the figure. */
	readonly difference: Difference;
	/** As a share of what it was; `undefined` where that, or what it became, is not above 0. */
	readonly change: Difference | undefined;
	/** `undefined` of figures of which neither more nor less is better. */
	readonly verdict: 'better' | 'worse' | undefined;
};

/** Where a figure changed. */
export type FigureChanges = {
	readonly figure: SeriesFigure;
	/** The runs of the series that have it, and what they have. */
	readonly places: readonly number[];
	readonly values: Float64Array;
	/** Since the last change; `undefined` of no run. */
	readonly level: Level | undefined;
	readonly changes: readonly FigureChange[];
};

/** What a figure did from run to run. */
export type FigureHistory = FigureChanges & {
	readonly anomalies: readonly FigureAnomaly[];
	/** Since the last change, and over all of them: there a step is taken for a slope. `undefined`: there is no telling. */
	readonly recent: DayTrend | undefined;
	readonly overall: DayTrend | undefined;
};

const confidence = 0.95;
/** Of fewer runs no interval of a slope has 95 %: four rise in a row by chance one time in 24. */
export const leastForTrend = 5;
/** A slope per day takes that many days at least: what runs of an hour do says nothing of a day. */
export const leastDays = 1;
const millisecondsOfDay = 86_400_000;

const knownTimes = new WeakMap<readonly SeriesRun[], Float64Array>();

/** When the runs began, in milliseconds: read once for all figures of thousands of runs. */
const timesOf = (runs: readonly SeriesRun[]): Float64Array => {
	const known = knownTimes.get(runs) ?? Float64Array.from(runs, ({began}) => Date.parse(began));
	knownTimes.set(runs, known);
	return known;
};

const levelOf = (values: Float64Array, held: Float64Array, from: number, to: number): Level => {
	const steady = values.subarray(from, to).filter((value, index) => value === held[from + index]);
	const {count, mean, squares} = steady.length > 0 ? momentsOf(steady) : momentsOf(held, from, to);
	return {from, to, of: count, mean, deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1))};
};

/** A level, and how much what is made of its mean weighs it. */
type Side = {readonly level: Level; readonly weight: number};

/**
 * Half the interval of the difference of two means (Welch), which vary `inflation` times as much as those of independent
 * values; `undefined` where a side has a single one.
 */
const halfWidth = (sides: readonly [Side, Side], inflation: number): number | undefined => {
	if (sides.some(({level}) => level.of < 2)) return undefined;
	const parts = sides.map(({level: {of, deviation}, weight}) => ({
		variance: (weight * deviation) ** 2 / of,
		freedom: of - 1,
	}));
	const variance = parts.reduce((sum, part) => sum + part.variance, 0);
	if (variance === 0) return 0;
	const freedom = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
	return studentTQuantile((1 + confidence) / 2, Math.max(1, freedom / inflation)) * Math.sqrt(variance * inflation);
};

const changeOf = (
	{index, earliest, latest, p}: ChangePoint,
	before: Level,
	after: Level,
	places: readonly number[],
	better: SeriesFigure['better'],
	inflation: number,
): FigureChange => {
	const [from, to] = [before.mean, after.mean];
	const weighed = (weightBefore: number, weightAfter: number): number | undefined =>
		halfWidth(
			[
				{level: before, weight: weightBefore},
				{level: after, weight: weightAfter},
			],
			inflation,
		);
	const around = (estimate: number, half: number | undefined, scale = (value: number) => value): Difference => ({
		estimate: scale(estimate),
		low: half === undefined ? null : scale(estimate - half),
		high: half === undefined ? null : scale(estimate + half),
		confidence,
	});
	return {
		before: places[index - 1]!,
		after: places[index]!,
		earliest: places[earliest]!,
		latest: places[latest]!,
		p,
		from,
		to,
		runs: {before: before.to - before.from, after: after.to - after.from},
		difference: around(to - from, weighed(1, 1)),
		// On the logarithmic scale (delta method): a share cannot fall below nothing.
		change: from > 0 && to > 0 ? around(Math.log(to / from), weighed(1 / from, 1 / to), Math.expm1) : undefined,
		verdict: better === undefined ? undefined : to > from === (better === 'higher') ? 'better' : 'worse',
	};
};

const trendOver = (
	runs: readonly SeriesRun[],
	places: readonly number[],
	values: Float64Array,
): DayTrend | undefined => {
	if (values.length < leastForTrend) return undefined;
	const times = timesOf(runs);
	const trend = trendPerDay(
		places.map((place, index) => ({at: times[place]!, value: values[index]!})),
		confidence,
	);
	return trend === undefined || trend.days < leastDays ? undefined : trend;
};

const squaresOf = (values: ArrayLike<number>, expected: (index: number) => number): number => {
	let squares = 0;
	for (let index = 0; index < values.length; index++) squares += (values[index]! - expected(index)) ** 2;
	return squares;
};

/**
 * Whether a straight line over time tells more of the values than levels between changes do (Schwarz's criterion: each
 * change takes a place and a level). What creeps is cut into stairs by a search for steps; they are no changes.
 */
const creeps = (
	runs: readonly SeriesRun[],
	places: readonly number[],
	values: Float64Array,
	points: readonly ChangePoint[],
): boolean => {
	if (points.length === 0) return false;
	const times = timesOf(runs);
	const first = times[places[0]!]!;
	const days = places.map((place) => (times[place]! - first) / millisecondsOfDay);
	const line = fitLine(days.map((at, index) => ({at, value: values[index]!})));
	if (line === undefined) return false;
	const segments = [points[0]!.before, ...points.map(({after}) => after)];
	const stairs = segments.reduce((sum, {from, to, mean}) => sum + squaresOf(values.subarray(from, to), () => mean), 0);
	const slope = squaresOf(values, (index) => line.intercept + line.slope.estimate * days[index]!);
	const count = values.length;
	const criterion = (squares: number, parameters: number): number =>
		count * Math.log(Math.max(squares, Number.MIN_VALUE) / count) + parameters * Math.log(count);
	return criterion(slope, 2) < criterion(stairs, 1 + 2 * points.length);
};

/** The changes of a figure over runs in their order. The same runs give the same answer. */
export const changesOf = (runs: readonly SeriesRun[], figure: SeriesFigure): FigureChanges => {
	const places = runs.flatMap((_, place) => (Number.isFinite(figure.values[place]) ? [place] : []));
	const values = Float64Array.from(places, (place) => figure.values[place]!);
	const {changePoints: found, held} = analyseChanges(values);
	const changePoints = creeps(runs, places, held, found) ? [] : found;
	const bounds = [0, ...changePoints.map(({index}) => index), values.length];
	const {inflation} = fitAutoregression(held, bounds);
	const levels = bounds.slice(1).map((to, segment) => levelOf(values, held, bounds[segment]!, to));
	return {
		figure,
		places,
		values,
		level: values.length === 0 ? undefined : levels.at(-1),
		changes: changePoints.map((point, place) =>
			changeOf(point, levels[place]!, levels[place + 1]!, places, figure.better, inflation),
		),
	};
};

/** Changes, anomalies and trend of a figure over runs in their order. The same runs give the same answer. */
export const analyseFigure = (runs: readonly SeriesRun[], figure: SeriesFigure): FigureHistory => {
	const known = changesOf(runs, figure);
	const {places, values, changes, level} = known;
	const bounds = [0, ...changes.map(({after}) => places.indexOf(after)), values.length];
	const anomalies = bounds.slice(1).flatMap((to, segment) => {
		const from = bounds[segment]!;
		return anomaliesIn(Array.from(values.subarray(from, to)))
			.filter(({score}) => isAnomaly(score))
			.map(({index, value, score}) => ({
				place: places[from + index]!,
				value,
				score,
				isCurrent: segment === bounds.length - 2,
			}));
	});
	const overall = trendOver(runs, places, values);
	const since = level?.from ?? 0;
	return {
		...known,
		anomalies,
		recent: since === 0 ? overall : trendOver(runs, places.slice(since), values.subarray(since)),
		overall,
	};
};
