import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import {readRows} from '../rows.ts';
import type {Database, Session} from './database.ts';
import {openDatabase} from './databases.ts';
import type {SqlPlan} from './plan.ts';
import {compileStatement} from './statement.ts';
import {placeOf} from './target.ts';

/** What to do about it, by outcome. */
const hints: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'Is the server running, and on this port?',
	ENOTFOUND: 'Check the host in the URL.',
	EAI_AGAIN: 'The DNS does not answer. Try again, or give the address.',
	ETIMEDOUT: 'Is the host up, and the port open in its firewall?',
	ENOENT: 'Check the path: a database that is missing is not made.',
	EACCES: 'Check who may read it.',
	'28P01 invalid_password': 'Check user and password in the URL, PGPASSWORD, or ~/.pgpass.',
	'28000 invalid_authorization_specification': 'Check the user in the URL, and pg_hba.conf.',
	'3D000 invalid_catalog_name': 'Check the database in the URL, or create it.',
	'53300 too_many_connections': 'A smaller pool, or more max_connections.',
	'57P03 cannot_connect_now': 'It is just starting or stopping. Try again in a moment.',
	'1045 ER_ACCESS_DENIED_ERROR': 'Check user and password in the URL, or MYSQL_PWD.',
	'1049 ER_BAD_DB_ERROR': 'Check the database in the URL, or create it.',
	'1040 ER_CON_COUNT_ERROR': 'A smaller pool, or more max_connections.',
	SQLITE_NOTADB: 'It is no database of SQLite.',
	SQLITE_CANTOPEN: 'Check the path, and who may read it.',
};

const refused = (database: Database, plan: SqlPlan, thrown: unknown): BenchtopError => {
	const {outcome, message, isAnswer} = database.faultOf(thrown);
	const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
	const hint =
		hints[outcome] ??
		hints[code] ??
		(/SSL|TLS|certificate/i.test(message) ? 'Say tls, insecure or ca as the server needs it.' : 'Check the URL.');
	const words = printable(message);
	return new BenchtopError(
		`${placeOf(plan.url)} ${isAnswer ? 'refuses' : 'cannot be reached'}: ${words}${words.includes(outcome) ? '' : ` (${outcome})`}.`,
		{hint, exitCode: 4, cause: thrown},
	);
};

/** Errors that a statement has whatever was done before it, and those that another may cure: a table made first, say. */
const isSyntax = (outcome: string, message: string): boolean =>
	/^(42601|1064) /.test(outcome) || /syntax error/i.test(message);

/** Has the database read each statement, without executing any. */
const checkStatements = async (plan: SqlPlan, database: Database, session: Session): Promise<void> => {
	for (const {statements} of plan.operations) {
		for (const [index, {name, sql}] of statements.entries()) {
			try {
				await session.check(compileStatement('', sql, database.mark));
			} catch (error) {
				const outcome = error instanceof Error && 'outcome' in error ? String(error.outcome) : '';
				const message = error instanceof Error ? error.message : String(error);
				// What stands before it in the transaction may make what it needs.
				if (index > 0 && !isSyntax(outcome, message)) continue;
				throw new BenchtopError(
					`${database.name} does not take the statement ${JSON.stringify(printable(name))}: ${printable(message)} (${outcome}).`,
					{
						hint: 'Check it, and that what it names is there: setup: in a suite file runs commands before.',
						exitCode: 4,
					},
				);
			}
		}
	}
};

/** Connects as the load will, and has the database read the statements. Rejects with the cause by name, exit code 4. */
export const probeSql = async (plan: SqlPlan, signal: AbortSignal): Promise<void> => {
	for (const feeder of plan.data ?? []) if ('file' in feeder) readRows(feeder.file);
	const database = await openDatabase(plan);
	if (signal.aborted) return;
	let session: Session;
	try {
		session = await database.connect(database.protocols[0], () => {}, signal);
	} catch (error) {
		if (signal.aborted) return;
		throw refused(database, plan, error);
	}

	const stop = (): void => session.destroy();
	signal.addEventListener('abort', stop);
	try {
		await checkStatements(plan, database, session);
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		signal.removeEventListener('abort', stop);
		session.close();
	}
};
