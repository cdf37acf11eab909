import {printable} from '../core/printable.ts';
import {type Charset, toAscii} from './charset.ts';
import type {Rectangle} from './layout.ts';
import {clipLine, clusters, type Line, lineWidth, span} from './line.ts';
import type {Paint} from './paint.ts';
import type {Token} from './theme.ts';

/** A screen of cells. A character two columns wide is followed by an empty cell. */
export type Canvas = {
	readonly columns: number;
	readonly rows: number;
	readonly characters: string[];
	readonly styles: Array<Token | undefined>;
};

/** An empty screen. */
export const createCanvas = (columns: number, rows: number): Canvas => ({
	columns,
	rows,
	characters: new Array<string>(columns * rows).fill(' '),
	styles: new Array<Token | undefined>(columns * rows).fill(undefined),
});

/** Writes a line into at most so many columns. Control characters become pictures; nothing leaves its columns. */
export const put = (canvas: Canvas, x: number, y: number, line: Line, columns: number): void => {
	if (y < 0 || y >= canvas.rows) return;
	const end = Math.min(x + columns, canvas.columns);
	let at = x;
	for (const {text, style} of line) {
		for (const [cluster, width] of clusters(printable(text))) {
			if (width === 0) continue;
			if (at + width > end) return;
			const cell = y * canvas.columns + at;
			canvas.characters[cell] = cluster;
			canvas.styles[cell] = style;
			for (let rest = 1; rest < width; rest++) {
				canvas.characters[cell + rest] = '';
				canvas.styles[cell + rest] = style;
			}

			at += width;
		}
	}
};

const fill = (canvas: Canvas, {x, y, columns, rows}: Rectangle, style: Token | undefined): void => {
	for (let row = y; row < y + rows; row++)
		put(canvas, x, row, [{text: ' '.repeat(columns), ...(style && {style})}], columns);
};

/** What stands in a frame: its lines, and what its border says. */
export type Framed = {
	readonly title: Line;
	readonly note: Line;
	readonly foot: Line;
	readonly lines: readonly Line[];
	readonly border: Token;
	/** Painted under it, for what lies over the board. */
	readonly ground?: Token;
};

const edge = (start: string, pieces: readonly Line[], end: string, columns: number, border: Token): Line => {
	const labels = pieces.filter((piece) => piece.length > 0);
	const line = labels.flatMap((piece): Line => [span('─ ', border), ...piece, span(' ', border)]);
	const inner = Math.max(0, columns - 2);
	const clipped = clipLine(line, Math.max(0, inner - 1));
	const rest = Math.max(0, inner - lineWidth(clipped));
	return [span(start, border), ...clipped, span('─'.repeat(rest) + end, border)];
};

/** A border with its content, one column of margin at either side. Too small a rectangle shows what fits. */
export const putFramed = (canvas: Canvas, rectangle: Rectangle, framed: Framed): void => {
	const {x, y, columns, rows} = rectangle;
	const {border, lines, ground} = framed;
	const grounded = (line: Line): Line =>
		ground === undefined
			? line
			: line.map(({text, style}) => ({text, style: style === 'text' || style === undefined ? ground : style}));
	if (ground !== undefined) fill(canvas, rectangle, ground);
	if (rows < 2 || columns < 4) return;
	put(canvas, x, y, edge('╭', [framed.title, framed.note], '╮', columns, border), columns);
	put(canvas, x, y + rows - 1, edge('╰', [framed.foot], '╯', columns, border), columns);
	for (let row = 1; row < rows - 1; row++) {
		put(canvas, x, y + row, [span('│', border)], 1);
		put(canvas, x + columns - 1, y + row, [span('│', border)], 1);
		const line = lines[row - 1];
		if (line !== undefined) put(canvas, x + 2, y + row, grounded(line), columns - 4);
	}
};

/** The screen as one string a row: runs of one style together. */
export const rowsOf = (canvas: Canvas, paint: Paint, charset: Charset): string[] => {
	const rows: string[] = [];
	for (let y = 0; y < canvas.rows; y++) {
		let row = '';
		let run = '';
		let style: Token | undefined;
		for (let x = 0; x < canvas.columns; x++) {
			const cell = y * canvas.columns + x;
			const character = canvas.characters[cell]!;
			const next = canvas.styles[cell];
			// Colour does not show on a blank, except of what paints its ground.
			const same = next === style || (character === ' ' && isPlain(next) && isPlain(style));
			if (!same) {
				if (run !== '') row += paint(run, style);
				run = '';
				style = next;
			}

			run += charset === 'ascii' ? ascii(character, canvas.characters[cell + 1]) : character;
		}

		rows.push(run === '' ? row : row + paint(run, style));
	}

	return rows;
};

const grounds: ReadonlySet<Token | undefined> = new Set<Token>(['overlay', 'selection', 'header']);
const isPlain = (token: Token | undefined): boolean => !grounds.has(token);

const ascii = (character: string, next: string | undefined): string => {
	if (character === '') return '';
	return next === '' ? '? ' : toAscii(character);
};
