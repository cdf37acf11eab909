import type {Around, RunPlan, Shared, Worktree} from '../core/plan.ts';
import type {RunningRun} from './registry.ts';

/** A run, what is done around it, and where its code lies. */
export type RunOfOrder = {
	readonly plan: RunPlan;
	/** Around it alone. */
	readonly around?: Around;
	readonly shared?: Shared;
	/** Absent: where the user stood. */
	readonly worktree?: Worktree;
};

/** What a runner process is started with, through its standard input so that no secret stands in a file or a process list. */
export type RunnerOrder = {
	/** One after the other. */
	readonly runs: readonly [RunOfOrder, ...RunOfOrder[]];
	/** What is done around all of them. */
	readonly around?: Around;
	/** Words to blot out wherever they turn up, beside those that engines know of. */
	readonly secrets?: readonly string[];
	/** To be removed when all is over. */
	readonly worktrees?: readonly Worktree[];
	/** The run to be shown against: by a baseline's name; otherwise the benchmark's newest baseline, or its last run. */
	readonly baseline?: string;
	/** Where the result is kept; absent: nowhere. */
	readonly store?: string;
	/** Where event logs lie. */
	readonly logs: string;
	readonly runtime: string;
	/** Where the user stood. */
	readonly folder: string;
};

/** A runner's one line on its standard output: where it can be spoken to, or why it does not start. */
export type RunnerAnswer =
	| {readonly ready: RunningRun}
	| {readonly error: {readonly message: string; readonly hint?: string; readonly exitCode: 1 | 2 | 3 | 4}};
