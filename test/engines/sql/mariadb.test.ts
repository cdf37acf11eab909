import {startMariadb} from '../../helpers/mariadb.ts';
import {describeWith} from '../../helpers/tools.ts';
import {describeServer} from './server.ts';

describeWith('mariadbd', () => {
	describeServer({
		name: 'MariaDB',
		protocols: ['simple', 'prepared'],
		async start() {
			const server = await startMariadb();
			return {
				urlOf: server.urlOf,
				elsewhere: server.urlOf().replace('/shop', '/nowhere'),
				sql: (statement) => server.sql(`use shop; ${statement}`),
				stop: server.stop,
			};
		},
		sleep: (seconds) => `select sleep(${seconds})`,
		sleeping: "select count(*) from information_schema.processlist where info like 'select sleep(%'",
		killAll: (sql) => {
			for (const id of sql("select id from information_schema.processlist where user = 'ann'").split('\n')) {
				try {
					sql(`kill ${Number(id)}`);
				} catch {
					// It has gone by itself.
				}
			}
		},
		duplicate: '1062 ER_DUP_ENTRY',
		wrongPassword: '1045 ER_ACCESS_DENIED_ERROR',
		noDatabase: '1049 ER_BAD_DB_ERROR',
		syntaxError: '1064 ER_PARSE_ERROR',
		noTable: '1146 ER_NO_SUCH_TABLE',
	});
});
