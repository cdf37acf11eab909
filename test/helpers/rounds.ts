import type {Result} from '../../source/core/result.ts';
import {type SyntheticRun, syntheticResult} from './result.ts';

export type SyntheticRounds = Omit<SyntheticRun, 'id' | 'began'> & {
	/** The ids begin so. */
	readonly group: string;
	/** Of the first; the others come a minute apart. */
	readonly from: string;
	/** Multiplies the latencies of each round, which are as many. */
	readonly levels: readonly number[];
};

/** What one command made of a benchmark with --rounds: runs that know of each other. */
export const syntheticRounds = ({group, from, levels, ...run}: SyntheticRounds): readonly Result[] => {
	const ids = levels.map((_, index) => `${group}-${index + 1}`);
	return levels.map((level, index): Result => {
		const began = new Date(Date.parse(from) + index * 60_000).toISOString();
		const result = syntheticResult({
			...run,
			id: ids[index]!,
			began,
			seed: index + 1,
			slower: level * (run.slower ?? 1),
		});
		return {
			...result,
			plan: {
				...result.plan,
				round: {number: index + 1, of: levels.length},
				suite: {id: `suite-${group}`, runs: ids.map((id) => ({id, name: result.name})), bail: false},
			},
		};
	});
};
