import {seededRandom} from '../../core/random.ts';
import {quantileOf} from '../../core/samples.ts';
import type {Control, Recorder} from '../engine.ts';
import {type AlgorithmsPlan, builtIn} from './algorithms-plan.ts';
import {builtInAlgorithms} from './built-in.ts';
import {type CaseRecord, doubtsOf} from './doubts.ts';
import {type Failure, failureOf, thrownFailure} from './failure.ts';
import {exponentOfLaunch, growthFinding, type SizeRecord} from './growth.ts';
import {listModules, runProcess} from './process.ts';
import {inSession, launchAll, type Session, shuffled} from './session.ts';

/** The names of the algorithms that a plan means; `undefined`: it was stopped. */
export const algorithmNames = async (
	plan: AlgorithmsPlan,
	signal: AbortSignal,
): Promise<readonly string[] | undefined> => {
	if (plan.module === builtIn) return builtInAlgorithms.map(({name}) => name);
	const names = await listModules('algorithms', [plan.module], plan, signal);
	return names?.flat();
};

/** One algorithm and what was measured of it. */
type Subject = {
	readonly name: string;
	readonly sizes: readonly number[];
	readonly records: ReadonlyMap<number, SizeRecord>;
	readonly record: CaseRecord;
};

const medianOf = (values: readonly number[]): number =>
	quantileOf(
		[...values].sort((a, b) => a - b),
		0.5,
	) ?? Number.NaN;

/** A run that has a duration spends this part of each algorithm's share on finding its sizes. */
const growthPart = 0.2;
/** Sizes that are tried, about: each gets so much of that. */
const triedSizes = 20;
/** Of one size while sizes are found: times of code that is not warm would hide how they grow. Milliseconds. */
const growthWarmup = 40;
/** A launch takes so long beside what it measures, in itself and for each size. Milliseconds. */
const [launchOverhead, sizeOverhead] = [150, 12];
const leastBatch = 0.5;
/** How many resamples a fit gets when the run was told to stop: it has a tenth of a second for all. */
const hastyResamples = 5;

/** Measures algorithms over sizes until the plan is through, its time is over, or it is told to stop. */
export const loadAlgorithms = (plan: AlgorithmsPlan, recorder: Recorder, control: Control): Promise<void> =>
	inSession(recorder, control, (session, enough) => run(plan, recorder, control, session, enough));

const run = async (
	plan: AlgorithmsPlan,
	recorder: Recorder,
	control: Control,
	session: Session,
	enough: AbortController,
): Promise<void> => {
	const {warmup, duration, amount} = control;
	const stop = AbortSignal.any([control.signal, enough.signal]);
	const module = plan.module === builtIn ? undefined : plan.module;
	session.enter(warmup > 0 ? 'warm-up' : 'measure');
	await session.pass();
	const all = await algorithmNames(plan, stop);
	if (all === undefined) return;
	const names = plan.names === undefined ? all : all.filter((name) => plan.names?.includes(name));
	const ok = recorder.outcome('ok', false);
	const fail = (name: string, {outcome, text}: Failure): void => {
		recorder.offer(1);
		recorder.count(recorder.outcome(outcome, true), 1);
		control.notice(`${name} ${text}`);
	};
	const failures: Array<readonly [string, Failure]> = [];
	const subjects: Subject[] = [];
	const share = duration === undefined ? undefined : duration / Math.max(1, names.length);
	for (const name of names) {
		await session.pass();
		if (session.stopped()) return;
		let sizes: readonly number[] = [];
		let failure: Failure | undefined;
		const ending = await runProcess(
			{
				act: 'grow',
				module,
				name,
				sizes: plan.sizes,
				largest: plan.largest,
				longest: share === undefined ? plan.longest : Math.min(plan.longest, (share * growthPart) / 4),
				warmup:
					share === undefined ? growthWarmup : Math.max(1, Math.min(growthWarmup, (share * growthPart) / triedSizes)),
			},
			plan,
			stop,
			plan.timeout,
			(message) => {
				if (message.kind === 'grown') sizes = message.sizes;
				if (message.kind === 'threw') failure = thrownFailure(message);
			},
		);
		if (ending.kind === 'stopped') return;
		failure = failureOf(ending, plan.timeout) ?? failure;
		if (failure !== undefined) failures.push([name, failure]);
		else {
			subjects.push({
				name,
				sizes,
				records: new Map(sizes.map((size) => [size, {size, times: [], bytes: []}])),
				record: {label: name, launches: []},
			});
		}
	}

	let begun = 0;
	if (warmup > 0) {
		session.enter('measure');
		begun = session.elapsed();
	}

	for (const [name, failure] of failures) fail(name, failure);
	const random = seededRandom(plan.seed);
	let counted = 0;
	const counts = await launchAll(
		{
			cases: subjects.length,
			launches: plan.launches,
			seed: plan.seed,
			end: duration === undefined ? undefined : begun + duration,
		},
		session,
		control.expect,
		async ({index, round}, time) => {
			const {name, sizes, records, record} = subjects[index]!;
			const batch =
				time === undefined
					? plan.batch
					: Math.max(
							leastBatch,
							Math.min(plan.batch, ((time - launchOverhead) / sizes.length - sizeOverhead) / plan.samples),
						);
			const times = new Map<number, number[]>();
			const bytes = new Map<number, number>();
			let empty = 0;
			let isAsync = false;
			let failure: Failure | undefined;
			const ending = await runProcess(
				{
					act: 'scale',
					module,
					name,
					sizes: shuffled(sizes.length, random).map((place) => sizes[place]!),
					batch,
					samples: plan.samples,
				},
				plan,
				stop,
				plan.timeout,
				(message) => {
					switch (message.kind) {
						case 'ready':
							empty = message.empty;
							isAsync = message.async;
							break;
						case 'sample': {
							const {calls, took, typical, size = 0} = message;
							session.spent(took);
							times.set(size, [...(times.get(size) ?? []), typical * 1e6]);
							recorder.offer(calls);
							recorder.count(ok, calls);
							counted += calls;
							if (amount !== undefined && counted >= amount) enough.abort();
							break;
						}
						case 'allocated':
							if (message.size !== undefined) bytes.set(message.size, message.bytes);
							break;
						case 'threw':
							failure = thrownFailure(message);
							break;
						default:
					}
				},
			);
			session.rest();
			// A launch that was broken off has not seen all sizes alike.
			if (ending.kind === 'stopped') return false;
			// Smallest first, so that they stand in this order wherever they are shown.
			for (const size of sizes) {
				const [values, taken] = [times.get(size), bytes.get(size)];
				if (values === undefined) continue;
				const slot = recorder.metric({
					name: `${name} n=${size}`,
					unit: 'ns',
					better: 'lower',
					about: 'time of one call, beyond what an empty function takes; one value for each batch',
				});
				for (const value of values) recorder.sample(slot, Math.max(0, value - (isAsync ? 0 : empty)), round);
				// What else the machine does can only add: the least of them is nearest to what the steps take.
				records.get(size)?.times.push(Math.min(...values));
				if (taken === undefined) continue;
				records.get(size)?.bytes.push(taken);
				recorder.sample(
					recorder.metric({
						name: `${name} n=${size} allocation`,
						unit: 'bytes',
						better: 'lower',
						about:
							'what one call takes of the heap, and of memory that buffers have beside it; one value for each process',
					}),
					taken,
					round,
				);
			}

			const costs = [...times].map(([size, values]) => [size, Math.min(...values)] as const);
			const exponent = exponentOfLaunch(costs, random);
			if (exponent !== undefined) {
				recorder.sample(
					recorder.metric({
						name: `${name} exponent`,
						unit: '1',
						better: 'lower',
						about: 'b of n^b, over the larger half of the sizes; one value for each process',
					}),
					exponent,
					round,
				);
			}

			const atLargest = times.get(sizes.at(-1) ?? 0);
			if (atLargest !== undefined) {
				record.launches.push({
					median: medianOf(atLargest),
					spread: Math.max(...atLargest) - Math.min(...atLargest),
					empty,
					async: isAsync,
					steady: undefined,
					coarse: false,
				});
			}

			failure = failureOf(ending, plan.timeout) ?? failure;
			if (failure === undefined) return true;
			fail(name, failure);
			return false;
		},
	);
	control.finish();
	for (const {name, records} of subjects) {
		const finding = growthFinding(name, [...records.values()], random, session.stopped() ? hastyResamples : undefined);
		if (finding !== undefined) control.find(finding);
	}

	for (const doubt of doubtsOf(
		subjects.map(({record}) => record),
		session.stopped() || enough.signal.aborted ? undefined : plan.launches,
		counts.filter((count) => count === 0).length,
	)) {
		control.doubt(doubt);
	}
};
