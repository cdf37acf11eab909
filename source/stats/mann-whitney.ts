import {normalCdf} from './normal.ts';

/** U counts the pairs in which the first side is larger, ties for a half; p that it tends to be larger, smaller, either. */
export type MannWhitney = {
	readonly u: number;
	readonly greater: number;
	readonly less: number;
	readonly twoSided: number;
	/** Every arrangement was counted; else the normal approximation with corrections for ties and continuity. */
	readonly exact: boolean;
};

/** With more values on both sides together, the normal approximation is as good. */
const mostExact = 100;

/** Twice the midranks, so that they are whole, of values in ascending order. */
const doubledRanks = (sorted: readonly number[]): number[] => {
	const ranks: number[] = [];
	for (let from = 0; from < sorted.length; ) {
		let to = from;
		while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
		for (let index = from; index < to; index++) ranks.push(from + 1 + to);
		from = to;
	}

	return ranks;
};

/**
 * How many of the choices of `take` of the ranks have each sum: the exact distribution, with ties as they are
 * (Streitberg and Röhmel, Exact distributions for permutation and rank tests, 1986).
 */
const sumsOf = (ranks: readonly number[], take: number): Float64Array => {
	const highest = [...ranks].slice(-take).reduce((sum, rank) => sum + rank, 0);
	const ways = Array.from({length: take + 1}, () => new Float64Array(highest + 1));
	ways[0]![0] = 1;
	for (const [seen, rank] of ranks.entries()) {
		for (let taken = Math.min(take, seen + 1); taken > 0; taken--) {
			const [to, from] = [ways[taken]!, ways[taken - 1]!];
			for (let sum = rank; sum <= highest; sum++) to[sum]! += from[sum - rank]!;
		}
	}

	return ways[take]!;
};

const sumBetween = (ways: Float64Array, from: number, to: number): number =>
	ways.subarray(Math.max(0, from), Math.max(0, to)).reduce((sum, count) => sum + count, 0);

const tails = (u: number, greater: number, less: number, exact: boolean): MannWhitney => ({
	u,
	greater: Math.min(1, greater),
	less: Math.min(1, less),
	twoSided: Math.min(1, 2 * greater, 2 * less),
	exact,
});

/**
 * Whether the values of `a` tend to be larger than those of `b` by more than `shift` (Mann and Whitney, 1947). Exact up to
 * 100 values together, ties or not. Needs a value on each side.
 */
export const mannWhitney = (a: readonly number[], b: readonly number[], shift = 0): MannWhitney => {
	// Rounding of a difference must not part what is tied.
	const rounded = (value: number): number => (shift === 0 ? value : Number(value.toPrecision(12)));
	const all = [
		...a.map((value) => ({value: rounded(value - shift), first: true})),
		...b.map((value) => ({value: rounded(value), first: false})),
	];
	all.sort((one, other) => one.value - other.value);
	const ranks = doubledRanks(all.map(({value}) => value));
	const sum = all.reduce((total, {first}, index) => total + (first ? ranks[index]! : 0), 0);
	const u = (sum - a.length * (a.length + 1)) / 2;
	if (all.length <= mostExact) {
		// In the other order, the smaller side can be the one that is chosen.
		const smaller = a.length <= b.length;
		const total = ranks.reduce((each, rank) => each + rank, 0);
		const ways = sumsOf(ranks, smaller ? a.length : b.length);
		const count = sumBetween(ways, 0, ways.length);
		const at = smaller ? sum : total - sum;
		const atLeast = sumBetween(ways, at, ways.length) / count;
		const atMost = sumBetween(ways, 0, at + 1) / count;
		return smaller ? tails(u, atLeast, atMost, true) : tails(u, atMost, atLeast, true);
	}

	const tied = new Map<number, number>();
	for (const rank of ranks) tied.set(rank, (tied.get(rank) ?? 0) + 1);
	const n = all.length;
	const correction = [...tied.values()].reduce((each, t) => each + (t ** 3 - t), 0) / (n * (n - 1));
	const deviation = Math.sqrt(((a.length * b.length) / 12) * (n + 1 - correction));
	const difference = u - (a.length * b.length) / 2;
	if (deviation === 0) return tails(u, 1, 1, false);
	return tails(u, normalCdf(-(difference - 0.5) / deviation), normalCdf((difference + 0.5) / deviation), false);
};
