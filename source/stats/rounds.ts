import {gateOutcome} from '../core/gate.ts';
import type {ComparisonRule} from '../core/plan.ts';
import {type Comparison, endsSuite, isMeasured} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import type {SideRun} from '../core/side-run.ts';
import {compareFigures, sideFigures, usualGates} from './compare-sides.ts';
import {nominalLevels} from './sequential.ts';

/** How the two sides of a benchmark stand after the pairs that are complete. */
export type Standing = {
	readonly benchmark: string;
	/** What is measured on each side. */
	readonly of: {readonly base: string; readonly candidate: string};
	/** Complete ones that are judged, and how many there are to be at most. */
	readonly pairs: number;
	readonly most: number;
	/** As intervals stand so far; only where that is final are there verdicts. Empty before the first pair. */
	readonly comparisons: readonly Comparison[];
	/** Nothing is to come that would change it: it is decided, or there are no more pairs. */
	readonly isFinal: boolean;
};

/** A run that is over, as others are held against it; `undefined` of one that is made for no side. */
export const sideRunOf = (result: Result): SideRun | undefined => {
	const {id, fingerprint, validity, summary, plan} = result;
	if (plan.side === undefined) return undefined;
	const {figures, errors} = sideFigures(result);
	return {
		id,
		side: plan.side,
		fingerprint,
		figures,
		...errors,
		uncertain: summary.latency.uncertain,
		doubts: validity.reasons.map(({message}) => message),
	};
};

/** The runs of both sides with an ended one, if that can be held against others: it was measured to its end. */
export const sideRunsWith = (result: Result, before: readonly SideRun[] = []): readonly SideRun[] => {
	const own = isMeasured(result) && result.ending.state === 'finished' ? sideRunOf(result) : undefined;
	return own === undefined ? before : [...before, own];
};

type Pair = {readonly base: SideRun; readonly candidate: SideRun};

/** The pairs of a benchmark that are complete, in their order. */
const pairsOf = (runs: readonly SideRun[]): readonly Pair[] =>
	[...Map.groupBy(runs, ({side}) => side.pair)]
		.sort(([a], [b]) => a - b)
		.flatMap(([, both]) => {
			const [base, candidate] = (['base', 'candidate'] as const).map((is) => both.find(({side}) => side.is === is));
			return base === undefined || candidate === undefined ? [] : [{base, candidate}];
		});

const known = new Map<string, readonly number[]>();

/** The error rate of each look, of so much over all of them. */
const levelsOf = (looks: readonly number[], alpha: number): readonly number[] => {
	const key = `${looks.join()} ${alpha}`;
	const levels =
		known.get(key) ??
		nominalLevels(
			looks.map((pairs) => pairs / looks.at(-1)!),
			alpha,
		);
	known.set(key, levels);
	return levels;
};

/** Pairs judged, at a look by the level of that. */
const judged = (pairs: readonly Pair[], rule: ComparisonRule, look?: number): readonly Comparison[] => {
	if (pairs.length === 0) return [];
	const {confidence, margins, looks = []} = rule;
	const runs = pairs.flatMap(({base, candidate}) => [base, candidate]);
	// What hangs on the slowest of a few operations decides nothing.
	const isFew = runs.every(({figures}) => 'p50' in figures) && runs.some(({uncertain}) => uncertain.includes('p99'));
	const [base, candidate] = (['base', 'candidate'] as const).map((is) =>
		pairs.map((pair) => {
			const {figures, failed, ended} = pair[is];
			return {figures, errors: {failed, ended}};
		}),
	);
	const compare = (level?: number): readonly Comparison[] =>
		compareFigures(base ?? [], candidate ?? [], {
			confidence,
			margins,
			isPaired: true,
			...(isFew ? {gates: usualGates.filter((metric) => metric !== 'p99')} : {}),
			...(level === undefined ? {} : {level}),
		});
	const {of, benchmark} = pairs[0]!.base.side;
	const against = {label: of, runs: pairs.map((pair) => pair.base.id)};
	const compared = (): readonly Comparison[] => {
		if (look === undefined) return compare();
		// Which metrics gate does not depend on the level.
		const gating = compare(1 - confidence).filter(({isDisplayed}) => isDisplayed !== true).length;
		return compare(levelsOf(looks, (1 - confidence) / gating)[look]);
	};
	return compared().map((comparison) => ({...comparison, benchmark, against}));
};

const standingOf = (benchmark: string, runs: readonly SideRun[], rule: ComparisonRule): Standing => {
	const pairs = pairsOf(runs);
	const nameOf = (is: 'base' | 'candidate'): string => runs.find(({side}) => side.is === is)?.side.of ?? '';
	const common = {benchmark, of: {base: nameOf('base'), candidate: nameOf('candidate')}, most: rule.pairs};
	const {looks} = rule;
	if (looks === undefined) {
		const comparisons = judged(pairs, rule);
		return {...common, pairs: pairs.length, comparisons, isFinal: pairs.length >= rule.pairs};
	}

	// What was decided at a look stays so: more pairs would be another look that no error rate was set aside for.
	for (const [look, count] of looks.entries()) {
		if (count > pairs.length) {
			// As it will be judged at the next look; before the first one that would be an interval of everything.
			const comparisons = judged(pairs, rule, look === 0 ? undefined : look);
			return {...common, pairs: pairs.length, comparisons, isFinal: false};
		}

		const comparisons = judged(pairs.slice(0, count), rule, look);
		const isDecided = gateOutcome(comparisons) !== 'inconclusive';
		if (isDecided || look === looks.length - 1) return {...common, pairs: count, comparisons, isFinal: true};
		if (count === pairs.length) return {...common, pairs: count, comparisons, isFinal: false};
	}

	return {...common, pairs: 0, comparisons: [], isFinal: false};
};

/** How the benchmarks stand that these runs were made for, in the order in which they first come up. */
export const standings = (runs: readonly SideRun[], rule: ComparisonRule): readonly Standing[] =>
	[...Map.groupBy(runs, ({side}) => side.benchmark)].map(([benchmark, own]) => standingOf(benchmark, own, rule));

/**
 * How many runs of its sequence are left out after an ended one, before the next; `undefined` where none follows. `before`:
 * the runs of both sides that were made before it. A side that could not be measured ends a comparison, and of a
 * benchmark that is decided no more runs are made.
 */
export const leftOutAfter = (result: Result, before: readonly SideRun[] = []): number | undefined => {
	if (endsSuite(result)) return undefined;
	const {id, suite} = result.plan;
	const rule = suite?.comparison;
	if (suite === undefined || rule === undefined) return 0;
	const runs = sideRunsWith(result, before);
	if (runs.length === before.length) return undefined;
	if (rule.looks === undefined) return 0;
	const later = suite.runs.slice(suite.runs.findIndex((run) => run.id === id) + 1);
	const decided = new Set(standings(runs, rule).flatMap(({benchmark, isFinal}) => (isFinal ? [benchmark] : [])));
	const next = later.findIndex(({benchmark}) => benchmark === undefined || !decided.has(benchmark));
	return next < 0 ? undefined : next;
};
