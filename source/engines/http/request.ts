import {percentDecoded} from '../../core/secret.ts';
import type {OwnHttpPlan} from './plan.ts';

const needsLength = new Set(['POST', 'PUT', 'PATCH']);

const userAgent = 'benchtop';

/** The credentials of a URL as HTTP writes them (RFC 7617); absent where it has none. */
export const credentialsIn = ({username, password}: URL): string | undefined => {
	if (username + password === '') return undefined;
	return `Basic ${Buffer.from([username, password].map(percentDecoded).join(':')).toString('base64')}`;
};

/** What a request says, however it is written. */
const partsOf = (plan: OwnHttpPlan) => {
	const url = new URL(plan.url);
	return {
		target: `${url.pathname}${url.search}`,
		host: url.host,
		authorization: credentialsIn(url),
		body: Buffer.from(plan.bodyBase64 ?? '', 'base64'),
	};
};

/** One request of HTTP/1.1. */
export type Message = {
	readonly method: string;
	/** With the credentials that go into its Authorization, if it has any. */
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	readonly keepAlive: boolean;
};

/** The bytes of a request. Its own headers come before those that are added for it. */
export const messageBytes = ({method, url, headers, body, keepAlive}: Message): Buffer => {
	const authorization = credentialsIn(url);
	const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
	const added: Array<readonly [string, string]> = [
		['Host', url.host],
		...(authorization === undefined ? [] : ([['Authorization', authorization]] as const)),
		['User-Agent', userAgent],
		['Accept', '*/*'],
		...(keepAlive ? [] : ([['Connection', 'close']] as const)),
		...(body.length > 0 || needsLength.has(method) ? ([['Content-Length', String(body.length)]] as const) : []),
	];
	const lines = [
		`${method} ${url.pathname}${url.search} HTTP/1.1`,
		...added.filter(([name]) => name === 'Host' && !given.has('host')).map((header) => header.join(': ')),
		...Object.entries(headers).map((header) => header.join(': ')),
		...added.filter(([name]) => name !== 'Host' && !given.has(name.toLowerCase())).map((header) => header.join(': ')),
	];
	return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
};

/** The bytes of a plan's request, the same each time. */
export const requestBytes = (plan: OwnHttpPlan): Buffer =>
	messageBytes({
		method: plan.method,
		url: new URL(plan.url),
		headers: plan.headers,
		body: Buffer.from(plan.bodyBase64 ?? '', 'base64'),
		keepAlive: plan.keepAlive !== false,
	});

/** Of one hop, or without a place in HTTP/2 (RFC 9113, 8.2.2). */
const ofConnections = /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade|host|te)$/i;

/** A plan's request for HTTP/2: its header fields, and its body if it has one. */
export type RequestFields = {
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer | undefined;
};

export const requestFields = (plan: OwnHttpPlan): RequestFields => {
	const {target, host, authorization, body} = partsOf(plan);
	const given = Object.fromEntries(
		Object.entries(plan.headers)
			.filter(([name]) => !ofConnections.test(name))
			.map(([name, value]) => [name.toLowerCase(), value]),
	);
	return {
		headers: {
			':method': plan.method,
			':scheme': new URL(plan.url).protocol.slice(0, -1),
			':authority': plan.headers[Object.keys(plan.headers).find((name) => /^host$/i.test(name)) ?? ''] ?? host,
			':path': target,
			...(authorization === undefined ? {} : {authorization}),
			'user-agent': userAgent,
			accept: '*/*',
			...(body.length > 0 || needsLength.has(plan.method) ? {'content-length': String(body.length)} : {}),
			...given,
		},
		body: body.length === 0 ? undefined : body,
	};
};
