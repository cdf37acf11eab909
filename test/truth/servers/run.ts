// A target in a process of its own, so that neither the generator nor the tests disturb it: `node run.ts '<plan as JSON>'`.
import {createServer, type Socket} from 'node:net';
import {createServer as createTlsServer} from 'node:tls';
import type {ReplyName, TargetPlan} from './plan.ts';

type Request = {readonly socket: Socket; readonly at: number; readonly last: boolean};

const plan: TargetPlan = JSON.parse(process.argv[2] ?? '{"replies":["ok"]}');

const now = (): number => (performance.timeOrigin + performance.now()) * 1000;

const reply = (status: string, headers: readonly string[] = [], body = 'ok'): Buffer =>
	Buffer.from([`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n'), 'latin1');

// ab speaks HTTP/1.0 and would wait for the end of the connection without a word that it stays.
const stays = 'Connection: keep-alive';
const ok = reply('200 OK', [stays]);
const okAndClose = reply('200 OK', ['Connection: close']);
const mebibyte = reply('200 OK', [stays], 'x'.repeat(1024 * 1024));
const whole: Readonly<Partial<Record<ReplyName, Buffer>>> = {
	ok,
	mebibyte,
	trailers: Buffer.from(
		`HTTP/1.1 200 OK\r\n${stays}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5;part=1\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 15\r\n\r\n`,
	),
	'huge headers': reply('200 OK', [
		stays,
		...Array.from({length: 64}, (_, index) => `X-Filler-${index}: ${'y'.repeat(1010)}`),
	]),
	head: Buffer.from(`HTTP/1.1 200 OK\r\n${stays}\r\nContent-Length: 5000\r\n\r\n`),
	'no content': Buffer.from(`HTTP/1.1 204 No Content\r\n${stays}\r\n\r\n`),
	'not modified': Buffer.from(`HTTP/1.1 304 Not Modified\r\n${stays}\r\nETag: "a"\r\nContent-Length: 5000\r\n\r\n`),
	'early hints': Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'), ok]),
	escapes: reply('200 \x1b[2J\x1b]0;owned\x07\x1b[31m', [stays, 'X-Escape: \x1b[1;1H\x1b[5mowned\x9b31m']),
};

let requests = 0;
let connections = 0;
let open = 0;
let mostConnections = 0;
let afterLast = 0;
const ended: Record<string, number> = {};
const arrivals: number[] = [];
const services: number[] = [];
const sockets = new Set<Socket>();

const end = (name: string): void => {
	ended[name] = (ended[name] ?? 0) + 1;
};

/** Counts a reply that is about to be written as a whole, unless its client is gone. */
const answer = ({socket, at, last}: Request, name: ReplyName): void => {
	if (socket.destroyed) return;
	services.push(now() - at);
	end(name);
	if (last) socket.end(okAndClose);
	else socket.write(whole[name] ?? ok);
};

/** Spread evenly over the requests, whatever their order: the golden ratio's multiples fill the unit interval. */
const delayOf = (request: number): number => {
	const {mixture, delay = 0} = plan;
	if (mixture === undefined) return delay;
	let rest = (request * 0.618_033_988_749_895) % 1;
	for (const part of mixture) {
		if (rest < part.share) return part.delay;
		rest -= part.share;
	}

	return mixture.at(-1)?.delay ?? 0;
};

const wait = (milliseconds: number, then: () => void): void => {
	if (milliseconds <= 0) then();
	else setTimeout(then, milliseconds);
};

/** When the first period began; from the first request on. Milliseconds. */
let began: number | undefined;
const thaws: Array<{first: number; last: number}> = [];

/** What waits for the end of the freeze that holds now. */
let frozen: Array<() => void> = [];

/** Answers when the freeze is over that holds now, if one does; all at once, in their order. */
const thaw = (then: () => void): void => {
	if (plan.stall === undefined) {
		then();
		return;
	}

	const {period} = plan.stall;
	const at = now() / 1000;
	began ??= at - Math.random() * 0.9 * (period - plan.stall.frozen);
	const phase = (at - began) % period;
	if (phase < period - plan.stall.frozen) {
		then();
		return;
	}

	frozen.push(then);
	if (frozen.length > 1) return;
	const index = Math.floor((at - began) / period);
	const end = began + (index + 1) * period;
	setTimeout(() => {
		// A timer may fire a little early.
		while (now() / 1000 < end);
		const first = now();
		for (const answer of frozen) answer();
		frozen = [];
		thaws[index] = {first, last: now()};
	}, period - phase);
};

const partly = (request: Request, first: string, then: () => void): void => {
	request.socket.write(Buffer.from(first, 'latin1'));
	then();
};

const leave = (): void => {
	server.close();
	for (const socket of sockets) socket.destroy();
};

const handle = (request: Request, number: number): void => {
	const {socket} = request;
	if (number === 1 && plan.goneAfter !== undefined) setTimeout(leave, plan.goneAfter);
	const name = plan.replies[(number - 1) % plan.replies.length] ?? 'ok';
	switch (name) {
		case 'ok':
			wait(delayOf(number), () => thaw(() => answer(request, 'ok')));
			return;
		case 'drop':
			end(name);
			socket.destroy();
			return;
		case 'reset':
			end(name);
			socket.resetAndDestroy();
			return;
		case 'finish':
			end(name);
			socket.end();
			return;
		case 'truncated':
			end(name);
			partly(request, `HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${'z'.repeat(50)}`, () => socket.end());
			return;
		case 'rubbish':
			end(name);
			socket.write('SSH-2.0-OpenSSH_9.9\r\n\r\n');
			return;
		case 'bad chunk':
			end(name);
			socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n');
			return;
		case 'until close':
			services.push(now() - request.at);
			end(name);
			socket.end('HTTP/1.1 200 OK\r\n\r\nas long as the connection');
			return;
		case 'dribble': {
			const bytes = ok;
			let next = 0;
			const drip = (): void => {
				if (socket.destroyed) return;
				socket.write(bytes.subarray(next, next + 1));
				next += 1;
				if (next < bytes.length) {
					setTimeout(drip, 1);
					return;
				}

				services.push(now() - request.at);
				end(name);
			};
			drip();
			return;
		}

		case 'never':
			end(name);
			return;
		case 'late':
			end('late begun');
			setTimeout(() => answer(request, name), 5000);
			return;
		case 'halves':
			partly(request, `HTTP/1.1 200 OK\r\n${stays}\r\nContent-Length: 2\r\n\r\n`, () =>
				setTimeout(() => {
					if (socket.destroyed) return;
					services.push(now() - request.at);
					end(name);
					socket.write('ok');
				}, 50),
			);
			return;
		default:
			answer(request, name);
	}
};

const serve = (socket: Socket): void => {
	connections += 1;
	open += 1;
	mostConnections = Math.max(mostConnections, open);
	sockets.add(socket);
	socket.setNoDelay(true);
	socket.on('error', () => {});
	socket.on('close', () => {
		open -= 1;
		sockets.delete(socket);
	});
	let served = 0;
	let unread: Buffer = Buffer.alloc(0);
	socket.on('data', (bytes: Buffer) => {
		const at = now();
		unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
		let from = 0;
		for (;;) {
			const to = unread.indexOf('\r\n\r\n', from);
			if (to < 0) break;
			from = to + 4;
			requests += 1;
			served += 1;
			arrivals.push(at);
			if (plan.perConnection !== undefined && served > plan.perConnection) {
				afterLast += 1;
				continue;
			}

			handle({socket, at, last: served === plan.perConnection}, requests);
		}

		unread = unread.subarray(from);
	});
};

const server = plan.tls === undefined ? createServer(serve) : createTlsServer(plan.tls, serve);
server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () => {
	const address = server.address();
	if (typeof address === 'object' && address !== null) process.send?.({port: address.port});
});
process.on('message', () => {
	const {frozen = 0, period = Number.POSITIVE_INFINITY} = plan.stall ?? {};
	const first = began ?? 0;
	const count = began === undefined ? 0 : Math.floor((now() / 1000 - began) / period);
	const freezes = Array.from({length: count}, (_, index) => {
		const end = (first + (index + 1) * period) * 1000;
		const thawed = thaws[index];
		return {
			began: end - frozen * 1000,
			// One that nobody waited for ended in its time.
			first: thawed?.first ?? end,
			last: thawed?.last ?? end,
		};
	});
	process.send?.({requests, ended, connections, mostConnections, afterLast, arrivals, services, freezes});
});
process.on('disconnect', () => process.exit(0));
