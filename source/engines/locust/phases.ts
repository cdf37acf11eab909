import {formatCount, formatDuration} from '../../core/units.ts';
import type {Control, Recorder} from '../engine.ts';
import type {Health} from './health.ts';
import {type LocustPlan, rampOf} from './plan.ts';
import type {Tally} from './tally.ts';

/** A warm-up that covers the ramp waits so much longer for the last user. Milliseconds. */
const longestRampOvertime = 30_000;
/** Between two words on idle time. Milliseconds. */
const idleEvery = 50;

/**
 * When which phase begins. A warm-up that is meant to cover the ramp lasts until all users are there; a shorter one was
 * asked for, and is kept.
 */
export const createPhases = (
	plan: LocustPlan,
	recorder: Recorder,
	control: Control,
	tally: Tally,
	health: Health,
	now: () => number,
) => {
	const {warmup, duration, amount} = control;
	const coversRamp = !plan.shape && warmup > 0 && warmup >= rampOf(plan) - 1;
	const timers: NodeJS.Timeout[] = [];
	let phase: 'none' | 'warm-up' | 'measure' | 'over' = 'none';
	let began = 0;
	let measuredFrom: number | undefined;
	let spawned: number | undefined;
	let isHeld = false;
	let hearMeasure = (): void => {};
	let hearEnd = (): void => {};
	/** The moment from which time measures nothing, and has not been told to. */
	let idleSince: number | undefined;

	const at = (milliseconds: number, act: () => void): void => void timers.push(setTimeout(act, milliseconds));
	const passIdle = (): void => {
		if (idleSince === undefined) return;
		const moment = now();
		recorder.idle(moment - idleSince);
		idleSince = moment;
	};

	const measure = (): void => {
		if (phase === 'measure' || phase === 'over') return;
		phase = 'measure';
		measuredFrom = now();
		control.enter('measure');
		tally.enter('measure', measuredFrom);
		if (amount !== undefined) tally.limit(amount);
		health.measure(true);
		hearMeasure();
		if (duration === undefined) return;
		control.expect(duration);
		at(duration, end);
	};

	const end = (): void => {
		if (phase === 'over') return;
		// A stop before the first request leaves an empty measurement, which says so.
		if (phase !== 'measure') measure();
		phase = 'over';
		const moment = now();
		tally.end(moment);
		health.measure(false);
		for (const timer of timers) clearTimeout(timer);
		idleSince = moment;
		timers.push(setInterval(passIdle, idleEvery));
		hearEnd();
	};

	return {
		/** Locust begins to spawn users. */
		begin(): void {
			if (phase !== 'none') return;
			began = now();
			if (warmup === 0) {
				measure();
				return;
			}

			phase = 'warm-up';
			control.enter('warm-up');
			tally.enter('warm-up', began);
			if (duration !== undefined) control.expect(warmup + duration);
			at(warmup, () => {
				if (!coversRamp || spawned !== undefined) {
					measure();
					return;
				}

				isHeld = true;
				at(longestRampOvertime, measure);
			});
		},
		spawned(users: number): void {
			if (spawned !== undefined || phase === 'over') return;
			spawned = now();
			// A shape has one number of users after the other.
			if (plan.shape) return;
			const took = spawned - began;
			control.find({
				kind: 'users',
				subject: 'users',
				text: `all ${formatCount(users)} were there after ${formatDuration(took)}`,
				figures: {users, spawnMilliseconds: took},
			});
			if (isHeld) measure();
		},
		end,
		/** Locust has ended by itself. */
		endEarly(): void {
			const missing = duration === undefined ? '' : ` of ${formatDuration(duration)}`;
			const measured = measuredFrom === undefined ? 0 : now() - measuredFrom;
			control.doubt({
				kind: 'ended-early',
				message: `Locust ended by itself when ${formatDuration(measured)}${missing} had been measured.`,
			});
		},
		onMeasure(hear: () => void): void {
			hearMeasure = hear;
		},
		onEnd(hear: () => void): void {
			hearEnd = hear;
			if (phase === 'over') hear();
		},
		/** All has been told. */
		finish(): void {
			passIdle();
			for (const timer of timers) clearTimeout(timer);
			control.finish();
			if (measuredFrom === undefined || plan.shape || began === 0) return;
			if (spawned !== undefined && spawned <= measuredFrom + 100) return;
			const words =
				spawned === undefined
					? 'never were all users there'
					: `the last users came ${formatDuration(spawned - measuredFrom)} after measuring had begun`;
			control.doubt({
				kind: 'ramp',
				message: `A part of what was measured is the ramp: ${words}. A warm-up of users ÷ spawn rate covers it.`,
			});
		},
		isBegun: () => phase !== 'none',
		isOver: () => phase === 'over',
		isSpawned: () => spawned !== undefined,
		spokenMoment: () =>
			measuredFrom === undefined ? 'in the warm-up' : `after ${formatDuration(now() - measuredFrom)} of measuring`,
	};
};
