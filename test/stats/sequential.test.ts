import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	crossingChance,
	nominalLevels,
	obrienFlemingSpending,
	sequentialBoundaries,
} from '../../source/stats/sequential.ts';

const evenly = (looks: number): number[] => Array.from({length: looks}, (_, index) => (index + 1) / looks);

describe('group-sequential boundaries', () => {
	// Reboussin, DeMets, Kim and Lan, Computations for group sequential boundaries using the Lan–DeMets spending function
	// method (Controlled Clinical Trials 21, 2000): five looks, 5 % two-sided.
	test('Lan and DeMets’ boundaries like O’Brien and Fleming’s', () => {
		const published = [4.8769, 3.3569, 2.6803, 2.2898, 2.031];
		for (const [look, boundary] of sequentialBoundaries(evenly(5), 0.05).entries()) {
			// Their grid is coarser than their digits: by quadrature with mpmath the second one is 3.3570119.
			expect(Math.abs(boundary - published[look]!)).toBeLessThan(1.5e-4);
		}
		expect(sequentialBoundaries([0.2, 0.4], 0.05)[1]!).toBeCloseTo(3.3570119215746, 8);
	});

	// Jennison and Turnbull, Group Sequential Methods (2000), tables 2.1 and 2.3: the constants of Pocock and of O'Brien and
	// Fleming for 5 % two-sided.
	test.each([
		[2, 2.178, 1.977],
		[3, 2.289, 2.004],
		[4, 2.361, 2.024],
		[5, 2.413, 2.04],
		[10, 2.555, 2.087],
	])('%d looks: Pocock’s %d and O’Brien and Fleming’s %d err in 5 %', (looks, pocock, obrienFleming) => {
		const times = evenly(looks);
		const chance = (constant: number, shape: (time: number) => number): number =>
			crossingChance(
				times,
				times.map((time) => constant * shape(time)),
			);
		// Three decimals of a constant are half a thousandth of it either way.
		for (const [constant, shape] of [
			[pocock, () => 1],
			[obrienFleming, (time: number) => 1 / Math.sqrt(time)],
		] as const) {
			expect(chance(constant - 0.0005, shape)).toBeGreaterThan(0.05);
			expect(chance(constant + 0.0005, shape)).toBeLessThan(0.05);
		}
	});

	test('spend exactly what they may, whatever the looks', () => {
		const looks = fc
			.uniqueArray(fc.integer({min: 5, max: 99}), {maxLength: 5})
			.map((some) => [...some.sort((a, b) => a - b).map((percent) => percent / 100), 1]);
		fc.assert(
			fc.property(looks, fc.constantFrom(0.01, 0.05, 0.1), (times, alpha) => {
				const boundaries = sequentialBoundaries(times, alpha);
				expect(crossingChance(times, boundaries)).toBeCloseTo(alpha, 7);
				expect(Math.min(...boundaries)).toBeGreaterThan(0);
			}),
			{numRuns: 15},
		);
	});

	test('one look is the usual test, and all of the error rate is spent at the end', () => {
		expect(sequentialBoundaries([1], 0.05)[0]!).toBeCloseTo(1.959963984540054, 9);
		expect(obrienFlemingSpending(1, 0.05)).toBeCloseTo(0.05, 12);
		expect(obrienFlemingSpending(0, 0.05)).toBe(0);
	});

	test('the nominal levels rise, and stay below the overall one', () => {
		const levels = nominalLevels(evenly(16), 0.05);
		for (const [index, level] of levels.entries()) {
			expect(level).toBeLessThan(0.05);
			if (index > 0) expect(level).toBeGreaterThan(levels[index - 1]!);
		}
	});
});
