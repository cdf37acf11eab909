import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {history} from '../../source/commands/history.ts';
import {openStore} from '../../source/store/index.ts';
import {courseOf, withMetrics} from '../helpers/course.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {syntheticResult} from '../helpers/result.ts';
import {runCommand} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-history-'));
const store = join(folder, 'history.db');
const run = (words: readonly string[], columns?: number) =>
	runCommand(history, [...words, '--store', store], {folder, ...(columns === undefined ? {} : {columns})});

beforeAll(async () => {
	const opened = await openStore(store);
	const day = (number: number): string => `2025-03-0${number}T10:00:00`;
	await opened.save(syntheticResult({id: 'aaaaaaaaaa', began: day(1), tags: ['nightly']}));
	await opened.save(
		syntheticResult({
			id: 'bbbbbbbbbb',
			began: day(2),
			failedShare: 0.5,
			git: {commit: 'fedcba9876543210fedcba9876543210fedcba98', branch: 'fix', dirty: true},
		}),
	);
	await opened.save(
		syntheticResult({id: 'cccccccccc', began: day(3), name: `search \u001b[31m${'long '.repeat(12)}`, perSecond: 0}),
	);
	await opened.close();
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop history', () => {
	test('newest first, with the figures of each run', async () => {
		const {code, stdout, stderr} = await run([]);
		expect([code, stderr]).toEqual([0, '']);
		const [head, ...lines] = stdout.trimEnd().split('\n');
		expect(head).toMatch(/^run +when +name +state +p50 ms +p99 ms +rate\/s +errors +commit$/);
		expect(lines.map((line) => line.slice(0, 8))).toEqual(['cccccccc', 'bbbbbbbb', 'aaaaaaaa']);
		expect(lines[2]).toMatch(/2025-03-01 10:00 +checkout +finished +\d+\.\d+\?? +\d+\.\d+\?? +100 +0% +main@0123456$/);
		expect(lines[1]).toMatch(/\d\d(\.\d)?% +fix@fedcba9\*$/);
		expect(lines[0]).toContain('␛[31m');
		expect(stdout).not.toContain('\u001b');
	});

	test.each([140, 100, 80, 60, 40])('fits a terminal of %i columns', async (columns) => {
		const {stdout} = await run([], columns);
		const lines = stdout.trimEnd().split('\n');
		expect(lines).toHaveLength(4);
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
		expect(lines[0]).toMatch(/name.*p99 ms/);
	});

	test.each([
		[['checkout'], 2],
		[['--branch', 'fix'], 1],
		[['--commit', 'fedcba9'], 1],
		[['--tag', 'nightly'], 1],
		[['checkout', '--branch', 'main', '--tag', 'nightly'], 1],
	])('%s', async (words, count) => {
		expect((await run(words)).stdout.trimEnd().split('\n')).toHaveLength(count + 1);
	});

	test('says when there are more', async () => {
		expect((await run(['--limit', '2'])).stdout).toMatch(/There are more: --limit 10\n$/);
		expect((await run(['--limit', '3'])).stdout).not.toMatch(/more/);
	});

	test('of runs without latencies shows their main metric in its own unit', async () => {
		const where = join(folder, 'metrics.db');
		const opened = await openStore(where);
		const [plain] = courseOf({count: 1});
		await opened.save(withMetrics(plain!, {files: [7, 'files', null], 'sort n=9': [1234, 'ns', 'lower']}));
		await opened.close();
		const {stdout} = await runCommand(history, ['--store', where], {folder});
		expect(stdout).toMatch(/ finished +1\.23 µs +1\.48 µs +100 /);
	});

	test('one JSON array, alone or in a file', async () => {
		const {stdout} = await run(['--json']);
		const runs: unknown = JSON.parse(stdout);
		expect(runs).toMatchObject([
			{id: 'cccccccccc'},
			{id: 'bbbbbbbbbb', ending: {state: 'finished'}},
			{id: 'aaaaaaaaaa'},
		]);
		expect(runs).not.toHaveProperty('0.timeline');
		expect((await run(['--json=runs.json'])).stdout).toBe('');
		expect(JSON.parse(readFileSync(join(folder, 'runs.json'), 'utf8'))).toEqual(runs);
		expect((await run(['nothing-of-this-name', '--json'])).stdout).toBe('[]\n');
	});

	test('nothing stored, and nothing that fits, is no error', async () => {
		const empty = await runCommand(history, ['--store', join(folder, 'empty.db')], {folder});
		expect(empty).toMatchObject({code: 0, stderr: ''});
		expect(empty.stdout).toMatch(/No runs yet.*benchtop demo/);
		const none = await run(['nothing-of-this-name']);
		expect(none.code).toBe(0);
		expect(none.stdout).toMatch(/fits/);
	});

	test('wrong usage', async () => {
		expect((await rejectionOf(run(['a', 'b']))).exitCode).toBe(2);
		expect((await rejectionOf(run(['--limit', '0']))).exitCode).toBe(2);
	});
});
