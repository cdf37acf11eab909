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

/** The bytes of a plan's request, the same each time. Headers of the plan come before those that are added for it. */
export const requestBytes = (plan: OwnHttpPlan): Buffer => {
	const {target, host, authorization, body} = partsOf(plan);
	const given = new Set(Object.keys(plan.headers).map((name) => name.toLowerCase()));
	const added: Array<readonly [string, string]> = [
		['Host', host],
		...(authorization === undefined ? [] : ([['Authorization', authorization]] as const)),
		['User-Agent', userAgent],
		['Accept', '*/*'],
		...(plan.keepAlive === false ? ([['Connection', 'close']] as const) : []),
		...(body.length > 0 || needsLength.has(plan.method) ? ([['Content-Length', String(body.length)]] as const) : []),
	];
	const lines = [
		`${plan.method} ${target} HTTP/1.1`,
		...added.filter(([name]) => name === 'Host' && !given.has('host')).map((header) => header.join(': ')),
		...Object.entries(plan.headers).map((header) => header.join(': ')),
		...added.filter(([name]) => name !== 'Host' && !given.has(name.toLowerCase())).map((header) => header.join(': ')),
	];
	return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
};

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
