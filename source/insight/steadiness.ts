import type {ResultSecond} from '../core/result.ts';
import {formatClock, formatDuration, formatMilliseconds, formatPercent} from '../core/units.ts';
import {medianDeviation, medianOf} from '../stats/describe.ts';
import {steadyState} from '../stats/steady-state.ts';
import {trendOf} from '../stats/trend.ts';
import {isLoud, isOtherWork} from './other-work.ts';
import {isChangingLoad} from './planned-load.ts';
import type {Evidence, InsightRule} from './rule.ts';
import {endedIn, rounded, wholeSeconds} from './seconds.ts';

/** With fewer operations the median of a second is chance. */
const leastOperations = 10;
const toDeviation = 1.4826;

/** The seconds of a steady load, each with a median. */
const steadySeconds = ({result}: Evidence): readonly (ResultSecond & {readonly p50: number})[] => {
	const seconds = wholeSeconds(result);
	if (isChangingLoad(result)) return [];
	const known = seconds.flatMap((second) =>
		second.p50 === null || endedIn(second) < leastOperations ? [] : [{...second, p50: second.p50}],
	);
	return known.length === seconds.length ? known : [];
};

/** How much slower the first seconds are, and how many of them may be. */
const [slower, mostSlow] = [1.3, 15];
/** A single first second must stand out by so much. */
const muchSlower = 2;
/** So much slower, it was not other work on the machine. */
const farSlower = 3;
/** So far from the others, in robust standard deviations. */
const farDeviations = 4;
/** With fewer seconds after them, nothing is known of the rest. */
const leastRest = 7;
/** Of the rest, so many may be as slow by chance. */
const mostOthers = 0.05;

/** How many of the first seconds are slower than all that follow. */
const coldSeconds = (seconds: readonly {readonly p50: number}[]): number => {
	const rest = seconds.slice(Math.min(mostSlow, Math.max(1, Math.floor(seconds.length / 3))));
	if (rest.length < leastRest) return 0;
	const medians = rest.map(({p50}) => p50);
	const usual = medianOf(medians);
	const limit = Math.max(slower * usual, usual + farDeviations * toDeviation * medianDeviation(medians));
	const cold = seconds.findIndex(({p50}) => p50 <= limit);
	const others = medians.filter((p50) => p50 > limit).length;
	// Several in a row at the very beginning are no chance where one other is as slow.
	if (others > Math.max(cold >= 3 ? 1 : 0, rest.length * mostOthers)) return 0;
	const isClear = cold >= 2 || (seconds[0]?.p50 ?? 0) >= Math.max(muchSlower * usual, limit);
	return cold > 0 && cold <= mostSlow && isClear ? cold : 0;
};

/** The first measured seconds are slower than the rest: the warm-up was too short. */
export const coldStart: InsightRule = {
	kind: 'cold-start',
	about: 'the first measured seconds are slower than all others: the warm-up was too short',
	find: (evidence) => {
		const seconds = steadySeconds(evidence);
		const count = coldSeconds(seconds);
		if (count === 0) return undefined;
		const [head, rest] = [seconds.slice(0, count), seconds.slice(count)];
		const cold = medianOf(head.map(({p50}) => p50));
		const warm = medianOf(rest.map(({p50}) => p50));
		if (cold < farSlower * warm && isOtherWork(evidence.result, head, rest)) return undefined;
		const {warmup} = evidence.result;
		const length = (head.at(-1)?.toMs ?? 0) - (head[0]?.fromMs ?? 0);
		const wanted = Math.round((warmup.durationMs + length) / 1000) + 1;
		return {
			kind: 'cold-start',
			severity: head.length / seconds.length >= 0.2 ? 'medium' : 'low',
			text: `The first ${formatDuration(length)} after the warm-up were slower: a median of ${formatMilliseconds(cold)} ms, then ${formatMilliseconds(warm)} ms. The target was still warming up (compiling, filling caches, opening connections), and these seconds are part of all figures.`,
			recommendations: [
				`Warm up for longer: --warmup ${wanted}s.`,
				'If the start itself is what users meet, measure it on its own: a run without warm-up (--warmup 0) after a restart.',
			],
			figures: {
				coldMs: rounded(length),
				coldP50Ms: rounded(cold),
				warmP50Ms: rounded(warm),
				warmupMs: warmup.durationMs,
			},
		};
	},
};

/** With fewer seconds there are too few batches to say so. */
const leastSeconds = 20;
/** A change of the median that is no concern. */
const leastChange = 0.15;
/** Beyond it, rising or falling by chance has less than one in a thousand. */
const significantDeviate = 3.2905;
/** Where the machine has other work, which comes and goes: steadily up or down, and by so much. */
const [clearDeviate, clearChange] = [5, 0.5];
/** The same of two halves, in robust standard deviations of what is left around their medians. */
const separation = 3;

/** The latency did not settle. */
export const notSteady: InsightRule = {
	kind: 'not-steady',
	about: 'latency that does not settle during the run (MSER-5, Mann–Kendall)',
	unless: ['cold-start', 'periodic-stalls'],
	find: (evidence) => {
		const seconds = steadySeconds(evidence);
		if (seconds.length < leastSeconds) return undefined;
		const medians = seconds.map(({p50}) => p50);
		const state = steadyState(medians);
		if (state === undefined) return undefined;
		const {warmUp, atBound} = state;
		// A cut near the beginning leaves most of the run steady.
		if (!atBound && warmUp < medians.length / 5) return undefined;
		const third = Math.floor(medians.length / 3);
		const place = atBound ? third : warmUp;
		const [first, last] = [medians.slice(0, place), medians.slice(atBound ? -third : place)];
		const [before, after] = [medianOf(first), medianOf(last)];
		const change = after / before - 1;
		const spread = toDeviation * Math.max(medianDeviation(first), medianDeviation(last));
		const trend = trendOf(seconds.map(({fromMs, p50}) => ({at: fromMs, value: p50})));
		const drifts = trend !== undefined && Math.abs(trend.deviate) >= significantDeviate;
		const steps = Math.abs(after - before) >= separation * spread;
		if (Math.abs(change) < leastChange || !(drifts || steps)) return undefined;
		const isClear = trend !== undefined && Math.abs(trend.deviate) >= clearDeviate && Math.abs(change) >= clearChange;
		const isTheirs =
			isLoud(evidence.result) ||
			isOtherWork(evidence.result, seconds.slice(0, place), seconds.slice(atBound ? -third : place));
		if (isTheirs && !isClear) return undefined;
		const since = seconds[warmUp];
		const way = change > 0 ? 'rose' : 'fell';
		return {
			kind: 'not-steady',
			severity: Math.abs(change) >= 0.5 ? 'high' : 'medium',
			text: `The run did not settle${atBound || since === undefined ? '' : ` before ${formatClock(since.fromMs)}`}: the median latency ${way} from ${formatMilliseconds(before)} ms to ${formatMilliseconds(after)} ms (${formatPercent(Math.abs(change) * 100)} ${change > 0 ? 'more' : 'less'}). Its figures are a mean of different states and depend on how long it was.`,
			recommendations: [
				change > 0
					? 'Look for what grows with time: memory, queues, tables, log files, a throttled or hot CPU.'
					: 'Warm up for longer (--warmup), until caches are filled and code is compiled.',
				'Run for longer (-d) and see whether it settles; compare only stretches that did.',
			],
			figures: {
				p50FirstMs: rounded(before),
				p50LastMs: rounded(after),
				change: rounded(change),
				steadyFromMs: atBound || since === undefined ? null : since.fromMs,
				deviate: trend === undefined ? null : rounded(trend.deviate),
			},
		};
	},
};
