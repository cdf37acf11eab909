import fc from 'fast-check';
import {expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {roundOrder} from '../../source/stats/round-order.ts';

test('every round has both sides, every two rounds are a mirror, and the seed decides', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 30}), fc.integer(), (rounds, seed) => {
			const order = roundOrder(rounds, seededRandom(seed));
			expect(order).toEqual(roundOrder(rounds, seededRandom(seed)));
			expect(order).toHaveLength(2 * rounds);
			for (let round = 0; round < rounds; round++) expect(order[2 * round]).not.toBe(order[2 * round + 1]);
			for (let at = 0; at + 3 < order.length; at += 4) {
				expect([order[at], order[at + 1]]).toEqual([order[at + 3], order[at + 2]]);
			}
		}),
	);
});

test('neither side comes first more often', () => {
	const random = seededRandom(6);
	const first = Array.from({length: 2000}, () => roundOrder(2, random)[0]).filter((side) => side === 'base').length;
	expect(Math.abs(first - 1000)).toBeLessThan(120);
});
