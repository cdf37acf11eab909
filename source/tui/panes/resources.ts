import {type GaugeMetric, type GaugeName, gaugeMetrics} from '../../core/metric.ts';
import {measured} from '../../core/run-state.ts';
import {
	formatBytes,
	formatLatencyAndUnit,
	formatPercent,
	formatRate,
	formatValue,
	type LatencyUnit,
} from '../../core/units.ts';
import {type Line, span, within} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {type GaugeRow, gaugeLines, type WordRow} from './gauge-rows.ts';

const sum = (...values: ReadonlyArray<number | undefined>): number | undefined =>
	values.some((value) => value !== undefined)
		? values.reduce<number>((total, value) => total + (value ?? 0), 0)
		: undefined;

const cores = (view: View): string => {
	const count = view.run.began?.environment.cpu.cores;
	return count === undefined ? 'of all cores' : `of ${count} ${count === 1 ? 'core' : 'cores'}`;
};

const rows: ReadonlyArray<GaugeRow | WordRow> = [
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
		label: 'remote',
		only: 'remote.cpu.user',
		rank: 3.2,
		value: (read) => sum(read('remote.cpu.user'), read('remote.cpu.system')),
		format: formatPercent,
		beside: (read) => `of all cores, load ${formatValue(read('remote.load'), '1')}`,
		full: () => 100,
	},
	{
		label: ' memory',
		only: 'remote.memory.used',
		rank: 8.2,
		value: (read) => read('remote.memory.used'),
		format: formatBytes,
		beside: (read) => `of ${formatBytes(read('remote.memory.total'))}`,
		full: (read) => read('remote.memory.total'),
	},
	{
		label: 'tool',
		only: 'tool.cpu',
		rank: 2.2,
		value: (read) => read('tool.cpu'),
		format: formatPercent,
		beside: (read) => `of one core, ${formatBytes(read('tool.memory'))}`,
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
		format: (value, {latencyUnit}) => formatLatencyAndUnit(value, latencyUnit),
		beside: () => 'of its event loop',
	},
];

const labelColumns = 7;
/** From here on there is room for every gauge by itself. */
const roomy = 16;

const formatGauge = (value: number | undefined, {unit}: GaugeMetric, latencyUnit: LatencyUnit): string =>
	unit === 'ms' ? formatLatencyAndUnit(value, latencyUnit) : formatValue(value, unit);

const wholeOf = ({name, of}: GaugeMetric, view: View): string => {
	if (of === undefined) return '';
	return of === 'all cores' && name.startsWith('host.') ? `${cores(view)}: ` : `of ${of}: `;
};

type Known = GaugeMetric & {readonly name: GaugeName};

const isCore = (name: string): name is `host.cpu.core${number}` => /^host\.cpu\.core\d+$/.test(name);

const measuredNames = (view: View): readonly string[] =>
	Object.keys({...measured(view.run).gauges, ...view.now?.snapshot.gauges});

/** The rows that this run has something for. */
const rowsOf = (view: View): ReadonlyArray<GaugeRow | WordRow> => {
	const names = measuredNames(view);
	return rows.filter((row) => !('only' in row) || row.only === undefined || names.includes(row.only));
};

/** Every gauge that was measured, each with what it is a share of. */
const gaugeRows = (view: View): GaugeRow[] => {
	const names = measuredNames(view);
	const known: readonly Known[] = [
		...gaugeMetrics.filter(({name}) => names.includes(name)),
		...names.filter(isCore).map((name) => ({name, unit: '%', of: 'one core', about: 'use of this core'}) as const),
	];
	return known.map(
		(metric, rank): GaugeRow => ({
			label: metric.name,
			rank,
			value: (read) => read(metric.name),
			format: (value, {latencyUnit}) => formatGauge(value, metric, latencyUnit),
			beside: () => `${wholeOf(metric, view)}${metric.about}`,
			...(metric.unit === '%' ? {full: (read) => Math.max(100, read(metric.name) ?? 0)} : {}),
		}),
	);
};

const draw: Pane['draw'] = (view, {columns, rows: high}, {zoomed}) => {
	if (columns <= 0 || high <= 0) return [];
	const brief = rowsOf(view);
	const all = zoomed || high >= roomy ? gaugeRows(view) : [];
	if (all.length === 0) {
		return within(gaugeLines(view, 'few', brief, columns, Math.min(high, brief.length), labelColumns), {
			columns,
			rows: high,
		});
	}

	const labels = Math.max(...all.map(({label}) => label.length)) + 1;
	// What is read together first, then everything by itself.
	const every = within(gaugeLines(view, 'every', all, columns, all.length, labels), {columns, rows: all.length});
	const few = within(gaugeLines(view, 'few', brief, columns, brief.length, labelColumns), {
		columns,
		rows: brief.length,
	});
	const lines: Line[] = zoomed || high > brief.length + 3 ? [...few, [], ...every] : few;
	return zoomed ? lines : lines.slice(0, high);
};

/** What the machine, the process under test and the load generator do meanwhile. */
export const resources: Pane = {
	name: 'resources',
	title: 'Resources',
	about: 'the machine, the process under test and the load generator; each share says of what',
	least: {columns: 30, rows: 4},
	wants: rows.filter((row) => !('only' in row)).length,
	rank: 3,
	scroll: {from: 'start'},
	draw,
	note: (view) =>
		view.now === undefined && view.cursor === undefined && view.run.ending !== undefined
			? [span('mean of the run', 'muted')]
			: [],
};
