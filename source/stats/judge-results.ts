import type {Comparison} from '../core/report.ts';
import {histogramOfResult, type Result} from '../core/result.ts';
import {type JudgedMetric, judgeAll} from './judge.ts';
import type {Judging} from './judging.ts';
import {defaultMargin} from './margin.ts';
import {runQuantile} from './run-quantile.ts';

export type JudgedResults = Judging & {
	/** By metric, where they are not the default ones; in the terms of the change. */
	readonly margins?: Readonly<Record<string, number>>;
	/** By metric: how much runs of this benchmark vary here (standard deviation of ln), known from its history. */
	readonly noise?: Readonly<Record<string, number>>;
};

const quantiles = [
	{metric: 'p50', q: 0.5, isDisplayed: false},
	{metric: 'p90', q: 0.9, isDisplayed: true},
	{metric: 'p99', q: 0.99, isDisplayed: false},
] as const;

type Sides = {readonly base: readonly Result[]; readonly candidate: readonly Result[]};

/** The figure of each run of both sides, if all of them have one. */
const figures = (
	{base, candidate}: Sides,
	of: (result: Result) => number | null | undefined,
): {readonly base: readonly number[]; readonly candidate: readonly number[]} | undefined => {
	const read = (results: readonly Result[]): readonly number[] => results.flatMap((result) => of(result) ?? []);
	const [before, after] = [read(base), read(candidate)];
	return before.length === base.length && after.length === candidate.length
		? {base: before, candidate: after}
		: undefined;
};

/** The metrics that every run of both sides has, in the order of the first run; of those that have a better side. */
const commonMetrics = ({base, candidate}: Sides) =>
	Object.entries(base[0]?.summary.metrics ?? {}).filter(
		([name, {better, unit}]) =>
			better !== null && [...base, ...candidate].every(({summary}) => summary.metrics?.[name]?.unit === unit),
	);

const shareOf = ({summary: {operations}}: Result) => ({
	failed: operations.failed,
	ended: operations.failed + operations.succeeded,
});

const metricsOf = (sides: Sides, {margins = {}, noise = {}}: JudgedResults): readonly JudgedMetric[] => {
	const {base, candidate} = sides;
	const settings = (metric: string) => ({
		metric,
		margin: margins[metric] ?? defaultMargin(metric),
		...(noise[metric] === undefined ? {} : {noise: noise[metric]}),
	});
	const isTimed = [...base, ...candidate].every(({summary}) => summary.latency.count > 0);
	const latencies = isTimed ? quantiles : [];
	const rates = figures(sides, ({summary}) => summary.throughput.mean);
	return [
		...latencies.flatMap(({metric, q, isDisplayed}): JudgedMetric[] => {
			const found = figures(sides, (result) => {
				const microseconds = runQuantile(histogramOfResult(result), q);
				return microseconds === undefined ? undefined : microseconds / 1000;
			});
			return found === undefined ? [] : [{...settings(metric), unit: 'ms', lowerIsBetter: true, ...found, isDisplayed}];
		}),
		...(rates === undefined
			? []
			: [{...settings('throughput'), unit: '1/s', lowerIsBetter: false, ...rates, isDisplayed: !isTimed}]),
		{
			...settings('error rate'),
			lowerIsBetter: true,
			base: base.map(shareOf),
			candidate: candidate.map(shareOf),
		},
		...commonMetrics(sides).flatMap(([name, {unit, better}]): JudgedMetric[] => {
			const found = figures(sides, ({summary}) => summary.metrics?.[name]?.p50);
			return found === undefined
				? []
				: [{...settings(name), unit, lowerIsBetter: better === 'lower', ...found, isDisplayed: isTimed}];
		}),
	];
};

/**
 * Several runs of one benchmark a side, judged: p50, p99, throughput and the error rate gate, p90 and metrics are
 * displayed; of runs that were not timed one by one their metrics gate. In the order of the rounds on both sides.
 */
export const judgeResults = (
	base: readonly Result[],
	candidate: readonly Result[],
	options: JudgedResults = {},
): readonly Comparison[] => {
	const {margins: _, noise: __, ...judging} = options;
	return judgeAll(metricsOf({base, candidate}, options), judging);
};
