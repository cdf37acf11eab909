import type {Baseline} from '../core/event.ts';
import type {RunState} from '../core/run-state.ts';
import type {Item} from './view-state.ts';

/** What a screen can ask of the world around it. Rejects with an error whose message a user can read. */
export type Outside = {
	/** What a report can be written as. */
	readonly exports: () => Promise<readonly Item[]>;
	/** Writes the report of a run, as far as it is, and returns the file's path. */
	readonly exportRun: (format: string, run: RunState) => Promise<string>;
	/** Writes a file whose name begins and ends so, and returns its path. */
	readonly saveFile: (name: string, ending: string, text: string) => Promise<string>;
	/** Stored runs that this one can be compared with, the likeliest first. */
	readonly baselines: (run: RunState) => Promise<readonly Baseline[]>;
};
