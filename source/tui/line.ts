import {printable} from '../core/printable.ts';
import {displayWidth} from '../core/width.ts';
import type {Token} from './theme.ts';

/** A run of text of one meaning. */
export type Span = {readonly text: string; readonly style?: Token};

/** One row of a pane. */
export type Line = readonly Span[];

// What benchtop itself draws: ASCII, Latin-1, dashes, arrows, signs, boxes, blocks, marks, braille. One column and one code
// unit each, and nothing that joins with its neighbours: most text needs no segmenter, which would be most of a frame.
const narrow =
	/^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u00ff\u0394\u03a3\u2010-\u2027\u2190-\u2199\u2212\u2248\u2264\u2265\u2500-\u25fc\u2713\u2715\u2717\u27f2\u2800-\u28ff]*$/;

/** Whether a text is harmless and has one column for each of its code units. */
export const isNarrow = (text: string): boolean => narrow.test(text);

/** Made when it is first needed: that takes longer than to draw a frame. */
let segmenter: Intl.Segmenter | undefined;
const segments = (text: string): Intl.Segments => {
	segmenter ??= new Intl.Segmenter();
	return segmenter.segment(text);
};

const widths = new Map<string, number>();
const mostWidths = 4096;

const widthOfCluster = (cluster: string): number => {
	const known = widths.get(cluster);
	if (known !== undefined) return known;
	if (widths.size >= mostWidths) widths.clear();
	const width = displayWidth(cluster);
	widths.set(cluster, width);
	return width;
};

/**
 * A sequence joined to one picture (a family, a flag with a rainbow) is its first character: terminals do not agree on
 * how wide the whole of it is, and one column of disagreement breaks a row.
 */
const unjoined = (cluster: string): string =>
	cluster.includes('\u200d') ? String.fromCodePoint(cluster.codePointAt(0) ?? 0x20) : cluster;

/** The characters of a text as a reader sees them, each with the terminal columns it takes. */
export const clusters = (text: string): ReadonlyArray<readonly [cluster: string, width: number]> =>
	isNarrow(text)
		? Array.from(text, (character) => [character, 1] as const)
		: Array.from(segments(text), ({segment}) => {
				const cluster = unjoined(segment);
				return [cluster, widthOfCluster(cluster)] as const;
			});

/** The terminal columns that a text takes. */
export const widthOf = (text: string): number =>
	isNarrow(text) ? text.length : clusters(text).reduce((sum, [, width]) => sum + width, 0);

/** The terminal columns that a line takes. */
export const lineWidth = (line: Line): number => line.reduce((sum, {text}) => sum + widthOf(text), 0);

/** A span; without a style it is ordinary text. */
export const span = (text: string, style: Token = 'text'): Span => ({text, style});

/** A span of text that came from outside: nothing in it can act on the terminal. */
export const outside = (text: string, style: Token = 'text'): Span => ({text: printable(text), style});

/** The beginning of a text in at most so many columns; where it was cut it ends in '…'. */
export const clip = (text: string, columns: number): string => {
	if (widthOf(text) <= columns) return text;
	if (columns <= 0) return '';
	let kept = '';
	let width = 0;
	for (const [cluster, wide] of clusters(text)) {
		if (width + wide > columns - 1) break;
		kept += cluster;
		width += wide;
	}

	return `${kept}…`;
};

/** The text in exactly so many columns, at their left. */
export const left = (text: string, columns: number): string => {
	const clipped = clip(text, columns);
	return clipped + ' '.repeat(Math.max(0, columns - widthOf(clipped)));
};

/** The text in so many columns, at their right. A longer text is kept whole: a number cut short would be another one. */
export const right = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - widthOf(text))) + text;

/** The beginning of a line in at most so many columns. */
export const clipLine = (line: Line, columns: number): Line => {
	const clipped: Span[] = [];
	let room = columns;
	for (const piece of line) {
		const width = widthOf(piece.text);
		if (width > room) {
			if (room > 0) clipped.push({...piece, text: clip(piece.text, room)});
			break;
		}

		clipped.push(piece);
		room -= width;
	}

	return clipped;
};

/** The lines that fit a size, each cut to its columns. */
export const within = (
	lines: readonly Line[],
	{columns, rows}: {readonly columns: number; readonly rows: number},
): Line[] => lines.slice(0, Math.max(0, rows)).map((line) => clipLine(line, columns));

/** Two lines on one row, the second at its right end. Where both do not fit, the first gives way. */
export const spread = (start: Line, end: Line, columns: number): Line => {
	const tail = clipLine(end, columns);
	const room = columns - lineWidth(tail);
	const head = clipLine(start, Math.max(0, room - 1));
	return [...head, {text: ' '.repeat(Math.max(0, room - lineWidth(head)))}, ...tail];
};

/** As many of the pieces, whole, as fit a row with a gap between them. */
export const fitting = (pieces: readonly Line[], columns: number, gap = 2): Line => {
	const line: Span[] = [];
	let width = 0;
	for (const piece of pieces) {
		const before = line.length === 0 ? 0 : gap;
		const wide = lineWidth(piece);
		if (width + before + wide > columns) continue;
		if (before > 0) line.push({text: ' '.repeat(before)});
		line.push(...piece);
		width += before + wide;
	}

	return line;
};

/** A text broken between words into rows of at most so many columns, and at most so many rows. */
export const wrap = (text: string, columns: number, rows: number): readonly string[] => {
	const wrapped: string[] = [];
	let row = '';
	for (const word of text.split(' ')) {
		const longer = row === '' ? word : `${row} ${word}`;
		if (widthOf(longer) <= columns || row === '') {
			row = longer;
			continue;
		}

		if (wrapped.length === rows - 1) {
			row = longer;
			continue;
		}

		wrapped.push(row);
		row = word;
	}

	wrapped.push(row);
	return wrapped.map((each) => clip(each, columns));
};
