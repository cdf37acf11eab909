import type {Around, ComparisonRule, Membership, RunPlan, Shared, Worktree} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';
import {newRunId} from './http-flags.ts';

/** A run to be, what is done around it, where its code lies, and how long it will take, as far as is known. */
export type Planned = {
	readonly plan: RunPlan;
	readonly around?: Around;
	readonly shared?: Shared;
	readonly worktree?: Worktree;
	readonly length?: number | undefined;
};

type Rules = {
	/** The rest is left out after the first that fails. */
	readonly bail?: boolean | undefined;
	/** Of runs that are made for two sides. */
	readonly comparison?: ComparisonRule;
};

type Sequence = {
	readonly runs: readonly [Omit<Planned, 'length'>, ...Omit<Planned, 'length'>[]];
};

/** Runs of which each knows its place among the others; a single one is nothing but itself. Throws a BenchtopError of none. */
export const sequenceOf = (planned: readonly Planned[], {bail = false, comparison}: Rules = {}): Sequence => {
	const membership: Membership = {
		id: newRunId(),
		runs: planned.map(({plan: {id, name, side}, length}) => ({
			id,
			name,
			...(length === undefined ? {} : {length}),
			...(side === undefined ? {} : {benchmark: side.benchmark}),
		})),
		bail,
		...(comparison === undefined ? {} : {comparison}),
	};
	const [first, ...rest] = planned.map(({plan, length: _, ...surroundings}) => ({
		...surroundings,
		plan: planned.length === 1 ? plan : {...plan, suite: membership},
	}));
	if (first === undefined) throw new BenchtopError('There is nothing to run.');
	return {runs: [first, ...rest]};
};

/** Plans as runs one after the other; each so often, in turns, so that what drifts in a machine falls on all of them. */
export const inSequence = (plans: readonly RunPlan[], rounds = 1): Sequence =>
	sequenceOf(
		Array.from({length: rounds}, (_, round) =>
			plans.map((plan) => ({
				plan: rounds === 1 ? plan : {...plan, id: newRunId(), round: {number: round + 1, of: rounds}},
			})),
		).flat(),
	);
