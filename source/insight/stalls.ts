import type {Beat} from '../core/beat.ts';
import type {Result} from '../core/result.ts';
import {medianDeviation, medianOf} from '../stats/describe.ts';
import {type Regularity, regularityOf} from '../stats/periodicity.ts';
import {loadOf} from './planned-load.ts';
import {wholeSeconds} from './seconds.ts';

/** A moment at which operations took much longer than they usually do. Milliseconds. */
export type Stall = {
	/** When it was over, as far as a beat or a second tells. */
	readonly at: number;
	/** The longest that an operation waited in it. */
	readonly length: number;
	/** Whether nothing was answered meanwhile, rather than some operations being slow. */
	readonly isTotal: boolean;
};

/** What a stall is measured by: the longest latency in each beat, or second. */
type Moment = Pick<Beat, 'from' | 'to' | 'longest' | 'held'>;

/** A stall is longer than this, and than so many times what is the longest at other times. Milliseconds. */
const shortestStall = 25;
const farTimes = 2.5;
/** Standard deviations above the usual, on a logarithmic scale. */
const farDeviations = 5;
/** On a restless machine stalls rise above its noise only from some length on: each limit is so many times the last. */
const limitStep = 1.4;
const mostLimits = 12;
/** Held up itself for so much of the stall, the load generator may be what stalled. */
const ownShare = 0.4;
/** Of what is due during a stall, so much must be missing or late for it to be one of everything. */
const totalShare = 0.6;

const toDeviation = 1.4826;

const lengthOf = (moments: readonly Moment[]): number => Math.max(...moments.map(({longest}) => longest ?? 0));

const logsOf = (moments: readonly Moment[]): readonly number[] =>
	moments.flatMap(({longest}) => (longest === null || longest <= 0 ? [] : [Math.log(longest)]));

/** The moments beyond a limit, those that are the load generator's own left out; neighbours are one. */
const beyond = <Each extends Moment>(moments: readonly Each[], limit: number): readonly (readonly Each[])[] => {
	const groups: Each[][] = [];
	let previous = -2;
	for (const [index, moment] of moments.entries()) {
		const {longest, held} = moment;
		if (longest === null || longest < limit || (held !== null && held > ownShare * longest)) continue;
		if (index - previous === 1) groups.at(-1)!.push(moment);
		else groups.push([moment]);
		previous = index;
	}

	return groups;
};

const sumOf = (beats: readonly Beat[], count: (beat: Beat) => number): number =>
	beats.reduce((sum, beat) => sum + count(beat), 0);

/** Beats, and what is usual of them: looked up once for any number of stalls. */
type Beats = {
	readonly beats: readonly Beat[];
	readonly placeOf: ReadonlyMap<Beat, number>;
	readonly answered: number;
	readonly length: number;
};

const usualOf = (beats: readonly Beat[]): Beats => ({
	beats,
	placeOf: new Map(beats.map((beat, place) => [beat, place])),
	answered: medianOf(beats.map(({answered}) => answered)),
	length: medianOf(beats.map(({from, to}) => to - from)),
});

/** Whether in a closed loop each connection waited once, and the answers of so much time are missing. */
const isTotalWhenClosed = ({plan}: Result, usual: Beats, group: readonly Beat[], length: number): boolean => {
	const {beats, placeOf, answered: often} = usual;
	const [first = 0, last = 0] = [placeOf.get(group[0]!), placeOf.get(group.at(-1)!)];
	const around = beats.slice(Math.max(0, first - Math.ceil(length / usual.length)), last + 1);
	const missing = around.length * often - sumOf(around, ({answered}) => answered);
	return (
		sumOf(group, ({overHalf}) => overHalf) >= totalShare * (loadOf({plan}).connections ?? 1) &&
		missing >= totalShare * often * (length / usual.length)
	);
};

/** How many waited in a stall against how many would have if all had to: from 1, all, to fewer or more. */
type Waited = {
	readonly half: number;
	readonly quarter: number;
	/** As many as came due in half of it. */
	readonly due: number;
};

/** So few are no matter to judge by. */
const leastWaited = 12;
/** Of those that would have waited, from so many to so many did. */
const [fewest, most] = [0.6, 1.5];

/**
 * Whether in an open loop all that came due in the stalls waited for their ends, rather than some operations being slow:
 * then waits are spread evenly from nothing to the whole length, as many of them over half of it as came due in half.
 */
const isTotalWhenOpen = (waited: readonly Waited[]): boolean => {
	const all = waited.reduce(
		(sum, {half, quarter, due}) => ({half: sum.half + half, quarter: sum.quarter + quarter, due: sum.due + due}),
		{half: 0, quarter: 0, due: 0},
	);
	const between = all.quarter - all.half;
	const isNear = (count: number, expected: number): boolean => count >= fewest * expected && count <= most * expected;
	return all.due >= leastWaited && isNear(all.half, all.due) && isNear(between, all.due / 2);
};

const stallsBeyond = (result: Result, usual: Beats, limit: number): readonly Stall[] => {
	const groups = beyond(usual.beats, limit);
	const stalls = groups.map((group) => ({at: group.at(-1)!.to, length: lengthOf(group)}));
	if (result.summary.uncorrectedLatency === undefined) {
		return stalls.map((stall, index) => ({
			...stall,
			isTotal: isTotalWhenClosed(result, usual, groups[index]!, stall.length),
		}));
	}

	const perMillisecond = (result.summary.throughput.mean ?? 0) / 1000;
	const isTotal = isTotalWhenOpen(
		groups.map((group, index) => ({
			half: sumOf(group, ({overHalf}) => overHalf),
			quarter: sumOf(group, ({overQuarter}) => overQuarter),
			due: (perMillisecond * stalls[index]!.length) / 2,
		})),
	);
	return stalls.map((stall) => ({...stall, isTotal}));
};

export type Stalls = {
	/** Those that stand out clearly, however they come. */
	readonly clear: readonly Stall[];
	/** Those that come at even intervals, with how even they are; absent where there are none. */
	readonly even?: {readonly stalls: readonly Stall[]; readonly regularity: Regularity};
};

/** A period has so many beats, or seconds, at least. */
const leastBeats = 5;
/** Fewer beats, or seconds, do not tell what is usual. */
const leastMoments = 10;

/**
 * The stalls of a run, from its beats where there are some, else from its seconds. Evenness is looked for among those
 * beyond each of several limits; that one of them comes out by chance is part of its p.
 */
export const stallsIn = (result: Result, beats: readonly Beat[]): Stalls => {
	const moments: readonly Moment[] =
		beats.length > 0
			? beats
			: wholeSeconds(result).map(({fromMs, toMs, max, gauges}) => ({
					from: fromMs,
					to: toMs,
					longest: max,
					held: gauges['generator.loopDelay'] ?? null,
				}));
	const logs = logsOf(moments);
	if (logs.length < leastMoments) return {clear: []};
	const middle = medianOf(logs);
	const usual = usualOf(beats);
	const least = Math.max(shortestStall, farTimes * Math.exp(middle));
	const far = Math.exp(middle + farDeviations * toDeviation * medianDeviation(logs));
	const found = (limit: number): readonly Stall[] =>
		beats.length > 0
			? stallsBeyond(result, usual, limit)
			: beyond(moments, limit).map((group) => ({at: group.at(-1)!.to, length: lengthOf(group), isTotal: false}));
	let even: Stalls['even'];
	const step = medianOf(moments.map(({from, to}) => to - from));
	for (let place = 0; place < mostLimits; place++) {
		const stalls = found(least * limitStep ** place);
		const regularity = regularityOf(
			stalls.map(({at}) => at),
			step,
		);
		// Nearer together than that, beats themselves make intervals even.
		if (regularity === undefined || regularity.period < leastBeats * step) continue;
		if (regularity.p < (even?.regularity.p ?? 1)) even = {stalls, regularity};
	}

	return {
		clear: found(Math.max(least, far)),
		...(even === undefined
			? {}
			: {even: {...even, regularity: {...even.regularity, p: Math.min(1, even.regularity.p * mostLimits)}}}),
	};
};
