import {type CandidateRules, candidateRules, strongSplits, type Window, windowsOf} from './change-candidates.ts';
import {
	type ConfirmationRules,
	confirmationRules,
	confirmChanges,
	type KnownConfirmations,
} from './change-confirmation.ts';
import {momentsOf} from './moments.ts';
import {holdSpikes, spikeReach} from './spikes.ts';

/** The values between two change points, in the unit of the series. */
export type Segment = {
	readonly from: number;
	/** The first value that no longer belongs to it. */
	readonly to: number;
	/** With spikes held where they no longer count for more than others, as the deviation. */
	readonly mean: number;
	/** Of the values around the mean; 0 of a single one. */
	readonly deviation: number;
};

/** A place from which on a series has another mean. */
export type ChangePoint = {
	/** The first value after the change: as likely earlier as later. */
	readonly index: number;
	/** The change came with one of these values, with a confidence of 95 %. */
	readonly earliest: number;
	readonly latest: number;
	/** The chance of a change as clear in values that do not change, before the places of all others are considered. */
	readonly p: number;
	readonly before: Segment;
	readonly after: Segment;
	/** Of the mean, as a share of the one before; `undefined` where that is 0. */
	readonly change: number | undefined;
};

export type ChangePointRules = {
	readonly candidates: CandidateRules;
	readonly confirmation: ConfirmationRules;
};

export const changePointRules: ChangePointRules = {candidates: candidateRules, confirmation: confirmationRules};

/** A series with its change points, and what makes it cheap to go on with more values. */
export type ChangeAnalysis = {
	readonly values: Float64Array;
	/** The same without its spikes. */
	readonly held: Float64Array;
	readonly changePoints: readonly ChangePoint[];
	/** Since the last change point: what the next value is to be compared with. `undefined` of no values. */
	readonly current: Segment | undefined;
	readonly rules: ChangePointRules;
	readonly windows: readonly Window[];
	readonly known: KnownConfirmations;
};

const segmentOf = (values: Float64Array, from: number, to: number): Segment => {
	const {count, mean, squares} = momentsOf(values, from, to);
	return {from, to, mean, deviation: count < 2 ? 0 : Math.sqrt(squares / (count - 1))};
};

/**
 * The change points of a series in the order of its runs: candidates by E-divisive in windows, thinned out by t-tests, then
 * confirmed against orders of the same values in which nothing changes, wandering as these do. Single runs that went wrong
 * neither make a change nor hide one. The same values give the same answer. Throws a RangeError where a value is not finite.
 */
export const analyseChanges = (values: ArrayLike<number>, rules: ChangePointRules = changePointRules): ChangeAnalysis =>
	appendValues(
		{
			values: new Float64Array(),
			held: new Float64Array(),
			changePoints: [],
			current: undefined,
			rules,
			windows: [],
			known: new Map(),
		},
		values,
	);

/**
 * The same as the analysis of all values at once, but only windows that reached the end, and changes within four windows
 * of a difference, are looked at again: its time hardly grows with the length of the series.
 */
export const appendValues = (analysis: ChangeAnalysis, more: ArrayLike<number>): ChangeAnalysis => {
	const {rules} = analysis;
	const values = new Float64Array(analysis.values.length + more.length);
	values.set(analysis.values);
	values.set(Array.from(more), analysis.values.length);
	const wrong = values.findIndex((value) => !Number.isFinite(value));
	if (wrong >= 0) throw new RangeError(`value ${wrong} of the series is ${values[wrong]}, not a finite number`);
	// A value is settled when as many have followed as it is seen against.
	const settled = (count: number): number => Math.max(0, count - spikeReach);
	const before = settled(analysis.values.length);
	const held = holdSpikes(values, analysis.held, before);
	const windows = windowsOf(held, rules.candidates, analysis.windows, before);
	const candidates = strongSplits(held, windows, rules.candidates);
	const {confirmed, known} = confirmChanges(
		held,
		candidates,
		rules.confirmation,
		analysis.known,
		settled(values.length),
	);
	const starts = [0, ...confirmed.map(({index}) => index)];
	const segments = starts.map((from, place) => segmentOf(held, from, starts[place + 1] ?? values.length));
	return {
		values,
		held,
		changePoints: confirmed.map((found, place) => {
			const [earlier, later] = [segments[place]!, segments[place + 1]!];
			const change = earlier.mean === 0 ? undefined : later.mean / earlier.mean - 1;
			return {...found, before: earlier, after: later, change};
		}),
		current: values.length === 0 ? undefined : segments.at(-1)!,
		rules,
		windows,
		known,
	};
};
