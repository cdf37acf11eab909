import type {Recorder} from '../engine.ts';

/** One connection of a wire, as a load sees it. Changed by its wire alone, but for what is said to be the load's. */
export type Connection = {
	readonly index: number;
	/** Requests that were begun on it and have not ended. */
	inFlight: number;
	/** How many may be in flight on it. */
	capacity: number;
	/** It is there, or being made. */
	isMade: boolean;
	/** Requests can be written now. */
	isOpen: boolean;
	/** It could not be made, and is left in peace for a while. */
	isResting: boolean;
	/** How often in a row it was lost before it had answered. */
	failuresInARow: number;
	/** The load's: it stands in line for a request. */
	isQueued: boolean;
	/** The load's: it is being made, for whatever waits then. */
	isComing: boolean;
};

/** What a wire tells the load. */
export type WireHooks = {
	/** After a reply, or when it was made or may be made again: the connection may have room. */
	readonly onRoom: (connection: Connection) => void;
	/** It rests; nothing is in flight on it. The name of what happened. */
	readonly onRest: (connection: Connection, outcome: string) => void;
	/** Some bytes were read: a good moment to look at the schedule. */
	readonly onRead: () => void;
};

export type WireParts = WireHooks & {
	readonly pipelining: number;
	/** Whether latencies count from when a request was due, so that those from its send are kept as well. */
	readonly isOpenLoop: boolean;
	readonly recorder: Recorder;
	readonly notice: (text: string) => void;
};

/**
 * The connections of one load thread to one target. Every request that was begun ends exactly once: with its reply, by
 * the name of what happened to it or to its connection, with a timeout, or in flight at the end. Moments are of
 * `performance.now()`.
 */
export type Wire = {
	readonly connections: readonly Connection[];
	/** Requests begun and not ended, on all connections. */
	readonly inFlight: () => number;
	/** Whether every connection rests. */
	readonly isResting: () => boolean;
	/** One more connection, not yet made. */
	readonly add: () => Connection;
	readonly connect: (connection: Connection) => void;
	/** A request begins; `flush` writes it. */
	readonly begin: (connection: Connection, due: number, now: number) => void;
	/** The last so many requests of a connection are written, now or when it is made. */
	readonly flush: (connection: Connection, count: number) => void;
	/** Closes a connection that nothing is in flight on. */
	readonly drop: (connection: Connection) => void;
	/** Ends what has waited longer than the timeout, and what was told to leave and did not. */
	readonly sweep: (now: number, timeout: number) => void;
	/** Since when the oldest request in flight waits; `now` if none does. */
	readonly oldest: (now: number) => number;
	/** The end: what is in flight counts as abandoned. */
	readonly abandon: (now: number) => void;
	/** Closes everything, after the end. */
	readonly close: () => void;
};

/** A connection before it is made. */
export const newConnection = (index: number, capacity: number): Connection => ({
	index,
	inFlight: 0,
	capacity,
	isMade: false,
	isOpen: false,
	isResting: false,
	failuresInARow: 0,
	isQueued: false,
	isComing: false,
});
