import type {Random} from '../../../core/random.ts';
import type {Think} from './plan.ts';

/** How long a user thinks this time, in milliseconds. */
export const thinkTime = (think: Think, random: Random): number => {
	if ('constant' in think) return think.constant;
	if ('exponential' in think) return -Math.log(1 - random()) * think.exponential;
	return think.from + random() * (think.to - think.from);
};
