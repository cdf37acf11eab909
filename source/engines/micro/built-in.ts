import {seededRandom} from '../../core/random.ts';
import type {Scaled} from './module.ts';

const numbers = (size: number): number[] => {
	const random = seededRandom(size);
	return Array.from({length: size}, () => Math.floor(random() * 1e6));
};

/** Binds an algorithm's input type, so that a table can hold them all. */
const algorithm = <Input>(name: string, setup: (size: number) => Input, run: (input: Input) => unknown): Scaled => ({
	name,
	setup,
	// The input is what `setup` gave, and nothing else.
	run: run as (input: unknown) => unknown,
	sizes: undefined,
});

const binarySearch = (sorted: readonly number[], wanted: number): number => {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! < wanted) low = middle + 1;
		else high = middle;
	}

	return low;
};

const sum = (list: readonly number[]): number => {
	let total = 0;
	for (let index = 0; index < list.length; index++) total += list[index]!;
	return total;
};

const bubbleSort = (list: readonly number[]): readonly number[] => {
	const sorted = list.slice();
	for (let end = sorted.length - 1; end > 0; end--) {
		for (let index = 0; index < end; index++) {
			const here = sorted[index]!;
			const next = sorted[index + 1]!;
			if (here <= next) continue;
			sorted[index] = next;
			sorted[index + 1] = here;
		}
	}

	return sorted;
};

type Matrix = {readonly size: number; readonly cells: Float64Array};

const multiply = ({size, cells}: Matrix): Float64Array => {
	const product = new Float64Array(size * size);
	for (let row = 0; row < size; row++) {
		for (let inner = 0; inner < size; inner++) {
			const factor = cells[row * size + inner]!;
			for (let column = 0; column < size; column++) {
				product[row * size + column]! += factor * cells[inner * size + column]!;
			}
		}
	}

	return product;
};

/** How many subsets of the first so many numbers have an even sum, by looking at each. */
const evenSubsets = (list: readonly number[], length: number, total: number): number => {
	if (length === 0) return total % 2 === 0 ? 1 : 0;
	return evenSubsets(list, length - 1, total) + evenSubsets(list, length - 1, total + list[length - 1]!);
};

const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));

/** Algorithms whose classes are known: O(1), O(log n), O(n), O(n log n), O(n²), O(n³), O(2ⁿ), O(1.62ⁿ). */
export const builtInAlgorithms: readonly Scaled[] = [
	algorithm('array-index', numbers, (list) => list[list.length >> 1]),
	algorithm(
		'binary-search',
		(size) => {
			const sorted = numbers(size).sort((a, b) => a - b);
			// Spread over all of it, and few enough for what they touch to stay near.
			const wanted = Array.from({length: 32}, (_, index) => sorted[Math.floor((index * size) / 32)]!);
			return {sorted, wanted, next: 0};
		},
		(input) => {
			input.next = (input.next + 1) & 31;
			return binarySearch(input.sorted, input.wanted[input.next]!);
		},
	),
	algorithm('sum', numbers, sum),
	algorithm('sort', numbers, (list) => list.toSorted((a, b) => a - b)),
	algorithm('bubble-sort', numbers, bubbleSort),
	algorithm('matrix-multiply', (size): Matrix => ({size, cells: Float64Array.from(numbers(size * size))}), multiply),
	algorithm('subsets', numbers, (list) => evenSubsets(list, list.length, 0)),
	algorithm('fibonacci', (size) => size, fibonacci),
];
