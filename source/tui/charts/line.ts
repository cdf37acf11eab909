import {asciiLine, type Stroke} from '../../core/ascii-line.ts';
import type {Charset} from '../../core/charset.ts';
import {dotsAcross} from './area.ts';

/** A second cue beside the colour of a line. In braille, 1 dot of 4 is left out of a dash; 'level' is a thin far line. */
export type Dash = 'solid' | 'dash' | 'dot' | 'level';

/** A line to draw. */
export type ChartLine = {readonly values: readonly number[]; readonly dash: Dash};

/** A run of characters that belong to one line of the chart, to its verticals, to the cursor, or to nothing. */
export type ChartRun = {readonly text: string; readonly owner: number | 'vertical' | 'cursor' | undefined};

// Bits of a braille cell by row and column of its dots.
const bits = [
	[0x01, 0x08],
	[0x02, 0x10],
	[0x04, 0x20],
	[0x40, 0x80],
] as const;

const asciiPoints: Readonly<Record<Dash, string>> = {solid: '*', dash: 'o', dot: '.', level: '-'};
const blockLevels: Readonly<Record<Dash, string>> = {solid: '─', dash: '╌', dot: '┈', level: '╶'};

const strokeOf = (dash: Dash, charset: Charset): Stroke => {
	if (charset !== 'ascii') return {level: blockLevels[dash], upright: '│', corners: ['╭', '╮', '╰', '╯']};
	const point = asciiPoints[dash];
	return {level: point, upright: '|', corners: [point, point, point, point]};
};

/** Upright lines, where no line of the chart is. */
const uprights = {
	braille: {vertical: '┊', cursor: '│'},
	block: {vertical: '┊', cursor: '┃'},
	ascii: {vertical: ':', cursor: '!'},
} as const satisfies Record<Charset, Record<'vertical' | 'cursor', string>>;

/** The glyph of an upright line. */
export const uprightOf = (kind: 'vertical' | 'cursor', charset: Charset): string => uprights[charset][kind];

/** What a line looks like, for a legend: three columns. */
export const sample = (dash: Dash, charset: Charset): string => {
	if (charset === 'ascii') return asciiPoints[dash].repeat(3);
	if (charset === 'block') return blockLevels[dash].repeat(3);
	return {solid: '───', dash: '╌╌╌', dot: '· ·', level: '┈┈┈'}[dash];
};

const shows = (dash: Dash, dot: number): boolean => {
	switch (dash) {
		case 'solid':
			return true;
		case 'dash':
			return dot % 4 !== 3;
		case 'dot':
			return dot % 3 === 0;
		case 'level':
			return dot % 4 === 0;
	}
};

type Plot = (across: number, down: number) => void;

const drawDots = (line: ChartLine, across: number, down: number, maximum: number, plot: Plot): void => {
	const kept = across > 0 && down > 0 ? line.values.slice(-across) : [];
	const offset = across - kept.length;
	let previous: number | undefined;
	for (const [index, value] of kept.entries()) {
		if (!Number.isFinite(value) || !(maximum > 0)) {
			previous = undefined;
			continue;
		}

		const share = Math.min(1, Math.max(0, value / maximum));
		const at = Math.round((1 - share) * (down - 1));
		if (shows(line.dash, offset + index)) {
			// Joined to the value before by a vertical stroke, so that a steep rise stays one line.
			const from = previous === undefined || line.dash !== 'solid' ? at : previous + Math.sign(at - previous);
			for (let dot = Math.min(from, at); dot <= Math.max(from, at); dot++) plot(offset + index, dot);
		}

		previous = at;
	}
};

/** Characters, and which line each belongs to; -1 is none. */
type Cells = {readonly characters: readonly string[]; readonly owners: Int8Array};

type Draw = (drawn: readonly ChartLine[], columns: number, rows: number, maximum: number, charset: Charset) => Cells;

const brailleCells: Draw = (drawn, columns, rows, maximum, charset) => {
	const cells = new Uint8Array(columns * rows);
	const owners = new Int8Array(cells.length).fill(-1);
	for (const [owner, line] of drawn.entries()) {
		drawDots(line, dotsAcross(columns, charset), rows * 4, maximum, (across, down) => {
			const cell = Math.floor(down / 4) * columns + Math.floor(across / 2);
			cells[cell]! |= bits[down % 4]![across % 2]!;
			owners[cell] = owner;
		});
	}

	return {characters: Array.from(cells, (cell) => String.fromCharCode(0x2800 + cell)), owners};
};

const strokeCells: Draw = (drawn, columns, rows, maximum, charset) => {
	const characters = new Array<string>(columns * rows).fill(' ');
	const owners = new Int8Array(characters.length).fill(-1);
	for (const [owner, {values, dash}] of drawn.entries()) {
		const kept = columns > 0 ? values.slice(-columns) : [];
		const offset = columns - kept.length;
		if (!(maximum > 0)) continue;
		for (const {row, column, character} of asciiLine(kept, rows, 0, maximum, strokeOf(dash, charset))) {
			characters[row * columns + offset + column] = character;
			owners[row * columns + offset + column] = owner;
		}
	}

	return {characters, owners};
};

/**
 * Lines over zero to `maximum`: exactly `rows` rows of exactly `columns` characters, as runs. Later lines lie on top.
 * `verticals` are dots from the left at which an upright line shows where no line of the chart does; so is `cursor`, which
 * lies over them.
 */
export const lines = (
	drawn: readonly ChartLine[],
	columns: number,
	rows: number,
	maximum: number,
	charset: Charset,
	verticals: readonly number[] = [],
	cursor?: number,
): ChartRun[][] => {
	const perColumn = charset === 'braille' ? 2 : 1;
	const [wide, high] = [Math.max(0, columns), Math.max(0, rows)];
	const {characters, owners} = (charset === 'braille' ? brailleCells : strokeCells)(
		drawn,
		wide,
		high,
		maximum,
		charset,
	);
	const upright = new Set(verticals.map((dot) => Math.floor(dot / perColumn)));
	const cursorColumn = cursor === undefined ? undefined : Math.floor(cursor / perColumn);
	const standing = (column: number): 'vertical' | 'cursor' | undefined => {
		if (column === cursorColumn) return 'cursor';
		return upright.has(column) ? 'vertical' : undefined;
	};
	return Array.from({length: high}, (_, row) => {
		const runs: ChartRun[] = [];
		let text = '';
		let owner: ChartRun['owner'];
		for (let column = 0; column < wide; column++) {
			const cell = row * wide + column;
			const drawnBy = owners[cell]!;
			const next = drawnBy === -1 ? standing(column) : drawnBy;
			if (next !== owner && text !== '') {
				runs.push({text, owner});
				text = '';
			}

			owner = next;
			if (next === undefined) text += ' ';
			else text += typeof next === 'number' ? characters[cell]! : uprightOf(next, charset);
		}

		if (text !== '') runs.push({text, owner});
		return runs;
	});
};
