import type {DatabaseSync, SQLInputValue} from 'node:sqlite';
import {setTimeout as wait} from 'node:timers/promises';
import {
	CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';

/** How long SQLite itself may wait for a lock, and with it the event loop. Milliseconds. */
const blockingWait = 100;

/** The primary result codes of SQLite that are told apart. https://www.sqlite.org/rescode.html */
export const resultCodes = {
	busy: 5,
	locked: 6,
	readOnly: 8,
	ioError: 10,
	corrupt: 11,
	full: 13,
	cannotOpen: 14,
	constraint: 19,
	notADatabase: 26,
} as const;

/** SQLite's primary result code of anything thrown; `undefined` when it did not come from SQLite. */
export const resultCodeOf = (thrown: unknown): number | undefined =>
	thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
		? thrown.errcode & 0xff
		: undefined;

/**
 * Node's SQLite. Node warns that it is experimental when it is first loaded; that one warning is of no use to people who
 * came to measure something, and only that one is kept back: loading is synchronous, so no other can fall in between.
 */
const loadSqlite = (): typeof import('node:sqlite') => {
	const emit = process.emitWarning;
	process.emitWarning = (...words: readonly unknown[]) => {
		const [warning, kind] = words;
		if (kind === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
		Reflect.apply(emit, process, words);
	};
	try {
		return process.getBuiltinModule('node:sqlite');
	} finally {
		process.emitWarning = emit;
	}
};

const isInput = (value: unknown): value is SQLInputValue =>
	value === null ||
	typeof value === 'string' ||
	typeof value === 'number' ||
	typeof value === 'bigint' ||
	value instanceof Uint8Array;

const inputsOf = (query: CompiledQuery): SQLInputValue[] =>
	query.parameters.map((value) => {
		if (isInput(value)) return value;
		throw new TypeError(`SQLite cannot keep a value of type ${typeof value}.`);
	});

/** Node 22.13 cannot ask a statement whether it gives rows back, so the query's own shape tells. */
const givesRows = ({query}: CompiledQuery): boolean =>
	query.kind === 'SelectQueryNode' ||
	query.kind === 'RawNode' ||
	('returning' in query && query.returning !== undefined);

/** Tries again while another process holds the lock. Waits in between without blocking the event loop. */
const whenFree = async <T>(attempt: () => T, patience: number): Promise<T> => {
	const deadline = performance.now() + patience;
	for (;;) {
		try {
			return attempt();
		} catch (error) {
			if (resultCodeOf(error) !== resultCodes.busy || performance.now() >= deadline) throw error;
		}

		// Different waits, so that two processes do not stay in step.
		await wait(5 + 20 * Math.random());
	}
};

const connectionTo = (database: DatabaseSync, patience: number): DatabaseConnection => ({
	async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
		const inputs = inputsOf(query);
		return whenFree(() => {
			const statement = database.prepare(query.sql);
			// Kysely derives Row from the query it compiled; the database cannot confirm it.
			if (givesRows(query)) return {rows: statement.all(...inputs) as Row[]};
			const {changes, lastInsertRowid} = statement.run(...inputs);
			return {rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid)};
		}, patience);
	},
	// biome-ignore lint/correctness/useYield: the contract asks for an iterator, and histories are small enough to read whole.
	async *streamQuery(): AsyncIterableIterator<never> {
		throw new Error('This driver does not stream.');
	},
});

export type NodeSqliteOptions = {
	/** How long, in milliseconds, a statement waits for another process's lock before it rejects with SQLite's "busy". */
	readonly patience: number;
	/** The most pages the file may have; beyond, a write rejects as it does on a full disk. */
	readonly mostPages?: number | undefined;
};

const driverOf = (path: string, {patience, mostPages}: NodeSqliteOptions): Driver => {
	let database: DatabaseSync | undefined;
	let connection: DatabaseConnection | undefined;
	return {
		async init() {
			const {DatabaseSync} = loadSqlite();
			const opened = await whenFree(() => new DatabaseSync(path), patience);
			try {
				opened.exec(`pragma busy_timeout = ${blockingWait}`);
				opened.exec('pragma foreign_keys = on');
				await whenFree(() => opened.exec('pragma journal_mode = wal'), patience);
				// In WAL mode this loses nothing when a process is killed. https://www.sqlite.org/pragma.html#pragma_synchronous
				opened.exec('pragma synchronous = normal');
				if (mostPages !== undefined) opened.exec(`pragma max_page_count = ${mostPages}`);
			} catch (error) {
				opened.close();
				throw error;
			}

			database = opened;
			connection = connectionTo(opened, patience);
		},
		async acquireConnection() {
			if (connection === undefined) throw new Error('The database is not open.');
			return connection;
		},
		async beginTransaction(on, {accessMode}) {
			// Taking the write lock at once: a transaction that first reads and then writes could not wait for it.
			await on.executeQuery(CompiledQuery.raw(accessMode === 'read only' ? 'begin' : 'begin immediate'));
		},
		async commitTransaction(on) {
			await on.executeQuery(CompiledQuery.raw('commit'));
		},
		async rollbackTransaction(on) {
			try {
				await on.executeQuery(CompiledQuery.raw('rollback'));
			} catch (error) {
				// After some errors (a full disk) SQLite has rolled back itself; the first error is the one to tell.
				if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
			}
		},
		async releaseConnection() {},
		async destroy() {
			connection = undefined;
			database?.close();
			database = undefined;
		},
	};
};

/** Kysely over Node's own SQLite. Errors are SQLite's; `resultCodeOf` tells them apart. */
export const nodeSqliteDialect = (path: string, options: NodeSqliteOptions): Dialect => ({
	createDriver: () => driverOf(path, options),
	createQueryCompiler: () => new SqliteQueryCompiler(),
	createAdapter: () => new SqliteAdapter(),
	createIntrospector: (db) => new SqliteIntrospector(db),
});
