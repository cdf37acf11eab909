import type {Charset} from '../../core/charset.ts';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A bar over so much of exactly `columns` columns; `share` is 0 to 1. Anything above zero shows: an eighth of a column,
 * or in ASCII a point.
 */
export const bar = (share: number, columns: number, charset: Charset): string => {
	if (columns <= 0) return '';
	const held = Number.isNaN(share) ? 0 : Math.min(1, Math.max(0, share));
	if (charset === 'ascii') {
		const full = Math.round(held * columns);
		return (held > 0 && full === 0 ? '.' : '#'.repeat(full)).padEnd(columns);
	}

	const filled = held > 0 ? Math.max(1, Math.round(held * columns * 8)) : 0;
	return ('█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8]!).padEnd(columns);
};
