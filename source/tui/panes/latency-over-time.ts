import type {LatencyKey} from '../../core/summary.ts';
import {formatLatency, formatRate} from '../../core/units.ts';
import {type ChartLine, type ChartRun, lines as drawLines, sample} from '../charts/line.ts';
import {ceiling} from '../charts/scale.ts';
import {fitting, type Line, lineWidth, right, span} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest} from '../series.ts';
import type {Token} from '../theme.ts';
import {isTimed, untimed} from '../timed.ts';
import {
	axisColumns,
	axisLatency,
	dimmed,
	dotsOf,
	leastChart,
	momentWord,
	timeScale,
	uprightsOf,
	xAxis,
	yAxis,
} from './chart.ts';

const series = [
	{key: 'p50', token: 'series1', dash: 'dot'},
	{key: 'p95', token: 'series2', dash: 'dash'},
	{key: 'p99', token: 'series3', dash: 'solid'},
] as const satisfies ReadonlyArray<{key: LatencyKey; token: Token; dash: ChartLine['dash']}>;

/** Levels of the baseline that lie under the lines. */
const levels = ['p50', 'p99'] as const satisfies readonly LatencyKey[];

type Level = {readonly key: LatencyKey; readonly value: number};

const levelsOf = ({run, overlaid}: View): Level[] => {
	const latency = run.began?.baseline?.summary.latency;
	if (!overlaid || latency === undefined) return [];
	return levels.flatMap((key) => {
		const value = latency[key];
		return value === null ? [] : [{key, value}];
	});
};

const legend = (view: View, columns: number): Line => {
	const {charset, latencyUnit, cursor, now, run, summary} = view;
	// Of a run that is over the figures are those of all of it, and say so.
	const over = now === undefined && cursor === undefined && run.ending !== undefined;
	const figures = over ? summary.latency : now?.latency;
	const pieces: Line[] = [
		...(over ? [[span('run', 'muted')]] : []),
		...(cursor === undefined ? [] : [[span(momentWord(view), 'cursor')]]),
		...series.map(
			({key, token, dash}): Line => [
				span(`${sample(dash, charset)} `, token),
				span(`${key} `, 'muted'),
				span(right(formatLatency(figures?.[key], latencyUnit), 6)),
			],
		),
		...(cursor === undefined ? [] : [[span(`${formatRate(now?.rate)}/s`)]]),
	];
	const known = fitting(pieces, columns);
	const under = levelsOf(view);
	if (under.length === 0) return known;
	const base = span(`${sample('level', charset)} base`, 'baseline');
	const values = under.flatMap(({key, value}) => [
		span(` ${key} `, 'muted'),
		span(formatLatency(value, latencyUnit), 'baseline'),
	]);
	const whole = fitting([...pieces, [base, ...values]], columns);
	return lineWidth(whole) > lineWidth(known) ? whole : fitting([...pieces, [base]], columns);
};

const tokenOf = (owner: ChartRun['owner'], under: number): Token => {
	if (owner === undefined) return 'text';
	if (owner === 'cursor') return 'cursor';
	if (owner === 'vertical') return 'accent';
	return owner < under ? 'baseline' : (series[owner - under]?.token ?? 'text');
};

const draw: Pane['draw'] = (view, {columns, rows}) => {
	const {run, charset} = view;
	if (!isTimed(run)) return untimed({columns, rows});
	const head = legend(view, columns);
	const width = columns - axisColumns;
	const scaled = rows >= 6;
	const height = rows - 1 - (scaled ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? [head] : [];

	const scale = timeScale(view, width, charset);
	const values = series.map(({key}) => dotsOf(run, scale, (entry) => entry.latency[key], 'greatest'));
	const under = levelsOf(view);
	const maximum = ceiling(
		greatest(
			...values,
			under.map(({value}) => value),
		),
	);
	const labels = yAxis(height, maximum, axisLatency(view.latencyUnit));
	const {marks, cursor, warmup} = uprightsOf(view, scale, width, charset);
	const perColumn = charset === 'braille' ? 2 : 1;
	const drawn = drawLines(
		[
			...under.map(
				({value}): ChartLine => ({
					values: new Array<number>(width * perColumn).fill(value),
					dash: 'level',
				}),
			),
			...series.map(({dash}, index): ChartLine => ({values: values[index]!, dash})),
		],
		width,
		height,
		maximum,
		charset,
		marks.map((column) => column * perColumn),
		cursor === undefined ? undefined : cursor * perColumn,
	);
	const body: Line[] = drawn.map((runs, row) => [
		span(labels[row] ?? '', 'muted'),
		...dimmed(
			runs.map(({text, owner}) => span(text, tokenOf(owner, under.length))),
			warmup,
		),
	]);
	return [head, ...body, ...(scaled ? [xAxis(scale, width, warmup)] : [])];
};

/** How the percentiles move. */
export const latencyOverTime: Pane = {
	name: 'latency-over-time',
	title: 'Latency over time',
	latency: true,
	has: isTimed,
	about:
		'p50, p95 and p99 of every second; upright lines are your marks, changes of the load, pauses and the end of the warm-up',
	least: {columns: 30, rows: 5},
	wants: 13,
	rank: 6,
	draw,
};
