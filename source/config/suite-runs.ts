import type {RunPlan} from '../core/plan.ts';
import {newRunId} from './http-flags.ts';
import {type Planned, sequenceOf} from './sequence.ts';
import type {SuiteBenchmark} from './suite.ts';

/** What a command line changes of the benchmarks that it runs. Milliseconds. */
export type Overrides = {
	readonly duration?: number;
	readonly warmup?: number;
	readonly rounds?: number;
	readonly tags?: readonly string[];
	readonly bail?: boolean;
};

/** The plan of a benchmark, changed as the command line says. */
export const planOf = (
	{plan}: SuiteBenchmark,
	{duration, warmup, tags = []}: Overrides,
): Omit<RunPlan, 'id' | 'round' | 'suite'> => {
	const {amount, ...rest} = plan;
	return {
		...rest,
		// A time that is asked for takes the place of a number of operations.
		...(duration === undefined ? (amount === undefined ? {} : {amount}) : {duration}),
		...(warmup === undefined ? {} : {warmup}),
		tags: [...new Set([...plan.tags, ...tags])],
	};
};

const lengthOf = (plan: Pick<RunPlan, 'warmup' | 'duration'>, known: number | undefined): number | undefined =>
	plan.duration === undefined ? known : plan.warmup + plan.duration;

/**
 * Benchmarks as runs, in their order: all of the first round, then all of the second, so that what drifts in a machine
 * falls on all of them. Each knows its place among the others.
 */
export const suiteRuns = (
	benchmarks: readonly SuiteBenchmark[],
	overrides: Overrides = {},
): ReturnType<typeof sequenceOf> => {
	const roundsOf = (benchmark: SuiteBenchmark): number => overrides.rounds ?? benchmark.rounds;
	const rounds = Math.max(0, ...benchmarks.map(roundsOf));
	const planned = Array.from({length: rounds}, (_, round) =>
		benchmarks
			.filter((benchmark) => round < roundsOf(benchmark))
			.map((benchmark): Planned => {
				const plan = planOf(benchmark, overrides);
				const of = roundsOf(benchmark);
				return {
					plan: {...plan, id: newRunId(), ...(of === 1 ? {} : {round: {number: round + 1, of}})},
					around: benchmark.around,
					length: lengthOf(plan, benchmark.length),
				};
			}),
	).flat();
	return sequenceOf(planned, {bail: overrides.bail});
};
