import type {Doubt} from './event.ts';
import {gaugeMean} from './gauge.ts';
import {emptyHistogram} from './histogram.ts';
import type {GaugeName} from './metric.ts';
import {coveredIn, endedIn, inFlightIn, type Snapshot} from './snapshot.ts';
import {formatMilliseconds, formatPercent} from './units.ts';

/** Whether a run's figures can be relied on, why not, and what its engine cannot measure at all. */
export type Validity = {
	readonly trustworthy: boolean;
	readonly reasons: readonly Doubt[];
	readonly limits: readonly string[];
};

/** A load thread busier than this adds its own queueing to every latency. */
export const busyLimit = 90;
/** The longest event-loop delay in each 200 ms, on average: when it is half of p99, p99 is the generator's own. */
export const delayShareLimit = 0.5;
/** Milliseconds of delay that raise no doubt: 2 of 200 are 1 % of the time, where p99 begins to be the generator's. */
export const delayFloor = 2;
/** A wait at the end that is longer than this, and than every reply took, is a target that went silent. Microseconds. */
const silence = 1_000_000;
/** CPU that the hypervisor took away, % of all cores. */
export const stealLimit = 5;
/** Time that a container's CPU quota held it back, %. */
export const throttledLimit = 1;
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

	// What was due and never sent is no silence of the target's.
	const isOpenLoop = total.uncorrected !== undefined;
	const latency = total.uncorrected ?? total.latency;
	const waiting = isOpenLoop ? (total.uncorrectedWaiting ?? emptyHistogram) : total.waiting;
	if (total.offered > 0 && endedIn(total) === 0) {
		doubts.push({
			kind: 'nothing-ended',
			message: 'Not one operation ended: there is nothing to measure but the waiting.',
		});
	} else if (waiting.maximum > Math.max(silence, latency.maximum)) {
		doubts.push({
			kind: 'target-silent',
			message: `The target went silent: ${waiting.count} operations had no answer when the run ended, the oldest after ${formatMilliseconds(waiting.maximum / 1000)} ms. Throughput and percentiles are of the time before, too.`,
		});
	}

	const busy = average('generator.busy');
	if (busy > busyLimit && coveredIn(total) >= shortest) {
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
