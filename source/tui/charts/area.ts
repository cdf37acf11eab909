import type {Charset} from '../../core/charset.ts';

// Dots of a braille cell from the lowest up, left and right. https://www.unicode.org/charts/PDF/U2800.pdf
const leftDots = [0x40, 0x04, 0x02, 0x01] as const;
const rightDots = [0x80, 0x20, 0x10, 0x08] as const;

/** How many values a row of so many columns shows. */
export const dotsAcross = (columns: number, charset: Charset): number => columns * (charset === 'braille' ? 2 : 1);

/** Heights that one row tells apart. */
const stepsOf = {braille: 4, block: 8, ascii: 2} as const satisfies Record<Charset, number>;

/** One column of a row, by how many of its steps are filled. */
const columnsOf = {block: ' ▁▂▃▄▅▆▇█', ascii: ' .#'} as const;

const heightOf = (value: number | undefined, steps: number, maximum: number): number => {
	if (value === undefined || !Number.isFinite(value) || value <= 0 || !(maximum > 0)) return 0;
	return Math.max(1, Math.min(steps, Math.round((value / maximum) * steps)));
};

const brailleCell = (leftFilled: number, rightFilled: number): string => {
	let cell = 0;
	for (let level = 0; level < 4; level++) {
		if (leftFilled > level) cell |= leftDots[level]!;
		if (rightFilled > level) cell |= rightDots[level]!;
	}

	return cell === 0 ? ' ' : String.fromCharCode(0x2800 + cell);
};

/**
 * An area from zero up to each value: exactly `rows` rows of exactly `columns` characters. Braille takes two values a
 * column, the others one; the newest stand at the right. A gap (NaN) is blank; any value above zero shows at least one
 * step.
 */
export const area = (
	values: readonly number[],
	columns: number,
	rows: number,
	maximum: number,
	charset: Charset,
): string[] => {
	const across = dotsAcross(columns, charset);
	const kept = columns > 0 ? values.slice(-across) : [];
	const offset = across - kept.length;
	const steps = stepsOf[charset];
	const heights = Array.from({length: across}, (_, dot) => heightOf(kept[dot - offset], rows * steps, maximum));
	return Array.from({length: rows}, (_, row) => {
		const below = (rows - 1 - row) * steps;
		const filled = (dot: number): number => Math.min(steps, Math.max(0, heights[dot]! - below));
		return Array.from({length: columns}, (_, column) =>
			charset === 'braille'
				? brailleCell(filled(column * 2), filled(column * 2 + 1))
				: columnsOf[charset][filled(column)]!,
		).join('');
	});
};
