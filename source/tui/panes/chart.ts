import type {Charset} from '../../core/charset.ts';
import {isMoment, lengthOf, type RunState} from '../../core/run-state.ts';
import {formatClock, formatDuration, formatLatency, formatRate, type LatencyUnit} from '../../core/units.ts';
import {dotsAcross} from '../charts/area.ts';
import {uprightOf} from '../charts/line.ts';
import {labelledRows} from '../charts/scale.ts';
import {type Line, right, type Span, span} from '../line.ts';
import type {View} from '../pane.ts';
import {
	type Axis,
	exactAxis,
	type Figure,
	type Joining,
	recentAxis,
	seriesOf,
	spreadOver,
	wholeAxis,
} from '../series.ts';
import type {Token} from '../theme.ts';

/** Columns of the y axis: its labels and the upright. */
export const axisColumns = 7;

/** Fewer columns than this show no course. */
export const leastChart = 12;

/** How a chart's values stand in time. */
export type TimeScale = {
	readonly axis: Axis;
	/** Dots across that the axis takes, at the right of the chart. */
	readonly dots: number;
	/** Dots from the left edge to a moment of the run; may lie outside. */
	readonly dotAt: (at: number) => number;
	/** Words under a point of the axis, 0 at its left end and 1 at its right. */
	readonly wordsAt: (share: number) => string;
};

const clocks =
	(from: number, to: number) =>
	(share: number): string =>
		formatClock(from + (to - from) * share);

/**
 * What of a run a chart of so many columns shows. With the usual window, a run that is short enough, or over, is there as
 * a whole and stands still; so is one that a chosen window holds. Of others the last stretch moves by: of the usual window
 * with a whole number of dots for every second, so that it does not shimmer; of a chosen one exactly what was chosen.
 */
export const timeScale = (
	{run, window, whole, cursor}: Pick<View, 'run' | 'window' | 'whole' | 'cursor'>,
	columns: number,
	charset: Charset,
): TimeScale => {
	const across = Math.max(1, dotsAcross(columns, charset));
	const ended = run.ending !== undefined;
	const length = lengthOf(run);
	if (whole ? ended || length <= across * run.step : length <= window) {
		const axis = wholeAxis(run, across, ended || !Number.isFinite(length) ? undefined : length);
		const end = axis.count * axis.bucket;
		const dotAt = (at: number): number => Math.floor((at / end) * across);
		return {axis, dots: across, dotAt, wordsAt: clocks(0, end)};
	}

	// Nobody chose the usual window: less of it with a dot for every second says more.
	const wanted = Math.min(window, across * run.step);
	const perStep = Math.max(1, Math.floor((across * run.step) / wanted));
	const count = Math.max(1, Math.floor(across / perStep));
	const axis = whole ? recentAxis(run, count * run.step, count, cursor) : exactAxis(run, window, across, cursor);
	const dots = whole ? axis.count * perStep : across;
	const end = (axis.first + axis.count) * axis.bucket;
	const span = axis.count * axis.bucket;
	const moves = !ended && end > (run.timeline.at(-1)?.fromMs ?? 0);
	return {
		axis,
		dots,
		dotAt: (at) => across + Math.floor(((at - end) / span) * dots),
		wordsAt: moves
			? (share) => (share === 1 ? 'now' : `-${formatDuration(Math.round((1 - share) * span))}`)
			: clocks(end - span, end),
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

/** A latency in milliseconds beside an axis: six columns at most. */
export const axisLatency =
	(unit: LatencyUnit) =>
	(milliseconds: number): string => {
		const text = formatLatency(milliseconds, unit);
		return text.length < axisColumns ? text : formatRate(Number(text));
	};

/** The row under a chart: when its ends and points between were, and what of it was warm-up. */
export const xAxis = ({axis, wordsAt}: TimeScale, columns: number, warmupColumns: number): Line => {
	const parts = columns >= 80 ? 4 : columns >= 36 ? 2 : 1;
	const row = new Array<string>(columns).fill(' ');
	const write = (text: string, at: number): void => {
		for (const [index, character] of [...text].entries()) row[at + index] = character;
	};
	const first = wordsAt(0);
	let free = 0;
	for (let part = 0; part <= parts; part++) {
		const words = wordsAt(part / parts);
		const centre = Math.round((columns * part) / parts - (words.length * part) / parts);
		if (centre < free || centre + words.length > columns) continue;
		write(words, centre);
		free = centre + words.length + 1;
	}

	const word = ' warm-up ';
	const room = row.slice(first.length, Math.min(warmupColumns, columns));
	// Before the run began there was no warm-up either.
	if (
		axis.first >= 0 &&
		room.length >= word.length &&
		room.slice(0, word.length).every((character) => character === ' ')
	)
		write(word, first.length);
	const text = row.join('');
	return text.trim() === '' ? [] : [span(' '.repeat(axisColumns) + text, 'muted')];
};

/** A line of a chart from one column on in another style: what was measured before measuring began does not count. */
export const dimmed = (line: Line, columns: number): Line => {
	let room = columns;
	return line.flatMap(({text, style}): Span[] => {
		const characters = [...text];
		const before = characters.slice(0, Math.max(0, room)).join('');
		const after = characters.slice(Math.max(0, room)).join('');
		room -= characters.length;
		return [
			...(before === '' ? [] : [span(before, style === 'cursor' ? style : 'muted')]),
			...(after === '' ? [] : [{...span(after), ...(style && {style})}]),
		];
	});
};

/** The line with one column of it written over. */
const overwritten = (line: Line, column: number, glyph: string, style: Token, blankOnly: boolean): Line => {
	let before = 0;
	return line.flatMap((piece): Span[] => {
		const characters = [...piece.text];
		const at = column - before;
		before += characters.length;
		if (at < 0 || at >= characters.length || (blankOnly && characters[at] !== ' ')) return [piece];
		const [head, tail] = [characters.slice(0, at).join(''), characters.slice(at + 1).join('')];
		return [
			...(head === '' ? [] : [{...piece, text: head}]),
			span(glyph, style),
			...(tail === '' ? [] : [{...piece, text: tail}]),
		];
	});
};

/** Columns of what stands upright in a chart: marks and the beginning of measuring, and the moment that is read off. */
export type Uprights = {
	readonly marks: readonly number[];
	readonly cursor: number | undefined;
	readonly warmup: number;
};

/** What stands upright in a chart of so many columns. */
export const uprightsOf = (
	{run, cursor}: Pick<View, 'run' | 'cursor'>,
	{dotAt}: TimeScale,
	columns: number,
	charset: Charset,
): Uprights => {
	const perColumn = charset === 'braille' ? 2 : 1;
	const columnOf = (at: number): number => Math.floor(dotAt(at) / perColumn);
	const measuredFrom = run.measuredFrom ?? (run.phase === 'warm-up' ? run.at : 0);
	const begins = columnOf(measuredFrom);
	const inside = (column: number): boolean => column >= 0 && column < columns;
	const marks = run.occurrences.filter(isMoment).map(({at}) => columnOf(at));
	const read = cursor === undefined ? undefined : columnOf(cursor);
	return {
		marks: [...marks, ...(measuredFrom > 0 ? [begins] : [])].filter(inside),
		cursor: read === undefined || !inside(read) ? undefined : read,
		warmup: Math.min(columns, Math.max(0, begins)),
	};
};

/** A row of an area or a heat map with what stands upright in it: marks where nothing is, the cursor over everything. */
export const withUprights = (
	line: Line,
	{marks, cursor}: Uprights,
	charset: Charset,
	glyph = uprightOf('vertical', charset),
): Line => {
	let drawn = line;
	for (const mark of new Set(marks)) {
		if (mark !== cursor) drawn = overwritten(drawn, mark, glyph, 'accent', true);
	}

	return cursor === undefined ? drawn : overwritten(drawn, cursor, uprightOf('cursor', charset), 'cursor', false);
};

/** The word for the moment whose figures are shown. */
export const momentWord = ({cursor}: Pick<View, 'cursor'>): string =>
	cursor === undefined ? 'now' : `at ${formatClock(cursor)}`;

/**
 * The buckets of a sparkline in so many columns. Of the usual window only so much as has a column for every second: what
 * is young fills its place sooner, and no second hides behind another. A chosen one is there as a whole.
 */
export const sparkAxis = (
	{run, window, whole, cursor}: Pick<View, 'run' | 'window' | 'whole' | 'cursor'>,
	columns: number,
): Axis =>
	whole || !Number.isFinite(window)
		? recentAxis(run, whole ? Math.min(window, Math.max(1, columns) * run.step) : window, columns, cursor)
		: exactAxis(run, window, columns, cursor);

/** What a column of sparklines spans, in words for its head. */
export const windowWords = ({window}: Pick<View, 'window'>, {bucket, count}: Axis): string => {
	const span = Number.isFinite(window) ? bucket * count : window;
	if (!Number.isFinite(span)) return 'the whole run';
	return `last ${span <= 120_000 ? `${Number((span / 1000).toFixed(1))} s` : formatDuration(span)}`;
};
