import type {Charset} from '../charset.ts';
import {dotsAcross} from './area.ts';

/** A line to draw. The dash is the second cue beside its colour: 1 is solid, 4 leaves out every fourth dot. */
export type ChartLine = {readonly values: readonly number[]; readonly dash: 'solid' | 'dash' | 'dot'};

/** A run of characters that belong to one line of the chart, to its verticals, or to nothing. */
export type ChartRun = {readonly text: string; readonly owner: number | 'vertical' | undefined};

// Bits of a braille cell by row and column of its dots.
const bits = [
	[0x01, 0x08],
	[0x02, 0x10],
	[0x04, 0x20],
	[0x40, 0x80],
] as const;

const asciiPoints = '*ox+';

/** What a line looks like, for a legend: three columns. */
export const sample = (line: number, dash: ChartLine['dash'], charset: Charset): string => {
	if (charset === 'ascii') return asciiPoints[line % asciiPoints.length]!.repeat(3);
	return {solid: '───', dash: '╌╌╌', dot: '· ·'}[dash];
};

const shows = (dash: ChartLine['dash'], dot: number): boolean =>
	dash === 'solid' || (dash === 'dash' ? dot % 4 !== 3 : dot % 3 === 0);

type Plot = (across: number, down: number) => void;

const drawLine = (line: ChartLine, across: number, down: number, maximum: number, plot: Plot): void => {
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

/**
 * Lines over zero to `maximum`: exactly `rows` rows of exactly `columns` characters, as runs. Later lines lie on top.
 * `verticals` are dots from the left at which an upright line shows where no line of the chart does.
 */
export const lines = (
	drawn: readonly ChartLine[],
	columns: number,
	rows: number,
	maximum: number,
	charset: Charset,
	verticals: readonly number[] = [],
): ChartRun[][] => {
	const perColumn = charset === 'braille' ? 2 : 1;
	const perRow = charset === 'braille' ? 4 : 1;
	const cells = new Uint8Array(Math.max(0, columns * rows));
	const owners = new Int8Array(cells.length).fill(-1);
	for (const [owner, line] of drawn.entries()) {
		drawLine(line, dotsAcross(columns, charset), rows * perRow, maximum, (across, down) => {
			const cell = Math.floor(down / perRow) * columns + Math.floor(across / perColumn);
			cells[cell]! |= bits[down % perRow]![across % perColumn]!;
			owners[cell] = owner;
		});
	}

	const upright = new Set(verticals.map((dot) => Math.floor(dot / perColumn)));
	return Array.from({length: Math.max(0, rows)}, (_, row) => {
		const runs: ChartRun[] = [];
		let text = '';
		let owner: ChartRun['owner'];
		for (let column = 0; column < columns; column++) {
			const cell = row * columns + column;
			const empty = owners[cell] === -1;
			const stands = empty && upright.has(column);
			const next = empty ? (stands ? 'vertical' : undefined) : owners[cell];
			if (next !== owner && text !== '') {
				runs.push({text, owner});
				text = '';
			}

			owner = next;
			if (empty) text += stands ? (charset === 'braille' ? '┊' : ':') : ' ';
			else
				text +=
					charset === 'braille'
						? String.fromCharCode(0x2800 + cells[cell]!)
						: asciiPoints[owners[cell]! % asciiPoints.length]!;
		}

		if (text !== '') runs.push({text, owner});
		return runs;
	});
};
