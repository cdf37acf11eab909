import {formatBytes, formatRate} from '../../core/units.ts';
import {area} from '../charts/area.ts';
import {ceiling} from '../charts/scale.ts';
import {fitting, type Line, right, span} from '../line.ts';
import {loadOf} from '../load.ts';
import type {Pane} from '../pane.ts';
import {greatest} from '../series.ts';
import {axisColumns, dotsOf, timeScale, xAxis, yAxis} from './chart.ts';

const rateColumns = 5;
const leastChart = 12;

const figure = (label: string, value: number | null | undefined): Line => [
	span(`${label} `, 'muted'),
	span(right(formatRate(value ?? undefined), rateColumns)),
];

const draw: Pane['draw'] = (view, {columns, rows}) => {
	const {run, summary, now} = view;
	const {rate} = loadOf(run.began?.plan);
	const {throughput} = summary;
	const figures: Line[] = [
		...(run.ending === undefined ? [figure('now', now?.rate)] : []),
		figure('mean', throughput.mean),
		...(rate === undefined ? [] : [figure('target', rate)]),
		figure('min', throughput.min),
		figure('max', throughput.max),
		[
			span('in ', 'muted'),
			span(`${right(formatBytes(throughput.bytesInPerSecond), 5)}/s`),
			span(' out ', 'muted'),
			span(`${right(formatBytes(throughput.bytesOutPerSecond), 5)}/s`),
		],
	];
	const head = fitting(figures, columns);
	const width = columns - axisColumns;
	const height = rows - 1 - (rows >= 7 ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? [head] : [];

	const scale = timeScale(run, view.window, width, view.charset);
	const values = dotsOf(run, scale, (entry) => entry.rate, 'mean');
	const maximum = ceiling(Math.max(greatest(values) ?? 0, rate ?? 0));
	const labels = yAxis(height, maximum, formatRate);
	const lines: Line[] = area(values, width, height, maximum, view.charset).map((text, row) => [
		span(labels[row] ?? '', 'muted'),
		span(text, 'series1'),
	]);
	return [head, ...lines, ...(rows >= 7 ? [xAxis(scale, width, 0)] : [])];
};

/** How many operations are answered per second. */
export const throughput: Pane = {
	name: 'throughput',
	title: 'Throughput 1/s',
	about: 'answers per second over time, and the rate that was asked for',
	least: {columns: 30, rows: 4},
	wants: 9,
	rank: 2,
	draw,
};
