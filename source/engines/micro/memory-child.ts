import {dirname} from 'node:path';
import {constants, type PerformanceEntry, PerformanceObserver} from 'node:perf_hooks';
import {pathToFileURL} from 'node:url';
import {GCProfiler, getHeapStatistics} from 'node:v8';
import {printable} from '../../core/printable.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {builtInCases} from './memory-cases.ts';
import type {CollectionKind, MemoryMessage, MemoryOrder} from './memory-messages.ts';
import {type Case, casesOf} from './module.ts';
import {placeOf} from './where.ts';

/** How often calls are told of, and how long the process calls before it lets others have a turn. Milliseconds. */
const tickTime = 50;
const sliceTime = 5;
/** A batch of calls is so long that reading the clock, which allocates, hardly counts. Milliseconds. */
const shortBatch = 0.5;
const longBatch = 4;
const mostCalls = 1_000_000;
/** Where much is kept, collections take long: between two of them the process calls for as long as one took, at least. */
const leastShare = 1;
/** Where one collection takes so long, no second one looks for what the first one only marked. Milliseconds. */
const longCollection = 250;

const send = (message: MemoryMessage): void => {
	process.send?.(message);
};

const isCollect = (value: unknown): value is () => void => typeof value === 'function';

const collector = (): (() => void) => {
	const exposed: unknown = Reflect.get(globalThis, 'gc');
	if (isCollect(exposed)) return exposed;
	throw new BenchtopError('This Node.js does not let its garbage be collected on demand.', {
		hint: 'It was started with --expose-gc; NODE_OPTIONS may speak against that.',
		exitCode: 4,
	});
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Collects all garbage, also what finalizers let go; gives the milliseconds of one collection. */
const collectAll = async (collect: () => void): Promise<number> => {
	const begin = performance.now();
	collect();
	const took = performance.now() - begin;
	await turn();
	if (took < longCollection) collect();
	return took;
};

const kindOfType = (type: string): CollectionKind | undefined => {
	if (type === 'Scavenge' || type.startsWith('Minor')) return 'minor';
	if (type === 'MarkSweepCompact') return 'major';
	if (type === 'IncrementalMarking') return 'incremental';
	return type === 'ProcessWeakCallbacks' ? 'weak callbacks' : undefined;
};

/** The kinds of Node.js's own entries; 2 is the concurrent minor collector of newer versions. */
const kindOfNumber: Readonly<Record<number, CollectionKind>> = {
	[constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
	2: 'minor',
	[constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
	[constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
	[constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak callbacks',
};

type Collections = Record<CollectionKind, {count: number; time: number}>;

const noCollections = (): Collections => ({
	minor: {count: 0, time: 0},
	major: {count: 0, time: 0},
	incremental: {count: 0, time: 0},
	'weak callbacks': {count: 0, time: 0},
});

/** Watches the heap for a stretch of time. Costs nothing in the heap until it is over. */
const watchHeap = (): (() => {allocated: number; peak: number; collections: Collections}) => {
	const profiler = new GCProfiler();
	let level = getHeapStatistics().used_heap_size;
	profiler.start();
	return () => {
		const end = getHeapStatistics().used_heap_size;
		let [allocated, peak] = [0, end];
		const collections = noCollections();
		// What grew from each collection to the next was allocated.
		for (const {gcType, cost, beforeGC, afterGC} of profiler.stop().statistics) {
			const before = beforeGC.heapStatistics.usedHeapSize;
			allocated += Math.max(0, before - level);
			peak = Math.max(peak, before);
			level = afterGC.heapStatistics.usedHeapSize;
			const kind = kindOfType(gcType);
			if (kind === undefined) continue;
			collections[kind].count += 1;
			collections[kind].time += cost / 1000;
		}

		return {allocated: allocated + Math.max(0, end - level), peak, collections};
	};
};

type Pauses = Record<CollectionKind, number[]>;

const detailOf = (entry: PerformanceEntry): {readonly kind: number; readonly flags: number} => {
	const given: unknown = 'detail' in entry ? entry.detail : undefined;
	if (typeof given !== 'object' || given === null || !('kind' in given) || !('flags' in given)) {
		return {kind: 0, flags: 0};
	}

	return {kind: Number(given.kind), flags: Number(given.flags)};
};

/** Every collection that was not called for, from the last take on. */
const trackPauses = () => {
	const none = (): Pauses => ({minor: [], major: [], incremental: [], 'weak callbacks': []});
	let pauses = none();
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			const {kind, flags} = detailOf(entry);
			const known = kindOfNumber[kind];
			if (known === undefined || (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0) continue;
			pauses[known].push(entry.duration);
		}
	});
	observer.observe({entryTypes: ['gc']});
	return {
		take(): Pauses {
			const taken = pauses;
			pauses = none();
			return taken;
		},
		close: () => observer.disconnect(),
	};
};

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
	typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** What the last call gave: the compiler cannot leave out what somebody could look at. */
export const last: {result: unknown} = {result: undefined};

/** Calls a function for stretches of time, and counts. */
const createCalls = ({run, parameters}: Case, input: unknown, module: string | null) => {
	let batch = 1;
	/** Calls that came back, those of them that were told of, and all. */
	let [done, untold, tried] = [0, 0, 0];
	let failed: Record<string, number> | undefined;
	const told = new Set<string>();
	const fail = (error: unknown): void => {
		const name = printable(error instanceof Error ? error.name : 'thrown');
		failed ??= {};
		failed[name] = (failed[name] ?? 0) + 1;
		if (told.has(name)) return;
		told.add(name);
		const where = error instanceof Error ? placeOf(error.stack ?? '', module ?? '', process.cwd()) : undefined;
		send({kind: 'threw', name, message: printable(messageOf(error)), ...(where === undefined ? {} : {where})});
	};
	const callBatch = async (calls: number): Promise<void> => {
		let thrown = 0;
		for (let call = 0; call < calls; call++) {
			try {
				const result = run(input, parameters);
				last.result = isPromise(result) ? await result : result;
			} catch (error) {
				thrown += 1;
				fail(error);
			}
		}

		done += calls - thrown;
		tried += calls;
	};
	const tell = (): void => {
		if (done === untold && failed === undefined) return;
		send({kind: 'tick', done: done - untold, ...(failed === undefined ? {} : {failed})});
		untold = done;
		failed = undefined;
	};
	return {
		/** How many, those that threw included. */
		tried: () => tried,
		/** Calls until a moment, or so many times. */
		async until(moment: number, left: () => number): Promise<void> {
			let tick = performance.now() + tickTime;
			let now = performance.now();
			while (now < moment && left() > 0) {
				const slice = Math.min(moment, now + sliceTime);
				while (now < slice && left() > 0) {
					const calls = Math.min(batch, left());
					await callBatch(calls);
					const took = performance.now() - now;
					now += took;
					if (took < shortBatch && calls === batch) batch = Math.min(mostCalls, batch * 2);
					else if (took > longBatch) batch = Math.max(1, batch >> 1);
				}

				if (now > tick) {
					tell();
					tick = now + tickTime;
				}

				await turn();
				now = performance.now();
			}

			tell();
		},
	};
};

const measure = async (order: Extract<MemoryOrder, {act: 'measure'}>, found: Case): Promise<void> => {
	const collect = collector();
	const input = found.setup === undefined ? found.parameters : await found.setup(found.parameters);
	const calls = createCalls(found, input, order.module);
	const pauses = order.trackGc ? trackPauses() : undefined;
	let collection = await collectAll(collect);
	/** One stretch of calls, and what is left of it after a collection. */
	const stretch = async (length: number, before: number, left: () => number): Promise<number> => {
		const begin = performance.now();
		send({kind: 'go', at: performance.timeOrigin + begin});
		const triedBefore = calls.tried();
		const look = watchHeap();
		await calls.until(begin + length, left);
		const ended = performance.now();
		const {allocated, peak, collections} = look();
		send({kind: 'rest', at: performance.timeOrigin + ended});
		collection = await collectAll(collect);
		const {heapUsed, external} = process.memoryUsage();
		send({
			kind: 'point',
			at: before + ended - begin,
			calls: calls.tried(),
			active: ended - begin,
			done: calls.tried() - triedBefore,
			allocated,
			collections,
			retained: heapUsed + external,
			peakHeap: peak,
			peakResident: process.resourceUsage().maxRSS * 1024,
			...(pauses === undefined ? {} : {pauses: pauses.take()}),
		});
		return ended - begin;
	};
	/** Stretches for so long, with the collections between them. */
	const stretches = async (time: number, left: () => number): Promise<void> => {
		let active = 0;
		const end = performance.now() + time;
		for (;;) {
			const length = Math.max(order.every, collection * leastShare);
			const room = end - performance.now();
			if (left() <= 0 || (active > 0 && room < length / 2) || room <= 0) return;
			active += await stretch(Math.min(length, room), active, left);
		}
	};
	await stretches(order.warmup, () => Number.POSITIVE_INFINITY);
	pauses?.take();
	send({kind: 'measuring'});
	const begun = calls.tried();
	const {amount} = order;
	await stretches(
		order.duration,
		amount === undefined ? () => Number.POSITIVE_INFINITY : () => amount - (calls.tried() - begun),
	);
	pauses?.close();
	await found.teardown?.(input, found.parameters);
};

const loadCases = async (module: string | null): Promise<readonly Case[]> => {
	if (module === null) return casesOf({default: builtInCases});
	const namespace: Readonly<Record<string, unknown>> = await import(pathToFileURL(module).href);
	return casesOf(namespace);
};

const obey = async (order: MemoryOrder): Promise<void> => {
	const cases = await loadCases(order.module);
	if (order.act === 'list') {
		collector();
		send({kind: 'listed', names: cases.map(({name}) => name)});
		return;
	}

	const found = cases.find(({name}) => name === order.name);
	if (found === undefined) throw new BenchtopError(`There is no function called ${printable(order.name)}.`);
	await measure(order, found);
};

/** Takes one order from who started this process, obeys it, and ends. */
export const serveMemory = (): void => {
	process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.once('message', (order: MemoryOrder) => {
		obey(order)
			.catch((error: unknown) => {
				// Of JavaScript that cannot be read, only the process itself says where: as it ends.
				if (error instanceof SyntaxError && placeOf(error.stack ?? '', order.module ?? '', '/') === undefined) {
					error.stack = `${error.name}: ${error.message}`;
					setImmediate(() => {
						throw error;
					});
					return new Promise<void>(() => {});
				}

				const stack = error instanceof Error && !(error instanceof BenchtopError) ? error.stack : undefined;
				const where =
					stack === undefined ? undefined : placeOf(stack, order.module ?? '', dirname(order.module ?? '/'));
				send({
					kind: 'refused',
					message: printable(messageOf(error)),
					...(error instanceof BenchtopError && error.hint !== undefined ? {hint: error.hint} : {}),
					...(where === undefined ? {} : {where}),
				});
				return undefined;
			})
			// Whoever started this process ends it when it has heard that: what a function left open would keep it.
			.then(() => send({kind: 'done'}));
	});
};
