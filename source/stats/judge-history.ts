import type {Comparison} from '../core/report.ts';
import {formatChange} from '../core/units.ts';
import {meanOf} from './describe.ts';
import {rounding, severityOf} from './margin.ts';
import {predictMean} from './prediction.ts';

/** A metric of new runs, and what it was in the stable stretch of history before them; all figures above 0. */
export type HistoryFigures = {
	readonly metric: string;
	readonly unit: string;
	readonly lowerIsBetter: boolean;
	/** Runs since the last change, of the same workload in the same environment. */
	readonly known: readonly number[];
	/** The new run, or its rounds; then, if it was asked for, the same again to confirm. None of them belongs into `known`. */
	readonly attempts: ReadonlyArray<readonly number[]>;
	/** A change within ± this is none, however quiet history was. Relative. */
	readonly margin?: number;
};

/** A verdict with the limit that was applied, to be kept beside it. */
export type HistoryJudgement = {
	readonly comparison: Comparison;
	/** In the unit of the metric: what the mean of an attempt is expected within. Absent of too short a history. */
	readonly limit?: {readonly low: number; readonly high: number};
	/** The limit was passed on the bad side: the same is to be run once more, at once, and decides. */
	readonly confirm: boolean;
};

/** With fewer runs of history nothing is judged. */
export const leastHistory = 8;
/** The chance that a run passes the limit on one side by accident; two do with its square, nearly. */
const alpha = 0.01;

const geometricMean = (values: readonly number[]): number => Math.exp(meanOf(values.map(Math.log)));

/**
 * A new run against history: beyond the prediction interval of what runs were (on the logarithms, 1 % a side) it is to be
 * confirmed by another, and only two in a row make a change. Within it nothing says that anything changed.
 */
export const judgeHistory = (figures: HistoryFigures): HistoryJudgement => {
	const {metric, unit, lowerIsBetter, known, attempts, margin = 0} = figures;
	const news = attempts.flat();
	const covers = `what the mean of new runs is expected within, from ${known.length} runs before`;
	const confidence = 1 - 2 * alpha;
	const shown = {metric, unit, lowerIsBetter};
	const blank = (because: string): HistoryJudgement => ({
		comparison: {
			...shown,
			base: known.length === 0 ? null : meanOf(known),
			candidate: news.length === 0 ? null : meanOf(news),
			change: {estimate: null, low: null, high: null, confidence, covers},
			verdict: 'unclear',
			because,
		},
		confirm: false,
	});
	if (news.length === 0 || attempts.some(({length}) => length === 0)) return blank('The new run has no such figure.');
	if ([...known, ...news].some((value) => !(value > 0 && Number.isFinite(value)))) {
		return blank('A relative change from or to nothing says nothing.');
	}

	const logarithms = known.map(Math.log);
	const predicted = known.length < leastHistory ? undefined : predictMean(logarithms, attempts[0]!.length, alpha);
	if (predicted === undefined) {
		return blank(`${known.length} runs of history: of fewer than ${leastHistory} no limit is drawn.`);
	}

	const before = Math.exp(predicted.mean);
	const after = geometricMean(news);
	const estimate = after / before - 1;
	// Of the change, it is as uncertain as the prediction is wide.
	const half = (predicted.high - predicted.low) / 2;
	const [low, high] = [Math.expm1(Math.log(after / before) - half), Math.expm1(Math.log(after / before) + half)];
	/** Of one attempt: 1 above the limit, −1 below it, 0 within. */
	const sideOf = (attempt: readonly number[]): number => {
		const own = meanOf(attempt.map(Math.log));
		const limits = predictMean(logarithms, attempt.length, alpha)!;
		if (Math.abs(Math.expm1(own - limits.mean)) <= margin + rounding) return 0;
		return own > limits.high ? 1 : own < limits.low ? -1 : 0;
	};
	const bad = lowerIsBetter ? 1 : -1;
	const [first, second] = [sideOf(attempts[0]!), attempts[1] === undefined ? undefined : sideOf(attempts[1])];
	const limit = {low: Math.exp(predicted.low), high: Math.exp(predicted.high)};
	const beyond = formatChange(
		first === 1 ? Math.max(limit.high / before - 1, margin) : Math.min(limit.low / before - 1, -margin),
	);
	const conclude = (verdict: Comparison['verdict'], because: string, confirm = false): HistoryJudgement => ({
		comparison: {
			...shown,
			base: before,
			candidate: after,
			change: {estimate, low, high, confidence, covers},
			verdict,
			because,
			...(margin > 0 ? {margin} : {}),
			runs: {base: known.length, candidate: news.length},
			...(verdict === 'worse' ? {severity: severityOf(estimate)} : {}),
			method: `prediction interval of the logarithms of ${known.length} runs, ${alpha * 100} % a side`,
		},
		limit,
		confirm,
	});
	if (first === 0) return conclude('same', 'It lies within what runs before it vary by.');
	if (second === undefined) {
		return first === bad
			? conclude('unclear', `It lies beyond the limit of ${beyond}. A confirming run decides.`, true)
			: conclude('unclear', `It lies beyond the limit of ${beyond} on the good side. Another run would confirm it.`);
	}

	if (second !== first)
		return conclude('same', `The first run lay beyond the limit of ${beyond}, the confirming one did not.`);
	return conclude(
		first === bad ? 'worse' : 'better',
		`Two runs, one to confirm the other, lie beyond the limit of ${beyond}.`,
	);
};
