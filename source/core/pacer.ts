import type {Random} from './random.ts';

/** A stretch of a load's schedule: milliseconds, and operations per second at its beginning and at its end. */
export type Stretch = {readonly duration: number; readonly from: number; readonly to: number};

/** When, in milliseconds after its beginning, so many operations have become due under a schedule; never falls. */
export type Pace = (count: number) => number;

/** The time in a stretch at which the area under its rate is so much; stable where the rate hardly changes. */
const timeWithin = ({duration, from, to}: Stretch, count: number): number => {
	if (count <= 0) return 0;
	const rate = from / 1000;
	const slope = Number.isFinite(duration) && duration > 0 ? (to - from) / 1000 / duration : 0;
	return slope === 0 ? count / rate : (2 * count) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * count)));
};

/** Straight lines of rate, one after the other; the last one goes on at the rate it ends with. */
export const paceOf = (stretches: readonly Stretch[]): Pace => {
	const last = stretches.at(-1);
	if (last === undefined) return () => Number.POSITIVE_INFINITY;
	const forever: Stretch = {duration: Number.POSITIVE_INFINITY, from: last.to, to: last.to};
	const all = [...stretches.filter(({duration}) => duration > 0), forever];
	const times = new Float64Array(all.length);
	const counts = new Float64Array(all.length);
	for (let index = 1; index < all.length; index++) {
		const {duration, from, to} = all[index - 1]!;
		times[index] = times[index - 1]! + duration;
		counts[index] = counts[index - 1]! + ((from + to) / 2) * (duration / 1000);
	}

	return (count) => {
		let index = all.length - 1;
		while (index > 0 && count < counts[index]!) index--;
		const within = count - counts[index]!;
		// At a rate of nothing, the next one never comes.
		return times[index]! + (within <= 0 ? 0 : timeWithin(all[index]!, within));
	};
};

/** From one rate to another in so many equal steps, the first at the one rate and the last at the other. */
export const stepsBetween = (from: number, to: number, steps: number, duration: number): readonly Stretch[] =>
	Array.from({length: steps}, (_, step) => {
		const rate = steps === 1 ? to : from + ((to - from) * step) / (steps - 1);
		return {duration: duration / steps, from: rate, to: rate};
	});

/**
 * The times at which operations are due, one after the other. Evenly: the nth when n have become due; with a share,
 * when so much of one more has, because others have the turns before. With a source of randomness: a Poisson process of the same rate, by unit exponential gaps in operations (Lewis and Shedler, 1979).
 */
export const arrivals = (pace: Pace, random?: Random, share = 0): (() => number) => {
	let count = random === undefined ? share : 0;
	if (random === undefined) return () => pace(count++);
	return () => {
		count -= Math.log(1 - random());
		return pace(count);
	};
};
