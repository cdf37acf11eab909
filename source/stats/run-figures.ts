import {mergeAllHistograms} from '../core/histogram.ts';
import {type Compared, histogramAt} from '../core/result.ts';
import {figureNames} from '../core/summary.ts';
import {deviationOf} from './describe.ts';
import {runQuantile} from './run-quantile.ts';
import type {Share} from './share-difference.ts';

/** One figure of one run. */
export type Figure = {
	readonly unit: string;
	/** Absent: neither more nor less of it is better. */
	readonly lowerIsBetter?: boolean;
	readonly value: number;
};

const quantiles = [
	{key: 'p50', q: 0.5},
	{key: 'p90', q: 0.9},
	{key: 'p99', q: 0.99},
] as const;

/** From here on whole microseconds are finer than the buckets of a histogram. */
const fineFrom = 2;

/** The quantile of a run in milliseconds, as it is told, or finer where it is told in few microseconds. */
const latencyOf = (run: Compared, {key, q}: (typeof quantiles)[number]): number | null => {
	const told = run.summary.latency[key];
	if (told === null || told >= fineFrom || run.summary.latency.waiting.count > 0) return told;
	const fine = runQuantile(mergeAllHistograms(run.timeline.map(histogramAt)), q);
	return fine === undefined ? told : fine / 1000;
};

/** What runs are compared by: quantiles of the latency, throughput, and the medians of their metrics, by name. */
export const figuresOf = (run: Compared): ReadonlyMap<string, Figure> => {
	const figures = new Map<string, Figure>();
	const add = (name: string, unit: string, value: number | null, lowerIsBetter: boolean | undefined): void => {
		if (value !== null) figures.set(name, {unit, value, ...(lowerIsBetter === undefined ? {} : {lowerIsBetter})});
	};
	if (run.summary.latency.count > 0) {
		for (const quantile of quantiles) add(quantile.key, 'ms', latencyOf(run, quantile), true);
	}

	add('throughput', '1/s', run.summary.throughput.mean, false);
	for (const [name, {unit, better, p50}] of Object.entries(run.summary.metrics ?? {})) {
		// As histories and documents of earlier versions may have it.
		if (figureNames.includes(name)) continue;
		add(name, unit, p50, better === null ? undefined : better === 'lower');
	}

	return figures;
};

/** The operations of a run that failed, of all that ended. */
export const errorShareOf = ({summary: {operations}}: Compared): Share => ({
	failed: operations.failed,
	ended: operations.succeeded + operations.failed,
});

/** How much runs of one benchmark vary on one machine: the standard deviation of ln, of so many runs. */
export type BetweenRuns = {readonly deviation: number; readonly of: number};

/**
 * What runs of a stable stretch of history vary by, for each figure that at least two of them have. What varies within
 * each of them is in it too: with that counted twice, intervals err on the wide side.
 */
export const noiseBetween = (runs: readonly Compared[]): ReadonlyMap<string, BetweenRuns> => {
	const logarithms = new Map<string, number[]>();
	for (const run of runs) {
		for (const [name, {value}] of figuresOf(run)) {
			if (value > 0) logarithms.set(name, [...(logarithms.get(name) ?? []), Math.log(value)]);
		}
	}

	return new Map(
		[...logarithms]
			.filter(([, values]) => values.length > 1)
			.map(([name, values]) => [name, {deviation: deviationOf(values), of: values.length}]),
	);
};
