import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect} from 'vitest';
import {BenchtopError} from '../../source/errors.ts';
import {openStore} from '../../source/store/index.ts';
import {describeStore} from '../contracts/store.ts';
import {type Postgres, startPostgres} from '../helpers/postgres.ts';
import {syntheticResult} from '../helpers/result.ts';
import {describeWith, testWith} from '../helpers/tools.ts';

const run = promisify(execFile);
const writer = new URL('writer.ts', import.meta.url).pathname;

describeWith('postgres', () => {
	let server: Postgres;
	beforeAll(async () => {
		server = await startPostgres();
	});
	afterAll(() => server.stop());

	describeStore(
		'PostgreSQL',
		() => server.newDatabase(),
		(url, statements) => server.sql(new URL(url).pathname.slice(1), statements),
	);

	const failureOf = async (url: string): Promise<BenchtopError> => {
		const error = await openStore(url).then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		if (error instanceof BenchtopError) return error;
		throw new Error(`A BenchtopError was expected, not ${String(error)}.`);
	};

	describe('a history in PostgreSQL', () => {
		const test = testWith('postgres');

		test('is known by its URL without the password, and has the tables that other programs read', async () => {
			const url = server.newDatabase();
			const store = await openStore(url);
			await store.save(syntheticResult({name: 'checkout'}));
			expect(store.location).toBe(url.replace(encodeURIComponent('correct horse'), '***'));
			await store.close();
			const database = new URL(url).pathname.slice(1);
			expect(server.sql(database, 'select benchmark_name, commit_sha is not null from benchmark_results')).toBe(
				'checkout|t',
			);
			expect(server.sql(database, 'select count(*) from performance_insights')).toBe('0');
		});

		test('keeps what several processes write at once, each migrating an empty database', async () => {
			const url = server.newDatabase();
			await Promise.all(
				['a', 'b', 'c', 'd'].map((name) => run(process.execPath, ['--no-warnings', writer, url, name, '5'])),
			);
			const store = await openStore(url);
			expect(await store.list({})).toHaveLength(20);
			await store.close();
		});

		test('says what is wrong and what next, and never the password', async () => {
			const {port} = server;
			const cases: ReadonlyArray<readonly [string, RegExp, RegExp]> = [
				[server.urlOf('postgres', 'postgres', 'hunter2'), /refuses the password/, /pgpass/],
				[server.urlOf('nowhere'), /has no such database/, /createdb/],
				[`postgres://u:hunter2@127.0.0.1:1/x`, /refuses the connection/, /Is the server running/],
				[`postgres://u:hunter2@no-such-host.invalid:${port}/x`, /has no address|could not be looked up/, /Check|DNS/],
			];
			for (const [url, words, hint] of cases) {
				const error = await failureOf(url);
				expect(error.message).toMatch(words);
				expect(error.hint).toMatch(hint);
				expect(`${error.message} ${error.hint}`).not.toMatch(/hunter2|correct/);
			}
		});

		test('of a user who may make no tables is refused with the reason', async () => {
			const url = server.newDatabase();
			const database = new URL(url).pathname.slice(1);
			server.sql(database, "drop role if exists guest; create role guest login password 'guest password'");
			const error = await failureOf(server.urlOf(database, 'guest', 'guest password'));
			expect(error.message).toMatch(/does not allow what a history needs/);
		});

		test('of a later benchtop is left alone', async () => {
			const url = server.newDatabase();
			await (await openStore(url)).close();
			server.sql(new URL(url).pathname.slice(1), "insert into schema_migrations values (99, 'later')");
			expect((await failureOf(url)).message).toMatch(/later benchtop/);
		});

		test('that goes away in mid-run rejects with a next step', async () => {
			const own = await startPostgres();
			const store = await openStore(own.newDatabase());
			await own.stop();
			const error = await store.list({}).catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(BenchtopError);
			await store.close();
		});
	});
});
