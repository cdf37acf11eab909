import type {Result, ResultSecond} from '../core/result.ts';
import {medianOf} from '../stats/describe.ts';
import {wholeSeconds} from './seconds.ts';

/** What neither target nor load generator, nor the load tool that it runs, used of all cores in each second, %; none where the target was not watched. */
const sharesIn = (seconds: readonly ResultSecond[], cores: number): readonly number[] =>
	seconds.flatMap(({gauges}) => {
		const used = (gauges['host.cpu.user'] ?? Number.NaN) + (gauges['host.cpu.system'] ?? Number.NaN);
		// Without the target's own share, what it uses would pass for somebody else's.
		const known =
			(gauges['target.cpu'] ?? Number.NaN) + (gauges['generator.cpu'] ?? Number.NaN) + (gauges['tool.cpu'] ?? 0);
		return Number.isFinite(used - known) ? [Math.max(0, used - known / cores)] : [];
	});

/** What other processes took of all cores, %, in the middle of its seconds; `undefined` where that is not known. */
export const othersShare = (result: Pick<Result, 'timeline' | 'environment'>): number | undefined => {
	const shares = sharesIn(wholeSeconds(result), result.environment.cpu.cores);
	return shares.length === 0 ? undefined : medianOf(shares);
};

/** From here on what other processes do may be what latencies show. */
const loud = 25;

/** Whether other work is so much that it explains slow operations now and then. */
export const isLoud = (result: Result): boolean => (othersShare(result) ?? 0) >= loud;

/** Percentage points, of all cores. */
const leastDifference = 10;

/** Whether other work changed between two stretches of a run, so that it may be what made one of them slower. */
export const isOtherWork = (
	{environment}: Pick<Result, 'environment'>,
	earlier: readonly ResultSecond[],
	later: readonly ResultSecond[],
): boolean => {
	const [before, after] = [sharesIn(earlier, environment.cpu.cores), sharesIn(later, environment.cpu.cores)];
	return before.length > 0 && after.length > 0 && Math.abs(medianOf(before) - medianOf(after)) >= leastDifference;
};
