import {existsSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Began} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {emptyRunState, type RunState, reduceRun} from '../core/run-state.ts';
import type {Store} from '../store/store.ts';
import {readLog, savedEnding, unsavedEnding} from './log.ts';
import {runningRuns} from './registry.ts';

/** The state at the end of a log; `undefined` of a log without its first line. */
export const foldLog = async (path: string): Promise<(RunState & {readonly began: Began}) | undefined> => {
	let state = emptyRunState;
	for await (const event of readLog(path)) state = reduceRun(state, event);
	const {began} = state;
	return began === undefined ? undefined : {...state, began};
};

/**
 * Takes into the history what a killed runner, or one that could not reach its store, left in its log. Returns the ids
 * of the runs. A log that belongs to a run under way is left alone.
 */
export const recoverRuns = async (store: Store, logs: string, runtime: string): Promise<readonly string[]> => {
	if (!existsSync(logs)) return [];
	const left = readdirSync(logs).filter((name) => name.endsWith(unsavedEnding));
	if (left.length === 0) return [];
	const running = new Set(runningRuns(runtime).map(({id}) => id));
	const recovered: string[] = [];
	for (const name of left) {
		const id = name.slice(0, -unsavedEnding.length);
		if (running.has(id)) continue;
		const path = join(logs, name);
		const state = await foldLog(path);
		if (state === undefined || (state.total === undefined && state.warmup === undefined)) {
			rmSync(path, {force: true});
			continue;
		}

		await store.save(resultOf(state));
		renameSync(path, join(logs, `${id}${savedEnding}`));
		recovered.push(id);
	}

	return recovered;
};
