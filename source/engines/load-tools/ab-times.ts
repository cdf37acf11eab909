/**
 * The latencies of ab in microseconds, in rising order. `rounded` are all of them in whole milliseconds (-g), `percents` those at each
 * whole percent to the microsecond (-e): what lies between two of these is on the line between them, as far as its
 * rounding allows.
 */
export const latenciesOf = (rounded: readonly number[], percents: ReadonlyMap<number, number>): Float64Array => {
	const count = rounded.length;
	const anchors = [...percents]
		.map(([percent, milliseconds]): readonly [rank: number, microseconds: number] => [
			Math.min(count - 1, percent === 100 ? count - 1 : Math.floor(0.5 + (count * percent) / 100)),
			Math.round(milliseconds * 1000),
		])
		.sort(([a], [b]) => a - b);
	const latencies = new Float64Array(count);
	let next = 0;
	for (const [rank, milliseconds] of rounded.entries()) {
		while (next < anchors.length && (anchors[next]?.[0] ?? 0) < rank) next += 1;
		const above = anchors[next];
		const below = anchors[next - 1] ?? above;
		if (above === undefined || below === undefined) {
			latencies[rank] = milliseconds * 1000;
			continue;
		}

		const share = above[0] === below[0] ? 1 : (rank - below[0]) / (above[0] - below[0]);
		const between = above[0] === rank ? above[1] : below[1] + (above[1] - below[1]) * share;
		latencies[rank] = Math.min(milliseconds * 1000 + 499, Math.max(milliseconds * 1000 - 500, between));
	}

	return latencies;
};
