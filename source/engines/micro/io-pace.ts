import {arrivals, paceOf} from '../../core/pacer.ts';
import {seededRandom} from '../../core/random.ts';
import type {IoPlan} from './io-plan.ts';

/** The moments at which operations are due, one after the other: milliseconds of the load's stopwatch. */
export type Schedule = {
	/** When the next one is due. */
	readonly due: () => number;
	/** It was begun, or given up. */
	readonly take: () => void;
};

/** `undefined`: the next one is due when the last one is over. */
export const scheduleOf = ({rate, arrivals: how, turn = {index: 0, of: 1}, seed}: IoPlan): Schedule | undefined => {
	if (rate === undefined) return undefined;
	const pace = paceOf([{duration: Number.POSITIVE_INFINITY, from: rate, to: rate}]);
	// Even arrivals of several threads take turns.
	const next = arrivals(pace, how === 'poisson' ? seededRandom(seed) : undefined, turn.index / turn.of);
	let due = next();
	return {
		due: () => due,
		take() {
			due = next();
		},
	};
};

/** Timers of Node.js may be late by a millisecond and some: the rest is waited for in turns of the event loop. */
const timerSlack = 1.5;
/** A stop is heard as soon. */
const longestWait = 50;

/** Waits for a part of the time, as long as it leaves room to be on time. Milliseconds. */
export const waitSome = (wait: number): Promise<void> =>
	new Promise((resolve) => {
		if (wait > 2 * timerSlack) setTimeout(resolve, Math.min(longestWait, wait - timerSlack));
		else setImmediate(resolve);
	});
