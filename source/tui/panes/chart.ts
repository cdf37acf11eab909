import type {RunState} from '../../core/run-state.ts';
import {formatClock, formatDuration} from '../../core/units.ts';
import type {Charset} from '../charset.ts';
import {dotsAcross} from '../charts/area.ts';
import {labelledRows} from '../charts/scale.ts';
import {type Line, left, right, span} from '../line.ts';
import {type Axis, type Figure, type Joining, recentAxis, seriesOf, spreadOver, wholeAxis} from '../series.ts';

/** Columns of the y axis: its labels and the upright. */
export const axisColumns = 7;

/** How a chart's values stand in time. */
export type TimeScale = {
	readonly axis: Axis;
	/** Dots across that the axis takes, at the right of the chart. */
	readonly dots: number;
	/** Dots from the left edge to a moment of the run; may lie outside. */
	readonly dotAt: (at: number) => number;
	/** Words under the left and the right end. */
	readonly from: string;
	readonly to: string;
};

/**
 * What of a run a chart of so many columns shows. A run that is short enough, or over, is there as a whole and stands
 * still; of a longer one the last stretch moves by, a whole number of dots for every second so that it does not shimmer.
 */
export const timeScale = (run: RunState, window: number, columns: number, charset: Charset): TimeScale => {
	const across = Math.max(1, dotsAcross(columns, charset));
	const plan = run.began?.plan;
	const planned = plan?.duration === undefined ? Number.POSITIVE_INFINITY : plan.warmup + plan.duration;
	if (run.ending !== undefined || Math.max(planned, run.at) <= across * run.step) {
		const steps = {bucket: run.step, first: 0, count: Math.max(1, Math.ceil(planned / run.step))};
		const axis = run.ending === undefined ? steps : wholeAxis(run, across);
		const end = axis.count * axis.bucket;
		const dotAt = (at: number): number => Math.floor((at / end) * across);
		return {axis, dots: across, dotAt, from: formatClock(0), to: formatClock(end)};
	}

	const perStep = Math.max(1, Math.floor((across * run.step) / window));
	const count = Math.max(1, Math.floor(across / perStep));
	const axis = recentAxis(run, count * run.step, count);
	const end = (axis.first + axis.count) * axis.bucket;
	const dots = count * perStep;
	return {
		axis,
		dots,
		dotAt: (at) => across + Math.floor(((at - end) / axis.bucket) * perStep),
		from: `-${formatDuration(count * axis.bucket)}`,
		to: 'now',
	};
};

/** A figure's values, one for each dot of a chart. */
export const dotsOf = (run: RunState, scale: TimeScale, figure: Figure, joining: Joining): number[] =>
	spreadOver(seriesOf(run, scale.axis, figure, joining), scale.dots);

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
