import type {Beat} from '../core/beat.ts';
import type {Insight} from '../core/insight.ts';
import type {Result} from '../core/result.ts';
import {findInsights} from '../insight/index.ts';
import type {Store} from '../store/store.ts';

/** So many earlier runs are looked at for changes of the environment. */
const mostEarlier = 20;

/**
 * What a run that is over says beyond its figures, and against earlier runs of its name. Without a history, or where it
 * cannot be read, from the run alone: saving it will say what is wrong with the history.
 */
export const insightsOfRun = async (
	result: Result,
	store: Pick<Store, 'list'> | undefined,
	beats: readonly Beat[],
): Promise<readonly Insight[]> => {
	const {name, began, id} = result;
	const earlier = await store
		?.list({name, state: 'finished', limit: mostEarlier, after: {began, id}})
		.catch(() => undefined);
	return findInsights({result, earlier: earlier ?? [], beats});
};
