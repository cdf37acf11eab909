import {connect as connectSocket} from 'node:net';
import type {Connection, ConnectionOptions, Query} from 'mysql2';
import {messageOf} from '../../errors.ts';
import type {Database, Fault, Row, Session} from './database.ts';
import {connectPatience} from './databases.ts';
import type {Protocol, SqlPlan} from './plan.ts';
import type {Statement, Value} from './statement.ts';
import {protocolsOf} from './target.ts';

const numberOf = (thrown: Error): number | undefined =>
	'errno' in thrown && typeof thrown.errno === 'number' ? thrown.errno : undefined;

const faultOf = (thrown: unknown): Fault => {
	const nested: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
	const message = messageOf(nested);
	const code = nested instanceof Error && 'code' in nested && typeof nested.code === 'string' ? nested.code : '';
	const number = nested instanceof Error ? numberOf(nested) : undefined;
	// Those of the server are numbered from 1000 on; those of the system are negative.
	if (number !== undefined && number >= 1000 && code !== '') {
		const isFatal = nested instanceof Error && 'fatal' in nested && nested.fatal === true;
		return {outcome: `${number} ${code}`, message, isAnswer: true, isFatal: isFatal || code === 'ER_SERVER_SHUTDOWN'};
	}

	const outcome =
		code === 'PROTOCOL_CONNECTION_LOST' ? 'closed before response' : code !== '' ? code : 'connection failed';
	return {outcome, message, isAnswer: false, isFatal: true};
};

/** What the protocol has no type for goes as a number. */
const parameterOf = (value: Value): string | number | null => (typeof value === 'boolean' ? Number(value) : value);

const statusNames = {
	connections: 'Threads_connected',
	active: 'Threads_running',
	waiting: 'Innodb_row_lock_current_waits',
	reads: 'Innodb_buffer_pool_read_requests',
	misses: 'Innodb_buffer_pool_reads',
	commits: 'Com_commit',
	rollbacks: 'Com_rollback',
	deadlocks: 'Innodb_deadlocks',
	read: 'Innodb_rows_read',
	inserted: 'Innodb_rows_inserted',
	updated: 'Innodb_rows_updated',
	deleted: 'Innodb_rows_deleted',
	lockWaits: 'Innodb_row_lock_waits',
	slow: 'Slow_queries',
	temporary: 'Created_tmp_disk_tables',
} as const;

const statusSql = `show global status where Variable_name in (${Object.values(statusNames)
	.map((name) => `'${name}'`)
	.join(', ')})`;

/** Members whose figure is known. */
const known = <Name extends string>(figures: Readonly<Record<Name, number>>): Partial<Record<Name, number>> => {
	const found: Partial<Record<Name, number>> = {};
	for (const name in figures) if (Number.isFinite(figures[name])) found[name] = figures[name];
	return found;
};

/** How a URL says where the server is; its path is the database. */
const optionsOf = (url: string, tls: SqlPlan['tls']): ConnectionOptions => {
	const {hostname, port, username, password, pathname, searchParams} = new URL(url);
	const socketPath = searchParams.get('socketPath') ?? searchParams.get('socket');
	const secret = password === '' ? (process.env.MYSQL_PWD ?? '') : decodeURIComponent(password);
	return {
		...(socketPath === null
			? {host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: port === '' ? 3306 : Number(port)}
			: {socketPath}),
		user: decodeURIComponent(username),
		...(secret === '' ? {} : {password: secret}),
		...(pathname.length > 1 ? {database: decodeURIComponent(pathname.slice(1))} : {}),
		...(tls === undefined
			? {}
			: {ssl: {rejectUnauthorized: tls.verify, ...(tls.ca === undefined ? {} : {ca: tls.ca})}}),
	};
};

/** MySQL and MariaDB through `mysql2`. */
export const mysqlDatabase = async (url: string, tls: SqlPlan['tls']): Promise<Database> => {
	const {default: mysql} = await import('mysql2');
	const options = optionsOf(url, tls);
	const {host = '127.0.0.1', port = 3306, socketPath} = options;

	const connect: Database['connect'] = (protocol: Protocol, onLost, signal) =>
		new Promise<Session>((resolve, reject) => {
			const raw = socketPath === undefined ? connectSocket({host, port, noDelay: true}) : connectSocket(socketPath);
			const connection: Connection = mysql.createConnection({
				...options,
				stream: raw,
				rowsAsArray: true,
				connectTimeout: connectPatience,
				// Larger numbers than JavaScript has stay as they are; nobody looks at them.
				supportBigNumbers: true,
			});
			let isOver = false;
			let isMade = false;
			const lose = (error: unknown): void => {
				if (isOver || !isMade) return;
				isOver = true;
				onLost(faultOf(error));
			};
			connection.on('error', lose);
			raw.on('error', lose);
			raw.on('close', () => lose(Object.assign(new Error('Connection lost'), {code: 'PROTOCOL_CONNECTION_LOST'})));
			const breakOff = (): void => {
				raw.destroy();
				reject(new Error('Connection terminated'));
			};
			signal.addEventListener('abort', breakOff);
			if (signal.aborted) breakOff();
			connection.connect((error) => {
				signal.removeEventListener('abort', breakOff);
				if (error) {
					raw.destroy();
					reject(error);
					return;
				}

				isMade = true;
				resolve(
					sessionOf(
						connection,
						protocol,
						() => raw,
						() => (isOver = true),
					),
				);
			});
		});

	/** `onEnd`: from now on it is no loss when the connection ends. */
	const sessionOf = (
		connection: Connection,
		protocol: Protocol,
		raw: () => {readonly bytesRead: number; readonly bytesWritten: number; readonly destroy: () => unknown},
		onEnd: () => void,
	): Session => {
		const ask = (statement: Statement, values: readonly Value[]): Query => {
			const parameters = values.map(parameterOf);
			return protocol === 'prepared'
				? connection.execute(statement.text, parameters)
				: connection.query(statement.text, parameters);
		};
		return {
			id: connection.threadId,
			run(statement, values, ended) {
				let rows = 0;
				let fault: Fault | undefined;
				ask(statement, values)
					.on('result', (row: unknown) => {
						// What changed rows gives an account of it, and no row.
						if (Array.isArray(row)) rows++;
					})
					.on('error', (error: unknown) => {
						fault = faultOf(error);
					})
					.on('end', () => ended(fault, rows));
			},
			check: (statement) =>
				new Promise((resolve, reject) => {
					connection.prepare(statement.text, (error, made) => {
						made?.close();
						// Some statements cannot be prepared, and can be executed all the same.
						if (error === null || error === undefined || numberOf(error) === 1295) resolve();
						else reject(Object.assign(new Error(error.message), {outcome: faultOf(error).outcome}));
					});
				}),
			query: (sql) =>
				new Promise((resolve, reject) => {
					connection.query({sql, rowsAsArray: false}, (error: Error | null, rows: unknown) => {
						if (error === null) resolve(Array.isArray(rows) ? rows.filter(isRow) : []);
						else reject(error);
					});
				}),
			received: () => raw().bytesRead,
			sent: () => raw().bytesWritten,
			close() {
				onEnd();
				connection.end(() => {});
			},
			destroy() {
				onEnd();
				connection.destroy();
				raw().destroy();
			},
		};
	};

	return {
		name: 'MySQL',
		isSynchronous: false,
		protocols: protocolsOf.mysql,
		mark: () => '?',
		connect,
		faultOf,
		async describe(session) {
			const [row = {}] = await session.query(
				'select version() as version, @@innodb_buffer_pool_size as pool, @@max_connections as connections, @@innodb_flush_log_at_trx_commit as flush',
			);
			const version = String(row.version ?? '');
			const figures = {
				version,
				bufferPoolBytes: Number(row.pool),
				maxConnections: Number(row.connections),
				flushLogAtCommit: Number(row.flush),
			};
			const name = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
			return {
				name,
				text: `${version}; innodb_buffer_pool_size ${Math.round(figures.bufferPoolBytes / 1024 / 1024)} MiB, max_connections ${figures.maxConnections}, innodb_flush_log_at_trx_commit ${figures.flushLogAtCommit}`,
				figures,
			};
		},
		async read(session) {
			const rows = await session.query(statusSql);
			const status = new Map(rows.map((row) => [String(row.Variable_name), Number(row.Value)]));
			const of = (name: keyof typeof statusNames): number => status.get(statusNames[name]) ?? Number.NaN;
			return {
				// The one that asks is running, too.
				levels: known({connections: of('connections'), active: of('active') - 1, waiting: of('waiting')}),
				counts: known({
					cacheHits: of('reads') - of('misses'),
					cacheMisses: of('misses'),
					commits: of('commits'),
					rollbacks: of('rollbacks'),
					deadlocks: of('deadlocks'),
					rowsRead: of('read'),
					rowsWritten: of('inserted') + of('updated') + of('deleted'),
					temporaryFiles: of('temporary'),
					rowLockWaits: of('lockWaits'),
					slowQueries: of('slow'),
				}),
			};
		},
		async cancel(session, id) {
			await session.query(`kill query ${Math.trunc(id)}`);
		},
	};
};

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
