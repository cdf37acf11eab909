import type {Control, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {openFiles} from './files.ts';
import {createIdle} from './idle.ts';
import {judge} from './judge.ts';
import {openLauncher} from './launch.ts';
import type {CommandPlan} from './plan.ts';
import {createRuns, type Runs} from './runs.ts';
import {typicalTime} from './typical-time.ts';

/** How long the commands of `cleanup` may take together when the load was stopped. Milliseconds. */
const cleanupAfterStop = 1000;
/** A run may go on for so long after the time that the load was given. Milliseconds. */
const overtime = 10_000;
/** Between two words on when the load will be over. Milliseconds. */
const expectEvery = 1000;
/** A run of this length makes a pause wait noticeably. Milliseconds. */
const noticeable = 500;

/** Of the plan's own measure: whether so many runs in so much time are enough, and how long it will take yet. */
const createExtent = ({runs, minRuns, maxRuns, budget}: CommandPlan) => {
	const fewest = runs ?? minRuns;
	const most = runs ?? maxRuns;
	return {
		isReached: (done: number, elapsed: number): boolean =>
			done === most || (done >= fewest && (runs !== undefined || elapsed >= budget)),
		left(done: number, elapsed: number, each: number): number {
			const least = Math.max((fewest - done) * each, runs === undefined ? budget - elapsed : 0);
			return Math.max(0, most === undefined ? least : Math.min(least, (most - done) * each));
		},
	};
};

/** Goes through the phases; resolves at their end or the signal. */
const drive = async (
	plan: CommandPlan,
	control: Control,
	runs: Runs,
	idle: ReturnType<typeof createIdle>,
	clock: ReturnType<typeof createStopwatch>,
	stop: AbortSignal,
): Promise<void> => {
	const {warmup, duration, amount} = control;
	let phase: 'warm-up' | 'measure' = plan.warmupRuns > 0 || warmup > 0 ? 'warm-up' : 'measure';
	let paused = false;
	let wake = (): void => {};
	const enter = (next: typeof phase): void => {
		idle.pass(0);
		phase = next;
		control.enter(phase);
	};
	enter(phase);
	control.watch(runs.waited);
	control.onSteer(({to}) => {
		paused = to === 'pause';
		if (!paused) wake();
		else if (runs.waited() > noticeable) control.notice('The pause begins when the run under way has ended.');
	});
	stop.addEventListener('abort', () => wake());
	const rest = async (): Promise<void> => {
		if (!paused || stop.aborted) return;
		clock.stop();
		idle.pass(0);
		control.enter('pause');
		await new Promise<void>((resolve) => {
			wake = resolve;
		});
		if (stop.aborted) return;
		clock.go();
		idle.skip();
		control.enter(phase);
	};

	const extent = createExtent(plan);
	let done = 0;
	let expectedAt = Number.NEGATIVE_INFINITY;
	/** `left`: milliseconds yet, given what a run takes with all around it. */
	const expectEnd = (left: (each: number) => number): void => {
		done += 1;
		const now = performance.now();
		if (duration !== undefined || amount !== undefined || now - expectedAt < expectEvery) return;
		expectedAt = now;
		control.expect(left((clock.elapsed() - origin) / done));
	};

	await runs.prepare();
	idle.pass(0);
	const origin = clock.elapsed();
	while (phase === 'warm-up' && (done < plan.warmupRuns || clock.elapsed() - origin < warmup)) {
		await rest();
		if (stop.aborted || (await runs.next()) === undefined) return;
		expectEnd((each) => Math.max(0, plan.warmupRuns - done) * each + extent.left(0, 0, each));
	}

	await rest();
	if (stop.aborted) return;
	if (phase === 'warm-up') enter('measure');
	runs.tellStartup();
	const begun = clock.elapsed();
	const times: number[] = [];
	let sum = 0;
	const isOver = (): boolean => {
		if (amount !== undefined) return times.length >= amount;
		if (duration !== undefined) return sum >= duration;
		return extent.isReached(times.length, clock.elapsed() - begun);
	};
	while (!isOver()) {
		await rest();
		if (stop.aborted) break;
		const time = await runs.next();
		if (time === undefined) break;
		times.push(time);
		sum += time;
		expectEnd((each) => extent.left(times.length, clock.elapsed() - begun, each));
	}

	idle.pass(0);
	control.finish();
	for (const doubt of judge(times, plan, done > times.length)) control.doubt(doubt);
	const typical = typicalTime(times);
	if (typical !== undefined) control.find(typical);
};

/** Runs the command until the plan's end or the signal. Rejects with a BenchtopError (exit code 4) where a step fails. */
export const loadByCommand = async (plan: CommandPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup, duration} = control;
	if (signal.aborted) return;
	const files = openFiles(plan);
	const launcher = openLauncher();
	const clock = createStopwatch();
	const late = new AbortController();
	const cancelLate = duration === undefined ? () => {} : clock.at(warmup + duration + overtime, () => late.abort());
	const stop = AbortSignal.any([signal, late.signal]);
	const idle = createIdle(recorder);
	try {
		const runs = createRuns(plan, recorder, control, idle, files, launcher, stop);
		try {
			await drive(plan, control, runs, idle, clock, stop);
		} finally {
			control.finish();
			await runs.cleanUp(signal.aborted ? AbortSignal.timeout(cleanupAfterStop) : signal);
		}
	} finally {
		cancelLate();
		await launcher.close(signal.aborted);
		files.close();
	}
};
