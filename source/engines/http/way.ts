import {lookup} from 'node:dns/promises';
import {connect as connectTcp, isIP, type OnReadOpts, type Socket} from 'node:net';
import {checkServerIdentity, connect as connectTls, createSecureContext, type PeerCertificate} from 'node:tls';
import type {OwnHttpPlan} from './plan.ts';

/** How the target is reached. */
export type Way = {
	readonly isSecure: boolean;
	/** Begins to connect; what comes is read into one buffer if there is one. */
	readonly open: (onread?: OnReadOpts) => Socket;
};

type Place = {readonly path: string} | {readonly host: string; readonly port: number};

/** Where a plan's connections go, the address not yet looked up. */
export const placeOf = (plan: OwnHttpPlan): Place => {
	if (plan.unix !== undefined) return {path: plan.unix};
	const url = new URL(plan.connectTo === undefined ? plan.url : `tcp://${plan.connectTo}`);
	const standard = new URL(plan.url).protocol === 'https:' ? 443 : 80;
	return {host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? standard : Number(url.port)};
};

/** The way to a place. Certificates are checked against the URL's name, wherever the connection goes. */
export const wayTo = (plan: OwnHttpPlan, place: Place): Way => {
	const url = new URL(plan.url);
	const name = url.hostname.replace(/^\[|\]$/g, '');
	if (url.protocol !== 'https:') {
		return {isSecure: false, open: (onread) => connectTcp({...place, noDelay: true, ...(onread ? {onread} : {})})};
	}

	const secure = {
		...place,
		secureContext: createSecureContext({
			...(plan.ca === undefined ? {} : {ca: plan.ca}),
			...(plan.cert === undefined ? {} : {cert: plan.cert}),
			...(plan.key === undefined ? {} : {key: plan.key}),
		}),
		rejectUnauthorized: plan.insecure !== true,
		checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
		// An address is no server name (RFC 6066, 3).
		...(isIP(name) === 0 ? {servername: name} : {}),
		ALPNProtocols: ['http/1.1'],
	};
	return {
		isSecure: true,
		open(onread) {
			const socket = connectTls({...secure, ...(onread ? {onread} : {})});
			socket.setNoDelay(true);
			return socket;
		},
	};
};

/** The address that a name's connections reach now: the first of its addresses that answers, or is known. */
const findAddress = async (host: string, port: number, signal: AbortSignal): Promise<string> => {
	const socket = connectTcp({host, port, signal});
	try {
		return await new Promise<string>((resolve, reject) => {
			socket.once('connect', () => resolve(socket.remoteAddress ?? ''));
			socket.on('error', reject);
		});
	} catch {
		return (await lookup(host)).address;
	} finally {
		socket.destroy();
	}
};

/** The way of a plan, its name looked up once. Rejects when there is no such name. */
export const findWay = async (plan: OwnHttpPlan, signal: AbortSignal): Promise<Way> => {
	const place = placeOf(plan);
	if ('path' in place || isIP(place.host) !== 0) return wayTo(plan, place);
	return wayTo(plan, {...place, host: await findAddress(place.host, place.port, signal)});
};
