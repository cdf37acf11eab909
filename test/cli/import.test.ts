import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {reportSchema} from '../../source/export/json-schema.ts';
import {type Home, newHome, outcomeOf, runCli, startCli} from '../helpers/cli.ts';

const written = (file: string): string => fileURLToPath(new URL(`../data/intake/${file}`, import.meta.url));

/** benchtop with a text on its standard input. */
const runWith = async (text: string, words: readonly string[], home: Home) => {
	const file = join(home.folder, 'input.txt');
	writeFileSync(file, text);
	return outcomeOf(startCli(words, home, ['/bin/sh', '-c', `exec "$@" < ${file}`, 'sh']));
};

test('results of other tools are in the history once, and are compared as all others', async () => {
	const home = newHome();
	const first = await runCli(['import', written('wrk.txt'), '--name', 'api', '--here', '--json'], home);
	expect(first).toMatchObject({code: 0, stderr: expect.stringContaining('1 of 1 runs are new')});
	const document = reportSchema.parse(JSON.parse(first.stdout));
	expect(document.results[0]).toMatchObject({
		name: 'api',
		engine: 'wrk',
		summary: {latency: {p99: 114.36, p95: null}, operations: {offered: 18_651}},
		validity: {trustworthy: true},
	});

	const again = await runCli(['import', written('wrk.txt'), '--name', 'api', '--here'], home);
	expect(again.stderr).toContain('0 of 1 runs are new');
	expect(again.stdout).toContain('114');

	const slower = readFileSync(written('wrk.txt'), 'utf8').replace('114.36ms', '228.72ms');
	const later = ['import', '-', '--name', 'api', '--here', '--began', '2030-01-01T00:00:00Z', '--commit', 'abc1234'];
	expect(await runWith(slower, later, home)).toMatchObject({code: 0});
	const history = await runCli(['history', 'api', '--json'], home);
	expect(JSON.parse(history.stdout)).toMatchObject([
		{
			began: '2030-01-01T00:00:00.000Z',
			environment: {git: {commit: 'abc1234', dirty: false}},
			summary: {latency: {p99: 228.72}},
		},
		{summary: {latency: {p99: 114.36}}},
	]);
	const [newest, older]: ReadonlyArray<{readonly id: string}> = JSON.parse(history.stdout);
	const compared = await runCli(['compare', older?.id ?? '', newest?.id ?? '', '--json'], home);
	const {comparisons} = reportSchema.parse(JSON.parse(compared.stdout));
	const p99 = comparisons.find(({metric}) => metric === 'p99');
	expect(p99?.change?.estimate).toBeCloseTo(1, 6);
	expect(p99?.verdict).toBe('unclear');
});

test('what no tool wrote is refused, and then nothing is kept', async () => {
	const home = newHome();
	writeFileSync(join(home.folder, 'notes.txt'), 'hello');
	const refused = await runCli(['import', written('go.txt'), 'notes.txt'], home);
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain('notes.txt is in no format that is known.');
	expect(refused.stderr).toContain('--format NAME');
	expect((await runCli(['history', '--json'], home)).stdout.trim()).toBe('[]');
	expect(await runCli(['import', 'nowhere.json'], home)).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('nowhere.json'),
	});
	expect(await runCli(['import'], home)).toMatchObject({code: 2});
	expect(await runCli(['import', written('go.txt'), '--began', 'soon'], home)).toMatchObject({code: 2});
	expect(await runCli(['import', written('hdr-log.hlog')], home)).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('--unit ns'),
	});
	expect(await runCli(['import', written('hdr-log.hlog'), '--unit', 'ns', '--no-save'], home)).toMatchObject({code: 0});
});
