import {messageOf} from '../../errors.ts';
import type {Control, PartRecorder, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {breathe, type Medium} from './io-medium.ts';

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
		done(milliseconds: number): void {
			count += 1;
			time += milliseconds;
			part.offer(1);
			part.record(ok, milliseconds * 1000);
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
 * One operation after the other until the plan's end or the signal. The calls do not return before they are done, so that
 * no pool of threads and no event loop stands between the clock and the kernel; between slices the thread listens.
 */
export const loadMedium = async (medium: Medium, recorder: Recorder, control: Control): Promise<void> => {
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
	const work = (until: number): void => {
		let now = performance.now();
		do {
			const kind = medium.next();
			const tally = tallyOf(kind);
			const begin = performance.now();
			try {
				medium.perform();
				now = performance.now();
				tally.done(now - begin);
				const {received, sent} = medium.kinds[kind]!;
				if (received > 0) recorder.received(received);
				if (sent > 0) recorder.sent(sent);
			} catch (error) {
				now = performance.now();
				tally.failed(failureOf(error));
			}

			within += now - begin;
			left -= 1;
		} while (now < until && left > 0);
	};

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
		() => 0,
		() => {
			const now = performance.now();
			const busy = resume === undefined ? (1 - within / (now - since)) * 100 : 0;
			within = 0;
			since = now;
			return {'generator.busy': Math.max(0, busy), 'generator.loopDelay': Number.NaN};
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
			work(now + Math.min(slice, untilBoundary));
			if (now - told >= stretch) {
				tell(phase === 'measure');
				told = now;
			}

			await breathe();
		}

		tell(phase === 'measure');
		control.finish();
	} finally {
		signal.removeEventListener('abort', stop);
	}
};
