import type {Fingerprint} from '../core/event.ts';
import {isOwnRun} from '../core/plan.ts';
import {isMeasured} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import type {BetweenRuns} from '../stats/run-figures.ts';
import {steadyNoise} from '../stats/since-last-change.ts';
import type {Store, StoredRun} from '../store/store.ts';

/** Enough to know how much runs vary, and few enough to be read at once. */
const mostRuns = 300;

/**
 * The runs of a benchmark that new ones can be held against: of the same load on the same machine, that went their planned
 * way to the end, other than these, than those that only confirm and those of commits chosen for a comparison. From the
 * oldest to the newest.
 */
export const earlierRuns = async (
	store: Store,
	{name, fingerprint}: {readonly name: string; readonly fingerprint: Fingerprint},
	other: readonly {readonly id: string}[],
): Promise<readonly StoredRun[]> => {
	const ids = new Set(other.map(({id}) => id));
	const runs = await store.list({name, fingerprint, state: 'finished', limit: mostRuns});
	return runs
		.filter(
			(run) =>
				!ids.has(run.id) &&
				isMeasured(run) &&
				run.pausedMs === undefined &&
				isOwnRun(run.plan) &&
				!run.validity.reasons.some(({kind}) => kind === 'steered'),
		)
		.toReversed();
};

/** How much runs like these vary, as the history says without them; of what it says nothing of, nothing. */
export const noiseBefore = async (store: Store, runs: readonly Result[]): Promise<ReadonlyMap<string, BetweenRuns>> => {
	const [first] = runs;
	const earlier = first === undefined ? [] : await earlierRuns(store, first, runs);
	return steadyNoise(earlier.map((run) => ({...run, timeline: []})));
};

/** Runs by the commands that made them, in the order of the runs. */
export const sessionsOf = (runs: readonly StoredRun[]): ReadonlyArray<readonly StoredRun[]> => {
	const sessions = new Map<string, StoredRun[]>();
	for (const run of runs) {
		const id = run.plan.suite?.id ?? run.id;
		sessions.set(id, [...(sessions.get(id) ?? []), run]);
	}

	return [...sessions.values()];
};
