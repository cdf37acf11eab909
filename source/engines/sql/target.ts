import {basename} from 'node:path';
import {redactUrl} from '../../core/secret.ts';
import type {Protocol} from './plan.ts';

/** How each kind of database takes statements; the first is what its drivers do when nothing is said. */
export const protocolsOf = {
	postgres: ['extended', 'prepared', 'simple'],
	mysql: ['simple', 'prepared'],
	sqlite: ['prepared', 'extended'],
} as const satisfies Readonly<Record<string, readonly [Protocol, ...Protocol[]]>>;

/** Which kind of database a URL is about. */
export const kindOf = (url: string): keyof typeof protocolsOf =>
	url.startsWith('sqlite:') ? 'sqlite' : /^(mysql|mariadb):/.test(url) ? 'mysql' : 'postgres';

const usualPorts: Readonly<Record<string, number>> = {postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306};

/** Where a database is, as people name it: a host and port, or a file. */
export const placeOf = (url: string): string => {
	if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length);
	const {hostname, port, protocol} = new URL(url);
	return `${hostname === '' ? 'localhost' : hostname}:${port === '' ? (usualPorts[protocol.slice(0, -1)] ?? '') : port}`;
};

/** A database in few words, without secrets: its URL, or the name of its file. */
export const databaseWords = (url: string): string =>
	url.startsWith('sqlite:') ? `sqlite:${basename(url.slice('sqlite:'.length))}` : redactUrl(url);

/** The local port that a server listens on, where it is on this machine. */
export const localPortOf = (url: string): number | undefined => {
	if (kindOf(url) === 'sqlite') return undefined;
	const {hostname, port, protocol} = new URL(url);
	if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return undefined;
	return port === '' ? usualPorts[protocol.slice(0, -1)] : Number(port);
};
