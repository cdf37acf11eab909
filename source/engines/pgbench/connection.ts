import {isSecretName, percentDecoded} from '../../core/secret.ts';
import {BenchtopError} from '../../errors.ts';

/** Where a connection URI leads, without what is secret in it. */
export type Connection = {
	/** The URI as others may see it, in the list of processes. */
	readonly uri: string;
	readonly password?: string;
	/** The password as it stands in the URI. */
	readonly written?: string;
	/** The port, where this machine itself serves it over TCP. */
	readonly localPort?: number;
};

const usualPort = 5432;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

const refusal = (what: string, hint: string): BenchtopError => new BenchtopError(what, {hint});

/** libpq takes several hosts in one URI, which other readers of URLs do not. */
const shape = /^(postgres(?:ql)?:\/\/)(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

/**
 * Takes the password out of a connection URI of libpq. Throws a BenchtopError (exit code 2) on what is none, and on a
 * secret that pgbench could be given only where everybody sees it.
 */
export const connectionOf = (url: string): Connection => {
	const [, scheme, user, inFront, hosts = '', path = '', query = ''] = shape.exec(url) ?? [];
	if (scheme === undefined) {
		throw refusal(
			'This is no URL of a PostgreSQL database.',
			'For example: postgres://user@localhost:5432/database, with %XX for the signs : / ? # [ ] @ in a password.',
		);
	}

	const pairs = query.split('&').filter((pair) => pair !== '');
	const nameOf = (pair: string): string => percentDecoded(pair.split('=', 1)[0] ?? '');
	const given = pairs.findLast((pair) => nameOf(pair) === 'password');
	const rest = pairs.filter((pair) => nameOf(pair) !== 'password');
	const secret = rest.map(nameOf).find(isSecretName);
	if (secret !== undefined) {
		throw refusal(
			`${secret} in the URL would stand in the list of processes, where everybody reads it.`,
			'libpq has other ways: a file named by passfile, or a service of pg_service.conf (PGSERVICE in the environment).',
		);
	}

	const password = given === undefined ? inFront : given.slice(given.indexOf('=') + 1);
	const [, host = '', port] = /^(\[[^\]]*\]|[^:,]*)(?::(\d+))?$/.exec(hosts) ?? [];
	const isElsewhere = rest.some((pair) => ['host', 'hostaddr', 'port'].includes(nameOf(pair)));
	return {
		uri: `${scheme}${user === undefined ? '' : `${user}@`}${hosts}${path}${rest.length === 0 ? '' : `?${rest.join('&')}`}`,
		...(password === undefined || password === '' ? {} : {password: percentDecoded(password), written: password}),
		...(loopback.test(host) && !isElsewhere ? {localPort: port === undefined ? usualPort : Number(port)} : {}),
	};
};
