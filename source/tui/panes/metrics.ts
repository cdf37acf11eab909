import type {Finding} from '../../core/finding.ts';
import {confidenceWords, intervalWords, medianChange} from '../../core/metric-words.ts';
import type {RunState} from '../../core/run-state.ts';
import type {MetricSummary, Samples} from '../../core/samples.ts';
import {formatChange, formatCount, measureFormat} from '../../core/units.ts';
import {bar} from '../charts/bar.ts';
import {sparkline} from '../charts/sparkline.ts';
import {clip, clipLine, type Line, left, outside, right, type Span, span, widthOf, within, wrap} from '../line.ts';
import type {Pane, Size, View} from '../pane.ts';
import {greatest, least} from '../series.ts';
import {matcher, matchNote} from './filter.ts';

type Row = {
	readonly name: string;
	readonly metric: MetricSummary;
	readonly base: MetricSummary | undefined;
	readonly samples: Samples | undefined;
};

/** What is counted: the measured phase, or before it the warm-up. */
const metricsIn = ({run, summary}: View): ReadonlyArray<readonly [name: string, metric: MetricSummary]> =>
	run.total === undefined ? [] : Object.entries(summary.metrics ?? {});

const rowsOf = (view: View): readonly Row[] => {
	const before = view.run.began?.baseline?.summary.metrics;
	return metricsIn(view).map(([name, metric]) => ({
		name,
		metric,
		base: before?.[name],
		samples: view.run.total?.metrics?.[name]?.samples,
	}));
};

const found = (view: View): readonly Row[] => {
	const matches = matcher(view.filter);
	return rowsOf(view).filter(({name, metric}) => matches(`${name} ${metric.unit} ${metric.about ?? ''}`));
};

const figureColumns = 10;
const intervalColumns = 10;
const confidenceColumns = 5;
const changeColumns = 9;
const countColumns = 7;
const leastName = 10;
const leastSpark = 8;
const mostSpark = 60;
const gap = 1;

type Columns = {
	readonly name: number;
	readonly interval: boolean;
	readonly confidence: boolean;
	readonly change: boolean;
	readonly range: boolean;
	readonly count: boolean;
	readonly mean: boolean;
	readonly stddev: boolean;
	readonly tail: boolean;
	readonly spark: number;
};

const nameOf = ({name, metric}: Row): string => {
	const {unit} = measureFormat(metric.unit);
	return unit === '' || unit === name ? name : `${name} ${unit}`;
};

/** Which columns there is room for: first those without which a median says little, and a course of the samples. */
const columnsOf = (rows: readonly Row[], columns: number, zoomed: boolean): Columns => {
	const longest = Math.max(0, ...rows.map((row) => widthOf(outside(nameOf(row)).text)));
	const name = Math.max(
		Math.min(leastName, columns),
		Math.min(longest, Math.floor(columns * (zoomed ? 0.3 : 0.45)), columns - figureColumns - intervalColumns),
	);
	let room = columns - name - figureColumns;
	const take = (wanted: boolean, width: number): boolean => {
		const fits = wanted && room >= width;
		if (fits) room -= width;
		return fits;
	};
	const interval = take(true, intervalColumns);
	const confidence = take(interval && rows.some(({metric}) => confidenceWords(metric) !== ''), confidenceColumns);
	const change = take(
		rows.some(({base}) => base !== undefined),
		changeColumns,
	);
	const course = take(true, leastSpark + gap);
	const range = take(true, 2 * figureColumns);
	const count = take(true, countColumns);
	const mean = take(zoomed, figureColumns);
	const stddev = take(zoomed, figureColumns);
	const tail = take(zoomed, 2 * figureColumns);
	const spark = course ? Math.min(mostSpark, leastSpark + Math.max(0, room)) : 0;
	return {name, interval, confidence, change, range, count, mean, stddev, tail, spark};
};

const courses = new WeakMap<Samples, Map<number, readonly number[]>>();

/** Samples in their order, in at most so many columns; of those that share one, the greatest: a spike must stay visible. */
const courseOf = (samples: Samples, columns: number): readonly number[] => {
	const {values} = samples;
	if (values.length <= columns) return values;
	const known = courses.get(samples) ?? new Map<number, readonly number[]>();
	courses.set(samples, known);
	const before = known.get(columns);
	if (before !== undefined) return before;
	const course = Array.from(
		{length: columns},
		(_, column) =>
			greatest(
				values.slice(
					Math.floor((column * values.length) / columns),
					Math.floor(((column + 1) * values.length) / columns),
				),
			) ?? Number.NaN,
	);
	known.set(columns, course);
	return course;
};

const sparkSpan = (samples: Samples | undefined, columns: number, {charset}: View): Span => {
	const values = samples === undefined ? [] : courseOf(samples, columns);
	const high = greatest(values) ?? 0;
	const low = Math.min(least(values) ?? 0, high * 0.75);
	// From the left: what is young stands where it will stay.
	return span(
		` ${left(sparkline(values, Math.min(columns, values.length), {low, high}, charset), columns)}`,
		'series1',
	);
};

const changeSpan = ({metric, base}: Row): Span => {
	const change = medianChange(metric, base);
	// One run a side says nothing of the noise between runs, so that no change can be judged.
	return span(
		`${right(formatChange(change), changeColumns - 2)} ${change === undefined ? ' ' : '?'}`,
		change === undefined ? 'muted' : 'unsure',
	);
};

const rowLine = (row: Row, shown: Columns, view: View): Line => {
	const {metric} = row;
	const {figure, unit} = measureFormat(metric.unit);
	const cell = (value: number | null): string => right(figure(value), figureColumns);
	const name = outside(row.name).text;
	const beside = unit === '' || unit === row.name ? '' : ` ${outside(unit).text}`;
	const short = clip(name, Math.max(1, shown.name - widthOf(beside)));
	return [
		span(short),
		span(left(beside, shown.name - widthOf(short)), 'muted'),
		span(cell(metric.p50), 'title'),
		...(shown.interval
			? [span(right(intervalWords(metric), intervalColumns), metric.interval === null ? 'unsure' : 'muted')]
			: []),
		...(shown.confidence ? [span(right(confidenceWords(metric), confidenceColumns), 'unsure')] : []),
		...(shown.change ? [changeSpan(row)] : []),
		...(shown.range ? [span(cell(metric.min)), span(cell(metric.max))] : []),
		...(shown.mean ? [span(cell(metric.mean))] : []),
		...(shown.stddev ? [span(cell(metric.stddev))] : []),
		...(shown.tail ? [span(cell(metric.p90)), span(cell(metric.p99))] : []),
		...(shown.count ? [span(right(formatCount(metric.count), countColumns), 'muted')] : []),
		...(shown.spark > 0 ? [sparkSpan(row.samples, shown.spark, view)] : []),
	];
};

const headLine = (shown: Columns): Line => [
	span(
		[
			left('', shown.name),
			right('median', figureColumns),
			shown.interval ? right('±', intervalColumns) : '',
			shown.confidence ? right('sure', confidenceColumns) : '',
			shown.change ? right('Δ  ', changeColumns) : '',
			shown.range ? right('min', figureColumns) + right('max', figureColumns) : '',
			shown.mean ? right('mean', figureColumns) : '',
			shown.stddev ? right('stddev', figureColumns) : '',
			shown.tail ? right('p90', figureColumns) + right('p99', figureColumns) : '',
			shown.count ? right('n', countColumns) : '',
			shown.spark > 0 ? ` ${clip('in order', shown.spark)}` : '',
		].join(''),
		'muted',
	),
];

/** The best of the medians of one kind, and the greatest of them, where there are several that can be held side by side. */
type Field = {readonly best: number; readonly most: number};

const fieldsOf = (rows: readonly Row[]): ReadonlyMap<string, Field> => {
	const fields = new Map<string, Field>();
	for (const [key, members] of Map.groupBy(rows, fieldOf)) {
		const medians = members.flatMap(({metric: {p50}}) => (p50 === null ? [] : [p50]));
		const [low, high] = [least(medians), greatest(medians)];
		if (medians.length < 2 || low === undefined || high === undefined || low <= 0) continue;
		fields.set(key, {best: members[0]?.metric.better === 'higher' ? high : low, most: high});
	}

	return fields;
};

/** What says the same of itself is of the same kind: times of functions, but not user and system time. */
const fieldOf = ({metric: {unit, better, about}}: Row): string => [unit, better, about].join('\n');

/** How many times the best: '1.00', '23.8', '14194'. */
const formatRatio = (ratio: number): string => ratio.toFixed(ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0);

const barColumns = 24;
const ratioColumns = 8;

/** Under a metric: where it stands among others of its unit, and what it is. */
const moreLines = (row: Row, field: Field | undefined, columns: number, view: View): Line[] => {
	const {p50, about, interval} = row.metric;
	const ratio = field === undefined || p50 === null ? undefined : p50 / field.best;
	const words = [
		...(about === undefined ? [] : [outside(about).text]),
		...(interval !== null && interval.of !== row.metric.count
			? [`the interval rests on ${formatCount(interval.of)} independent values`]
			: []),
	].join('; ');
	if (ratio === undefined && words === '') return [];
	return [
		clipLine(
			[
				span('  '),
				...(field === undefined || p50 === null || ratio === undefined || columns < barColumns + ratioColumns
					? []
					: [
							span(bar(p50 / field.most, barColumns, view.charset), 'series2'),
							span(right(`${formatRatio(ratio)}×`, ratioColumns), ratio === 1 ? 'good' : 'text'),
							span(ratio === 1 ? ' best  ' : '       ', 'good'),
						]),
				span(words, 'muted'),
			],
			columns,
		),
	];
};

const none = ({run}: View): string => {
	if (run.began === undefined) return 'waiting for the run';
	if (run.total === undefined) return 'nothing measured yet';
	return run.ending === undefined ? 'no metric yet' : 'this run told no metrics';
};

/** Rows for so many metrics, in steps: they come one after the other, and the board is not to move each time. */
const rowsWanted = (count: number): number => 1 + 4 * Math.max(1, Math.ceil(count / 4));

const headed = ({rows}: Size): boolean => rows >= 3;

const foundOut = ({run, filter}: View): readonly Finding[] => {
	const matches = matcher(filter);
	return run.findings.filter(({kind, subject, text}) => matches(`${kind} ${subject} ${text}`));
};

const mostFindingRows = 2;
const findingIndent = 2;

/** What the run found out that is no single number: it leads, since figures are there to bear it out. */
const findingLines = (view: View, columns: number): Line[] =>
	foundOut(view).flatMap(({subject, text}) =>
		wrap(outside(`${subject}: ${text}`).text, Math.max(1, columns - findingIndent), mostFindingRows).map(
			(part, row): Line => [span(row === 0 ? '◆ ' : '  ', 'accent'), span(part, 'title')],
		),
	);

const draw: Pane['draw'] = (view, size, {zoomed}) => {
	const {columns, rows: high} = size;
	if (columns <= 0 || high <= 0) return [];
	const all = rowsOf(view);
	const told = findingLines(view, columns);
	if (all.length === 0 && view.run.findings.length === 0) {
		return within(
			wrap(none(view), columns, high).map((text): Line => [span(text, 'muted')]),
			size,
		);
	}

	const rows = found(view);
	// Of all metrics, so that no column moves when some are looked for.
	const shown = columnsOf(all, columns, zoomed);
	const fields = zoomed ? fieldsOf(all) : new Map<string, Field>();
	return [
		...told,
		...(headed(size) && all.length > 0 ? [headLine(shown)] : []),
		...rows.flatMap((row) => [
			rowLine(row, shown, view),
			...(zoomed ? moreLines(row, fields.get(fieldOf(row)), columns, view) : []),
		]),
	].map((line) => clipLine(line, columns));
};

const hasMetrics = ({began, total, warmup, findings}: RunState): boolean =>
	began?.panes?.[0] === 'metrics' ||
	findings.length > 0 ||
	[total, warmup].some((phase) => Object.keys(phase?.metrics ?? {}).length > 0);

/** Figures that are no latencies: of functions, of commands, of what they tell of themselves. */
export const metrics: Pane = {
	name: 'metrics',
	title: 'Metrics',
	about: 'what was found out; medians with their intervals, and the samples in their order',
	least: {columns: 34, rows: 4},
	wants: 12,
	wantsFor: (run) => run.findings.length + rowsWanted(Object.keys((run.total ?? run.warmup)?.metrics ?? {}).length),
	rank: 1.5,
	has: hasMetrics,
	// Findings stand above the head: then all of it moves.
	scroll: {from: 'start', head: (view, size) => (headed(size) && foundOut(view).length === 0 ? 1 : 0)},
	draw,
	note: (view) =>
		matchNote(
			found(view).length + foundOut(view).length,
			metricsIn(view).length + view.run.findings.length,
			view.filter,
		),
	foot: (view) => {
		const rows = rowsOf(view);
		if (rows.some((row) => medianChange(row.metric, row.base) !== undefined))
			return [span('Δ ? observed; between-run noise unknown', 'unsure')];
		return rows.some(({metric}) => metric.p50 !== null && metric.interval === null)
			? [span('±? too few samples for an interval', 'muted')]
			: [span('± 95% interval of the median', 'muted')];
	},
};
