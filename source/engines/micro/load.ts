import {basename} from 'node:path';
import {printable} from '../../core/printable.ts';
import {quantileOf} from '../../core/samples.ts';
import {formatCount} from '../../core/units.ts';
import {medianOf} from '../../stats/describe.ts';
import type {Control, Recorder} from '../engine.ts';
import {type CaseRecord, doubtsOf} from './doubts.ts';
import {type Failure, failureOf, thrownFailure} from './failure.ts';
import type {LaunchTimes, MicroMessage} from './messages.ts';
import type {MicroPlan} from './plan.ts';
import {listModules, runProcess} from './process.ts';
import {inSession, launchAll, type Session} from './session.ts';

/** A case of one of the modules, under the name it has in the result. */
type Subject = {readonly module: string; readonly name: string; readonly label: string};

const stemOf = (path: string): string => basename(path).replace(/\.[^.]+$/, '');

/** With several modules, each case begins with the name of its own. */
const subjectsOf = ({modules, only}: MicroPlan, names: ReadonlyArray<readonly string[]>): readonly Subject[] => {
	const all = modules.flatMap((module, index) =>
		(names[index] ?? []).map((name) => ({
			module,
			name,
			label: modules.length === 1 ? name : `${printable(stemOf(module))} ${name}`,
		})),
	);
	return only === undefined ? all : all.filter(({label}) => only.some((part) => label.includes(part)));
};

/** Time that a launch takes beside its warm-up and its batches, until one has been seen. Milliseconds. */
const firstOverhead = 200;
const leastTime = 10;
/** Of what is left beside the overhead. */
const warmupPart = 0.35;

/** A launch's share of a run that has a duration. */
const timesWithin = (share: number, overhead: number, samples: number): LaunchTimes => {
	const rest = Math.max(2 * leastTime, share - overhead);
	return {warmup: rest * warmupPart, time: rest * (1 - warmupPart), samples};
};

/** Functions that a doubt names. */
const mostNamed = 5;

/** Where one function's figures go. */
const createSubject = ({label}: Subject, recorder: Recorder) => ({
	time: recorder.metric({
		name: label,
		unit: 'ns',
		better: 'lower',
		about:
			'time of one call, its share of garbage collection included, beyond what an empty function takes; one value for each batch',
	}),
	allocation: recorder.metric({
		name: `${label} allocation`,
		unit: 'bytes',
		better: 'lower',
		about: 'what one call takes of the heap, and of memory that buffers have beside it; one value for each process',
	}),
	record: {label, launches: [], allocated: false, collects: false} as CaseRecord & {collects: boolean},
});

/** Launches and times functions until the plan is through, its time is over, or it is told to stop. */
export const loadMicro = (plan: MicroPlan, recorder: Recorder, control: Control): Promise<void> =>
	inSession(recorder, control, (session, enough) => run(plan, recorder, control, session, enough));

const run = async (
	plan: MicroPlan,
	recorder: Recorder,
	control: Control,
	session: Session,
	enough: AbortController,
): Promise<void> => {
	const {signal, warmup, duration, amount, notice} = control;
	const stop = AbortSignal.any([signal, enough.signal]);
	session.enter(warmup > 0 ? 'warm-up' : 'measure');
	let begun = 0;
	await session.pass();
	const names = await listModules('functions', plan.modules, plan, stop);
	if (names === undefined) return;
	const subjects = subjectsOf(plan, names);
	const usual: LaunchTimes = {warmup: plan.warmupLimit, time: plan.time, samples: plan.samples};
	const order = ({module, name}: Subject, times: LaunchTimes) => ({act: 'measure', module, name, ...times}) as const;
	let overhead = firstOverhead;
	const longest = ({warmup: warm, time}: LaunchTimes): number => warm + time + plan.timeout;
	if (warmup > 0) {
		// Nothing of it counts: files are read once, and the processor's clock has come up.
		for (let turn = 0; session.elapsed() < warmup && !session.stopped(); turn++) {
			await session.pass();
			const subject = subjects[turn % Math.max(1, subjects.length)];
			const left = warmup - session.elapsed();
			if (subject === undefined || left <= 0) break;
			const ending = await runProcess(
				order(subject, timesWithin(left, overhead, plan.samples)),
				plan,
				AbortSignal.any([stop, AbortSignal.timeout(Math.max(0, Math.ceil(left)))]),
				longest(usual),
				() => {},
			);
			if (ending.kind !== 'done' && ending.kind !== 'stopped') break;
		}

		if (session.stopped()) return;
		session.enter('measure');
		begun = session.elapsed();
	}

	const kept = subjects.map((subject) => createSubject(subject, recorder));
	const ok = recorder.outcome('ok', false);
	let counted = 0;
	/** Functions that could not be measured, or not to the end: who reads the metrics alone must not miss them. */
	const failed = new Set<string>();
	const fail = (label: string, {outcome, text}: Failure): void => {
		failed.add(label);
		recorder.offer(1);
		recorder.count(recorder.outcome(outcome, true), 1);
		notice(`${label} ${text}`);
	};
	const counts = await launchAll(
		{
			cases: subjects.length,
			launches: plan.launches,
			seed: plan.seed,
			end: duration === undefined ? undefined : begun + duration,
		},
		session,
		control.expect,
		async ({index, round}, share) => {
			const subject = subjects[index]!;
			const {time, allocation, record} = kept[index]!;
			const times = share === undefined ? usual : timesWithin(share, overhead, plan.samples);
			let ready: (MicroMessage & {readonly kind: 'ready'}) | undefined;
			let failure: Failure | undefined;
			let measured = 0;
			let collected = 0;
			const values: number[] = [];
			const begin = session.elapsed();
			const ending = await runProcess(order(subject, times), plan, stop, longest(times), (message) => {
				switch (message.kind) {
					case 'ready':
						ready = message;
						session.work();
						break;
					case 'sample': {
						if (ready === undefined) break;
						const {calls, took, typical} = message;
						session.spent(took);
						measured += took;
						collected += message.collected;
						// An await is part of what it costs to call an async function: it is told, and not taken off.
						const value = Math.max(0, typical * 1e6 - (ready.async ? 0 : ready.empty));
						values.push(value);
						recorder.offer(calls);
						recorder.count(ok, calls);
						recorder.sample(time, value, round);
						counted += calls;
						if (amount !== undefined && counted >= amount) enough.abort();
						break;
					}
					case 'allocated':
						session.rest();
						recorder.sample(allocation, message.bytes, round);
						break;
					case 'threw':
						failure = thrownFailure(message);
						break;
					default:
				}
			});
			session.rest();
			if (ending.kind === 'stopped') return false;
			failure = failureOf(ending, plan.timeout) ?? failure;
			if (failure === undefined || values.length > 0)
				overhead = session.elapsed() - begin - measured - times.warmup / 2;
			if (ready !== undefined && values.length > 0) {
				record.launches.push({
					median: medianOf(values),
					spread: spreadOf(values),
					empty: ready.empty,
					async: ready.async,
					steady: ready.steady,
					coarse: ready.coarse,
				});
				tellCollections(record, recorder, subject.label, round, (100 * collected) / Math.max(measured, 1e-9));
			}

			if (failure !== undefined) {
				fail(subject.label, failure);
				return false;
			}

			return true;
		},
	);
	control.finish();
	tellAwaits(
		kept.map(({record}) => record),
		control,
	);
	if (failed.size > 0) {
		control.doubt({
			kind: 'failed-functions',
			message: `Of ${subjects.length} functions ${failed.size} failed: ${[...failed].slice(0, mostNamed).join(', ')}${failed.size > mostNamed ? ' and others' : ''}. What is missing of them is in no figure.`,
		});
	}

	const measuredAll = kept.map(({record}, index) => ({record, launched: counts[index] ?? 0}));
	for (const doubt of doubtsOf(
		measuredAll.map(({record}) => record),
		session.stopped() || enough.signal.aborted ? undefined : plan.launches,
		measuredAll.filter(({launched}) => launched === 0).length,
	)) {
		control.doubt(doubt);
	}
};

/** Half of the values lie so far apart. */
const spreadOf = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	return (quantileOf(sorted, 0.75) ?? 0) - (quantileOf(sorted, 0.25) ?? 0);
};

/** The share of collections is a metric of those functions alone that ever had one; launches before had none. */
const tellCollections = (
	record: CaseRecord & {collects: boolean},
	recorder: Recorder,
	label: string,
	round: number,
	share: number,
): void => {
	if (!record.collects && share === 0) return;
	const slot = recorder.metric({
		name: `${label} garbage collection`,
		unit: '%',
		better: 'lower',
		about: 'of the time of its calls; one value for each process',
	});
	if (!record.collects) {
		for (let earlier = 1; earlier < record.launches.length; earlier++) recorder.sample(slot, 0, earlier);
		record.collects = true;
	}

	recorder.sample(slot, share, round);
};

/** What waiting for a promise costs is in the time of async functions. */
const tellAwaits = (records: readonly CaseRecord[], control: Control): void => {
	for (const {label, launches} of records) {
		const awaited = launches.filter((launch) => launch.async);
		if (awaited.length === 0) continue;
		const overhead = medianOf(awaited.map(({empty}) => empty));
		control.find({
			kind: 'await',
			subject: label,
			text: `its calls are awaited, which takes about ${formatCount(overhead)} ns here for an async function that does nothing; that is part of its time`,
			figures: {awaitNanoseconds: overhead},
		});
	}
};
