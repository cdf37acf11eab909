import type {Random} from '../core/random.ts';

export type RoundSide = 'base' | 'candidate';

/**
 * Which side is run when: so many rounds of each, in blocks ABBA or BAAB by the toss of a coin, so that a steady drift
 * of the machine falls on both sides alike and nothing periodic keeps step with one. Of an odd number, the last is AB or BA.
 */
export const roundOrder = (rounds: number, random: Random): readonly RoundSide[] => {
	const order: RoundSide[] = [];
	for (let round = 0; round < rounds; round += 2) {
		const [first, second]: readonly [RoundSide, RoundSide] =
			random() < 0.5 ? ['base', 'candidate'] : ['candidate', 'base'];
		order.push(first, second);
		if (round + 1 < rounds) order.push(second, first);
	}

	return order;
};
