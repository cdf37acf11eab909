import type {Recorder} from '../engine.ts';
import {outcomeOf} from '../http/outcomes.ts';
import {createRests} from '../http/rests.ts';
import type {Line, Way} from '../http/way.ts';
import {type Connection, newConnection, type Wire, type WireHooks} from '../http/wire.ts';
import {createReplyReader, type ReplyReader} from '../redis-reply.ts';
import type {Choice} from './choice.ts';

/** One connection and what is in flight on it. */
type Link = Connection & {
	readonly reader: ReplyReader;
	/** Rings as long as may be in flight: milliseconds since when a latency counts and of the actual send, and which command. */
	readonly dues: Float64Array;
	readonly sends: Float64Array;
	readonly kinds: Uint16Array;
	/** Where in the rings the oldest one in flight is. */
	first: number;
	/** What is written next. */
	text: string;
	/** The last so many in flight were not written. */
	unsent: number;
	line: Line | undefined;
	/** When it began to be made. */
	since: number;
	/** Replies since it was made. */
	replies: number;
	/** Replies to its greeting that are still to come. */
	greetings: number;
	thinking: NodeJS.Timeout | undefined;
};

export type RedisWireParts = WireHooks & {
	readonly way: Way;
	/** What a connection begins with, as the protocol has it, and how many replies it gets. */
	readonly greeting: {readonly text: string; readonly replies: number};
	readonly pipeline: number;
	readonly isOpenLoop: boolean;
	readonly recorder: Recorder;
	readonly choice: Choice;
	/** How long to wait after a reply, in milliseconds; absent: not at all. */
	readonly think?: () => number;
	/** The first reply of each kind that was an error: its line. */
	readonly complain: (word: string, line: string) => void;
};

const readBufferBytes = 65_536;

/**
 * Redis, in RESP 2. All connections read into one buffer, whose bytes are forgotten but for what kind of reply they are. What
 * was in flight on a connection that is lost has failed, and is never sent again: nobody knows what became of it.
 */
export const createRedisWire = (parts: RedisWireParts): Wire => {
	const {way, greeting, pipeline, isOpenLoop, recorder, choice, think, complain, onRoom, onRead} = parts;
	const {kinds} = choice;
	const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
	const slots = {
		value: recorder.outcome('ok', false),
		nil: recorder.outcome('nil', false),
		timeout: recorder.outcome('timeout', true),
	};
	const errors = new Map<string, number>();
	const links: Link[] = [];
	const rests = createRests(parts);
	let inFlight = 0;
	let isOver = false;

	const errorSlot = ({word, line}: ReplyReader): number => {
		const name = word();
		const known = errors.get(name);
		if (known !== undefined) return known;
		const slot = recorder.outcome(name, true);
		errors.set(name, slot);
		complain(name, line());
		return slot;
	};

	/** The oldest command of a connection is over. */
	const shift = (link: Link): number => {
		const at = link.first;
		link.first = at + 1 === pipeline ? 0 : at + 1;
		link.inFlight--;
		inFlight--;
		return at;
	};

	const record = (link: Link, slot: number, now: number): void => {
		const at = shift(link);
		const latency = (now - link.dues[at]!) * 1000;
		const {part} = kinds[link.kinds[at]!]!;
		if (isOpenLoop) part.record(slot, latency, (now - link.sends[at]!) * 1000);
		else part.record(slot, latency);
	};

	const fail = (link: Link, outcome: string): void => {
		const at = shift(link);
		kinds[link.kinds[at]!]!.part.fail(recorder.outcome(outcome, true));
	};

	const detach = (link: Link): Line | undefined => {
		const {line} = link;
		link.line = undefined;
		link.isMade = false;
		link.isOpen = false;
		return line;
	};

	/** The connection is gone, and every command in flight on it ended so. */
	const lose = (link: Link, outcome: string, ofOthers = outcome): void => {
		detach(link)?.destroy();
		if (isOver) return;
		if (link.inFlight > 0) fail(link, outcome);
		while (link.inFlight > 0) fail(link, ofOthers);
		link.unsent = 0;
		link.text = '';
		// One that had answered before is made again at once.
		if (link.replies > 0) onRoom(link);
		else rests.begin(link, outcome);
	};

	const close = (link: Link): void => {
		if (link.inFlight === 0 && link.replies > 0) {
			detach(link)?.destroy();
			if (!isOver) onRoom(link);
		} else lose(link, link.reader.isBegun() ? 'truncated' : 'closed before response', 'closed before response');
	};

	const send = (link: Link): void => {
		const {text} = link;
		if (link.line === undefined || text === '') return;
		recorder.sent(text.length);
		link.line.socket.write(text, 'latin1');
		link.text = '';
	};

	/** It is made and greeted: what waited for it is written. */
	const open = (link: Link): void => {
		link.isOpen = true;
		if (link.unsent > 0) {
			const now = performance.now();
			for (let index = link.inFlight - link.unsent; index < link.inFlight; index++) {
				link.sends[(link.first + index) % pipeline] = now;
			}

			link.unsent = 0;
			send(link);
		}

		onRoom(link);
	};

	/** Nothing more is sent on it for a while. */
	const rest = (link: Link, milliseconds: number): void => {
		link.capacity = 0;
		link.thinking = setTimeout(() => {
			link.thinking = undefined;
			link.capacity = pipeline;
			onRoom(link);
		}, milliseconds);
	};

	const greeted = (link: Link): boolean => {
		if (link.reader.kind() === 'error') {
			complain(link.reader.word(), link.reader.line());
			lose(link, link.reader.word());
			return false;
		}

		link.greetings--;
		if (link.greetings === 0) open(link);
		return true;
	};

	const read = (link: Link, bytes: Uint8Array, length: number): void => {
		if (isOver) return;
		const now = performance.now();
		recorder.received(length);
		const {reader} = link;
		let replies = 0;
		for (let at = 0; at < length; ) {
			at = reader.read(bytes, at, length);
			if (at < 0) {
				lose(link, 'malformed reply', 'closed before response');
				return;
			}

			if (!reader.isWhole()) break;
			if (link.greetings > 0) {
				if (!greeted(link)) return;
				continue;
			}

			if (link.inFlight - link.unsent <= 0) {
				recorder.offer(1);
				recorder.fail(recorder.outcome('reply without a request', true));
				lose(link, 'reply without a request');
				return;
			}

			const kind = reader.kind();
			record(link, kind === 'error' ? errorSlot(reader) : slots[kind], now);
			link.replies++;
			link.failuresInARow = 0;
			replies++;
		}

		if (replies > 0) {
			if (think !== undefined) rest(link, think());
			onRoom(link);
		}

		onRead();
	};

	const connect = (link: Link): void => {
		link.reader.reset();
		link.replies = 0;
		link.greetings = greeting.replies;
		const line = way.open(
			{
				opened(socket) {
					if (link.line !== line) return;
					if (greeting.replies === 0) open(link);
					else socket.write(greeting.text, 'latin1');
				},
				read(length, bytes) {
					if (link.line === line) read(link, bytes, length);
				},
				ended() {
					if (link.line === line) close(link);
				},
				failed(error) {
					if (link.line === line) lose(link, outcomeOf(error));
				},
				step: (step, took) => recorder.setup(step, took * 1000),
			},
			buffer,
		);
		link.line = line;
		link.since = performance.now();
		link.isMade = true;
	};

	/** Replies come in order: what waits behind one that does not come waits for it, and has timed out with it. */
	const timeOut = (link: Link, now: number): void => {
		while (link.inFlight > 0) record(link, slots.timeout, now);
		link.unsent = 0;
		link.text = '';
		detach(link)?.destroy();
		onRoom(link);
	};

	const linkOf = ({index}: Connection): Link => links[index]!;

	return {
		connections: links,
		inFlight: () => inFlight,
		isResting: () => rests.count() === links.length,
		add() {
			const link: Link = {
				...newConnection(links.length, pipeline),
				reader: createReplyReader(),
				dues: new Float64Array(pipeline),
				sends: new Float64Array(pipeline),
				kinds: new Uint16Array(pipeline),
				first: 0,
				text: '',
				unsent: 0,
				line: undefined,
				since: 0,
				replies: 0,
				greetings: 0,
				thinking: undefined,
			};
			links.push(link);
			return link;
		},
		connect: (connection) => connect(linkOf(connection)),
		begin(connection, due, now) {
			const link = linkOf(connection);
			let at = link.first + link.inFlight;
			if (at >= pipeline) at -= pipeline;
			const kind = choice.take();
			link.dues[at] = due;
			link.sends[at] = now;
			link.kinds[at] = kind;
			link.text += kinds[kind]!.next();
			link.inFlight++;
			inFlight++;
		},
		flush(connection, count) {
			const link = linkOf(connection);
			if (link.isOpen) send(link);
			else {
				link.unsent += count;
				if (!link.isMade) connect(link);
			}
		},
		drop(connection) {
			const link = linkOf(connection);
			detach(link)?.destroy();
			clearTimeout(link.thinking);
			link.thinking = undefined;
			link.capacity = pipeline;
			rests.cancel(connection);
		},
		sweep(now, timeout) {
			for (const link of links) {
				const isAwaited = link.inFlight > 0 || (link.isMade && !link.isOpen);
				const since = link.inFlight > 0 ? link.sends[link.first]! : link.since;
				if (isAwaited && now - since >= timeout) timeOut(link, now);
			}
		},
		oldest(now) {
			let oldest = now;
			for (const link of links) {
				if (link.inFlight > 0) oldest = Math.min(oldest, link.dues[link.first]!);
			}

			return oldest;
		},
		abandon(now) {
			isOver = true;
			for (const link of links) {
				while (link.inFlight > 0) {
					const isSent = link.inFlight > link.unsent;
					const at = shift(link);
					const {part} = kinds[link.kinds[at]!]!;
					const waited = (now - link.dues[at]!) * 1000;
					if (isOpenLoop) part.abandon(waited, isSent ? (now - link.sends[at]!) * 1000 : undefined);
					else part.abandon(waited);
				}
			}
		},
		close() {
			rests.close();
			for (const link of links) {
				clearTimeout(link.thinking);
				detach(link)?.destroy();
			}
		},
	};
};
