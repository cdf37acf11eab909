import type {Charset} from '../charset.ts';

// Dots of a braille cell from the lowest up, left and right. https://www.unicode.org/charts/PDF/U2800.pdf
const leftDots = [0x40, 0x04, 0x02, 0x01] as const;
const rightDots = [0x80, 0x20, 0x10, 0x08] as const;

/** How many values a row of so many columns shows. */
export const dotsAcross = (columns: number, charset: Charset): number => columns * (charset === 'braille' ? 2 : 1);

const heightOf = (value: number | undefined, dots: number, maximum: number): number => {
	if (value === undefined || !Number.isFinite(value) || value <= 0 || !(maximum > 0)) return 0;
	return Math.max(1, Math.min(dots, Math.round((value / maximum) * dots)));
};

/**
 * An area from zero up to each value: exactly `rows` rows of exactly `columns` characters. Braille takes two values a
 * column, ASCII one; the newest stand at the right. A gap (NaN) is blank; any value above zero shows at least one dot.
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
	const dots = rows * (charset === 'braille' ? 4 : 2);
	const height = (dot: number): number => heightOf(kept[dot - offset], dots, maximum);
	const drawn: string[] = [];
	for (let row = 0; row < rows; row++) {
		const below = (rows - 1 - row) * (charset === 'braille' ? 4 : 2);
		let text = '';
		for (let column = 0; column < columns; column++) {
			if (charset === 'ascii') {
				const filled = height(column) - below;
				text += filled >= 2 ? '#' : filled === 1 ? '.' : ' ';
				continue;
			}

			let cell = 0;
			for (let level = 0; level < 4; level++) {
				if (height(column * 2) > below + level) cell |= leftDots[level]!;
				if (height(column * 2 + 1) > below + level) cell |= rightDots[level]!;
			}

			text += cell === 0 ? ' ' : String.fromCharCode(0x2800 + cell);
		}

		drawn.push(text);
	}

	return drawn;
};
