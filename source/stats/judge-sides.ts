import type {Comparison} from '../core/report.ts';
import type {Compared} from '../core/result.ts';
import {formatChange, formatCount} from '../core/units.ts';
import {compareRuns} from './compare.ts';
import {compareSides} from './compare-sides.ts';
import {judgeOneRun} from './judge-one-run.ts';
import {leastRuns} from './judging.ts';
import {marginIn, verdictWords} from './margin.ts';
import type {BetweenRuns} from './run-figures.ts';

const errorRate = 'error rate';
const usualGates: readonly string[] = ['p50', 'p99', 'throughput', errorRate];

/**
 * The metrics of runs that decide gates, where those are not the usual ones: what hangs on the slowest of a few operations
 * decides nothing.
 */
export const gatesOf = (runs: readonly Compared[]): readonly string[] | undefined => {
	const isUncertain = runs.some(({summary}) => summary.latency.uncertain.includes('p99'));
	const isTimed = runs.every(({summary}) => summary.latency.count > 0);
	return isTimed && isUncertain ? usualGates.filter((metric) => metric !== 'p99') : undefined;
};

/** Whether a metric decides gates. */
export const isGate = (metric: string, runs: readonly Compared[]): boolean => {
	const isTimed = runs.every(({summary}) => summary.latency.count > 0);
	if (isTimed) return (gatesOf(runs) ?? usualGates).includes(metric);
	return usualGates.includes(metric) || runs[0]?.summary.metrics?.[metric]?.better !== null;
};

export type JudgingSides = {
	/** How much runs of the benchmark vary on this machine, where its history says so. */
	readonly noise?: ReadonlyMap<string, BetweenRuns>;
	/** By metric, where they are not the default ones; in the terms of the change. */
	readonly margins?: Readonly<Record<string, number>>;
};

/** Where no operation failed, one run a side is enough to say that this did not change. */
const withoutFailures = (comparison: Comparison, runs: readonly Compared[]): Comparison =>
	comparison.metric === errorRate && runs.every(({summary}) => summary.operations.failed === 0)
		? {
				...comparison,
				verdict: 'same',
				because: `Neither side failed, in ${runs.map(({summary}) => formatCount(summary.operations.succeeded)).join(' and ')} operations.`,
			}
		: comparison;

/**
 * So few runs a side that they say little of how much runs vary, judged by what is known of that: D ± t·σ√(1/a + 1/b).
 */
const judgeFew = (
	comparison: Comparison,
	{base, candidate}: {readonly base: number; readonly candidate: number},
	noise: BetweenRuns,
	margin: number,
): Comparison => {
	const {estimate} = comparison.change;
	if (estimate === null || estimate <= -1) return comparison;
	// As two runs would vary that vary so much less.
	const deviation = noise.deviation * Math.sqrt((1 / base + 1 / candidate) / 2);
	// Those are of the few runs alone, which judged nothing.
	const {p: _, moreRuns: __, ...shown} = comparison;
	const judged = judgeOneRun(shown, {difference: Math.log1p(estimate), noise: {...noise, deviation}, margin});
	const words = verdictWords(judged.verdict, judged.margin ?? margin);
	return {
		...judged,
		because: judged.verdict === 'unclear' ? `${words} More runs tell finer changes.` : words,
		runs: {base, candidate},
		method: `the means of the logarithms of ${base} and ${candidate} runs, with the deviation of ${noise.of} runs before`,
	};
};

/**
 * Nothing is the same only because runs vary so much here that the margin had to be widened: a change as large as was asked
 * about would not be seen.
 */
const withinAsked = (comparison: Comparison, asked: number): Comparison => {
	const {verdict, margin, change} = comparison;
	const {low, high} = change;
	if (verdict !== 'same' || margin === undefined || margin <= asked || low === null || high === null) return comparison;
	if (low > -asked && high < asked) return comparison;
	const percent = (ratio: number): string => formatChange(ratio).replace('+', '');
	return {
		...comparison,
		verdict: 'unclear',
		because: `The whole interval lies within ±${percent(margin)}, which is the noise between runs here; a change of ${percent(asked)} would not be seen.`,
	};
};

const judgeSeveral = (
	base: readonly Compared[],
	candidate: readonly Compared[],
	{noise, margins = {}}: JudgingSides,
): readonly Comparison[] => {
	const gates = gatesOf([...base, ...candidate]);
	const compared = compareSides(base, candidate, {
		margins,
		...(noise === undefined ? {} : {noise}),
		...(gates === undefined ? {} : {gates}),
	});
	const runs = {base: base.length, candidate: candidate.length};
	if (Math.min(runs.base, runs.candidate) >= leastRuns) return compared;
	return compared.map((comparison) => {
		const {metric} = comparison;
		const own = noise?.get(metric);
		return own === undefined ? comparison : judgeFew(comparison, runs, own, marginIn(margins, metric));
	});
};

const judgeOneEach = (base: Compared, candidate: Compared, known: JudgingSides): readonly Comparison[] => {
	const comparisons = compareRuns(base, candidate, known);
	if (known.noise === undefined || known.noise.size === 0) return comparisons;
	const both = [base, candidate];
	return comparisons
		.map((comparison) => withoutFailures(comparison, both))
		.map((comparison) => (isGate(comparison.metric, both) ? comparison : {...comparison, isDisplayed: true}));
};

/**
 * One or several runs a side, compared as far as they allow: several judge each other; fewer are judged by how much runs
 * vary, where that is known; else, of one a side, what happened within the two is told, and nothing is judged.
 */
export const judgeSides = (
	base: readonly Compared[],
	candidate: readonly Compared[],
	known: JudgingSides = {},
): readonly Comparison[] => {
	const [first, second] = [base[0], candidate[0]];
	const comparisons =
		base.length === 1 && candidate.length === 1 && first !== undefined && second !== undefined
			? judgeOneEach(first, second, known)
			: judgeSeveral(base, candidate, known);
	return comparisons.map((comparison) => withinAsked(comparison, marginIn(known.margins ?? {}, comparison.metric)));
};
