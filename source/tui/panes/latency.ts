import {setupWords} from '../../core/setup-words.ts';
import {type LatencyKey, type LatencySummary, type PercentileKey, percentiles} from '../../core/summary.ts';
import {
	formatChange,
	formatCount,
	formatLatency,
	formatLatencyAndUnit,
	type LatencyUnit,
	latencyUnitName,
} from '../../core/units.ts';
import {type Range, sparkline} from '../charts/sparkline.ts';
import {type Line, left, outside, right, type Span, span, within, wrap} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest, least, seriesOf} from '../series.ts';
import {isTimed, untimed} from '../timed.ts';
import {momentWord, sparkAxis, windowWords} from './chart.ts';

type Row = {readonly key: LatencyKey; readonly label: string};

const percentileRows: readonly Row[] = percentiles.map(({key, label}) => ({key, label}));
const otherRows: readonly Row[] = [
	{key: 'max', label: 'max'},
	{key: 'mean', label: 'mean'},
	{key: 'min', label: 'min'},
	{key: 'stddev', label: 'stddev'},
];

/** Which percentiles remain when not all fit, the most wanted first. */
const wanted: readonly LatencyKey[] = ['p99', 'p50', 'p95', 'p999', 'p90', 'p75', 'p9999'];

const labelColumns = 7;
const figureColumns = 8;
const changeColumns = 9;
const intervalColumns = 19;
const leastSpark = 10;

const rowsFor = (room: number): readonly Row[] => {
	if (room >= percentileRows.length) return [...percentileRows, ...otherRows.slice(0, room - percentileRows.length)];
	const kept = wanted.slice(0, Math.max(1, room));
	return percentileRows.filter(({key}) => kept.includes(key));
};

/** The figures of one column, and which of them too few operations, or too few independent ones, stand behind. */
type Figures = {
	readonly values: Readonly<Partial<Record<LatencyKey, number | null>>> | undefined;
	readonly uncertain: readonly PercentileKey[];
};

const none: Figures = {values: undefined, uncertain: []};

const figuresOf = (summary: LatencySummary | undefined): Figures =>
	summary === undefined ? none : {values: summary, uncertain: [...summary.uncertain, ...(summary.correlated ?? [])]};

const doubtful = ({uncertain}: Figures, key: LatencyKey): boolean => uncertain.some((each) => each === key);

const figure = (figures: Figures, key: LatencyKey, unit: LatencyUnit): Span => {
	const value = figures.values?.[key];
	const text = formatLatency(value, unit);
	const unsure = value !== undefined && value !== null && doubtful(figures, key);
	return span(`${right(text, figureColumns - 1)}${unsure ? '?' : ' '}`, unsure ? 'baseline' : 'text');
};

const change = (base: Figures, run: Figures, key: LatencyKey): Span => {
	const before = base.values?.[key];
	const after = run.values?.[key];
	const known = typeof before === 'number' && typeof after === 'number' && before > 0;
	const text = formatChange(known ? (after - before) / before : undefined);
	// One run a side says nothing of the noise between runs, so that no change can be judged.
	return span(`${right(text, changeColumns - 2)} ${known ? '?' : ' '}`, known ? 'unsure' : 'muted');
};

/** Level ground lies at no more than three quarters of the greatest value, so that noise is not drawn as a mountain. */
const rangeOf = (values: readonly number[]): Range => {
	const most = greatest(values) ?? 0;
	const low = least(values) ?? 0;
	return {low: Math.min(low, most * 0.75), high: most};
};

const hasIntervals = ({intervals = {}}: LatencySummary): boolean => Object.keys(intervals).length > 0;

/** Where a percentile lies within the run. */
const between = ({intervals}: LatencySummary, key: LatencyKey, unit: LatencyUnit): Span => {
	const interval = percentiles.flatMap((each) => (each.key === key ? (intervals?.[each.key] ?? []) : []))[0];
	const text =
		interval === undefined ? '' : `${formatLatency(interval.low, unit)} … ${formatLatency(interval.high, unit)}`;
	return span(right(`${text} `, intervalColumns), 'muted');
};

const columnsOf = (view: View, columns: number, zoomed: boolean) => {
	const baseline = view.run.began?.baseline !== undefined;
	let room = columns - labelColumns - figureColumns;
	const now = room >= figureColumns;
	if (now) room -= figureColumns;
	const delta = baseline && room >= changeColumns;
	if (delta) room -= changeColumns;
	const base = delta && room >= figureColumns;
	if (base) room -= figureColumns;
	const sent = zoomed && view.summary.uncorrectedLatency !== undefined && room >= figureColumns + leastSpark;
	if (sent) room -= figureColumns;
	const first = zoomed && view.summary.firstByteLatency !== undefined && room >= figureColumns + leastSpark;
	if (first) room -= figureColumns;
	const interval = zoomed && hasIntervals(view.summary.latency) && room >= intervalColumns + leastSpark;
	if (interval) room -= intervalColumns;
	return {now, base, delta, sent, first, interval, spark: room - 1 >= leastSpark ? room - 1 : 0};
};

/** What the figures rest on. */
const groundLines = (view: View, columns: number, rows: number): Line[] => {
	const {run, summary, latencyUnit} = view;
	if (rows < 2 || run.began === undefined) return [];
	const {count, waiting} = summary.latency;
	const samples = `${formatCount(count)} samples`;
	const still =
		waiting.count === 0
			? ''
			: `, ${formatCount(waiting.count)} still in flight at the end${waiting.longest === null ? '' : `, the oldest after ${formatLatencyAndUnit(waiting.longest, latencyUnit)}`}`;
	const means = rows > 2 ? wrap(`measured: ${run.began.means}`, columns, rows - 2) : [];
	return [[], [span(samples + still, 'muted')], ...means.map((text): Line => [outside(text, 'muted')])];
};

const draw: Pane['draw'] = (view, {columns, rows}, {zoomed}) => {
	const {run, summary, latencyUnit, cursor} = view;
	if (!isTimed(run)) return untimed({columns, rows});
	const shown = columnsOf(view, columns, zoomed);
	const headed = rows >= 3;
	const table = rowsFor(rows - (headed ? 1 : 0));
	const now: Figures = view.now === undefined ? none : {values: view.now.latency, uncertain: view.now.uncertain};
	const total = figuresOf(summary.latency);
	const base = figuresOf(run.began?.baseline?.summary.latency);
	const sent: Figures = {values: summary.uncorrectedLatency, uncertain: total.uncertain};
	const first: Figures = {values: summary.firstByteLatency, uncertain: total.uncertain};
	const axis = sparkAxis(view, shown.spark);
	const lines: Line[] = [];
	if (headed) {
		lines.push([
			span(left(latencyUnitName(latencyUnit), labelColumns), 'muted'),
			...(shown.now
				? [span(right(`${momentWord(view)} `, figureColumns), cursor === undefined ? 'muted' : 'cursor')]
				: []),
			span(
				[
					right('run ', figureColumns),
					shown.interval ? right('95 % ', intervalColumns) : '',
					shown.base ? right('base ', figureColumns) : '',
					shown.delta ? right('Δ  ', changeColumns) : '',
					shown.sent ? right('sent ', figureColumns) : '',
					shown.first ? right('first ', figureColumns) : '',
					shown.spark > 0 ? ` ${windowWords(view, axis)}` : '',
				].join(''),
				'muted',
			),
		]);
	}

	for (const {key, label} of table) {
		const line: Span[] = [span(left(label, labelColumns), key === 'p99' ? 'title' : 'text')];
		if (shown.now) line.push(figure(now, key, latencyUnit));
		line.push(figure(total, key, latencyUnit));
		if (shown.interval) line.push(between(summary.latency, key, latencyUnit));
		if (shown.base) line.push(figure(base, key, latencyUnit));
		if (shown.delta) line.push(change(base, total, key));
		if (shown.sent) line.push(figure(sent, key, latencyUnit));
		if (shown.first) line.push(figure(first, key, latencyUnit));
		if (shown.spark > 0) {
			const values = seriesOf(run, axis, (entry) => entry.latency[key], key === 'min' ? 'mean' : 'greatest');
			line.push(span(` ${sparkline(values, axis.count, rangeOf(values), view.charset)}`, 'series1'));
		}

		lines.push(line);
	}

	const notes: Line[] = [
		...(shown.interval ? ['95 %: where a percentile lies within this run; another may differ by more'] : []),
		...(shown.sent ? ['sent: from the actual send, beside all others from when a request was due'] : []),
		...(shown.first ? ['first: to the first byte of the reply, beside all others to the last'] : []),
		...(zoomed && summary.setup !== undefined
			? wrap(
					setupWords(summary.setup, (figure) => formatLatencyAndUnit(figure, latencyUnit)),
					columns,
					2,
				)
			: []),
	].map((text) => [span(text, 'muted')]);
	const ground = groundLines(view, columns, rows - lines.length);
	return within([...lines, ...ground, ...notes], {columns, rows});
};

/** How long operations take: now, over the run, against the baseline. */
export const latency: Pane = {
	name: 'latency',
	title: 'Latency',
	latency: true,
	has: isTimed,
	about: 'percentiles of the last second, of the run and of the baseline',
	least: {columns: 36, rows: 8},
	wants: 14,
	rank: 1,
	draw,
	foot: ({run, summary}) => {
		if (run.began?.baseline !== undefined) return [span('Δ ? observed; between-run noise unknown', 'unsure')];
		const {uncertain, correlated = [], count} = summary.latency;
		if (count === 0) return [];
		// Where it is both, these words hold of both.
		if (correlated.length > 0) return [span('? too few independent samples', 'muted')];
		return uncertain.length > 0 ? [span('? too few samples', 'muted')] : [];
	},
};
