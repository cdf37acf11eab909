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
	/** The measured time; absent when `amount` ends the run. */
	readonly duration?: number;
	/** Operations to measure, instead of a duration. */
	readonly amount?: number;
	/** Load threads. */
	readonly workers: number;
	readonly tags: readonly string[];
	/** The process under test: its id, or a local port it listens on. */
	readonly watch: {readonly pid?: number; readonly port?: number};
};

/** In a 'pause' nothing is sent, and its time counts nowhere; the phase that it broke off goes on after it. */
export type PhaseName = 'warm-up' | 'measure' | 'pause';

/** What of a load can be changed while it runs. */
export type Steerable = 'pause' | 'connections' | 'rate';
