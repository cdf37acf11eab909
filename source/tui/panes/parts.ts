import type {PartSummary, PercentileKey} from '../../core/summary.ts';
import {formatCount, formatLatency, formatPercent, formatRate} from '../../core/units.ts';
import {clipLine, fitting, type Line, left, outside, right, type Span, span, widthOf, within} from '../line.ts';
import type {Pane, Size, View} from '../pane.ts';
import {matcher, matchNote} from './filter.ts';

type Row = readonly [name: string, part: PartSummary];

const rowsOf = ({run, summary}: View): readonly Row[] =>
	run.total === undefined ? [] : Object.entries(summary.parts ?? {});

const found = (view: View): readonly Row[] => {
	const matches = matcher(view.filter);
	return rowsOf(view).filter(([name, {outcomes}]) => [name, ...Object.keys(outcomes)].some(matches));
};

const figureColumns = 8;
const countColumns = 10;
const failedColumns = 8;
const shareColumns = 8;
const leastName = 10;
/** A name has so much before the less telling columns get a place. */
const usualName = 24;

const shownPercentiles = ['p50', 'p95', 'p99'] as const satisfies readonly PercentileKey[];

/** Which columns there is room for, the most telling first. */
const columnsOf = (rows: readonly Row[], columns: number) => {
	const longest = Math.max(0, ...rows.map(([name]) => widthOf(outside(name).text)));
	let name = Math.min(leastName, columns);
	let room = columns - name;
	const take = (width: number): boolean => {
		const fits = room >= width;
		if (fits) room -= width;
		return fits;
	};
	const p99 = take(figureColumns);
	const share = take(shareColumns);
	const rate = take(figureColumns);
	const p50 = take(figureColumns);
	const grow = (most: number): void => {
		const more = Math.max(0, Math.min(room, Math.min(longest, most) - name));
		name += more;
		room -= more;
	};
	grow(usualName);
	const count = take(countColumns);
	const p95 = take(figureColumns);
	const max = take(figureColumns);
	const failed = take(failedColumns);
	grow(columns);
	return {name, count, rate, p50, p95, p99, max, failed, share};
};

type Columns = ReturnType<typeof columnsOf>;

const ended = ({operations}: PartSummary): number => operations.succeeded + operations.failed;

const percentileSpan = ({latency}: PartSummary, key: PercentileKey, {latencyUnit}: View): Span => {
	const unsure = latency[key] !== null && latency.uncertain.includes(key);
	return span(
		`${right(formatLatency(latency[key], latencyUnit), figureColumns - 1)}${unsure ? '?' : ' '}`,
		unsure ? 'baseline' : 'text',
	);
};

const rowLine = ([name, part]: Row, shown: Columns, view: View): Line => {
	const {failed} = part.operations;
	const token = failed === 0 ? 'muted' : 'bad';
	const share = ended(part) === 0 ? undefined : (100 * failed) / ended(part);
	return [
		span(left(outside(name).text, shown.name)),
		...(shown.count ? [span(right(formatCount(ended(part)), countColumns))] : []),
		...(shown.rate ? [span(right(formatRate(part.rate ?? undefined), figureColumns))] : []),
		...shownPercentiles.flatMap((key) => (shown[key] ? [percentileSpan(part, key, view)] : [])),
		...(shown.max ? [span(right(formatLatency(part.latency.max, view.latencyUnit), figureColumns - 1))] : []),
		...(shown.max ? [span(' ')] : []),
		...(shown.failed ? [span(right(formatCount(failed), failedColumns), token)] : []),
		...(shown.share ? [span(right(formatPercent(share), shareColumns), token)] : []),
	];
};

const headLine = (shown: Columns): Line => [
	span(
		[
			left('', shown.name),
			shown.count ? right('ended', countColumns) : '',
			shown.rate ? right('1/s', figureColumns) : '',
			...shownPercentiles.map((key) => (shown[key] ? right(`${key} `, figureColumns) : '')),
			shown.max ? right('max ', figureColumns) : '',
			shown.failed ? right('failed', failedColumns) : '',
			shown.share ? right(shown.failed ? '' : 'failed', shareColumns) : '',
		].join(''),
		'muted',
	),
];

/** How the operations of a part ended, the most frequent first. */
const outcomeLine = ([, {outcomes}]: Row, columns: number): Line => [
	span('  '),
	...fitting(
		Object.entries(outcomes)
			.sort(([, a], [, b]) => b - a)
			.map(([outcome, count]): Line => [outside(`${outcome} `, 'muted'), span(formatCount(count), 'muted')]),
		columns - 2,
	),
];

const headed = ({rows}: Size): boolean => rows >= 3;

const draw: Pane['draw'] = (view, size, {zoomed}) => {
	const {columns, rows: high} = size;
	if (columns <= 0 || high <= 0) return [];
	const all = rowsOf(view);
	if (all.length === 0) {
		const {began, total} = view.run;
		const text =
			began === undefined
				? 'waiting for the run'
				: total === undefined
					? 'nothing measured yet'
					: 'operations of this run are not told apart';
		return within([[span(text, 'muted')]], size);
	}

	// Of all parts, so that no column moves when some are looked for.
	const shown = columnsOf(all, columns);
	return [
		...(headed(size) ? [headLine(shown)] : []),
		...found(view).flatMap((row) => [rowLine(row, shown, view), ...(zoomed ? [outcomeLine(row, columns)] : [])]),
	].map((line) => clipLine(line, columns));
};

/** Operations of one name apart from those of others. */
export const parts: Pane = {
	name: 'parts',
	title: 'Operations',
	latency: true,
	about: 'operations told apart by what they do: how many, how long, how many failed',
	least: {columns: 34, rows: 4},
	wants: 8,
	rank: 2.5,
	has: ({total, warmup}) => [total, warmup].some((phase) => Object.keys(phase?.parts ?? {}).length > 0),
	scroll: {from: 'start', head: (_, size) => (headed(size) ? 1 : 0)},
	draw,
	note: (view) => matchNote(found(view).length, rowsOf(view).length, view.filter),
	foot: (view) =>
		rowsOf(view).some(([, {latency}]) => shownPercentiles.some((key) => latency.uncertain.includes(key)))
			? [span('? too few samples', 'muted')]
			: [],
};
