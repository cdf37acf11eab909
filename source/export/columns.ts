import {displayWidth} from '../core/width.ts';

/** A column of plain text: its heading, and whether its cells stand to the right (figures do). */
export type Column = {readonly heading: string; readonly right?: boolean};

/** Rows under headings, each column as wide as its widest cell, two spaces between. The texts are drawn as they are. */
export const alignColumns = (columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): string[] => {
	const lines = [columns.map(({heading}) => heading), ...rows];
	const widths = columns.map((_, index) => Math.max(...lines.map((cells) => displayWidth(cells[index] ?? ''))));
	return lines.map((cells) =>
		columns
			.map(({right}, index) => {
				const cell = cells[index] ?? '';
				const space = ' '.repeat(widths[index]! - displayWidth(cell));
				return right ? space + cell : cell + space;
			})
			.join('  ')
			.trimEnd(),
	);
};
