/** What a mean and a variance are made of, exactly mergeable: count, mean, sum of the squared differences from the mean. */
export type Moments = {readonly count: number; readonly mean: number; readonly squares: number};

/** Of values[from … to − 1], in two passes: the naive sums of squares lose all digits where the mean is large. */
export const momentsOf = (values: ArrayLike<number>, from = 0, to = values.length): Moments => {
	const count = to - from;
	if (count <= 0) return {count: 0, mean: 0, squares: 0};
	let sum = 0;
	for (let index = from; index < to; index++) sum += values[index]!;
	const rough = sum / count;
	let rest = 0;
	let squares = 0;
	for (let index = from; index < to; index++) {
		const deviation = values[index]! - rough;
		rest += deviation;
		squares += deviation * deviation;
	}

	return {count, mean: rough + rest / count, squares: Math.max(0, squares - (rest * rest) / count)};
};

/** Both together (Chan, Golub and LeVeque, Updating formulae, 1979). */
export const mergeMoments = (a: Moments, b: Moments): Moments => {
	if (a.count === 0) return b;
	if (b.count === 0) return a;
	const count = a.count + b.count;
	const difference = b.mean - a.mean;
	return {
		count,
		mean: a.mean + (difference * b.count) / count,
		squares: a.squares + b.squares + (difference * difference * a.count * b.count) / count,
	};
};
