import {formatCount} from '../core/units.ts';
import {busyLimit} from '../core/validity.ts';
import type {InsightRule} from './rule.ts';
import {isDoubted, rounded, wholeSeconds} from './seconds.ts';

/** In fewer seconds it may have been a hiccup. */
const leastSeconds = 3;
const leastShare = 0.1;

/** Over the whole run it is a doubt, which says so already: here it is a part of it, such as the end of a ramp. */
export const generatorSaturated: InsightRule = {
	kind: 'generator-saturated',
	about: 'the load generator was at its limit in a part of the run',
	find: ({result}) => {
		if (isDoubted(result, 'generator', 'schedule-lag')) return undefined;
		const seconds = wholeSeconds(result);
		const busy = seconds.filter(({gauges}) => (gauges['generator.busy'] ?? 0) > busyLimit);
		if (busy.length < leastSeconds || busy.length < seconds.length * leastShare) return undefined;
		const rates = busy.flatMap(({rate}) => rate ?? []);
		const share = busy.length / seconds.length;
		return {
			kind: 'generator-saturated',
			severity: share > 0.5 ? 'high' : 'medium',
			text: `In ${formatCount(busy.length)} of ${formatCount(seconds.length)} seconds the busiest load thread was busy more than ${busyLimit}% of the time. What was measured in them is partly the load generator: throughput is capped by it, and latencies include its own queueing.`,
			recommendations: [
				'Use more load threads (-w), or run the load generator on another machine than the target.',
				'Ask for less load, or read only the seconds before.',
			],
			figures: {
				busySeconds: busy.length,
				seconds: seconds.length,
				busyPercentMean: rounded(
					busy.reduce((sum, {gauges}) => sum + (gauges['generator.busy'] ?? 0), 0) / busy.length,
				),
				lowestRatePerSecond: rates.length === 0 ? null : rounded(Math.min(...rates)),
			},
		};
	},
};
