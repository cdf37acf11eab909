import {describe, expect, test} from 'vitest';
import {growSizes, nextSize} from '../../../source/engines/micro/sizes.ts';

const grow = async (time: (size: number) => number, longest = 50, largest = 2 ** 17) => {
	const tried: number[] = [];
	const {sizes} = await growSizes(
		async (size) => {
			tried.push(size);
			return time(size);
		},
		{given: undefined, largest, longest},
		() => 0,
	);
	return {sizes, tried};
};

describe('sizes that are tried', () => {
	test('double up to the largest, where calls stay short', async () => {
		const octaves = Array.from({length: 17}, (_, index) => 2 ** (index + 1));
		expect((await grow(() => 1e-5)).sizes).toEqual(octaves);
		expect((await grow((n) => n * 1e-6)).sizes).toEqual(octaves);
	});

	test.each([
		['n²', (n: number) => 1e-6 * n ** 2],
		['n³', (n: number) => 1e-6 * n ** 3],
		['2ⁿ', (n: number) => 1e-5 * 2 ** n],
		['3ⁿ', (n: number) => 1e-5 * 3 ** n],
		['1.6ⁿ', (n: number) => 1e-5 * 1.6 ** n],
	])('of %s come near the longest call, and never far beyond', async (_, time) => {
		const {tried, sizes} = await grow(time);
		const longest = Math.max(...tried.map(time));
		expect(longest).toBeGreaterThan(50 / 10);
		expect(longest).toBeLessThan(50 * 4);
		expect(sizes.length).toBeGreaterThanOrEqual(10);
		expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
		expect(new Set(sizes).size).toBe(sizes.length);
		expect(sizes).toEqual(expect.arrayContaining(tried));
	});

	test('of 2ⁿ do not explode when one time was wrong', async () => {
		// Not yet compiled, the first calls take hundreds of times as long.
		const time = (n: number): number => 1e-5 * 2 ** n * (n <= 4 ? 300 : 1);
		const {tried} = await grow(time);
		expect(Math.max(...tried.map(time))).toBeLessThan(50 * 25);
	});

	test('that were given are taken', async () => {
		const given = await growSizes(async () => 1, {given: [3, 7], largest: 5, longest: 1});
		expect(given.sizes).toEqual([3, 7]);
	});

	test('end at once where there is no room', () => {
		expect(
			nextSize(
				[
					[10, 1],
					[11, 40],
				],
				{largest: 100, longest: 50},
			),
		).toBe(11);
		expect(nextSize([], {largest: 1, longest: 50})).toBe(1);
	});
});
