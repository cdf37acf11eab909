import {lookup} from 'node:dns/promises';
import {connect as connectTcp, isIP, type OnReadOpts, type Socket} from 'node:net';
import {
	type ConnectionOptions,
	checkServerIdentity,
	connect as connectTls,
	createSecureContext,
	type PeerCertificate,
} from 'node:tls';
import type {SetupStep} from '../../core/snapshot.ts';
import type {Destination} from './plan.ts';
import {openTunnel} from './tunnel.ts';

/** What a line tells whoever opened it, once it is handed out; after `ended` or `failed`, nothing. */
export type LineEars = {
	/** Requests can be written to this socket. */
	readonly opened: (socket: Socket) => void;
	/** The first so many bytes of a buffer came, which is used again. Absent: whoever opened it reads the socket. */
	readonly read?: (length: number, bytes: Uint8Array) => void;
	/** The other end is done, without a word of error. */
	readonly ended: () => void;
	readonly failed: (error: Error) => void;
	/** A step of making it was taken, in so many milliseconds. */
	readonly step: (step: SetupStep, took: number) => void;
};

/** One connection to a target, open or on its way. */
export type Line = {
	/** What is written to once it is open. */
	socket: Socket;
	readonly destroy: () => void;
};

/** How the target is reached. */
export type Way = {
	/** Begins to connect; what comes is read into the buffer. */
	readonly open: (ears: LineEars, buffer?: Buffer) => Line;
	/** What looking up the name took, in milliseconds; absent where there was nothing to look up. */
	readonly lookedUp?: number;
};

export type Place = {readonly path: string} | {readonly host: string; readonly port: number};

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const placeIn = (text: string, standardPort: number): {readonly host: string; readonly port: number} => {
	const url = new URL(text);
	return {host: hostOf(url), port: url.port === '' ? standardPort : Number(url.port)};
};

const standardPort = ({url}: Destination): number => (new URL(url).protocol === 'https:' ? 443 : 80);

/** Where a plan's connections end, the address not yet looked up. */
export const placeOf = (plan: Destination): Place => {
	if (plan.unix !== undefined) return {path: plan.unix};
	return placeIn(plan.connectTo === undefined ? plan.url : `tcp://${plan.connectTo}`, standardPort(plan));
};

/** Where a plan's connections go first: to its proxy, if it has one. */
const firstPlaceOf = (plan: Destination): Place =>
	plan.proxy === undefined ? placeOf(plan) : placeIn(plan.proxy.replace(/^http:/, 'tcp:'), 80);

/** How TLS is spoken with a plan's target. Certificates are checked against the URL's name, wherever the connection goes. */
const secureOptions = (plan: Destination): ConnectionOptions => {
	const name = hostOf(new URL(plan.url));
	return {
		secureContext: createSecureContext({
			...(plan.ca === undefined ? {} : {ca: plan.ca}),
			...(plan.cert === undefined ? {} : {cert: plan.cert}),
			...(plan.key === undefined ? {} : {key: plan.key}),
		}),
		rejectUnauthorized: plan.insecure !== true,
		checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
		// An address is no server name (RFC 6066, 3).
		...(isIP(name) === 0 ? {servername: name} : {}),
		ALPNProtocols: [...(plan.protocols ?? [plan.http2 === true ? 'h2' : 'http/1.1'])],
	};
};

const listen = (socket: Socket, line: Line, ears: LineEars): void => {
	socket.once('end', ears.ended);
	socket.once('close', ears.ended);
	socket.on('error', (error) => {
		// A tunnel's end is heard of where its last socket is.
		if (line.socket === socket) ears.failed(error);
	});
};

const reading = (buffer: Buffer | undefined, {read}: LineEars): {onread?: OnReadOpts} =>
	buffer === undefined || read === undefined
		? {}
		: {
				onread: {
					buffer,
					callback(length, bytes) {
						read(length, bytes);
						return true;
					},
				},
			};

/** Tells the steps up to TCP; looking up a name is one where that was not done before, as for another origin's. */
const tellSteps = (socket: Socket, {step}: LineEars): void => {
	let began = performance.now();
	socket.once('lookup', (error: Error | null) => {
		if (error !== null) return;
		const now = performance.now();
		step('dns', now - began);
		began = now;
	});
	socket.once('connect', () => step('connect', performance.now() - began));
};

/** Straight to a place. */
const direct = (place: Place, secure: ConnectionOptions | undefined): Way['open'] => {
	if (secure === undefined) {
		return (ears, buffer) => {
			const socket = connectTcp({...place, noDelay: true, ...reading(buffer, ears)});
			const line: Line = {socket, destroy: () => socket.destroy()};
			tellSteps(socket, ears);
			listen(socket, line, ears);
			socket.once('connect', () => ears.opened(socket));
			return line;
		};
	}

	return (ears, buffer) => {
		let connected = 0;
		const socket = connectTls({...secure, ...place, ...reading(buffer, ears)});
		const line: Line = {socket, destroy: () => socket.destroy()};
		socket.setNoDelay(true);
		tellSteps(socket, ears);
		listen(socket, line, ears);
		socket.once('connect', () => {
			connected = performance.now();
		});
		socket.once('secureConnect', () => {
			ears.step('tls', performance.now() - connected);
			ears.opened(socket);
		});
		return line;
	};
};

/** Through a proxy: whatever comes of the target's comes as events, since a buffer is only for sockets of one's own. */
const through = (plan: Destination, proxy: Place, secure: ConnectionOptions | undefined): Way['open'] => {
	const deliver = (socket: Socket, {read}: LineEars): void => {
		if (read === undefined) return;
		socket.on('data', (bytes: Buffer) => read(bytes.length, bytes));
		socket.resume();
	};
	return (ears) => {
		const outer = connectTcp({...proxy, noDelay: true});
		const line: Line = {socket: outer, destroy: () => line.socket.destroy()};
		let connected = 0;
		tellSteps(outer, ears);
		outer.once('connect', () => {
			connected = performance.now();
		});
		openTunnel(outer, placeOf(plan), plan.proxy ?? '', {
			failed: ears.failed,
			opened() {
				const tunnelled = performance.now();
				ears.step('tunnel', tunnelled - connected);
				if (secure === undefined) {
					listen(outer, line, ears);
					deliver(outer, ears);
					ears.opened(outer);
					return;
				}

				const inner = connectTls({...secure, socket: outer});
				line.socket = inner;
				listen(inner, line, ears);
				inner.once('secureConnect', () => {
					ears.step('tls', performance.now() - tunnelled);
					deliver(inner, ears);
					ears.opened(inner);
				});
			},
		});
		return line;
	};
};

/** The way to a plan's target, of which the first place may have been looked up already. */
export const wayTo = (plan: Destination, first: Place = firstPlaceOf(plan)): Way => {
	const secure = new URL(plan.url).protocol === 'https:' ? secureOptions(plan) : undefined;
	return {open: plan.proxy === undefined ? direct(first, secure) : through(plan, first, secure)};
};

/** The address that a name's connections reach now: the first of its addresses that answers, or is known. */
const findAddress = async (host: string, port: number, signal: AbortSignal) => {
	const began = performance.now();
	let took: number | undefined;
	const socket = connectTcp({host, port, signal});
	socket.once('lookup', () => {
		took = performance.now() - began;
	});
	try {
		const address = await new Promise<string>((resolve, reject) => {
			socket.once('connect', () => resolve(socket.remoteAddress ?? ''));
			socket.on('error', reject);
		});
		return {address, took};
	} catch {
		return {address: (await lookup(host)).address, took};
	} finally {
		socket.destroy();
	}
};

/** The way of a plan, its first name looked up once. Rejects when there is no such name. */
export const findWay = async (plan: Destination, signal: AbortSignal): Promise<Way> => {
	const place = firstPlaceOf(plan);
	if ('path' in place || isIP(place.host) !== 0) return wayTo(plan, place);
	const {address, took} = await findAddress(place.host, place.port, signal);
	return {...wayTo(plan, {...place, host: address}), ...(took === undefined ? {} : {lookedUp: took})};
};
