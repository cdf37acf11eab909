import {closeSync, openSync, statSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {Kysely} from 'kysely';
import {BenchtopError, messageOf} from '../errors.ts';
import {makeFolder} from '../operating-system.ts';
import {migrate} from './migrations.ts';
import {nodeSqliteDialect, resultCodeOf, resultCodes} from './node-sqlite.ts';
import {historyOf} from './queries.ts';
import type {HistoryTables} from './schema.ts';
import {explainedStore, type Store} from './store.ts';

const defaultPatience = 5000;

export type SqliteOptions = {
	/** How long an operation waits for another process's lock. Milliseconds. */
	readonly patience?: number;
	/** How large the file may grow, in pages of SQLite's (4096 bytes). */
	readonly mostPages?: number | undefined;
};

const elsewhere = 'or keep the history elsewhere with --store FILE.';

const advice: ReadonlyArray<readonly [codes: readonly number[], words: string, hint: string]> = [
	[
		[resultCodes.notADatabase, resultCodes.corrupt],
		'is damaged, or no SQLite database at all',
		`Move the file away and benchtop starts a new history, ${elsewhere}`,
	],
	[
		[resultCodes.busy, resultCodes.locked],
		'is locked by another process',
		`Close the program that holds it and try again, ${elsewhere}`,
	],
	[[resultCodes.full], 'cannot grow: the disk is full', `Free some space and try again, ${elsewhere}`],
	[
		[resultCodes.readOnly],
		'cannot be written: the file or its folder is read-only',
		`Make both writable for you, ${elsewhere}`,
	],
	[
		[resultCodes.cannotOpen],
		'cannot be opened',
		`Check that the file and its folder are yours and writable, ${elsewhere}`,
	],
	[[resultCodes.ioError], 'cannot be read or written: the disk reports an error', `Check the disk, ${elsewhere}`],
];

const explained = (thrown: unknown, path: string): unknown => {
	const code = resultCodeOf(thrown);
	if (code === undefined) return thrown;
	const [, words, hint] = advice.find(([codes]) => codes.includes(code)) ?? [
		[],
		`failed: ${messageOf(thrown)}`,
		`Try again, ${elsewhere}`,
	];
	return new BenchtopError(`The history ${path} ${words}.`, {hint, cause: thrown});
};

const fileErrors: Readonly<Record<string, string>> = {
	EACCES: 'you are not allowed to write there',
	EPERM: 'you are not allowed to write there',
	EROFS: 'the file system is read-only',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'a part of its path is a file, not a folder',
	EEXIST: 'a part of its path is a file, not a folder',
	ENAMETOOLONG: 'its name is too long',
};

const prepareFile = (path: string): void => {
	if (statSync(path, {throwIfNoEntry: false})?.isDirectory()) {
		throw new BenchtopError(`The history ${path} is a folder; a file is needed.`, {
			hint: `Name a file in it: --store ${path}/history.db.`,
		});
	}

	try {
		makeFolder(dirname(path));
		// SQLite gives its -wal and -shm files the same mode.
		closeSync(openSync(path, 'a', 0o600));
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		throw new BenchtopError(`The history ${path} cannot be created: ${fileErrors[code] ?? messageOf(error)}.`, {
			hint: 'Keep the history elsewhere with --store FILE.',
			cause: error,
		});
	}
};

const isBenchtops = async (db: Kysely<HistoryTables>, path: string): Promise<boolean> => {
	const tables = (await db.introspection.getTables()).map(({name}) => name);
	if (tables.includes('schema_migrations')) {
		const own = tables.includes('benchmark_results');
		if (own) return true;
	} else if (tables.length === 0) {
		return false;
	}

	throw new BenchtopError(`${path} is a database of another program.`, {
		hint: 'Give the history a file of its own with --store FILE.',
	});
};

/**
 * A history in an SQLite file, created when missing (folder 0700, file 0600). Waiting for another process's lock, the
 * event loop keeps turning. Every error is a BenchtopError.
 */
export const openSqlite = async (
	path: string,
	{patience = defaultPatience, mostPages}: SqliteOptions = {},
): Promise<Store> => {
	const file = resolve(path);
	try {
		prepareFile(file);
	} catch (error) {
		throw explained(error, file);
	}

	const db = new Kysely<HistoryTables>({dialect: nodeSqliteDialect(file, {patience, mostPages})});
	try {
		await migrate(db, file, await isBenchtops(db, file));
	} catch (error) {
		await db.destroy();
		throw explained(error, file);
	}

	return explainedStore(
		file,
		historyOf(db),
		(thrown) => explained(thrown, file),
		() => db.destroy(),
	);
};
