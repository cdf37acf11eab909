import {statSync} from 'node:fs';
import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {messageOf} from '../../errors.ts';
import type {Database, Ended, Fault, Session} from './database.ts';
import type {Protocol} from './plan.ts';
import type {Statement, Value} from './statement.ts';
import {protocolsOf} from './target.ts';

/** Result codes that a load meets (https://sqlite.org/rescode.html). */
const names: Readonly<Record<number, string>> = {
	1: 'SQLITE_ERROR',
	3: 'SQLITE_PERM',
	4: 'SQLITE_ABORT',
	5: 'SQLITE_BUSY',
	6: 'SQLITE_LOCKED',
	7: 'SQLITE_NOMEM',
	8: 'SQLITE_READONLY',
	9: 'SQLITE_INTERRUPT',
	10: 'SQLITE_IOERR',
	11: 'SQLITE_CORRUPT',
	13: 'SQLITE_FULL',
	14: 'SQLITE_CANTOPEN',
	17: 'SQLITE_SCHEMA',
	18: 'SQLITE_TOOBIG',
	19: 'SQLITE_CONSTRAINT',
	20: 'SQLITE_MISMATCH',
	21: 'SQLITE_MISUSE',
	25: 'SQLITE_RANGE',
	26: 'SQLITE_NOTADB',
	275: 'SQLITE_CONSTRAINT_CHECK',
	517: 'SQLITE_BUSY_SNAPSHOT',
	787: 'SQLITE_CONSTRAINT_FOREIGNKEY',
	1299: 'SQLITE_CONSTRAINT_NOTNULL',
	1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
	2067: 'SQLITE_CONSTRAINT_UNIQUE',
};
const busy = 5;

/** So long SQLite itself waits for a lock before the thread listens to what it is told. Milliseconds. */
const slice = 100;
/** A refusal that came sooner was not one that waiting helps: two that wait for each other, say. */
const waited = 0.9;

const codeOf = (thrown: unknown): number | undefined =>
	thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode : undefined;

const faultOf = (thrown: unknown): Fault => {
	const code = codeOf(thrown);
	// The file itself, not SQLite.
	const ofSystem = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
	if (code === undefined && /^E[A-Z]+$/.test(ofSystem))
		return {outcome: ofSystem, message: messageOf(thrown), isAnswer: false, isFatal: true};
	const name = code === undefined ? undefined : (names[code] ?? names[code & 0xff] ?? `SQLITE ${code}`);
	return {outcome: name ?? 'SQLITE_ERROR', message: messageOf(thrown), isAnswer: true, isFatal: false};
};

const parameterOf = (value: Value): string | number | null => (typeof value === 'boolean' ? Number(value) : value);

/** A file of SQLite's through node:sqlite, whose calls return when all is done. */
export const sqliteDatabase = async (path: string, timeout: number): Promise<Database> => {
	// It warns that it is experimental in some versions of Node.js: only who measures SQLite loads it.
	const {DatabaseSync} = await import('node:sqlite');

	const sessionOf = (database: DatabaseSync, protocol: Protocol): Session => {
		const prepared = new Map<string, StatementSync>();
		const prepare = ({key, text}: Statement): StatementSync => {
			if (protocol !== 'prepared') return database.prepare(text);
			const known = prepared.get(key);
			if (known !== undefined) return known;
			const made = database.prepare(text);
			prepared.set(key, made);
			return made;
		};
		const execute = (statement: Statement, values: readonly Value[]): number => {
			let rows = 0;
			for (const _ of prepare(statement).iterate(...values.map(parameterOf))) rows++;
			return rows;
		};
		let isClosed = false;
		const attempt = (statement: Statement, values: readonly Value[], began: number, ended: Ended): void => {
			const begin = performance.now();
			let rows: number;
			try {
				rows = execute(statement, values);
			} catch (error) {
				// What failed once tells of that again, and then no more: a new one does not.
				prepared.delete(statement.key);
				const now = performance.now();
				const isWorthIt = codeOf(error) === busy && now - begin >= slice * waited && now - began < timeout;
				if (isWorthIt && !isClosed) setImmediate(() => attempt(statement, values, began, ended));
				else ended(faultOf(error), 0);
				return;
			}

			ended(undefined, rows);
		};
		const close = (): void => {
			if (isClosed) return;
			isClosed = true;
			prepared.clear();
			database.close();
		};
		return {
			id: undefined,
			run: (statement, values, ended) => attempt(statement, values, performance.now(), ended),
			async check({text}) {
				try {
					database.prepare(text);
				} catch (error) {
					throw Object.assign(new Error(messageOf(error)), {outcome: faultOf(error).outcome});
				}
			},
			query: async (sql) => database.prepare(sql).all(),
			received: () => 0,
			sent: () => 0,
			close,
			destroy: close,
		};
	};

	return {
		name: 'SQLite',
		isSynchronous: true,
		protocols: protocolsOf.sqlite,
		mark: () => '?',
		async connect(protocol) {
			// A file that is missing would be made: a wrong path is to be told.
			if (path !== ':memory:') statSync(path);
			const database = new DatabaseSync(path);
			database.exec(`pragma busy_timeout = ${Math.ceil(Math.min(slice, timeout))}`);
			return sessionOf(database, protocol);
		},
		faultOf,
		async describe(session) {
			const one = async (sql: string): Promise<string> => String(Object.values((await session.query(sql))[0] ?? {})[0]);
			const figures = {
				version: await one('select sqlite_version()'),
				journalMode: await one('pragma journal_mode'),
				synchronous: Number(await one('pragma synchronous')),
				pageSizeBytes: Number(await one('pragma page_size')),
				pages: Number(await one('pragma page_count')),
				cacheSize: Number(await one('pragma cache_size')),
			};
			return {
				name: 'SQLite',
				text: `${figures.version}; journal_mode ${figures.journalMode}, synchronous ${figures.synchronous}, cache_size ${figures.cacheSize}, ${figures.pages} pages of ${figures.pageSizeBytes} bytes`,
				figures,
			};
		},
	};
};
