import {type Comparison, isRegression} from './report.ts';
import {type CheckedThreshold, isBroken} from './threshold.ts';

/** What a gate says: nothing became worse, something did, or it cannot tell. */
export type GateOutcome = 'pass' | 'fail' | 'inconclusive';

/** What to make of a gate that cannot tell. */
export const inconclusiveChoices = ['pass', 'fail'] as const;
export type Inconclusive = (typeof inconclusiveChoices)[number];

const byBenchmark = (comparisons: readonly Comparison[]): ReadonlyArray<readonly Comparison[]> => {
	const groups = new Map<string | undefined, readonly Comparison[]>();
	for (const each of comparisons) groups.set(each.benchmark, [...(groups.get(each.benchmark) ?? []), each]);
	return [...groups.values()];
};

/** Whether neither side has anything of a metric: from nothing to nothing there is no ratio, and no change. */
export const isNothing = ({base, candidate, change}: Comparison): boolean =>
	change.estimate === null && base === candidate && (base ?? 0) === 0;

/**
 * Whether the metrics of a benchmark leave open if it became worse. One that neither side has anything of leaves nothing
 * open, unless there is no other; from nothing to something is the worst that can be, and no ratio tells it.
 */
const isOpen = (comparisons: readonly Comparison[]): boolean => {
	const gating = comparisons.filter(({isDisplayed}) => isDisplayed !== true);
	const open = gating.filter(({verdict}) => verdict === 'unclear');
	return open.some((comparison) => !isNothing(comparison)) || open.length === gating.length;
};

/**
 * What verdicts and limits of changes come to together. Each benchmark must be decided, in every metric that gates; of
 * none at all nothing is known.
 */
export const gateOutcome = (
	comparisons: readonly Comparison[],
	deltas: readonly CheckedThreshold[] = [],
): GateOutcome => {
	if (comparisons.some(isRegression) || deltas.some(isBroken)) return 'fail';
	const groups = byBenchmark(comparisons);
	const isUndecided = groups.length === 0 || groups.some(isOpen) || deltas.some(({isUnclear}) => isUnclear === true);
	return isUndecided ? 'inconclusive' : 'pass';
};

/** The exit code of a gate: 0, 1, or 3 where it cannot tell and nobody said what to make of that. */
export const gateCode = (outcome: GateOutcome, inconclusive?: Inconclusive): 0 | 1 | 3 => {
	switch (outcome) {
		case 'pass':
			return 0;
		case 'fail':
			return 1;
		case 'inconclusive':
			return inconclusive === undefined ? 3 : inconclusive === 'pass' ? 0 : 1;
	}
};
