import {type Insight, insightSeverities} from '../core/insight.ts';
import type {Result, ResultSecond} from '../core/result.ts';
import {BenchtopError} from '../errors.ts';
import type {BenchmarkResultRow, PerformanceInsightRow, ResultSecondRow} from './schema.ts';
import type {StoredRun} from './store.ts';

type StoredFigures = Omit<StoredRun, 'environment' | 'insights'>;
type SecondFigures = Omit<ResultSecond, 'fromMs' | 'toMs' | 'histogram'>;

const isObject = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

// Rows are written by benchtop alone: what tells a damaged row is that its main parts are missing.
const isFigures = (value: unknown): value is StoredFigures =>
	isObject(value) && 'id' in value && 'summary' in value && 'ending' in value && 'plan' in value;
const isEnvironment = (value: unknown): value is StoredRun['environment'] => isObject(value) && 'cpu' in value;
const isTexts = (value: unknown): value is readonly string[] =>
	Array.isArray(value) && value.every((member) => typeof member === 'string');
const isFigureRecord = (value: unknown): value is Insight['figures'] =>
	isObject(value) &&
	Object.values(value).every((member) => member === null || typeof member === 'number' || typeof member === 'string');
const isSecond = (value: unknown): value is SecondFigures =>
	isObject(value) && 'outcomes' in value && 'sumMicroseconds' in value;

const parse = <T>(text: string, is: (value: unknown) => value is T, id: string, where: string): T => {
	let value: unknown;
	let cause: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		cause = error;
	}

	if (is(value)) return value;
	throw new BenchtopError(`The run ${id} in the history is damaged: ${where} is not what benchtop writes.`, {
		hint: `Run the benchmark again, or delete the row of benchmark_results whose id is ${id}.`,
		cause,
	});
};

/** A moment as the table has it: in UTC, so that text order is time order. */
export const inUtc = (began: string): string => {
	const time = new Date(began);
	return Number.isNaN(time.getTime()) ? began : time.toISOString();
};

/** A text as every database keeps it in a column: some take no NUL. */
export const columnText = (text: string): string => text.replaceAll('\0', '␀');

/** The row of a run, its timeline and insights left out. */
export const rowOf = ({timeline: _, insights: __, environment, ...figures}: Result): BenchmarkResultRow => ({
	id: figures.id,
	timestamp: inUtc(figures.began),
	benchmark_name: columnText(figures.name),
	commit_sha: environment.git?.commit ?? null,
	branch: environment.git?.branch ?? null,
	results: JSON.stringify(figures),
	environment: JSON.stringify(environment),
	state: figures.ending.state,
	engine: figures.engine,
	target: columnText(figures.target),
	hostname: environment.hostname,
	workload_fingerprint: figures.fingerprint.workload,
	environment_fingerprint: figures.fingerprint.environment,
});

/** The rows of a run's timeline. */
export const secondRowsOf = ({id, timeline}: Result): ResultSecondRow[] =>
	timeline.map(({fromMs, toMs, histogram, ...figures}, position) => ({
		result_id: id,
		position,
		from_ms: fromMs,
		to_ms: toMs,
		figures: JSON.stringify(figures),
		histogram,
	}));

/** The rows of a run's insights. */
export const insightRowsOf = ({id, insights = []}: Result): PerformanceInsightRow[] =>
	insights.map(({kind, severity, text, recommendations, figures}, position) => ({
		id: `${id}/${String(position).padStart(3, '0')}`,
		benchmark_result_id: id,
		insight_type: columnText(kind),
		description: columnText(text),
		severity,
		recommendations: JSON.stringify(recommendations),
		figures: JSON.stringify(figures),
	}));

/** The inverse of `insightRowsOf`, for rows of one run in the order of their ids. Throws a BenchtopError on damaged JSON. */
export const insightsOf = (rows: readonly PerformanceInsightRow[]): Insight[] =>
	rows.map((row) => ({
		kind: row.insight_type,
		severity: insightSeverities.find((severity) => severity === row.severity) ?? 'info',
		text: row.description,
		recommendations: parse(row.recommendations, isTexts, row.benchmark_result_id, 'what an insight recommends'),
		figures: parse(row.figures, isFigureRecord, row.benchmark_result_id, 'the figures of an insight'),
	}));

/** The inverse of `rowOf`. Throws a BenchtopError on a row whose JSON is damaged. */
export const storedRunOf = (row: Pick<BenchmarkResultRow, 'id' | 'results' | 'environment'>): StoredRun => ({
	...parse(row.results, isFigures, row.id, 'its column "results"'),
	environment: parse(row.environment, isEnvironment, row.id, 'its column "environment"'),
});

/** The inverse of `secondRowsOf`. Throws a BenchtopError on a row whose JSON is damaged. */
export const timelineOf = (rows: readonly ResultSecondRow[]): ResultSecond[] =>
	rows.map((row) => ({
		fromMs: row.from_ms,
		toMs: row.to_ms,
		...parse(row.figures, isSecond, row.result_id, `"figures" of second ${row.position}`),
		histogram: row.histogram,
	}));
