import {redactUrl} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';
import {schemeOf, sqlitePath} from './location.ts';
import type {Store} from './store.ts';

const postgres = async (url: string): Promise<Store> => {
	throw new BenchtopError(`PostgreSQL is not supported yet: ${redactUrl(url)}.`, {
		hint: 'Give --store the path of an SQLite file, which is created when it is missing.',
	});
};

/** The kinds of history by the scheme of their URL; a bare path is an SQLite file. */
const kinds: Readonly<Record<string, (url: string) => Promise<Store>>> = {
	sqlite: async (url) => (await import('./sqlite.ts')).openSqlite(sqlitePath(url) ?? url),
	postgres,
	postgresql: postgres,
};

/** Opens the history at a path, `sqlite:PATH` or another URL. Rejects with a BenchtopError that names the next step. */
export const openStore = async (url: string): Promise<Store> => {
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
