import type {ReportedInsight} from './insight.ts';
import type {Result} from './result.ts';
import {type CheckedThreshold, checkThresholds, isBroken} from './threshold.ts';

export type Verdict = 'better' | 'worse' | 'same' | 'unclear';

/** How bad what became worse is. */
export type Severity = 'low' | 'medium' | 'high';

/**
 * One metric of two runs beside each other. Changes are relative (+0.08 is 8 % more); of a share (unit '%') they are
 * the difference of the shares (+0.01 is one percentage point more).
 */
export type Comparison = {
	readonly metric: string;
	readonly unit: string;
	/** Whether less is better. */
	readonly lowerIsBetter: boolean;
	readonly base: number | null;
	readonly candidate: number | null;
	readonly change: {
		readonly estimate: number | null;
		readonly low: number | null;
		readonly high: number | null;
		readonly confidence: number;
		/** What the interval covers, and what not. */
		readonly covers: string;
	};
	readonly verdict: Verdict;
	/** Why the verdict is what it is, in words. */
	readonly because?: string;
	/** Changes within ± this count for none; in the terms of the change. Absent where nothing was judged. */
	readonly margin?: number;
	/** How many runs each side has, where several of them were judged. */
	readonly runs?: {readonly base: number; readonly candidate: number};
	/** How often chance alone makes such a difference between runs, held up for the metrics judged together. */
	readonly p?: number;
	/** About how many more runs a side would decide; absent where it is decided, or no number of them would. */
	readonly moreRuns?: number;
	/** Of what became worse. */
	readonly severity?: Severity;
	/** How interval and p were found, in words. */
	readonly method?: string;
	/** It is shown, and decides no gate: it may be worse by accident more often than those that do. */
	readonly isDisplayed?: true;
	/** The benchmark, where several may be compared. */
	readonly benchmark?: string;
	/** What the base is, as people know it, and the ids of its runs. */
	readonly against?: {readonly label: string; readonly runs: readonly string[]};
};

/** Whether a metric became worse that a gate is about. */
export const isRegression = ({verdict, isDisplayed}: Comparison): boolean =>
	verdict === 'worse' && isDisplayed !== true;

/** What exporters render. */
export type Report = {
	readonly results: readonly Result[];
	readonly comparisons: readonly Comparison[];
	/** The limits that the runs were held against. */
	readonly thresholds: readonly CheckedThreshold[];
	readonly alerts: readonly never[];
	/** What was found in the runs, the gravest of each first. */
	readonly insights: readonly ReportedInsight[];
	/** Runs that could not be measured, failed thresholds, regressions and firing alerts together. */
	readonly failures: number;
};

/**
 * Whether a run has figures at all: something ended, and not everything failed. What another tool told may have no
 * operations, but metrics alone.
 */
export const isMeasured = ({summary, ending}: Pick<Result, 'summary' | 'ending'>): boolean => {
	const {succeeded, offered} = summary.operations;
	if (ending.state === 'failed') return false;
	return (
		succeeded > 0 || (offered === 0 && ending.state === 'finished' && Object.keys(summary.metrics ?? {}).length > 0)
	);
};

/** Whether a run could not be measured, or is beyond a limit that it was to keep. */
export const hasFailed = (result: Result): boolean =>
	!isMeasured(result) || checkThresholds(result).some(({passed}) => !passed);

/** Whether no run follows an ended one: it was the last of its suite, was stopped, or failed where that ends the suite. */
export const endsSuite = (result: Result): boolean => {
	const {suite, id} = result.plan;
	if (suite === undefined || suite.runs.at(-1)?.id === id) return true;
	const {ending} = result;
	if (ending.state === 'stopped' && (ending.by === 'user' || ending.by === 'signal')) return true;
	return suite.bail && hasFailed(result);
};

/** Runs and comparisons as a Report, with its failures counted; `deltas` are limits of changes and what became of them. */
export const reportOf = (
	results: readonly Result[],
	comparisons: readonly Comparison[] = [],
	deltas: readonly CheckedThreshold[] = [],
): Report => {
	const thresholds = [...results.filter(isMeasured).flatMap(checkThresholds), ...deltas];
	return {
		results,
		comparisons,
		thresholds,
		alerts: [],
		insights: results.flatMap(({id, name, insights = []}) =>
			insights.map((insight) => ({result: id, name, ...insight})),
		),
		failures:
			results.filter((result) => !isMeasured(result)).length +
			thresholds.filter(isBroken).length +
			comparisons.filter(isRegression).length,
	};
};
