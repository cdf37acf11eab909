import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {gaugeMean} from '../../../source/core/gauge.ts';
import {endedIn, inFlightIn} from '../../../source/core/snapshot.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {planOf, run, sqlEngine} from './server.ts';

describe('sql with SQLite', () => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-sqlite-'));
	const path = join(folder, 'shop.db');
	const url = `sqlite:${path}`;
	let own: DatabaseSync;
	beforeAll(() => {
		own = new DatabaseSync(path);
		own.exec('pragma journal_mode = wal; create table item (id integer primary key, n integer not null)');
	});
	beforeEach(() => {
		own.exec('delete from item');
		own.exec(
			'with recursive i(n) as (select 1 union all select n + 1 from i where n < 100) insert into item select n, 0 from i',
		);
	});
	afterAll(() => {
		own.close();
		rmSync(folder, {recursive: true, force: true});
	});
	const one = (sql: string): unknown => Object.values(own.prepare(sql).get() ?? {})[0];

	test.each(['prepared', 'extended'] as const)('reads rows under %s and counts them', async (protocol) => {
		const {total, metrics} = await run(
			{sql: url, statement: 'select * from item where id <= {{random(5, 5)}}', pool: 2, users: 4, protocol},
			300,
		);
		expect(Object.keys(total.outcomes)).toEqual(['ok']);
		expect(metrics.rows).toMatchObject({min: 5, max: 5});
		expect(inFlightIn(total)).toBe(0);
		expect(total.waiting.count).toBe(4);
	});

	test('what weighs more is asked more often, each told apart', async () => {
		const {total} = await run(
			{
				sql: url,
				statements: [
					{name: 'often', weight: 9, sql: 'select 1'},
					{name: 'seldom', sql: 'select 2'},
				],
				connections: 2,
			},
			400,
		);
		const {often, seldom} = total.parts!;
		expect(often!.offered + seldom!.offered).toBe(total.offered);
		expect(often!.offered / total.offered).toBeGreaterThan(0.8);
		expect(often!.offered / total.offered).toBeLessThan(0.97);
	});

	test('a user who thinks asks no more often than that allows, and its thinking is in no latency', async () => {
		const {total} = await run({sql: url, statement: 'select 1', users: 2, think: '50ms'}, 500);
		expect(total.offered).toBeGreaterThan(1);
		expect(total.offered).toBeLessThanOrEqual(22);
		expect(total.latency.minimum).toBeLessThan(50_000);
	});

	test('variables are filled in once for each operation: all statements of a transaction see the same', async () => {
		const {total, metrics} = await run(
			{
				sql: url,
				connections: 1,
				variables: {id: '{{random(1, 100)}}'},
				statements: [
					{
						name: 'same',
						begin: 'begin immediate',
						transaction: [
							'update item set n = 1 where id = {{id}}',
							'select id from item where n = 1 and id = {{id}}',
							'update item set n = 0 where id = {{id}}',
						],
					},
				],
			},
			300,
		);
		expect(Object.keys(total.outcomes)).toEqual(['ok']);
		expect(metrics.rows).toMatchObject({min: 1, max: 1});
	});

	test('changes are there as often as they were counted', async () => {
		const {total} = await run({sql: url, statement: 'update item set n = n + 1 where id = 3', connections: 2}, 300);
		expect(one('select n from item where id = 3')).toBe(endedIn(total));
	});

	test('nothing stays of a transaction in which a statement failed', async () => {
		const {total} = await run(
			{
				sql: url,
				connections: 2,
				statements: [
					{
						name: 'move',
						begin: 'begin immediate',
						transaction: ['update item set n = 7', 'insert into item values (1, 1)'],
					},
				],
			},
			300,
		);
		expect(Object.keys(total.outcomes)).toEqual(['SQLITE_CONSTRAINT_PRIMARYKEY']);
		expect(one('select sum(n) from item')).toBe(0);
	});

	test('waits for a lock as long as it may, and no longer', async () => {
		own.exec('begin immediate; update item set n = 1');
		try {
			const {total} = await run(
				{sql: url, statement: 'update item set n = n + 1', connections: 1, timeout: '250ms'},
				900,
			);
			expect(Object.keys(total.outcomes)).toEqual(['SQLITE_BUSY']);
			expect(total.latency.minimum).toBeGreaterThanOrEqual(200_000);
		} finally {
			own.exec('rollback');
		}
	});

	test('stops at once while it waits for a lock', async () => {
		own.exec('begin immediate; update item set n = 1');
		try {
			const stop = new AbortController();
			const driving = import('../../helpers/engine-load.ts').then(async ({loadWith}) =>
				loadWith(
					sqlEngine,
					await planOf({sql: url, statement: 'update item set n = n + 1', connections: 1, timeout: '60s'}),
					{warmup: 0, duration: 60_000},
					stop.signal,
				),
			);
			setTimeout(() => stop.abort(), 400);
			const {total} = await driving;
			expect(total.waiting.count).toBe(1);
			expect(total.to - total.from).toBeLessThan(5000);
		} finally {
			own.exec('rollback');
		}
	});

	test('the thread is not busy with what SQLite does in it', async () => {
		const slow =
			'with recursive i(n) as (select 1 union all select n + 1 from i where n < 200000) select sum(n) from i';
		const {total, findings} = await run({sql: url, statement: slow, connections: 1}, 600);
		expect(gaugeMean(total.gauges['generator.busy']!)).toBeLessThan(60);
		expect(findings[0]).toMatchObject({kind: 'server', figures: {journalMode: 'wal'}});
	});

	test.each([
		[{sql: `sqlite:${join(folder, 'nix.db')}`, statement: 'select 1'}, 'ENOENT'],
		[{sql: url, statement: 'selec 1'}, 'syntax error'],
		[{sql: url, statement: 'select * from nowhere'}, 'no such table'],
	])('refuses %j before the load', async (given, words) => {
		const error = await rejectionOf(sqlEngine.accept(await planOf(given)).probe(new AbortController().signal));
		expect(error.exitCode).toBe(4);
		expect(error.message).toContain(words);
	});
});
