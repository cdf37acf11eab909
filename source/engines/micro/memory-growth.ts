import type {Finding} from '../../core/finding.ts';
import {formatBytes, formatCount} from '../../core/units.ts';
import {type Growth, judgeGrowth, leastPoints} from '../../stats/growth.ts';
import {type Slope, trendOf} from '../../stats/trend.ts';

/** Below so many bytes over half of the calls, and such a share of what is left, a growth is no concern. */
const leastBytes = 32 * 1024;
const leastShare = 0.002;

/** What was left after a collection: bytes, after so many milliseconds of calls, and so many calls. */
export type Level = {readonly at: number; readonly calls: number; readonly value: number};

/** Whether what is left grows, and how fast by both clocks. */
export type Judged = {
	readonly growth: Growth;
	/** Bytes per millisecond of calls. Absent of too few points. */
	readonly byTime: Slope | undefined;
	/** Bytes per call. Absent of too few points. */
	readonly byCalls: Slope | undefined;
};

/**
 * Judges by the number of calls, since they are what leaves something behind: on a busy machine their rate comes and
 * goes, and a growth by time would seem to fade.
 */
export const judgeLevels = (levels: readonly Level[]): Judged => {
	const most = levels.reduce((highest, {value}) => Math.max(highest, value), 0);
	const growth = judgeGrowth(
		levels.map(({calls, value}) => ({at: calls, value})),
		Math.max(leastBytes, leastShare * most),
	);
	const {slope: byCalls, from} = growth;
	return {growth, byCalls, byTime: byCalls === undefined ? undefined : trendOf(levels.slice(from))?.slope};
};

const perMinute = 60_000;

const signedBytes = (bytes: number): string => `${bytes < 0 ? '−' : ''}${formatBytes(Math.abs(bytes))}`;

const sentenceOf = ({growth, byTime, byCalls}: Judged, first: Level, last: Level): string => {
	const {verdict, because, points, before} = growth;
	if (byTime === undefined || byCalls === undefined) {
		return `unclear: ${formatCount(points)} points are too few, ${leastPoints} are needed; it went from ${formatBytes(first.value)} to ${formatBytes(last.value)}`;
	}

	const {estimate, low, high, confidence} = byTime;
	const rate = `${formatBytes(Math.abs(estimate) * perMinute)}/min`;
	const span = `${signedBytes(low * perMinute)}–${signedBytes(high * perMinute)}`;
	const each = `${formatBytes(Math.abs(byCalls.estimate))} per call`;
	switch (verdict) {
		case 'growing':
			return `growing ${rate} (${confidence * 100} %: ${span}), ${each}: a leak, or a cache that is not full yet`;
		case 'shrinking':
			return `shrinking ${rate} (${confidence * 100} %: ${span})`;
		case 'steady':
			return `steady: it grows by no more than ${formatBytes(Math.max(0, high) * perMinute)}/min${before === undefined ? '' : `, after it grew by ${formatBytes(before)}`}`;
		case 'unclear':
			return because === 'slowing'
				? `unclear: it grows ever more slowly, ${rate} of late, as a cache does that fills; a longer time would tell`
				: `unclear: ${low > 0 ? 'it seems to grow, ' : ''}between ${signedBytes(low * perMinute)} and ${signedBytes(high * perMinute)}/min; a longer time would tell`;
	}
};

/** Whether a function leaks, as far as its levels tell. */
export const findingOf = (subject: string, levels: readonly Level[]): Finding | undefined => {
	const first = levels[0];
	const last = levels.at(-1);
	if (first === undefined || last === undefined) return undefined;
	const judged = judgeLevels(levels);
	const {growth, byTime, byCalls} = judged;
	return {
		kind: 'memory',
		subject,
		text: sentenceOf(judged, first, last),
		figures: {
			verdict: growth.verdict,
			because: growth.because ?? null,
			bytesPerMinute: byTime === undefined ? null : byTime.estimate * perMinute,
			bytesPerMinuteInterval: byTime === undefined ? null : [byTime.low * perMinute, byTime.high * perMinute],
			bytesPerCall: byCalls?.estimate ?? null,
			bytesPerCallInterval: byCalls === undefined ? null : [byCalls.low, byCalls.high],
			confidence: byCalls?.confidence ?? null,
			points: growth.points,
			overMs: last.at - first.at,
			calls: last.calls - first.calls,
			retainedFirstBytes: first.value,
			retainedLastBytes: last.value,
		},
	};
};
