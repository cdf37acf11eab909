import type {Database} from './database.ts';
import type {SqlPlan} from './plan.ts';

/** The database that a plan is about; its driver is loaded here. Rejects with the driver's words on a URL that is none. */
export const openDatabase = async ({
	url,
	timeout,
	tls,
}: Pick<SqlPlan, 'url' | 'timeout' | 'tls'>): Promise<Database> => {
	if (url.startsWith('sqlite:')) {
		const {sqliteDatabase} = await import('./sqlite.ts');
		return sqliteDatabase(url.slice('sqlite:'.length), timeout);
	}

	if (/^(mysql|mariadb):/.test(url)) {
		const {mysqlDatabase} = await import('./mysql.ts');
		return mysqlDatabase(url, tls);
	}

	const {postgresDatabase} = await import('./postgres.ts');
	return postgresDatabase(url, tls);
};

/** How long making a connection may take. Milliseconds. */
export const connectPatience = 10_000;
