import {arrivals, type Pace} from '../core/pacer.ts';
import type {Random} from '../core/random.ts';

/** Threads do not begin at once, but hardly ever further apart than this. Milliseconds. */
const commonBegin = 100;

/** When sessions are due, one after the other. Moments are of `performance.now()`. */
export type Schedule = {
	readonly next: () => number;
	readonly following: () => number;
	/** The next one is taken up. */
	readonly advance: () => void;
	/** It begins at a moment; at a rate that stays, or that does not. */
	readonly begin: (from: number, pace: Pace, steadyRate?: number) => void;
	/** All that is due comes so much later. */
	readonly postpone: (by: number) => void;
};

/**
 * The schedule of one of several threads. Even arrivals of all take turns in one schedule, which they count from one
 * moment of the clock that they share; `clockOffset` makes that of this thread's.
 */
export const createSchedule = (
	random: Random | undefined,
	turn: {readonly index: number; readonly of: number},
	clockOffset: number,
): Schedule => {
	const {index, of} = random === undefined ? turn : {index: 0, of: 1};
	let count = (): number => Number.POSITIVE_INFINITY;
	let begun = 0;
	let beat = 0;
	let next = Number.POSITIVE_INFINITY;
	let following = Number.POSITIVE_INFINITY;

	/** The next moment that all threads have in common. */
	const nextBeat = (moment: number): number => {
		const late = beat === 0 ? 0 : (moment + clockOffset) % beat;
		return late === 0 ? moment : moment + beat - late;
	};
	const advance = (): void => {
		next = following;
		following = begun + count();
	};
	return {
		next: () => next,
		following: () => following,
		advance,
		begin(from, pace, steadyRate) {
			count = arrivals(pace, random, index / of);
			const period = steadyRate === undefined ? commonBegin : 1000 / steadyRate;
			beat = of === 1 ? 0 : period;
			// It may lie a little before: what was due until then belongs to no schedule.
			begun = nextBeat(from - (steadyRate === undefined ? beat / 2 : (index / of) * period));
			do following = begun + count();
			while (following < from);
			advance();
		},
		postpone(by) {
			// Threads have not stood for quite the same time, and fall in step again.
			const later = nextBeat(begun + by) - begun;
			begun += later;
			next += later;
			following += later;
		},
	};
};
