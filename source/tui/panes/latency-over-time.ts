import type {LatencyKey} from '../../core/summary.ts';
import {formatMilliseconds} from '../../core/units.ts';
import {type ChartLine, type ChartRun, lines as drawLines, sample} from '../charts/line.ts';
import {ceiling} from '../charts/scale.ts';
import {fitting, type Line, right, type Span, span} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest} from '../series.ts';
import type {Token} from '../theme.ts';
import {axisColumns, dotsOf, timeScale, xAxis, yAxis} from './chart.ts';

const series = [
	{key: 'p50', token: 'series1', dash: 'dot'},
	{key: 'p95', token: 'series2', dash: 'dash'},
	{key: 'p99', token: 'series3', dash: 'solid'},
] as const satisfies ReadonlyArray<{key: LatencyKey; token: Token; dash: ChartLine['dash']}>;

const leastChart = 12;

const legend = (view: View, columns: number): Line =>
	fitting(
		series.map(({key, token, dash}, line) => {
			const value = (view.now?.latency ?? view.summary.latency)[key] ?? undefined;
			return [
				span(`${sample(line, dash, view.charset)} `, token),
				span(`${key} `, 'muted'),
				span(right(formatMilliseconds(value), 6)),
			];
		}),
		columns,
	);

const tokenOf = (owner: ChartRun['owner']): Token => {
	if (owner === undefined) return 'text';
	return owner === 'vertical' ? 'accent' : (series[owner]?.token ?? 'text');
};

/** What was measured before measuring began does not count, and looks it. */
const dimmed = (line: Line, columns: number): Line => {
	let room = columns;
	return line.flatMap(({text, style}): Span[] => {
		const before = [...text].slice(0, Math.max(0, room)).join('');
		const after = [...text].slice(Math.max(0, room)).join('');
		room -= before.length;
		return [
			...(before === '' ? [] : [span(before, 'muted')]),
			...(after === '' ? [] : [{...span(after), ...(style && {style})}]),
		];
	});
};

const draw: Pane['draw'] = (view, {columns, rows}) => {
	const {run, charset} = view;
	const head = legend(view, columns);
	const width = columns - axisColumns;
	const height = rows - 1 - (rows >= 6 ? 1 : 0);
	if (width < leastChart || height < 1) return rows > 0 ? [head] : [];

	const scale = timeScale(run, view.window, width, charset);
	const values = series.map(({key}) => dotsOf(run, scale, (entry) => entry.latency[key], 'greatest'));
	const maximum = ceiling(greatest(...values));
	const labels = yAxis(height, maximum, formatMilliseconds);
	const moments = run.occurrences.filter(({kind}) => kind === 'mark').map(({at}) => scale.dotAt(at));
	const measuredFrom = run.measuredFrom ?? (run.phase === 'warm-up' ? run.at : 0);
	const begins = scale.dotAt(measuredFrom);
	const warmupColumns = Math.max(0, Math.floor(begins / (charset === 'braille' ? 2 : 1)));
	const drawn = drawLines(
		series.map(({dash}, index) => ({values: values[index]!, dash})),
		width,
		height,
		maximum,
		charset,
		[...moments, ...(measuredFrom > 0 ? [begins] : [])].filter((dot) => dot >= 0),
	);
	const body: Line[] = drawn.map((runs, row) => [
		span(labels[row] ?? '', 'muted'),
		...dimmed(
			runs.map(({text, owner}) => span(text, tokenOf(owner))),
			warmupColumns,
		),
	]);
	return [head, ...body, ...(rows >= 6 ? [xAxis(scale, width, warmupColumns)] : [])];
};

/** How the percentiles move. */
export const latencyOverTime: Pane = {
	name: 'latency-over-time',
	title: 'Latency over time',
	latency: true,
	about: 'p50, p95 and p99 of every second; upright lines are your marks and the end of the warm-up',
	least: {columns: 30, rows: 5},
	wants: 13,
	rank: 6,
	draw,
};
