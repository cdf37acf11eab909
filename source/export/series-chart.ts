import {asciiLine} from '../core/ascii-line.ts';
import type {Charset} from '../core/charset.ts';

import {displayWidth} from '../core/width.ts';
import {medianOf} from '../stats/describe.ts';

/** What a chart of a figure from run to run is made of. Places count the values. */
export type SeriesChart = {
	readonly values: ArrayLike<number>;
	/** The first value after each change. */
	readonly changes: readonly number[];
	readonly anomalies: readonly number[];
	/** A value with its unit. */
	readonly format: (value: number) => string;
	/** Words under its ends. */
	readonly from: string;
	readonly to: string;
};

/** The signs of a chart, for its legend. */
export const chartSigns = (charset: Charset): {readonly change: string; readonly anomaly: string} =>
	charset === 'ascii' ? {change: ':', anomaly: 'x'} : {change: '┊', anomaly: '●'};

const strokes = {
	ascii: {level: '*', upright: '|', corners: ['*', '*', '*', '*']},
	line: {level: '─', upright: '│', corners: ['╭', '╮', '╰', '╯']},
} as const;

/** Fewer columns than this show no course. */
const leastColumns = 8;

/**
 * A figure over the runs in their order, scaled from its least to its largest value: exactly `rows` rows and one of words
 * under them. Of more values than columns each column has the median of its own, of fewer each has several columns. Empty
 * where there is no room, or where nothing varies.
 */
export const drawSeries = (
	{values, changes, anomalies, format, from, to}: SeriesChart,
	{columns, rows}: {readonly columns: number; readonly rows: number},
	charset: Charset,
): readonly string[] => {
	const all = Array.from(values);
	const finite = all.filter(Number.isFinite);
	const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	const most = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	if (!(most > least)) return [];
	const middle = Math.floor((rows - 1) / 2);
	const labelAt = new Map([
		[rows - 1, format(least)],
		[middle, format(most - ((most - least) * middle) / (rows - 1))],
		[0, format(most)],
	]);
	const labels = Math.max(...[...labelAt.values()].map(displayWidth));
	const width = columns - labels - 3;
	if (width < leastColumns || rows < 3) return [];
	const columnOf = (place: number): number => Math.floor(((place + 0.5) * width) / all.length);
	const drawn = Array.from({length: width}, (_, column) => {
		const first = Math.floor((column * all.length) / width);
		const last = Math.max(first + 1, Math.floor(((column + 1) * all.length) / width));
		return medianOf(all.slice(first, last).filter(Number.isFinite));
	});
	const signs = chartSigns(charset);
	const cells = Array.from({length: rows}, () => new Array<string>(width).fill(' '));
	for (const place of changes) {
		// Between the last value before and the first after.
		const column = Math.min(width - 1, Math.round((place * width) / all.length));
		for (const row of cells) row[column] = signs.change;
	}

	for (const {row, column, character} of asciiLine(
		drawn,
		rows,
		least,
		most,
		strokes[charset === 'ascii' ? 'ascii' : 'line'],
	)) {
		cells[row]![column] = character;
	}

	for (const place of anomalies) {
		const share = (all[place]! - least) / (most - least);
		cells[Math.round((1 - share) * (rows - 1))]![columnOf(place)] = signs.anomaly;
	}

	const axis = charset === 'ascii' ? '|' : '┤';
	const ends = `${from}${' '.repeat(Math.max(1, width - displayWidth(from) - displayWidth(to)))}${to}`;
	return [
		...cells.map((row, index) => {
			const label = labelAt.get(index) ?? '';
			return `${' '.repeat(labels - displayWidth(label))}${label} ${axis} ${row.join('')}`.trimEnd();
		}),
		`${' '.repeat(labels + 3)}${ends}`,
	];
};
