import {existsSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {type Beat, createBeats} from '../core/beat.ts';
import type {Began} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {emptyRunState, hasBegun, type RunState, reduceRun} from '../core/run-state.ts';
import {isAlive} from '../operating-system.ts';
import {latencyPrecision} from '../stats/precision.ts';
import {nameOfHistory} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {insightsOfRun} from './insights.ts';
import {readBegan, readLog, savedEnding, unsavedEnding} from './log.ts';

/** The state at the end of a log; 'unreadable' where damage left nothing of it, `undefined` where there never was anything. */
const foldLog = async (
	path: string,
): Promise<
	{readonly state: RunState & {readonly began: Began}; readonly beats: readonly Beat[]} | 'unreadable' | undefined
> => {
	const beats = createBeats();
	let state = emptyRunState;
	let damaged = 0;
	const events = readLog(path, (lines) => {
		damaged = lines;
	});
	for await (const event of events) {
		state = reduceRun(state, event);
		beats.add(event);
	}

	if (damaged > 0) {
		const message = `Damaged lines of its event log: ${damaged}. What they told is missing.`;
		state = {...state, doubts: [...state.doubts, {kind: 'damaged', message}]};
	}

	if (hasBegun(state) && (state.total !== undefined || state.warmup !== undefined)) return {state, beats: beats.all()};
	return state.doubts.length > 0 ? 'unreadable' : undefined;
};

/** A log that nobody has written to for so long is no running run's, whatever else speaks for it. */
const longestSilence = 600_000;

/** Whether the process that writes a log may still be at work. */
const mayBeRunning = (path: string, began: Began | undefined): boolean => {
	if (began !== undefined && began.environment.hostname === hostname()) return isAlive(began.pid);
	// Just created, or of another machine that shares this folder.
	return Date.now() - statSync(path).mtimeMs < longestSilence;
};

/**
 * Takes into the history what a killed runner, or one that could not reach its store, left in its log. Returns the ids
 * of the runs. A log that belongs to a run under way, or to another history, is left alone.
 */
export const recoverRuns = async (store: Store, logs: string): Promise<readonly string[]> => {
	const recovered: string[] = [];
	for (const name of existsSync(logs) ? readdirSync(logs) : []) {
		if (!name.endsWith(unsavedEnding)) continue;
		const path = join(logs, name);
		const id = name.slice(0, -unsavedEnding.length);
		try {
			const began = await readBegan(path);
			if (mayBeRunning(path, began)) continue;
			if (began?.history !== undefined && began.history !== nameOfHistory(store.location)) continue;
			const found = await foldLog(path).catch(() => 'unreadable' as const);
			if (found === 'unreadable') {
				// Kept for whoever wants to look; it must not stand in the way of every later command.
				renameSync(path, join(logs, `${id}.unreadable`));
				continue;
			}

			if (found === undefined) {
				rmSync(path, {force: true});
				continue;
			}

			// One that was killed could not tell it.
			const precision = found.state.ending === undefined ? latencyPrecision(found.state) : undefined;
			const result = resultOf(precision === undefined ? found.state : {...found.state, precision});
			// The runner may have found them, and then failed to save the run.
			const insights = result.insights ?? (await insightsOfRun(result, store, found.beats));
			await store.save(insights.length === 0 ? result : {...result, insights});
			renameSync(path, join(logs, `${id}${savedEnding}`));
			recovered.push(id);
		} catch (error) {
			// Its runner has just saved it itself.
			if (existsSync(path)) throw error;
		}
	}

	return recovered;
};
