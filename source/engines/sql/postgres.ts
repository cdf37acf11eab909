import {Socket} from 'node:net';
import type {Client, Connection} from 'pg';
import {messageOf} from '../../errors.ts';
import {loadPostgres} from '../../postgres-driver.ts';
import type {Database, Ended, Fault, Reading, Row, Session} from './database.ts';
import {connectPatience} from './databases.ts';
import type {Protocol, SqlPlan} from './plan.ts';
import {sqlstateName} from './sqlstates.ts';
import type {Statement, Value} from './statement.ts';
import {protocolsOf} from './target.ts';

/** What the server says of an error. */
type ServerError = Error & {readonly code: string; readonly severity: string};

const isServerError = (thrown: unknown): thrown is ServerError =>
	thrown instanceof Error && 'severity' in thrown && 'code' in thrown && typeof thrown.code === 'string';

const faultOf = (thrown: unknown): Fault => {
	const nested: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
	const message = messageOf(nested);
	if (isServerError(nested)) {
		const isFatal = nested.severity === 'FATAL' || nested.severity === 'PANIC';
		return {outcome: sqlstateName(nested.code), message, isAnswer: true, isFatal};
	}

	const code = nested instanceof Error && 'code' in nested && typeof nested.code === 'string' ? nested.code : '';
	const outcome =
		code !== ''
			? code
			: /terminated|closed/.test(message)
				? 'closed before response'
				: /timeout/.test(message)
					? 'ETIMEDOUT'
					: 'connection failed';
	return {outcome, message, isAnswer: false, isFatal: true};
};

/** A value as the driver sends it: as text, nothing as NULL. */
const textOf = (value: Value): string | null => (value === null ? null : String(value));

/** Several statements of one text each have an end; the connection is ready after the last. */
type Runner = {
	readonly submit: (connection: Connection) => void;
	readonly handleRowDescription: () => void;
	readonly handleDataRow: () => void;
	readonly handleCommandComplete: () => void;
	readonly handleEmptyQuery: () => void;
	readonly handlePortalSuspended: () => void;
	readonly handleCopyInResponse: (connection: Connection) => void;
	readonly handleCopyData: () => void;
	readonly handleReadyForQuery: () => void;
	readonly handleError: (error: Error) => void;
};

type CopyFailing = Connection & {readonly sendCopyFail?: (words: string) => void};

/**
 * What the driver asks and tells of the one statement under way: its own queries would keep the rows, and make an
 * object of each. The same one is used for all statements of a connection.
 */
const createRunner = (
	client: Client,
	protocol: Protocol,
	literal: (text: string) => string,
	hasFailed: (error: unknown) => Fault,
) => {
	/** Statements that the server has prepared, and those that it may have. */
	const prepared = new Set<string>();
	const unsure = new Set<string>();
	let statement: Statement | undefined;
	let values: readonly Value[] = [];
	let ended: Ended | undefined;
	let isCheck = false;
	let rows = 0;
	const end = (fault: Fault | undefined): void => {
		const told = ended;
		ended = undefined;
		told?.(fault, rows);
	};
	const inlined = ({texts}: Statement): string =>
		texts.reduce((whole, text, index) => {
			if (index === 0) return text;
			const value = values[index - 1] ?? null;
			return `${whole}${value === null ? 'NULL' : typeof value === 'number' ? String(value) : literal(String(value))}${text}`;
		}, '');
	const parse = (connection: Connection, {key, text}: Statement, name: string): void => {
		if (name !== '' && unsure.has(key)) connection.close({type: 'S', name}, true);
		if (name !== '') unsure.add(key);
		connection.parse({name, text, types: []}, true);
	};
	const runner: Runner = {
		submit(connection) {
			if (statement === undefined) return;
			if (protocol === 'simple' && !isCheck) {
				connection.query(inlined(statement));
				return;
			}

			const name = protocol === 'prepared' && !isCheck ? statement.key : '';
			// As one write, and not as five.
			connection.stream.cork();
			if (name === '' || !prepared.has(name)) parse(connection, statement, name);
			if (isCheck) connection.describe({type: 'S', name: ''}, true);
			else {
				connection.bind({portal: '', statement: name, binary: '', values: values.map(textOf)}, true);
				connection.describe({type: 'P', name: ''}, true);
				connection.execute({portal: '', rows: ''}, true);
			}

			connection.sync();
			connection.stream.uncork();
		},
		handleRowDescription() {},
		handleDataRow() {
			rows++;
		},
		handleCommandComplete() {
			if (protocol !== 'prepared' || statement === undefined) return;
			prepared.add(statement.key);
			unsure.delete(statement.key);
		},
		handleEmptyQuery() {},
		handlePortalSuspended() {},
		handleCopyInResponse(connection: CopyFailing) {
			connection.sendCopyFail?.('COPY is not measured');
		},
		handleCopyData() {},
		handleReadyForQuery: () => end(undefined),
		handleError: (error) => end(hasFailed(error)),
	};
	return {
		run(next: Statement, parameters: readonly Value[], told: Ended, checks = false): void {
			statement = next;
			values = parameters;
			ended = told;
			isCheck = checks;
			rows = 0;
			client.query(runner);
		},
	};
};

/** The pages that the whole database read, and so on: numbers come as text where they are long. */
const readSql = (version: number): string => `
select d.blks_hit::text as hits, d.blks_read::text as misses, d.xact_commit::text as commits, d.xact_rollback::text as rollbacks,
	d.deadlocks::text as deadlocks, d.temp_files::text as files, d.temp_bytes::text as bytes, (d.tup_returned + d.tup_fetched)::text as read,
	(d.tup_inserted + d.tup_updated + d.tup_deleted)::text as written, c.timed::text as timed, c.requested::text as requested, a.*
from pg_stat_database d,
	(select ${version >= 170_000 ? 'num_timed as timed, num_requested as requested from pg_stat_checkpointer' : 'checkpoints_timed as timed, checkpoints_req as requested from pg_stat_bgwriter'}) c,
	(select count(*)::text as connections, count(*) filter (where state = 'active' and pid <> pg_backend_pid())::text as active,
		count(*) filter (where wait_event_type = 'Lock')::text as waiting,
		count(*) filter (where state like 'idle in transaction%')::text as idle
	from pg_stat_activity where backend_type = 'client backend' and datname = current_database()) a
where d.datname = current_database()`;

const settingsSql = `select current_setting('server_version') as version, current_setting('server_version_num') as number,
	current_setting('shared_buffers') as buffers, current_setting('max_connections') as connections,
	current_setting('synchronous_commit') as synchronous, current_setting('fsync') as fsync`;

const numberIn = (row: Row, name: string): number => Number(row[name] ?? Number.NaN);
const wordIn = (row: Row, name: string): string => String(row[name] ?? '');

/** PostgreSQL, or what speaks its protocol, through `pg`. */
export const postgresDatabase = async (url: string, tls: SqlPlan['tls']): Promise<Database> => {
	const pg = await loadPostgres();
	let version = 0;
	const connect: Database['connect'] = async (protocol, onLost, signal) => {
		const raw = new Socket();
		const client = new pg.Client({
			connectionString: url,
			application_name: 'benchtop',
			connectionTimeoutMillis: connectPatience,
			stream: () => raw,
			...(tls === undefined
				? {}
				: {ssl: {rejectUnauthorized: tls.verify, ...(tls.ca === undefined ? {} : {ca: tls.ca})}}),
		});
		let isOver = false;
		const lose = (error: unknown): void => {
			if (isOver) return;
			isOver = true;
			onLost(faultOf(error));
		};
		let isMade = false;
		client.on('error', (error) => {
			if (isMade) lose(error);
		});
		client.on('end', () => {
			if (isMade) lose(new Error('Connection terminated'));
		});
		const breakOff = (): void => {
			raw.destroy();
		};
		signal.addEventListener('abort', breakOff);
		try {
			if (signal.aborted) throw new Error('Connection terminated');
			await client.connect();
		} catch (error) {
			raw.destroy();
			throw error;
		} finally {
			signal.removeEventListener('abort', breakOff);
		}

		isMade = true;
		const runner = createRunner(client, protocol, pg.escapeLiteral, faultOf);
		return {
			id: 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined,
			run: runner.run,
			check: (statement) =>
				new Promise((resolve, reject) => {
					runner.run(
						statement,
						[],
						(fault) => {
							if (fault === undefined) resolve();
							else reject(Object.assign(new Error(fault.message), {outcome: fault.outcome}));
						},
						true,
					);
				}),
			query: async (sql) => (await client.query<Row>(sql)).rows,
			received: () => raw.bytesRead,
			sent: () => raw.bytesWritten,
			close() {
				isOver = true;
				client.end().catch(() => {});
			},
			destroy() {
				isOver = true;
				raw.destroy();
			},
		} satisfies Session;
	};
	const read = async (session: Session): Promise<Reading> => {
		const [row = {}] = await session.query(readSql(version));
		return {
			levels: {
				connections: numberIn(row, 'connections'),
				active: numberIn(row, 'active'),
				waiting: numberIn(row, 'waiting'),
				idleInTransaction: numberIn(row, 'idle'),
			},
			counts: {
				cacheHits: numberIn(row, 'hits'),
				cacheMisses: numberIn(row, 'misses'),
				commits: numberIn(row, 'commits'),
				rollbacks: numberIn(row, 'rollbacks'),
				deadlocks: numberIn(row, 'deadlocks'),
				rowsRead: numberIn(row, 'read'),
				rowsWritten: numberIn(row, 'written'),
				temporaryFiles: numberIn(row, 'files'),
				temporaryBytes: numberIn(row, 'bytes'),
				checkpointsTimed: numberIn(row, 'timed'),
				checkpointsRequested: numberIn(row, 'requested'),
			},
		};
	};
	return {
		name: 'PostgreSQL',
		isSynchronous: false,
		protocols: protocolsOf.postgres,
		mark: (number) => `$${number}`,
		connect,
		faultOf,
		async describe(session) {
			const [row = {}] = await session.query(settingsSql);
			version = numberIn(row, 'number');
			const figures = {
				version: wordIn(row, 'version'),
				sharedBuffers: wordIn(row, 'buffers'),
				maxConnections: numberIn(row, 'connections'),
				synchronousCommit: wordIn(row, 'synchronous'),
				fsync: wordIn(row, 'fsync'),
			};
			return {
				name: 'PostgreSQL',
				text: `${figures.version}; shared_buffers ${figures.sharedBuffers}, max_connections ${figures.maxConnections}, synchronous_commit ${figures.synchronousCommit}, fsync ${figures.fsync}`,
				figures,
			};
		},
		read,
		async cancel(session, id) {
			await session.query(`select pg_cancel_backend(${Math.trunc(id)})`);
		},
	};
};
