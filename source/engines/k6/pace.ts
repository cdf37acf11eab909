import type {PhaseName} from '../../core/plan.ts';
import type {Control, Recorder} from '../engine.ts';
import {type Course, idleBetween} from './course.ts';

/** Something that happened in k6, to be counted when it is due. */
export type Due = {readonly at: number; readonly take: (isMeasured: boolean) => void};

/**
 * How much later than it happened all of k6's is counted, milliseconds: k6 hands out its points five times a second, and a
 * second of the run must hold what happened in it, not what came in it.
 */
export const lag = 400;

/** How often what is due is counted, milliseconds. */
export const step = 20;

export type Pace = {
	readonly add: (due: Due) => void;
	/** Counts all up to a moment of k6's, and enters the phases that it lies in. */
	readonly advance: (at: number) => void;
	/** Whether something has yet to be counted. */
	readonly isDue: () => boolean;
	/** Counts what has come, of a load that went on until then, and closes the books. */
	readonly finish: (at: number) => void;
	/** Hands out what came later; nothing of it is recorded. */
	readonly rest: () => void;
	/** The load is paused, or goes on. */
	readonly pause: (isPaused: boolean) => void;
};

export type PaceParts = {
	readonly course: Course;
	readonly recorder: Recorder;
	readonly control: Control;
	/** So many milliseconds of load went by since the last call. */
	readonly settle: (milliseconds: number) => void;
	/** The load has begun: so many milliseconds before now. */
	readonly onBegin: (ago: number) => void;
};

/** Plays what happened in k6 into the recorder, in its order and at its pace. */
export const createPace = ({course, recorder, control, settle, onBegin}: PaceParts): Pace => {
	const first: PhaseName = control.warmup > 0 ? 'warm-up' : 'measure';
	const queue: Due[] = [];
	let next = 0;
	let phase: PhaseName | undefined;
	let running: 'warm-up' | 'measure' = first;
	let before = 0;
	let settled = 0;
	let isFinished = false;

	const enter = (to: PhaseName): void => {
		if (isFinished || phase === to) return;
		phase = to;
		if (to !== 'pause') running = to;
		control.enter(to);
	};
	const takeUntil = (at: number): void => {
		for (let due = queue[next]; due !== undefined && due.at <= at; due = queue[next]) {
			due.take(running === 'measure');
			next += 1;
		}

		if (next < 4096 && next < queue.length) return;
		queue.splice(0, next);
		next = 0;
	};
	const settleAt = (at: number, least: number): void => {
		if (at - settled < least) return;
		settle(at - settled);
		settled = at;
	};
	/** Goes on to a moment, of which what lies outside of the load measures nothing. */
	const pass = (at: number): void => {
		if (phase !== 'pause') recorder.idle(idleBetween(course, before, at));
		before = at;
	};
	const begin = (at: number, begun: number): void => {
		onBegin(at - begun);
		enter(first);
		// It is entered a little late: that time was load all the same.
		recorder.idle(begun - at);
		before = at;
		settled = begun;
	};
	const beginMeasuring = (at: number, measured: number): void => {
		takeUntil(measured);
		settleAt(measured, 1);
		pass(measured);
		recorder.idle(at - measured);
		enter('measure');
		recorder.idle(measured - at);
		before = at;
	};
	const advance = (at: number): void => {
		const [begun, measured] = [course.begun(), course.measured()];
		if (phase === undefined && begun !== undefined && at >= begun) begin(at, begun);
		if (phase === undefined) return;
		if (phase === 'warm-up' && measured !== undefined && at >= measured) beginMeasuring(at, measured);
		pass(at);
		takeUntil(at);
		settleAt(at, 1000);
	};
	return {
		add: (due) => void queue.push(due),
		advance,
		isDue: () => next < queue.length,
		finish(at) {
			advance(at);
			// Nothing of the load may have come yet.
			if (phase === undefined) enter(first);
			takeUntil(Number.POSITIVE_INFINITY);
			settleAt(at, 500);
			isFinished = true;
			control.finish();
		},
		rest: () => takeUntil(Number.POSITIVE_INFINITY),
		pause: (isPaused) => enter(isPaused ? 'pause' : running),
	};
};
