import {mkdtempSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {seededRandom} from '../../core/random.ts';
import {breathe, chooser, fillRandom, type Medium, places} from './io-medium.ts';
import {blocksOf, readShareOf, type SqlitePlan} from './io-plan.ts';

/** Rows are put in in transactions of about so many bytes, so that a stop is heard between them. */
const piece = 1024 * 1024;

/** Only who measures SQLite loads it: it warns that it is experimental in some versions of Node.js. */
const openDatabase = async (path: string): Promise<DatabaseSync> => {
	const {DatabaseSync} = await import('node:sqlite');
	return new DatabaseSync(path);
};

/** A table of rows by number, each with its version and what it holds. */
const prepare = (database: DatabaseSync, synchronous: string): void => {
	database.exec(
		`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY;
		CREATE TABLE block (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, content BLOB NOT NULL);`,
	);
};

/** A table that is read and updated in transactions of several statements. Its files have no names once they are open. */
export const openSqlite = async (
	plan: SqlitePlan,
	signal: AbortSignal,
): Promise<Medium & {readonly database: DatabaseSync}> => {
	const {blockSize, folder, pattern, seed, statements, synchronous} = plan;
	const rows = blocksOf(plan);
	const own = mkdtempSync(join(folder, 'benchtop-io-'));
	let database: DatabaseSync | undefined;
	let remove = (): void => rmSync(own, {recursive: true, force: true});
	try {
		database = await openDatabase(join(own, 'data.db'));
		prepare(database, synchronous);
		try {
			// Its log and its shared memory are open as well: nothing is opened by name again.
			rmSync(own, {recursive: true});
			remove = (): void => {};
		} catch {
			// Windows keeps the names of what is open.
		}

		const insert = database.prepare('INSERT INTO block (id, version, content) VALUES (?, 0, ?)');
		const content = new Uint8Array(blockSize);
		fillRandom(content, seededRandom(seed));
		const together = Math.max(1, Math.floor(piece / blockSize));
		for (let row = 0; row < rows && !signal.aborted; ) {
			database.exec('BEGIN');
			for (const end = Math.min(rows, row + together); row < end; row++) insert.run(row, content);
			database.exec('COMMIT');
			await breathe();
		}

		return {database, ...transactions(database, {...plan, seed}, rows, content, statements, pattern, remove)};
	} catch (error) {
		database?.close();
		remove();
		throw error;
	}
};

const transactions = (
	database: DatabaseSync,
	plan: SqlitePlan,
	rows: number,
	content: Uint8Array,
	statements: number,
	pattern: SqlitePlan['pattern'],
	remove: () => void,
): Medium => {
	const random = seededRandom(plan.seed);
	const reads = chooser(readShareOf(plan), random);
	const readPlace = places(pattern, rows, random);
	const writePlace = places(pattern, rows, random);
	const begin = database.prepare('BEGIN');
	// A transaction that will write takes the lock at once, as the documentation of SQLite advises.
	const beginWriting = database.prepare('BEGIN IMMEDIATE');
	const commit = database.prepare('COMMIT');
	const select = database.prepare('SELECT content FROM block WHERE id = ?');
	const update = database.prepare('UPDATE block SET version = version + 1, content = ? WHERE id = ?');
	/** SQLite has ended some transactions that failed by itself. */
	const rollBack = (): void => {
		try {
			database.exec('ROLLBACK');
		} catch {
			// There was none any more.
		}
	};
	const ids = new Float64Array(statements);
	const bytes = statements * content.length;
	let kind = 0;
	return {
		kinds: [
			{name: 'read', received: bytes, sent: 0},
			{name: 'write', received: 0, sent: bytes},
		],
		next() {
			kind = reads() ? 0 : 1;
			const place = kind === 0 ? readPlace : writePlace;
			for (let index = 0; index < statements; index++) ids[index] = place();
			return kind;
		},
		perform() {
			try {
				if (kind === 0) {
					begin.run();
					for (let index = 0; index < statements; index++) {
						if (select.get(ids[index]!) === undefined) throw new Error('row missing');
					}
				} else {
					beginWriting.run();
					for (let index = 0; index < statements; index++) update.run(content, ids[index]!);
				}

				commit.run();
			} catch (error) {
				rollBack();
				throw error;
			}
		},
		close() {
			database.close();
			remove();
		},
	};
};
