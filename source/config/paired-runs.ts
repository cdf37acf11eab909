import type {ComparisonRule, RunPlan, Service, Side, Worktree} from '../core/plan.ts';
import {newRunId} from './http-flags.ts';
import {type Planned, sequenceOf} from './sequence.ts';

/** What is measured on one side, in each of its rounds one after the other. */
export type SideToRun = {
	/** As people name it; secrets removed. */
	readonly of: string;
	readonly benchmarks: readonly {
		/** The same on both sides. */
		readonly name: string;
		readonly plan: Omit<RunPlan, 'id' | 'round' | 'suite' | 'side'>;
		readonly around?: Planned['around'];
		/** Milliseconds that one run is planned to take, as far as that is known. */
		readonly length?: number | undefined;
	}[];
	/** Run while its benchmarks do, and never those of both sides at once. */
	readonly services?: readonly Service[];
	readonly worktree?: Worktree;
	/** The commit that lies in the worktree. */
	readonly commit?: string;
};

/**
 * Two sides as runs one after the other, in this order of the sides, of which two and two are a pair. Limits of single
 * runs are left out: what is asked is how the sides differ.
 */
export const pairedRuns = (
	order: readonly Side['is'][],
	sides: Readonly<Record<Side['is'], SideToRun>>,
	comparison: ComparisonRule,
): ReturnType<typeof sequenceOf> => {
	const planned = order.flatMap((is, index) => {
		const pair = Math.floor(index / 2) + 1;
		const {of, benchmarks, services = [], worktree, commit} = sides[is];
		return benchmarks.map(({name, plan: {thresholds: _, ...plan}, around, length}): Planned => {
			const known = plan.duration === undefined ? length : plan.warmup + plan.duration;
			return {
				plan: {
					...plan,
					id: newRunId(),
					round: {number: pair, of: comparison.pairs},
					side: {benchmark: name, pair, is, of, ...(commit === undefined ? {} : {commit})},
				},
				...(around === undefined ? {} : {around}),
				...(services.length === 0 ? {} : {shared: {id: `${pair} ${is}`, around: {setup: [], services, teardown: []}}}),
				...(worktree === undefined ? {} : {worktree}),
				length: known,
			};
		});
	});
	return sequenceOf(planned, {comparison});
};
