import type {Beat} from '../core/beat.ts';
import type {Result} from '../core/result.ts';
import {medianDeviation, medianOf} from '../stats/describe.ts';
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
/** Held up itself for so much of the stall, the load generator may be what stalled. */
const ownShare = 0.4;
/** Of what is due during a stall, so much must be missing or late for it to be one of everything. */
const totalShare = 0.6;

const toDeviation = 1.4826;

/** Which moments stand out, those that are the load generator's own left out; neighbours are one. */
const outstanding = <Each extends Moment>(moments: readonly Each[]): readonly (readonly Each[])[] => {
	const logs = moments.flatMap(({longest}) => (longest === null || longest <= 0 ? [] : [Math.log(longest)]));
	if (logs.length < 10) return [];
	const usual = medianOf(logs);
	const limit = Math.max(
		Math.log(shortestStall),
		usual + Math.log(farTimes),
		usual + farDeviations * toDeviation * medianDeviation(logs),
	);
	const groups: Each[][] = [];
	let previous = -2;
	for (const [index, moment] of moments.entries()) {
		const {longest, held} = moment;
		if (longest === null || Math.log(longest) < limit || (held !== null && held > ownShare * longest)) continue;
		if (index - previous === 1) groups.at(-1)!.push(moment);
		else groups.push([moment]);
		previous = index;
	}

	return groups;
};

/** Whether all that was due while a stall lasted had to wait for its end. */
const isTotal = (result: Result, beats: readonly Beat[], group: readonly Beat[], length: number): boolean => {
	const last = beats.indexOf(group.at(-1)!);
	const first = beats.indexOf(group[0]!);
	const usual = medianOf(beats.map(({answered}) => answered));
	const {connections = 1} = loadOf(result);
	if (result.summary.uncorrectedLatency !== undefined) {
		// Open loop: what became due in its first half waited longer than half of it, and then all came at once.
		const due = ((result.summary.throughput.mean ?? 0) / 1000) * (length / 2);
		const slow = group.reduce((sum, beat) => sum + beat.slow, 0);
		return due >= 3 && slow >= totalShare * due;
	}

	// Closed loop: each connection waited once, and the answers of so much time are missing.
	const around = beats.slice(Math.max(0, first - Math.ceil(length / (group[0]!.to - group[0]!.from))), last + 1);
	const missing = around.length * usual - around.reduce((sum, {answered}) => sum + answered, 0);
	const beatLength = medianOf(beats.map(({from, to}) => to - from));
	const slow = group.reduce((sum, beat) => sum + beat.slow, 0);
	return slow >= totalShare * connections && missing >= totalShare * usual * (length / beatLength);
};

/** The stalls of a run, from its beats where there are some, else from its seconds. */
export const stallsIn = (result: Result, beats: readonly Beat[]): readonly Stall[] => {
	if (beats.length > 0) {
		return outstanding(beats).map((group) => {
			const length = Math.max(...group.map(({longest}) => longest ?? 0));
			return {at: group.at(-1)!.to, length, isTotal: isTotal(result, beats, group, length)};
		});
	}

	const seconds = wholeSeconds(result).map(({fromMs, toMs, max, gauges}) => ({
		from: fromMs,
		to: toMs,
		longest: max,
		held: gauges['generator.loopDelay'] ?? null,
	}));
	return outstanding(seconds).map((group) => ({
		at: group.at(-1)!.to,
		length: Math.max(...group.map(({longest}) => longest ?? 0)),
		isTotal: false,
	}));
};
