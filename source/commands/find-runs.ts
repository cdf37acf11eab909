import {nearest} from '../core/nearest.ts';
import {isOwnRun} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import type {Result} from '../core/result.ts';
import {BenchtopError} from '../errors.ts';
import type {RunFilter, Store, StoredRun} from '../store/store.ts';
import {readDocument} from './document.ts';

/** The word for the newest run. */
export const lastWord = 'last';

/** Whether a word means a file rather than something in the history: it has a slash, or ends in .json. */
export const looksLikeFile = (word: string): boolean => /[\\/]|\.json$/.test(word);

/** Why a baseline cannot be called so, since the word would mean something else; `undefined` when it can. */
export const baselineNameFault = (name: string): string | undefined => {
	if (name.trim() === '') return 'a name needs a letter';
	if (name === lastWord) return 'that word means the newest run';
	if (looksLikeFile(name)) return 'it looks like a file';
	if (name.startsWith('-')) return 'it looks like a flag';
	if (/^(branch|merge-base|tag|commit):/.test(name)) return 'it means a branch, a tag or a commit';
	return printable(name) === name ? undefined : 'it holds a control character';
};

/** A run whole. Rejects with a BenchtopError where it has gone meanwhile. */
export const wholeRun = async (store: Store, id: string): Promise<Result> => {
	const run = await store.load(id);
	if (run !== undefined) return run;
	throw new BenchtopError(`The run ${id} has gone from ${store.location}.`, {hint: 'benchtop history lists the runs.'});
};

/** So many are read at first; where none of them fits, four times as many. */
const atFirst = 20;

/** The newest run that fits, among those of a filter. */
export const findRun = async (
	store: Store,
	filter: Omit<RunFilter, 'limit'>,
	fits: (run: StoredRun) => boolean,
	limit = atFirst,
): Promise<StoredRun | undefined> => {
	const runs = await store.list({...filter, limit});
	const found = runs.find(fits);
	return found !== undefined || runs.length < limit ? found : findRun(store, filter, fits, limit * 4);
};

const isOwn = ({plan}: Pick<Result, 'plan'>): boolean => isOwnRun(plan);

/** The newest run of all, whatever became of it; one that is none of its own apart. */
export const newestRun = async (store: Store): Promise<Result | undefined> => {
	const run = await findRun(store, {}, isOwn);
	return run === undefined ? undefined : wholeRun(store, run.id);
};

/** The newest run of the same benchmark that is none of these, and no older. */
export const runAfter = async (store: Store, runs: readonly Result[]): Promise<Result | undefined> => {
	const last = runs.at(-1);
	if (last === undefined) return undefined;
	const isOlder = ({began}: StoredRun): boolean => began < last.began;
	const isOther = (each: StoredRun): boolean => isOwn(each) && runs.every(({id}) => id !== each.id);
	// Beyond the first that is older there is none.
	const run = await findRun(store, {name: last.name}, (each) => isOlder(each) || isOther(each));
	return run === undefined || isOlder(run) ? undefined : wholeRun(store, run.id);
};

/** The run of the same benchmark that came before all of these. */
export const runBefore = async (store: Store, runs: readonly Result[]): Promise<Result | undefined> => {
	const [first] = runs;
	if (first === undefined) return undefined;
	const run = await findRun(store, {name: first.name, after: {began: first.began, id: first.id}}, isOwn);
	return run === undefined ? undefined : wholeRun(store, run.id);
};

/**
 * The runs that a word means: those of a JSON document when it looks like a path, the newest for `last`, those of a
 * baseline (one for each benchmark it was set for), or the one whose id begins so. Rejects with a BenchtopError
 * when it means nothing.
 */
export const findRuns = async (store: Store, word: string, folder: string): Promise<readonly Result[]> => {
	if (looksLikeFile(word)) return readDocument(word, folder);
	if (word === lastWord) {
		const run = await newestRun(store);
		if (run !== undefined) return [run];
		throw new BenchtopError(`There is no run yet in ${store.location}.`, {
			hint: 'Make one: benchtop demo, or benchtop <url>.',
			exitCode: 4,
		});
	}

	const baselines = await store.baselines();
	const named = baselines.filter(({name}) => name === word);
	if (named.length > 0) return Promise.all(named.map(({runId}) => wholeRun(store, runId)));
	const run = await store.load(word);
	if (run !== undefined) return [run];
	const meant = nearest(word, [...new Set([lastWord, ...baselines.map(({name}) => name)])]);
	throw new BenchtopError(`${JSON.stringify(word)} is neither a baseline nor the beginning of a run's id.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${printable(meant)}? `}benchtop history lists the runs, benchtop baseline list the baselines.`,
	});
};
