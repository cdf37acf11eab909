/** What the launcher is to run once. Files are given by their paths. */
export type Order = {
	/** The program by its path, and its arguments. Empty: nothing, to learn what starting alone costs. */
	readonly command: readonly string[];
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
	readonly input: string;
	/** Emptied before; the same for both: in the order in which it was written. */
	readonly output: string;
	readonly errors: string;
};

/** How one run of a command ended. */
export type Ended = {
	/** Absent: it was ended by the signal. */
	readonly code?: number;
	readonly signal?: string;
	/** From the start to the end, in microseconds. */
	readonly wall: number;
	/** Of the command and all descendants that were waited for. CPU in milliseconds, the peak of the largest process in bytes. */
	readonly usage?: {readonly user: number; readonly system: number; readonly peakMemory: number};
	/** Processes that it started go on without it. */
	readonly leaves: boolean;
};

/** What the launcher tells, a line of JSON each. */
export type Reply =
	/** The command begins when a line has come that says so: by then, who hears this has nothing more to do meanwhile. */
	| {readonly kind: 'ready'; readonly group: number}
	/** The command has begun. Its process group has this number, and nothing else is in it. */
	| {readonly kind: 'started'; readonly group: number}
	| ({readonly kind: 'ended'} & Ended)
	/** It could not be started at all. */
	| {readonly kind: 'failed'; readonly message: string};
