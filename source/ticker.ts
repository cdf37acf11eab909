// A thread that does nothing but wait, so that a load thread is woken on time while it waits for its sockets.
import {readlinkSync, writeFileSync} from 'node:fs';
import {workerData} from 'node:worker_threads';
import type {TickerOrder} from './engines/http/waker.ts';

const {port, due, flags, lead, least}: TickerOrder = workerData;
const [idle, stopped] = [0, 1];

/** Linux lets a sleeping thread oversleep by 50 µs unless it asks not to. Elsewhere, and where it may not, it oversleeps. */
const sleepLightly = (): void => {
	try {
		writeFileSync(`/proc/${readlinkSync('/proc/thread-self').split('/').pop()}/timerslack_ns`, '1000');
	} catch {}
};

/** The clock that all threads share, in milliseconds. */
const begin = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const now = (): number => begin + performance.now();

sleepLightly();
while (Atomics.load(flags, 1) !== stopped) {
	const wait = due[0]! - lead - now();
	if (wait > 0) {
		Atomics.wait(flags, 0, idle, Math.min(wait, 1000));
		continue;
	}

	port.postMessage(0);
	Atomics.wait(flags, 0, idle, least);
}

port.close();
