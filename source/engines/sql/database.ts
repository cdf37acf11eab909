import type {Protocol} from './plan.ts';
import type {Statement, Value} from './statement.ts';

/** Why a statement, or a connection, failed. */
export type Fault = {
	/** '23505 unique_violation', '1062 ER_DUP_ENTRY', 'SQLITE_BUSY', 'ECONNRESET'. */
	readonly outcome: string;
	/** The server's own words, or those of the system. */
	readonly message: string;
	/** The database answered so. */
	readonly isAnswer: boolean;
	/** The connection is no more. */
	readonly isFatal: boolean;
};

/** Called once, when the result of a statement has been read to its end. */
export type Ended = (fault: Fault | undefined, rows: number) => void;

/** A connection to a database. One statement at a time. */
export type Session = {
	/** What the server calls it; for cancelling what it does. */
	readonly id: number | undefined;
	/** Rows are read and counted, and not kept. */
	readonly run: (statement: Statement, values: readonly Value[], ended: Ended) => void;
	/** Has the database read a statement without executing it. Rejects with an Error in its words. */
	readonly check: (statement: Statement) => Promise<void>;
	/** All rows of a query, by column. Rejects with an Error. */
	readonly query: (sql: string) => Promise<readonly Row[]>;
	/** Bytes since the connection was made; constant where they are not known. */
	readonly received: () => number;
	readonly sent: () => number;
	/** Says good-bye. */
	readonly close: () => void;
	/** Breaks the connection off. */
	readonly destroy: () => void;
};

export type Row = Readonly<Record<string, unknown>>;

/** What is read of a server once a second. */
export type Reading = {
	/** By the names of gauges. */
	readonly levels: Readonly<Partial<Record<ServerLevel, number>>>;
	/** That only ever grow. */
	readonly counts: Readonly<Partial<Record<ServerCount, number>>>;
};

export type ServerLevel = 'connections' | 'active' | 'waiting' | 'idleInTransaction';
export type ServerCount =
	| 'cacheHits'
	| 'cacheMisses'
	| 'commits'
	| 'rollbacks'
	| 'deadlocks'
	| 'rowsRead'
	| 'rowsWritten'
	| 'temporaryFiles'
	| 'temporaryBytes'
	| 'checkpointsTimed'
	| 'checkpointsRequested'
	| 'rowLockWaits'
	| 'slowQueries';

export type ServerWords = {
	/** 'PostgreSQL', 'MariaDB'. */
	readonly name: string;
	/** The rest of a sentence that begins with the name. */
	readonly text: string;
	readonly figures: Readonly<Record<string, string | number>>;
};

/** A kind of database, with where one is. */
export type Database = {
	readonly name: string;
	/** Statements are executed in this very thread, which does nothing else meanwhile. */
	readonly isSynchronous: boolean;
	/** The first is what its drivers do when nothing is said. */
	readonly protocols: readonly [Protocol, ...Protocol[]];
	/** Its mark for the nth parameter, from 1. */
	readonly mark: (number: number) => string;
	/**
	 * Makes a connection; `onLost` is called once, when it breaks later. Rejects with what the driver threw, and soon
	 * when the signal breaks it off before it is made.
	 */
	readonly connect: (protocol: Protocol, onLost: (fault: Fault) => void, signal: AbortSignal) => Promise<Session>;
	readonly faultOf: (thrown: unknown) => Fault;
	/** What the server is: its version, and settings that explain figures. */
	readonly describe: (session: Session) => Promise<ServerWords>;
	readonly read?: (session: Session) => Promise<Reading>;
	/** Has the server break off what another connection does. */
	readonly cancel?: (session: Session, id: number) => Promise<void>;
};
