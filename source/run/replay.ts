import {type Clock, systemClock} from '../core/clock.ts';
import {type RunEvent, type RunSource, timeOf} from '../core/event.ts';

/** An ended run again, at `speed` times its pace; at speed Infinity without a pause. */
export const replayRun = (log: AsyncIterable<RunEvent>, speed: number, clock: Clock = systemClock): RunSource => {
	async function* events(): AsyncGenerator<RunEvent> {
		const start = clock.now();
		for await (const event of log) {
			const wait = timeOf(event) / speed - (clock.now() - start);
			if (wait > 0) await clock.sleep(wait);
			yield event;
		}
	}

	return {events: events(), live: false, send: () => {}};
};
