import {plot} from 'asciichart';

/** What a line is drawn with. */
export type Stroke = {
	/** Where it is level. */
	readonly level: string;
	readonly upright: string;
	/** Where it comes from below and goes on to the right, and the three other corners. */
	readonly corners: readonly [fromBelow: string, toBelow: string, fromAbove: string, toAbove: string];
};

/** One character that belongs to a line. */
export type Dot = {readonly row: number; readonly column: number; readonly character: string};

/** The finite stretches of a series, each with the column it begins in. */
const stretches = (values: readonly number[]): ReadonlyArray<readonly [from: number, values: readonly number[]]> => {
	const found: Array<[from: number, values: number[]]> = [];
	let open: number[] | undefined;
	for (const [column, value] of values.entries()) {
		if (!Number.isFinite(value)) {
			open = undefined;
			continue;
		}

		if (open === undefined) {
			open = [];
			found.push([column, open]);
		}

		open.push(value);
	}

	return found;
};

/**
 * A series as asciichart draws it, one column a value, over `minimum` to `maximum` on so many rows; values beyond are held
 * at the edges. A gap (NaN, an infinity) stays empty.
 *
 * asciichart throws on nothing, on NaN and on infinities, chooses its own height, and draws the first value into its axis.
 * So it gets each finite stretch alone, in rows instead of units and with the first value doubled; the column of the axis
 * is dropped. Then n values are n columns, and `rows` rows are `rows` rows.
 */
export const asciiLine = (
	values: readonly number[],
	rows: number,
	minimum: number,
	maximum: number,
	{level, upright, corners: [fromBelow, toBelow, fromAbove, toAbove]}: Stroke,
): Dot[] => {
	if (rows <= 0) return [];
	const last = rows - 1;
	// Halves, since the whole range of the largest numbers is no number.
	const rowOf = (value: number): number => {
		const share = maximum > minimum ? (value / 2 - minimum / 2) / (maximum / 2 - minimum / 2) : 0;
		return Number.isNaN(share) ? 0 : Math.round(Math.min(1, Math.max(0, share)) * last);
	};
	const dots: Dot[] = [];
	for (const [from, stretch] of stretches(values)) {
		const heights = stretch.map(rowOf);
		const drawn = plot([heights[0]!, ...heights], {
			min: 0,
			max: last,
			height: last,
			offset: 1,
			format: () => ' ',
			symbols: [' ', ' ', ' ', ' ', level, fromAbove, fromBelow, toBelow, toAbove, upright],
		}).split('\n');
		for (const [row, text] of drawn.entries()) {
			for (const [column, character] of [...text].slice(1).entries()) {
				if (character !== ' ') dots.push({row, column: from + column, character});
			}
		}
	}

	return dots;
};
