import type {Control, Recorder} from '../engine.ts';
import {follow} from '../follow.ts';
import {createAttendant} from './attendant.ts';
import {openDatabase} from './databases.ts';
import {createFacts} from './facts.ts';
import {createLoop, type Loop} from './loop.ts';
import type {SqlPlan} from './plan.ts';

/** Where nothing else says when the load is over. Milliseconds. */
export const usualDuration = 10_000;

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
			const {warmup, amount, duration = usualDuration} = control;
			if (amount === undefined && control.duration === undefined) control.expect(warmup + duration);
			const levels = levelsWith(plan, loop, facts?.levels ?? (() => ({})));
			finish = follow(plan.timeout, {...control, duration}, {...loop, levels}, resolve);
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

/**
 * The levels of a loop with those of the server. What an embedded database did in this thread is no work of the
 * generator's: what is left of the thread's time is.
 */
const levelsWith = (
	plan: SqlPlan,
	loop: Loop,
	facts: ReturnType<typeof createFacts>['levels'],
): ReturnType<typeof createFacts>['levels'] => {
	let [utilisation, since] = [performance.eventLoopUtilization(), performance.now()];
	return () => {
		const {lag, within} = loop.levels();
		const now = performance.now();
		const {utilization} = performance.eventLoopUtilization(utilisation);
		utilisation = performance.eventLoopUtilization();
		const passed = now - since;
		since = now;
		return {
			...facts(),
			...(lag === undefined ? {} : {'generator.scheduleLag': lag}),
			...(plan.url.startsWith('sqlite:')
				? {
						'generator.busy': Math.max(0, Math.min(100, 100 * (utilization - within / passed))),
						'generator.loopDelay': Number.NaN,
					}
				: {}),
		};
	};
};
