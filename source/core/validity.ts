import type {Doubt} from './event.ts';
import {gaugeMean} from './gauge.ts';
import type {GaugeName} from './metric.ts';
import {endedIn, inFlightIn, type Snapshot} from './snapshot.ts';
import {formatMilliseconds, formatPercent} from './units.ts';

/** Whether a run's figures can be relied on, why not, and what its engine cannot measure at all. */
export type Validity = {
	readonly trustworthy: boolean;
	readonly reasons: readonly Doubt[];
	readonly limits: readonly string[];
};

/** A load thread busier than this adds its own queueing to every latency. */
export const busyLimit = 90;
/** Event-loop delay beyond this share of p99 distorts the tail; below a millisecond it is the timer's own grain. */
const delayShareLimit = 0.25;
const delayFloor = 1;
/** CPU that the hypervisor took away, % of all cores. */
const stealLimit = 5;
const throttledLimit = 1;
/** Below half a second, how busy a thread was says nothing. */
const shortest = 500;

/** The doubts that any engine's figures can raise. `p99` in milliseconds. */
export const generalDoubts = (total: Snapshot, p99: number | null): Doubt[] => {
	const doubts: Doubt[] = [];
	const average = (name: GaugeName): number => {
		const gauge = total.gauges[name];
		return gauge === undefined ? 0 : gaugeMean(gauge);
	};
	const unaccounted = inFlightIn(total);
	if (unaccounted !== 0) {
		doubts.push({
			kind: 'counts',
			message: `Counts do not reconcile: ${total.offered} offered, ${endedIn(total)} ended, ${total.waiting.count} in flight at the end; ${Math.abs(unaccounted)} ${unaccounted > 0 ? 'missing' : 'too many'}.`,
		});
	}

	const busy = average('generator.busy');
	if (busy > busyLimit && total.to - total.from >= shortest) {
		doubts.push({
			kind: 'generator-saturated',
			message: `The load generator was the bottleneck: its busiest thread was busy ${formatPercent(busy)} of the time. Throughput is the generator's limit, and latencies include its own queueing. Use more threads (-w) or a lower load.`,
		});
	}

	const delay = average('generator.loopDelay');
	if (p99 !== null && delay > Math.max(delayFloor, p99 * delayShareLimit)) {
		doubts.push({
			kind: 'generator-delayed',
			message: `The load generator was held up for ${formatMilliseconds(delay)} ms at a time, against a p99 of ${formatMilliseconds(p99)} ms: part of the tail is its own.`,
		});
	}

	const steal = average('host.cpu.steal');
	if (steal > stealLimit) {
		doubts.push({
			kind: 'host-steal',
			message: `The hypervisor took ${formatPercent(steal)} of this machine's CPU for others during the run.`,
		});
	}

	const throttled = average('host.cpu.throttled');
	if (throttled > throttledLimit) {
		doubts.push({
			kind: 'host-throttled',
			message: `The container's CPU quota held the processes back ${formatPercent(throttled)} of the time.`,
		});
	}

	return doubts;
};
