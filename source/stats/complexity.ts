import type {Random} from '../core/random.ts';
import {quantileOf} from '../core/samples.ts';

/** How a cost can grow with the size of an input. 'exponential' is cⁿ, with a base of its own. */
export const complexities = ['1', 'log n', 'n', 'n log n', 'n²', 'n³', 'exponential'] as const;
export type Complexity = (typeof complexities)[number];

/** What was measured of one size: a cost in each of several independent replicates, such as process launches. */
export type SizeCosts = {readonly size: number; readonly costs: readonly number[]};

export type ComplexityFit = {
	/** The most probable class; `undefined`: none can be told. */
	readonly class: Complexity | undefined;
	/** Why none can be told. */
	readonly because?: string;
	/** The probability of each class, given that it is one of these. */
	readonly probabilities: Readonly<Record<Complexity, number>>;
	/** Of an exponential, if that is the most probable one: its base. */
	readonly base?: number;
	/** b of n^b over the larger half of the sizes, with its 95 % interval; absent with fewer than three sizes. */
	readonly exponent?: {readonly estimate: number; readonly low: number; readonly high: number};
	/** How far the most probable class is off, typically: 0.05 is 5 %. */
	readonly error: number;
};

const median = (values: readonly number[]): number =>
	quantileOf(
		[...values].sort((a, b) => a - b),
		0.5,
	) ?? Number.NaN;

/** Logarithms, so that each size counts alike: least squares of the costs themselves would see the largest ones alone. */
type Point = {readonly size: number; readonly log: number};

/** The logarithm of how a class grows, up to a constant; log2(2n) for log n, so that a single element costs something. */
const logGrowth = (complexity: Exclude<Complexity, '1' | 'exponential'>, size: number): number => {
	switch (complexity) {
		case 'log n':
			return Math.log(Math.log2(2 * size));
		case 'n':
			return Math.log(size);
		case 'n log n':
			return Math.log(size) + Math.log(Math.log2(2 * size));
		case 'n²':
			return 2 * Math.log(size);
		case 'n³':
			return 3 * Math.log(size);
	}
};

/** What is fixed may be no more than half of the cost at the largest size: otherwise nothing is known of what grows. */
const mostFixed = 0.5;
const leastFixed = 1e-9;
/** Costs are known no better than this, however well they fit: caches and allocators have steps of their own. */
const noiseFloor = 0.02;

type Fit = {
	readonly complexity: Complexity;
	readonly squares: number;
	readonly parameters: number;
	readonly base?: number;
};

/** The least value of a function with one minimum in [low, high], by golden section. */
const minimise = (of: (at: number) => number, low: number, high: number, steps: number): readonly [number, number] => {
	const ratio = (Math.sqrt(5) - 1) / 2;
	let [from, to] = [low, high];
	let [a, b] = [to - ratio * (to - from), from + ratio * (to - from)];
	let [atA, atB] = [of(a), of(b)];
	for (let step = 0; step < steps; step++) {
		if (atA <= atB) {
			[to, b, atB] = [b, a, atA];
			a = to - ratio * (to - from);
			atA = of(a);
		} else {
			[from, a, atA] = [a, b, atB];
			b = from + ratio * (to - from);
			atB = of(b);
		}
	}

	return atA <= atB ? [a, atA] : [b, atB];
};

/** Squared distances from the model scale · (fixed + (1 − fixed) · growth), with the best scale. */
const squaresOf = (points: readonly Point[], growth: readonly number[], fixed: number): number => {
	let sum = 0;
	let squares = 0;
	for (let index = 0; index < points.length; index++) {
		const residual = points[index]!.log - Math.log(fixed + (1 - fixed) * growth[index]!);
		sum += residual;
		squares += residual * residual;
	}

	return Math.max(0, squares - (sum * sum) / points.length);
};

const gridSteps = 24;

/** With the best share of what is fixed: a coarse grid of its logarithm, then golden section around the best. */
const fitGrowth = (points: readonly Point[], logs: readonly number[]): number => {
	const largest = Math.max(...logs);
	const growth = logs.map((log) => Math.exp(log - largest));
	const [low, high] = [Math.log(leastFixed), Math.log(mostFixed)];
	const at = (step: number): number => low + ((high - low) * step) / gridSteps;
	const of = (logFixed: number): number => squaresOf(points, growth, Math.exp(logFixed));
	let best = 0;
	let least = Number.POSITIVE_INFINITY;
	for (let step = 0; step <= gridSteps; step++) {
		const squares = of(at(step));
		if (squares < least) [best, least] = [step, squares];
	}

	const [, refined] = minimise(of, at(Math.max(0, best - 1)), at(Math.min(gridSteps, best + 1)), 12);
	return Math.min(least, refined);
};

const [leastBase, mostBase] = [1.1, 10];

const fitExponential = (points: readonly Point[]): Fit => {
	const of = (logBase: number): number =>
		fitGrowth(
			points,
			points.map(({size}) => logBase * size),
		);
	const [logBase, squares] = minimise(of, Math.log(leastBase), Math.log(mostBase), 14);
	return {complexity: 'exponential', squares, parameters: 3, base: Math.exp(logBase)};
};

const fitOf = (complexity: Complexity, points: readonly Point[]): Fit => {
	switch (complexity) {
		case '1': {
			const mean = points.reduce((sum, {log}) => sum + log, 0) / points.length;
			return {complexity, squares: points.reduce((sum, {log}) => sum + (log - mean) ** 2, 0), parameters: 1};
		}
		case 'exponential':
			return fitExponential(points);
		default:
			return {
				complexity,
				squares: fitGrowth(
					points,
					points.map(({size}) => logGrowth(complexity, size)),
				),
				parameters: 2,
			};
	}
};

/**
 * Akaike weights of the second order (Burnham and Anderson, Model Selection and Multimodel Inference, 2002, §2.9): the
 * probability of each class, from how well it fits and how freely.
 */
const weightsOf = (fits: readonly Fit[], count: number): readonly number[] => {
	const criteria = fits.map(({squares, parameters}) => {
		// The scatter is estimated as well.
		const k = parameters + 1;
		const variance = squares / count + noiseFloor ** 2;
		return count * Math.log(variance) + 2 * k + (2 * k * (k + 1)) / Math.max(1, count - k - 1);
	});
	const least = Math.min(...criteria);
	const likelihoods = criteria.map((criterion) => Math.exp((least - criterion) / 2));
	const sum = likelihoods.reduce((total, likelihood) => total + likelihood, 0);
	return likelihoods.map((likelihood) => likelihood / sum);
};

/** The 97.5 % quantile of Student's t, by Hill's expansion around the normal one (Abramowitz and Stegun, 26.7.5). */
const studentQuantile = (freedom: number): number => {
	const exact = [12.706, 4.303, 3.182, 2.776][freedom - 1];
	if (exact !== undefined) return exact;
	const z = 1.959964;
	return (
		z +
		(z ** 3 + z) / (4 * freedom) +
		(5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
		(3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
	);
};

const leastForExponent = 3;
const mostForExponent = 5;

/** The larger half of the sizes, five at least if there are: what is fixed bends the line where inputs are small. */
const largerHalf = (points: readonly Point[]): readonly Point[] =>
	points.slice(-Math.max(mostForExponent, Math.ceil(points.length / 2)));

/** b of n^b: the slope of log cost over log size by least squares, with its 95 % t interval. */
const exponentOf = (all: readonly Point[]): ComplexityFit['exponent'] => {
	const points = largerHalf(all);
	if (points.length < leastForExponent) return undefined;
	const x = points.map(({size}) => Math.log(size));
	const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
	const meanY = points.reduce((sum, {log}) => sum + log, 0) / x.length;
	const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
	const slope = points.reduce((sum, {log}, index) => sum + (x[index]! - meanX) * (log - meanY), 0) / spread;
	const squares = points.reduce((sum, {log}, index) => sum + (log - meanY - slope * (x[index]! - meanX)) ** 2, 0);
	const freedom = points.length - 2;
	const half = studentQuantile(freedom) * Math.sqrt(squares / freedom / spread);
	return {estimate: slope, low: slope - half, high: slope + half};
};

const leastSizes = 5;
/** Between the smallest and the largest size: with less, neighbouring classes look alike. */
const leastRange = 8;
/** The most probable class is told when it is so probable. */
const sure = 0.9;
/** A class that is off by more than this, typically, fits not, however much worse the others are. */
const mostError = 0.35;
/** Growth by more than this is none of O(1). */
const leastGrowth = 1.5;

/** The logarithms of the medians of chosen replicates; costs of nothing count as one unit at least. */
const pointsOf = (sizes: readonly SizeCosts[], choose: (costs: readonly number[]) => readonly number[]): Point[] => {
	const costs = sizes.map(({size, costs: all}) => ({size, cost: median(choose(all))}));
	const least = Math.max(1e-9, 1e-6 * Math.max(...costs.map(({cost}) => cost)));
	return costs.map(({size, cost}) => ({size, log: Math.log(Math.max(least, cost))}));
};

const byClass = (of: (complexity: Complexity) => number): Readonly<Record<Complexity, number>> => ({
	'1': of('1'),
	'log n': of('log n'),
	n: of('n'),
	'n log n': of('n log n'),
	'n²': of('n²'),
	'n³': of('n³'),
	exponential: of('exponential'),
});

const growthWords = (factor: number): string => (factor < 10 ? factor.toFixed(1) : factor.toFixed(0));

type Ranked = {readonly complexity: Complexity; readonly share: number};

/** Why the most probable class is not to be told, if so. */
const hesitation = (
	points: readonly Point[],
	{complexity: best, share}: Ranked,
	{complexity: second}: Ranked,
	error: number,
): string | undefined => {
	const range = points.at(-1)!.size / points[0]!.size;
	if (range < leastRange && best !== 'exponential') {
		return `the largest size is only ${growthWords(range)} times the smallest`;
	}

	if (share < sure) return `${complexityText(best)} and ${complexityText(second)} fit about as well`;
	if (error > mostError)
		return `no class fits: the best, ${complexityText(best)}, is typically ${Math.round(error * 100)} % off`;
	if (best === '1') {
		const third = Math.max(1, Math.floor(points.length / 3));
		const growth = Math.exp(
			median(points.slice(-third).map(({log}) => log)) - median(points.slice(0, third).map(({log}) => log)),
		);
		if (growth > leastGrowth) return `it grows ${growthWords(growth)} times, less than any class that grows explains`;
	}

	return undefined;
};

/** A class as people write it: 'O(n log n)'; an exponential with its base, if that is known. */
export const complexityText = (complexity: Complexity, base?: number): string => {
	if (complexity !== 'exponential') return `O(${complexity})`;
	if (base === undefined || Math.abs(base - 2) < 0.15) return 'O(2ⁿ)';
	return `O(${base.toFixed(2)}ⁿ)`;
};

/**
 * Which class a cost grows by. Each class is a model `fixed + scale · growth(n)` of the medians over the replicates,
 * fitted by least squares of logarithms, so that every size counts alike; the probabilities are Akaike weights, averaged
 * over bootstrap samples of the replicates, so that a verdict that hangs on a few of them is not sure. Sizes in any order.
 */
export const fitComplexity = (given: readonly SizeCosts[], random: Random, resamples = 100): ComplexityFit => {
	const sizes = given.filter(({costs}) => costs.length > 0).sort((a, b) => a.size - b.size);
	if (sizes.length < leastSizes) {
		const exponent = sizes.length < leastForExponent ? undefined : exponentOf(pointsOf(sizes, (costs) => costs));
		return {
			class: undefined,
			because: `${sizes.length} sizes are too few; ${leastSizes} are needed`,
			probabilities: byClass(() => 0),
			...(exponent === undefined ? {} : {exponent}),
			error: Number.NaN,
		};
	}

	const points = pointsOf(sizes, (costs) => costs);
	const fits = complexities.map((complexity) => fitOf(complexity, points));
	const sums = complexities.map(() => 0);
	// Replicates are drawn as a whole: those of one process share its luck.
	const replicates = Math.min(...sizes.map(({costs}) => costs.length));
	const rounds = replicates > 1 ? resamples : 0;
	for (let round = 0; round <= rounds; round++) {
		let weights: readonly number[];
		if (round === 0) weights = weightsOf(fits, points.length);
		else {
			const drawn = Array.from({length: replicates}, () => Math.floor(random() * replicates));
			const resampled = pointsOf(sizes, (costs) => drawn.map((index) => costs[index]!));
			weights = weightsOf(
				complexities.map((complexity) => fitOf(complexity, resampled)),
				resampled.length,
			);
		}

		for (const [index, weight] of weights.entries()) sums[index]! += weight;
	}

	const shares = sums.map((sum) => sum / (rounds + 1));
	const ranked = fits.map((each, index) => ({...each, share: shares[index]!})).sort((a, b) => b.share - a.share);
	const [fit, second] = ranked;
	if (fit === undefined || second === undefined) throw new Error('There are several classes.');
	const best = fit.complexity;
	const error = Math.exp(Math.sqrt(fit.squares / points.length)) - 1;
	const because = hesitation(points, fit, second, error);
	const exponent = exponentOf(points);
	return {
		class: because === undefined ? best : undefined,
		...(because === undefined ? {} : {because}),
		probabilities: byClass((complexity) => shares[complexities.indexOf(complexity)] ?? 0),
		...(best === 'exponential' && fit.base !== undefined ? {base: fit.base} : {}),
		...(exponent === undefined ? {} : {exponent}),
		error,
	};
};
