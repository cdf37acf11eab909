import type {RunState} from '../../core/run-state.ts';
import {formatClock, formatDuration} from '../../core/units.ts';
import type {Charset} from '../charset.ts';
import {dotsAcross} from '../charts/area.ts';
import {labelledRows} from '../charts/scale.ts';
import {type Line, left, right, span} from '../line.ts';
import {type Axis, type Figure, type Joining, recentAxis, seriesOf, stretch, wholeAxis} from '../series.ts';

/** Columns of the y axis: its labels and the upright. */
export const axisColumns = 7;

/** How a chart's values stand in time. */
export type TimeScale = {
	readonly axis: Axis;
	/** Dots that one bucket takes. */
	readonly dots: number;
	/** Dots from the left edge to a moment of the run; may lie outside. */
	readonly dotAt: (at: number) => number;
	/** Words under the left and the right end. */
	readonly from: string;
	readonly to: string;
};

/**
 * The last stretch of a run in so many columns; a run shorter than the window fills the chart by its planned length.
 * Of a run that is over, all of it.
 */
export const timeScale = (run: RunState, window: number, columns: number, charset: Charset): TimeScale => {
	const across = Math.max(1, dotsAcross(columns, charset));
	const plan = run.began?.plan;
	const planned = plan?.duration === undefined ? window : plan.warmup + plan.duration;
	const over = run.ending !== undefined;
	const whole = over ? wholeAxis(run, across) : undefined;
	const span = Math.max(run.step, Math.min(window, planned));
	const dots = Math.max(1, Math.floor(whole === undefined ? (across * run.step) / span : across / whole.count));
	const room = Math.max(1, Math.floor(across / dots));
	// A run that fits as a whole stays where it is drawn; a longer one moves to the left.
	const still = !over && plan?.duration !== undefined && planned <= room * run.step && run.at <= room * run.step;
	const axis = whole ?? (still ? {bucket: run.step, first: 0, count: room} : recentAxis(run, room * run.step, room));
	const end = (axis.first + axis.count) * axis.bucket;
	const start = end - (across / dots) * axis.bucket;
	const clock = over || still;
	return {
		axis,
		dots,
		dotAt: (at) => Math.floor(((at - start) / axis.bucket) * dots),
		from: clock ? formatClock(Math.max(0, start)) : `-${formatDuration(Math.round((end - start) / 1000) * 1000)}`,
		to: clock ? formatClock(end) : 'now',
	};
};

/** A figure's values, one for each dot of a chart. */
export const dotsOf = (run: RunState, scale: TimeScale, figure: Figure, joining: Joining): number[] =>
	stretch(seriesOf(run, scale.axis, figure, joining), scale.dots);

/** The labels of a y axis, one for each row, each `axisColumns` wide. */
export const yAxis = (rows: number, maximum: number, format: (value: number) => string): string[] => {
	const labels = labelledRows(rows, maximum);
	return Array.from({length: rows}, (_, row) => {
		const value = labels.get(row);
		return `${right(value === undefined ? '' : format(value), axisColumns - 1)}┤`;
	});
};

/** The row under a chart: how far back its left end is, and what of it was warm-up. */
export const xAxis = (scale: TimeScale, columns: number, warmupColumns: number): Line => {
	const free = columns - scale.from.length - scale.to.length;
	if (free < 1) return [];
	const word = ' warm-up ';
	const room = Math.min(warmupColumns, columns) - scale.from.length;
	const middle = room >= word.length ? left(word, free) : ' '.repeat(free);
	return [span(' '.repeat(axisColumns) + scale.from + middle + scale.to, 'muted')];
};
