import {medianOf} from '../../stats/describe.ts';

// How a batch finds its length, when warming up is over, how many batches are taken. Nothing here knows what is timed, or
// by which clock. Milliseconds.

/** Calls so often, and gives the milliseconds that took. */
export type TimeBatch = (calls: number) => number | Promise<number>;

/** A batch is at least so many steps of the clock long: its ends are then known to 1 %. */
export const leastSteps = 100;
/** More calls than this in one batch are not needed by any clock. */
const mostCalls = 1e9;
/** The most that a batch may grow from one try to the next. */
const mostGrowth = 10;

/** The usual step between two readings of a clock that differ: what it can tell apart, its own reading included. */
export const clockStep = (now: () => number, steps = 500): number => {
	const seen: number[] = [];
	for (let step = 0; step < steps; step++) {
		const before = now();
		let after = now();
		while (after === before) after = now();
		seen.push(after - before);
	}

	return medianOf(seen);
};

/** How many calls to make next so that a batch becomes as long as wanted, when so many took so long. */
export const nextCalls = (calls: number, took: number, wanted: number): number => {
	const growth = took <= 0 ? mostGrowth : Math.min(mostGrowth, wanted / took);
	return Math.min(mostCalls, Math.max(1, Math.round(calls * growth)));
};

/** How many calls make a batch as long as wanted, when one takes so long. */
export const callsFor = (callTime: number, wanted: number): number =>
	Math.min(mostCalls, Math.max(1, Math.round(wanted / Math.max(callTime, 1e-9))));

/** Of two windows of times per call, whether the later one goes on as the earlier: their medians differ by less than noise. */
const sameShare = 0.03;
const windowLength = 5;
const leastWindow = 2;

/**
 * Whether times per call have become steady: the medians of the last two windows of batches are within 3 %, or within
 * what a batch usually lies away from its window's median. `undefined`: too few to tell.
 */
export const isSteady = (times: readonly number[]): boolean | undefined => {
	const length = Math.min(windowLength, Math.floor(times.length / 2));
	if (length < leastWindow) return undefined;
	const late = times.slice(-length);
	const early = times.slice(-2 * length, -length);
	const [before, after] = [medianOf(early), medianOf(late)];
	const noise = medianOf([
		...early.map((time) => Math.abs(time - before)),
		...late.map((time) => Math.abs(time - after)),
	]);
	return Math.abs(after - before) <= Math.max(sameShare * after, noise);
};

export type WarmedUp = {
	/** `undefined`: calls take so long that there were too few to tell. */
	readonly steady: boolean | undefined;
	/** How many calls make a batch as long as wanted. */
	readonly calls: number;
	/** Of one call, in the end. */
	readonly callTime: number;
	readonly took: number;
};

/**
 * Calls until times are steady, for `least` to `most` milliseconds of calls, in batches that grow to `wanted`. What grows
 * is no full batch, and tells nothing of steadiness.
 */
export const warmUp = async (
	timeBatch: TimeBatch,
	{wanted, least, most}: {readonly wanted: number; readonly least: number; readonly most: number},
): Promise<WarmedUp> => {
	const times: number[] = [];
	let calls = 1;
	let took = 0;
	let callTime = 0;
	for (;;) {
		const batch = await timeBatch(calls);
		took += batch;
		callTime = batch / calls;
		const next = nextCalls(calls, batch, wanted);
		// Half as long as wanted will do: as code becomes faster, a batch shrinks.
		if (batch >= wanted / 2 || next <= calls || calls === mostCalls) times.push(callTime);
		calls = next;
		const steady = isSteady(times);
		if (took >= most || (took >= least && times.length >= 2 * windowLength && steady === true)) {
			return {steady, calls, callTime, took};
		}
	}
};

/** A part of a batch: its milliseconds, and of these the ones that went into garbage collection. */
export type Slice = {readonly took: number; readonly collected: number};

/**
 * Milliseconds of one call, from the slices of a batch that have so many calls each: what the middle slice took beside
 * collections, and what collections took of all. A slice is so short that most are through before the operating system
 * lets others run, while a whole batch seldom is; collections are seldom and belong to all calls alike.
 */
export const typicalTime = (slices: readonly Slice[], calls: number): number => {
	const collected = slices.reduce((sum, slice) => sum + slice.collected, 0);
	return (
		(medianOf(slices.map((slice) => Math.max(0, slice.took - slice.collected))) + collected / slices.length) / calls
	);
};

/** How many batches of a length fit into a time: at least `least`, at most `most`. */
export const batchesIn = (time: number, batch: number, least: number, most: number): number =>
	Math.max(least, Math.min(most, Math.floor(time / Math.max(batch, 1e-9))));
