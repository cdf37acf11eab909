import type {Flags, Option} from '../config/flags.ts';
import type {ComparisonRule} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';

/** Of fewer pairs no arrangement of their signs is rare enough to be judged (2/2⁵ > 5 %): fewer rounds could only ever end unclear. */
const leastPairs = 6;
const mostPairs = 1000;
const usualMost = 20;
/** Each block of two pairs, ABBA, is a look. */
const betweenLooks = 2;
const confidence = 0.95;

/** How many rounds, and in what order. */
export const roundOptions: readonly Option[] = [
	{
		name: 'rounds',
		value: 'N',
		about: `pairs of runs, one a side, in random ABBA order; fewer than ${leastPairs} cannot be judged`,
		otherwise: String(leastPairs),
	},
	{
		name: 'until',
		value: 'decided',
		about: `as many pairs as it takes, looked at after ${leastPairs} and then every ${betweenLooks}; over all looks together wrong in at most 5 %`,
	},
	{name: 'most-rounds', value: 'N', about: 'with --until: pairs at most', otherwise: String(usualMost)},
	{
		name: 'order-seed',
		value: 'N',
		about: 'of the order of the sides: the same number, the same order',
		otherwise: 'another each time; kept with the runs',
	},
	{
		name: 'inconclusive',
		value: 'WHAT',
		about: 'what to make of what cannot be told: pass (exit code 0) or fail (1)',
		otherwise: 'exit code 3',
	},
];

const looksUpTo = (most: number): readonly number[] => {
	const looks: number[] = [];
	for (let pairs = leastPairs; pairs <= most; pairs += betweenLooks) looks.push(pairs);
	return looks.at(-1) === most ? looks : [...looks, most];
};

/** How the flags want two sides held against each other; `draw` is a seed where they give none. Throws a BenchtopError. */
export const ruleOf = (flags: Flags, draw: () => number): ComparisonRule => {
	const until = flags.choice('until', ['decided'] as const);
	const pairsOf = (name: string): number | undefined => {
		const pairs = flags.integer(name, {least: 1, most: mostPairs});
		if (pairs === undefined || pairs >= leastPairs) return pairs;
		throw new BenchtopError(
			`--${name} ${pairs}: of fewer than ${leastPairs} pairs no outcome is rare enough to be judged.`,
			{
				hint: `Use --${name} ${leastPairs} or more, with a shorter duration if need be.`,
			},
		);
	};
	const rounds = pairsOf('rounds');
	const most = pairsOf('most-rounds');
	if (until !== undefined && rounds !== undefined) {
		throw new BenchtopError('--rounds and --until exclude each other.', {
			hint: 'Give one of them; --until decided is bounded by --most-rounds N.',
		});
	}

	if (until === undefined && most !== undefined) {
		throw new BenchtopError('--most-rounds goes with --until decided.', {hint: 'Exactly so many: --rounds N'});
	}

	const pairs = until === undefined ? (rounds ?? leastPairs) : (most ?? usualMost);
	return {
		pairs,
		...(until === undefined ? {} : {looks: looksUpTo(pairs)}),
		confidence,
		margins: {},
		seed: flags.integer('order-seed', {most: 4_294_967_295}) ?? draw(),
	};
};
