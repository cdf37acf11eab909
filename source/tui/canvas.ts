import {type Charset, inCharset} from '../core/charset.ts';
import {printable} from '../core/printable.ts';
import {clusters, isNarrow, type Line} from './line.ts';
import type {Paint} from './paint.ts';
import type {Token} from './theme.ts';

/** A screen of cells, row after row. A character two columns wide is followed by an empty cell. */
export type Canvas = {
	readonly columns: number;
	readonly rows: number;
	readonly charset: Charset;
	readonly characters: string[];
	readonly styles: Array<Token | undefined>;
};

/** An empty screen. */
export const createCanvas = (columns: number, rows: number, charset: Charset): Canvas => ({
	columns,
	rows,
	charset,
	characters: new Array<string>(columns * rows).fill(' '),
	styles: new Array<Token | undefined>(columns * rows).fill(undefined),
});

/** Writes one character of so many columns, which must be free in the row. */
const putCharacter = (canvas: Canvas, cell: number, room: number, character: string, width: number): void => {
	const {characters} = canvas;
	// What is left of a wide character that is written over by half.
	if (characters[cell] === '') characters[cell - 1] = ' ';
	if (width < room && characters[cell + width] === '') characters[cell + width] = ' ';
	characters[cell] = inCharset(character, canvas.charset);
	for (let rest = 1; rest < width; rest++) characters[cell + rest] = canvas.charset === 'ascii' ? ' ' : '';
};

/** Writes a line into at most so many columns. Control characters become pictures; nothing leaves its columns. */
export const put = (canvas: Canvas, x: number, y: number, line: Line, columns: number): void => {
	if (y < 0 || y >= canvas.rows) return;
	const end = Math.min(x + columns, canvas.columns);
	const start = y * canvas.columns;
	let at = x;
	for (const {text, style} of line) {
		if (isNarrow(text)) {
			const fits = Math.max(0, Math.min(text.length, end - at));
			for (let index = 0; index < fits; index++) {
				putCharacter(canvas, start + at + index, canvas.columns - at - index, text[index]!, 1);
			}

			canvas.styles.fill(style, start + at, start + at + fits);
			at += fits;
			if (fits < text.length) return;
			continue;
		}

		for (const [cluster, width] of clusters(printable(text))) {
			if (width === 0) continue;
			if (at + width > end) return;
			putCharacter(canvas, start + at, canvas.columns - at, cluster, width);
			canvas.styles.fill(style, start + at, start + at + width);
			at += width;
		}
	}
};

/** Whether two styles look the same on a character: many do on a blank. */
const alike = (character: string, a: Token | undefined, b: Token | undefined, {onBlanks}: Paint): boolean =>
	a === b || (character === ' ' && !onBlanks.has(a) && !onBlanks.has(b));

/** The cursor to a column of its row. */
const moveTo = (x: number): string => `\u001b[${x + 1}G`;

/**
 * The cells of a row from one column up to another, as text and styles: one run for all neighbours of a style. Terminals
 * do not agree on which characters are two columns wide, so what comes after one is put where it belongs.
 */
export const paintCells = (canvas: Canvas, paint: Paint, y: number, from: number, to: number): string => {
	let painted = '';
	let run = '';
	let style: Token | undefined;
	for (let x = from; x < to; x++) {
		const cell = y * canvas.columns + x;
		const character = canvas.characters[cell]!;
		const next = canvas.styles[cell];
		if (!alike(character, next, style, paint)) {
			if (run !== '') painted += paint(run, style);
			run = '';
			style = next;
		} else if (run.trim() === '' && !paint.onBlanks.has(next)) {
			style = next;
		}

		if (canvas.characters[cell + 1] === '' && x + 1 < canvas.columns) {
			painted += paint(`${run}  ${moveTo(x)}${character}`, style) + moveTo(x + 2);
			run = '';
			x += 1;
			continue;
		}

		run += character;
	}

	return run === '' ? painted : painted + paint(run, style);
};

/** The screen as one string a row. */
export const paintRows = (canvas: Canvas, paint: Paint): string[] =>
	Array.from({length: canvas.rows}, (_, y) => paintCells(canvas, paint, y, 0, canvas.columns));

/** Unchanged cells between two changes that are written again rather than jumped over: a jump is longer. */
const shortestJump = 5;

/** The stretches of a row that look otherwise than on the screen before, as [from, to). */
export const changesIn = (
	before: Canvas,
	now: Canvas,
	y: number,
	paint: Paint,
): Array<readonly [from: number, to: number]> => {
	const changes: Array<[from: number, to: number]> = [];
	for (let x = 0; x < now.columns; x++) {
		const cell = y * now.columns + x;
		const character = now.characters[cell]!;
		if (character === before.characters[cell] && alike(character, now.styles[cell], before.styles[cell], paint))
			continue;
		// From the first to the last cell of a wide character.
		const from = character === '' && x > 0 ? x - 1 : x;
		const to = now.characters[cell + 1] === '' && x + 1 < now.columns ? x + 2 : x + 1;
		const last = changes.at(-1);
		if (last !== undefined && from - last[1] < shortestJump) last[1] = Math.max(last[1], to);
		else changes.push([from, to]);
	}

	return changes;
};
