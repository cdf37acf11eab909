import type {Compared} from '../core/result.ts';
import {analyseChanges} from './change-points.ts';
import {deviationOf} from './describe.ts';
import {leastHistory} from './judge-history.ts';
import {type BetweenRuns, figuresOf} from './run-figures.ts';

/** The values, in the order of their runs, that belong together with the newest: those since the last change point. */
export const sinceLastChange = (values: readonly number[]): readonly number[] =>
	values.slice(analyseChanges(values).current?.from ?? 0);

/**
 * How much runs of a benchmark vary where nothing changes, for each figure: since its last change point, of those that
 * enough runs have since then. Runs are of the same load on the same machine, from the oldest to the newest.
 */
export const steadyNoise = (runs: readonly Compared[]): ReadonlyMap<string, BetweenRuns> => {
	const logarithms = new Map<string, number[]>();
	for (const run of runs) {
		for (const [name, {value}] of figuresOf(run)) {
			if (value > 0) logarithms.set(name, [...(logarithms.get(name) ?? []), Math.log(value)]);
		}
	}

	return new Map(
		[...logarithms].flatMap(([name, values]) => {
			const steady = sinceLastChange(values);
			return steady.length < leastHistory ? [] : [[name, {deviation: deviationOf(steady), of: steady.length}] as const];
		}),
	);
};
