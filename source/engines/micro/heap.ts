import {type PerformanceEntry, PerformanceObserver} from 'node:perf_hooks';
import {GCProfiler, getHeapStatistics} from 'node:v8';
import {runInThisContext} from 'node:vm';
import {quantileOf} from '../../core/samples.ts';

type Collect = (options?: {readonly type: 'minor' | 'major'; readonly execution: 'sync'}) => unknown;

const isCollect = (value: unknown): value is Collect => typeof value === 'function';

/** Collects garbage now, where this process was started with --expose-gc; without it does nothing. */
export const collect = (type: 'minor' | 'major'): void => {
	const exposed: unknown = runInThisContext('globalThis.gc');
	if (isCollect(exposed)) exposed({type, execution: 'sync'});
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A garbage collection: when it began, by `performance.now()`, and its milliseconds. */
export type Collection = {readonly at: number; readonly took: number};

/** Watches garbage collections, to tell how much of a stretch of time went into them. */
export const watchCollections = () => {
	const entries: PerformanceEntry[] = [];
	const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
	observer.observe({entryTypes: ['gc']});
	return {
		/** Those that began since it was last asked. */
		async since(): Promise<readonly Collection[]> {
			// They are told by an immediate each.
			await turn();
			await turn();
			entries.push(...observer.takeRecords());
			return entries.splice(0).map(({startTime, duration}) => ({at: startTime, took: duration}));
		},
		close: () => observer.disconnect(),
	};
};

type Heap = {readonly used: number; readonly external: number};

const heapNow = (): Heap => {
	const {used_heap_size: used, external_memory: external} = getHeapStatistics();
	return {used, external};
};

/** What was taken of a heap from one moment to the next, when nothing was collected between. */
const taken = (from: Heap, to: Heap): number =>
	Math.max(0, to.used - from.used) + Math.max(0, to.external - from.external);

/**
 * Bytes that some work takes of the heap, and of the memory beside it that belongs to buffers: what grew from each
 * collection to the next, so that what was collected meanwhile counts. Includes what the looking itself takes.
 */
const allocatedBy = async (work: () => unknown): Promise<number> => {
	const profiler = new GCProfiler();
	// The memory of dead buffers is given back beside the program: the second waits until the first is through with that.
	collect('minor');
	collect('minor');
	profiler.start();
	let before = heapNow();
	await work();
	const end = heapNow();
	let bytes = 0;
	for (const {beforeGC, afterGC} of profiler.stop().statistics) {
		bytes += taken(before, {
			used: beforeGC.heapStatistics.usedHeapSize,
			external: beforeGC.heapStatistics.externalMemory,
		});
		before = {used: afterGC.heapStatistics.usedHeapSize, external: afterGC.heapStatistics.externalMemory};
	}

	return bytes + taken(before, end);
};

const repeats = 5;
/** What is taken between two collections is known to the byte: so much fits between them. */
const roomy = 1024 * 1024;

/** Bytes that one call takes, the median of some tries of at most so many calls. `work` calls so often as it is told. */
export const allocationOf = async (work: (calls: number) => unknown, mostCalls: number): Promise<number> => {
	const tries = async (count: number): Promise<number> => {
		const bytes: number[] = [];
		for (let repeat = 0; repeat < repeats; repeat++) bytes.push(await allocatedBy(() => work(count)));
		return (
			quantileOf(
				bytes.sort((a, b) => a - b),
				0.5,
			) ?? 0
		);
	};
	await tries(0);
	const looking = await tries(0);
	const bytesOf = async (calls: number): Promise<number> => Math.max(0, (await tries(calls)) - looking) / calls;
	const few = Math.min(mostCalls, 8);
	const roughly = await bytesOf(few);
	const calls = Math.max(1, Math.min(mostCalls, Math.floor(roomy / Math.max(1, roughly))));
	return calls <= few ? roughly : bytesOf(calls);
};
