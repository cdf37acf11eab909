import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {type Growth, judgeGrowth, leastPoints} from '../../source/stats/growth.ts';
import {noiseOf} from '../helpers/noise.ts';

const kilo = 1024;
const least = 32 * kilo;
const seeds = Array.from({length: 100}, (_, index) => index + 1);

/** Bytes that are left after each of some collections, 250 ms apart. */
const judge = (level: (index: number) => number, seed: number, noise = 2 * kilo, count = 40): Growth => {
	const random = noiseOf(seededRandom(seed), noise);
	return judgeGrowth(
		Array.from({length: count}, (_, index) => ({at: index * 250, value: 5e6 + level(index) + random()})),
		least,
	);
};

const shareOf = (verdicts: readonly Growth[], verdict: Growth['verdict']): number =>
	verdicts.filter((growth) => growth.verdict === verdict).length / verdicts.length;

describe('the verdict on growth', () => {
	test('a leak grows, and the interval holds how fast', () => {
		const verdicts = seeds.map((seed) => judge((index) => index * 20 * kilo, seed));
		expect(shareOf(verdicts, 'growing')).toBe(1);
		const truth = (20 * kilo) / 250;
		const held = verdicts.filter(({slope}) => slope !== undefined && slope.low <= truth && slope.high >= truth);
		expect(held.length).toBeGreaterThanOrEqual(90);
	});

	test('noise alone does not grow', () => {
		const verdicts = seeds.map((seed) => judge(() => 0, seed));
		expect(shareOf(verdicts, 'growing')).toBe(0);
		expect(shareOf(verdicts, 'steady')).toBeGreaterThan(0.95);
	});

	test('much noise leaves open what a short time cannot tell, and seldom cries leak', () => {
		const verdicts = seeds.map((seed) => judge(() => 0, seed, 200 * kilo));
		expect(shareOf(verdicts, 'growing')).toBeLessThanOrEqual(0.02);
		expect(shareOf(verdicts, 'steady')).toBeLessThanOrEqual(0.05);
	});

	test('levels that wander seldom look like a leak', () => {
		const verdicts = seeds.map((seed) => {
			const random = noiseOf(seededRandom(seed + 1000), 20 * kilo);
			const levels: number[] = [];
			for (let index = 0; index < 40; index++) levels.push(0.8 * (levels.at(-1) ?? 0) + random());
			return judge((index) => levels[index]!, seed);
		});
		expect(shareOf(verdicts, 'growing')).toBeLessThanOrEqual(0.05);
	});

	test.each([3, 8, 14])('a cache that is full after %i points is steady, and what it took is told', (full) => {
		const verdicts = seeds.map((seed) => judge((index) => Math.min(index, full) * 500 * kilo, seed));
		expect(shareOf(verdicts, 'steady')).toBeGreaterThan(0.95);
		expect(shareOf(verdicts, 'growing')).toBe(0);
		const told = verdicts.flatMap(({before}) => before ?? []);
		if (full > 5) expect(told.length).toBeGreaterThan(90);
	});

	test.each([20, 26, 32, 36])('a cache that is full after %i of 40 points is never called a leak', (full) => {
		const verdicts = seeds.map((seed) => judge((index) => Math.min(index, full) * 500 * kilo, seed));
		expect(shareOf(verdicts, 'growing')).toBe(0);
	});

	test('a cache that fills ever more slowly is left open', () => {
		const verdicts = seeds.map((seed) => judge((index) => 20_000 * kilo * (1 - Math.exp(-index / 10)), seed));
		expect(shareOf(verdicts, 'growing')).toBe(0);
		expect(verdicts.every(({verdict, because}) => verdict === 'unclear' && because === 'slowing')).toBe(true);
	});

	test('a leak in a table that doubles grows in steps and is never called steady', () => {
		// What an array of pointers does: it is enlarged by half each time it is full.
		const capacity = (length: number): number => {
			let room = 1000;
			while (room < length) room = Math.floor(room * 1.5) + 16;
			return room;
		};
		const verdicts = seeds.map((seed) => judge((index) => 8 * capacity(2000 + index * 20_000), seed));
		expect(shareOf(verdicts, 'steady')).toBe(0);
	});

	test('what is given back shrinks', () => {
		const verdicts = seeds.map((seed) => judge((index) => -index * 20 * kilo, seed));
		expect(shareOf(verdicts, 'shrinking')).toBe(1);
	});

	test('nothing is said of too few points', () => {
		const growth = judge((index) => index * 1000 * kilo, 1, 0, leastPoints - 1);
		expect(growth).toEqual({verdict: 'unclear', because: 'few', points: leastPoints - 1, from: 0});
		expect(judge((index) => index * 1000 * kilo, 1, 0, leastPoints).verdict).toBe('growing');
	});

	test('a jump at the very end is no steady level', () => {
		const growth = judge((index) => (index >= 37 ? 1000 * kilo : 0), 1);
		expect(growth.verdict).toBe('unclear');
	});
});
