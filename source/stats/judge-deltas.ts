import type {Comparison} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {type CheckedThreshold, metricOfDelta, type Threshold} from '../core/threshold.ts';
import {leastRuns} from './judging.ts';
import {rounding} from './margin.ts';

/** Whether a limit is on the side where things get worse: 'delta.p99 < 10%', and not 'delta.p99 < -5%'. */
const isOnBadSide = ({comparison, limit}: Threshold, lowerIsBetter: boolean): boolean =>
	comparison.startsWith('<') ? lowerIsBetter && limit > 0 : !lowerIsBetter && limit < 0;

/** The margins that limits of changes stand for, by metric: a change is judged by the limit it is to keep. */
export const marginsOf = (
	thresholds: readonly Threshold[],
	lowerIsBetter: (metric: string) => boolean,
): Readonly<Record<string, number>> =>
	Object.fromEntries(
		thresholds.flatMap((threshold) => {
			const metric = metricOfDelta(threshold);
			return isOnBadSide(threshold, lowerIsBetter(metric)) && Math.abs(threshold.limit) < 1
				? [[metric, Math.abs(threshold.limit)] as const]
				: [];
		}),
	);

type Fate = 'kept' | 'broken' | 'unclear';

const fateOf = (threshold: Threshold, {change, verdict, runs, lowerIsBetter}: Comparison): Fate => {
	const {low, high} = change;
	const {comparison, limit} = threshold;
	// So few runs that only their history judges them: their own interval says too little.
	const isFew = runs !== undefined && Math.min(runs.base, runs.candidate) < leastRuns && verdict === 'unclear';
	if (low === null || high === null || runs === undefined || isFew) return 'unclear';
	const isBelow = comparison.startsWith('<');
	// What lies on the limit keeps '<=' and '>=', and breaks '<' and '>'.
	const onIt = comparison.endsWith('=') ? rounding : -rounding;
	if (isBelow ? high < limit + onIt : low > limit - onIt) return 'kept';
	const isAllBeyond = isBelow ? low >= limit + onIt : high <= limit - onIt;
	// What chance may have done is no breach, however far it lies.
	return isAllBeyond && (verdict === 'worse' || !isOnBadSide(threshold, lowerIsBetter)) ? 'broken' : 'unclear';
};

/**
 * What became of limits of changes: kept or broken where the whole interval of the change lies on that side of the limit,
 * else unclear. A metric that was not measured fails. `run` is the one that they are told with.
 */
export const judgeDeltas = (
	thresholds: readonly Threshold[],
	comparisons: readonly Comparison[],
	{id, name}: Pick<Result, 'id' | 'name'>,
): readonly CheckedThreshold[] =>
	thresholds.map((threshold) => {
		const found = comparisons.find(({metric}) => metric === metricOfDelta(threshold));
		const fate = found === undefined ? 'broken' : fateOf(threshold, found);
		return {
			...threshold,
			result: id,
			name,
			actual: found?.change.estimate ?? null,
			passed: fate === 'kept',
			...(fate === 'unclear' ? {isUnclear: true} : {}),
		};
	});
