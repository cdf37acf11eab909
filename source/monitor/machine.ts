/** Where probes read, and their time. Tests hand in a folder that looks like a machine, and a clock they move themselves. */
export type Machine = {
	/** The folder that holds `proc`, `sys` and `etc`; empty for the real ones. */
	readonly root: string;
	/** Monotonic milliseconds. */
	readonly now: () => number;
};

/** The machine that benchtop runs on. */
export const thisMachine: Machine = {root: '', now: () => performance.now()};
