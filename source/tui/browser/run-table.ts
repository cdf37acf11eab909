import {mainMetric} from '../../core/metric-words.ts';
import {isMeasured} from '../../core/report.ts';
import {targetsIn, targetWords} from '../../core/run-state.ts';
import {commitWords, localTime, shortId} from '../../core/run-words.ts';
import {isDoubtful, type PercentileKey} from '../../core/summary.ts';
import {
	formatChange,
	formatCount,
	formatDuration,
	formatLatency,
	formatMeasure,
	formatPercent,
	formatRate,
	type LatencyUnit,
	latencyUnitName,
} from '../../core/units.ts';
import type {ListedRun} from '../library.ts';
import {type Line, left, outside, right, type Span, span, widthOf} from '../line.ts';
import type {Token} from '../theme.ts';
import {changeBefore} from './browser-state.ts';

/** What became of a run, and whether its figures can be relied on, as a mark and a word. */
export const runWord = (run: ListedRun): Span => {
	const {ending, validity} = run;
	if (ending.state === 'failed') return span('✕ failed', 'bad');
	if (!isMeasured(run)) return span('✕ no figures', 'bad');
	if (!validity.trustworthy) return span('! in doubt', 'warn');
	return ending.state === 'stopped' ? span('✕ stopped', 'warn') : span('✓ done', 'good');
};

/** The share of operations that failed. */
export const errorsOf = ({summary: {operations}}: ListedRun): string => {
	const ended = operations.succeeded + operations.failed;
	return formatPercent(ended === 0 ? undefined : (100 * operations.failed) / ended);
};

/** A percentile, with the mark of one that rests on too few operations, or too few independent ones; of a run without latencies, that of its main metric. */
export const percentileOf = ({summary}: ListedRun, key: PercentileKey, unit: LatencyUnit): string => {
	const {latency} = summary;
	const metric = latency.max === null ? mainMetric(summary)?.[1] : undefined;
	if (metric !== undefined) {
		return key === 'p50' || key === 'p90' || key === 'p99' ? formatMeasure(metric[key], metric.unit) : '–';
	}

	return `${formatLatency(latency[key], unit)}${latency[key] !== null && isDoubtful(latency, key) ? '?' : ''}`;
};

/** How a run was loaded, as the flags that do it again. */
export const loadWords = ({plan, engine}: ListedRun): string => {
	const {connections, rate} = targetsIn(plan.load);
	const words = targetWords(plan.load);
	return [
		...(connections === undefined
			? []
			: [words.connections === 'users' ? `${connections} users` : `-c ${connections}`]),
		...(rate === undefined
			? []
			: [words.rate === 'sessions' ? `${formatRate(rate)} sessions/s` : `-R ${formatRate(rate)}`]),
		...(plan.workers === 1 ? [] : [`-w ${plan.workers}`]),
		...(plan.duration === undefined ? [] : [`-d ${formatDuration(plan.duration)}`]),
		...(plan.amount === undefined ? [] : [`--amount ${formatCount(plan.amount)}`]),
		engine,
	].join(' ');
};

type Context = {readonly runs: readonly ListedRun[]; readonly unit: LatencyUnit};

type Column = {
	readonly name:
		| 'when'
		| 'moment'
		| 'name'
		| 'p50'
		| 'p99'
		| 'rate'
		| 'errors'
		| 'state'
		| 'change'
		| 'id'
		| 'commit'
		| 'load'
		| 'baseline';
	readonly heading: (unit: LatencyUnit) => string;
	readonly figure?: true;
	readonly cell: (run: ListedRun, context: Context) => Span;
};

const changeOf = (run: ListedRun, {runs}: Context): Span => {
	const change = changeBefore(runs, run);
	return change === undefined ? span('–', 'muted') : span(`${formatChange(change)} ?`, 'unsure');
};

const columns: readonly Column[] = [
	{name: 'when', heading: () => 'when', cell: ({began}) => span(localTime(began), 'muted')},
	{name: 'moment', heading: () => 'when', cell: ({began}) => span(localTime(began).slice(5), 'muted')},
	{name: 'id', heading: () => 'run', cell: ({id}) => span(shortId(id), 'muted')},
	{name: 'name', heading: () => 'name', cell: ({name}) => outside(name)},
	{name: 'baseline', heading: () => 'baseline', cell: ({baselines}) => outside(baselines.join(' '), 'accent')},
	{
		name: 'p50',
		heading: (unit) => `p50 ${latencyUnitName(unit)}`,
		figure: true,
		cell: (run, {unit}) => outside(percentileOf(run, 'p50', unit)),
	},
	{
		name: 'p99',
		heading: (unit) => `p99 ${latencyUnitName(unit)}`,
		figure: true,
		cell: (run, {unit}) => outside(percentileOf(run, 'p99', unit)),
	},
	{
		name: 'change',
		heading: () => 'Δ p99',
		figure: true,
		cell: changeOf,
	},
	{
		name: 'rate',
		heading: () => 'rate/s',
		figure: true,
		cell: ({summary}) => span(formatRate(summary.throughput.mean ?? undefined)),
	},
	{name: 'errors', heading: () => 'errors', figure: true, cell: (run) => span(errorsOf(run))},
	{name: 'state', heading: () => 'state', cell: runWord},
	{name: 'load', heading: () => 'load', cell: (run) => outside(loadWords(run), 'muted')},
	{name: 'commit', heading: () => 'commit', cell: (run) => outside(commitWords(run), 'muted')},
];

/** What there is room for, the most important first; a name takes what is left. */
const wanted: ReadonlyArray<Column['name']> = [
	'p99',
	'state',
	'change',
	'moment',
	'rate',
	'errors',
	'p50',
	'when',
	'baseline',
	'id',
	'load',
	'commit',
];

/** Between two columns: one where each counts. */
const gapIn = (width: number): number => (width < 90 ? 1 : 2);
const leastName = 10;
const longestName = 40;
/** The mark of the line, and that of a run to be compared. */
const markColumns = 3;

type Shown = {readonly column: Column; readonly width: number};

/** The columns that fit, with their widths; taken from all runs, so that nothing moves while the list is scrolled. */
const columnsFor = (context: Context, width: number): readonly Shown[] => {
	const widthOfColumn = ({heading, cell}: Column): number =>
		Math.max(widthOf(heading(context.unit)), ...context.runs.map((run) => widthOf(cell(run, context).text)));
	const names = Math.min(longestName, Math.max(4, ...context.runs.map(({name}) => widthOf(outside(name).text))));
	const gap = gapIn(width);
	const chosen = new Map<Column['name'], number>();
	let room = width - markColumns;
	// Beside the figures that matter most a name may be short; further columns come only when it stands whole.
	for (const name of wanted) {
		const column = columns.find((each) => each.name === name);
		if (column === undefined) continue;
		const wide = widthOfColumn(column);
		const replaced = name === 'when' ? (chosen.get('moment') ?? 0) + gap : 0;
		const kept = ['when', 'baseline', 'id', 'load', 'commit'].includes(name) ? names : Math.min(names, leastName);
		if (wide === 0 || (name === 'baseline' && context.runs.every(({baselines}) => baselines.length === 0))) continue;
		if (room + replaced - wide - gap < kept) continue;
		if (name === 'when') chosen.delete('moment');
		chosen.set(name, wide);
		room += replaced - wide - gap;
	}

	chosen.set('name', Math.max(0, Math.min(names, room)));
	return columns.flatMap((column) => {
		const wide = chosen.get(column.name);
		return wide === undefined ? [] : [{column, width: wide}];
	});
};

const fits = new WeakMap<readonly ListedRun[], Map<string, readonly Shown[]>>();

/** The same, worked out once for a list: every cell of hundreds of runs is measured for it. */
const fitted = (context: Context, width: number): readonly Shown[] => {
	const known = fits.get(context.runs) ?? new Map<string, readonly Shown[]>();
	const key = `${width} ${context.unit}`;
	const shown = known.get(key) ?? columnsFor(context, width);
	fits.set(context.runs, known.set(key, shown));
	return shown;
};

const placed = (text: string, {column, width}: Shown): string =>
	column.figure ? right(text, width) : left(text, width);

const spaced = (cells: readonly Span[], gap: number): Line =>
	cells.flatMap((cell, index) => (index === 0 ? [cell] : [span(' '.repeat(gap)), cell]));

/** A line in one style all across, for what is marked. */
export const selectedLine = (line: Line, width: number, style: Token = 'selection'): Line => [
	span(left(line.map(({text}) => text).join(''), width), style),
];

/** A list of runs: its heading, and what one of its lines looks like. */
export type RunTable = {
	readonly head: Line;
	/** `mark`: what stands in front of a run that is to be compared. */
	readonly line: (run: ListedRun, selected: boolean, mark?: string) => Line;
};

/** A table of runs in so many columns; the narrower, the fewer columns it has. */
export const runTable = (runs: readonly ListedRun[], width: number, unit: LatencyUnit): RunTable => {
	const context = {runs, unit};
	const shown = fitted(context, width);
	return {
		head: [
			span(' '.repeat(markColumns)),
			...spaced(
				shown.map((each) => span(placed(each.column.heading(unit), each), 'muted')),
				gapIn(width),
			),
		],
		line: (run, selected, mark = ' ') => {
			const cells = shown.map((each): Span => {
				const cell = each.column.cell(run, context);
				return {...cell, text: placed(cell.text, each)};
			});
			const line: Line = [span(selected ? '▶' : ' '), span(mark, 'accent'), span(' '), ...spaced(cells, gapIn(width))];
			return selected ? selectedLine(line, width) : line;
		},
	};
};
