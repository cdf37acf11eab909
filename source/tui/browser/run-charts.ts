import {localTime} from '../../core/run-words.ts';
import {type PercentileKey, percentiles} from '../../core/summary.ts';
import {formatCount, formatLatency, formatRate, type LatencyUnit} from '../../core/units.ts';
import {dotsAcross} from '../charts/area.ts';
import {type Dash, lines as drawLines, sample} from '../charts/line.ts';
import {ceiling} from '../charts/scale.ts';
import type {Choices} from '../choices.ts';
import type {ListedRun} from '../library.ts';
import {fitting, type Line, outside, right, span, spread, within} from '../line.ts';
import type {Size} from '../pane.ts';
import {axisColumns, axisLatency, leastChart, yAxis} from '../panes/chart.ts';
import {greatest, spreadOver} from '../series.ts';
import type {Token} from '../theme.ts';
import {runsAlike} from './browser-state.ts';
import {percentileOf} from './run-table.ts';

const series = [
	{key: 'p50', token: 'series1', dash: 'dot'},
	{key: 'p99', token: 'series3', dash: 'solid'},
] as const satisfies ReadonlyArray<{key: PercentileKey; token: Token; dash: Dash}>;

type Point = Readonly<Record<(typeof series)[number]['key'], number | null>>;

type Chart = {
	/** From the left; milliseconds. */
	readonly points: readonly Point[];
	/** Which of them is marked. */
	readonly at?: number;
	/** Words under its ends. */
	readonly from: string;
	readonly to: string;
};

/** p50 and p99 over points in a row, with axes where there is room. */
const chartLines = (
	{points, at, from, to}: Chart,
	{columns, rows}: Size,
	{charset, units}: Choices,
): readonly Line[] => {
	const legend = fitting(
		series.map(({key, token, dash}): Line => [span(`${sample(dash, charset)} `, token), span(key, 'muted')]),
		columns,
	);
	const width = columns - axisColumns;
	const scaled = rows >= 5;
	const height = rows - 1 - (scaled ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? [legend] : [];
	const dots = dotsAcross(width, charset);
	const values = series.map(({key}) => points.map((point) => point[key] ?? Number.NaN));
	const maximum = ceiling(greatest(...values));
	const labels = yAxis(height, maximum, axisLatency(units));
	const cursor = at === undefined || at < 0 ? undefined : Math.floor(((at + 0.5) * dots) / points.length);
	const drawn = drawLines(
		series.map(({dash}, index) => ({values: spreadOver(values[index] ?? [], dots), dash})),
		width,
		height,
		maximum,
		charset,
		[],
		cursor,
	);
	const tokenOf = (owner: number | 'vertical' | 'cursor' | undefined): Token =>
		typeof owner === 'number' ? (series[owner]?.token ?? 'text') : owner === 'cursor' ? 'cursor' : 'text';
	return [
		legend,
		...drawn.map(
			(runs, row): Line => [
				span(labels[row] ?? '', 'muted'),
				...runs.map(({text, owner}) => span(text, tokenOf(owner))),
			],
		),
		...(scaled ? [[span(' '.repeat(axisColumns)), ...spread([span(from, 'muted')], [span(to, 'muted')], width)]] : []),
	];
};

/** How a benchmark's percentiles moved from run to run, the given one marked; runs of other loads are left out. */
export const trendLines = (
	runs: readonly ListedRun[],
	run: ListedRun,
	size: Size,
	choices: Choices,
): readonly Line[] => {
	const alike = runsAlike(runs, run);
	const others = runs.filter(({name}) => name === run.name).length - alike.length;
	const left =
		others === 0 ? [] : [[span(`${others} of another load or machine, or without figures, left out`, 'muted')]];
	const [first, last] = [alike[0], alike.at(-1)];
	if (first === undefined || last === undefined || alike.length < 2) {
		const words =
			alike.length === 0 ? 'this run has no figures that could stand in a trend' : 'one run yet: a trend takes two';
		return within([[span(words, 'muted')], ...left], size);
	}

	const room = {columns: size.columns, rows: size.rows - (size.rows >= 7 ? left.length : 0)};
	const chart = chartLines(
		{
			points: alike.map(({summary}) => summary.latency),
			at: alike.findIndex(({id}) => id === run.id),
			from: localTime(first.began),
			to: localTime(last.began),
		},
		room,
		choices,
	);
	return within([...chart, ...left], size);
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
	return chartLines({points: timeline, from: seconds(timeline[0]?.fromMs ?? 0), to: seconds(last.toMs)}, size, choices);
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
