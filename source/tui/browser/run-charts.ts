import type {Charset} from '../../core/charset.ts';
import {localTime} from '../../core/run-words.ts';
import {type PercentileKey, percentiles} from '../../core/summary.ts';
import {formatCount, formatLatency, formatRate, type LatencyUnit} from '../../core/units.ts';
import {dotsAcross} from '../charts/area.ts';
import {type Dash, lines as drawLines, sample, uprightOf} from '../charts/line.ts';
import {ceiling} from '../charts/scale.ts';
import type {Choices} from '../choices.ts';
import type {ListedRun} from '../library.ts';
import {fitting, type Line, outside, right, type Span, span, spread, within} from '../line.ts';
import type {Size} from '../pane.ts';
import {axisColumns, axisLatency, leastChart, yAxis} from '../panes/chart.ts';
import {greatest, spreadOver} from '../series.ts';
import type {Token} from '../theme.ts';
import {percentileOf} from './run-table.ts';

/** One line of a chart. */
export type ChartSeries = {
	readonly label: string;
	readonly token: Token;
	readonly dash: Dash;
	/** From the left; not a number where there is none. */
	readonly values: readonly number[];
};

/** How the percentiles of runs and seconds are drawn. */
export const percentileStyles = [
	{key: 'p50', label: 'p50', token: 'series1', dash: 'dot'},
	{key: 'p99', label: 'p99', token: 'series3', dash: 'solid'},
] as const satisfies ReadonlyArray<{key: PercentileKey; label: string; token: Token; dash: Dash}>;

type Point = Readonly<Record<(typeof percentileStyles)[number]['key'], number | null>>;

/** What a chart over points in a row is made of. */
export type RunChart = {
	/** The last one is the main one. */
	readonly series: readonly ChartSeries[];
	/** Which of the points is marked. */
	readonly at?: number;
	/** The first points after a change, and points of the main series that do not belong to those around them. */
	readonly changes?: readonly number[];
	readonly anomalies?: readonly number[];
	/** A value on the axis. */
	readonly axis: (value: number) => string;
	/** Words under its ends. */
	readonly from: string;
	readonly to: string;
};

/** The sign of an anomaly in a chart; in ASCII one that no line is drawn with. */
const anomalyIn = (charset: Charset): string => (charset === 'ascii' ? 'x' : '●');

type Cell = {readonly text: string; readonly token: Token};

/** Lines over points in a row, with axes where there is room. */
export const chartLines = (
	{series, at, changes = [], anomalies = [], axis, from, to}: RunChart,
	{columns, rows}: Size,
	{charset}: Choices,
): readonly Line[] => {
	const anomalySign = anomalyIn(charset);
	const legend = fitting(
		[
			...series.map(
				({label, token, dash}): Line => [span(`${sample(dash, charset)} `, token), outside(label, 'muted')],
			),
			...(changes.length === 0 ? [] : [[span(`${uprightOf('vertical', charset)} `), span('change', 'muted')]]),
			...(anomalies.length === 0 ? [] : [[span(`${anomalySign} `, 'warn'), span('anomaly', 'muted')]]),
		],
		columns,
	);
	const width = columns - axisColumns;
	const scaled = rows >= 5;
	const height = rows - 1 - (scaled ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? [legend] : [];
	const dots = dotsAcross(width, charset);
	const points = series[0]?.values.length ?? 0;
	const maximum = ceiling(greatest(...series.map(({values}) => values)));
	const labels = yAxis(height, maximum, axis);
	const dotOf = (place: number): number => Math.floor(((place + 0.5) * dots) / points);
	const drawn = drawLines(
		series.map(({values, dash}) => ({values: spreadOver(values, dots), dash})),
		width,
		height,
		maximum,
		charset,
		// Between the last point before and the first after.
		changes.map((place) => Math.min(dots - 1, Math.round((place * dots) / points))),
		at === undefined || at < 0 ? undefined : dotOf(at),
	);
	const tokenOf = (owner: number | 'vertical' | 'cursor' | undefined): Token =>
		typeof owner === 'number' ? (series[owner]?.token ?? 'text') : owner === 'cursor' ? 'cursor' : 'text';
	const marks = anomalies.map((place) => {
		const share = Math.min(1, Math.max(0, (series.at(-1)?.values[place] ?? 0) / maximum));
		return {row: Math.round((1 - share) * (height - 1)), column: Math.floor((dotOf(place) * width) / dots)};
	});
	const cellsOf = (runs: (typeof drawn)[number], row: number): readonly Span[] => {
		const marked = marks.filter((mark) => mark.row === row).map(({column}) => column);
		if (marked.length === 0) return runs.map(({text, owner}) => span(text, tokenOf(owner)));
		const cells = runs.flatMap(({text, owner}) =>
			Array.from(text, (character): Cell => ({text: character, token: tokenOf(owner)})),
		);
		for (const column of marked) cells[column] = {text: anomalySign, token: 'warn'};
		return cells.map(({text, token}) => span(text, token));
	};
	return [
		legend,
		...drawn.map((runs, row): Line => [span(labels[row] ?? '', 'muted'), ...cellsOf(runs, row)]),
		...(scaled ? [[span(' '.repeat(axisColumns)), ...spread([span(from, 'muted')], [span(to, 'muted')], width)]] : []),
	];
};

/** The percentiles of a run, as many as there are rows for. */
export const percentileLines = (run: ListedRun, {columns, rows}: Size, unit: LatencyUnit): readonly Line[] => {
	const {latency, throughput} = run.summary;
	const figure = (label: string, text: string): Line => [span(label.padEnd(7), 'muted'), span(right(text, 8))];
	const all: readonly Line[] = [
		...percentiles.map(({key, label}) => {
			const text = percentileOf(run, key, unit);
			// The mark of doubt hangs over, so that digits stand under digits.
			return figure(label, text.endsWith('?') ? text : `${text} `);
		}),
		figure('max', `${formatLatency(latency.max, unit)} `),
		figure('mean', `${formatLatency(latency.mean, unit)} `),
		figure('rate/s', `${formatRate(throughput.mean ?? undefined)} `),
		figure('samples', `${formatCount(latency.count)} `),
	];
	if (all.length <= rows || columns < 34) {
		// Of the percentiles the ones between give way first.
		const order = [0, 4, 5, 7, 2, 6, 3, 1, 8, 9, 10];
		const kept = new Set(order.slice(0, rows));
		return within(
			all.filter((_, index) => kept.has(index)),
			{columns, rows},
		);
	}

	const half = Math.ceil(all.length / 2);
	return within(
		all.slice(0, half).map((line, index) => [...line, span('    '), ...(all[half + index] ?? [])]),
		{columns, rows},
	);
};

/** The seconds of a run, as a chart. */
export const courseLines = (
	timeline: ReadonlyArray<Point & {readonly fromMs: number; readonly toMs: number}>,
	size: Size,
	choices: Choices,
): readonly Line[] => {
	const last = timeline.at(-1);
	if (last === undefined) return within([[span('no second was measured', 'muted')]], size);
	const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`;
	return chartLines(
		{
			series: percentileStyles.map(({key, ...style}) => ({
				...style,
				values: timeline.map((second) => second[key] ?? Number.NaN),
			})),
			axis: axisLatency(choices.units),
			from: seconds(timeline[0]?.fromMs ?? 0),
			to: seconds(last.toMs),
		},
		size,
		choices,
	);
};

/** What a run was made of, a line each. */
export const aboutLines = (run: ListedRun, size: Size): readonly Line[] => {
	const {plan, environment, validity, baselines} = run;
	const fact = (label: string, text: string): Line => [span(label.padEnd(9), 'muted'), outside(text)];
	return within(
		[
			fact('run', run.id),
			fact('began', localTime(run.began)),
			fact('target', run.target),
			fact('engine', run.engine),
			...(baselines.length === 0 ? [] : [fact('baseline', baselines.join(', '))]),
			...(plan.tags.length === 0 ? [] : [fact('tags', plan.tags.join(', '))]),
			fact('machine', `${environment.hostname}, ${environment.cpu.usableCores} cores`),
			...validity.reasons.map(({message}): Line => [span('! ', 'warn'), outside(message, 'warn')]),
		],
		size,
	);
};
