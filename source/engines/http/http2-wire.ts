import {type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants} from 'node:http2';
import type {Socket} from 'node:net';
import type {OutcomeSlot} from '../engine.ts';
import {outcomeOf} from './outcomes.ts';
import type {RequestFields} from './request.ts';
import {createRests} from './rests.ts';
import {createRedirectNotice, type Route, type Routes} from './route.ts';
import type {Line} from './way.ts';
import {type Connection, newConnection, type Wire, type WireParts} from './wire.ts';

/** A request in flight, and the stream that carries it once it was sent. Moments are of `performance.now()`. */
type Exchange = {
	readonly due: number;
	/** When it was taken up, then when it was sent. */
	since: number;
	isSent: boolean;
	stream: ClientHttp2Stream | undefined;
	/** Where it goes, and how many redirects led there. */
	route: Route<RequestFields>;
	hops: number;
	/** How often it went to another connection because one had said goodbye. */
	refusals: number;
};

/** A session on an open connection. */
type Talk = {
	readonly session: ClientHttp2Session;
	readonly line: Line;
	/** Counts the bytes since the last time. */
	readonly count: () => void;
	/** The target takes no more requests on it. */
	isLeaving: boolean;
	/** What it broke off with. */
	outcome: string | undefined;
};

type Link = Connection & {
	line: Line | undefined;
	/** When it began to be made. */
	since: number;
	talk: Talk | undefined;
	/** Whole replies since it was made. */
	replies: number;
	readonly exchanges: Set<Exchange>;
	/** Those that wait for the connection to be made. */
	unsent: Exchange[];
};

/** What has come of a reply. */
type Reply = {
	status: number;
	location: string | undefined;
	firstByte: number;
	isWhole: boolean;
	/** What broke it off, if that was not a reset. */
	problem: string | undefined;
};

/** Bodies are counted and forgotten: no need to hold a target back. */
const window = 2 ** 24;
/** After so many connections that say goodbye before they take a request, there is no point in one more. */
const mostRefusals = 10;
/** What sessions and streams are opened with. */
const settings = {enablePush: false, initialWindowSize: window};

/** By code (RFC 9113, 7). */
const errorNames = [
	...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED'],
	...['FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM'],
	...['INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
] as const;

/** The outcome of what was broken off with a code. */
const outcomeOfCode = (code: number): string => `HTTP/2 ${errorNames[code] ?? code}`;

/** Whether HTTP/2 itself went wrong, or could not be agreed on. */
export const isOfHttp2 = (error: Error): boolean =>
	'code' in error && /^ERR_HTTP2|NO_APPLICATION_PROTOCOL$/.test(String(error.code));

/** What a session broke off with: of its connection, or of the protocol, which Node tells in the message alone. */
const outcomeOfSession = (error: Error): string => {
	if (!isOfHttp2(error)) return outcomeOf(error);
	const [, code] = /code (?:NGHTTP2_)?(\w+)/.exec(error.message) ?? [];
	if (code === undefined) return outcomeOfCode(constants.NGHTTP2_PROTOCOL_ERROR);
	return /^\d+$/.test(code) ? outcomeOfCode(Number(code)) : `HTTP/2 ${code}`;
};

/** Whether what was agreed on in TLS is HTTP/2; without TLS nothing is agreed on. */
const speaksHttp2 = (socket: Socket): boolean => !('alpnProtocol' in socket) || socket.alpnProtocol === 'h2';

/** Whether nothing more can be asked of a session, though it may not have said so yet. */
const isGoing = ({session}: Talk): boolean => session.closed || session.destroyed;

/** A session on a socket that is open. */
const openSession = (socket: Socket, url: string): ClientHttp2Session =>
	connectHttp2(new URL(url).origin, {createConnection: () => socket, settings});

/** Opens a session and waits until the target has said its settings, which shows that it speaks HTTP/2. */
export const greet = (socket: Socket, url: string, opened: () => void, refused: () => void): void => {
	if (!speaksHttp2(socket)) {
		refused();
		return;
	}

	const session = openSession(socket, url);
	let isSettled = false;
	const settle = (then: () => void) => () => {
		if (isSettled) return;
		isSettled = true;
		session.destroy();
		then();
	};
	session.once('remoteSettings', settle(opened));
	session.on('error', settle(refused));
	session.once('close', settle(refused));
};

/**
 * HTTP/2 (RFC 9113) through Node's own implementation: each request is a stream, and as many share a connection as may be
 * in flight on it. Unlike HTTP/1.1 here, a request allocates.
 */
export const createHttp2Wire = (routes: Routes<RequestFields>, parts: WireParts): Wire => {
	const {pipelining, isOpenLoop, recorder, notice, onRoom, onRead} = parts;
	const {first: home, follow} = routes;
	const timeoutSlot = recorder.outcome('timeout', true);
	const links: Link[] = [];
	const rests = createRests(parts);
	const talks = new Set<Talk>();
	let inFlight = 0;
	let isOver = false;
	let isCapped = false;
	const redirectNotice = createRedirectNotice(routes, notice);

	const end = (link: Link, exchange: Exchange): void => {
		link.exchanges.delete(exchange);
		link.inFlight--;
		inFlight--;
	};

	const record = (link: Link, exchange: Exchange, outcome: OutcomeSlot, now: number): void => {
		end(link, exchange);
		const latency = (now - exchange.due) * 1000;
		if (isOpenLoop) recorder.record(outcome, latency, (now - exchange.since) * 1000);
		else recorder.record(outcome, latency);
	};

	const fail = (link: Link, exchange: Exchange, outcome: string): void => {
		end(link, exchange);
		recorder.fail(recorder.outcome(outcome, true));
	};

	/** What comes next needs another connection. */
	const detach = (link: Link): Line | undefined => {
		const {line} = link;
		link.talk = undefined;
		link.line = undefined;
		link.isMade = false;
		link.isOpen = false;
		return line;
	};

	/** The connection is gone, or could not be made: what was not sent ends with it here, and each stream by itself. */
	const leave = (link: Link, outcome: string): void => {
		detach(link)?.destroy();
		if (isOver) return;
		for (const exchange of link.unsent.splice(0)) fail(link, exchange, outcome);
		// One that had answered before is made again at once.
		if (link.replies > 0 || link.isResting) onRoom(link);
		else rests.begin(link, outcome);
	};

	/** The same, and its streams end with what it broke off with. */
	const lose = (link: Link, outcome: string): void => {
		if (link.talk !== undefined) link.talk.outcome ??= outcome;
		leave(link, outcome);
	};

	/** A request goes to the next connection. */
	const goOnElsewhere = (link: Link, exchange: Exchange): void => {
		exchange.stream = undefined;
		link.unsent.push(exchange);
		flush(link);
	};

	/** A stream is over: with a whole reply, which may lead on, or without. */
	const settle = (link: Link, talk: Talk, exchange: Exchange, reply: Reply, stream: ClientHttp2Stream): void => {
		const now = performance.now();
		const {status, isWhole} = reply;
		if (isWhole) {
			link.replies++;
			link.failuresInARow = 0;
			const lead = follow?.(exchange.route, status, reply.location, exchange.hops);
			if (typeof lead === 'object') {
				exchange.route = lead;
				exchange.hops++;
				goOnElsewhere(link, exchange);
				return;
			}

			redirectNotice(status);
			recorder.firstByte((reply.firstByte - exchange.due) * 1000);
			record(link, exchange, recorder.outcome(lead ?? String(status), lead !== undefined || status >= 400), now);
		} else if (
			talk.isLeaving &&
			stream.rstCode === constants.NGHTTP2_REFUSED_STREAM &&
			exchange.refusals < mostRefusals
		) {
			// It was not taken any more (RFC 9113, 8.7).
			exchange.refusals++;
			goOnElsewhere(link, exchange);
			return;
		} else {
			const code = stream.rstCode ?? 0;
			const isReset = code !== constants.NGHTTP2_NO_ERROR && code !== constants.NGHTTP2_CANCEL;
			const cut = status > 0 ? 'truncated' : 'closed before response';
			const outcome = talk.outcome ?? reply.problem ?? (isReset ? outcomeOfCode(code) : cut);
			fail(link, exchange, outcome);
			// Streams hear first that their connection has ended: the next request would be sent into the void.
			if (link.talk === talk ? isGoing(talk) : !link.isMade) {
				leave(link, outcome);
				return;
			}
		}

		onRoom(link);
		onRead();
	};

	const send = (link: Link, talk: Talk, exchange: Exchange): void => {
		const {headers, body} = exchange.route.request;
		const reply: Reply = {status: 0, location: undefined, firstByte: 0, isWhole: false, problem: undefined};
		let stream: ClientHttp2Stream;
		try {
			stream = talk.session.request(headers, {endStream: body === undefined});
		} catch (error) {
			fail(link, exchange, error instanceof Error ? outcomeOfSession(error) : 'connection failed');
			return;
		}

		exchange.stream = stream;
		if (!exchange.isSent) {
			exchange.isSent = true;
			exchange.since = performance.now();
		}

		const over = (): void => {
			if (exchange.stream === stream && link.exchanges.has(exchange) && !isOver) {
				settle(link, talk, exchange, reply, stream);
			}
		};
		stream.on('response', (fields) => {
			reply.firstByte = performance.now();
			reply.status = fields[':status'] ?? 0;
			reply.location = fields.location;
		});
		stream.on('end', () => {
			reply.isWhole = reply.status > 0 && (stream.rstCode ?? 0) === constants.NGHTTP2_NO_ERROR;
			if (reply.isWhole) over();
		});
		stream.on('error', (error: Error & {code?: string}) => {
			// A stream that was reset has a code of its own.
			if (error.code !== 'ERR_HTTP2_STREAM_ERROR') reply.problem ??= outcomeOfSession(error);
		});
		stream.on('close', over);
		stream.resume();
		if (body !== undefined) stream.end(body);
	};

	const sendAll = (link: Link): void => {
		const {talk} = link;
		if (talk === undefined) return;
		for (const exchange of link.unsent.splice(0)) send(link, talk, exchange);
	};

	const flush = (link: Link): void => {
		if (link.talk !== undefined && isGoing(link.talk)) detach(link)?.destroy();
		if (link.isOpen) sendAll(link);
		else if (!link.isMade) connect(link);
	};

	const cap = (link: Link, most = pipelining): void => {
		link.capacity = Math.max(1, Math.min(pipelining, most));
		if (link.capacity >= pipelining || isCapped) return;
		isCapped = true;
		notice(`The target takes ${link.capacity} requests at a time on a connection, not ${pipelining}.`);
	};

	const counterOf = (socket: Socket): (() => void) => {
		let [read, written] = [0, 0];
		return () => {
			recorder.received(socket.bytesRead - read);
			recorder.sent(socket.bytesWritten - written);
			[read, written] = [socket.bytesRead, socket.bytesWritten];
		};
	};

	const open = (link: Link, line: Line, socket: Socket): void => {
		if (!speaksHttp2(socket)) {
			lose(link, 'no HTTP/2');
			return;
		}

		const session = openSession(socket, home.plan.url);
		const talk: Talk = {session, line, count: counterOf(socket), isLeaving: false, outcome: undefined};
		talks.add(talk);
		link.talk = talk;
		session.on('remoteSettings', ({maxConcurrentStreams}) => {
			if (link.talk !== talk) return;
			cap(link, maxConcurrentStreams);
			if (link.isOpen) return;
			session.setLocalWindowSize(window);
			link.isOpen = true;
			sendAll(link);
			onRoom(link);
		});
		session.on('goaway', (code: number, last: number) => {
			if (link.talk !== talk) return;
			const isTaken = [...link.exchanges].some(
				({stream}) => stream?.session === session && stream.id !== undefined && stream.id <= last,
			);
			if (code !== constants.NGHTTP2_NO_ERROR) lose(link, outcomeOfCode(code));
			// One that answers nothing before it goes is as good as not made.
			else if (link.replies === 0 && !isTaken) lose(link, 'closed before response');
			else {
				// Those that it has taken are answered (RFC 9113, 6.8).
				talk.isLeaving = true;
				detach(link);
				onRoom(link);
			}
		});
		session.on('error', (error) => {
			talk.outcome ??= outcomeOfSession(error);
			if (link.talk === talk) lose(link, talk.outcome);
		});
		session.on('close', () => {
			talk.count();
			talks.delete(talk);
			if (link.talk === talk) lose(link, 'closed before response');
		});
	};

	const connect = (link: Link): void => {
		link.replies = 0;
		const line = home.way.open({
			opened(socket) {
				if (link.line === line && !isOver) open(link, line, socket);
			},
			ended() {
				// An open one ends with its session.
				if (link.line === line && link.talk === undefined) lose(link, 'closed before response');
			},
			failed(error) {
				if (link.line !== line) return;
				if (link.talk === undefined) lose(link, outcomeOf(error));
				else link.talk.outcome ??= outcomeOfSession(error);
			},
			step: (step, took) => recorder.setup(step, took * 1000),
		});
		link.line = line;
		link.since = performance.now();
		link.isMade = true;
	};

	const linkOf = ({index}: Connection): Link => links[index]!;

	return {
		connections: links,
		inFlight: () => inFlight,
		isResting: () => rests.count() === links.length,
		add() {
			const link: Link = {
				...newConnection(links.length, pipelining),
				line: undefined,
				since: 0,
				talk: undefined,
				replies: 0,
				exchanges: new Set(),
				unsent: [],
			};
			links.push(link);
			return link;
		},
		connect: (connection) => connect(linkOf(connection)),
		begin(connection, due, now) {
			const link = linkOf(connection);
			const exchange: Exchange = {
				due,
				since: now,
				isSent: false,
				stream: undefined,
				route: home,
				hops: 0,
				refusals: 0,
			};
			link.exchanges.add(exchange);
			link.unsent.push(exchange);
			link.inFlight++;
			inFlight++;
		},
		flush: (connection) => flush(linkOf(connection)),
		drop(connection) {
			detach(linkOf(connection))?.destroy();
			rests.cancel(connection);
		},
		sweep(now, timeout) {
			for (const {count} of talks) count();
			for (const link of links) {
				let isStuck = false;
				for (const exchange of [...link.exchanges]) {
					if (now - exchange.since < timeout) continue;
					isStuck ||= !exchange.isSent;
					record(link, exchange, timeoutSlot, now);
					exchange.stream?.close(constants.NGHTTP2_CANCEL);
				}

				link.unsent = link.unsent.filter((exchange) => link.exchanges.has(exchange));
				isStuck ||= link.isMade && now - link.since >= timeout;
				// It could not even be made in that time.
				if (isStuck && !link.isOpen) detach(link)?.destroy();
				if (link.unsent.length > 0) flush(link);
				onRoom(link);
			}
		},
		oldest(now) {
			let oldest = now;
			for (const {exchanges} of links) {
				for (const {due} of exchanges) oldest = Math.min(oldest, due);
			}

			return oldest;
		},
		abandon(now) {
			isOver = true;
			for (const {count} of talks) count();
			for (const link of links) {
				for (const exchange of [...link.exchanges]) {
					end(link, exchange);
					const {due, since, isSent} = exchange;
					if (isOpenLoop) recorder.abandon((now - due) * 1000, isSent ? (now - since) * 1000 : undefined);
					else recorder.abandon((now - due) * 1000);
				}
			}
		},
		close() {
			rests.close();
			for (const link of links) detach(link)?.destroy();
			for (const {session, line} of talks) {
				session.destroy();
				line.destroy();
			}
		},
	};
};
