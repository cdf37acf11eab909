import type {PhaseName} from '../../core/plan.ts';
import type {Control, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {createAttendant} from './attendant.ts';
import {openDatabase} from './databases.ts';
import {createFacts} from './facts.ts';
import {createLoop, type Loop} from './loop.ts';
import type {SqlPlan} from './plan.ts';

/** Where nothing else says when the load is over. Milliseconds. */
export const usualDuration = 10_000;

/** Operations that have waited too long are looked for this often, and more often if they time out sooner. */
const longestSweep = 100;
const shortestSweep = 5;

/** How long the end may take: what was cancelled, and what the server counted. Milliseconds. */
const patience = 1500;
const patienceWhenStopped = 80;
/** A server adds up what a connection did when that is closed, which takes it a moment. Milliseconds. */
const settling = 100;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Loads until the plan's end or the signal; what is in flight at a phase's end counts in the next one. */
export const loadSql = async (plan: SqlPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const database = await openDatabase(plan);
	const attendant = createAttendant(database);
	const {cancel} = database;
	const cancelled = (id: number): Promise<void> =>
		cancel === undefined ? Promise.resolve() : attendant.use((session) => cancel(session, id)).catch(() => {});
	let finish = (): void => {};
	const loop = createLoop({
		plan,
		database,
		recorder,
		cancel: (id) => {
			if (id !== undefined) cancelled(id);
		},
		onDone: () => finish(),
	});
	// One of several threads asks the server.
	const isFirst = (plan.turn?.index ?? 0) === 0;
	const facts = isFirst ? createFacts(database, attendant, recorder, control) : undefined;
	const stop = (): void => {
		attendant.close();
		loop.close();
	};
	try {
		signal.addEventListener('abort', stop);
		// It needs a connection, and may not come when the pool has all there are.
		await facts?.begin();
		await loop.prepare();
		signal.removeEventListener('abort', stop);
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			finish = follow(plan, control, loop, facts?.levels ?? (() => ({})), resolve);
			loop.start();
		});
		facts?.stop();
		const ids = loop.underWay();
		await Promise.race([Promise.all(ids.map(cancelled)), wait(signal.aborted ? patienceWhenStopped / 2 : patience)]);
		await loop.close();
		if (facts !== undefined && !database.isSynchronous) {
			if (!signal.aborted) await wait(settling);
			await Promise.race([facts.conclude().catch(() => {}), wait(signal.aborted ? patienceWhenStopped / 2 : patience)]);
		}
	} finally {
		signal.removeEventListener('abort', stop);
		facts?.stop();
		await loop.close();
		attendant.close();
	}
};

/** Takes a loop through its phases and tells it what the load is told. Gives how to end it, which happens once. */
const follow = (
	plan: SqlPlan,
	control: Control,
	loop: Loop,
	facts: ReturnType<typeof createFacts>['levels'],
	onEnd: () => void,
): (() => void) => {
	const {signal, warmup, amount, duration = usualDuration} = control;
	const stopwatch = createStopwatch();
	const alarms: Array<() => void> = [];
	let isFinished = false;
	let isPaused = false;
	let phase: PhaseName | undefined;
	const enter = (next: PhaseName): void => {
		phase = next;
		if (!isPaused) control.enter(next);
		if (next === 'measure') loop.measure(amount);
	};
	const sweep = setInterval(
		() => loop.sweep(performance.now()),
		Math.min(longestSweep, Math.max(shortestSweep, plan.timeout / 10)),
	);
	const finish = (): void => {
		if (isFinished) return;
		isFinished = true;
		for (const doubt of loop.end(performance.now())) control.doubt(doubt);
		control.finish();
		signal.removeEventListener('abort', finish);
		clearInterval(sweep);
		for (const cancel of alarms) cancel();
		onEnd();
	};
	if (amount === undefined && control.duration === undefined) control.expect(warmup + duration);
	enter(warmup > 0 ? 'warm-up' : 'measure');
	signal.addEventListener('abort', finish);
	let [utilisation, since] = [performance.eventLoopUtilization(), performance.now()];
	control.watch(
		() => {
			const now = performance.now();
			return now - loop.oldest(now);
		},
		() => {
			const {lag, within} = loop.levels();
			const now = performance.now();
			const {utilization} = performance.eventLoopUtilization(utilisation);
			utilisation = performance.eventLoopUtilization();
			const passed = now - since;
			since = now;
			return {
				...facts(),
				...(lag === undefined ? {} : {'generator.scheduleLag': lag}),
				// The database worked in this thread: what is left of its time is the generator's own.
				...(plan.url.startsWith('sqlite:')
					? {
							'generator.busy': Math.max(0, Math.min(100, 100 * (utilization - within / passed))),
							'generator.loopDelay': Number.NaN,
						}
					: {}),
			};
		},
	);
	control.onSteer((steering) => {
		if (isFinished) return;
		const now = performance.now();
		switch (steering.to) {
			case 'pause':
				isPaused = true;
				stopwatch.stop();
				loop.pause(now);
				control.enter('pause');
				return;
			case 'resume':
				isPaused = false;
				stopwatch.go();
				if (phase !== undefined) control.enter(phase);
				loop.resume(now);
				return;
			case 'steer':
				loop.steer(steering, now);
		}
	});
	if (warmup > 0) alarms.push(stopwatch.at(warmup, () => enter('measure')));
	if (amount === undefined) alarms.push(stopwatch.at(warmup + duration, finish));
	return finish;
};
