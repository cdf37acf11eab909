import {startPostgres} from '../../helpers/postgres.ts';
import {describeWith} from '../../helpers/tools.ts';
import {describeServer} from './server.ts';

describeWith('postgres', () => {
	describeServer({
		name: 'PostgreSQL',
		protocols: ['simple', 'extended', 'prepared'],
		async start() {
			const server = await startPostgres();
			server.sql('postgres', 'create database shop');
			return {
				urlOf: (user, password) => server.urlOf('shop', user, password),
				elsewhere: server.urlOf('nowhere'),
				sql: (statement) => server.sql('shop', statement),
				stop: server.stop,
			};
		},
		sleep: (seconds) => `select pg_sleep(${seconds})`,
		sleeping: "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'",
		killAll: (ask) =>
			ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'benchtop'"),
		duplicate: '23505 unique_violation',
		wrongPassword: '28P01 invalid_password',
		noDatabase: '3D000 invalid_catalog_name',
		syntaxError: '42601 syntax_error',
		noTable: '42P01 undefined_table',
	});
});
