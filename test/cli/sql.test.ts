import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {expect, test} from 'vitest';
import {reportSchema} from '../../source/export/json-schema.ts';
import {newHome, runCli} from '../helpers/cli.ts';

/** A home with a file of SQLite in it. */
const homeWithShop = () => {
	const home = newHome();
	const database = new DatabaseSync(join(home.folder, 'shop.db'));
	database.exec(
		'create table item (id integer primary key, n integer); insert into item values (1, 1), (2, 2), (3, 3)',
	);
	database.close();
	return home;
};

const brief = ['-d', '300ms', '--warmup', '0s', '--no-save'];

test('a database is asked from the command line, by several threads', {timeout: 60_000}, async () => {
	const words = ['sql', 'shop.db', 'select n from item where id = {{random(1, 3)}}', 'select count(*) from item'];
	const {code, stdout} = await runCli(
		[...words, '-c', '6', '--pool', '2', '-w', '2', ...brief, '--json'],
		homeWithShop(),
	);
	const {results} = reportSchema.parse(JSON.parse(stdout));
	const [result] = results;
	expect([code, results.length, result?.engine]).toEqual([0, 1, 'sql']);
	expect(result?.name).toBe('sqlite:shop.db 2 statements');
	expect(result?.summary.outcomes.ok).toBe(result?.summary.operations.succeeded);
	expect(result?.summary.operations.inFlight).toBe(6);
	expect(Object.keys(result?.summary.parts ?? {})).toEqual([
		'select n from item where id = ?',
		'select count(*) from item',
	]);
	expect(result?.summary.metrics?.connecting?.count).toBe(2);
	expect(result?.summary.latency.means).toContain('waiting for a connection of the pool included');
});

test('a sweep makes a run of each value, and says how throughput grows', {timeout: 120_000}, async () => {
	const words = ['sql', 'shop.db', 'select n from item where id = 2', '--sweep', 'pool=1,2,3,4,5,6', '-c', '6'];
	const {code, stdout} = await runCli([...words, ...brief, '--name', 'shop', '--json'], homeWithShop());
	const {results, insights} = reportSchema.parse(JSON.parse(stdout));
	expect(code).toBe(0);
	expect(results.map(({name}) => name)).toEqual([1, 2, 3, 4, 5, 6].map((pool) => `shop pool=${pool}`));
	expect(insights.filter(({kind}) => kind === 'scalability')).toMatchObject([
		{name: 'shop', figures: {parameter: 'pool', loads: 6, runs: 6}},
	]);
});

test('a sweep over few values says why there is no fit', {timeout: 60_000}, async () => {
	const words = ['sql', 'shop.db', 'select 1', '--sweep', 'users=1,2,4'];
	const {code, stdout} = await runCli([...words, ...brief, '--name', 'shop', '--plain'], homeWithShop());
	expect(code).toBe(0);
	expect(stdout).toContain('How throughput grows');
	expect(stdout).toContain('it takes 6 different loads at least, and there are 3');
});

test.each([
	[['sql'], 'takes a database and what to ask it'],
	[['sql', 'shop.db'], 'takes a database and what to ask it'],
	[['sql', 'shop.db', 'select 1', '--sweep', 'pol=1,2'], '--sweep takes NAME=A,B'],
	[['sql', 'shop.db', 'select 1', '--sweep', 'pool=1,1'], 'each once'],
	[['sql', 'shop.db', 'select 1', '--sweep', 'pool=0,1'], '--sweep takes'],
	[['sql', 'shop.db', 'select 1', '--sweep', 'pool=1,2', '--pool', '3'], 'both say pool'],
	[['sql', 'shop.db', "select '{{random(1, 2)}}'"], 'stands in quotes'],
	[['sql', 'shop.db', 'select {{id}}'], '{{id}} is set nowhere'],
	[['sql', 'shop.db', 'select 1', '--protocol', 'simple'], 'It has prepared and extended'],
])('%j is refused', async (words, message) => {
	const {code, stderr} = await runCli(words);
	expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
