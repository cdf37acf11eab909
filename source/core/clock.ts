/** Where time enters. `now` is monotonic milliseconds; `wall` the time of day. Tests hand in one they move themselves. */
export type Clock = {
	readonly now: () => number;
	readonly wall: () => Date;
	readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
};

export const systemClock: Clock = {
	now: () => performance.now(),
	wall: () => new Date(),
	sleep: (milliseconds, signal) =>
		new Promise((resolve) => {
			if (signal?.aborted) {
				resolve();
				return;
			}

			const done = () => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, milliseconds);
			signal?.addEventListener('abort', done);
		}),
};
