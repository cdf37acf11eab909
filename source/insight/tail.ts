import {formatMilliseconds, formatPercent} from '../core/units.ts';

import {isLoud} from './other-work.ts';
import {isChangingLoad, loadOf} from './planned-load.ts';
import type {InsightRule} from './rule.ts';
import {isDoubted, rounded} from './seconds.ts';

/** p99 over p50, from which on it is worth a word; and more. */
const [long, longer, longest] = [10, 30, 100];
/** Milliseconds between them that nobody would notice. */
const leastDistance = 10;

/** The slowest hundredth is many times slower than the middle. */
export const tail: InsightRule = {
	kind: 'tail',
	about: 'p99 is many times p50',
	unless: ['bimodal', 'pauses', 'periodic-stalls', 'not-steady', 'cold-start', 'errors-began'],
	find: ({result}) => {
		const {p50, p99, max, uncertain} = result.summary.latency;
		if (p50 === null || p99 === null || p50 <= 0 || uncertain.includes('p99') || isChangingLoad(result))
			return undefined;
		// Then part of the tail is the load generator's own.
		if (isDoubted(result, 'generator', 'schedule-lag')) return undefined;
		const ratio = p99 / p50;
		if (ratio < long || p99 - p50 < leastDistance || isLoud(result)) return undefined;
		const timeouts = result.summary.errorRate.timeout ?? 0;
		return {
			kind: 'tail',
			severity: ratio >= longest ? 'high' : ratio >= longer ? 'medium' : 'low',
			text: `One operation in a hundred takes more than ${formatMilliseconds(p99)} ms, ${Math.round(ratio)} times the median of ${formatMilliseconds(p50)} ms. Who needs several operations for one page meets the tail far more often than one time in a hundred.`,
			recommendations: [
				...(timeouts > 0.001
					? [
							`Look at the timeouts first: they are ${formatPercent(timeouts * 100)} of all operations and belong to the tail.`,
						]
					: []),
				'Tell operations apart (requests: or steps: in benchtop.yaml): often one kind of them makes the tail.',
				'Look for what some operations wait for and others do not: locks, connection pools, cache misses, garbage collection.',
				...(loadOf(result).rate === undefined
					? [
							'Ask for a rate (-R): without one, a target that stalls is asked less, and the tail looks shorter than users find it.',
						]
					: []),
			],
			figures: {ratio: rounded(ratio), p50Ms: p50, p99Ms: p99, maxMs: max},
		};
	},
};
