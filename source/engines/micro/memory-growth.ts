import type {Finding} from '../../core/finding.ts';
import {formatBytes} from '../../core/units.ts';
import {type Growth, judgeGrowth, leastPoints} from '../../stats/growth.ts';
import {type Point, type Slope, trendOf} from '../../stats/trend.ts';

/** Below so many bytes over half of the time, and such a share of what is left, a growth is no concern. */
const leastBytes = 32 * 1024;
const leastShare = 0.002;

const perMinute = 60_000;
const perSecond = 1000;

/** What was left after collections: bytes, by milliseconds of calls, and by the number of calls so far. */
export type Levels = ReadonlyArray<Point & {readonly calls: number}>;

const leastOf = (levels: Levels): number =>
	Math.max(leastBytes, leastShare * levels.reduce((most, {value}) => Math.max(most, value), 0));

/** How fast what is left grows, bytes: by all levels where it grows, else of late. Absent of too few points. */
export const growthOf = (
	levels: Levels,
): {readonly perSecond: number | undefined; readonly perCall: number | undefined} => {
	const {verdict, slope} = judgeGrowth(levels, leastOf(levels));
	const counted = verdict === 'growing' || verdict === 'shrinking' ? levels : levels.slice(levels.length >> 1);
	const byCalls = trendOf(counted.map(({calls, value}) => ({at: calls, value})));
	return {
		perSecond: slope === undefined ? undefined : slope.estimate * perSecond,
		perCall: slope === undefined ? undefined : byCalls?.slope.estimate,
	};
};

const signedBytes = (bytes: number): string => `${bytes < 0 ? '−' : ''}${formatBytes(Math.abs(bytes))}`;

const slopeText = ({low, high, confidence}: Slope): string =>
	`(${confidence * 100} %: ${signedBytes(low * perMinute)}–${signedBytes(high * perMinute)})`;

const sentenceOf = ({verdict, because, slope, points, before}: Growth): string => {
	if (slope === undefined) return `unclear: ${points} points are too few, ${leastPoints} are needed`;
	const rate = `${signedBytes(Math.abs(slope.estimate) * perMinute)}/min`;
	switch (verdict) {
		case 'growing':
			return `growing ${rate} ${slopeText(slope)}: a leak, or a cache that is not full yet`;
		case 'shrinking':
			return `shrinking ${rate} ${slopeText(slope)}`;
		case 'steady':
			return `steady: it grows by no more than ${signedBytes(Math.max(0, slope.high) * perMinute)}/min${before === undefined ? '' : `, after it grew by ${formatBytes(before)}`}`;
		case 'unclear':
			return because === 'slowing'
				? `unclear: it grows ever more slowly, ${rate} of late, as a cache does that fills; a longer time would tell`
				: `unclear: between ${signedBytes(slope.low * perMinute)} and ${signedBytes(slope.high * perMinute)}/min; a longer time would tell`;
	}
};

/** Whether a function leaks, as far as its levels tell. */
export const findingOf = (subject: string, levels: Levels): Finding | undefined => {
	const first = levels[0];
	const last = levels.at(-1);
	if (first === undefined || last === undefined) return undefined;
	const growth = judgeGrowth(levels, leastOf(levels));
	const {slope} = growth;
	return {
		kind: 'memory',
		subject,
		text: sentenceOf(growth),
		figures: {
			verdict: growth.verdict,
			...(growth.because === undefined ? {} : {because: growth.because}),
			bytesPerMinute: slope === undefined ? null : slope.estimate * perMinute,
			bytesPerMinuteInterval: slope === undefined ? null : [slope.low * perMinute, slope.high * perMinute],
			confidence: slope?.confidence ?? null,
			points: growth.points,
			overMs: last.at - first.at,
			retainedFirstBytes: first.value,
			retainedLastBytes: last.value,
		},
	};
};
