import type {Around, Membership, RunPlan} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';
import {newRunId} from './http-flags.ts';

/** A run to be, what is done around it, and how long it will take, as far as is known. */
export type Planned = {readonly plan: RunPlan; readonly around?: Around; readonly length?: number | undefined};

type Sequence = {
	readonly runs: readonly [Omit<Planned, 'length'>, ...Omit<Planned, 'length'>[]];
};

/** Runs of which each knows its place among the others; a single one is nothing but itself. Throws a BenchtopError of none. */
export const sequenceOf = (planned: readonly Planned[], bail = false): Sequence => {
	const membership: Membership = {
		id: newRunId(),
		runs: planned.map(({plan: {id, name}, length}) => ({id, name, ...(length === undefined ? {} : {length})})),
		bail,
	};
	const [first, ...rest] = planned.map(({plan, around}) => ({
		plan: planned.length === 1 ? plan : {...plan, suite: membership},
		...(around === undefined ? {} : {around}),
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
