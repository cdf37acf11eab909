import type {Recorder} from '../engine.ts';

/** Where an adapter counts: every request exactly once. Latencies are microseconds. */
export type Tally = {
	/** A reply came, with this status. `uncorrected`: from the actual send, where the latency is not. */
	readonly answered: (status: number, latency: number, uncorrected?: number) => void;
	/** A request ended so, after this time. */
	readonly timed: (outcome: string, isFailure: boolean, latency: number, uncorrected?: number) => void;
	/** So many ended so, and nobody knows after which time. */
	readonly untimed: (outcome: string, isFailure: boolean, count: number) => void;
	/** So many ended without a reply. */
	readonly failed: (outcome: string, count?: number) => void;
	/** So many were in flight at the end; how long they had waited is not told. */
	readonly inFlight: (count: number) => void;
	readonly received: (bytes: number) => void;
	/** How many have ended. */
	readonly ended: () => number;
	/** How many of them timed out without a latency. */
	readonly timeouts: () => number;
};

const statusIsFailure = (status: number): boolean => status >= 400;

export const createTally = (recorder: Recorder): Tally => {
	const statuses = new Map<number, number>();
	let ended = 0;
	let timeouts = 0;
	const slotOf = (status: number): number => {
		const known = statuses.get(status);
		if (known !== undefined) return known;
		const slot = recorder.outcome(String(status), statusIsFailure(status));
		statuses.set(status, slot);
		return slot;
	};
	const record = (slot: number, latency: number, uncorrected?: number): void => {
		ended += 1;
		recorder.offer(1);
		recorder.record(slot, latency, uncorrected);
	};
	return {
		answered: (status, latency, uncorrected) => record(slotOf(status), latency, uncorrected),
		timed: (outcome, isFailure, latency, uncorrected) =>
			record(recorder.outcome(outcome, isFailure), latency, uncorrected),
		untimed(outcome, isFailure, count) {
			ended += count;
			recorder.offer(count);
			recorder.count(recorder.outcome(outcome, isFailure), count);
		},
		failed(outcome, count = 1) {
			if (count === 0) return;
			if (outcome === 'timeout') timeouts += count;
			ended += count;
			recorder.offer(count);
			recorder.count(recorder.outcome(outcome, true), count);
		},
		inFlight(count) {
			recorder.offer(count);
			for (let request = 0; request < count; request++) recorder.abandon(0);
		},
		received: recorder.received,
		ended: () => ended,
		timeouts: () => timeouts,
	};
};
