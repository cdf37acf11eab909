import {nearest} from '../core/nearest.ts';
import {printable} from '../core/printable.ts';
import type {Result} from '../core/result.ts';
import {BenchtopError} from '../errors.ts';
import type {Store} from '../store/store.ts';
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
	return printable(name) === name ? undefined : 'it holds a control character';
};

const wholeRun = async (store: Store, id: string): Promise<Result> => {
	const run = await store.load(id);
	if (run !== undefined) return run;
	throw new BenchtopError(`The run ${id} has gone from ${store.location}.`, {hint: 'benchtop history lists the runs.'});
};

/** The newest run of one benchmark, or of all, whatever became of it; other than and later than `other`. */
export const newestRun = async (
	store: Store,
	{benchmark, other}: {readonly benchmark?: string; readonly other?: {readonly id: string; readonly began: string}},
): Promise<Result | undefined> => {
	const runs = await store.list({limit: 2, ...(benchmark === undefined ? {} : {name: benchmark})});
	const run = runs.find(({id, began}) => id !== other?.id && (other === undefined || began >= other.began));
	return run === undefined ? undefined : wholeRun(store, run.id);
};

/** The run of the same benchmark that came before. */
export const runBefore = async (store: Store, run: Result): Promise<Result | undefined> => {
	const [before] = await store.list({name: run.name, limit: 1, after: {began: run.began, id: run.id}});
	return before === undefined ? undefined : wholeRun(store, before.id);
};

/**
 * The runs that a word means: those of a JSON document when it looks like a path, the newest for `last`, those of a
 * baseline (one for each benchmark it was set for), or the one whose id begins so. Rejects with a BenchtopError
 * when it means nothing.
 */
export const findRuns = async (store: Store, word: string, folder: string): Promise<readonly Result[]> => {
	if (looksLikeFile(word)) return readDocument(word, folder);
	if (word === lastWord) {
		const run = await newestRun(store, {});
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
