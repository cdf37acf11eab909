import type {Random} from '../core/random.ts';
import {quantileOf} from '../core/samples.ts';
import {normalCdf, normalQuantile} from './normal.ts';

type Groups = ReadonlyArray<readonly number[]>;

/** What is wanted of an interval; `random` is seeded, so that the same data give the same interval. */
export type BootstrapQuestion = {
	/** Independent groups, each resampled by itself. */
	readonly groups: Groups;
	readonly statistic: (groups: Groups) => number;
	readonly confidence: number;
	readonly resamples: number;
	readonly random: Random;
};

/** The acceleration: a sixth of the skewness of what leaving out each value does (Efron, Better bootstrap confidence intervals, 1987). */
export const acceleration = (groups: Groups, statistic: (groups: Groups) => number): number => {
	let cubes = 0;
	let squares = 0;
	for (const [index, group] of groups.entries()) {
		const without = group.map((_, left) =>
			statistic(groups.map((each, other) => (other === index ? each.filter((_value, at) => at !== left) : each))),
		);
		const centre = without.reduce((sum, value) => sum + value, 0) / group.length;
		for (const value of without) {
			cubes += ((centre - value) / group.length) ** 3;
			squares += ((centre - value) / group.length) ** 2;
		}
	}

	return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
};

/** The bias: the normal deviate of the share of draws below what was observed, ties for a half. */
export const biasOf = (draws: readonly number[], observed: number): number => {
	const below = draws.reduce((sum, draw) => sum + (draw < observed ? 1 : draw === observed ? 0.5 : 0), 0);
	return normalQuantile(below / draws.length);
};

/**
 * The bias-corrected and accelerated bootstrap interval (Efron 1987). `undefined` where the draws do not vary or lie on
 * one side of what was observed: then there is none.
 */
export const bcaInterval = ({
	groups,
	statistic,
	confidence,
	resamples,
	random,
}: BootstrapQuestion): readonly [low: number, high: number] | undefined => {
	const observed = statistic(groups);
	const draws = Array.from({length: resamples}, () =>
		statistic(groups.map((group) => group.map(() => group[Math.floor(random() * group.length)]!))),
	).sort((a, b) => a - b);
	const bias = biasOf(draws, observed);
	const a = acceleration(groups, statistic);
	if (!Number.isFinite(bias) || draws[0] === draws.at(-1) || draws.some((draw) => !Number.isFinite(draw))) {
		return undefined;
	}

	const at = (share: number): number => {
		const moved = bias + normalQuantile(share);
		return quantileOf(draws, normalCdf(bias + moved / (1 - a * moved))) ?? Number.NaN;
	};
	return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
};
