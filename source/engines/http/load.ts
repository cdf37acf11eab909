import type {PhaseName} from '../../core/plan.ts';
import type {Control, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {closedLoop} from './closed-loop.ts';
import type {Loop} from './loop.ts';
import {openLoop} from './open-loop.ts';
import type {OwnHttpPlan} from './plan.ts';
import {requestBytes} from './request.ts';
import {findWay} from './way.ts';
import {createWire} from './wire.ts';

/** Requests that have waited too long are looked for this often, and more often if they time out sooner. */
const longestSweep = 100;
const shortestSweep = 5;

/** Loads until the plan's end or the signal; what is in flight at a phase's end counts in the next one. */
export const loadHttp = async (plan: OwnHttpPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const way = await findWay(plan, signal);
	if (signal.aborted) return;
	const request = requestBytes(plan);
	let finish = (): void => {};
	const loop = (plan.rate === undefined ? closedLoop : openLoop)({
		plan,
		warmup: control.warmup,
		duration: control.duration ?? 0,
		recorder,
		openWire: (hooks) =>
			createWire({
				way,
				request,
				isHead: plan.method === 'HEAD',
				pipelining: plan.pipelining,
				isOpenLoop: plan.rate !== undefined,
				recorder,
				...hooks,
			}),
		notice: control.notice,
		onDone: () => finish(),
	});
	try {
		await loop.prepare();
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			finish = follow(plan, control, loop, resolve);
			loop.start();
		});
	} finally {
		await loop.close();
	}
};

/** Takes a loop through its phases and tells it what the load is told. Gives how to end it, which happens once. */
const follow = (plan: OwnHttpPlan, control: Control, loop: Loop, onEnd: () => void): (() => void) => {
	const {signal, warmup, amount, duration = 0} = control;
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
	enter(warmup > 0 ? 'warm-up' : 'measure');
	signal.addEventListener('abort', finish);
	control.watch(() => {
		const now = performance.now();
		return now - loop.oldest(now);
	}, loop.levels);
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
