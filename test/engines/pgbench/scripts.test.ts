import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {readGivenUp, readProgress} from '../../../source/engines/pgbench/clients.ts';
import {namesOf, scriptsOf} from '../../../source/engines/pgbench/scripts.ts';
import {pgbenchLoad, pgbenchSuite} from '../../../source/engines/pgbench/suite.ts';
import {findTables} from '../../../source/engines/pgbench/tables.ts';
import {loadWords} from '../../../source/engines/pgbench/words.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-scripts-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
writeFileSync(join(folder, 'orders.sql'), 'select 1;\n');
writeFileSync(join(folder, 'odd@name.sql'), 'select 2;\n');
const place = {folder, environment: {}};
const pgbench = 'postgres://ann:geheim@localhost/shop';

describe('scripts', () => {
	test('are built in, or files, with their weights; names that begin alike are told apart', () => {
		const scripts = scriptsOf(['select-only@9', 'tpcb'], ['orders.sql@3', 'orders.sql', 'odd@name.sql@2'], folder);
		expect(scripts.map((script) => [Object.values(script)[0], script.weight])).toEqual([
			['select-only', 9],
			['tpcb-like', 1],
			[join(folder, 'orders.sql'), 3],
			[join(folder, 'orders.sql'), 1],
			[join(folder, 'odd@name.sql'), 2],
		]);
		expect(namesOf(scripts)).toEqual(['select-only', 'tpcb-like', 'orders', 'orders (2)', 'odd@name']);
		expect(scriptsOf(undefined, undefined, folder)).toEqual([{builtin: 'tpcb-like', weight: 1}]);
	});

	test.each([
		['s', undefined, 'pgbench has no script "s" alone that begins so'],
		['selct-only', undefined, 'no script "selct-only"'],
		['select-only@x', undefined, 'has no weight behind its @'],
		['select-only@0', undefined, 'none of them would run'],
		[undefined, 'nowhere.sql', 'cannot be read'],
		[undefined, 'odd@name.sql', 'has no weight behind its @'],
	])('%j and %j are refused', (builtin, file, words) => {
		expect(() => scriptsOf(builtin, file, folder)).toThrow(words);
	});
});

describe('what is asked of pgbench', () => {
	test.each([
		[{builtin: 'select-only', scale: 5}, 'scale: With a built-in script'],
		[{latencyLimit: '0.0001ms'}, 'latencyLimit'],
	])('is refused where pgbench would not heed it: %j', async (more, words) => {
		await expect(pgbenchLoad({pgbench, ...more}, place)).rejects.toThrow(words);
	});

	test('is refused where a rate is less than pgbench reads', async () => {
		const given = {pgbench, rate: 0.0001};
		await expect(pgbenchSuite.load(given, {...place, name: 'slow'})).rejects.toThrow('0.001');
	});

	test('goes onto its command line, but for the password', async () => {
		const {load, target, watchPort} = await pgbenchLoad(
			{
				...{
					pgbench,
					builtin: 'select-only',
					file: 'orders.sql@2',
					clients: 8,
					threads: 2,
					rate: 50.5,
					latencyLimit: '1s',
				},
				...{
					protocol: 'prepared',
					maxTries: 0,
					seed: 7,
					variables: ['rows=5'],
					reconnect: true,
					statements: true,
				},
			},
			place,
		);
		expect([target, watchPort]).toEqual(['postgres://ann:***@localhost/shop', 5432]);
		const words = loadWords(load, {seconds: 12}, '/logs/log', 15);
		expect(words.join(' ')).toBe(
			`-b select-only@1 -f ${join(folder, 'orders.sql')}@2 -c 8 -j 2 -M prepared -T 12 -R 50.5 -L 1000 --max-tries=0 --failures-detailed --random-seed=7 -D rows=5 -C -r -P 1 -l --log-prefix=/logs/log postgres://ann@localhost/shop`,
		);
	});

	test('is what the version knows, and vacuums only where the tables are its own', async () => {
		const {load} = await pgbenchLoad({pgbench, file: 'orders.sql', scale: 3}, place);
		const words = loadWords(load, {perClient: 5}, '/logs/log', 14);
		expect(words).not.toContain('--failures-detailed');
		expect(words.join(' ')).toContain('-t 5 -s 3 -n -P 1');
	});

	test.each([
		[{threads: 2}, 'cannot share one client'],
		[{overwrite: true}, 'of no use without init'],
		[{init: 1, partitionMethod: 'hash' as const}, 'of no use without partitions'],
		[{latencyLimit: '200'}, 'no time with its unit'],
		[{variables: {'a b': 1}}, 'no name of a variable'],
		[{variables: ['rows']}, 'NAME=VALUE'],
		[{variables: {api_token: 'x'}}, 'list of processes'],
		[{pgbench: 'http://localhost'}, 'no URL of a PostgreSQL database'],
	])('%j is refused', async (members, words) => {
		await expect(pgbenchLoad({pgbench, ...members}, place)).rejects.toThrow(words);
	});
});

describe('what pgbench says while it runs', () => {
	test.each([
		[
			'pgbench: error: client 3 script 1 aborted in command 0 query 0: ERROR:  division by zero',
			{client: 3, script: 1, outcome: 'client aborted'},
		],
		[
			'pgbench: error: client 0 aborted in command 4 (SQL) of script 2; perhaps the backend died while processing',
			{client: 0, script: 2, outcome: 'closed before response'},
		],
		[
			'pgbench: error: client 5 aborted while establishing connection',
			{client: 5, script: 0, outcome: 'client aborted'},
		],
	])('%s', (line, expected) => {
		expect(readGivenUp(line)).toMatchObject(expected);
	});

	test('of other clients, and of its progress', () => {
		expect(readGivenUp('pgbench: error: Run was aborted; the above results are incomplete.')).toBe(undefined);
		expect(readProgress('progress: 1.0 s, 7346.6 tps, lat 0.354 ms stddev 0.393, 0 failed')).toEqual({rate: 7346.6});
		expect(readProgress('progress: 1.0 s, 12.0 tps, lat 0.3 ms stddev 0.3')).toEqual({rate: 12});
		expect(readProgress('starting vacuum...end.')).toBe(undefined);
	});
});

test.skipIf(process.platform === 'win32')('a database that does not answer is given up', async () => {
	writeFileSync(join(folder, 'pgbench'), '#!/bin/sh\nexec sleep 60\n');
	chmodSync(join(folder, 'pgbench'), 0o755);
	const environment = {PATH: `${folder}:${process.env.PATH ?? ''}`};
	const {load} = await pgbenchLoad({pgbench, builtin: 'select-only'}, {folder, environment});
	await expect(findTables(load, new AbortController().signal, 300)).rejects.toMatchObject({
		message: expect.stringContaining('did not answer within 300ms'),
		exitCode: 4,
	});
});
