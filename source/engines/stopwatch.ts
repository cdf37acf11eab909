/** A clock that stands still while a load is paused, and alarms that go by it. Milliseconds. */
export type Stopwatch = {
	/** How long it has run, the time it stood still left out. */
	readonly elapsed: () => number;
	readonly stop: () => void;
	readonly go: () => void;
	/** Calls `ring` once when so much has elapsed. Returns how to call it off. */
	readonly at: (due: number, ring: () => void) => () => void;
};

/** A stopwatch that runs from now on. */
export const createStopwatch = (now: () => number = () => performance.now()): Stopwatch => {
	let before = 0;
	let since: number | undefined = now();
	const alarms = new Set<{readonly set: () => void; readonly unset: () => void}>();
	const elapsed = (): number => before + (since === undefined ? 0 : now() - since);
	return {
		elapsed,
		stop() {
			if (since === undefined) return;
			before = elapsed();
			since = undefined;
			for (const alarm of alarms) alarm.unset();
		},
		go() {
			if (since !== undefined) return;
			since = now();
			for (const alarm of alarms) alarm.set();
		},
		at(due, ring) {
			let timer: NodeJS.Timeout | undefined;
			const alarm = {
				set() {
					timer = setTimeout(
						() => {
							alarms.delete(alarm);
							ring();
						},
						Math.max(0, due - elapsed()),
					);
				},
				unset: () => clearTimeout(timer),
			};
			alarms.add(alarm);
			if (since !== undefined) alarm.set();
			return () => {
				alarms.delete(alarm);
				clearTimeout(timer);
			};
		},
	};
};
