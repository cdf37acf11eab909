import * as z from 'zod';
import type {Random} from '../core/random.ts';

const milliseconds = z.number().min(0).max(86_400_000);

/** How long a user thinks: always so long, evenly between two bounds, or exponentially around a mean. Milliseconds. */
export const think = z.union([
	z.strictObject({constant: milliseconds}),
	z.strictObject({from: milliseconds, to: milliseconds}).refine(({from, to}) => from <= to, {
		error: 'a think time goes from the shorter to the longer one',
	}),
	z.strictObject({exponential: milliseconds.positive()}),
]);
export type Think = z.infer<typeof think>;

/** How long a user thinks this time, in milliseconds. */
export const thinkTime = (think: Think, random: Random): number => {
	if ('constant' in think) return think.constant;
	if ('exponential' in think) return -Math.log(1 - random()) * think.exponential;
	return think.from + random() * (think.to - think.from);
};
