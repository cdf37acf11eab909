import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {coveredIn, endedIn, failedIn, inFlightIn} from '../../../source/core/snapshot.ts';
import {engines} from '../../../source/engines/index.ts';
import {pgbenchEngine} from '../../../source/engines/pgbench/engine.ts';
import {pgbenchLoad} from '../../../source/engines/pgbench/suite.ts';
import {until} from '../../helpers/cli.ts';
import {loadWith} from '../../helpers/engine-load.ts';
import {type Postgres, startPostgres} from '../../helpers/postgres.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {describeWith} from '../../helpers/tools.ts';

const [engine] = engines.filter(({name}) => name === 'pgbench');
if (engine === undefined) throw new Error('there is no such engine');
const never = new AbortController().signal;

const onLinux = test.skipIf(process.platform !== 'linux');

describeWith('pgbench', () => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-pgbench-test-'));
	let postgres: Postgres;
	/** With tables of pgbench that benchtop made. */
	let ready: string;
	const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
	type Members = Omit<Parameters<typeof pgbenchLoad>[0], 'pgbench'>;
	const planOf = async (url: string, members: Members) =>
		(await pgbenchLoad({pgbench: url, ...members}, {folder, environment: {}})).load;
	const script = (name: string, text: string): string => {
		writeFileSync(join(folder, name), text);
		return name;
	};
	const run = async (members: Members, limits: Parameters<typeof loadWith>[2], url = ready, signal = never) => {
		const plan = await planOf(url, members);
		const loaded = await loadWith(engine, plan, limits, signal);
		const own = engine.accept(plan).doubts(loaded.total, false);
		expect(inFlightIn(loaded.total)).toBe(0);
		return {...loaded, kinds: [...loaded.doubts, ...own].map(({kind}) => kind)};
	};
	/** Every server process of a load, and what it was started with. */
	const commandLines = (): readonly string[] =>
		readdirSync('/proc').flatMap((id) => {
			try {
				const words = /^\d+$/.test(id) ? readFileSync(`/proc/${id}/cmdline`, 'utf8') : '';
				return words.includes('pgbench') && words.includes(`:${postgres.port}/`) ? [words] : [];
			} catch {
				return [];
			}
		});

	beforeAll(async () => {
		postgres = await startPostgres();
		ready = postgres.newDatabase();
		await run({init: 1, builtin: 'select-only'}, {warmup: 0, amount: 1});
	}, 60_000);
	afterAll(async () => {
		await postgres.stop();
		rmSync(folder, {recursive: true, force: true});
	});

	test('counts each transaction once, apart by script, as pgbench does', async () => {
		const before = Number(postgres.sql(nameOf(ready), 'select count(*) from pgbench_history'));
		const {total, metrics, kinds} = await run(
			{builtin: ['select-only@3', 'simple-update'], clients: 3, threads: 2},
			{warmup: 300, duration: 900},
		);
		// What its own report says otherwise would be a doubt.
		expect(kinds).not.toContain('report-differs');
		expect(kinds).not.toContain('no-report');
		expect(total.outcomes).toEqual({ok: endedIn(total)});
		expect(total.latency.count).toBe(endedIn(total));
		const {'select-only': reads, 'simple-update': writes} = total.parts ?? {};
		expect((reads?.latency.count ?? 0) + (writes?.latency.count ?? 0)).toBe(endedIn(total));
		// Each of the writes has left a row, also those of the warm-up, which are not counted.
		const rows = Number(postgres.sql(nameOf(ready), 'select count(*) from pgbench_history')) - before;
		expect(writes?.latency.count).toBeGreaterThan(0);
		expect(writes?.latency.count).toBeLessThan(rows);
		expect(metrics.connecting?.count).toBe(1);
		expect(coveredIn(total)).toBeGreaterThan(500);
	});

	test('measures from the first transaction to the last where there is no warm-up: starting counts in no rate', async () => {
		const {total, kinds} = await run(
			{file: script('slow.sql', 'select pg_sleep(0.1);\n'), clients: 2},
			{warmup: 0, duration: 1000},
		);
		expect(kinds).toEqual([]);
		// Two clients, one after the other: no more than fit into the time.
		expect(endedIn(total)).toBeLessThanOrEqual(2 * (coveredIn(total) / 100 + 1));
		expect(total.latency.minimum).toBeGreaterThanOrEqual(100_000);
		expect(coveredIn(total)).toBeLessThan(total.to - total.from);
	});

	test('measures exactly so many as asked for, after a warm-up of its own', async () => {
		const {total, kinds} = await run({builtin: 'select-only', clients: 3}, {warmup: 200, amount: 30});
		expect([endedIn(total), kinds]).toEqual([30, []]);
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 1500);
		const stopped = await run({builtin: 'select-only'}, {warmup: 0, amount: 10_000_000}, ready, stop.signal);
		expect(endedIn(stopped.total)).toBeGreaterThan(0);
		expect(stopped.kinds).toContain('log-cut');
		const error = await rejectionOf(run({builtin: 'select-only', clients: 3}, {warmup: 0, amount: 31}));
		expect(error).toMatchObject({exitCode: 2, hint: '30 or 33 can.'});
	});

	test('with a rate counts from when a transaction was due, and skips what is too late', async () => {
		const file = script('wait.sql', 'select pg_sleep(0.02);\n');
		const {total, kinds} = await run({file, rate: 500, latencyLimit: '30ms'}, {warmup: 0, duration: 1000});
		expect(total.outcomes.skipped).toBeGreaterThan(0);
		expect(total.failures).toEqual({skipped: total.outcomes.skipped});
		expect(total.outcomes.late).toBeGreaterThan(0);
		expect(total.uncorrected?.count).toBe(total.latency.count);
		expect(total.latency.maximum).toBeGreaterThan(total.uncorrected?.minimum ?? Number.POSITIVE_INFINITY);
		expect(kinds).toContain('skipped');
		expect(kinds).not.toContain('report-differs');
	});

	test('by lines, with several threads, counts the same', async () => {
		const {total, kinds} = await run(
			{builtin: 'select-only', clients: 4, threads: 2, log: 'lines'},
			{warmup: 0, amount: 400},
		);
		expect([endedIn(total), kinds]).toEqual([400, []]);
	});

	test('with a rate that cannot be kept says so', async () => {
		const file = script('wait.sql', 'select pg_sleep(0.02);\n');
		const {kinds} = await run({file, rate: 500}, {warmup: 0, duration: 1000});
		expect(kinds).toContain('rate-not-kept');
	});

	onLinux(
		'of a slow load shows each transaction when it ended, if it is asked for lines, and says so if not',
		async () => {
			const file = script('quarter.sql', 'select pg_sleep(0.25);\n');
			const lines = await run({file, log: 'lines'}, {warmup: 0, duration: 2600});
			expect(lines.kinds).toEqual([]);
			expect(lines.stretches.filter((snapshot) => endedIn(snapshot) > 0).length).toBeGreaterThan(3);
			const blocks = await run({file, log: 'blocks'}, {warmup: 0, duration: 2600});
			expect(blocks.kinds).toEqual(['log-in-blocks']);
			expect(blocks.stretches.filter((snapshot) => endedIn(snapshot) > 0).length).toBeLessThan(4);
		},
	);

	const conflict = `begin isolation level serializable;
select sum(bbalance) from pgbench_branches;
update pgbench_branches set bbalance = bbalance + 1 where bid = 1;
end;
`;

	test('names transactions that could not be serialized, and those that were tried again', async () => {
		const file = script('conflict.sql', conflict);
		const once = await run({file, clients: 4}, {warmup: 0, duration: 700});
		expect(once.total.outcomes['serialization failure']).toBeGreaterThan(0);
		expect(once.kinds).toContain('failed-transactions');
		expect(once.kinds).not.toContain('report-differs');
		const again = await run({file, clients: 4, maxTries: 1000}, {warmup: 0, duration: 700});
		expect(failedIn(again.total)).toBe(0);
		expect(again.metrics.retries?.max).toBeGreaterThan(0);
		expect(again.metrics.retries?.count).toBe(endedIn(again.total));
		expect(again.kinds).not.toContain('report-differs');
	});

	test('names a client that gave up, and goes on with the others', async () => {
		const file = script('one-fails.sql', '\\if :client_id = 1\nselect 1/0;\n\\else\nselect 1;\n\\endif\n');
		const {total, doubts} = await run({file, clients: 2}, {warmup: 0, duration: 500});
		expect(total.failures).toEqual({'client aborted': 1});
		expect(total.outcomes.ok).toBeGreaterThan(0);
		expect(doubts.find(({kind}) => kind === 'clients-aborted')?.message).toMatch(/^1 of 2 clients .*division by zero/);
	});

	test('names connections that the server closed', async () => {
		const running = run({builtin: 'select-only', clients: 2}, {warmup: 0, duration: 20_000});
		const database = nameOf(ready);
		const end = `select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'pgbench' and datname = '${database}'`;
		await until(() =>
			Number(postgres.sql('postgres', end.replace('pg_terminate_backend', ''))) === 2 ? true : undefined,
		);
		await new Promise((resolve) => setTimeout(resolve, 600));
		postgres.sql('postgres', end);
		const {total, kinds} = await running;
		expect(total.failures).toEqual({'closed before response': 2});
		expect(kinds).toContain('clients-aborted');
	});

	test('tells statements at the end', async () => {
		const {findings, metrics} = await run({builtin: 'simple-update', statements: true}, {warmup: 0, duration: 300});
		const updates = findings.filter(
			({kind, subject}) => kind === 'statement' && subject.includes('UPDATE pgbench_accounts'),
		);
		expect(updates).toHaveLength(1);
		const [{subject} = {subject: ''}] = updates;
		expect(subject).toMatch(/^simple-update 6: /);
		expect(metrics[subject]?.mean).toBe(updates[0]?.figures.meanMilliseconds);
	});

	onLinux('gives pgbench the password where nobody sees it', async () => {
		const running = run({builtin: 'select-only'}, {warmup: 0, duration: 1500});
		const lines = await until(() => {
			const found = commandLines().filter((line) => line.includes('--log-prefix'));
			return found.length > 0 ? found : undefined;
		});
		expect(lines.join('\n')).not.toMatch(/correct(%20| )horse/);
		await running;
	});

	onLinux('stops within a second in the middle of a long transaction, and leaves nothing behind', async () => {
		const stop = new AbortController();
		const file = script('long.sql', 'select pg_sleep(30);\n');
		const running = run({file, clients: 2, log: 'lines'}, {warmup: 0, duration: 60_000}, ready, stop.signal);
		await until(() =>
			postgres.sql(
				'postgres',
				`select count(*) from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and application_name = 'pgbench'`,
			) === '2'
				? true
				: undefined,
		);
		await new Promise((resolve) => setTimeout(resolve, 700));
		stop.abort();
		const {total, kinds} = await running;
		expect([total.waiting.count, kinds]).toEqual([2, ['log-cut']]);
		expect(total.waiting.minimum).toBeGreaterThan(700_000);
		expect(commandLines()).toEqual([]);
	});

	const probe = async (url: string, members: Members) => pgbenchEngine.probe?.(await planOf(url, members), never);

	test('makes tables only where it does not cost somebody theirs', async () => {
		const url = postgres.newDatabase();
		expect(await rejectionOf(probe(url, {}))).toMatchObject({exitCode: 4, hint: expect.stringContaining('--init 10')});
		await probe(url, {file: script('one.sql', 'select 1;\n')});
		await probe(url, {init: 1});
		postgres.sql(nameOf(url), 'create table pgbench_history (mine int)');
		expect(await rejectionOf(probe(url, {}))).toMatchObject({
			exitCode: 4,
			message: expect.stringContaining('3 are not'),
		});
		expect(await rejectionOf(probe(url, {init: 1}))).toMatchObject({
			exitCode: 4,
			hint: expect.stringContaining('--overwrite'),
		});
		await probe(url, {init: 1, overwrite: true});
		const {findings} = await run(
			{init: 1, overwrite: true, partitions: 3, builtin: 'select-only'},
			{warmup: 0, amount: 1},
			url,
		);
		expect(findings).toMatchObject([{kind: 'init', figures: {scale: 1}}]);
		expect(
			postgres.sql(nameOf(url), `select count(*) from pg_inherits where inhparent = 'pgbench_accounts'::regclass`),
		).toBe('3');
		// They are its own now.
		await probe(url, {init: 2});
	});

	test('says what is wrong when it cannot measure', async () => {
		const wrong = await rejectionOf(probe(postgres.urlOf('postgres', 'postgres', 'hunter2pw'), {}));
		expect(wrong).toMatchObject({exitCode: 4, message: expect.stringContaining('password authentication failed')});
		expect(JSON.stringify([wrong instanceof Error && wrong.message, wrong])).not.toContain('hunter2pw');
		const dead = await rejectionOf(probe('postgres://ann@127.0.0.1:1/shop', {}));
		expect(dead).toMatchObject({exitCode: 4, message: expect.stringContaining('Connection refused')});
		const file = script('nonsense.sql', '\\nonsense\n');
		const nonsense = await rejectionOf(run({file}, {warmup: 0, duration: 500}));
		expect(nonsense).toMatchObject({exitCode: 4, message: expect.stringContaining('nonsense.sql:1: invalid command')});
		const plan = await planOf(ready, {file: script('changed.sql', 'select 1;\n')});
		script('changed.sql', 'select 2;\n');
		expect(await rejectionOf(Promise.resolve(pgbenchEngine.probe?.(plan, never)))).toMatchObject({
			message: expect.stringContaining('no longer the one'),
		});
	});
});
