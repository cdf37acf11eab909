import type {Recorder} from '../engine.ts';

/** Tells a Recorder of the time that measures nothing, between runs and within them. Milliseconds. */
export type Idle = {
	/** All since the last call was idle, but for so much. */
	readonly pass: (measured: number) => void;
	/** What was since the last call belongs to nobody: a pause. */
	readonly skip: () => void;
};

/** Counts from now on. */
export const createIdle = (recorder: Pick<Recorder, 'idle'>, now: () => number = () => performance.now()): Idle => {
	let mark = now();
	/** A run is known to have begun a little after it did: so much too much was told before, and is owed. */
	let owed = 0;
	return {
		pass(measured) {
			const idle = now() - mark - measured - owed;
			mark = now();
			owed = Math.max(0, -idle);
			if (idle > 0) recorder.idle(idle);
		},
		skip() {
			mark = now();
		},
	};
};
