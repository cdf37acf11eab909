import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {sqlEngine} from '../../../source/engines/sql/engine.ts';
import {splitSql} from '../../../source/engines/sql/plan.ts';
import {sqlSuite} from '../../../source/engines/sql/suite.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-sql-suite-'));
writeFileSync(join(folder, 'users.csv'), 'name,age\nann,7\nbob,8\n');
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const load = async (given: Readonly<Record<string, unknown>>) =>
	sqlSuite.load(given, {folder, name: 'shop', environment: {}});
const url = 'postgres://ann:hunter2pw@localhost:5433/shop?sslpassword=geheim-word';

describe('a benchmark of a database', () => {
	test('is one statement over a pool of usual size', async () => {
		const {load: plan, target, duration} = await load({sql: url, statement: 'select 1'});
		expect(sqlEngine.plan.parse(plan)).toEqual(plan);
		expect(plan).toMatchObject({connections: 10, users: 10, seed: 1, timeout: 10_000});
		expect(plan.operations).toEqual([{name: 'select 1', weight: 1, statements: [{name: 'select 1', sql: 'select 1'}]}]);
		expect(target).toContain('select 1');
		expect(target).not.toMatch(/hunter2pw|geheim/);
		expect(duration).toBe(10_000);
	});

	test('tells apart what is asked, by weight; a transaction is one of them', async () => {
		const {load: plan} = await load({
			sql: url,
			pool: 4,
			users: 32,
			think: '1s..2s',
			timeout: '500ms',
			prepared: true,
			variables: {id: '{{random(1, 9)}}'},
			data: {user: 'users.csv'},
			statements: [
				'select 1',
				'select 1',
				{sql: 'select {{user.name}}', name: 'name', weight: 9},
				{
					name: 'move',
					begin: 'begin isolation level serializable',
					transaction: ['update t set a = {{id}}', 'select 2'],
				},
			],
		});
		expect(sqlEngine.plan.parse(plan)).toEqual(plan);
		expect(plan.operations.map(({name, weight, begin}) => [name, weight, begin])).toEqual([
			['select 1', 1, undefined],
			['select 1 (2)', 1, undefined],
			['name', 9, undefined],
			['move', 1, 'begin isolation level serializable'],
		]);
		expect(plan.operations[3]?.statements.map(({name}) => name)).toEqual(['update t set a = ?', 'select 2']);
		expect(plan).toMatchObject({
			connections: 4,
			users: 32,
			think: {from: 1000, to: 2000},
			timeout: 500,
			protocol: 'prepared',
			data: [{name: 'user', rows: 2, order: 'sequential'}],
		});
	});

	test('says pool and users at once by connections; a file of SQLite is found from the folder of the suite', async () => {
		const {load: plan, watchPort} = await load({sql: 'sqlite:shop.db', statement: 'select 1', connections: 3});
		expect(plan).toMatchObject({url: `sqlite:${join(folder, 'shop.db')}`, connections: 3, users: 3});
		expect(watchPort).toBeUndefined();
		expect((await load({sql: 'data/shop.sqlite3', statement: 'select 1'})).load.url).toBe(
			`sqlite:${join(folder, 'data/shop.sqlite3')}`,
		);
	});

	test('watches a server that is here, by its port', async () => {
		expect((await load({sql: 'mysql://localhost/shop', statement: 'select 1'})).watchPort).toBe(3306);
		expect((await load({sql: 'mariadb://127.0.0.1:3307/shop', statement: 'select 1'})).watchPort).toBe(3307);
		expect((await load({sql: 'mysql://db.example/shop', statement: 'select 1'})).watchPort).toBeUndefined();
		expect((await load({sql: url, statement: 'select 1'})).watchPort).toBe(5433);
		expect((await load({sql: 'postgres:///shop', statement: 'select 1'})).watchPort).toBeUndefined();
	});

	test.each([
		[{sql: 'postgre://localhost/a', statement: 'select 1'}, 'sql: ', 'Did you mean postgres://'],
		[{sql: 'shop', statement: 'select 1'}, 'sql: ', 'postgres://USER@HOST'],
		[{sql: url}, 'statement: ', 'select 1'],
		[{sql: url, statement: 'select 1', statements: ['select 1']}, 'statement: ', 'select 1'],
		[{sql: url, statement: 'select 1', connections: 3, users: 3}, 'connections: ', 'pool and users'],
		[{sql: url, statement: 'select 1', rate: 3, users: 3}, 'users: ', ''],
		[{sql: url, statement: 'select {{id}}'}, 'statement: {{id}} is set nowhere', 'variables or data'],
		[
			{sql: url, statements: ['select 1', 'select {{usr.name}}'], data: {user: 'users.csv'}},
			'statements.1: ',
			'{{user.name}}',
		],
		[{sql: url, statement: 'select {{user.nam}}', data: {user: 'users.csv'}}, 'statement: ', '{{user.name}}'],
		[{sql: url, statement: 'select 1', data: {user: 'nix.csv'}}, 'data.user: ', ''],
		[{sql: url, statement: 'select 1', prepared: true, protocol: 'simple'}, 'prepared: ', ''],
		[{sql: 'mysql://a/b', statement: 'select 1', protocol: 'extended'}, 'protocol: ', 'simple and prepared'],
		[{sql: 'a.db', statement: 'select 1', protocol: 'simple'}, 'protocol: ', 'prepared and extended'],
		[{sql: url, statement: 'select 1', tls: true}, 'tls: The URL', ''],
		[{sql: 'sqlite:a.db', statement: 'select 1', tls: true}, 'tls: ', ''],
		[{sql: 'mysql://a/b', statement: 'select 1', ca: 'nix.pem'}, 'ca: ', ''],
	])('refuses %j', async (given, message, hint) => {
		const error = await rejectionOf(load(given));
		expect(error.exitCode).toBe(2);
		expect(error.message).toContain(message);
		expect(`${error.message} ${error.hint}`).toContain(hint);
	});

	test.each([
		[{sql: url, statement: "select '{{random(1, 2)}}'"}],
		[{sql: url, statement: 'select 1', pool: 0}],
		[{sql: url, statement: 'select 1', think: 'soon'}],
		[{sql: url, statements: [{transaction: []}]}],
	])('does not take %j', async (given) => {
		await expect(load(given)).rejects.toThrow();
	});

	test('keeps no secrets', async () => {
		const {load: plan} = await load({
			sql: url,
			statement: 'select {{apiKey}}, {{user.name}}',
			variables: {apiKey: 'geheim-key'},
			data: {user: [{name: 'geheim-name'}]},
		});
		const {plan: disclosed, secrets} = sqlEngine.disclose!(plan);
		expect(JSON.stringify(disclosed)).not.toMatch(/hunter2pw|geheim/);
		expect(secrets).toEqual(expect.arrayContaining(['hunter2pw', 'geheim-word', 'geheim-key']));
	});

	test('is shared by threads: each has connections and users of its own, and all there are', async () => {
		const {load: plan} = await load({sql: url, statement: 'select 1', pool: 5, users: 11});
		const shares = splitSql(plan, 3);
		expect(shares.map(({connections}) => connections)).toEqual([2, 2, 1]);
		expect(shares.map(({users}) => users)).toEqual([4, 4, 3]);
		expect(new Set(shares.map(({seed}) => seed)).size).toBe(3);
		expect(splitSql(plan, 8)).toHaveLength(5);
		const {load: open} = await load({sql: url, statement: 'select 1', pool: 4, rate: 100});
		expect(splitSql(open, 2).map(({rate}) => rate)).toEqual([50, 50]);
	});
});
