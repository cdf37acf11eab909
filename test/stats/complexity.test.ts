import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {type Complexity, complexityText, fitComplexity, type SizeCosts} from '../../source/stats/complexity.ts';

const octaves = (count: number): readonly number[] => Array.from({length: count}, (_, index) => 2 ** (index + 2));
const small = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];

type Law = {readonly class: Complexity; readonly sizes: readonly number[]; readonly cost: (n: number) => number};

const laws: Readonly<Record<string, Law>> = {
	constant: {class: '1', sizes: octaves(14), cost: () => 5},
	logarithm: {class: 'log n', sizes: octaves(14), cost: (n) => 4 + 3 * Math.log2(n)},
	line: {class: 'n', sizes: octaves(14), cost: (n) => 8 + n / 2},
	'sorting law': {class: 'n log n', sizes: octaves(14), cost: (n) => 20 + n * Math.log2(n)},
	square: {class: 'n²', sizes: octaves(9), cost: (n) => 30 + n ** 2},
	cube: {class: 'n³', sizes: octaves(7), cost: (n) => 50 + 0.7 * n ** 3},
	doubling: {class: 'exponential', sizes: small, cost: (n) => 20 + 2 ** n},
	fibonacci: {class: 'exponential', sizes: small, cost: (n) => 20 + 10 * 1.618 ** n},
};

/** Costs of six launches: each with a factor of its own, and one for each size. */
const measuredCosts = ({sizes, cost}: Law, seed: number, noise: number, scale = 1): readonly SizeCosts[] => {
	const random = seededRandom(seed);
	const factor = (): number => Math.exp(noise * (random() + random() + random() - 1.5) * 2);
	const launches = Array.from({length: 6}, factor);
	return sizes.map((size) => ({size, costs: launches.map((launch) => scale * cost(size) * launch * factor())}));
};

const fitted = (costs: readonly SizeCosts[], seed = 1) => fitComplexity(costs, seededRandom(seed));

describe('the class of a cost', () => {
	test.each(Object.entries(laws))('of a %s is told with its confidence, whatever the seed and the unit', (_, law) => {
		fc.assert(
			fc.property(fc.integer({min: 1, max: 1e6}), fc.constantFrom(1, 1e-3, 1e6), (seed, scale) => {
				const found = fitted(measuredCosts(law, seed, 0.05, scale), seed);
				expect(found.class).toBe(law.class);
				expect(found.probabilities[law.class]).toBeGreaterThan(0.9);
				const sum = Object.values(found.probabilities).reduce((total, share) => total + share, 0);
				expect(sum).toBeCloseTo(1, 9);
			}),
			{numRuns: 12, seed: 7},
		);
	});

	test.each(Object.entries(laws))('of a %s under heavy noise is seldom another', (_, law) => {
		const found = Array.from({length: 20}, (_unused, seed) => fitted(measuredCosts(law, seed + 1, 0.25)).class);
		expect(found.filter((each) => each !== undefined && each !== law.class).length).toBeLessThanOrEqual(1);
	});

	test('does not depend on the order of the sizes, and the same seed gives the same fit', () => {
		const costs = measuredCosts(laws['sorting law']!, 3, 0.1);
		expect(fitted([...costs].reverse())).toEqual(fitted(costs));
	});

	test('does not hang on the largest sizes alone: an outlier there changes nothing', () => {
		const costs = measuredCosts(laws.line!, 5, 0.02);
		const last = costs.at(-1)!;
		// Least squares of the costs themselves would see a square here.
		const spoilt = [...costs.slice(0, -1), {...last, costs: last.costs.map((cost) => cost * 1.8)}];
		expect(fitted(spoilt).class).not.toBe('n²');
		expect(fitted(spoilt).probabilities.n).toBeGreaterThan(0.5);
	});

	test.each([
		['few sizes', {...laws.line!, sizes: [1, 10, 100, 1000]}, /4 sizes are too few/],
		['sizes near each other', {...laws.line!, sizes: [100, 110, 120, 130, 140, 150, 160]}, /only 1\.6 times/],
		['a law that is none of them', {...laws.line!, cost: (n: number) => n ** 1.5}, /no class fits|fit about as well/],
		['what is fixed nearly alone', {...laws.line!, sizes: octaves(12), cost: (n: number) => 20_000 + 3 * n}, /./],
	] as const)('is not told of %s, and why', (_, law, why) => {
		const found = fitted(measuredCosts({...law}, 1, 0.02));
		expect(found.class).toBeUndefined();
		expect(found.because).toMatch(why);
	});

	test('of an exponential comes with its base', () => {
		expect(fitted(measuredCosts(laws.fibonacci!, 1, 0.05)).base).toBeCloseTo(1.618, 1);
		expect(fitted(measuredCosts(laws.doubling!, 1, 0.05)).base).toBeCloseTo(2, 1);
		expect(fitted(measuredCosts(laws.square!, 1, 0.05)).base).toBeUndefined();
	});

	test('of costs of nothing is O(1)', () => {
		expect(fitted(octaves(8).map((size) => ({size, costs: [0, 0, 0]}))).class).toBe('1');
	});
});

describe('the exponent', () => {
	test.each([0.5, 1, 1.7, 2, 3])('%d lies in its interval about as often as that says', (exponent) => {
		const law: Law = {class: 'n', sizes: octaves(12), cost: (n) => n ** exponent};
		const runs = 60;
		const held = Array.from({length: runs}, (_, seed) => {
			const found = fitComplexity(measuredCosts(law, seed + 1, 0.1), seededRandom(1), 0).exponent!;
			expect(found.estimate).toBeCloseTo(exponent, 0);
			return found.low <= exponent && exponent <= found.high;
		});
		// 95 % of 60 are 57; below 50 would be a chance of one in a thousand.
		expect(held.filter((each) => each).length).toBeGreaterThanOrEqual(50);
	});

	test('is exact where costs are', () => {
		const {exponent} = fitted(octaves(10).map((size) => ({size, costs: [7 * size ** 2]})));
		expect(exponent?.estimate).toBeCloseTo(2, 10);
		expect(exponent?.low).toBeCloseTo(2, 10);
		expect(exponent?.high).toBeCloseTo(2, 10);
	});

	test('of fewer than three sizes is none', () => {
		expect(
			fitted([
				{size: 1, costs: [1]},
				{size: 2, costs: [2]},
			]).exponent,
		).toBeUndefined();
	});
});

test.each([
	['1', undefined, 'O(1)'],
	['n log n', undefined, 'O(n log n)'],
	['exponential', 2.04, 'O(2ⁿ)'],
	['exponential', 1.618, 'O(1.62ⁿ)'],
] as const)('%s with the base %s is %s', (complexity, base, text) => {
	expect(complexityText(complexity, base)).toBe(text);
});
