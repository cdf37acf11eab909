import type {Doubt} from '../core/event.ts';
import type {Sample} from '../core/metric.ts';
import type {PhaseName} from '../core/plan.ts';
import type {Control, Steering} from './engine.ts';
import {createStopwatch} from './stopwatch.ts';

/** A load that can be taken through its phases. Moments are those of `performance.now()`. */
export type Followed = {
	/** Measuring begins; so many operations are measured, those in flight among them. */
	readonly measure: (amount: number | undefined) => void;
	readonly pause: (now: number) => void;
	readonly resume: (now: number) => void;
	readonly steer: (targets: Extract<Steering, {readonly to: 'steer'}>, now: number) => void;
	/** Called now and then. */
	readonly sweep: (now: number) => void;
	/** Since when the oldest operation waits; `now` if none does. */
	readonly oldest: (now: number) => number;
	/** Levels since they were last read. */
	readonly levels: () => Sample;
	/** Nothing begins any more, and what waits counts as abandoned. */
	readonly end: (now: number) => readonly Doubt[];
};

/** Operations that have waited too long are looked for this often, and more often if they time out sooner. */
const longestSweep = 100;
const shortestSweep = 5;

/**
 * Takes a loop through its phases and tells it what the load is told. Gives how to end it, which happens once. `timeout`:
 * the shortest that there is, in milliseconds.
 */
export const follow = (timeout: number, control: Control, loop: Followed, onEnd: () => void): (() => void) => {
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
		Math.min(longestSweep, Math.max(shortestSweep, timeout / 10)),
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
