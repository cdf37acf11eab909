import type {Random} from '../core/random.ts';
import {meanOf} from './describe.ts';

/** The p of a permutation test: exact over so many arrangements, or from so many drawn ones. */
export type PermutationTest = {readonly p: number; readonly exact: boolean; readonly arrangements: number};

/** Up to so many arrangements all are looked at. */
export const mostArrangements = 20_000;
/** Else so many are drawn. */
const draws = 9999;

/** What only rounding makes smaller than the observed is as large as it. */
const tolerance = 1e-12;

/** The number of ways to choose k of n, exact up to 2^53. */
export const choices = (n: number, k: number): number => {
	let result = 1;
	for (let index = 1; index <= Math.min(k, n - k); index++) result = (result * (n - index + 1)) / index;
	return Math.round(result);
};

const counted = (total: number, extreme: number): PermutationTest => ({
	p: extreme / total,
	exact: true,
	arrangements: total,
});

/** p = (1 + #)/(1 + B): the observed arrangement is one of them (Phipson and Smyth, 2010). */
const drawn = (isExtreme: () => boolean): PermutationTest => {
	let extreme = 0;
	for (let draw = 0; draw < draws; draw++) if (isExtreme()) extreme += 1;
	return {p: (1 + extreme) / (1 + draws), exact: false, arrangements: draws};
};

/**
 * Whether two groups have one mean, two-sided, by exchanging the labels of their values: right whatever the values are
 * distributed like (Fisher, The Design of Experiments, 1935; Pitman, 1937).
 */
export const permutationOfLabels = (a: readonly number[], b: readonly number[], random: Random): PermutationTest => {
	const centre = meanOf([...a, ...b]);
	const values = [...a, ...b].map((value) => value - centre);
	const count = values.length;
	const take = Math.min(a.length, b.length);
	// With the values around 0, the difference of the means goes with the sum of one group.
	const sumOf = (from: number, to: number): number => values.slice(from, to).reduce((sum, value) => sum + value, 0);
	const observed = Math.abs(a.length <= b.length ? sumOf(0, take) : sumOf(a.length, count));
	const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	const least = observed - tolerance * Math.max(scale, observed);
	const total = choices(count, take);
	if (total > mostArrangements) {
		const order = Float64Array.from(values);
		return drawn(() => {
			let sum = 0;
			for (let index = 0; index < take; index++) {
				const other = index + Math.floor(random() * (count - index));
				const value = order[other]!;
				order[other] = order[index]!;
				order[index] = value;
				sum += value;
			}

			return Math.abs(sum) >= least;
		});
	}

	let extreme = 0;
	const visit = (from: number, left: number, sum: number): void => {
		if (left === 0) {
			if (Math.abs(sum) >= least) extreme += 1;
			return;
		}

		for (let index = from; index <= count - left; index++) visit(index + 1, left - 1, sum + values[index]!);
	};
	visit(0, take, 0);
	return counted(total, extreme);
};

/** Whether paired differences have the mean 0, two-sided, by turning their signs round. */
export const signFlips = (differences: readonly number[], random: Random): PermutationTest => {
	const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
	const scale = differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	const least = observed - tolerance * Math.max(scale, observed);
	const total = 2 ** differences.length;
	if (total > mostArrangements) {
		return drawn(() => {
			let sum = 0;
			for (const value of differences) sum += random() < 0.5 ? value : -value;
			return Math.abs(sum) >= least;
		});
	}

	let extreme = 0;
	for (let signs = 0; signs < total; signs++) {
		let sum = 0;
		for (const [index, value] of differences.entries()) sum += (signs >> index) % 2 === 0 ? value : -value;
		if (Math.abs(sum) >= least) extreme += 1;
	}

	return counted(total, extreme);
};
