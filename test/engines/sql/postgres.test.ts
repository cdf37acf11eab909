import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {inFlightIn} from '../../../source/core/snapshot.ts';
import {certificate, certificateKey} from '../../helpers/certificate.ts';
import {loadWith} from '../../helpers/engine-load.ts';
import {type Postgres, startPostgres} from '../../helpers/postgres.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {describeWith} from '../../helpers/tools.ts';
import {describeServer, planOf, run, sqlEngine} from './server.ts';

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

	describe('a server that speaks TLS, and gives up locks early', () => {
		let server: Postgres;
		let keys = '';
		beforeAll(async () => {
			server = await startPostgres();
			keys = mkdtempSync(join(tmpdir(), 'benchtop-sql-tls-'));
			chmodSync(keys, 0o755);
			const [cert, key] = [join(keys, 'server.crt'), join(keys, 'server.key')];
			writeFileSync(cert, certificate);
			writeFileSync(key, certificateKey, {mode: 0o600});
			if (process.getuid?.() === 0) execFileSync('chown', ['postgres', key]);
			server.sql('postgres', `alter system set ssl_cert_file = '${cert}'`);
			server.sql('postgres', `alter system set ssl_key_file = '${key}'`);
			server.sql('postgres', 'alter system set ssl = on');
			server.sql('postgres', "alter system set deadlock_timeout = '20ms'");
			server.sql('postgres', 'select pg_reload_conf()');
			server.sql('postgres', 'create table item (id int primary key, n int not null)');
			server.sql('postgres', 'insert into item values (1, 0), (2, 0)');
		}, 60_000);
		afterAll(async () => {
			await server.stop();
			rmSync(keys, {recursive: true, force: true});
		});

		test('is asked over TLS when that is wanted, and its certificate is verified', async () => {
			const statement = 'select 1 / case when ssl then 1 else 0 end from pg_stat_ssl where pid = pg_backend_pid()';
			const named = server.urlOf('postgres').replace('127.0.0.1', 'localhost');
			const probe = async (given: Parameters<typeof planOf>[0]) =>
				sqlEngine.accept(await planOf(given)).probe(new AbortController().signal);
			const unknown = await rejectionOf(probe({sql: named, statement, tls: true}));
			expect([unknown.exitCode, unknown.message]).toEqual([4, expect.stringMatching(/certificate/)]);
			await expect(probe({sql: named, statement, ca: join(keys, 'server.crt')})).resolves.toBeUndefined();
			const {total} = await run({sql: named, statement, ca: join(keys, 'server.crt'), connections: 2}, 300);
			expect(Object.keys(total.outcomes)).toEqual(['ok']);
			const {total: any} = await run({sql: server.urlOf('postgres'), statement, insecure: true, connections: 2}, 300);
			expect(Object.keys(any.outcomes)).toEqual(['ok']);
			const {total: plain} = await run({sql: server.urlOf('postgres'), statement, connections: 1}, 200);
			expect(Object.keys(plain.outcomes)).toEqual(['22012 division_by_zero']);
		});

		test('deadlocks are outcomes by name, and the server counts as many', async () => {
			const first = {
				name: 'up',
				transaction: [
					'update item set n = n + 1 where id = 1',
					'select pg_sleep(0.005)',
					'update item set n = n + 1 where id = 2',
				],
			};
			const second = {
				name: 'down',
				transaction: [
					'update item set n = n + 1 where id = 2',
					'select pg_sleep(0.005)',
					'update item set n = n + 1 where id = 1',
				],
			};
			const {total, findings} = await run(
				{sql: server.urlOf('postgres'), statements: [first, second], connections: 4},
				1500,
			);
			const deadlocks = total.outcomes['40P01 deadlock_detected'] ?? 0;
			expect(deadlocks).toBeGreaterThan(0);
			expect(total.outcomes.ok).toBeGreaterThan(0);
			expect(inFlightIn(total)).toBe(0);
			const counted = Number(findings.find(({kind}) => kind === 'server-counts')?.figures.deadlocks);
			// One more of each may have been broken off at the end.
			expect(counted).toBeGreaterThanOrEqual(deadlocks);
			expect(counted).toBeLessThanOrEqual(deadlocks + 4);
		});

		test('so many operations are measured as are asked for', async () => {
			const plan = await planOf({sql: server.urlOf('postgres'), statement: 'select 1', connections: 3});
			const {total} = await loadWith(sqlEngine, plan, {warmup: 0, amount: 50});
			expect(total.outcomes).toEqual({ok: 50});
		});
	});
});
