import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {fileURLToPath} from 'node:url';
import {afterAll, expect, test} from 'vitest';
import {artilleryLoad} from '../../source/engines/artillery/suite.ts';
import {commandLoad} from '../../source/engines/command/suite.ts';
import type {HttpPlan} from '../../source/engines/http-plan.ts';
import {engines} from '../../source/engines/index.ts';
import {k6Load} from '../../source/engines/k6/suite.ts';
import {pgbenchLoad} from '../../source/engines/pgbench/suite.ts';
import {describeEngine, type EngineCase} from '../contracts/engine.ts';
import {folderWith, planIn} from '../helpers/locust-load.ts';
import {type Postgres, startPostgres} from '../helpers/postgres.ts';
import {startRedis} from '../helpers/redis.ts';
import {httpTarget} from '../helpers/target.ts';
import {describeWith} from '../helpers/tools.ts';

const http: EngineCase = {
	secrets: ['hunter2pw', 'geheim-token', 'geheim-key'],
	plan: async () => {
		const target = await httpTarget((_, response) => response.end('hello'));
		const plan: HttpPlan = {
			url: `${target.url.replace('//', '//ann:hunter2pw@')}?token=geheim-token`,
			method: 'GET',
			headers: {'X-Api-Key': 'geheim-key'},
			connections: 3,
			pipelining: 1,
			timeout: 5000,
		};
		return {plan, close: target.close};
	},
};

const command: EngineCase = {
	secrets: ['hunter2pw', 'geheim-token', 'geheim-key', 'geheim-header'],
	plan: async () => {
		const {load} = await commandLoad(
			{
				command:
					'sleep 0.02; test "$TOKEN" != "" -a token=geheim-token != "" -a "Authorization: Bearer geheim-header" != https://ann:hunter2pw@localhost/',
				shell: true,
			},
			{folder: tmpdir(), environment: {TOKEN: 'geheim-key'}},
		);
		return {plan: load, close: async () => {}};
	},
};

const memory: EngineCase = {
	secrets: ['geheim-token'],
	plan: async () => ({
		plan: {module: null, cases: ['churn'], environment: {API_TOKEN: 'geheim-token'}},
		close: async () => {},
	}),
};

const io: EngineCase = {
	secrets: [],
	plan: async () => ({
		plan: {medium: 'file', workload: 'mixed', fileSize: 65_536, fsync: 100, folder: tmpdir()},
		close: async () => {},
	}),
};

const micro: EngineCase = {
	secrets: ['geheim-token'],
	idles: true,
	plan: async () => ({
		plan: {
			modules: [fileURLToPath(new URL('micro/modules/functions.ts', import.meta.url))],
			only: ['step'],
			environment: {API_TOKEN: 'geheim-token'},
		},
		close: async () => {},
	}),
};

const algorithms: EngineCase = {
	secrets: ['geheim-token'],
	idles: true,
	plan: async () => ({
		plan: {module: 'built-in', names: ['sum'], sizes: [4, 8, 16, 32, 64], environment: {API_TOKEN: 'geheim-token'}},
		close: async () => {},
	}),
};

let postgres: Postgres | undefined;
afterAll(() => postgres?.stop());

const pgbench: EngineCase = {
	needs: 'pgbench',
	secrets: ['correct horse', 'geheim-token'],
	plan: async () => {
		postgres ??= await startPostgres();
		const {load} = await pgbenchLoad(
			{pgbench: postgres.newDatabase(), builtin: ['select-only', 'simple-update'], clients: 2, init: 1},
			{folder: tmpdir(), environment: {API_TOKEN: 'geheim-token'}},
		);
		return {plan: load, close: async () => {}};
	},
};

/** The same load by a tool that must be there. */
const by = (program: string): EngineCase => ({...http, idles: true, needs: program});

const redis: EngineCase = {
	needs: 'redis-server',
	secrets: ['hunter2pw'],
	plan: async () => {
		const server = await startRedis([], 'hunter2pw');
		return {
			plan: {
				url: server.url,
				commands: [
					{name: 'GET', words: ['GET', 'k:{random 1..9}'], weight: 3},
					{name: 'SET', words: ['SET', 'k:{sequence}', '{bytes 10}'], weight: 1},
				],
				prepare: [],
				connections: 3,
				pipeline: 1,
				seed: 1,
				timeout: 5000,
			},
			close: server.stop,
		};
	},
};

const redisBenchmark: EngineCase = {
	needs: 'redis-benchmark',
	secrets: ['hunter2pw'],
	idles: true,
	plan: async () => {
		const server = await startRedis([], 'hunter2pw');
		return {
			plan: {url: server.url, tests: ['set'], clients: 3, passwordOnCommandLine: true},
			close: server.stop,
		};
	},
};

const locust: EngineCase = {
	secrets: ['hunter2pw', 'geheim-token', 'geheim-key'],
	needs: 'locust',
	idles: true,
	plan: async () => {
		const target = await httpTarget((_, response) => response.end('hello'));
		const folder = await folderWith(
			'from locust import FastHttpUser, constant, events, task\n' +
				'@events.init_command_line_parser.add_listener\n' +
				'def _(parser):\n    parser.add_argument("--token")\n' +
				'class Some(FastHttpUser):\n    wait_time = constant(0.01)\n' +
				'    @task\n    def ask(self):\n        self.client.get("/")\n',
		);
		const host = target.url.replace('//', '//ann:hunter2pw@');
		const given = {users: 3, spawnRate: 30, host, arguments: ['--token', 'geheim-token']};
		return {plan: await planIn(folder, given, {API_TOKEN: 'geheim-key'}), close: target.close};
	},
};

const k6: EngineCase = {
	needs: 'k6',
	secrets: ['geheim-token', 'geheim-key', 'hunter2pw'],
	plan: async () => {
		const target = await httpTarget((_, response) => response.end('hello'));
		const {load} = await k6Load(
			{
				k6: 'get.js',
				vus: 2,
				variables: {TARGET: target.url, API_TOKEN: 'geheim-token', OTHER: 'http://ann:hunter2pw@localhost/'},
			},
			{folder: fileURLToPath(new URL('k6/scripts', import.meta.url)), name: 'k6', environment: {API_KEY: 'geheim-key'}},
		);
		return {plan: load, close: target.close};
	},
};

/** The servers have suites of their own: here it is a file of SQLite, whose statements last as long as a round trip. */
const sql: EngineCase = {
	secrets: ['geheim-token'],
	plan: async () => {
		const folder = mkdtempSync(join(tmpdir(), 'benchtop-sql-'));
		const path = join(folder, 'shop.db');
		new DatabaseSync(path).close();
		const name = 'count';
		const text =
			'with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000 + {{random(1, 9)}}) select sum(i) from n';
		return {
			plan: {
				url: `sqlite:${path}`,
				operations: [{name, weight: 1, statements: [{name, sql: text}]}],
				variables: {apiToken: 'geheim-token'},
				connections: 3,
				users: 8,
				seed: 1,
				timeout: 5000,
			},
			close: async () => rmSync(folder, {recursive: true, force: true}),
		};
	},
};

const artillery: EngineCase = {
	needs: 'artillery',
	idles: true,
	secrets: ['geheim-token', 'geheim-key', 'hunter2pw'],
	plan: async () => {
		const target = await httpTarget((_, response) => response.end('hello'));
		const {load} = await artilleryLoad(
			{
				artillery: 'get.yml',
				rate: 50,
				target: target.url.replace(/\/$/, ''),
				variables: {apiToken: 'geheim-token', other: 'http://ann:hunter2pw@localhost/'},
			},
			{folder: fileURLToPath(new URL('artillery/scripts', import.meta.url)), environment: {API_KEY: 'geheim-key'}},
		);
		return {plan: load, close: target.close};
	},
};

const cases: Readonly<Record<string, EngineCase>> = {
	vegeta: by('vegeta'),
	oha: by('oha'),
	wrk: by('wrk'),
	hey: by('hey'),
	ab: by('ab'),
	h2load: by('h2load'),
	bombardier: by('bombardier'),
	http,
	autocannon: http,
	command,
	memory,
	io,
	micro,
	algorithms,
	k6,
	pgbench,
	redis,
	'redis-benchmark': redisBenchmark,
	locust,
	sql,
	artillery,
};

for (const engine of engines) {
	const given = cases[engine.name];
	if (given === undefined) continue;
	if (given.needs === undefined) describeEngine(engine, given);
	else describeWith(given.needs, () => describeEngine(engine, given));
}

test('every engine goes through the contract, under a name of its own', () => {
	const names = engines.map(({name}) => name);
	expect(Object.keys(cases).sort()).toEqual([...names].sort());
	expect(new Set(names).size).toBe(names.length);
});
