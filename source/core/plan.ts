import type {Threshold} from './threshold.ts';

/** The tag of a run that was made to confirm what another seems to have found: others are never held against it. */
export const confirmingTag = 'confirming';

/** A command that is run around a benchmark: a program with its arguments, or a line for the shell. */
export type Step = {
	/** A line for the shell, or a program with its arguments, run without one. */
	readonly command: string | readonly string[];
	/** Absolute. */
	readonly folder: string;
	/** Over benchtop's own; never stored. */
	readonly environment: Readonly<Record<string, string>>;
	/** Milliseconds after which it counts as failed. */
	readonly timeout: number;
};

/** What must be so before a service counts as ready; what of it is given must all be. */
export type Ready = {
	/** A local TCP port answers. */
	readonly port?: number;
	/** A GET of this URL is answered with a status below 400. */
	readonly url?: string;
	/** A line of its output matches this regular expression. */
	readonly log?: string;
};

/** A process that runs while benchmarks do. It is ended, with all that it started, whatever happens. */
export type Service = Step & {
	/** `timeout` is how long it may take to be ready. Nothing given: when it has run for a moment. */
	readonly ready: Ready;
};

/** What is done around a benchmark, or around all of a suite. */
export type Around = {
	/** One after the other, before the services start. */
	readonly setup: readonly Step[];
	readonly services: readonly Service[];
	/** After the services have ended; also when the benchmark failed. */
	readonly teardown: readonly Step[];
};

/** The side of a comparison that a run is made for. */
export type Side = {
	/** What is held against each other: the same on both sides. */
	readonly benchmark: string;
	/** From 1. The two runs of a pair are made one right after the other. */
	readonly pair: number;
	readonly is: 'base' | 'candidate';
	/** What is measured on this side, as people name it: a URL, a branch; secrets removed. */
	readonly of: string;
	/** The commit that was laid out for it, where it is one. */
	readonly commit?: string;
};

/** How two sides are held against each other while their runs are made: data that runner and viewers judge alike by. */
export type ComparisonRule = {
	/** So many pairs of each benchmark, at most. */
	readonly pairs: number;
	/**
	 * After so many pairs it is looked whether a benchmark is decided, and no further run of it made if it is; rising, the
	 * last one `pairs`. Absent: all pairs are made, and judged once.
	 */
	readonly looks?: readonly number[];
	/** Of the verdicts on a benchmark together, over all looks. */
	readonly confidence: number;
	/** By metric, where they are not the default ones; in the terms of the change. */
	readonly margins: Readonly<Record<string, number>>;
	/** Of the order of the sides. */
	readonly seed: number;
};

/** What is done around a run and those next to it that share it: before the first of them, and after the last. */
export type Shared = {readonly id: string; readonly around: Around};

/** A folder that a commit of a repository was laid out in, to be removed again; and what it stands for. Absolute. */
export type Worktree = {
	readonly folder: string;
	/** Where the same files lie for the user. */
	readonly repository: string;
};

/** A run's place among others that one command runs one after the other. */
export type Membership = {
	/** The same for all runs of the command. */
	readonly id: string;
	/** The runs in their order; this is the one with the run's id. Their lengths are milliseconds, as far as planned. */
	readonly runs: readonly {
		readonly id: string;
		readonly name: string;
		readonly length?: number;
		/** The benchmark that it is a side of. */
		readonly benchmark?: string;
	}[];
	/** Whether the rest is left out after the first that fails. */
	readonly bail: boolean;
	/** Of runs that are made for two sides. */
	readonly comparison?: ComparisonRule;
};

/**
 * What is watched beside the host: the process under test, by its id, as whoever listens on a local TCP port, or as a
 * container, control group or unit by name; and another machine, by the address of its node_exporter.
 */
export type Watch = {
	readonly pid?: number;
	readonly port?: number;
	readonly container?: string;
	readonly nodeExporter?: string;
};

/** What is to be run: the frame around an engine's own plan. Durations are milliseconds. */
export type RunPlan = {
	readonly id: string;
	/** What the run is called in the history; runs of one name are compared with each other. */
	readonly name: string;
	readonly engine: string;
	/** What is loaded, as people name it; secrets removed. */
	readonly target: string;
	/** The engine's plan, in the engine's own schema. */
	readonly load: unknown;
	readonly warmup: number;
	/** The measured time; absent when `amount` ends the run, or the engine's plan says when it is over. */
	readonly duration?: number;
	/** Operations to measure, instead of a duration. */
	readonly amount?: number;
	/** Load threads. */
	readonly workers: number;
	readonly tags: readonly string[];
	/** The process under test: its id, or a local port it listens on. */
	readonly watch: Watch;
	/** Limits that its figures are held against when it is over. */
	readonly thresholds?: readonly Threshold[];
	/** Which repetition of the benchmark this is, from 1. */
	readonly round?: {readonly number: number; readonly of: number};
	readonly suite?: Membership;
	readonly side?: Side;
};

/**
 * Whether a run stands for its benchmark as it was then: no run that only confirms another, nor one of a commit that was
 * chosen for a comparison, which may be any of long ago.
 */
export const isOwnRun = ({tags, side}: Pick<RunPlan, 'tags' | 'side'>): boolean =>
	!tags.includes(confirmingTag) && side?.commit === undefined;

/** In a 'pause' nothing is sent, and its time counts nowhere; the phase that it broke off goes on after it. */
export type PhaseName = 'warm-up' | 'measure' | 'pause';

/** What of a load can be changed while it runs. */
export type Steerable = 'pause' | 'connections' | 'rate';
