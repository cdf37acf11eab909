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

/** A run's place among others that one command runs one after the other. */
export type Membership = {
	/** The same for all runs of the command. */
	readonly id: string;
	/** The runs in their order; this is the one with the run's id. Their lengths are milliseconds, as far as planned. */
	readonly runs: readonly {readonly id: string; readonly name: string; readonly length?: number}[];
	/** Whether the rest is left out after the first that fails. */
	readonly bail: boolean;
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
	readonly watch: {readonly pid?: number; readonly port?: number};
	/** Limits that its figures are held against when it is over. */
	readonly thresholds?: readonly Threshold[];
	/** Which repetition of the benchmark this is, from 1. */
	readonly round?: {readonly number: number; readonly of: number};
	readonly suite?: Membership;
};

/** In a 'pause' nothing is sent, and its time counts nowhere; the phase that it broke off goes on after it. */
export type PhaseName = 'warm-up' | 'measure' | 'pause';

/** What of a load can be changed while it runs. */
export type Steerable = 'pause' | 'connections' | 'rate';
