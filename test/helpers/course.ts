import {seededRandom} from '../../source/core/random.ts';
import type {Result} from '../../source/core/result.ts';
import type {MetricSummary} from '../../source/core/samples.ts';
import type {SeriesFigure, SeriesRun} from '../../source/core/series.ts';
import {noiseOf} from './noise.ts';
import {syntheticResult} from './result.ts';

export const day = 86_400_000;

export type Course = {
	readonly name?: string;
	readonly count: number;
	/** What the latencies of a run are multiplied by, and the throughput is divided by. */
	readonly level?: (index: number) => number;
	/** Standard deviation of the noise between runs, relative. */
	readonly noise?: number;
	readonly seed?: number;
	/** When each run began, in days after the first; every day one where left out. */
	readonly dayOf?: (index: number) => number;
	readonly began?: string;
	readonly hostname?: string;
	readonly connections?: number;
	readonly change?: (run: Result, index: number) => Result;
};

/** A commit that no other run has. */
export const commitOf = (index: number): string => (index + 1).toString(16).padStart(4, '0').repeat(10);

const plain = new Map<string, Result>();

/** The runs of a benchmark, one a day, whose figures go a known way. */
export const courseOf = ({
	name = 'checkout',
	count,
	level = () => 1,
	noise = 0.01,
	seed = 1,
	dayOf = (index) => index,
	began = '2025-03-01T03:00:00.000Z',
	hostname = 'bench-1',
	connections = 10,
	change = (run) => run,
}: Course): readonly Result[] => {
	const key = `${hostname} ${connections}`;
	const base = plain.get(key) ?? syntheticResult({seconds: 20, hostname, connections});
	plain.set(key, base);
	const between = noiseOf(seededRandom(seed), noise);
	return Array.from({length: count}, (_, index) => {
		const factor = level(index) * Math.exp(between());
		const tail = factor * Math.exp(between());
		const {latency, throughput} = base.summary;
		const id = `${index.toString().padStart(4, '0')}${name.slice(0, 3)}${hostname.slice(-1)}${connections}`;
		return change(
			{
				...base,
				id,
				name,
				began: new Date(Date.parse(began) + dayOf(index) * day).toISOString(),
				plan: {...base.plan, id, name},
				environment: {...base.environment, git: {commit: commitOf(index), branch: 'main', dirty: false}},
				summary: {
					...base.summary,
					latency: {...latency, p50: latency.p50! * factor, p90: latency.p90! * factor, p99: latency.p99! * tail},
					throughput: {...throughput, mean: throughput.mean! / factor},
				},
			},
			index,
		);
	});
};

const metricOf = (p50: number, unit: string, better: MetricSummary['better']): MetricSummary => ({
	...{
		unit,
		better,
		count: 9,
		mean: p50,
		stddev: p50 / 10,
		min: p50 * 0.9,
		p50,
		p90: p50 * 1.1,
		p99: p50 * 1.2,
		max: p50 * 1.2,
	},
	interval: null,
});

/** The same run as one that times no operations, but has metrics of its own. */
export const withMetrics = (
	run: Result,
	metrics: Readonly<Record<string, readonly [p50: number, unit: string, better: MetricSummary['better']]>>,
): Result => {
	const none = {mean: null, stddev: null, min: null, p50: null, p75: null, p90: null, p95: null, p99: null} as const;
	return {
		...run,
		summary: {
			...run.summary,
			latency: {...run.summary.latency, ...none, p999: null, p9999: null, max: null, count: 0, uncertain: []},
			metrics: Object.fromEntries(
				Object.entries(metrics).map(([name, [p50, unit, better]]) => [name, metricOf(p50, unit, better)]),
			),
		},
	};
};

/** A figure of runs, one a day unless told otherwise. */
export const figureOf = (
	values: readonly number[],
	{
		dayOf = (index) => index,
		name = 'p99',
		unit = 'ms',
		better = 'lower',
	}: {dayOf?: (index: number) => number} & Partial<Omit<SeriesFigure, 'values'>> = {},
): {readonly runs: readonly SeriesRun[]; readonly figure: SeriesFigure} => ({
	runs: values.map(
		(_, index): SeriesRun => ({
			id: `run${index}`,
			began: new Date(Date.UTC(2025, 2, 1) + dayOf(index) * day).toISOString(),
			...{commit: commitOf(index), branch: 'main', hostname: 'bench-1', standing: 'fit'},
			fingerprint: {workload: 'w', environment: 'e'},
		}),
	),
	figure: {name, unit, ...(better === undefined ? {} : {better}), values: Float64Array.from(values), uncertain: 0},
});
