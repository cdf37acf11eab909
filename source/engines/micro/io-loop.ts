import {messageOf} from '../../errors.ts';
import type {Control, PartRecorder, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {breathe, type Medium} from './io-medium.ts';
import {type Schedule, waitSome} from './io-pace.ts';

/** How long the thread works before it listens to what it is told. Milliseconds. */
const slice = 5;
/** How often the mean time of an operation is told. Milliseconds. */
const stretch = 200;

/** How often the shortest call is timed; the first one is for the compiler. */
const calibrations = 11;

/** Where nothing else says when the load is over. Milliseconds. */
export const usualDuration = 10_000;

/** 'ENOSPC', or the words of what has no code. */
export const failureOf = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : messageOf(error);

/** Counts, times and exact sums of one kind of operation. */
const createTally = (part: PartRecorder, recorder: Recorder, name: string) => {
	const ok = part.outcome('ok', false);
	const slot = recorder.metric({
		name: `${name} time`,
		unit: 'ns',
		better: 'lower',
		about: `mean time of a ${name} in 200 ms, to the nanosecond`,
	});
	let [count, time] = [0, 0];
	return {
		/** `waited`: how long it had been due before it began; absent without a rate. Milliseconds. */
		done(milliseconds: number, waited?: number): void {
			count += 1;
			time += milliseconds;
			part.offer(1);
			if (waited === undefined) part.record(ok, milliseconds * 1000);
			else part.record(ok, (waited + milliseconds) * 1000, milliseconds * 1000);
		},
		/** It was due for so long, and never began. */
		abandoned(waited: number): void {
			part.offer(1);
			part.abandon(waited * 1000);
		},
		failed(outcome: string): void {
			part.offer(1);
			part.fail(part.outcome(outcome, true));
		},
		tell(counts: boolean): void {
			if (counts && count > 0) recorder.sample(slot, (time * 1e6) / count);
			count = 0;
			time = 0;
		},
	};
};

type Tally = ReturnType<typeof createTally>;

/**
 * One operation after the other until the plan's end or the signal; with a schedule, none before it is due. The calls do not return before they are done, so that
 * no pool of threads and no event loop stands between the clock and the kernel; between slices the thread listens.
 */
export const loadMedium = async (
	medium: Medium,
	recorder: Recorder,
	control: Control,
	schedule?: Schedule,
): Promise<void> => {
	const {signal, warmup, amount} = control;
	const duration = amount === undefined ? (control.duration ?? usualDuration) : Number.POSITIVE_INFINITY;
	const tallies: Array<Tally | undefined> = medium.kinds.map(() => undefined);
	const floor = recorder.metric({
		name: 'empty call',
		unit: 'ns',
		about: 'a call that moves nothing, with what Node.js adds to it: no operation can look faster',
	});
	const floors = medium.emptyCall === undefined ? [] : Array.from({length: calibrations}, medium.emptyCall).slice(1);
	let left = Number.POSITIVE_INFINITY;
	let phase: 'warm-up' | 'measure' = warmup > 0 ? 'warm-up' : 'measure';
	let resume: (() => void) | undefined;
	let paused: Promise<void> | undefined;
	/** Milliseconds of this thread's own work and of all its time, since the last snapshot. */
	let [within, since] = [0, performance.now()];
	/** Milliseconds that nothing was due for, of those; and how late an operation began that nothing stood in the way of. */
	let [unneeded, lag] = [0, 0];
	const tell = (counts: boolean): void => {
		for (const tally of tallies) tally?.tell(counts);
	};
	const enter = (next: typeof phase): void => {
		tell(phase === 'measure');
		phase = next;
		control.enter(next);
		if (next !== 'measure') return;
		if (amount !== undefined) left = amount;
		for (const nanoseconds of floors) recorder.sample(floor, nanoseconds);
	};
	/** Made at the first operation of its kind: what never happens is not told of. */
	const tallyOf = (kind: number): Tally => {
		const known = tallies[kind];
		if (known !== undefined) return known;
		const {name} = medium.kinds[kind]!;
		const tally = createTally(recorder.part(name), recorder, name);
		tallies[kind] = tally;
		return tally;
	};
	/**
	 * Works until a moment, or until nothing is due; gives how long that will be. `zero` is the moment from which the
	 * schedule counts.
	 */
	const work = (until: number, zero: number): number => {
		let now = performance.now();
		do {
			const due = schedule === undefined ? now : zero + schedule.due();
			if (due > now) return due - now;
			const kind = medium.next();
			const tally = tallyOf(kind);
			const begin = performance.now();
			const waited = schedule === undefined ? undefined : begin - due;
			if (schedule !== undefined) {
				lag = Math.max(lag, begin - Math.max(due, over));
				schedule.take();
			}

			try {
				medium.perform();
				now = performance.now();
				tally.done(now - begin, waited);
				const {received, sent} = medium.kinds[kind]!;
				if (received > 0) recorder.received(received);
				if (sent > 0) recorder.sent(sent);
			} catch (error) {
				now = performance.now();
				tally.failed(failureOf(error));
			}

			over = now;
			within += now - begin;
			left -= 1;
		} while (now < until && left > 0);
		return 0;
	};
	/** What was due and never began waits at the end. */
	const giveUp = (elapsed: number): void => {
		if (schedule === undefined || amount !== undefined) return;
		for (; schedule.due() <= elapsed; schedule.take()) tallyOf(medium.next()).abandoned(elapsed - schedule.due());
	};

	/** When the last operation was over. */
	let over = performance.now();
	const stopwatch = createStopwatch();
	enter(phase);
	control.onSteer(({to}) => {
		if (to === 'pause' && resume === undefined) {
			tell(phase === 'measure');
			stopwatch.stop();
			paused = new Promise((resolve) => {
				resume = resolve;
			});
			control.enter('pause');
		} else if (to === 'resume' && resume !== undefined) {
			stopwatch.go();
			control.enter(phase);
			resume();
			resume = undefined;
		}
	});
	// What waits for the kernel is idle; what chooses, reads the clock and counts is busy. The loop is held up on purpose.
	control.watch(
		() => (schedule === undefined || resume !== undefined ? 0 : Math.max(0, stopwatch.elapsed() - schedule.due())),
		() => {
			const now = performance.now();
			const busy = resume === undefined ? (1 - (within + unneeded) / (now - since)) * 100 : 0;
			const late = lag;
			[within, unneeded, lag] = [0, 0, 0];
			since = now;
			return {
				'generator.busy': Math.max(0, busy),
				'generator.loopDelay': Number.NaN,
				...(schedule === undefined ? {} : {'generator.scheduleLag': late}),
			};
		},
	);
	const stop = (): void => resume?.();
	signal.addEventListener('abort', stop);
	try {
		if (amount === undefined && control.duration === undefined) control.expect(warmup + duration);
		let told = performance.now();
		while (!signal.aborted) {
			if (resume !== undefined) {
				await paused;
				continue;
			}

			const elapsed = stopwatch.elapsed();
			if (phase === 'warm-up' && elapsed >= warmup) enter('measure');
			if (elapsed >= warmup + duration || left <= 0) break;
			const untilBoundary = (phase === 'warm-up' ? warmup : warmup + duration) - elapsed;
			const now = performance.now();
			const wait = work(now + Math.min(slice, untilBoundary), now - elapsed);
			if (now - told >= stretch) {
				tell(phase === 'measure');
				told = now;
			}

			if (wait === 0) await breathe();
			else {
				const begin = performance.now();
				await waitSome(Math.min(wait, Math.max(0, untilBoundary)));
				unneeded += performance.now() - begin;
			}
		}

		giveUp(Math.min(stopwatch.elapsed(), warmup + duration));
		tell(phase === 'measure');
		control.finish();
	} finally {
		signal.removeEventListener('abort', stop);
	}
};
