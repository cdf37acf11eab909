import {gaugeMean} from '../../core/gauge.ts';
import type {GaugeName} from '../../core/metric.ts';
import {measured} from '../../core/run-state.ts';
import {gaugeAt, type TimelineEntry} from '../../core/timeline.ts';
import {sparkline} from '../charts/sparkline.ts';
import {fitting, type Line, left, right, span, widthOf} from '../line.ts';
import type {View} from '../pane.ts';
import {createMemory, greatest, seriesOf} from '../series.ts';
import {sparkAxis} from './chart.ts';

/** The level of a gauge by its name; `undefined` where it was not measured. */
export type Read = (name: GaugeName) => number | undefined;

/** A row: a level, what it is a share of, and its course. */
export type GaugeRow = {
	readonly label: string;
	/** Only of runs that measured this gauge: few do. */
	readonly only?: GaugeName;
	/** Rows of a higher rank are left out first. */
	readonly rank: number;
	readonly value: (read: Read, view: View) => number | undefined;
	readonly format: (value: number | undefined, view: View) => string;
	/** What the value is a share of, and what else there is to say, briefly. */
	readonly beside: (read: Read, view: View) => string;
	/** The level in one second, where it is not the value of that second's gauges. */
	readonly course?: (entry: TimelineEntry, view: View) => number | undefined;
	/** Full height of the sparkline; without it, the greatest value is. */
	readonly full?: (read: Read, view: View) => number | undefined;
};

/** A row of words alone. */
export type WordRow = {
	readonly rank: number;
	readonly words: (read: Read) => ReadonlyArray<readonly [label: string, value: string]>;
};

const valueColumns = 8;
const mostBeside = 18;
const leastSpark = 6;

/** The gauges of the second that is shown; of a run that is over, their means. In a pause there is nothing to tell. */
export const reading = (view: View): Read => {
	const gauges =
		view.now?.snapshot.gauges ??
		(view.cursor === undefined && view.run.ending !== undefined ? measured(view.run).gauges : {});
	return (name) => {
		const gauge = gauges[name];
		return gauge === undefined ? undefined : gaugeMean(gauge);
	};
};

const readingAt =
	(entry: TimelineEntry): Read =>
	(name) =>
		gaugeAt(entry, name);

const remembered = createMemory<number[]>();

/** As many rows as asked for, the least of rank left out: label, value, sparkline, words. `name` tells tables apart. */
export const gaugeLines = (
	view: View,
	name: string,
	all: ReadonlyArray<GaugeRow | WordRow>,
	columns: number,
	rows: number,
	labelColumns: number,
): Line[] => {
	if (rows <= 0) return [];
	const read = reading(view);
	const ranks = all.map(({rank}) => rank).sort((a, b) => a - b);
	const last = ranks[Math.min(ranks.length, rows) - 1] ?? 0;
	const shown = all.filter(({rank}) => rank <= last);
	const beside = shown.map((row) => ('words' in row ? '' : row.beside(read, view)));
	const room = columns - labelColumns - valueColumns - 2;
	const widest = Math.max(0, ...beside.map(widthOf));
	const besideColumns = Math.min(widest, Math.max(mostBeside, Math.floor(room / 2)));
	const sparkColumns = room - besideColumns - 1;
	const spark = sparkColumns >= leastSpark ? sparkColumns : 0;
	const axis = sparkAxis(view, spark);
	return shown.map((row, index): Line => {
		if ('words' in row) {
			const words = row.words(read).map(([label, value]): Line => [span(`${label} `, 'muted'), span(right(value, 5))]);
			return [span(' '), ...fitting(words, columns - 1)];
		}

		const value = row.value(read, view);
		const courseAt = row.course ?? ((entry: TimelineEntry) => row.value(readingAt(entry), view));
		const {bucket, first, count} = axis;
		const values = remembered(view.run, [name, row.label, bucket, first, count].join(' '), () =>
			seriesOf(view.run, axis, (entry) => courseAt(entry, view), 'mean'),
		);
		const full = row.full?.(read, view) ?? greatest(values) ?? 0;
		return [
			span(left(row.label, labelColumns), row.label.startsWith(' ') ? 'muted' : 'text'),
			span(right(row.format(value, view), valueColumns)),
			...(spark > 0
				? [span(` ${sparkline(values, Math.min(spark, axis.count), {low: 0, high: full}, view.charset)}`, 'series4')]
				: []),
			span(` ${left(value === undefined ? 'not measured' : (beside[index] ?? ''), besideColumns)}`, 'muted'),
		];
	});
};
