import type {Charset} from '../../core/charset.ts';

const levels = {braille: '▁▂▃▄▅▆▇█', block: '▁▂▃▄▅▆▇█', ascii: '_.:-=+*#'} as const satisfies Record<Charset, string>;

/** The values of the lowest and of the full height. */
export type Range = {readonly low: number; readonly high: number};

/**
 * One row, one character a value, at the right of exactly `columns`; the newest values are kept when there are more.
 * A value of `high` or more is full height, `low` or less the lowest; a gap (NaN) is blank.
 */
export const sparkline = (values: readonly number[], columns: number, {low, high}: Range, charset: Charset): string => {
	if (columns <= 0) return '';
	const kept = values.slice(-columns);
	let row = ' '.repeat(columns - kept.length);
	for (const value of kept) {
		if (!Number.isFinite(value)) {
			row += ' ';
			continue;
		}

		// Halves first: the whole range of the largest numbers is not a number.
		const share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0;
		const level = Number.isNaN(share) ? 0 : Math.floor(Math.min(1, Math.max(0, share)) * 8);
		row += levels[charset][Math.min(7, level)]!;
	}

	return row;
};
