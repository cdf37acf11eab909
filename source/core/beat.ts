import type {RunEvent} from './event.ts';
import {gaugeMean} from './gauge.ts';
import {eachBucket, type Histogram} from './histogram.ts';
import {decodeSnapshot, type Snapshot} from './snapshot.ts';
import {answeredIn} from './summary.ts';

/**
 * A snapshot of the measured phase, a fifth of a second, in a few numbers: stalls are shorter than the seconds of a
 * timeline. Milliseconds.
 */
export type Beat = {
	readonly from: number;
	readonly to: number;
	readonly answered: number;
	/** The longest latency among what ended; null where nothing did. */
	readonly longest: number | null;
	/** How many latencies were longer than half of the longest, and how many longer than a quarter. */
	readonly overHalf: number;
	readonly overQuarter: number;
	/** The longest that a load thread was held up itself; null where that was not measured. */
	readonly held: number | null;
};

/** An hour of them; what comes later is left out. */
const mostBeats = 18_000;

const countAbove = (histogram: Histogram, microseconds: number): number => {
	let above = 0;
	eachBucket(histogram, (lowest, count) => {
		if (lowest > microseconds) above += count;
	});
	return above;
};

const beatOf = (snapshot: Snapshot): Beat => {
	const {from, to, latency, gauges} = snapshot;
	const held = gauges['generator.loopDelay'];
	return {
		from,
		to,
		answered: answeredIn(snapshot),
		longest: latency.count === 0 ? null : latency.maximum / 1000,
		overHalf: countAbove(latency, latency.maximum / 2),
		overQuarter: countAbove(latency, latency.maximum / 4),
		held: held === undefined ? null : gaugeMean(held),
	};
};

/** The beats of a run's events, as they come; a snapshot that a log has damaged is left out. */
export const createBeats = () => {
	const beats: Beat[] = [];
	return {
		add(event: RunEvent): void {
			if (event.kind !== 'snapshot' || event.phase !== 'measure' || beats.length >= mostBeats) return;
			try {
				beats.push(beatOf(decodeSnapshot(event.snapshot)));
			} catch {
				// The fold of the run says so.
			}
		},
		all: (): readonly Beat[] => beats,
	};
};
