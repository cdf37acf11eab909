import type {Loop, LoopParts} from './loop.ts';
import type {Connection} from './wire.ts';

/** Each connection sends when its last reply is in. */
export const closedLoop = ({plan, recorder, openWire, onDone}: LoopParts): Loop => {
	let wanted = plan.connections;
	let left = Number.POSITIVE_INFINITY;
	let isStarted = false;
	let isPaused = false;

	const settle = (): void => {
		if (left === 0 && wire.inFlight() === 0) onDone();
	};

	const fill = (connection: Connection): void => {
		if (left === 0) settle();
		if (!isStarted || isPaused || connection.isResting) return;
		if (connection.index >= wanted) {
			if (connection.inFlight === 0) wire.drop(connection);
			return;
		}

		// One request shows whether a connection can be made.
		const room = Math.min(left, (connection.isOpen ? connection.capacity : 1) - connection.inFlight);
		if (room <= 0) return;
		const now = performance.now();
		for (let count = 0; count < room; count++) wire.begin(connection, now, now);
		left -= room;
		recorder.offer(room);
		wire.flush(connection, room);
	};
	const fillAll = (): void => {
		while (wire.connections.length < wanted) wire.add();
		for (const connection of wire.connections) fill(connection);
	};
	const wire = openWire({onRoom: fill, onRest: settle, onRead() {}});

	return {
		async prepare() {},
		start() {
			isStarted = true;
			fillAll();
		},
		measure(amount) {
			if (amount === undefined) return;
			left = Math.max(0, amount - wire.inFlight());
			fillAll();
		},
		pause() {
			isPaused = true;
		},
		resume() {
			isPaused = false;
			fillAll();
		},
		steer(targets) {
			wanted = targets.connections ?? wanted;
			fillAll();
		},
		sweep(now) {
			wire.sweep(now, plan.timeout);
		},
		oldest: wire.oldest,
		levels: () => ({}),
		end(now) {
			isStarted = false;
			wire.abandon(now);
			return [];
		},
		async close() {
			wire.close();
		},
	};
};
