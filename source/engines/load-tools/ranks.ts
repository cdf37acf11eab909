/** A latency in microseconds whose place among all is known; the first one has the rank 0. */
export type Ranked = readonly [rank: number, microseconds: number];

/** So many latencies in rising order, some of which are known: those between two of these are on the line between them. */
export const betweenRanks = (known: readonly Ranked[], count: number): Float64Array => {
	const points = [...known].sort(([a], [b]) => a - b);
	const latencies = new Float64Array(count);
	let next = 0;
	for (let rank = 0; rank < count; rank++) {
		while (next < points.length && (points[next]?.[0] ?? 0) < rank) next += 1;
		const above = points[next] ?? points.at(-1) ?? [rank, 0];
		const below = points[next - 1] ?? above;
		const share = above[0] === below[0] ? 1 : (rank - below[0]) / (above[0] - below[0]);
		latencies[rank] = below[1] + (above[1] - below[1]) * Math.min(1, share);
	}

	return latencies;
};
