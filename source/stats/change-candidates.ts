import {createSplitFinder, type Split} from './energy-split.ts';
import {type Moments, mergeMoments, momentsOf} from './moments.ts';
import {studentTTwoSided} from './student-t.ts';

/** How candidates for change points are looked for and thinned out. */
export type CandidateRules = {
	/** Values looked at together; a change is seen against the values around it, not against a year. */
	readonly window: number;
	/** A candidate stays where the t-test of the segments beside it has a smaller p. */
	readonly significance: number;
	/** A candidate stays where the means beside it differ by more than this share of one of them. */
	readonly magnitude: number;
	/**
	 * `otava` repeats what Apache Otava does: variances divided by n, and after a removal the two later neighbours are
	 * tested again, not the two beside it. For comparison with it alone.
	 */
	readonly like: 'paper' | 'otava';
};

/** As Fleming and others have it (Hunter: Using change point detection to hunt for performance regressions, 2023). */
export const candidateRules: CandidateRules = {window: 50, significance: 0.001, magnitude: 0, like: 'paper'};

/** Two-sided p of the t-test with a pooled variance; 1 where nothing can be said. */
const pooledTest = (a: Moments, b: Moments, like: CandidateRules['like']): number => {
	const degrees = a.count + b.count - 2;
	const difference = a.mean - b.mean;
	if (degrees < 1 || difference === 0) return 1;
	const squaresOf = ({count, squares}: Moments): number =>
		like === 'otava' ? (squares * (count - 1)) / count : squares;
	const variance = (squaresOf(a) + squaresOf(b)) / degrees;
	return studentTTwoSided(difference / Math.sqrt(variance * (1 / a.count + 1 / b.count)), degrees);
};

/** Splits found in a window, as long as they are significant, the widest apart first. */
const splitsOf = (
	values: ArrayLike<number>,
	start: number,
	end: number,
	rules: CandidateRules,
	least: number,
): number[] => {
	const find = createSplitFinder(values, start, end);
	type Part = {readonly from: number; readonly to: number; readonly split: Split | undefined};
	const partOf = (from: number, to: number): Part => ({from, to, split: find(from, to)});
	const parts: Part[] = [partOf(0, end - start)];
	for (;;) {
		let widest: {readonly place: number; readonly split: Split} | undefined;
		for (const [place, {split}] of parts.entries()) {
			if (split !== undefined && (widest === undefined || split.distance > widest.split.distance))
				widest = {place, split};
		}

		if (widest === undefined) break;
		const {from, to} = parts[widest.place]!;
		const {index} = widest.split;
		const [left, right] = [
			momentsOf(values, start + from, start + index),
			momentsOf(values, start + index, start + to),
		];
		if (!(pooledTest(left, right, rules.like) <= least)) break;
		parts.splice(widest.place, 1, partOf(from, index), partOf(index, to));
	}

	return parts.slice(1).map(({from}) => start + from);
};

/** A window that was looked at, and the splits in it. */
export type Window = {readonly start: number; readonly splits: readonly number[]};

/** Windows from the place of the first that would now reach further on; those before are taken over as they are. */
export const windowsOf = (
	values: ArrayLike<number>,
	rules: CandidateRules,
	known: readonly Window[] = [],
	knownLength = 0,
): readonly Window[] => {
	const {window, significance} = rules;
	const least = significance < 0.05 ? 10 * significance : significance < 0.5 ? 2 * significance : significance;
	const windows = known.filter(({start}) => start + window <= knownLength);
	const next = ({start, splits}: Window): number => Math.max(splits.at(-1) ?? 0, start + Math.floor(window / 2));
	const last = windows.at(-1);
	for (let start = last === undefined ? 0 : next(last); start < values.length; ) {
		const found = {start, splits: splitsOf(values, start, Math.min(start + window, values.length), rules, least)};
		windows.push(found);
		start = next(found);
	}

	return windows;
};

type Candidate = {readonly index: number; readonly p: number; readonly magnitude: number};

const magnitudeOf = (a: Moments, b: Moments): number => {
	const share = (one: number, other: number): number => (one === 0 ? 0 : Math.abs(other / one - 1));
	return Math.max(share(a.mean, b.mean), share(b.mean, a.mean));
};

/** The splits of all windows without the weak ones: dropped one by one, and what stood beside them tested anew. */
export const strongSplits = (
	values: ArrayLike<number>,
	windows: readonly Window[],
	rules: CandidateRules,
): number[] => {
	const indexes = [...new Set(windows.flatMap(({splits}) => splits))].sort((a, b) => a - b);
	const segments = [0, ...indexes].map((from, place) => momentsOf(values, from, indexes[place] ?? values.length));
	const tested = (place: number): Candidate => ({
		index: indexes[place]!,
		p: pooledTest(segments[place]!, segments[place + 1]!, rules.like),
		magnitude: magnitudeOf(segments[place]!, segments[place + 1]!),
	});
	const candidates = indexes.map((_, place) => tested(place));
	const extreme = (worse: (a: Candidate, b: Candidate) => boolean): number =>
		candidates.reduce((worst, candidate, place) => (worse(candidate, candidates[worst]!) ? place : worst), 0);
	while (candidates.length > 0) {
		let weakest = extreme((a, b) => a.p > b.p);
		if (candidates[weakest]!.p < rules.significance) {
			weakest = extreme((a, b) => a.magnitude < b.magnitude);
			if (candidates[weakest]!.magnitude > rules.magnitude) break;
		}

		candidates.splice(weakest, 1);
		indexes.splice(weakest, 1);
		segments.splice(weakest, 2, mergeMoments(segments[weakest]!, segments[weakest + 1]!));
		const again = rules.like === 'otava' ? [weakest, weakest + 1] : [weakest - 1, weakest];
		for (const place of again) {
			if (place >= 0 && place < candidates.length) candidates[place] = tested(place);
		}
	}

	return indexes;
};
