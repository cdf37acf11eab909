import {Kysely, PostgresDialect, sql} from 'kysely';
import {redactUrl} from '../core/secret.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {loadPostgres} from '../postgres-driver.ts';
import {migrate} from './migrations.ts';
import {historyOf} from './queries.ts';
import type {HistoryTables} from './schema.ts';
import {explainedStore, type Store} from './store.ts';

const connectPatience = 10_000;
/** A statement that takes longer is given up. Milliseconds. */
const statementPatience = 60_000;

const elsewhere = 'or keep the history in a file with --store FILE.';

/** What went wrong by SQLSTATE (PostgreSQL, appendix A) or by the system's own code. */
const advice: Readonly<Record<string, readonly [words: string, hint: string]>> = {
	ECONNREFUSED: ['refuses the connection', `Is the server running, and on this port? Start it, ${elsewhere}`],
	ENOTFOUND: ['has no address', `Check the host in the URL, ${elsewhere}`],
	EAI_AGAIN: ['could not be looked up', `The DNS does not answer. Try again, ${elsewhere}`],
	ETIMEDOUT: ['does not answer', `Is the host up, and the port open in its firewall? Check that, ${elsewhere}`],
	ECONNRESET: ['broke off the connection', `Try again, ${elsewhere}`],
	'28P01': ['refuses the password', `Check user and password in the URL, or in ~/.pgpass, ${elsewhere}`],
	'28000': ['refuses this user', `Check the user in the URL and pg_hba.conf, ${elsewhere}`],
	'3D000': ['has no such database', `Create it (createdb NAME), ${elsewhere}`],
	'42501': [
		'does not allow what a history needs',
		`Give the user the right to create tables in its schema, ${elsewhere}`,
	],
	'53300': ['has too many clients already', `Try again, ${elsewhere}`],
	'53100': ['has no room left on its disk', `Free some, ${elsewhere}`],
	'57P03': ['is just starting or stopping', `Try again in a moment, ${elsewhere}`],
	'57P01': ['was shut down', `Start it again, ${elsewhere}`],
	'25006': ['takes no writes: it is read-only, or a replica', `Name the primary server in the URL, ${elsewhere}`],
};

const codeOf = (thrown: unknown): string => {
	const nested: unknown = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
	return nested instanceof Error && 'code' in nested ? String(nested.code) : '';
};

const explained = (thrown: unknown, location: string): unknown => {
	if (thrown instanceof BenchtopError) return thrown;
	const code = codeOf(thrown);
	const message = messageOf(thrown);
	const timedOut = /timeout/i.test(message) && code === '' ? advice.ETIMEDOUT : undefined;
	const [words, hint] = advice[code] ?? timedOut ?? [`failed: ${message}`, `Try again, ${elsewhere}`];
	return new BenchtopError(`The history ${location} ${words}.`, {hint, cause: thrown});
};

/** Any number that no other program is likely to lock: 'benchtop' in ASCII. */
const advisoryLock = 0x62656e63n * 0x100000000n + 0x68746f70n;

/** Until a transaction's end, nobody else brings these tables up to date. */
const lock = async (transaction: Kysely<HistoryTables>): Promise<void> => {
	await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock.toString())}::bigint)`.execute(transaction);
};

const isCreated = async (db: Kysely<HistoryTables>): Promise<boolean> => {
	const {rows} = await sql<{found: string | null}>`select to_regclass('schema_migrations')::text as found`.execute(db);
	return (rows[0]?.found ?? null) !== null;
};

/**
 * A history in a PostgreSQL database, or in what speaks its protocol; the tables are made when they are missing, in the
 * first schema of the user's search path. Several processes and machines may use it at once. Every error is a
 * BenchtopError that names the URL without its password.
 */
export const openPostgres = async (url: string): Promise<Store> => {
	const location = redactUrl(url);
	const pg = await loadPostgres();
	const pool = new pg.Pool({
		connectionString: url,
		max: 2,
		connectionTimeoutMillis: connectPatience,
		statement_timeout: statementPatience,
		application_name: 'benchtop',
		// The process ends when its work is done, whatever is still open here.
		allowExitOnIdle: true,
	});
	// Of a connection that breaks between two statements; the next one says what is wrong.
	pool.on('error', () => {});
	pool.on('connect', (client) => client.on('error', () => {}));
	const db = new Kysely<HistoryTables>({dialect: new PostgresDialect({pool})});
	try {
		await migrate(db, location, await isCreated(db), lock);
	} catch (error) {
		await db.destroy();
		throw explained(error, location);
	}

	return explainedStore(
		location,
		historyOf(db),
		(thrown) => explained(thrown, location),
		() => db.destroy(),
	);
};
