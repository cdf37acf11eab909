import type {KnownChange} from '../export/trend-json.ts';
import {besideChange} from '../stats/beside-change.ts';
import type {Store} from '../store/store.ts';
import {commitRange} from './commit-range.ts';

/** A turning point, and the benchmark that it is one of. */
export type FoundChange = Pick<KnownChange, 'trend' | 'point'>;

/** A change with the commits and everything else that came with it, as far as the history and the folder's git know. */
export const knownChange = async (store: Store, folder: string, {trend, point}: FoundChange): Promise<KnownChange> => {
	const {runs} = trend.group.series;
	const [before, after] = [runs[point.before]!, runs[point.after]!];
	const [first, last] = [runs[Math.max(0, point.earliest - 1)]!, runs[point.latest]!];
	const [stored, commits, possible] = await Promise.all([
		store.list({ids: [before.id, after.id]}),
		commitRange(folder, before.commit, after.commit),
		commitRange(folder, first.commit, last.commit),
	]);
	const [a, b] = [before, after].map(({id}) => stored.find((run) => run.id === id));
	return {trend, point, commits, possible, differs: a === undefined || b === undefined ? [] : besideChange(a, b)};
};
