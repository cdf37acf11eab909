import {createAccumulator, type Histogram} from '../core/histogram.ts';
import type {Setup, SetupStep, Snapshot} from '../core/snapshot.ts';
import type {Recorder} from '../engines/engine.ts';

export type TakingRecorder = Recorder & {
	/** Everything since the last take, up to a moment of the run's clock. */
	readonly take: (to: number) => Snapshot;
	/**
	 * The last take of a phase. What is in flight now is handed to the next phase, which counts it as offered there, so
	 * that the counts of each phase reconcile.
	 */
	readonly takeLast: (to: number) => Snapshot;
};

/** What was recorded since the last take, by its name; nothing if that is nothing. */
const taken = <Name extends string>(
	name: Name,
	accumulator: ReturnType<typeof createAccumulator> | undefined,
): {[Each in Name]?: Histogram} => {
	const histogram = accumulator?.take();
	const named: {[Each in Name]?: Histogram} = {};
	if (histogram !== undefined && histogram.count > 0) named[name] = histogram;
	return named;
};

/** Counts for one load thread. `begun` is the moment on the run's clock from which the first Snapshot counts. */
export const createRecorder = (begun: number): TakingRecorder => {
	const latency = createAccumulator();
	const waiting = createAccumulator();
	let uncorrected: ReturnType<typeof createAccumulator> | undefined;
	let firstByte: ReturnType<typeof createAccumulator> | undefined;
	let uncorrectedWaiting: ReturnType<typeof createAccumulator> | undefined;
	const setups = new Map<SetupStep, ReturnType<typeof createAccumulator>>();
	const names: string[] = [];
	const failed: boolean[] = [];
	const counts: number[] = [];
	let from = begun;
	let offered = 0;
	let ended = 0;
	let inFlight = 0;
	let bytesIn = 0;
	let bytesOut = 0;

	const take = (to: number): Snapshot => {
		const outcomes: Record<string, number> = {};
		const failures: Record<string, number> = {};
		for (let slot = 0; slot < counts.length; slot++) {
			const count = counts[slot]!;
			if (count === 0) continue;
			outcomes[names[slot]!] = count;
			if (failed[slot]) failures[names[slot]!] = count;
			counts[slot] = 0;
		}

		const waited = waiting.take();
		const rest = {
			...taken('uncorrected', uncorrected),
			...taken('firstByte', firstByte),
			...taken('uncorrectedWaiting', uncorrectedWaiting),
		};
		const setup: Setup = Object.assign({}, ...[...setups].map(([step, accumulator]) => taken(step, accumulator)));

		const snapshot: Snapshot = {
			from,
			to,
			latency: latency.take(),
			...rest,
			waiting: waited,
			...(Object.keys(setup).length === 0 ? {} : {setup}),
			outcomes,
			failures,
			offered,
			bytesIn,
			bytesOut,
			gauges: {},
		};
		inFlight += offered - ended - waited.count;
		from = to;
		offered = 0;
		ended = 0;
		bytesIn = 0;
		bytesOut = 0;
		return snapshot;
	};

	return {
		outcome(name, isFailure) {
			const known = names.indexOf(name);
			if (known >= 0) return known;
			failed.push(isFailure);
			counts.push(0);
			return names.push(name) - 1;
		},
		offer(count) {
			offered += count;
		},
		record(slot, latencyMicroseconds, uncorrectedMicroseconds) {
			counts[slot]! += 1;
			ended += 1;
			latency.record(latencyMicroseconds);
			if (uncorrectedMicroseconds !== undefined) {
				uncorrected ??= createAccumulator();
				uncorrected.record(uncorrectedMicroseconds);
			}
		},
		firstByte(latencyMicroseconds) {
			firstByte ??= createAccumulator();
			firstByte.record(latencyMicroseconds);
		},
		fail(slot) {
			counts[slot]! += 1;
			ended += 1;
		},
		abandon(waitedMicroseconds, uncorrectedMicroseconds) {
			waiting.record(waitedMicroseconds);
			if (uncorrectedMicroseconds === undefined) return;
			uncorrectedWaiting ??= createAccumulator();
			uncorrectedWaiting.record(uncorrectedMicroseconds);
		},
		setup(step, microseconds) {
			let accumulator = setups.get(step);
			if (accumulator === undefined) {
				accumulator = createAccumulator();
				setups.set(step, accumulator);
			}

			accumulator.record(microseconds);
		},
		received(bytes) {
			bytesIn += bytes;
		},
		sent(bytes) {
			bytesOut += bytes;
		},
		take,
		takeLast(to) {
			const snapshot = take(to);
			const carried = inFlight;
			offered = carried;
			inFlight = 0;
			return {...snapshot, offered: snapshot.offered - carried};
		},
	};
};
