// What k6 says beside its points: its log, its progress, and the summary at its end.
import {parseDuration} from '../../core/units.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const recordIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return isRecord(value) ? value : undefined;
	} catch {
		return undefined;
	}
};

/** A line of k6's log, in the format 'json'. */
export type LogLine = {
	readonly level: string;
	readonly words: string;
	/** 'stacktrace': an iteration threw. */
	readonly source?: string;
	/** The scenario that it is about. */
	readonly scenario?: string;
	readonly hint?: string;
	/** How many scenarios there are. */
	readonly executors?: number;
};

/** `undefined`: it is none. */
export const logLineOf = (text: string): LogLine | undefined => {
	const line = text.startsWith('{') ? recordIn(text) : undefined;
	if (line === undefined || typeof line.level !== 'string' || typeof line.msg !== 'string') return undefined;
	const {level, msg: words, source, scenario, executor, hint, executorsCount} = line;
	const of = typeof scenario === 'string' ? scenario : executor;
	return {
		level,
		words,
		...(typeof source === 'string' ? {source} : {}),
		...(typeof of === 'string' ? {scenario: of} : {}),
		...(typeof hint === 'string' ? {hint} : {}),
		...(typeof executorsCount === 'number' ? {executors: executorsCount} : {}),
	};
};

/** How many iterations were made, by its progress: 'running (01.0s), 2/2 VUs, 16 complete and 3 interrupted iterations'. */
export type Progress = {readonly complete: number; readonly interrupted: number};

export const progressOf = (line: string): Progress | undefined => {
	const match = /(\d+) complete and (\d+) interrupted iterations/.exec(line);
	return match === null ? undefined : {complete: Number(match[1]), interrupted: Number(match[2])};
};

/** How long a scenario is planned to take, by its description: '* default: 2 looping VUs for 1s (gracefulStop: 30s)'. Milliseconds. */
export const plannedOf = (line: string): number | undefined => {
	const length = /^\s*\* .*: .* for ([\d.hms]+)/.exec(line)?.[1];
	if (length === undefined) return undefined;
	const start = /startTime: ([\d.hms]+)/.exec(line)?.[1];
	return (parseDuration(length) ?? 0) + (start === undefined ? 0 : (parseDuration(start) ?? 0));
};

/** A limit of the script's, as k6 judged it over the whole run. */
export type ToldThreshold = {
	/** 'http_req_duration{scenario:browse}'. */
	readonly metric: string;
	/** 'p(95)<500'. */
	readonly text: string;
	readonly passed: boolean;
	/** In the metric's own unit: milliseconds, bytes, shares from 0 to 1. Null: the summary does not have that figure. */
	readonly actual: number | null;
};

/** What k6 writes at its end, as far as it says more than its points. */
export type Summary = {
	readonly thresholds: readonly ToldThreshold[];
	/** How many requests and iterations k6 counted itself; absent: none. */
	readonly requests?: number;
	readonly iterations?: number;
};

const figureNames: Readonly<Record<string, readonly string[]>> = {
	rate: ['rate', 'value'],
	value: ['value'],
	count: ['count'],
};

/** Which figure of a metric a limit is about: 'p(95)' of 'p(95)<500'. */
export const figureOfThreshold = (text: string): string => /^\s*([a-z]+(?:\(\s*[\d.]+\s*\))?)/.exec(text)?.[1] ?? '';

const actualOf = (metric: Readonly<Record<string, unknown>>, text: string): number | null => {
	const figure = figureOfThreshold(text).replace(/\s/g, '');
	for (const name of figureNames[figure] ?? [figure]) {
		const value = metric[name];
		if (typeof value === 'number') return value;
	}

	return null;
};

/**
 * Whether a limit was kept. In an exported summary `true` says that it was broken; what handleSummary is given has
 * {ok: true} for one that was kept.
 */
const wasKept = (told: unknown): boolean | undefined => {
	if (typeof told === 'boolean') return !told;
	return isRecord(told) && typeof told.ok === 'boolean' ? told.ok : undefined;
};

const countIn = (metric: unknown): number | undefined => {
	if (!isRecord(metric)) return undefined;
	const {values} = metric;
	const count = isRecord(values) ? values.count : metric.count;
	return typeof count === 'number' ? count : undefined;
};

/** What stands in the file of `--summary-export`; `undefined`: it is no such file. */
export const summaryIn = (text: string): Summary | undefined => {
	const whole = recordIn(text);
	if (whole === undefined || !isRecord(whole.metrics)) return undefined;
	const {metrics} = whole;
	const thresholds = Object.entries(metrics).flatMap(([name, metric]): readonly ToldThreshold[] => {
		if (!isRecord(metric) || !isRecord(metric.thresholds)) return [];
		const figures = isRecord(metric.values) ? metric.values : metric;
		return Object.entries(metric.thresholds).flatMap(([limit, told]) => {
			const passed = wasKept(told);
			return passed === undefined ? [] : [{metric: name, text: limit, passed, actual: actualOf(figures, limit)}];
		});
	});
	const requests = countIn(metrics.http_reqs);
	const iterations = countIn(metrics.iterations);
	return {
		thresholds,
		...(requests === undefined ? {} : {requests}),
		...(iterations === undefined ? {} : {iterations}),
	};
};
