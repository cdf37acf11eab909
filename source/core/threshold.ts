import type {Finding} from './finding.ts';
import {inUnit} from './quantity.ts';
import type {Result} from './result.ts';
import type {MetricSummary} from './samples.ts';
import type {PartSummary, Summary} from './summary.ts';

/** A limit that a figure of a run is held against. */
export type Threshold = {
	/**
	 * Which figure: 'latency.p95', 'errors', 'errors.5xx', 'success', 'throughput', or a metric by its name, with the figure
	 * of it behind a dot ('peak memory.max'; alone: its median). A part's: 'checkout > latency.p95'. The change of a figure
	 * against a base: 'delta.p99', 'delta.errors'.
	 */
	readonly metric: string;
	readonly comparison: '<' | '<=' | '>' | '>=';
	/** In the figure's own unit as documents have it: milliseconds, shares from 0 to 1, per second, bytes. */
	readonly limit: number;
	/** What the limit is in, where the figure may be in another: '450ms' of a metric in ns. Absent: the figure's own unit. */
	readonly unit?: string;
	/** As it was written: '< 450ms'. */
	readonly text: string;
};

/** A threshold and what became of it. */
export type CheckedThreshold = Omit<Threshold, 'comparison'> & {
	/** Tools that judge limits of their own know more ways. */
	readonly comparison: Threshold['comparison'] | '==' | '!=';
	/** The tool behind the engine judged it itself; its figure and limit are in this unit: 'ms', 'share', '1/s'. */
	readonly told?: {readonly by: string; readonly unit: string};
	readonly result: string;
	readonly name: string;
	/** Null: the run has no such figure, which fails. */
	readonly actual: number | null;
	readonly passed: boolean;
	/** Neither kept nor broken for certain: the interval of the change reaches across the limit. It is no failure. */
	readonly isUnclear?: true;
};

/** Whether a limit was broken, and is not merely unclear. */
export const isBroken = ({passed, isUnclear}: CheckedThreshold): boolean => !passed && isUnclear !== true;

const deltaPrefix = 'delta.';

/** Whether a limit is one of a change: of no use to a run alone. */
export const isDelta = ({metric}: Pick<Threshold, 'metric'>): boolean => metric.startsWith(deltaPrefix);

/** The metric of a Comparison that a limit of a change is about: 'p99' of 'delta.p99'. */
export const metricOfDelta = ({metric}: Pick<Threshold, 'metric'>): string => {
	const name = metric.slice(deltaPrefix.length);
	return name === 'errors' ? 'error rate' : name;
};

const comparisons: Readonly<Record<Threshold['comparison'], (actual: number, limit: number) => boolean>> = {
	'<': (actual, limit) => actual < limit,
	'<=': (actual, limit) => actual <= limit,
	'>': (actual, limit) => actual > limit,
	'>=': (actual, limit) => actual >= limit,
};

const numberIn = (record: object, key: string): number | null => {
	const value: unknown = Object.entries(record).find(([name]) => name === key)?.[1];
	return typeof value === 'number' ? value : null;
};

type Metrics = Readonly<Record<string, MetricSummary>>;

/** The metric that a name means, and which figure of it. */
const metricNamed = (metrics: Metrics, name: string): {metric: MetricSummary; figure: string} | undefined => {
	const alone = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
	if (alone !== undefined) return {metric: alone, figure: 'p50'};
	const dot = name.lastIndexOf('.');
	const metric = dot > 0 && Object.hasOwn(metrics, name.slice(0, dot)) ? metrics[name.slice(0, dot)] : undefined;
	return metric === undefined ? undefined : {metric, figure: name.slice(dot + 1)};
};

const partFigure = (part: PartSummary, figure: string): number | null => {
	if (figure.startsWith('latency.')) return numberIn(part.latency, figure.slice('latency.'.length));
	if (figure === 'throughput') return part.rate;
	if (figure === 'success') return part.successRate;
	if (figure === 'errors') return part.successRate === null ? null : 1 - part.successRate;
	return null;
};

/** The figure of a summary that a threshold names; null where there is none. */
export const figureOf = (summary: Summary, name: string): number | null => {
	const divider = name.indexOf(' > ');
	if (divider > 0) {
		const called = name.slice(0, divider);
		const part = Object.hasOwn(summary.parts ?? {}, called) ? summary.parts?.[called] : undefined;
		return part === undefined ? null : partFigure(part, name.slice(divider + 3));
	}

	if (summary.metrics !== undefined) {
		const found = metricNamed(summary.metrics, name);
		const figure = found === undefined ? null : numberIn(found.metric, found.figure);
		if (figure !== null) return figure;
	}

	if (name.startsWith('latency.')) return numberIn(summary.latency, name.slice('latency.'.length));
	if (name === 'throughput') return summary.throughput.mean;
	if (name.startsWith('throughput.')) return numberIn(summary.throughput, name.slice('throughput.'.length));
	if (name === 'success') return summary.successRate;
	if (name === 'errors') {
		const {failed, succeeded} = summary.operations;
		return failed + succeeded === 0 ? null : failed / (failed + succeeded);
	}

	return name.startsWith('errors.') ? numberIn(summary.errorRate, name.slice('errors.'.length)) : null;
};

/** A threshold in the unit of the metric that it is about; as it is where that is none, or of another kind. */
const inOwnUnit = ({unit, ...threshold}: Threshold, metrics: Metrics): Threshold => {
	if (unit === undefined) return threshold;
	const found = metricNamed(metrics, threshold.metric);
	const limit = found === undefined ? undefined : inUnit({value: threshold.limit, unit}, found.metric.unit);
	return limit === undefined ? {...threshold, unit} : {...threshold, limit};
};

/** The kind of findings that are limits of a script's own, judged by the tool that ran it. */
export const toldThreshold = 'threshold';

const allComparisons = ['<', '<=', '>', '>=', '==', '!='] as const;

type CheckedRun = Pick<Result, 'id' | 'name' | 'engine' | 'plan' | 'summary' | 'findings'>;

/** A limit that a tool judged: its figures are metric, comparison, limit, actual, unit, and passed (1 or 0). */
const toldBy = ({id, name, engine}: CheckedRun, {kind, figures}: Finding): readonly CheckedThreshold[] => {
	const {metric, comparison, limit, actual, unit, passed} = figures;
	const known = allComparisons.find((each) => each === comparison);
	if (kind !== toldThreshold || typeof metric !== 'string' || known === undefined) return [];
	if (typeof limit !== 'number' || typeof unit !== 'string') return [];
	return [
		{
			metric,
			comparison: known,
			limit,
			text: `${known} ${limit}`,
			told: {by: engine, unit},
			result: id,
			name,
			actual: typeof actual === 'number' ? actual : null,
			passed: passed === 1,
		},
	];
};

/**
 * What became of the thresholds of a run, those of its script among them and those of changes left out. One whose unit does not fit the figure has failed:
 * nobody can say.
 */
export const checkThresholds = (run: CheckedRun): readonly CheckedThreshold[] => {
	const {id, name, plan, summary, findings = []} = run;
	const own = (plan.thresholds ?? [])
		.filter((given) => !isDelta(given))
		.map((given) => {
			const threshold = inOwnUnit(given, summary.metrics ?? {});
			const actual = figureOf(summary, threshold.metric);
			return {
				...threshold,
				result: id,
				name,
				actual,
				passed:
					actual !== null && threshold.unit === undefined && comparisons[threshold.comparison](actual, threshold.limit),
			};
		});
	return [...own, ...findings.flatMap((finding) => toldBy(run, finding))];
};
