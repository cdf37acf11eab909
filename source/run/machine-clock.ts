/** Milliseconds by a clock that all processes of this machine share and that nobody sets; of no meaning elsewhere. */
export const machineTime = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What lies farther back was not pressed just now: it comes from another clock. */
const longestWay = 60_000;

/**
 * When something that a viewer asked for happened on the run's clock: when its key was pressed, not when word of it came
 * through to a process whose threads are all at work. `elapsed` is the run's clock and `now` the machine's, both of this
 * moment. Milliseconds.
 */
export const pressedAt = (pressed: number | undefined, elapsed: number, now = machineTime()): number => {
	const ago = pressed === undefined ? 0 : now - pressed;
	return ago > 0 && ago <= longestWay ? Math.max(0, elapsed - ago) : elapsed;
};
