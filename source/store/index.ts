import {basename} from 'node:path';
import {redactUrl} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';
import {schemeOf, sqlitePath} from './location.ts';
import type {Store} from './store.ts';

type Open = (url: string) => Promise<Store>;

const postgres = (): Open => async (url) => (await import('./postgres.ts')).openPostgres(url);

/** The kinds of history by the scheme of their URL, as what opens one; a bare path is an SQLite file. */
const kinds: Readonly<Record<string, (url: string) => Open>> = {
	sqlite: () => async (url) => (await import('./sqlite.ts')).openSqlite(sqlitePath(url) ?? url),
	postgres,
	postgresql: postgres,
};

/** What opens the history at a path, `sqlite:PATH` or another URL. Throws a BenchtopError where that can be no history. */
const openerOf = (url: string): Open => {
	if (sqlitePath(url) !== undefined) {
		if (sqlitePath(url) === '') {
			throw new BenchtopError('The history needs a file.', {hint: 'Write --store FILE.'});
		}

		return kinds.sqlite!(url);
	}

	const scheme = schemeOf(url) ?? '';
	const open = Object.hasOwn(kinds, scheme) ? kinds[scheme] : undefined;
	if (open === undefined) {
		throw new BenchtopError(`No kind of history is called "${scheme}": ${redactUrl(url)}.`, {
			hint: 'Give --store the path of an SQLite file, or sqlite:PATH.',
		});
	}

	return open(url);
};

/** Throws a BenchtopError where a URL can be no history, before anything is opened. */
export const checkStore = (url: string): void => void openerOf(url);

/**
 * What tells a history from others whose event logs lie in the same folder: the name of its file, so that it may be moved
 * with them, or its URL without the password.
 */
export const nameOfHistory = (location: string): string => {
	const path = sqlitePath(location);
	return path === undefined ? redactUrl(location) : basename(path);
};

/** Opens the history at a path, `sqlite:PATH` or another URL. Rejects with a BenchtopError that names the next step. */
export const openStore = async (url: string): Promise<Store> => openerOf(url)(url);
