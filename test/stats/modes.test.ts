import {expect, test} from 'vitest';
import {type Random, seededRandom} from '../../source/core/random.ts';
import {twoModes} from '../../source/stats/modes.ts';
import {around} from '../helpers/made-run.ts';

const width = 0.04;
const low = -4;
const modesOf = (draw: (random: Random) => number, count: number, seed = 1) => {
	const random = seededRandom(seed);
	const counts = new Array<number>(400).fill(0);
	for (let index = 0; index < count; index++) {
		const place = Math.floor((Math.log(draw(random)) - low) / width);
		counts[Math.min(counts.length - 1, Math.max(0, place))]! += 1;
	}

	return twoModes({low, width, counts});
};
const mixed =
	(share: number, apart: number) =>
	(random: Random): number =>
		around(random() < share ? apart : 1, random, 0.15);

test('two heaps are found with their tops, shares and the valley between', () => {
	const modes = modesOf(mixed(0.3, 5), 4000);
	expect(Math.exp(modes?.lower.at ?? 0)).toBeCloseTo(1, 0);
	expect(Math.abs(Math.exp(modes?.upper.at ?? 0) - 5)).toBeLessThan(0.5);
	expect(modes?.upper.share).toBeCloseTo(0.3, 1);
	expect(modes?.valley).toBeLessThan(0.05);
});

test('a heap of less than a twentieth, heaps that run into each other, and few values are none', () => {
	expect(modesOf(mixed(0.03, 5), 4000)).toBeUndefined();
	expect(modesOf(mixed(0.5, 1.4), 4000)).toBeUndefined();
	expect(modesOf(mixed(0.3, 5), 300)).toBeUndefined();
});

test.each([
	['log-normal', (random: Random) => around(1, random, 0.8)],
	['exponential', (random: Random) => -Math.log(1 - random())],
	['uniform', (random: Random) => 0.5 + random()],
	['Pareto', (random: Random) => (1 - random()) ** -0.5],
] as const)('in %s values there is one heap', (_, draw) => {
	for (let seed = 1; seed <= 100; seed++) expect(modesOf(draw, 1000, seed)).toBeUndefined();
});
