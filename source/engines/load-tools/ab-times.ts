import {betweenRanks, type Ranked} from './ranks.ts';

/**
 * The latencies of ab in microseconds, in rising order. `rounded` are all of them in whole milliseconds (-g), `percents` those at
 * each whole percent to the microsecond (-e): what lies between two of these is on the line between them, as far as its
 * rounding allows.
 */
export const latenciesOf = (rounded: readonly number[], percents: ReadonlyMap<number, number>): Float64Array => {
	const count = rounded.length;
	const known = [...percents].map(
		([percent, milliseconds]): Ranked => [
			Math.min(count - 1, percent === 100 ? count - 1 : Math.floor(0.5 + (count * percent) / 100)),
			Math.round(milliseconds * 1000),
		],
	);
	if (known.length === 0) return Float64Array.from(rounded, (milliseconds) => milliseconds * 1000);
	return betweenRanks(known, count).map((latency, rank) => {
		const milliseconds = rounded[rank] ?? 0;
		return Math.min(milliseconds * 1000 + 499, Math.max(milliseconds * 1000 - 500, latency));
	});
};
