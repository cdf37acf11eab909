import type {Socket} from 'node:net';
import type {OutcomeSlot, Recorder} from '../engine.ts';
import {
	createParser,
	endsWhole,
	isMalformed,
	isTooLarge,
	parse,
	type ReplyParser,
	resetParser,
	wantsMore,
} from './reply.ts';
import type {Way} from './way.ts';

/** One connection and what is in flight on it. Changed by its wire alone, but for what is said to be the load's. */
export type Connection = {
	readonly index: number;
	readonly parser: ReplyParser;
	/** Rings as long as may be in flight, in milliseconds: since when a request's latency counts, and its actual send. */
	readonly dues: Float64Array;
	readonly sends: Float64Array;
	/** One moment: when the first byte of the reply under way came. */
	readonly firstByte: Float64Array;
	/** Where in the rings the oldest request in flight is. */
	first: number;
	inFlight: number;
	/** The last so many in flight wait for the connection to be made. */
	unsent: number;
	socket: Socket | undefined;
	/** Requests can be written now. */
	isOpen: boolean;
	/** It could not be made, and is left in peace for a while. */
	isResting: boolean;
	/** Whole replies since it was made. */
	replies: number;
	failuresInARow: number;
	/** The load's: it stands in line for a request. */
	isQueued: boolean;
	/** The load's: it is being made, for whatever waits then. */
	isComing: boolean;
};

export type WireParts = {
	readonly way: Way;
	readonly request: Buffer;
	readonly isHead: boolean;
	readonly pipelining: number;
	/** Whether latencies count from when a request was due, so that those from its send are kept as well. */
	readonly isOpenLoop: boolean;
	readonly recorder: Recorder;
	/** After a reply, or when it was made or may be made again: the connection may have room. */
	readonly onRoom: (connection: Connection) => void;
	/** It rests; nothing is in flight on it. The name of what happened. */
	readonly onRest: (connection: Connection, outcome: string) => void;
	/** Some bytes were read: a good moment to look at the schedule. */
	readonly onRead: () => void;
};

const readBufferBytes = 65_536;
/** Requests are written together up to so many bytes. */
const longestBatch = 65_536;
const shortestRest = 10;
const longestRest = 1000;
/** How long a connection that was told to close may take to do so. */
const longestFarewell = 1000;

const codeOf = (error: NodeJS.ErrnoException): string => {
	const nested: unknown = error instanceof AggregateError ? error.errors[0] : error;
	const code = nested instanceof Error && 'code' in nested ? String(nested.code) : '';
	if (code === '') return 'connection failed';
	return /^E[A-Z_]/.test(code) ? code : `TLS ${code}`;
};

/**
 * The connections of one load thread to one target. All of them read into one buffer, whose bytes are counted and
 * forgotten; a request's times lie in typed arrays: nothing is allocated for a request on a connection that is kept.
 *
 * Every request that was begun ends exactly once: with its reply, by the name of what happened to its connection, with a
 * timeout, or in flight at the end.
 */
export const createWire = (parts: WireParts) => {
	const {way, request, isHead, pipelining, isOpenLoop, recorder, onRoom, onRest, onRead} = parts;
	const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
	const batch = Math.max(1, Math.min(pipelining, Math.floor(longestBatch / request.length)));
	const together = Buffer.concat(Array.from({length: batch}, () => request));
	const batches = Array.from({length: batch}, (_, index) => together.subarray(0, (index + 1) * request.length));
	const slots = new Int32Array(1000).fill(-1);
	const timeoutSlot = recorder.outcome('timeout', true);
	const connections: Connection[] = [];
	const resting = new Map<Connection, NodeJS.Timeout>();
	/** Connections that are to be closed by their target, and since when. */
	const leaving = new Map<Socket, number>();
	let inFlight = 0;
	let isOver = false;

	const slotOf = (status: number): OutcomeSlot => {
		const known = slots[status]!;
		if (known >= 0) return known;
		const slot = recorder.outcome(String(status), status >= 400);
		slots[status] = slot;
		return slot;
	};

	const write = (connection: Connection, count: number): void => {
		const {socket} = connection;
		if (socket === undefined) return;
		recorder.sent(count * request.length);
		let left = count;
		while (left > batch) {
			socket.write(together);
			left -= batch;
		}

		socket.write(batches[left - 1]!);
	};

	/** The oldest request of a connection is over. */
	const shift = (connection: Connection): number => {
		const at = connection.first;
		connection.first = at + 1 === pipelining ? 0 : at + 1;
		connection.inFlight--;
		inFlight--;
		return at;
	};

	const record = (connection: Connection, slot: OutcomeSlot, now: number): void => {
		const at = shift(connection);
		const latency = (now - connection.dues[at]!) * 1000;
		if (isOpenLoop) recorder.record(slot, latency, (now - connection.sends[at]!) * 1000);
		else recorder.record(slot, latency);
	};

	const detach = (connection: Connection): Socket | undefined => {
		const {socket} = connection;
		connection.socket = undefined;
		connection.isOpen = false;
		return socket;
	};

	/** The connection is gone, and every request in flight on it ended so. */
	const lose = (connection: Connection, outcome: string, ofOthers = outcome): void => {
		detach(connection)?.destroy();
		if (isOver) return;
		if (connection.inFlight > 0) {
			shift(connection);
			recorder.fail(recorder.outcome(outcome, true));
		}

		while (connection.inFlight > 0) {
			shift(connection);
			recorder.fail(recorder.outcome(ofOthers, true));
		}

		connection.unsent = 0;
		// One that had answered before is made again at once.
		if (connection.replies > 0) {
			onRoom(connection);
			return;
		}

		const rest = Math.min(longestRest, shortestRest * 2 ** connection.failuresInARow);
		connection.failuresInARow++;
		connection.isResting = true;
		resting.set(
			connection,
			setTimeout(() => {
				resting.delete(connection);
				connection.isResting = false;
				onRoom(connection);
			}, rest),
		);
		onRest(connection, outcome);
	};

	/** The target ended the connection without a word of error. */
	const close = (connection: Connection): void => {
		const {parser} = connection;
		if (connection.inFlight === 0) {
			// Nothing was asked of it: no operation ended so.
			detach(connection)?.destroy();
			if (!isOver && connection.replies === 0) lose(connection, 'closed before response');
			else if (!isOver) onRoom(connection);
		} else if (parser.isBegun && endsWhole(parser)) {
			recordReply(connection, parser.status, connection.firstByte[0]!, performance.now());
			goOnElsewhere(connection);
			if (!isOver) onRoom(connection);
		} else lose(connection, parser.isBegun ? 'truncated' : 'closed before response', 'closed before response');
	};

	const recordReply = (connection: Connection, status: number, firstByte: number, now: number): void => {
		recorder.firstByte((firstByte - connection.dues[connection.first]!) * 1000);
		record(connection, slotOf(status), now);
		connection.replies++;
		connection.failuresInARow = 0;
	};

	/** The target takes no more requests here: those that it left unanswered go to the next connection (RFC 9112, 9.3.2). */
	const goOnElsewhere = (connection: Connection): void => {
		const socket = detach(connection);
		if (socket !== undefined) leaving.set(socket, performance.now());
		connection.unsent = connection.inFlight;
		if (connection.unsent > 0 && !isOver) connect(connection);
	};

	const read = (connection: Connection, bytes: Uint8Array, length: number): void => {
		if (isOver) return;
		const now = performance.now();
		const {parser} = connection;
		let firstByte = parser.isBegun ? connection.firstByte[0]! : now;
		recorder.received(length);
		let position = 0;
		let replies = 0;
		while (position < length) {
			position = parse(parser, bytes, position, length);
			const {event} = parser;
			if (event === wantsMore) {
				if (parser.isBegun && connection.inFlight === 0) {
					loseUnasked(connection);
					return;
				}

				connection.firstByte[0] = firstByte;
				break;
			}

			if (connection.inFlight === 0) {
				loseUnasked(connection);
				return;
			}

			if (event === isMalformed || event === isTooLarge) {
				lose(connection, event === isMalformed ? 'malformed reply' : 'reply head too large', 'closed before response');
				return;
			}

			recordReply(connection, parser.status, firstByte, now);
			firstByte = now;
			replies++;
			if (!parser.isKept) {
				goOnElsewhere(connection);
				onRoom(connection);
				return;
			}
		}

		if (replies > 0) onRoom(connection);
		onRead();
	};

	const loseUnasked = (connection: Connection): void => {
		recorder.offer(1);
		recorder.fail(recorder.outcome('reply without a request', true));
		lose(connection, 'reply without a request');
	};

	/** The connection is made: what waited for it is written. */
	const opened = (connection: Connection): void => {
		connection.isOpen = true;
		const {unsent} = connection;
		if (unsent > 0) {
			const now = performance.now();
			for (let index = connection.inFlight - unsent; index < connection.inFlight; index++) {
				connection.sends[(connection.first + index) % pipelining] = now;
			}

			connection.unsent = 0;
			write(connection, unsent);
		}

		onRoom(connection);
	};

	const connect = (connection: Connection): void => {
		resetParser(connection.parser);
		connection.replies = 0;
		const socket = way.open({
			buffer,
			callback(length, bytes) {
				if (connection.socket === socket) read(connection, bytes, length);
				return true;
			},
		});
		connection.socket = socket;
		const ended = (): void => {
			leaving.delete(socket);
			if (connection.socket === socket) close(connection);
		};
		socket.once(way.isSecure ? 'secureConnect' : 'connect', () => {
			if (connection.socket === socket) opened(connection);
		});
		socket.once('end', ended);
		socket.once('close', ended);
		socket.on('error', (error) => {
			if (connection.socket === socket) lose(connection, codeOf(error));
		});
	};

	const timeOut = (connection: Connection, now: number): void => {
		while (connection.inFlight > 0) record(connection, timeoutSlot, now);
		connection.unsent = 0;
		detach(connection)?.destroy();
		onRoom(connection);
	};

	return {
		connections,
		/** Requests begun and not ended, on all connections. */
		inFlight: (): number => inFlight,
		isResting: (): boolean => resting.size === connections.length,
		/** One more connection, not yet made. */
		add(): Connection {
			const connection: Connection = {
				index: connections.length,
				parser: createParser(isHead),
				dues: new Float64Array(pipelining),
				sends: new Float64Array(pipelining),
				firstByte: new Float64Array(1),
				first: 0,
				inFlight: 0,
				unsent: 0,
				socket: undefined,
				isOpen: false,
				isResting: false,
				replies: 0,
				failuresInARow: 0,
				isQueued: false,
				isComing: false,
			};
			connections.push(connection);
			return connection;
		},
		connect,
		/** A request begins; `flush` writes it. */
		begin(connection: Connection, due: number, now: number): void {
			let at = connection.first + connection.inFlight;
			if (at >= pipelining) at -= pipelining;
			connection.dues[at] = due;
			connection.sends[at] = now;
			connection.inFlight++;
			inFlight++;
		},
		/** The last so many requests of a connection are written, now or when it is made. */
		flush(connection: Connection, count: number): void {
			if (connection.isOpen) write(connection, count);
			else {
				connection.unsent += count;
				if (connection.socket === undefined) connect(connection);
			}
		},
		/** Closes a connection that nothing is in flight on. */
		drop(connection: Connection): void {
			detach(connection)?.destroy();
			clearTimeout(resting.get(connection));
			resting.delete(connection);
			connection.isResting = false;
		},
		/** Ends what has waited longer than the timeout, and what was told to leave and did not. */
		sweep(now: number, timeout: number): void {
			for (const connection of connections) {
				if (connection.inFlight > 0 && now - connection.sends[connection.first]! >= timeout) timeOut(connection, now);
			}

			for (const [socket, since] of leaving) {
				if (now - since < longestFarewell) continue;
				leaving.delete(socket);
				socket.destroy();
			}
		},
		/** Since when the oldest request in flight waits; `now` if none does. */
		oldest(now: number): number {
			let oldest = now;
			for (const connection of connections) {
				if (connection.inFlight > 0) oldest = Math.min(oldest, connection.dues[connection.first]!);
			}

			return oldest;
		},
		/** The end: what is in flight counts as abandoned. */
		abandon(now: number): void {
			isOver = true;
			for (const connection of connections) {
				while (connection.inFlight > 0) recorder.abandon((now - connection.dues[shift(connection)]!) * 1000);
			}
		},
		/** Closes everything, after the end. */
		close(): void {
			for (const timer of resting.values()) clearTimeout(timer);
			resting.clear();
			for (const connection of connections) detach(connection)?.destroy();
			for (const socket of leaving.keys()) socket.destroy();
			leaving.clear();
		},
	};
};

export type Wire = ReturnType<typeof createWire>;
