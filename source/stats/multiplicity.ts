/** p-values held up against each other: each in the place of the one it was made of. */
const adjusted = (
	ps: readonly number[],
	/** The factor of the one with this rank (0 …, the smallest first). */
	factor: (rank: number) => number,
	direction: 'up' | 'down',
): readonly number[] => {
	const order = [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!);
	const result = new Array<number>(ps.length).fill(1);
	if (direction === 'down') {
		let most = 0;
		for (const [rank, index] of order.entries()) {
			most = Math.min(1, Math.max(most, ps[index]! * factor(rank)));
			result[index] = most;
		}

		return result;
	}

	let least = 1;
	for (let rank = order.length - 1; rank >= 0; rank--) {
		const index = order[rank]!;
		least = Math.min(least, ps[index]! * factor(rank));
		result[index] = least;
	}

	return result;
};

/** So adjusted, p ≤ α errs on any of them in at most a share α of all cases (Holm, Scandinavian Journal of Statistics 6, 1979). */
export const holm = (ps: readonly number[]): readonly number[] => adjusted(ps, (rank) => ps.length - rank, 'down');

/** So adjusted, at most a share α of those with p ≤ α are false on average (Benjamini and Hochberg, JRSS B 57, 1995). */
export const benjaminiHochberg = (ps: readonly number[]): readonly number[] =>
	adjusted(ps, (rank) => ps.length / (rank + 1), 'up');
