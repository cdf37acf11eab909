import {clipLine, type Line, left, right, span, widthOf} from '../line.ts';
import type {Token} from '../theme.ts';

/** A cell; its text has nothing in it that a terminal would act on. */
export type Cell = {readonly text: string; readonly style: Token};

export type TableColumn = {readonly heading?: string; readonly right?: boolean};

const gap = 2;

/**
 * Rows of cells under their headings, where there are any, in so many columns: what `order` names gives way first to last,
 * then what hangs over is cut off.
 */
export const tableLines = (
	columns: readonly TableColumn[],
	rows: ReadonlyArray<readonly Cell[]>,
	width: number,
	{indent = 0, order = []}: {readonly indent?: number; readonly order?: ReadonlyArray<readonly number[]>} = {},
): readonly Line[] => {
	const widths = columns.map(({heading = ''}, column) =>
		Math.max(widthOf(heading), ...rows.map((cells) => widthOf(cells[column]?.text ?? ''))),
	);
	const room = width - indent;
	const keptAfter = (dropped: number): readonly number[] => {
		const without = new Set(order.slice(0, dropped).flat());
		return columns.flatMap((_, column) => (without.has(column) ? [] : [column]));
	};
	const needed = (kept: readonly number[]): number =>
		kept.reduce((sum, column) => sum + widths[column]! + gap, 0) - gap;
	let dropped = 0;
	while (dropped < order.length && needed(keptAfter(dropped)) > room) dropped += 1;
	const kept = keptAfter(dropped);
	const lineOf = (cellOf: (column: number) => Cell): Line =>
		clipLine(
			[
				span(' '.repeat(indent)),
				...kept.flatMap((column, place) => {
					const {text, style} = cellOf(column);
					const filled = columns[column]?.right === true ? right(text, widths[column]!) : left(text, widths[column]!);
					return [span(place === 0 ? '' : ' '.repeat(gap)), span(filled, style)];
				}),
			],
			width,
		);
	const hasHead = columns.some(({heading}) => heading !== undefined);
	return [
		...(hasHead ? [lineOf((column) => ({text: columns[column]?.heading ?? '', style: 'muted'}))] : []),
		...rows.map((cells) => lineOf((column) => cells[column] ?? {text: '', style: 'text'})),
	];
};
