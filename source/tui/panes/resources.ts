import {gaugeMean} from '../../core/gauge.ts';
import type {GaugeName} from '../../core/metric.ts';
import {measured} from '../../core/run-state.ts';
import {gaugeAt, type TimelineEntry} from '../../core/timeline.ts';
import {formatBytes, formatMilliseconds, formatPercent, formatRate, formatValue} from '../../core/units.ts';
import {sparkline} from '../charts/sparkline.ts';
import {fitting, type Line, left, right, span, widthOf, within} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest, recentAxis, seriesOf} from '../series.ts';

type Read = (name: GaugeName) => number | undefined;

/** A row: a level, what it is a share of, and its course. */
type Row = {
	readonly label: string;
	/** Rows of a higher rank are left out first. */
	readonly rank: number;
	readonly value: (read: Read) => number | undefined;
	readonly format: (value: number | undefined) => string;
	/** What the value is a share of, and what else there is to say, briefly. */
	readonly beside: (read: Read, view: View) => string;
	/** Full height of the sparkline; without it, the greatest value is. */
	readonly full?: (read: Read) => number | undefined;
};

/** A row of words alone. */
type Words = {
	readonly rank: number;
	readonly words: (read: Read) => ReadonlyArray<readonly [label: string, value: string]>;
};

const sum = (...values: ReadonlyArray<number | undefined>): number | undefined =>
	values.some((value) => value !== undefined)
		? values.reduce<number>((total, value) => total + (value ?? 0), 0)
		: undefined;

const cores = (view: View): string => {
	const count = view.run.began?.environment.cpu.cores;
	return count === undefined ? 'of all cores' : `of ${count} ${count === 1 ? 'core' : 'cores'}`;
};

const rows: ReadonlyArray<Row | Words> = [
	{
		label: 'cpu',
		rank: 1,
		value: (read) => sum(read('host.cpu.user'), read('host.cpu.system')),
		format: formatPercent,
		beside: (_, view) => cores(view),
		full: () => 100,
	},
	{
		rank: 4.5,
		words: (read) => [
			['user', formatPercent(read('host.cpu.user'))],
			['sys', formatPercent(read('host.cpu.system'))],
			['steal', formatPercent(read('host.cpu.steal'))],
			['iowait', formatPercent(read('host.cpu.iowait'))],
		],
	},
	{
		label: 'mem',
		rank: 4,
		value: (read) => read('host.memory.used'),
		format: formatBytes,
		beside: (read) => `of ${formatBytes(read('host.memory.total'))}`,
		full: (read) => read('host.memory.total'),
	},
	{
		label: 'disk',
		rank: 6,
		value: (read) => read('host.disk.utilisation'),
		format: formatPercent,
		beside: (read) => `r ${formatRate(read('host.disk.readIops'))}/s w ${formatRate(read('host.disk.writeIops'))}/s`,
		full: () => 100,
	},
	{
		label: 'net in',
		rank: 5,
		value: (read) => read('host.network.received'),
		format: (value) => formatValue(value, 'bytes/s'),
		beside: () => 'received',
	},
	{
		label: 'net out',
		rank: 7,
		value: (read) => read('host.network.sent'),
		format: (value) => formatValue(value, 'bytes/s'),
		beside: () => 'sent',
	},
	{
		label: 'target',
		rank: 3,
		value: (read) => read('target.cpu'),
		format: formatPercent,
		beside: () => 'of one core',
	},
	{
		label: ' mem',
		rank: 8,
		value: (read) => read('target.memory'),
		format: formatBytes,
		beside: (read) => {
			const threads = read('target.threads');
			return threads === undefined ? '' : `${Math.round(threads)} threads`;
		},
	},
	{
		label: 'gen',
		rank: 2,
		value: (read) => read('generator.cpu'),
		format: formatPercent,
		beside: () => 'of one core',
	},
	{
		label: ' busy',
		rank: 5.5,
		value: (read) => read('generator.busy'),
		format: formatPercent,
		beside: () => 'busiest thread',
		full: () => 100,
	},
	{
		label: ' delay',
		rank: 8.5,
		value: (read) => read('generator.loopDelay'),
		format: (value) => (value === undefined ? '–' : `${formatMilliseconds(value)}ms`),
		beside: () => 'of its event loop',
	},
];

const labelColumns = 7;
const valueColumns = 8;
const leastSpark = 6;

const reading = (view: View): Read => {
	const gauges = view.now?.snapshot.gauges ?? measured(view.run).gauges;
	return (name) => {
		const gauge = gauges[name];
		return gauge === undefined ? undefined : gaugeMean(gauge);
	};
};

const readingAt =
	(entry: TimelineEntry): Read =>
	(name) =>
		gaugeAt(entry, name);

const draw: Pane['draw'] = (view, size) => {
	const read = reading(view);
	const ranks = rows.map(({rank}) => rank).sort((a, b) => a - b);
	const last = ranks[Math.min(ranks.length, size.rows) - 1] ?? 0;
	const shown = rows.filter(({rank}) => rank <= last);
	const beside = shown.map((row) => ('words' in row ? '' : row.beside(read, view)));
	const room = size.columns - labelColumns - valueColumns - 2;
	const besideColumns = Math.min(18, Math.max(0, ...beside.map(widthOf)));
	const sparkColumns = room - besideColumns - 1;
	const spark = sparkColumns >= leastSpark ? sparkColumns : 0;
	const axis = recentAxis(view.run, view.window, spark);
	const lines = shown.map((row, index): Line => {
		if ('words' in row) {
			const words = row.words(read).map(([label, value]): Line => [span(`${label} `, 'muted'), span(right(value, 5))]);
			return [span(' '), ...fitting(words, size.columns - 1)];
		}

		const value = row.value(read);
		const values = seriesOf(view.run, axis, (entry) => row.value(readingAt(entry)), 'mean');
		const full = row.full?.(read) ?? greatest(values) ?? 0;
		return [
			span(left(row.label, labelColumns), row.label.startsWith(' ') ? 'muted' : 'text'),
			span(right(row.format(value), valueColumns)),
			...(spark > 0
				? [span(` ${sparkline(values, Math.min(spark, axis.count), {low: 0, high: full}, view.charset)}`, 'series4')]
				: []),
			span(` ${left(value === undefined ? 'not measured' : (beside[index] ?? ''), besideColumns)}`, 'muted'),
		];
	});
	return within(lines, size);
};

/** What the machine, the process under test and the load generator do meanwhile. */
export const resources: Pane = {
	name: 'resources',
	title: 'Resources',
	about: 'the machine, the process under test and the load generator; each share says of what',
	least: {columns: 30, rows: 4},
	wants: rows.length,
	rank: 3,
	draw,
	note: (view) => (view.run.ending === undefined ? [] : [span('mean of the run', 'muted')]),
};
