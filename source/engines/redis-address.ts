import {isSecretName, percentDecoded, redacted} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';

/** Where a Redis server is, and as whom to speak to it. */
export type RedisAddress = {
	readonly place: {readonly host: string; readonly port: number} | {readonly path: string};
	readonly isSecure: boolean;
	readonly user?: string;
	readonly password?: string;
	readonly database: number;
};

const standardPort = 6379;
const localHost = '127.0.0.1';

/** The password of who gives none in the URL, as the tools of Redis have it. */
const passwordAround = (): string => process.env.REDISCLI_AUTH ?? '';

/** The URL as it was meant: 'localhost:7000', ':7000' and '/run/redis.sock' are short for one. */
const completed = (text: string): string => {
	if (/^[a-z+]+:\/\//i.test(text)) return text;
	if (text.startsWith('/')) return `unix://${text}`;
	return `redis://${/^:\d+(\/|$)/.test(text) ? localHost : ''}${text}`;
};

const refuse = (what: string): never => {
	throw new BenchtopError(`${what}.`, {
		hint: 'It looks like redis://[user:password@]host[:port][/database], rediss://… for TLS, or unix:///path/of/socket.',
	});
};

/** Reads a URL of Redis. Throws a BenchtopError (exit code 2) on what is none; its words show no password. */
export const redisAddress = (text: string): RedisAddress => {
	const whole = completed(text.trim());
	if (!URL.canParse(whole)) refuse(`${JSON.stringify(redactedRedisUrl(text))} is no URL of a Redis server`);
	const url = new URL(whole);
	const isUnix = /^(redis\+)?unix:$/.test(url.protocol);
	if (!isUnix && !/^rediss?:$/.test(url.protocol)) refuse(`Redis is not spoken over ${url.protocol}//`);
	const named = isUnix ? (url.searchParams.get('db') ?? '') : url.pathname.replace(/^\/|\/$/g, '');
	if (!/^\d{0,9}$/.test(named)) refuse(`${JSON.stringify(named)} is no number of a database`);
	const [user, given] = [percentDecoded(url.username), percentDecoded(url.password)];
	const password = given === '' ? passwordAround() : given;
	return {
		place: isUnix
			? {path: percentDecoded(url.pathname)}
			: {
					host: url.hostname.replace(/^\[|\]$/g, '') || localHost,
					port: url.port === '' ? standardPort : Number(url.port),
				},
		isSecure: url.protocol === 'rediss:',
		...(user === '' ? {} : {user}),
		...(password === '' ? {} : {password}),
		database: Number(named),
	};
};

/** A URL of Redis without its password, whole or not. */
export const redactedRedisUrl = (text: string): string =>
	completed(text.trim())
		.replace(/(:\/\/)([^/?#]*)@/, (_, slashes: string, who: string) => {
			const [user = ''] = who.split(':', 1);
			return `${slashes}${who.includes(':') ? `${user}:${redacted}` : redacted}@`;
		})
		.replace(/([?&])([^=&#]+)=([^&#]*)/g, (pair, before: string, name: string) =>
			isSecretName(name) ? `${before}${name}=${redacted}` : pair,
		);

/** The words of a URL that nobody else may see, as they are written and as they are meant. */
export const redisSecrets = (text: string): readonly string[] => {
	const whole = completed(text.trim());
	if (!URL.canParse(whole)) return [];
	const {password} = new URL(whole);
	return [...new Set([password, percentDecoded(password), passwordAround()])].filter((secret) => secret !== '');
};

/** 'localhost:6379', or the path of a socket. */
export const redisPlaceName = ({place}: RedisAddress): string =>
	'path' in place ? place.path : `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;
