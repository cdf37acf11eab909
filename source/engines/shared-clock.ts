/** Tries enough that one of them is not interrupted between its two looks at the clocks. */
const tries = 50;

/**
 * What to add to `performance.now()` of this thread for milliseconds that all threads of the process share. An
 * interruption between the two looks makes it too small, never too large.
 */
export const sharedClockOffset = (): number => {
	let offset = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < tries; index++) {
		offset = Math.max(offset, Number(process.hrtime.bigint()) / 1e6 - performance.now());
	}

	return offset;
};
