// A thread that does nothing but wait, so that a load thread is woken on time while it waits for its sockets.
import {readlinkSync, writeFileSync} from 'node:fs';
import {workerData} from 'node:worker_threads';
import {sharedClockOffset} from './engines/shared-clock.ts';
import type {TickerOrder} from './engines/waker.ts';

const {port, plan, flags, least}: TickerOrder = workerData;
const [idle, stopped] = [0, 1];

/** Linux lets a sleeping thread oversleep by 50 µs unless it asks not to. Elsewhere, and where it may not, it oversleeps. */
const sleepLightly = (): void => {
	try {
		writeFileSync(`/proc/${readlinkSync('/proc/thread-self').split('/').pop()}/timerslack_ns`, '1000');
	} catch {}
};

/** The clock that all threads share, in milliseconds. */
const begin = sharedClockOffset();
const now = (): number => begin + performance.now();

sleepLightly();
while (Atomics.load(flags, 1) !== stopped) {
	// Whoever was woken for one may not have got to it yet.
	const due = plan[0]! > plan[3]! ? plan[0]! : plan[1]!;
	const wait = due - plan[2]! - now();
	if (wait > 0) {
		Atomics.wait(flags, 0, idle, Math.min(wait, 1000));
		continue;
	}

	plan[3] = due;
	port.postMessage(0);
	const rest = (due === plan[0] ? plan[1]! : due) - plan[2]! - now();
	Atomics.wait(flags, 0, idle, Math.min(1000, Math.max(least, rest)));
}

port.close();
