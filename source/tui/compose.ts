import {type Canvas, put} from './canvas.ts';
import type {Rectangle} from './layout.ts';
import {clipLine, type Line, lineWidth, span} from './line.ts';
import type {Token} from './theme.ts';

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
