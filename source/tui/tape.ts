import {type RunEvent, timeOf} from '../core/event.ts';
import {emptyRunState, type RunState, reduceRun} from '../core/run-state.ts';

/** A run's events, and the run as it was at any moment. Times in milliseconds of the run. */
export type Tape = {
	readonly add: (event: RunEvent) => void;
	/** The last moment that any event spoke of. */
	readonly end: () => number;
	/**
	 * The run at a moment; at the end or later, all of it. As soon as it is `enough`, the run as far as it was read by
	 * then: asked again for the same moment, it goes on from there.
	 */
	readonly at: (moment: number, enough?: () => boolean) => RunState;
	/** Whether the last reading came to this moment. */
	readonly reached: (moment: number) => boolean;
};

type Frame = {readonly time: number; readonly next: number; readonly state: RunState};

/** States kept to fold on from. Beyond so many, every second one is dropped and they lie twice as far apart. */
const mostFrames = 64;
const firstSpacing = 2000;

/**
 * A tape that is read in any direction: going back folds from the nearest state before the moment, so that a step back
 * in a long run costs no more than one in a short one.
 */
export const createTape = (): Tape => {
	const events: RunEvent[] = [];
	const times: number[] = [];
	let spacing = firstSpacing;
	const start: Frame = {time: 0, next: 0, state: emptyRunState};
	let frames: Frame[] = [start];
	/** Where the last reading ended; reading on from there is the common case. */
	let last = start;

	const keep = (frame: Frame): void => {
		if (frame.time < (frames.at(-1)?.time ?? 0) + spacing) return;
		frames.push(frame);
		if (frames.length <= mostFrames) return;
		frames = frames.filter((_, index) => index % 2 === 0);
		spacing *= 2;
	};

	return {
		add: (event) => {
			events.push(event);
			// A clock never runs back; an event that says so came with the one before.
			times.push(Math.max(timeOf(event), times.at(-1) ?? 0));
		},
		end: () => times.at(-1) ?? 0,
		at: (moment, enough = () => false) => {
			const kept = frames.findLast(({time}) => time <= moment) ?? start;
			let {next, state, time} = last.time <= moment && last.next >= kept.next ? last : kept;
			while (next < events.length && times[next]! <= moment) {
				state = reduceRun(state, events[next]!);
				time = times[next]!;
				next += 1;
				keep({time, next, state});
				if (enough()) break;
			}

			last = {time, next, state};
			return state;
		},
		reached: (moment) => last.next >= events.length || times[last.next]! > moment,
	};
};
