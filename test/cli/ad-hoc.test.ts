import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {newHome, runCli} from '../helpers/cli.ts';

const document = (text: string): ReportDocument => reportSchema.parse(JSON.parse(text));

describe('benchtop command', () => {
	test('times commands beside each other, each with every value of its parameters', async () => {
		const words = ['command', 'sh -c "exit {code}"', 'true', '-L', 'code=0,3', '--exit-codes', '0,3', '--runs', '2'];
		const {code, stdout} = await runCli([...words, '--json', '--no-save']);
		const {results} = document(stdout);
		expect([code, results.map(({name}) => name)]).toEqual([0, ['sh -c "exit 0"', 'sh -c "exit 3"', 'true', 'true']]);
		expect(results[1]?.summary.outcomes).toEqual({'exit 3': 2});
		for (const {summary} of results) expect(Object.keys(summary.metrics ?? {})).toContain('peak memory');
	});

	test('says what is wrong with a flag by its name', async () => {
		const cases: ReadonlyArray<readonly [readonly string[], RegExp]> = [
			[['command'], /takes a command/],
			[['command', 'true', '--runs', '0'], /--runs: It must be at least 1\./],
			[['command', 'true', '--exit-codes', 'x'], /--exit-codes takes numbers/],
			[['command', 'true', '--metrics', 'nowhere'], /--metrics: It must be file or stdout\./],
			[['command', 'true', '--exit-codes', '1', '--any-exit-code'], /exclude each other/],
			[['command', 'true', '-L', 'nonsense'], /NAME=A,B/],
			[['command', 'no-such-program-at-all'], /no-such-program-at-all/],
			[['pgbench', 'postgres://localhost/x', '-L', '5'], /--latency-limit: "5" is no time/],
			[['pgbench', 'postgres://localhost/x', '-c', '1.5'], /--clients: It must be a whole number\./],
			[['redis', 'localhost', 'PING', '--precise'], /--precise: It is of no use without a rate\./],
			[['redis', 'localhost', 'PING', '--arrivals', 'even'], /--arrivals: It is of no use without a rate\./],
			[['redis', 'localhost', 'PING', '--max-connections', '9'], /--max-connections: It is of no use without a rate\./],
		];
		for (const [words, message] of cases) {
			const {code, stdout, stderr} = await runCli([...words, '--no-save']);
			expect([words, code === 2 || code === 4, `${stdout}${stderr}`]).toEqual([
				words,
				true,
				expect.stringMatching(message),
			]);
		}
	});
});

test('a document goes into a folder that is made for it', async () => {
	const home = newHome();
	const {code} = await runCli(['command', 'true', '--runs', '1', '-q', '--json', 'results/core.json'], home);
	expect([code, document(readFileSync(join(home.folder, 'results', 'core.json'), 'utf8')).failures]).toEqual([0, 0]);
});

describe('benchtop micro', () => {
	test('measures the functions of a module', async () => {
		const home = newHome();
		writeFileSync(join(home.folder, 'words.mjs'), 'export const parse = () => JSON.parse("[1, 2, 3]");\n');
		const words = ['micro', 'words.mjs', '--launches', '4', '--samples', '3', '--time', '20ms', '--json'];
		const {code, stdout} = await runCli(words, home);
		const [result] = document(stdout).results;
		expect([code, result?.engine, result?.target]).toEqual([0, 'micro', 'words.mjs']);
		const parse = result?.summary.metrics?.parse;
		expect([parse?.unit, parse?.interval?.of]).toEqual(['ns', 4]);
		// Between what no processor does and what no machine needs.
		expect(parse?.p50).toBeGreaterThan(1);
		expect(parse?.p50).toBeLessThan(1e6);
	});

	test('measures reads and writes, and how algorithms grow', async () => {
		const io = await runCli([
			...['micro', 'io', '--workload', 'write', '--file-size', '64k', '--fsync', '8', '-d', '200ms'],
			...['--warmup', '0', '--json', '--no-save'],
		]);
		const {summary} = document(io.stdout).results[0]!;
		expect([io.code, Object.keys(summary.parts ?? {}).sort()]).toEqual([0, ['fsync', 'write']]);
		const ended = Object.values(summary.parts ?? {}).reduce((sum, {operations}) => sum + operations.succeeded, 0);
		expect(ended).toBe(summary.operations.succeeded);
		const grown = await runCli([
			...['micro', 'algorithms', 'sum', '--sizes', '64,256,1024,4096', '--launches', '2', '--samples', '2'],
			...['--json', '--no-save'],
		]);
		const [result] = document(grown.stdout).results;
		expect([grown.code, result?.findings?.[0]?.subject]).toEqual([0, 'sum']);
	});

	test('says what is wrong', async () => {
		const cases: ReadonlyArray<readonly [readonly string[], RegExp]> = [
			[['micro'], /takes modules with functions/],
			[['micro', 'algoritms'], /Did you mean algorithms/],
			[['micro', 'nowhere.mjs'], /nowhere\.mjs/],
			[['micro', 'io', '--track-gc'], /--track-gc is not for benchtop micro io/],
			[['micro', 'algorithms', '--sizes', '1,two'], /--sizes takes numbers/],
			[['micro', 'io', '--workload', 'wride'], /--workload/],
		];
		for (const [words, message] of cases) {
			const {code, stdout, stderr} = await runCli([...words, '--no-save']);
			expect([words, code === 2 || code === 4, `${stdout}${stderr}`]).toEqual([
				words,
				true,
				expect.stringMatching(message),
			]);
		}
	});
});
