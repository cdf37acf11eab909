import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Doubt} from '../../../source/core/event.ts';
import {censoredQuantile} from '../../../source/core/histogram.ts';
import type {Snapshot} from '../../../source/core/snapshot.ts';
import {endedIn, failedIn, inFlightIn, mergeSnapshots} from '../../../source/core/snapshot.ts';
import {engines} from '../../../source/engines/index.ts';
import type {Protocol, SqlPlan} from '../../../source/engines/sql/plan.ts';
import {sqlLoad} from '../../../source/engines/sql/suite.ts';
import {hostLoad} from '../../../source/run/load.ts';
import {describeEngine} from '../../contracts/engine.ts';
import {loadWith} from '../../helpers/engine-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

/** A server that is under test, and its own words for what all of them can. */
export type ServerCase = {
	readonly name: string;
	readonly protocols: readonly Protocol[];
	readonly start: () => Promise<{
		readonly urlOf: (user?: string, password?: string) => string;
		/** Where no such database is. */
		readonly elsewhere: string;
		/** A statement as the administrator, and what it gives. */
		readonly sql: (statement: string) => string;
		readonly stop: () => Promise<void>;
	}>;
	readonly sleep: (seconds: number) => string;
	/** How many statements of ours sleep in the server. */
	readonly sleeping: string;
	/** Breaks off all connections but the administrator's. */
	readonly killAll: (sql: (statement: string) => string) => void;
	readonly duplicate: string;
	readonly wrongPassword: string;
	readonly noDatabase: string;
	readonly syntaxError: string;
	readonly noTable: string;
};

export const sqlEngine = engines.find(({name}) => name === 'sql')!;

/** The plan of a benchmark as a suite file has it. */
export const planOf = async (given: Parameters<typeof sqlLoad>[0]): Promise<SqlPlan> =>
	(await sqlLoad(given, {folder: '/'})).load;

/** A load of so many milliseconds. */
export const run = async (given: Parameters<typeof sqlLoad>[0], duration = 600, warmup = 0) =>
	loadWith(sqlEngine, await planOf(given), {warmup, duration});

/** Milliseconds. */
export const medianOf = ({latency, waiting}: Pick<Snapshot, 'latency' | 'waiting'>): number =>
	(censoredQuantile(latency, waiting, 0.5) ?? Number.NaN) / 1000;

/** What every server must do with it. */
export const describeServer = (server: ServerCase): void => {
	describe(`sql with ${server.name}`, () => {
		let started: Awaited<ReturnType<ServerCase['start']>>;
		let url = '';
		beforeAll(async () => {
			started = await server.start();
			url = started.urlOf();
			started.sql('create table item (id int primary key, n int not null)');
			started.sql(`insert into item values ${Array.from({length: 100}, (_, n) => `(${n + 1}, 0)`).join(', ')}`);
			started.sql('create table note (id int primary key, word varchar(20))');
		}, 60_000);
		afterAll(async () => started.stop());

		describeEngine(sqlEngine, {
			secrets: ['correct horse'],
			plan: async () => ({
				plan: await planOf({
					sql: url,
					statement: 'select n from item where id = {{random(1, 100)}}',
					pool: 3,
					users: 8,
				}),
				close: async () => {},
			}),
		});

		test('tells waiting for the pool from the time on the connection', async () => {
			const {total, metrics} = await run({sql: url, statement: server.sleep(0.05), pool: 1, users: 4}, 1500);
			const [waited, worked] = [metrics['waiting for the pool']!, metrics['on the connection']!];
			expect(worked.p50).toBeGreaterThanOrEqual(49.9);
			// Three others are before it in the line.
			expect(waited.p50).toBeGreaterThanOrEqual(149);
			expect(waited.p50! / worked.p50!).toBeGreaterThan(2.5);
			expect(waited.p50! / worked.p50!).toBeLessThan(3.5);
			expect(medianOf(total)).toBeGreaterThanOrEqual(199);
			expect(total.waiting.count).toBe(4);
			expect(inFlightIn(total)).toBe(0);
		});

		test('nobody waits where each user has a connection', async () => {
			const {metrics} = await run({sql: url, statement: server.sleep(0.02), connections: 4});
			expect(metrics['waiting for the pool']!.p50).toBeLessThan(metrics['on the connection']!.p50! / 10);
			expect(metrics.connecting!.count).toBe(4);
		});

		test('an open loop asks at its rate, and latency counts from when it was due', async () => {
			const {total, metrics} = await run({sql: url, statement: server.sleep(0.05), pool: 1, rate: 40}, 1500);
			expect(total.offered).toBeGreaterThanOrEqual(58);
			expect(total.offered).toBeLessThanOrEqual(62);
			// One connection answers twenty a second, whatever was due: the line grows.
			expect(endedIn(total)).toBeLessThanOrEqual(31);
			expect(total.uncorrected!.count).toBe(endedIn(total));
			expect(total.uncorrected!.minimum).toBeGreaterThanOrEqual(49_900);
			expect(total.latency.maximum).toBeGreaterThan(400_000);
			expect(metrics['waiting for the pool']!.max).toBeGreaterThan(350);
			const doubts: readonly Doubt[] = sqlEngine
				.accept(await planOf({sql: url, statement: 'select 1', rate: 40}))
				.doubts(total, false);
			expect(doubts.map(({kind}) => kind)).toContain('rate-missed');
		});

		test('what takes too long is counted once, broken off in the server, and its connection made anew', async () => {
			const {total, metrics} = await run(
				{sql: url, statement: server.sleep(7.5), connections: 2, timeout: '200ms'},
				900,
			);
			expect(total.outcomes).toEqual({timeout: endedIn(total)});
			expect(endedIn(total)).toBeGreaterThanOrEqual(4);
			expect(failedIn(total)).toBe(endedIn(total));
			expect(total.latency.minimum).toBeGreaterThanOrEqual(200_000);
			expect(metrics.connecting!.count).toBeGreaterThan(2);
			expect(total.offered).toBe(endedIn(total) + total.waiting.count);
			expect(started.sql(server.sleeping)).toBe('0');
		});

		test('who waits too long for the pool is told apart', async () => {
			const {total} = await run({sql: url, statement: server.sleep(0.25), pool: 1, users: 3, timeout: '300ms'}, 900);
			expect(total.outcomes['timeout in the pool']).toBeGreaterThan(0);
			expect(total.outcomes.ok).toBeGreaterThan(0);
			expect(total.outcomes.timeout).toBeUndefined();
		});

		test('a statement that fails is an outcome by its name, with a latency, and the connection stays', async () => {
			const {total, metrics} = await run({
				sql: url,
				statements: [{name: 'twice', sql: 'insert into item values (1, 1)'}],
				connections: 2,
			});
			expect(Object.keys(total.outcomes)).toEqual([server.duplicate]);
			expect(total.latency.count).toBe(endedIn(total));
			expect(total.failures).toEqual(total.outcomes);
			expect(metrics.connecting!.count).toBe(2);
		});

		test('a transaction is one operation; when a statement fails nothing of it stays', async () => {
			const before = started.sql('select sum(n) from item');
			const {total, metrics} = await run({
				sql: url,
				connections: 2,
				statements: [
					{
						name: 'move',
						transaction: [
							{name: 'take', sql: 'update item set n = n + 1 where id = 7'},
							{name: 'twice', sql: 'insert into item values (1, 1)'},
						],
					},
				],
			});
			expect(Object.keys(total.parts ?? {})).toEqual(['move']);
			expect(total.parts!.move!.offered).toBe(total.offered);
			expect(Object.keys(total.outcomes)).toEqual([server.duplicate]);
			expect(metrics['move: take']!.count).toBeGreaterThanOrEqual(endedIn(total));
			expect(started.sql('select sum(n) from item')).toBe(before);
		});

		test('transactions that succeed are in the database as often as they were counted', async () => {
			started.sql('update item set n = 0');
			const {total, metrics} = await run({
				sql: url,
				connections: 1,
				statements: [
					{name: 'count', transaction: ['update item set n = n + 1 where id = 3', 'select n from item where id = 3']},
				],
			});
			const kept = Number(started.sql('select n from item where id = 3'));
			// One may have been committed and not answered when the load ended.
			expect([0, 1]).toContain(kept - endedIn(total));
			expect(metrics['count: commit']!.count).toBe(endedIn(total));
			expect(metrics.rows).toMatchObject({min: 1, max: 1});
		});

		test.each(server.protocols)('speaks the protocol %s: rows are counted, and so are bytes', async (protocol) => {
			const {total, metrics} = await run(
				{
					sql: url,
					statement: "select id, {{word}} from item where id <= {{random(3, 3)}} and 'it''s' <> {{word}}",
					variables: {word: "o'ha\\ra?"},
					protocol,
					connections: 2,
				},
				400,
			);
			expect(Object.keys(total.outcomes)).toEqual(['ok']);
			expect(metrics.rows).toMatchObject({min: 3, max: 3});
			expect(total.bytesIn).toBeGreaterThan(endedIn(total) * 30);
			expect(total.bytesOut).toBeGreaterThan(endedIn(total) * 10);
		});

		test.each(server.protocols)('a statement that fails goes on failing by its name under %s', async (protocol) => {
			const {total} = await run(
				{sql: url, statement: 'insert into item values ({{random(1, 9)}}, 1)', protocol, connections: 1},
				300,
			);
			expect(Object.keys(total.outcomes)).toEqual([server.duplicate]);
		});

		test('each row of data is used once, then it is over', async () => {
			started.sql('delete from note');
			const values = Array.from({length: 20}, (_, id) => ({id, word: `word ${id}`}));
			const {total} = await run(
				{
					sql: url,
					statement: 'insert into note values ({{row.id}}, {{row.word}})',
					data: {row: {values, order: 'unique'}},
					connections: 3,
				},
				60_000,
			);
			expect(total.outcomes).toEqual({ok: 20});
			expect(started.sql("select count(*) from note where word = concat('word ', id)")).toBe('20');
		});

		test('connections that the server breaks off are failures by name, and are made again', async () => {
			const plan = await planOf({sql: url, statement: server.sleep(0.02), connections: 3});
			const snapshots: Snapshot[] = [];
			let killed = false;
			await hostLoad(
				sqlEngine.accept(plan),
				{warmup: 0, duration: 1500},
				() => performance.now(),
				new AbortController().signal,
				(message) => {
					if (message.kind !== 'snapshot') return;
					snapshots.push(message.snapshot);
					if (killed || message.snapshot.offered === 0) return;
					killed = true;
					server.killAll(started.sql);
				},
			);
			const total = snapshots.reduce(mergeSnapshots);
			expect(killed).toBe(true);
			expect(failedIn(total)).toBeGreaterThanOrEqual(1);
			expect(failedIn(total)).toBeLessThanOrEqual(6);
			expect(inFlightIn(total)).toBe(0);
			expect(snapshots.at(-1)!.outcomes.ok ?? snapshots.at(-2)!.outcomes.ok).toBeGreaterThan(0);
		});

		test('the server tells what it is and how it fares, on a connection of its own', async () => {
			const {total, findings, metrics} = await run(
				{sql: url, statement: `${server.sleep(0.3)}, n from item where id = 1`, connections: 3},
				1600,
			);
			const [about, counts] = findings;
			expect(about).toMatchObject({kind: 'server', figures: {version: expect.stringMatching(/^\d+\./)}});
			expect(counts).toMatchObject({kind: 'server-counts'});
			expect(counts!.figures.commits).toBeGreaterThanOrEqual(0);
			expect(counts!.figures.cacheHits).toBeGreaterThan(0);
			expect(total.gauges['server.connections']!.maximum).toBeGreaterThanOrEqual(4);
			expect(metrics['server connections at work']!.max).toBeGreaterThanOrEqual(2);
			expect(metrics['server cache hits']!.max).toBeLessThanOrEqual(100);
		});

		const probe = async (given: Parameters<typeof sqlLoad>[0]) =>
			sqlEngine.accept(await planOf(given)).probe(new AbortController().signal);

		test('can be measured before it is', async () => {
			await expect(
				probe({sql: url, statement: 'select n from item where id = {{random(1, 2)}}'}),
			).resolves.toBeUndefined();
		});

		test.each([
			[
				'a wrong password',
				() => ({sql: started.urlOf(undefined, 'geheim word'), statement: 'select 1'}),
				server.wrongPassword,
			],
			['no such database', () => ({sql: started.elsewhere, statement: 'select 1'}), server.noDatabase],
			['a statement that is none', () => ({sql: url, statement: 'selec 1'}), server.syntaxError],
			['a table that is missing', () => ({sql: url, statement: 'select * from nowhere'}), server.noTable],
			['nobody there', () => ({sql: url.replace(/:\d+\//, ':9/'), statement: 'select 1'}), 'ECONNREFUSED'],
		] as const)('refuses %s before the load, by name', async (_, given, name) => {
			const error = await rejectionOf(probe(given()));
			expect(error.exitCode).toBe(4);
			expect(error.message).toContain(name);
			expect(error.message).not.toMatch(/geheim|horse/);
			expect(error.hint).not.toBe('');
		});
	});
};
