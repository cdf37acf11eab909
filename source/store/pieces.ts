import type {RunFilter, Store, StoredRun} from './store.ts';

/** Runs that are read at once from a history of any length. */
const piece = 200;

/** Every run that fits, newest first, read in pieces so that a long history takes no more memory than a short one. */
export async function* allRuns(
	store: Store,
	filter: Omit<RunFilter, 'limit' | 'after'> = {},
): AsyncGenerator<StoredRun> {
	let after: RunFilter['after'];
	for (;;) {
		const runs = await store.list({...filter, limit: piece, ...(after === undefined ? {} : {after})});
		yield* runs;
		const last = runs.at(-1);
		if (last === undefined || runs.length < piece) return;
		after = {began: last.began, id: last.id};
	}
}
