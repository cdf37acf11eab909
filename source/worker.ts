// A load thread: one share of one plan, driven in its own event loop so that nothing else delays it.
import {parentPort, workerData} from 'node:worker_threads';
import {engines} from './engines/index.ts';
import {BenchtopError, messageOf} from './errors.ts';
import {createEars, hostLoad, type LoadMessage} from './run/load.ts';
import type {ThreadCommand, ThreadOrder} from './run/threads.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread only.');

const order: ThreadOrder = workerData;
const stopping = new AbortController();
const ears = createEars();
port.on('message', (told: ThreadCommand) => {
	if (told === 'stop') stopping.abort();
	else ears.tell(told);
});
const post = (message: LoadMessage): void => {
	if (message.kind !== 'snapshot') {
		port.postMessage(message);
		return;
	}

	const {latency, waiting} = message.snapshot;
	port.postMessage(
		message,
		[latency.counts.buffer, waiting.counts.buffer].filter(
			(buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer && buffer.byteLength > 0,
		),
	);
};

try {
	const engine = engines.find(({name}) => name === order.engine);
	if (engine === undefined) throw new BenchtopError(`No engine is called ${JSON.stringify(order.engine)}.`);
	const now = (): number => performance.timeOrigin + performance.now() - order.origin;
	await hostLoad(engine.accept(order.plan), order.limits, now, stopping.signal, post, ears.listen);
	post({kind: 'done'});
} catch (error) {
	post({
		kind: 'failed',
		message: messageOf(error),
		...(error instanceof BenchtopError && error.hint !== undefined ? {hint: error.hint} : {}),
	});
} finally {
	port.close();
}
