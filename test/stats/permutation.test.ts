import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {choices, permutationOfLabels, signFlips} from '../../source/stats/permutation.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By the book: every subset of the places, the difference of the two means. */
const naively = (a: readonly number[], b: readonly number[]): number => {
	const all = [...a, ...b];
	const observed = Math.abs(mean(a) - mean(b));
	let [total, extreme] = [0, 0];
	for (let places = 0; places < 2 ** all.length; places++) {
		const first = all.filter((_, index) => (places >> index) % 2 === 1);
		if (first.length !== a.length) continue;
		const second = all.filter((_, index) => (places >> index) % 2 === 0);
		total += 1;
		if (Math.abs(mean(first) - mean(second)) >= observed - 1e-9) extreme += 1;
	}

	return extreme / total;
};

const side = fc.array(fc.integer({min: -20, max: 20}), {minLength: 1, maxLength: 6});

describe('the exact permutation of labels', () => {
	test.each([
		[3, 0.1],
		[4, 1 / 35],
		[5, 2 / 252],
	])('the least p of %d a side is %d', (count, least) => {
		const a = Array.from({length: count}, (_, index) => index);
		const b = a.map((value) => value + 100);
		expect(permutationOfLabels(a, b, seededRandom(1))).toEqual({
			p: least,
			exact: true,
			arrangements: choices(2 * count, count),
		});
	});

	test('is what counting by the book gives, whichever side is larger', () => {
		fc.assert(
			fc.property(side, side, (a, b) => {
				expect(permutationOfLabels(a, b, seededRandom(1)).p).toBeCloseTo(naively(a, b), 12);
				expect(permutationOfLabels(b, a, seededRandom(1)).p).toBeCloseTo(naively(a, b), 12);
			}),
			{numRuns: 40},
		);
	});

	test('draws where the arrangements are too many, alike for the same seed and near the truth', () => {
		const random = seededRandom(9);
		const a = Array.from({length: 10}, () => random());
		const b = Array.from({length: 10}, () => random() + 0.3);
		const drawn = permutationOfLabels(a, b, seededRandom(2));
		expect(drawn).toEqual(permutationOfLabels(a, b, seededRandom(2)));
		expect(drawn).toMatchObject({exact: false, arrangements: 9999});
		// All 184 756 of them, by sums.
		const all = [...a, ...b];
		const total = all.reduce((sum, value) => sum + value, 0);
		const observed = Math.abs(a.reduce((sum, value) => sum + value, 0) - total / 2);
		let extreme = 0;
		const visit = (from: number, left: number, sum: number): void => {
			if (left === 0) {
				if (Math.abs(sum - total / 2) >= observed - 1e-12) extreme += 1;
				return;
			}

			for (let index = from; index <= 20 - left; index++) visit(index + 1, left - 1, sum + all[index]!);
		};
		visit(0, 10, 0);
		const p = extreme / choices(20, 10);
		expect(Math.abs(drawn.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 9999));
	});

	test('never says 0, and 1 of values that are all alike', () => {
		const a = Array.from({length: 12}, () => 0);
		const b = Array.from({length: 12}, () => 1);
		expect(permutationOfLabels(a, b, seededRandom(3)).p).toBe(1 / 10_000);
		expect(permutationOfLabels(a, a, seededRandom(3)).p).toBe(1);
	});
});

describe('sign flips', () => {
	test.each([
		[5, 2 / 32],
		[6, 2 / 64],
	])('the least p of %d pairs', (count, least) => {
		const differences = Array.from({length: count}, (_, index) => 1 + index);
		expect(signFlips(differences, seededRandom(1)).p).toBe(least);
	});

	// R. A. Fisher's reading of Darwin's maize (The Design of Experiments, §21): 1 726 of 32 768 arrangements.
	test('Darwin’s maize', () => {
		const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
		const {p, exact} = signFlips(darwin, seededRandom(1));
		expect(exact).toBe(false);
		expect(Math.abs(p - 1726 / 32_768)).toBeLessThan(0.009);
		// With one pair fewer all are counted; the drawn and the counted p agree.
		expect(signFlips(darwin.slice(0, 14), seededRandom(1)).exact).toBe(true);
	});
});

test('choices', () => {
	expect([choices(10, 5), choices(20, 10), choices(4, 0), choices(4, 4), choices(50, 3)]).toEqual([
		252, 184_756, 1, 1, 19_600,
	]);
});
