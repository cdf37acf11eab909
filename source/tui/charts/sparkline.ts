import type {Charset} from '../charset.ts';

const levels = {braille: '▁▂▃▄▅▆▇█', ascii: '_.:-=+*#'} as const satisfies Record<Charset, string>;

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

		const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
		row += levels[charset][Math.min(7, Math.floor(share * 8))]!;
	}

	return row;
};
