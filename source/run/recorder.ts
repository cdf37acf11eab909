import {createAccumulator, type Histogram} from '../core/histogram.ts';
import {emptyPart, type Part} from '../core/part.ts';
import {type Measured, type Metric, samplesOf} from '../core/samples.ts';
import type {Setup, SetupStep, Snapshot} from '../core/snapshot.ts';
import type {PartRecorder, Recorder} from '../engines/engine.ts';

export type TakingRecorder = Recorder & {
	/**
	 * Everything since the last take, up to a moment of the run's clock. Idle time beyond the stretch is left for the next
	 * one; where none follows, the stretch covers less than nothing, so that the whole is right.
	 */
	readonly take: (to: number, isLast?: boolean) => Snapshot;
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

/** Counts of outcomes by their slots since the last take. */
const createCounts = () => {
	const counts: number[] = [];
	return {
		add(slot: number, count: number): void {
			while (counts.length <= slot) counts.push(0);
			counts[slot]! += count;
		},
		take(names: readonly string[], failed: readonly boolean[]): Pick<Part, 'outcomes' | 'failures'> {
			const outcomes: Record<string, number> = {};
			const failures: Record<string, number> = {};
			for (let slot = 0; slot < counts.length; slot++) {
				const count = counts[slot]!;
				if (count === 0) continue;
				outcomes[names[slot]!] = count;
				if (failed[slot]) failures[names[slot]!] = count;
				counts[slot] = 0;
			}

			return {outcomes, failures};
		},
	};
};

type TakingPart = PartRecorder & {
	/** Everything since the last take; nothing if that is nothing. */
	readonly take: () => Part | undefined;
	/** How many are in flight after the last take; from now on they are offered anew. */
	readonly handOver: () => number;
};

/** Counts both in one part and in the whole. */
const createPart = (whole: PartRecorder, names: readonly string[], failed: readonly boolean[]): TakingPart => {
	const latency = createAccumulator();
	const waiting = createAccumulator();
	const counts = createCounts();
	let offered = 0;
	let ended = 0;
	let inFlight = 0;
	return {
		outcome: whole.outcome,
		offer(count) {
			offered += count;
			whole.offer(count);
		},
		record(slot, latencyMicroseconds, uncorrectedMicroseconds) {
			counts.add(slot, 1);
			ended += 1;
			latency.record(latencyMicroseconds);
			whole.record(slot, latencyMicroseconds, uncorrectedMicroseconds);
		},
		firstByte: whole.firstByte,
		fail(slot) {
			counts.add(slot, 1);
			ended += 1;
			whole.fail(slot);
		},
		abandon(waitedMicroseconds, uncorrectedMicroseconds) {
			waiting.record(waitedMicroseconds);
			whole.abandon(waitedMicroseconds, uncorrectedMicroseconds);
		},
		take() {
			if (offered === 0 && ended === 0 && waiting.isEmpty()) return undefined;
			const waited = waiting.take();
			const part: Part = {latency: latency.take(), waiting: waited, ...counts.take(names, failed), offered};
			inFlight += offered - ended - waited.count;
			offered = 0;
			ended = 0;
			return part;
		},
		handOver() {
			const carried = inFlight;
			offered = carried;
			inFlight = 0;
			return carried;
		},
	};
};

type Taken = Metric & {values: number[]; groups: number[] | undefined; isTold: boolean};

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
	const counts = createCounts();
	const parts = new Map<string, TakingPart>();
	const metrics: Taken[] = [];
	let idle = 0;
	let from = begun;
	let offered = 0;
	let ended = 0;
	let inFlight = 0;
	let bytesIn = 0;
	let bytesOut = 0;

	const take = (to: number, isLast = false): Snapshot => {
		const waited = waiting.take();
		const rest = {
			...taken('uncorrected', uncorrected),
			...taken('firstByte', firstByte),
			...taken('uncorrectedWaiting', uncorrectedWaiting),
		};
		const told = [...parts].flatMap(([name, part]) => {
			const since = part.take();
			return since === undefined ? [] : [[name, since] as const];
		});
		// Once also without a value, so that metrics stand in the order in which the engine named them.
		const sampled = metrics.flatMap((metric): Array<readonly [string, Measured]> => {
			const {name, values, groups, isTold, ...said} = metric;
			if (values.length === 0 && isTold) return [];
			metric.isTold = true;
			return [[name, {...said, samples: samplesOf(values.splice(0), groups?.splice(0))}]];
		});
		const passed = to - from;
		const covered = isLast ? passed - idle : Math.max(0, passed - idle);
		const setup: Setup = Object.assign({}, ...[...setups].map(([step, accumulator]) => taken(step, accumulator)));

		const snapshot: Snapshot = {
			from,
			to,
			...(idle === 0 ? {} : {covered}),
			latency: latency.take(),
			...rest,
			waiting: waited,
			...(Object.keys(setup).length === 0 ? {} : {setup}),
			...counts.take(names, failed),
			offered,
			bytesIn,
			bytesOut,
			gauges: {},
			...(told.length === 0 ? {} : {parts: Object.fromEntries(told)}),
			...(sampled.length === 0 ? {} : {metrics: Object.fromEntries(sampled)}),
		};
		inFlight += offered - ended - waited.count;
		idle = isLast ? 0 : Math.max(0, idle - passed);
		from = to;
		offered = 0;
		ended = 0;
		bytesIn = 0;
		bytesOut = 0;
		return snapshot;
	};

	const whole: PartRecorder = {
		outcome(name, isFailure) {
			const known = names.indexOf(name);
			if (known >= 0) return known;
			failed.push(isFailure);
			return names.push(name) - 1;
		},
		offer(count) {
			offered += count;
		},
		record(slot, latencyMicroseconds, uncorrectedMicroseconds) {
			counts.add(slot, 1);
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
			counts.add(slot, 1);
			ended += 1;
		},
		abandon(waitedMicroseconds, uncorrectedMicroseconds) {
			waiting.record(waitedMicroseconds);
			if (uncorrectedMicroseconds === undefined) return;
			uncorrectedWaiting ??= createAccumulator();
			uncorrectedWaiting.record(uncorrectedMicroseconds);
		},
	};

	return {
		...whole,
		part(name) {
			const known = parts.get(name);
			if (known !== undefined) return known;
			const part = createPart(whole, names, failed);
			parts.set(name, part);
			return part;
		},
		count(slot, count) {
			counts.add(slot, count);
			ended += count;
		},
		idle(milliseconds) {
			idle += milliseconds;
		},
		metric(metric) {
			const known = metrics.findIndex(({name}) => name === metric.name);
			if (known >= 0) return known;
			return metrics.push({...metric, values: [], groups: undefined, isTold: false}) - 1;
		},
		sample(slot, value, group) {
			const metric = metrics[slot];
			if (metric === undefined || !Number.isFinite(value)) return;
			if (group !== undefined) {
				metric.groups ??= metric.values.map(() => 0);
				metric.groups.push(group);
			} else metric.groups?.push(0);
			metric.values.push(value);
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
			const snapshot = take(to, true);
			const carried = inFlight;
			offered = carried;
			inFlight = 0;
			const handed: Record<string, Part> = {...snapshot.parts};
			for (const [name, part] of parts) {
				const ofPart = part.handOver();
				if (ofPart === 0) continue;
				const before = handed[name] ?? emptyPart;
				handed[name] = {...before, offered: before.offered - ofPart};
			}

			return {
				...snapshot,
				offered: snapshot.offered - carried,
				...(Object.keys(handed).length === 0 ? {} : {parts: handed}),
			};
		},
	};
};
