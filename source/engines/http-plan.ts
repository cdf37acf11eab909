import {createHash} from 'node:crypto';
import {connect as connectTcp} from 'node:net';
import {connect as connectTls} from 'node:tls';
import * as z from 'zod';
import {isSecretHeader, isSecretName, percentDecoded, redacted, redactHeaders, redactUrl} from '../core/secret.ts';
import {BenchtopError, messageOf} from '../errors.ts';

/** What every HTTP engine is asked to do. Times are milliseconds. */
export const httpPlan = z.strictObject({
	url: z.url({protocol: /^https?$/}),
	method: z.string().regex(/^[A-Z]+$/),
	headers: z.record(z.string(), z.string()),
	bodyBase64: z.base64().optional(),
	connections: z.int().min(1).max(100_000),
	pipelining: z.int().min(1).max(1000),
	/** Requests per second over all connections; absent: each connection sends when its last reply is in. */
	rate: z.number().positive().optional(),
	timeout: z.number().positive(),
});

export type HttpPlan = z.infer<typeof httpPlan>;

/** A plan as it may be kept: header values and URL parts that look secret removed, a body as its size and hash. */
export const discloseHttp = (plan: HttpPlan): {plan: unknown; secrets: readonly string[]} => {
	const {bodyBase64, ...rest} = plan;
	const url = new URL(plan.url);
	const body = bodyBase64 === undefined ? undefined : Buffer.from(bodyBase64, 'base64');
	const queries = [...url.searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value);
	const headers = Object.entries(plan.headers)
		.filter(([name, value]) => isSecretHeader(name, value))
		.flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')]);
	return {
		plan: {
			...rest,
			url: redactUrl(plan.url),
			headers: redactHeaders(plan.headers),
			...(body === undefined
				? {}
				: {body: {bytes: body.length, sha256: createHash('sha256').update(body).digest('hex')}}),
		},
		secrets: [url.password, percentDecoded(url.password), ...queries, ...headers].filter(
			(secret) => secret !== '' && secret !== redacted,
		),
	};
};

const untrusted = [
	'has a certificate that this machine does not trust',
	'Give its authority with --ca FILE, or use --insecure.',
] as const;

const causes: Readonly<Record<string, readonly [what: string, hint: string]>> = {
	ECONNREFUSED: ['refused the connection', 'Is the service running, and on this port?'],
	ENOTFOUND: ['has no address', 'Check the name, or the DNS of this machine.'],
	EAI_AGAIN: ['could not be looked up', 'The DNS does not answer. Try again, or use an address.'],
	ECONNRESET: [
		'reset the connection',
		'Something listens there that hangs up at once; for TLS, try https:// or http://.',
	],
	EHOSTUNREACH: ['cannot be reached', 'There is no route to this host.'],
	ENETUNREACH: ['cannot be reached', 'There is no route to this network.'],
	'no HTTP/2': ['does not speak HTTP/2', 'Leave out --http2; for http:// it must speak HTTP/2 at once (h2c).'],
	'proxy 407': ['is behind a proxy that wants credentials', 'Give them: --proxy http://user:password@host:port'],
	'proxy 403': ['is behind a proxy that opens no tunnel to it', 'Proxies often allow tunnels to port 443 alone.'],
	'proxy 502': ['cannot be reached by the proxy', 'Is the service running, and reachable from there?'],
	'proxy 504': ['did not answer the proxy', 'Is the service running, and reachable from there?'],
	'proxy ECONNREFUSED': ['is behind a proxy that refused the connection', 'Is it running, and on this port?'],
	'proxy ENOTFOUND': ['is behind a proxy that has no address', 'Check the name after --proxy.'],
	EPROTO: ['does not speak TLS', 'Try http:// instead of https://.'],
	ENOENT: ['is not there', 'Check the path of the socket.'],
	EACCES: ['may not be opened', 'Check the rights of the socket.'],
	DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
	SELF_SIGNED_CERT_IN_CHAIN: untrusted,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
	CERT_HAS_EXPIRED: ['has a certificate that has expired', 'Renew it, or use --insecure.'],
	ERR_TLS_CERT_ALTNAME_INVALID: ['has a certificate of another name', 'Check the host name, or use --insecure.'],
	ERR_SSL_WRONG_VERSION_NUMBER: ['does not speak TLS', 'Try http:// instead of https://.'],
	ERR_SSL_PACKET_LENGTH_TOO_LONG: ['does not speak TLS', 'Try http:// instead of https://.'],
};

const longestProbe = 5000;

/** The host and port of a plan's URL, and whether it is spoken to in TLS. */
const placeOf = (plan: HttpPlan) => {
	const url = new URL(plan.url);
	const secure = url.protocol === 'https:';
	return {
		secure,
		host: url.hostname.replace(/^\[|\]$/g, ''),
		port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
	};
};

/** Begins to connect, and tells once how that ended. */
export type Reach = (ears: {readonly opened: () => void; readonly failed: (error: Error) => void}) => {
	readonly destroy: () => void;
};

const reachPlainly =
	(plan: HttpPlan): Reach =>
	({opened, failed}) => {
		const {secure, host, port} = placeOf(plan);
		const socket = secure
			? connectTls({
					host,
					port,
					rejectUnauthorized: false,
					...(/[a-z]/i.test(host) && !host.includes(':') ? {servername: host} : {}),
				})
			: connectTcp({host, port});
		socket.once(secure ? 'secureConnect' : 'connect', opened);
		socket.on('error', failed);
		return socket;
	};

/**
 * Opens one connection and closes it. Rejects with the cause by name (exit code 4); sends no request. `where` is what
 * people know the other end by, and `reach` how an engine of its own ways connects.
 */
export const probeHttp = (
	plan: HttpPlan,
	signal: AbortSignal,
	where = `${new URL(plan.url).hostname}:${placeOf(plan).port}`,
	reach: Reach = reachPlainly(plan),
): Promise<void> => {
	const limit = Math.min(plan.timeout, longestProbe);
	return new Promise((resolve, reject) => {
		const settle = (error?: BenchtopError): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', abort);
			connection.destroy();
			if (error === undefined) resolve();
			else reject(error);
		};
		const abort = (): void => settle();
		const timer = setTimeout(
			() =>
				settle(
					new BenchtopError(`${where} did not answer within ${limit / 1000} s (ETIMEDOUT).`, {
						hint: 'Is the host up, and the port open in its firewall?',
						exitCode: 4,
					}),
				),
			limit,
		);
		signal.addEventListener('abort', abort);
		const connection = reach({
			opened: () => settle(),
			failed(error) {
				const nested: unknown = error instanceof AggregateError ? error.errors[0] : error;
				const code = nested instanceof Error && 'code' in nested ? String(nested.code) : '';
				const [what, hint] = causes[code] ?? [`could not be reached: ${messageOf(error)}`, 'Check the address.'];
				settle(
					new BenchtopError(`${where} ${what}${code === '' || code === 'no HTTP/2' ? '' : ` (${code})`}.`, {
						hint,
						exitCode: 4,
						cause: error,
					}),
				);
			},
		});
	});
};

/** Whole numbers are divided into whole numbers. */
const shareOf = (rate: number, threads: number, index: number): number =>
	Number.isInteger(rate) ? Math.floor(rate / threads) + (index < rate % threads ? 1 : 0) : rate / threads;

/** Connections and rate divided over so many threads, remainders kept. */
export const splitHttp = (plan: HttpPlan, threads: number): readonly HttpPlan[] =>
	Array.from({length: threads}, (_, index) => ({
		...plan,
		connections: Math.floor(plan.connections / threads) + (index < plan.connections % threads ? 1 : 0),
		...(plan.rate === undefined ? {} : {rate: shareOf(plan.rate, threads, index)}),
	})).filter(({connections}) => connections > 0);
