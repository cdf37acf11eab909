import {type Insight, insightSeverities} from '../core/insight.ts';
import type {Compared, Result, ResultSecond} from '../core/result.ts';
import {type RunFigure, type SeriesRun, type Standing, standingOf, standings} from '../core/series.ts';
import {BenchtopError} from '../errors.ts';
import {runFigures} from '../stats/series-figures.ts';
import type {
	BenchmarkResultRow,
	PerformanceInsightRow,
	ResultFiguresRow,
	ResultSamplesRow,
	ResultSecondRow,
} from './schema.ts';
import type {StoredRun} from './store.ts';

type Samples = NonNullable<Result['samples']>;
/** `samples`: of runs that version 1 of the tables kept. */
type StoredFigures = Omit<StoredRun, 'environment' | 'insights'> & {readonly samples?: Samples};
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

const isSamples = (value: unknown): value is Samples => isObject(value);
const isStanding = (value: string): value is Standing => standings.some((standing) => standing === value);

type FigureTuple = readonly [
	name: string,
	unit: string,
	value: number,
	better: 'lower' | 'higher' | null,
	uncertain: boolean,
];

const isFigureTuples = (value: unknown): value is readonly FigureTuple[] =>
	Array.isArray(value) &&
	value.every(
		(each) => Array.isArray(each) && each.length >= 5 && typeof each[0] === 'string' && Number.isFinite(each[2]),
	);

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

/** The row of a run, its timeline, samples and insights left out. */
export const rowOf = ({
	timeline: _,
	samples: __,
	insights: ___,
	environment,
	...figures
}: Result): BenchmarkResultRow => ({
	id: figures.id,
	timestamp: inUtc(figures.began),
	benchmark_name: columnText(figures.name),
	commit_sha: environment.git === undefined ? null : columnText(environment.git.commit),
	branch: environment.git?.branch === undefined ? null : columnText(environment.git.branch),
	results: JSON.stringify(figures),
	environment: JSON.stringify(environment),
	state: figures.ending.state,
	engine: figures.engine,
	target: columnText(figures.target),
	hostname: columnText(environment.hostname),
	workload_fingerprint: figures.fingerprint.workload,
	environment_fingerprint: figures.fingerprint.environment,
});

/** The row of a run's samples; `undefined` where it has none. */
export const samplesRowOf = ({id, samples}: Result): ResultSamplesRow | undefined =>
	samples === undefined ? undefined : {result_id: id, samples: JSON.stringify(samples)};

/** A run as one place of a series, from its row and its figures. */
export const figuresRowOf = (
	row: Omit<BenchmarkResultRow, 'results' | 'environment'>,
	run: Compared & Pick<Result, 'ending' | 'plan' | 'validity'>,
): ResultFiguresRow => ({
	result_id: row.id,
	timestamp: row.timestamp,
	benchmark_name: row.benchmark_name,
	commit_sha: row.commit_sha,
	branch: row.branch,
	hostname: row.hostname,
	workload_fingerprint: row.workload_fingerprint,
	environment_fingerprint: row.environment_fingerprint,
	standing: standingOf(run),
	figures: JSON.stringify(
		runFigures(run).map(
			({name, unit, value, better, uncertain}): FigureTuple => [name, unit, value, better ?? null, uncertain],
		),
	),
});

/** The inverse of `figuresRowOf`. Throws a BenchtopError on a row whose JSON is damaged. */
export const seriesRunOf = (row: ResultFiguresRow): readonly [run: SeriesRun, figures: readonly RunFigure[]] => [
	{
		id: row.result_id,
		began: row.timestamp,
		commit: row.commit_sha,
		branch: row.branch,
		hostname: row.hostname,
		fingerprint: {workload: row.workload_fingerprint, environment: row.environment_fingerprint},
		standing: isStanding(row.standing) ? row.standing : 'unfit',
	},
	parse(row.figures, isFigureTuples, row.result_id, 'its column "figures"').map(
		([name, unit, value, better, uncertain]) => ({name, unit, value, ...(better === null ? {} : {better}), uncertain}),
	),
];

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

type ReadRow = Pick<BenchmarkResultRow, 'id' | 'results' | 'environment'>;

const readRow = (row: ReadRow): StoredRun & {readonly samples?: Samples} => ({
	...parse(row.results, isFigures, row.id, 'its column "results"'),
	environment: parse(row.environment, isEnvironment, row.id, 'its column "environment"'),
});

/** The inverse of `rowOf`. Throws a BenchtopError on a row whose JSON is damaged. */
export const storedRunOf = (row: ReadRow): StoredRun => {
	const {samples: _, ...run} = readRow(row);
	return run;
};

/** A run whole, from the rows that it has. Throws a BenchtopError on one whose JSON is damaged. */
export const resultOfRows = (
	row: ReadRow,
	samples: ResultSamplesRow | undefined,
	seconds: readonly ResultSecondRow[],
): Result => ({
	...readRow(row),
	...(samples === undefined ? {} : {samples: parse(samples.samples, isSamples, row.id, 'what is kept of its samples')}),
	timeline: timelineOf(seconds),
});

/** The inverse of `secondRowsOf`. Throws a BenchtopError on a row whose JSON is damaged. */
const timelineOf = (rows: readonly ResultSecondRow[]): ResultSecond[] =>
	rows.map((row) => ({
		fromMs: row.from_ms,
		toMs: row.to_ms,
		...parse(row.figures, isSecond, row.result_id, `"figures" of second ${row.position}`),
		histogram: row.histogram,
	}));
