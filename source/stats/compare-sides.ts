import type {Comparison} from '../core/report.ts';
import type {Compared} from '../core/result.ts';
import {meanOf} from './describe.ts';
import {type JudgedMetric, judgeAll} from './judge.ts';
import type {RunFigures} from './judge-figures.ts';
import {coversRuns, type Judging} from './judging.ts';
import {marginIn, unjudged} from './margin.ts';
import {type BetweenRuns, errorShareOf, type Figure, figuresOf} from './run-figures.ts';
import type {Share} from './share-difference.ts';

/** How the runs of two sides are held against each other. */
export type ComparingSides = Judging & {
	/** By the name of the metric; relative, of the error rate as the difference of the shares. Else the default ones. */
	readonly margins?: Readonly<Record<string, number>>;
	/** Which metrics gate, by name; the others are displayed only. */
	readonly gates?: readonly string[];
	/** What runs vary by here, from elsewhere (`noiseBetween`). */
	readonly noise?: ReadonlyMap<string, BetweenRuns>;
};

const errorRate = 'error rate';
/** The metrics that gate, of runs whose operations are timed one by one. */
export const usualGates: readonly string[] = ['p50', 'p99', 'throughput', errorRate];

/** Of what has no better, no verdict says which it is. */
const neutral = (comparison: Comparison): Comparison => {
	if (comparison.verdict !== 'worse' && comparison.verdict !== 'better') return comparison;
	const {severity, ...rest} = comparison;
	return {
		...rest,
		verdict: 'unclear',
		because: `${rest.because ?? ''} But neither more nor less of it is better.`.trim(),
	};
};

const meanIn = (values: readonly number[]): number | null => (values.length === 0 ? null : meanOf(values));

/** Of a figure that some runs lack: it would be compared over other runs than the rest. */
const unlike = (
	{metric, unit, lowerIsBetter, base, candidate, isDisplayed = false}: RunFigures,
	confidence = 0.95,
): Comparison => ({
	...unjudged(
		{metric, unit, lowerIsBetter, base: meanIn(base), candidate: meanIn(candidate)},
		{estimate: null, low: null, high: null, confidence, covers: coversRuns(false)},
		candidate.length === 0
			? 'The candidate has no such figure.'
			: 'Some of the runs have no such figure: over the others it would be another comparison.',
	),
	...(isDisplayed ? {isDisplayed} : {}),
});

/** What of a run it is held against others by. */
export type SideFigures = {
	/** By name. */
	readonly figures: Readonly<Record<string, Figure>>;
	/** Operations that failed, of those that ended. */
	readonly errors: Share;
};

export const sideFigures = (run: Compared): SideFigures => ({
	figures: Object.fromEntries(figuresOf(run)),
	errors: errorShareOf(run),
});

/**
 * Several runs a side, metric by metric: p50, p90, p99, throughput, error rate, and the metrics that every run has. Unless
 * told otherwise p50, p99, throughput and error rate gate, or the metrics of runs whose operations are not timed one by
 * one; p90 and the metrics of other runs are displayed. Runs are given in the order of the rounds.
 */
export const compareFigures = (
	base: readonly SideFigures[],
	candidate: readonly SideFigures[],
	{margins = {}, gates, noise, ...judging}: ComparingSides = {},
): readonly Comparison[] => {
	const known = (runs: readonly SideFigures[]) => runs.map(({figures}) => new Map(Object.entries(figures)));
	const [before, after] = [known(base), known(candidate)];
	// What any run of the base tells the candidate is to tell as well; what is new in the candidate has nothing beside it.
	const first = new Map<string, Figure>();
	for (const [name, figure] of before.flatMap((figures) => [...figures])) {
		if (!first.has(name)) first.set(name, figure);
	}

	const isTimed = first.has('p50');
	const isGate = (name: string, figure?: Figure): boolean =>
		gates?.includes(name) ??
		(usualGates.includes(name) || (!isTimed && figure !== undefined && figure.lowerIsBetter !== undefined));
	const marginOf = (name: string): number => marginIn(margins, name);
	const valuesOf = (runs: ReadonlyArray<ReadonlyMap<string, Figure>>, name: string, unit: string): number[] =>
		runs.flatMap((figures) => {
			const figure = figures.get(name);
			return figure === undefined || figure.unit !== unit ? [] : [figure.value];
		});
	const lacking: Comparison[] = [];
	const metrics = [...first].flatMap(([name, figure]): JudgedMetric[] => {
		const deviation = noise?.get(name)?.deviation;
		const figures: RunFigures = {
			metric: name,
			unit: figure.unit,
			lowerIsBetter: figure.lowerIsBetter ?? true,
			base: valuesOf(before, name, figure.unit),
			candidate: valuesOf(after, name, figure.unit),
			margin: marginOf(name),
			...(deviation === undefined ? {} : {noise: deviation}),
			isDisplayed: !isGate(name, figure),
		};
		if (figures.base.length === base.length && figures.candidate.length === candidate.length) return [figures];
		lacking.push(unlike(figures, judging.confidence));
		return [];
	});
	const place = metrics.findIndex(({metric}) => metric === 'throughput') + 1;
	metrics.splice(place, 0, {
		metric: errorRate,
		lowerIsBetter: true,
		base: base.map(({errors}) => errors),
		candidate: candidate.map(({errors}) => errors),
		margin: marginOf(errorRate),
		isDisplayed: !isGate(errorRate),
	});
	const judged = judgeAll(metrics, judging).map((comparison) => {
		const figure = first.get(comparison.metric);
		return figure !== undefined && figure.lowerIsBetter === undefined ? neutral(comparison) : comparison;
	});
	if (lacking.length === 0) return judged;
	const order = [...first.keys()];
	order.splice(order.indexOf('throughput') + 1, 0, errorRate);
	return [...judged, ...lacking].sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric));
};

/** Several runs a side, held against each other as `compareFigures` does. */
export const compareSides = (
	base: readonly Compared[],
	candidate: readonly Compared[],
	options: ComparingSides = {},
): readonly Comparison[] => compareFigures(base.map(sideFigures), candidate.map(sideFigures), options);
