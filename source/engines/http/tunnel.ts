import type {Socket} from 'node:net';
import {credentialsIn} from './request.ts';
import type {Place} from './way.ts';

/** A proxy that answers more than this to CONNECT does not mean to open a tunnel. */
const longestAnswer = 16_384;

/** Why a proxy opened no tunnel; its code is the name of the outcome. */
const proxyError = (code: string, message: string): Error & {code: string} =>
	Object.assign(new Error(message), {code: `proxy ${code}`});

const headEnd = Buffer.from('\r\n\r\n');

/** What is written to a proxy to reach a place (RFC 9110, 9.3.6); credentials are those of the proxy's URL. */
const connectRequest = (place: Place, proxy: string): string => {
	const target =
		'path' in place ? place.path : `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;
	const credentials = credentialsIn(new URL(proxy));
	return [
		`CONNECT ${target} HTTP/1.1`,
		`Host: ${target}`,
		...(credentials === undefined ? [] : [`Proxy-Authorization: ${credentials}`]),
		'\r\n',
	].join('\r\n');
};

/**
 * Asks a proxy, on a socket that is connecting to it, for a tunnel. `opened` is called when what is written next goes to
 * the place; `failed` with a code 'proxy 407', 'proxy ECONNREFUSED' or the like.
 */
export const openTunnel = (
	socket: Socket,
	place: Place,
	proxy: string,
	ears: {readonly opened: () => void; readonly failed: (error: Error) => void},
): void => {
	let answer: Buffer = Buffer.alloc(0);
	const settle = (): void => {
		socket.removeListener('data', hear);
		socket.removeListener('error', fail);
		socket.removeListener('close', leave);
		socket.removeListener('end', leave);
	};
	const refuse = (code: string, message: string): void => {
		settle();
		socket.on('error', () => {});
		socket.destroy();
		ears.failed(proxyError(code, message));
	};
	const fail = (error: NodeJS.ErrnoException): void => refuse(error.code ?? 'failed', error.message);
	const leave = (): void => refuse('closed', 'the proxy closed the connection');
	const hear = (bytes: Buffer): void => {
		answer = Buffer.concat([answer, bytes]);
		const end = answer.indexOf(headEnd);
		if (end < 0) {
			if (answer.length > longestAnswer) refuse('malformed', 'the proxy gave no answer that is HTTP');
			return;
		}

		const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(answer.toString('latin1'))?.[1];
		if (status === undefined) refuse('malformed', 'the proxy gave no answer that is HTTP');
		// An interim answer says nothing yet.
		else if (status.startsWith('1')) {
			const rest = answer.subarray(end + headEnd.length);
			answer = Buffer.alloc(0);
			if (rest.length > 0) hear(rest);
		} else if (!status.startsWith('2')) refuse(status, `the proxy answered ${status}`);
		else {
			settle();
			// Over HTTP/2 the target speaks first: what came of it with the answer is for whoever reads next.
			socket.pause();
			socket.unshift(answer.subarray(end + headEnd.length));
			ears.opened();
		}
	};
	socket.on('data', hear);
	socket.on('error', fail);
	socket.once('close', leave);
	socket.once('end', leave);
	socket.once('connect', () => socket.write(connectRequest(place, proxy)));
};
