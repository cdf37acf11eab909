import type {Doubt} from '../../core/event.ts';
import {type Histogram, quantile} from '../../core/histogram.ts';
import {formatCount, formatMilliseconds} from '../../core/units.ts';
import {clean, type Everything, otherNames} from './tally.ts';
import type {ToldOf} from './told.ts';

/** By how much Locust's statistics round a time, at most: to whole milliseconds, then to two digits. Milliseconds. */
const roundingOf = (milliseconds: number): number => {
	if (milliseconds < 100) return 0.5;
	if (milliseconds < 1000) return 5;
	return milliseconds < 10_000 ? 50 : 500;
};

/** What both sides mean may lie one observation further: they count ranks differently. Microseconds. */
const around = (times: Histogram, q: number): readonly [low: number, high: number] | undefined => {
	const step = 1.5 / times.count;
	const low = quantile(times, Math.max(0, q - step));
	const high = quantile(times, Math.min(1, q + step));
	return low === undefined || high === undefined ? undefined : [low, high];
};

/** Sums of floats in another order, and times to the microsecond. */
const sameMean = (a: number, b: number): boolean => Math.abs(a - b) <= 0.001 + Math.abs(a) * 1e-6;

/** What does not agree between our counts and Locust's own statistics of the same run. */
export const reconcile = (own: Everything, theirs: ToldOf<'stats'>): readonly Doubt[] => {
	const faults: string[] = [];
	if (own.requests !== theirs.requests || own.failures !== theirs.failures) {
		faults.push(
			`it counts ${formatCount(theirs.requests)} requests and ${formatCount(theirs.failures)} failures, benchtop was told ${formatCount(own.requests)} and ${formatCount(own.failures)}`,
		);
	}

	const byName = new Map<string, number>();
	// Long names were cut, so that two may be one.
	for (const [name, count] of theirs.entries) byName.set(name, (byName.get(name) ?? 0) + count);
	for (const [name, count] of byName) {
		const counted = own.byName.get(name);
		if (own.byName.has(otherNames) || counted === count || faults.length > 2) continue;
		faults.push(`of ${clean(name)} it counts ${formatCount(count)}, benchtop ${formatCount(counted ?? 0)}`);
	}

	const {times} = own;
	const timed = theirs.requests - theirs.untimed;
	if (times.count > 0 && timed === times.count) {
		const [mean, theirMean] = [times.sum / times.count / 1000, theirs.sum / timed];
		if (!sameMean(mean, theirMean)) {
			faults.push(`its mean time is ${formatMilliseconds(theirMean)} ms, ours ${formatMilliseconds(mean)} ms`);
		}

		for (const [q, value] of theirs.quantiles) {
			const range = around(times, q);
			// The histogram itself knows a time to 0.1 %.
			const slack = roundingOf(value) + value * 0.001 + 0.001;
			if (range === undefined || (value >= range[0] / 1000 - slack && value <= range[1] / 1000 + slack)) continue;
			faults.push(
				`its p${q * 100} is ${formatMilliseconds(value)} ms, ours ${formatMilliseconds(range[0] / 1000)} to ${formatMilliseconds(range[1] / 1000)} ms`,
			);
		}
	}

	if (faults.length === 0) return [];
	return [{kind: 'tool-disagrees', message: `Locust's own statistics say otherwise: ${faults.join('; ')}.`}];
};
