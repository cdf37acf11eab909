import type {Random} from '../../source/core/random.ts';

/** Normal noise around 0 (Box and Muller, 1958). */
export const noiseOf =
	(random: Random, deviation: number): (() => number) =>
	() =>
		deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
