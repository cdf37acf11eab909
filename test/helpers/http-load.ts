import {expect} from 'vitest';
import type {PhaseName} from '../../source/core/plan.ts';
import {inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {Steering} from '../../source/engines/engine.ts';
import {httpEngine} from '../../source/engines/http/engine.ts';
import type {OwnHttpPlan} from '../../source/engines/http/plan.ts';
import {erase} from '../../source/engines/index.ts';
import {hostLoad, type LoadLimits} from '../../source/run/load.ts';

/** A plan of the engine http with the usual members. */
export const planOf = (plan: Partial<OwnHttpPlan> & {url: string}): OwnHttpPlan => ({
	method: 'GET',
	headers: {},
	connections: 4,
	pipelining: 1,
	timeout: 10_000,
	...plan,
});

/** Loads in this thread, and gives what was counted; holds that every request ended exactly once. */
export const measure = async (
	plan: Partial<OwnHttpPlan> & {url: string},
	limits: LoadLimits,
	signal: AbortSignal = new AbortController().signal,
	listen: (hear: (steering: Steering) => void) => void = () => {},
) => {
	const parts: Record<PhaseName, Snapshot[]> = {'warm-up': [], measure: [], pause: []};
	const doubts: string[] = [];
	const notices: string[] = [];
	await hostLoad(
		erase(httpEngine).accept(planOf(plan)),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot') parts[message.phase].push(message.snapshot);
			if (message.kind === 'doubt') doubts.push(message.doubt.kind);
			if (message.kind === 'notice') notices.push(message.text);
		},
		listen,
	);
	const join = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
		snapshots.length === 0 ? undefined : snapshots.reduce(mergeSnapshots);
	const total = join(parts.measure);
	if (total === undefined) throw new Error('nothing was measured');
	// Whatever happens, every request ends exactly once, be it in a pause.
	expect(inFlightIn([...parts.measure, ...parts.pause].reduce(mergeSnapshots))).toBe(0);
	return {total, warmup: join(parts['warm-up']), doubts, notices};
};
