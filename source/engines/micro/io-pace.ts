import type {Doubt} from '../../core/event.ts';
import {gaugeMean} from '../../core/gauge.ts';
import {censoredQuantile} from '../../core/histogram.ts';
import {arrivals, paceOf} from '../../core/pacer.ts';
import {seededRandom} from '../../core/random.ts';
import {coveredIn, endedIn, inFlightIn, type Snapshot} from '../../core/snapshot.ts';
import {formatMilliseconds, formatRate} from '../../core/units.ts';
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

/** Fewer of the operations that were due than this came to an end: the rate was not reached. */
const reachedShare = 0.98;
/** Begun so late, on average of the worst in each 200 ms, it shows in p99. Milliseconds, and a share of p99. */
const lagFloor = 2;
const lagShare = 0.5;

/** Whether a load at a rate was what it should be. */
export const paceDoubts = (total: Snapshot): Doubt[] => {
	const seconds = coveredIn(total) / 1000;
	const due = total.offered - inFlightIn(total);
	const ended = endedIn(total);
	const gauge = total.gauges['generator.scheduleLag'];
	const lag = gauge === undefined ? 0 : gaugeMean(gauge);
	const p99 = censoredQuantile(total.latency, total.waiting, 0.99);
	return [
		...(ended < reachedShare * due && seconds > 0
			? [
					{
						kind: 'rate-missed',
						message: `Of ${formatRate(due / seconds)} operations per second that were due, ${formatRate(ended / seconds)} came to an end: the rest was still waiting. The longer such a run, the higher its latencies.`,
					},
				]
			: []),
		...(p99 !== undefined && lag > Math.max(lagFloor, (p99 / 1000) * lagShare)
			? [
					{
						kind: 'schedule-lag',
						message: `The load began up to ${formatMilliseconds(lag)} ms late, on average of the worst in each 200 ms, against a p99 of ${formatMilliseconds(p99 / 1000)} ms: part of the tail is this machine's, not the medium's.`,
					},
				]
			: []),
	];
};
