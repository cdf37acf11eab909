import {askedRate} from '../../core/run-state.ts';
import {formatBytes, formatCount, formatRate} from '../../core/units.ts';
import {area} from '../charts/area.ts';
import {ceiling} from '../charts/scale.ts';
import {fitting, type Line, right, span} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest} from '../series.ts';
import {
	axisColumns,
	dimmed,
	dotsOf,
	leastChart,
	momentWord,
	timeScale,
	uprightsOf,
	withUprights,
	xAxis,
	yAxis,
} from './chart.ts';

const rateColumns = 5;

const figure = (label: string, value: number | null | undefined): Line => [
	span(`${label} `, label.startsWith('at ') ? 'cursor' : 'muted'),
	span(right(formatRate(value ?? undefined), rateColumns)),
];

const head = (view: View, columns: number): Line => {
	const {run, summary, now, cursor} = view;
	const rate = askedRate(run);
	const {throughput} = summary;
	return fitting(
		[
			...(run.ending === undefined || cursor !== undefined ? [figure(momentWord(view), now?.rate)] : []),
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
		],
		columns,
	);
};

/** What the figures are of, and what became of the operations. */
const details = ({run, summary}: View, columns: number): Line => {
	const {operations, throughput} = summary;
	if (run.total === undefined) return [];
	const piece = (label: string, count: number): Line => [span(`${label} `, 'muted'), span(formatCount(count))];
	return fitting(
		[
			piece('offered', operations.offered),
			piece('answered', throughput.total),
			piece('failed', operations.failed),
			piece('in flight', operations.inFlight),
			[span('standard deviation ', 'muted'), span(`${formatRate(throughput.stddev ?? undefined)}/s`)],
		],
		columns,
	);
};

const draw: Pane['draw'] = (view, {columns, rows}, {zoomed}) => {
	const {run, charset} = view;
	const rate = askedRate(run);
	const heads = [head(view, columns), ...(zoomed && rows >= 10 ? [details(view, columns)] : [])];
	const width = columns - axisColumns;
	const scaled = rows >= 7;
	const height = rows - heads.length - (scaled ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? heads.slice(0, 1) : [];

	const scale = timeScale(view, width, charset);
	const values = dotsOf(run, scale, (entry) => entry.rate, 'mean');
	const maximum = ceiling(Math.max(greatest(values) ?? 0, rate ?? 0));
	const labels = yAxis(height, maximum, formatRate);
	const uprights = uprightsOf(view, scale, width, charset);
	const lines: Line[] = area(values, width, height, maximum, charset).map((text, row) => [
		span(labels[row] ?? '', 'muted'),
		...withUprights(dimmed([span(text, 'series1')], uprights.warmup), uprights, charset),
	]);
	return [...heads, ...lines, ...(scaled ? [xAxis(scale, width, uprights.warmup)] : [])];
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
	foot: () => [span('mean of all the time; min and max of whole seconds', 'muted')],
};
