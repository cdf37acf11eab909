import type {OutcomeSlot} from '../engine.ts';
import {outcomeOf} from './outcomes.ts';
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
import {createRests} from './rests.ts';
import {createRedirectNotice, mostRedirects, type Route, type Routes} from './route.ts';
import type {Line} from './way.ts';
import {type Connection, newConnection, type Wire, type WireParts} from './wire.ts';

/** One connection and what is in flight on it. */
type Link = Connection & {
	readonly parser: ReplyParser;
	/** Rings as long as may be in flight, in milliseconds: since when a request's latency counts, and its actual send. */
	readonly dues: Float64Array;
	readonly sends: Float64Array;
	/** One moment: when the first byte of the reply under way came. */
	readonly firstByte: Float64Array;
	/** Where in the rings the oldest request in flight is. */
	first: number;
	/** The last so many in flight wait for the connection to be made. */
	unsent: number;
	line: Line | undefined;
	/** When it began to be made. */
	since: number;
	/** Whole replies since it was made. */
	replies: number;
	/** Where its requests go; another place than all others' while a redirect is followed. */
	route: Route<Buffer>;
	/** How many redirects led there. */
	hops: number;
	/** Lines to other origins that stay open, by origin; made with the first redirect that leads to one. */
	parked: Map<string, Line> | undefined;
};

const readBufferBytes = 65_536;
/** Requests are written together up to so many bytes. */
const longestBatch = 65_536;
/** As many lines as one chain of redirects can lead over. */
const mostParked = mostRedirects + 1;
/** How long a connection that was told to close may take to do so. */
const longestFarewell = 1000;

/**
 * HTTP/1.1. All connections read into one buffer, whose bytes are counted and forgotten; a request's times lie in typed
 * arrays: nothing is allocated for a request on a connection that is kept.
 */
export const createHttp1Wire = (routes: Routes<Buffer>, parts: WireParts): Wire => {
	const {pipelining, isOpenLoop, recorder, notice, onRoom, onRead} = parts;
	const {first: home, follow} = routes;
	const isHead = home.plan.method === 'HEAD';
	const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
	const batch = Math.max(1, Math.min(pipelining, Math.floor(longestBatch / home.request.length)));
	const together = Buffer.concat(Array.from({length: batch}, () => home.request));
	const batches = Array.from({length: batch}, (_, index) => together.subarray(0, (index + 1) * home.request.length));
	const slots = new Int32Array(1000).fill(-1);
	const timeoutSlot = recorder.outcome('timeout', true);
	const links: Link[] = [];
	const rests = createRests(parts);
	/** Connections that are to be closed by their target, and since when. */
	const leaving = new Map<Line, number>();
	const redirectNotice = createRedirectNotice(routes, notice);
	let inFlight = 0;
	let isOver = false;

	const slotOf = (status: number): OutcomeSlot => {
		const known = slots[status]!;
		if (known >= 0) return known;
		const slot = recorder.outcome(String(status), status >= 400);
		slots[status] = slot;
		redirectNotice(status);
		return slot;
	};

	const write = (link: Link, count: number): void => {
		const {line, route} = link;
		if (line === undefined) return;
		const {socket} = line;
		recorder.sent(count * route.request.length);
		if (route !== home) {
			socket.write(route.request);
			return;
		}

		let left = count;
		while (left > batch) {
			socket.write(together);
			left -= batch;
		}

		socket.write(batches[left - 1]!);
	};

	/** Whether another request may follow the reply that is whole: not where each was said to be the last (RFC 9112, 9.6). */
	const isKept = ({parser}: Link): boolean => parser.isKept && home.plan.keepAlive !== false;

	/** The oldest request of a connection is over. */
	const shift = (link: Link): number => {
		const at = link.first;
		link.first = at + 1 === pipelining ? 0 : at + 1;
		link.inFlight--;
		inFlight--;
		return at;
	};

	const record = (link: Link, slot: OutcomeSlot, now: number): void => {
		const at = shift(link);
		const latency = (now - link.dues[at]!) * 1000;
		if (isOpenLoop) recorder.record(slot, latency, (now - link.sends[at]!) * 1000);
		else recorder.record(slot, latency);
	};

	const detach = (link: Link): Line | undefined => {
		const {line} = link;
		link.line = undefined;
		link.isMade = false;
		link.isOpen = false;
		return line;
	};

	/** The connection goes to the origin of its route again, on a line that was parked or on none yet. */
	const attach = (link: Link): void => {
		resetParser(link.parser);
		const line = link.parked?.get(link.route.origin);
		link.parked?.delete(link.route.origin);
		link.line = line;
		link.isMade = line !== undefined;
		link.isOpen = line !== undefined;
		// A parked line has answered before.
		link.replies = line === undefined ? 0 : 1;
	};

	/** Its line stays open for the next time that a redirect leads there. */
	const park = (link: Link, origin: string): void => {
		const line = detach(link);
		if (line === undefined) return;
		link.parked ??= new Map();
		link.parked.get(origin)?.destroy();
		link.parked.delete(origin);
		for (const [other, oldest] of link.parked) {
			if (link.parked.size < mostParked) break;
			link.parked.delete(other);
			oldest.destroy();
		}

		link.parked.set(origin, line);
	};

	const unpark = (link: Link): void => {
		for (const line of link.parked?.values() ?? []) line.destroy();
		link.parked?.clear();
	};

	/** The request under way is over: the next one begins where all do. */
	const goHome = (link: Link): void => {
		if (link.route === home) return;
		const {origin} = link.route;
		link.route = home;
		link.hops = 0;
		if (origin === home.origin) return;
		park(link, origin);
		attach(link);
	};

	/** The connection is gone, and every request in flight on it ended so. */
	const lose = (link: Link, outcome: string, ofOthers = outcome): void => {
		detach(link)?.destroy();
		if (isOver) return;
		if (link.inFlight > 0) {
			shift(link);
			recorder.fail(recorder.outcome(outcome, true));
		}

		while (link.inFlight > 0) {
			shift(link);
			recorder.fail(recorder.outcome(ofOthers, true));
		}

		link.unsent = 0;
		const hadAnswered = link.replies > 0;
		goHome(link);
		// One that had answered before is made again at once.
		if (hadAnswered) onRoom(link);
		else rests.begin(link, outcome);
	};

	/** The target ended the connection without a word of error. */
	const close = (link: Link): void => {
		const {parser} = link;
		if (link.inFlight === 0) {
			// Nothing was asked of it: no operation ended so.
			detach(link)?.destroy();
			if (!isOver && link.replies === 0) lose(link, 'closed before response');
			else if (!isOver) onRoom(link);
		} else if (parser.isBegun && endsWhole(parser)) {
			if (isOver || leads(link, link.firstByte[0]!)) return;
			recordReply(link, parser.status, link.firstByte[0]!, performance.now());
			goOnElsewhere(link);
			goHome(link);
			onRoom(link);
		} else lose(link, parser.isBegun ? 'truncated' : 'closed before response', 'closed before response');
	};

	const answered = (link: Link): void => {
		link.replies++;
		link.failuresInARow = 0;
	};

	const recordReply = (link: Link, status: number, firstByte: number, now: number): void => {
		recorder.firstByte((firstByte - link.dues[link.first]!) * 1000);
		record(link, slotOf(status), now);
		answered(link);
	};

	/** The target takes no more requests here, and is to close the connection. */
	const part = (link: Link): void => {
		const line = detach(link);
		if (line !== undefined) leaving.set(line, performance.now());
	};

	/** Those that it left unanswered go to the next connection (RFC 9112, 9.3.2). */
	const goOnElsewhere = (link: Link): void => {
		part(link);
		link.unsent = link.inFlight;
		if (link.unsent > 0 && !isOver) connect(link);
	};

	/** The reply that is whole redirects its request, which goes on there or fails for it; no other one is in flight. */
	const leads = (link: Link, firstByte: number): boolean => {
		if (follow === undefined) return false;
		const {parser, route} = link;
		const location = parser.location === undefined ? undefined : Buffer.from(parser.location, 'latin1').toString();
		const lead = follow(route, parser.status, location, link.hops);
		if (lead === undefined) return false;
		if (typeof lead === 'string') {
			answered(link);
			recorder.firstByte((firstByte - link.dues[link.first]!) * 1000);
			record(link, recorder.outcome(lead, true), performance.now());
			if (!isKept(link)) goOnElsewhere(link);
			goHome(link);
			onRoom(link);
			return true;
		}

		link.replies++;
		link.route = lead;
		link.hops++;
		if (isKept(link) && lead.origin === route.origin) write(link, 1);
		else {
			if (isKept(link)) park(link, route.origin);
			else part(link);
			attach(link);
			if (link.isOpen) write(link, 1);
			else {
				link.unsent = 1;
				connect(link);
			}
		}

		return true;
	};

	const read = (link: Link, bytes: Uint8Array, length: number): void => {
		if (isOver) return;
		const now = performance.now();
		const {parser} = link;
		let firstByte = parser.isBegun ? link.firstByte[0]! : now;
		recorder.received(length);
		let position = 0;
		let replies = 0;
		while (position < length) {
			position = parse(parser, bytes, position, length);
			const {event} = parser;
			if (event === wantsMore) {
				if (parser.isBegun && link.inFlight === 0) {
					loseUnasked(link);
					return;
				}

				link.firstByte[0] = firstByte;
				break;
			}

			if (link.inFlight === 0) {
				loseUnasked(link);
				return;
			}

			if (event === isMalformed || event === isTooLarge) {
				lose(link, event === isMalformed ? 'malformed reply' : 'reply head too large', 'closed before response');
				return;
			}

			if (follow !== undefined && leads(link, firstByte)) break;
			recordReply(link, parser.status, firstByte, now);
			firstByte = now;
			replies++;
			if (!isKept(link)) {
				goOnElsewhere(link);
				goHome(link);
				onRoom(link);
				return;
			}

			goHome(link);
		}

		if (replies > 0) onRoom(link);
		onRead();
	};

	const loseUnasked = (link: Link): void => {
		recorder.offer(1);
		recorder.fail(recorder.outcome('reply without a request', true));
		lose(link, 'reply without a request');
	};

	/** The connection is made: what waited for it is written. */
	const opened = (link: Link): void => {
		link.isOpen = true;
		const {unsent} = link;
		if (unsent > 0) {
			const now = performance.now();
			// What a redirect led here was sent long ago.
			if (link.hops === 0) {
				for (let index = link.inFlight - unsent; index < link.inFlight; index++) {
					link.sends[(link.first + index) % pipelining] = now;
				}
			}

			link.unsent = 0;
			write(link, unsent);
		}

		onRoom(link);
	};

	const connect = (link: Link): void => {
		resetParser(link.parser);
		link.replies = 0;
		const {origin, way} = link.route;
		const leave = (): void => {
			leaving.delete(line);
			if (link.parked?.get(origin) === line) link.parked.delete(origin);
		};
		const line = way.open(
			{
				opened() {
					if (link.line === line) opened(link);
				},
				read(length, bytes) {
					if (link.line === line) read(link, bytes, length);
					// What comes of a parked one belongs to no request, and what it said after that neither.
					else if (link.parked?.get(origin) === line) {
						link.parked.delete(origin);
						line.destroy();
					}
				},
				ended() {
					leave();
					if (link.line === line) close(link);
				},
				failed(error) {
					leave();
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

	const timeOut = (link: Link, now: number): void => {
		while (link.inFlight > 0) record(link, timeoutSlot, now);
		link.unsent = 0;
		detach(link)?.destroy();
		goHome(link);
		onRoom(link);
	};

	const linkOf = ({index}: Connection): Link => links[index]!;

	return {
		connections: links,
		inFlight: () => inFlight,
		isResting: () => rests.count() === links.length,
		add() {
			const link: Link = {
				...newConnection(links.length, pipelining),
				parser: createParser(isHead, follow !== undefined),
				dues: new Float64Array(pipelining),
				sends: new Float64Array(pipelining),
				firstByte: new Float64Array(1),
				first: 0,
				unsent: 0,
				line: undefined,
				since: 0,
				replies: 0,
				route: home,
				hops: 0,
				parked: undefined,
			};
			links.push(link);
			return link;
		},
		connect: (connection) => connect(linkOf(connection)),
		begin(connection, due, now) {
			const link = linkOf(connection);
			let at = link.first + link.inFlight;
			if (at >= pipelining) at -= pipelining;
			link.dues[at] = due;
			link.sends[at] = now;
			link.inFlight++;
			inFlight++;
		},
		flush(connection, count) {
			const link = linkOf(connection);
			if (link.isOpen) write(link, count);
			else {
				link.unsent += count;
				if (!link.isMade) connect(link);
			}
		},
		drop(connection) {
			const link = linkOf(connection);
			detach(link)?.destroy();
			unpark(link);
			rests.cancel(connection);
		},
		sweep(now, timeout) {
			for (const link of links) {
				// One that is being made before anything waits for it must not be waited for without end.
				const isAwaited = link.inFlight > 0 || (link.isMade && !link.isOpen);
				const since = link.inFlight > 0 ? link.sends[link.first]! : link.since;
				if (isAwaited && now - since >= timeout) timeOut(link, now);
			}

			for (const [line, since] of leaving) {
				if (now - since < longestFarewell) continue;
				leaving.delete(line);
				line.destroy();
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
					// Those that wait for their connection were never sent, unless a redirect led there.
					const isSent = link.inFlight > link.unsent || link.hops > 0;
					const at = shift(link);
					const waited = (now - link.dues[at]!) * 1000;
					if (isOpenLoop) recorder.abandon(waited, isSent ? (now - link.sends[at]!) * 1000 : undefined);
					else recorder.abandon(waited);
				}
			}
		},
		close() {
			rests.close();
			for (const link of links) {
				detach(link)?.destroy();
				unpark(link);
			}

			for (const line of leaving.keys()) line.destroy();
			leaving.clear();
		},
	};
};
