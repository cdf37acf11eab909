import type {Comparison} from '../core/report.ts';
import type {Compared} from '../core/result.ts';
import {formatChange} from '../core/units.ts';
import {meanOf} from './describe.ts';
import {judge} from './judge.ts';
import {judgeHistory, leastHistory} from './judge-history.ts';
import {isGate} from './judge-sides.ts';
import {marginIn, severityOf, unjudged} from './margin.ts';
import {errorShareOf, type Figure, figuresOf} from './run-figures.ts';
import {sinceLastChange} from './since-last-change.ts';

/** A limit so many times the margin hides changes that matter: then nothing is said to be the same. */
const widest = 2;
const errorRate = 'error rate';
/** Of the intervals of shares: as those of the other metrics. */
const confidence = 0.98;

/** A run without its timeline is enough. */
type Listed = Omit<Compared, 'timeline'>;

/** Runs of one command, in their order. They have more in common than runs of other commands. */
export type Session = readonly Listed[];

export type JudgingByHistory = {
	/** By metric, where they are not the default ones; in the terms of the change. */
	readonly margins?: Readonly<Record<string, number>>;
};

/** What new runs come to beside what earlier ones let expect. */
export type JudgedByHistory = {
	readonly comparisons: readonly Comparison[];
	/** Metrics that lie beyond their limits, on either side: the same is to be run once more, and decides. */
	readonly toConfirm: readonly string[];
};

// Nothing of the timeline is read here: latencies of histories are those of the summaries.
const figuresIn = (run: Listed): ReadonlyMap<string, Figure> => figuresOf({...run, timeline: []});

/** The geometric mean of a figure; 0 where a run has none above 0; `undefined` where one has none at all. */
const meanIn = (runs: Session, name: string): number | undefined => {
	const values = runs.flatMap((run) => figuresIn(run).get(name)?.value ?? []);
	if (values.length < runs.length) return undefined;
	return values.every((value) => value > 0) ? Math.exp(meanOf(values.map(Math.log))) : 0;
};

/** Since when all figures are above 0, only those have logarithms; else all, which then cannot be judged. */
const steadyPart = (values: readonly number[]): readonly number[] =>
	values.every((value) => value > 0) ? sinceLastChange(values.map(Math.log)).map(Math.exp) : values;

const percent = (ratio: number): string => formatChange(ratio).replace('+', '');

const words = (count: number): string => (count === 1 ? '1 earlier measurement' : `${count} earlier measurements`);

type Attempts = readonly [first: Session, confirming?: Session];

/** A figure of some runs, beside what it was in so many runs of earlier commands each, since the last change. */
const lookAt = (
	metric: string,
	{unit, lowerIsBetter = true}: Figure,
	history: readonly Session[],
	runs: Session,
	margin: number,
) => {
	// So many rounds in a row share the state of the machine at that time: their mean is one value, as the new one is.
	const known = steadyPart(history.flatMap((session) => meanIn(session.slice(0, runs.length), metric) ?? []));
	const value = meanIn(runs, metric);
	const attempts = [value === undefined ? [] : [value]];
	const {comparison, limit} = judgeHistory({metric, unit, lowerIsBetter, known, attempts, margin});
	const {base, change} = comparison;
	const isBeyond = limit !== undefined && comparison.verdict === 'unclear';
	const isRise = (change.estimate ?? 0) > 0;
	return {comparison, known, value, limit, base, isBeyond, isRise};
};

const judgeFigure = (
	metric: string,
	figure: Figure,
	history: readonly Session[],
	[first, confirming]: Attempts,
	margin: number,
): {readonly comparison: Comparison; readonly isBeyond: boolean} => {
	const {lowerIsBetter = true} = figure;
	const {comparison, known, value, limit, base, isBeyond, isRise} = lookAt(metric, figure, history, first, margin);
	if (limit === undefined || base === null) {
		const isShort = known.length < leastHistory;
		const before = meanOf(known);
		const estimate = value === undefined || value === 0 || !(before > 0) ? null : value / before - 1;
		const because = `${words(known.length)} of this load on this machine: of fewer than ${leastHistory} no limit is drawn. Or set a baseline.`;
		return {
			comparison: isShort ? {...comparison, change: {...comparison.change, estimate}, because} : comparison,
			isBeyond: false,
		};
	}

	const applied = Math.max(margin, lowerIsBetter ? limit.high / base - 1 : 1 - limit.low / base);
	const rounds = first.length > 1 ? `, each the mean of up to ${first.length} rounds of one command` : '';
	const told: Comparison = {
		...comparison,
		margin: applied,
		runs: {base: known.length, candidate: first.length},
		method: `${comparison.method ?? ''}${rounds}`,
	};
	if (!isBeyond) {
		const isWide = applied > widest * margin;
		const because = `It lies within what runs before it vary by; but that is ±${percent(applied)}, and a change of ${percent(margin)} would not be seen.`;
		return {comparison: isWide ? {...told, verdict: 'unclear', because} : told, isBeyond};
	}

	if (confirming === undefined) return {comparison: told, isBeyond};
	const again = lookAt(metric, figure, history, confirming, margin);
	const change = formatChange(again.comparison.change.estimate ?? undefined);
	if (!again.isBeyond || again.isRise !== isRise) {
		const because = `The first measurement lay beyond the limit of ±${percent(applied)}, the confirming one did not (${change}).`;
		return {comparison: {...told, verdict: 'unclear', because}, isBeyond};
	}

	const verdict = isRise === lowerIsBetter ? 'worse' : 'better';
	return {
		comparison: {
			...told,
			verdict,
			because: `It lies beyond the limit of ±${percent(applied)}, and so did a confirming run (${change}).`,
			...(verdict === 'worse' ? {severity: severityOf(told.change.estimate ?? 0)} : {}),
		},
		isBeyond,
	};
};

/**
 * New runs of a benchmark against its history: for each metric a prediction interval from what earlier commands measured
 * of the same load on the same machine since the last change point. What lies beyond it is to be measured once more; only
 * what does so twice is worse, or better. `history` is from the oldest to the newest.
 */
export const judgeByHistory = (
	history: readonly Session[],
	attempts: Attempts,
	{margins = {}}: JudgingByHistory = {},
): JudgedByHistory => {
	const [candidate, confirming] = attempts;
	const [first] = candidate;
	if (first === undefined) return {comparisons: [], toConfirm: []};
	const all = candidate.map((run) => ({...run, timeline: []}));
	const toConfirm: string[] = [];
	const comparisons = [...figuresIn(first)].flatMap(([metric, figure]): Comparison[] => {
		if (figure.lowerIsBetter === undefined) return [];
		const margin = marginIn(margins, metric);
		const isDisplayed = !isGate(metric, all);
		const {comparison, isBeyond} = judgeFigure(metric, figure, history, attempts, margin);
		if (isBeyond && !isDisplayed) toConfirm.push(metric);
		if (!isDisplayed) return [comparison];
		if (!isBeyond || confirming !== undefined) return [{...comparison, isDisplayed}];
		const because = `It lies beyond the limit of ±${percent(comparison.margin ?? margin)}; it is shown only, and not measured again.`;
		return [{...comparison, isDisplayed, because}];
	});
	comparisons.push(...goneSince(history.at(-1)?.at(-1), first, all));
	const sharesOf = (runs: readonly Listed[]) => ({
		metric: errorRate,
		lowerIsBetter: true,
		base: history.flat().map((run) => errorShareOf({...run, timeline: []})),
		candidate: runs.map((run) => errorShareOf({...run, timeline: []})),
		margin: marginIn(margins, errorRate),
	});
	const errors = judge(sharesOf(candidate), {confidence, isConfirmed: true});
	const errorsAgain =
		confirming === undefined ? undefined : judge(sharesOf(confirming), {confidence, isConfirmed: true});
	if (errors.verdict === 'worse') toConfirm.push(errorRate);

	const place = comparisons.findIndex(({metric}) => metric === 'throughput') + 1;
	return {comparisons: comparisons.toSpliced(place, 0, confirmedErrors(errors, errorsAgain)), toConfirm};
};

/** What the run before told, and the new one does not. */
const goneSince = (before: Listed | undefined, run: Listed, all: readonly Compared[]): readonly Comparison[] => {
	const [known, told] = [before === undefined ? [] : figuresIn(before), figuresIn(run)];
	return [...known].flatMap(([metric, {unit, lowerIsBetter, value}]): Comparison[] => {
		if (told.has(metric) || lowerIsBetter === undefined) return [];
		const change = {estimate: null, low: null, high: null, confidence, covers: 'nothing'};
		const shown = {metric, unit, lowerIsBetter, base: value, candidate: null};
		const comparison = unjudged(shown, change, 'The new run has no such figure; the one before has.');
		return [isGate(metric, all) ? comparison : {...comparison, isDisplayed: true}];
	});
};

/** As for the other metrics: one hit is none. */
const confirmedErrors = (first: Comparison, second: Comparison | undefined): Comparison => {
	if (first.verdict !== 'worse') return first;
	const {severity: _, ...rest} = first;
	if (second === undefined) {
		return {...rest, verdict: 'unclear', because: `${first.because} A confirming run decides.`};
	}

	return second.verdict === 'worse'
		? {...first, because: `${first.because} So it does in a confirming run.`}
		: {...rest, verdict: 'unclear', because: `${first.because} In a confirming run it does not.`};
};
