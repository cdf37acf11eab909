import {execFile, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {promisify} from 'node:util';
import {afterAll, describe, expect, test} from 'vitest';
import {BenchtopError} from '../../source/errors.ts';
import {openStore} from '../../source/store/index.ts';
import {openSqlite} from '../../source/store/sqlite.ts';
import {describeStore} from '../contracts/store.ts';
import {syntheticResult} from '../helpers/result.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-store-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
let files = 0;
const fresh = (): string => join(folder, `history-${++files}.db`);

/** What a rejected promise was rejected with: a BenchtopError that names the file and a next step. */
const errorOf = async (work: Promise<unknown>): Promise<BenchtopError> => {
	const error = await work.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof BenchtopError)) throw new Error(`A BenchtopError was expected, not ${String(error)}.`);
	expect(error.hint).toMatch(/\w/);
	return error;
};

const run = promisify(execFile);
const writer = new URL('writer.ts', import.meta.url).pathname;

describeStore('SQLite', fresh, (path, statements) => {
	const database = new DatabaseSync(path);
	database.exec(statements);
	database.close();
});

describe('opening', () => {
	test('makes the folder and the file for their user alone', async () => {
		const path = join(folder, 'a', 'b', 'history.db');
		const store = await openStore(`sqlite:${path}`);
		await store.save(syntheticResult());
		expect(store.location).toBe(path);
		for (const ending of ['', '-wal', '-shm']) expect(statSync(`${path}${ending}`).mode & 0o777).toBe(0o600);
		expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
		expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
		await store.close();
		await store.close();
	});

	test('keeps runs from one opening to the next', async () => {
		const path = fresh();
		const first = await openStore(path);
		await first.save(syntheticResult());
		await first.close();
		const second = await openStore(path);
		expect(await second.list({})).toHaveLength(1);
		await second.close();
	});

	test.each([
		['mysql://user:hunter2@db/x', /No kind of history is called "mysql"/],
		['constructor://x', /No kind of history is called "constructor"/],
		['sqlite:', /needs a file/],
	])('%s is refused in words that hold no password', async (url, words) => {
		const error = await errorOf(openStore(url));
		expect(error.message).toMatch(words);
		expect(error.message).not.toContain('hunter2');
	});

	test('a folder, a file in the way of a folder, no database, another program’s database', async () => {
		expect((await errorOf(openStore(folder))).message).toMatch(/is a folder/);

		const file = fresh();
		writeFileSync(file, 'This is not a database. '.repeat(100));
		expect((await errorOf(openStore(join(file, 'history.db')))).message).toMatch(/is a file, not a folder/);
		expect((await errorOf(openStore(file))).message).toMatch(/damaged, or no SQLite database/);
		expect(readFileSync(file, 'utf8')).toMatch(/^This is not a database/);

		const others = fresh();
		const database = new DatabaseSync(others);
		database.exec('create table recipes (name text)');
		database.close();
		expect((await errorOf(openStore(others))).message).toMatch(/another program/);
	});

	test('a database of before insights had figures takes and gives insights', async () => {
		const path = fresh();
		await (await openStore(path)).close();
		const database = new DatabaseSync(path);
		database.exec(
			'alter table performance_insights drop column figures; delete from schema_migrations where version > 2',
		);
		database.close();
		const store = await openStore(path);
		const insights = [{kind: 'knee', severity: 'low', text: 't', recommendations: [], figures: {at: 5}}] as const;
		await store.save({...syntheticResult(), insights});
		expect((await store.list({}))[0]?.insights).toEqual(insights);
		await store.close();
	});

	test('a database of a later version', async () => {
		const path = fresh();
		await (await openStore(path)).close();
		const database = new DatabaseSync(path);
		database.exec(`insert into schema_migrations values (99, '2031-01-01')`);
		database.close();
		const error = await errorOf(openStore(path));
		expect(error.message).toMatch(/later benchtop.*99/);
		expect(error.hint).toMatch(/Update/);
	});

	test('a file cut short', async () => {
		const path = fresh();
		const store = await openStore(path);
		for (let index = 0; index < 20; index++) await store.save(syntheticResult({id: `run-${index}`}));
		await store.close();
		truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
		const reading = (async () => {
			const damaged = await openStore(path);
			try {
				for (let index = 0; index < 20; index++) await damaged.load(`run-${index}`);
			} finally {
				await damaged.close();
			}
		})();
		expect((await errorOf(reading)).message).toMatch(/damaged/);
	});

	test('no word of SQLite being experimental, and other warnings pass', async () => {
		const script = `
			import {openStore} from ${JSON.stringify(new URL('../../source/store/index.ts', import.meta.url).href)};
			const store = await openStore(${JSON.stringify(fresh())});
			await store.close();
			process.emitWarning('something else', 'ExperimentalWarning');`;
		const {stderr} = await run(process.execPath, ['--input-type=module', '-e', script]);
		expect(stderr).not.toMatch(/SQLite/);
		expect(stderr).toMatch(/something else/);
	});
});

describe('trouble while open', () => {
	test('a lock that is not released ends in an error, and the event loop turns meanwhile', async () => {
		const path = fresh();
		const store = await openSqlite(path, {patience: 600});
		const other = new DatabaseSync(path);
		other.exec('begin immediate');
		let longest = 0;
		let last = performance.now();
		const timer = setInterval(() => {
			longest = Math.max(longest, performance.now() - last);
			last = performance.now();
		}, 5);
		const error = await errorOf(store.save(syntheticResult()));
		clearInterval(timer);
		expect(error.message).toMatch(/locked by another process/);
		expect(longest).toBeLessThan(250);
		expect(await store.list({})).toEqual([]);
		other.exec('rollback');
		await store.save(syntheticResult());
		expect(await store.list({})).toHaveLength(1);
		other.close();
		await store.close();
	});

	test('a lock that is released in time is waited for', async () => {
		const path = fresh();
		const store = await openSqlite(path);
		const other = new DatabaseSync(path);
		other.exec('begin immediate');
		const saving = store.save(syntheticResult());
		setTimeout(() => other.exec('commit'), 300);
		await saving;
		expect(await store.list({})).toHaveLength(1);
		other.close();
		await store.close();
	});

	test('a full disk leaves what was there whole', async () => {
		const path = fresh();
		const store = await openSqlite(path, {mostPages: 60});
		const kept = syntheticResult({id: 'kept'});
		await store.save(kept);
		const error = await errorOf(store.save(syntheticResult({id: 'large', seconds: 400})));
		expect(error.message).toMatch(/disk is full/);
		expect(await store.load('large')).toBeUndefined();
		expect(await store.load('kept')).toStrictEqual(kept);
		await store.close();
		const reopened = await openSqlite(path);
		await reopened.save(syntheticResult({id: 'large', seconds: 400}));
		expect(await reopened.list({})).toHaveLength(2);
		await reopened.close();
	});

	test.each([
		['benchmark_results', 'results', '{"id": '],
		['benchmark_results', 'environment', '[]'],
		['result_seconds', 'figures', 'null'],
	])('wrong JSON in %s.%s is named', async (table, column, text) => {
		const path = fresh();
		const store = await openStore(path);
		await store.save(syntheticResult({id: 'the-run'}));
		const other = new DatabaseSync(path);
		other.prepare(`update ${table} set ${column} = ?`).run(text);
		other.close();
		const error = await errorOf(store.load('the-run'));
		expect(error.message).toContain('the-run');
		expect(error.message).toContain(column);
		await store.close();
	});
});

/** As root every file is writable; such a process becomes nobody first. */
const unprivileged = process.getuid?.() === 0 ? 'process.setgid(65534); process.setuid(65534);' : '';

test.skipIf(process.platform === 'win32')('a folder or file that may only be read', async () => {
	const readOnly = join(folder, 'read-only');
	mkdirSync(readOnly);
	const path = join(readOnly, 'history.db');
	const store = await openStore(path);
	await store.save(syntheticResult());
	await store.close();
	const attempt = async (to: string): Promise<string> => {
		const script = `
			import {openStore} from ${JSON.stringify(new URL('../../source/store/index.ts', import.meta.url).href)};
			await import(${JSON.stringify(new URL('../../source/store/sqlite.ts', import.meta.url).href)});
			${unprivileged}
			try {
				await openStore(${JSON.stringify(to)});
			} catch (error) {
				console.log(error.name, error.message, error.hint);
			}`;
		return (await run(process.execPath, ['--input-type=module', '-e', script])).stdout;
	};
	const {chmodSync} = await import('node:fs');
	chmodSync(folder, 0o755);
	chmodSync(path, 0o444);
	chmodSync(readOnly, 0o555);
	try {
		expect(await attempt(path)).toMatch(/^BenchtopError .*not allowed to write there.*--store/);
		expect(await attempt(join(readOnly, 'new.db'))).toMatch(/^BenchtopError .*not allowed to write there.*--store/);
		chmodSync(path, 0o666);
		expect(await attempt(path)).toMatch(/^BenchtopError .*(read-only|cannot be opened).*--store/);
	} finally {
		chmodSync(readOnly, 0o755);
	}
});

describe('several processes', () => {
	test('two that create and fill one history at once lose nothing', async () => {
		const path = fresh();
		await Promise.all(['a', 'b'].map((prefix) => run(process.execPath, [writer, path, prefix, '50'])));
		const store = await openStore(path);
		const runs = await store.list({});
		expect(new Set(runs.map(({id}) => id)).size).toBe(100);
		for (const id of ['a-0', 'a-49', 'b-0', 'b-49']) expect((await store.load(id))?.timeline).toHaveLength(20);
		await store.close();
	}, 60_000);

	test('a writer that is killed leaves whole runs only', async () => {
		const path = fresh();
		const child = spawn(process.execPath, [writer, path, 'killed', '100000'], {stdio: ['ignore', 'pipe', 'inherit']});
		let saved = 0;
		await new Promise<void>((resolve) => {
			child.stdout.on('data', (text: Buffer) => {
				saved += text.toString().split('\n').length - 1;
				if (saved >= 5) child.kill('SIGKILL');
			});
			child.on('close', () => resolve());
		});
		const store = await openStore(path);
		const runs = await store.list({});
		expect(runs.length).toBeGreaterThanOrEqual(saved);
		for (const {id} of runs) expect((await store.load(id))?.timeline).toHaveLength(20);
		await store.save(syntheticResult({id: 'after'}));
		expect((await store.list({})).length).toBe(runs.length + 1);
		await store.close();
	}, 60_000);
});
