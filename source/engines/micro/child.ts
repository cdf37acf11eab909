import {pathToFileURL} from 'node:url';
import {quantileOf} from '../../core/samples.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {builtInAlgorithms} from './built-in.ts';
import {allocationOf, collect, watchCollections} from './heap.ts';
import {batchesIn, callsFor, clockStep, leastSteps, type Slice, type TimeBatch, typicalTime, warmUp} from './kernel.ts';
import {awaitOften, type Called, callOften, empty, emptyAsync, trainAsyncLoops, trainLoops} from './loop.ts';
import type {MicroMessage, MicroOrder} from './messages.ts';
import {algorithmsOf, casesOf, type Scaled} from './module.ts';
import {growSizes} from './sizes.ts';
import {placeOf} from './where.ts';

type Tell = (message: MicroMessage) => Promise<void>;

const now = (): number => performance.now();

const median = (values: readonly number[]): number =>
	quantileOf(
		[...values].sort((a, b) => a - b),
		0.5,
	) ?? 0;

/** Slices are at least so long, however fine the clock: what happens at their ends would show otherwise. Milliseconds. */
const leastBatch = 0.5;
/** A batch needs no more parts. */
const mostSlices = 1000;
/** Fewer batches have no middle to speak of. */
const leastSamples = 3;
const emptyBatches = 15;
/** Long enough for V8 to compile what is called often, and that beside the program. Milliseconds. */
const leastWarmup = 50;
/** Batches in a warm-up are a share of those that are measured. */
const warmupShare = 0.25;
/** Of the calls whose allocations are counted, as far as one call allows. Milliseconds. */
const allocationTime = 20;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
	typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** What was thrown by a function of the user's, for the one who waits for it. */
const thrown = (stage: 'setup' | 'run' | 'teardown', error: unknown, module: string, size?: number): MicroMessage => {
	const isError = error instanceof Error;
	const where = isError && error.stack !== undefined ? placeOf(error.stack, module, process.cwd()) : undefined;
	return {
		kind: 'threw',
		stage,
		name: isError ? error.name : typeof error,
		message: messageOf(error),
		...(where === undefined ? {} : {where}),
		...(size === undefined ? {} : {size}),
	};
};

/** Ends the work with what is to be told. */
class Told extends Error {
	readonly told: MicroMessage;
	constructor(told: MicroMessage) {
		super(told.kind);
		this.told = told;
	}
}

const attempt = async <Value>(
	stage: 'setup' | 'run' | 'teardown',
	module: string,
	work: () => Value,
	size?: number,
): Promise<Awaited<Value>> => {
	try {
		return await work();
	} catch (error) {
		throw new Told(thrown(stage, error, module, size));
	}
};

const importModule = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
	const namespace: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
	return namespace;
};

/** Of JavaScript that cannot be read, only the process itself says where: as it ends. */
const isUnplaced = (error: unknown, path: string): error is SyntaxError =>
	error instanceof SyntaxError && placeOf(error.stack ?? '', path, process.cwd()) === undefined;

const list = async (order: MicroOrder & {readonly act: 'list'}, tell: Tell): Promise<void> => {
	const names: string[][] = [];
	for (const [index, path] of order.modules.entries()) {
		try {
			const namespace = await importModule(path);
			const found = order.kind === 'functions' ? casesOf(namespace) : algorithmsOf(namespace);
			names.push(found.map(({name}) => name));
		} catch (error) {
			if (isUnplaced(error, path)) {
				error.stack = `${error.name}: ${error.message}`;
				queueMicrotask(() => {
					throw error;
				});
				return;
			}

			const where =
				error instanceof Error && !(error instanceof BenchtopError)
					? placeOf(error.stack ?? '', path, process.cwd())
					: undefined;
			await tell({
				kind: 'refused',
				module: index,
				message: messageOf(error),
				...(error instanceof BenchtopError && error.hint !== undefined ? {hint: error.hint} : {}),
				...(where === undefined ? {} : {where}),
			});
			return;
		}
	}

	await tell({kind: 'listed', names});
};

/** One function with its input, and the batches of it. */
type Timed = {
	readonly isAsync: boolean;
	readonly call: (calls: number) => unknown;
	readonly timeBatch: TimeBatch;
};

const timed = (run: Called, input: unknown, parameters: unknown, isAsync: boolean): Timed => {
	const call = (calls: number): unknown =>
		isAsync ? awaitOften(run, input, parameters, calls) : callOften(run, input, parameters, calls);
	return {
		isAsync,
		call,
		timeBatch: isAsync
			? async (calls) => {
					const begin = now();
					await awaitOften(run, input, parameters, calls);
					return now() - begin;
				}
			: (calls) => {
					const begin = now();
					callOften(run, input, parameters, calls);
					return now() - begin;
				},
	};
};

/** What an empty function costs at the same place of call. Milliseconds of one call. */
const emptyTime = async (isAsync: boolean, step: number): Promise<number> => {
	const {timeBatch} = timed(isAsync ? emptyAsync : empty, undefined, undefined, isAsync);
	const wanted = Math.max(leastBatch, leastSteps * step);
	const {calls} = await warmUp(timeBatch, {wanted, least: 5, most: 50});
	const times: number[] = [];
	for (let batch = 0; batch < emptyBatches; batch++) times.push((await timeBatch(calls)) / calls);
	return median(times);
};

/** The loops are trained once in a process; what an empty function costs there stays. */
const emptyTimes = new Map<boolean, number>();

const trained = async (isAsync: boolean, step: number): Promise<number> => {
	const known = emptyTimes.get(isAsync);
	if (known !== undefined) return known;
	if (isAsync) await trainAsyncLoops();
	else trainLoops();
	const time = await emptyTime(isAsync, step);
	emptyTimes.set(isAsync, time);
	return time;
};

/** The loop that a function needs, trained, and what it costs. The first call says whether it gives a promise. */
const prepare = async (
	run: Called,
	input: unknown,
	parameters: unknown,
	step: number,
): Promise<Timed & {readonly empty: number}> => {
	const first = run(input, parameters);
	const isAsync = isThenable(first);
	await first;
	return {...timed(run, input, parameters, isAsync), empty: await trained(isAsync, step)};
};

/** Times a batch as slices of so many calls each, one right after the other. */
const timeSlices = async (
	{isAsync, call}: Timed,
	count: number,
	calls: number,
	collections: ReturnType<typeof watchCollections>,
): Promise<MicroMessage & {readonly kind: 'sample'}> => {
	const moments = new Float64Array(count + 1);
	moments[0] = now();
	for (let slice = 1; slice <= count; slice++) {
		if (isAsync) await call(calls);
		else call(calls);
		moments[slice] = now();
	}

	const begun = await collections.since();
	const slices = Array.from({length: count}, (_, index): Slice => {
		const [from, to] = [moments[index]!, moments[index + 1]!];
		const within = begun.filter(({at}) => at >= from && at < to);
		return {took: to - from, collected: within.reduce((sum, {took}) => sum + took, 0)};
	});
	return {
		kind: 'sample',
		calls: count * calls,
		took: moments[count]! - moments[0]!,
		collected: slices.reduce((sum, {collected}) => sum + collected, 0),
		typical: typicalTime(slices, calls),
	};
};

const measure = async (order: MicroOrder & {readonly act: 'measure'}, tell: Tell): Promise<void> => {
	const {module, name, warmup, time, samples} = order;
	const found = casesOf(await importModule(module)).find((each) => each.name === name);
	if (found === undefined) throw new Error(`There is no ${name} any more.`);
	const {run, parameters, setup, teardown} = found;
	const input = setup === undefined ? parameters : await attempt('setup', module, async () => await setup(parameters));
	const step = clockStep(now);
	const timing = await attempt('run', module, () => prepare(run, input, parameters, step));
	const wanted = Math.max(leastBatch, leastSteps * step, time / samples);
	const warm = await attempt('run', module, () =>
		warmUp(timing.timeBatch, {
			wanted: Math.max(leastBatch, wanted * warmupShare),
			least: Math.min(leastWarmup, warmup),
			most: warmup,
		}),
	);
	const calls = callsFor(warm.callTime, Math.max(leastBatch, leastSteps * step));
	const slices = batchesIn(wanted, warm.callTime * calls, 1, mostSlices);
	const collections = watchCollections();
	collect('major');
	await tell({
		kind: 'ready',
		async: timing.isAsync,
		empty: timing.empty * 1e6,
		coarse: warm.callTime * calls < (leastSteps / 2) * step,
		...(warm.steady === undefined ? {} : {steady: warm.steady}),
	});
	await collections.since();
	// Collected is when the calls make it due: a collection before each batch would take from its calls what they owe.
	const count = batchesIn(time, warm.callTime * calls * slices, leastSamples, samples);
	for (let batch = 0; batch < count; batch++) {
		await tell(await attempt('run', module, () => timeSlices(timing, slices, calls, collections)));
	}

	collections.close();
	const mostCalls = Math.max(1, Math.min(calls, Math.floor(allocationTime / Math.max(warm.callTime, 1e-6))));
	const bytes = await attempt('run', module, () => allocationOf(timing.call, mostCalls));
	await tell({kind: 'allocated', bytes});
	if (teardown !== undefined) await attempt('teardown', module, async () => await teardown(input, parameters));
	await tell({kind: 'done'});
};

const findAlgorithm = async (module: string | undefined, name: string): Promise<Scaled> => {
	const all = module === undefined ? builtInAlgorithms : algorithmsOf(await importModule(module));
	const found = all.find((each) => each.name === name);
	if (found === undefined) throw new Error(`There is no ${name} any more.`);
	return found;
};

/** Of one size, when many are measured in one process: the code itself is warm after the first. Milliseconds. */
const scaleWarmup = 20;

/** One size of an algorithm, made ready: batches of about so long. */
const atSize = async (
	{run, setup}: Scaled,
	module: string,
	size: number,
	step: number,
	batch: number,
	warmup: number,
) => {
	const input = setup === undefined ? size : await attempt('setup', module, async () => await setup(size), size);
	const timing = await attempt('run', module, () => prepare(run, input, size, step), size);
	const wanted = Math.max(leastBatch, leastSteps * step, batch);
	const warm = await attempt(
		'run',
		module,
		() => warmUp(timing.timeBatch, {wanted: wanted / 2, least: Math.min(5, warmup), most: warmup}),
		size,
	);
	return {timing, warm, calls: callsFor(warm.callTime, wanted)};
};

const grow = async (order: MicroOrder & {readonly act: 'grow'}, tell: Tell): Promise<void> => {
	const {module = '', name, largest, longest, warmup} = order;
	const algorithm = await findAlgorithm(order.module, name);
	const step = clockStep(now);
	let least = Number.POSITIVE_INFINITY;
	const {sizes} = await growSizes(
		async (size) => {
			const {timing, warm} = await atSize(algorithm, module, size, step, leastBatch, warmup);
			least = Math.min(least, timing.empty);
			return warm.callTime;
		},
		{given: algorithm.sizes ?? order.sizes, largest, longest},
	);
	await tell({kind: 'grown', sizes: [...sizes], empty: Number.isFinite(least) ? least * 1e6 : 0});
	await tell({kind: 'done'});
};

const scale = async (order: MicroOrder & {readonly act: 'scale'}, tell: Tell): Promise<void> => {
	const {module = '', name, sizes, batch, samples} = order;
	const algorithm = await findAlgorithm(order.module, name);
	const step = clockStep(now);
	const collections = watchCollections();
	let isFirst = true;
	for (const size of sizes) {
		const {timing, warm, calls} = await atSize(algorithm, module, size, step, batch, scaleWarmup);
		if (isFirst) {
			isFirst = false;
			await tell({kind: 'ready', async: timing.isAsync, empty: timing.empty * 1e6, coarse: false});
		}

		collect('major');
		await collections.since();
		for (let sample = 0; sample < samples; sample++) {
			const timed = await attempt('run', module, () => timeSlices(timing, 1, calls, collections), size);
			await tell({...timed, size});
		}

		const mostCalls = Math.max(1, Math.min(calls, Math.floor(allocationTime / Math.max(warm.callTime, 1e-6))));
		const bytes = await attempt('run', module, () => allocationOf(timing.call, Math.min(mostCalls, 100)), size);
		await tell({kind: 'allocated', bytes, size});
	}

	collections.close();
	await tell({kind: 'done'});
};

/** Does what a measuring process was asked to, and tells everything that comes of it. */
export const obey = async (order: MicroOrder, tell: Tell): Promise<void> => {
	try {
		switch (order.act) {
			case 'list':
				return await list(order, tell);
			case 'measure':
				return await measure(order, tell);
			case 'grow':
				return await grow(order, tell);
			case 'scale':
				return await scale(order, tell);
		}
	} catch (error) {
		if (!(error instanceof Told)) throw error;
		await tell(error.told);
	}
};
