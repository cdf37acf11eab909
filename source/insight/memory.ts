import {formatBytes, formatDuration} from '../core/units.ts';
import {judgeGrowth} from '../stats/growth.ts';
import type {InsightRule} from './rule.ts';
import {rounded, wholeSeconds} from './seconds.ts';

const minute = 60_000;
/** Milliseconds below which a process is still filling its caches and pools. */
const shortest = 25_000;
/** Below that, what has not been collected yet looks like what is kept. */
const longEnough = 120_000;
/** A rise over the later half below which it is no concern: as a share of what there is, and in bytes. */
const [leastShare, leastBytes] = [0.02, 4_000_000];

/** The memory of the process under test rises from beginning to end. */
export const memoryGrowth: InsightRule = {
	kind: 'memory-growth',
	about: 'memory of the target that goes on growing (Theil–Sen slope, Mann–Kendall test)',
	find: ({result}) => {
		const points = wholeSeconds(result).flatMap(({fromMs, toMs, gauges}) => {
			const value = gauges['target.memory'];
			return value === undefined ? [] : [{at: (fromMs + toMs) / 2, value}];
		});
		const [first, last] = [points[0], points.at(-1)];
		if (first === undefined || last === undefined || last.at - first.at < shortest) return undefined;
		const growth = judgeGrowth(points, Math.max(leastBytes, first.value * leastShare));
		const {slope} = growth;
		if (growth.verdict !== 'growing' || slope === undefined) return undefined;
		const isLong = last.at - first.at >= longEnough;
		const perMinute = slope.estimate * minute;
		const operations = result.summary.operations.succeeded + result.summary.operations.failed;
		const perOperation = operations === 0 ? null : (slope.estimate * result.durationMs) / operations;
		const {totalBytes} = result.environment.memory;
		const left = (totalBytes - last.value) / slope.estimate;
		return {
			kind: 'memory-growth',
			severity: !isLong ? 'low' : perMinute * 10 > first.value ? 'high' : 'medium',
			text: `The target's memory grew all the time, by ${formatBytes(perMinute)} a minute, from ${formatBytes(first.value)} to ${formatBytes(last.value)}${perOperation === null ? '' : `: ${formatBytes(perOperation)} for each operation`}. ${isLong ? `Going on like this it would take all memory of this machine in ${formatDuration(left)}; long before that, collecting garbage slows it down.` : `In ${formatDuration(last.at - first.at)} a leak looks like garbage that is yet to be collected: a longer run tells them apart.`}`,
			recommendations: [
				'Run for longer (-d 10m): a cache that fills up levels off, a leak does not.',
				'Compare two heap snapshots of the target, of an early and a late moment of the load: what there is more of is what is kept.',
			],
			figures: {
				bytesPerMinute: rounded(perMinute, 0),
				bytesPerMinuteLow: rounded(slope.low * minute, 0),
				bytesPerMinuteHigh: rounded(slope.high * minute, 0),
				bytesPerOperation: perOperation === null ? null : rounded(perOperation, 1),
				firstBytes: rounded(first.value, 0),
				lastBytes: rounded(last.value, 0),
			},
		};
	},
};
