import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {baseline} from '../../source/commands/baseline.ts';
import {openStore} from '../../source/store/index.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {type SyntheticRun, syntheticResult} from '../helpers/result.ts';
import {runCommand} from '../helpers/surroundings.ts';

let folder: string;
const run = (...words: string[]) => runCommand(baseline, [...words, '--store', join(folder, 'history.db')], {folder});
const baselines = async () => {
	const {stdout} = await run('list', '--json');
	const listed: unknown = JSON.parse(stdout);
	return listed;
};
const save = async (...runs: readonly SyntheticRun[]) => {
	const store = await openStore(join(folder, 'history.db'));
	for (const each of runs) await store.save(syntheticResult({seconds: 1, ...each}));
	await store.close();
};

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-baseline-'));
	await save(
		{id: 'checkout-1', began: '2025-03-01T10:00:00Z'},
		{id: 'search-1', name: 'search', began: '2025-03-02T10:00:00Z'},
		{id: 'checkout-2', began: '2025-03-03T10:00:00Z', ending: {state: 'stopped', by: 'user'}},
		{id: 'checkout-3', began: '2025-03-04T10:00:00Z', ending: {state: 'failed', message: 'refused'}},
		{id: 'checkout-4', began: '2025-02-04T10:00:00Z', failedShare: 1},
	);
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop baseline set', () => {
	test('the newest finished run, of all or of one benchmark', async () => {
		expect((await run('set', 'main')).stdout).toMatch(/^The baseline main of search is now run search-1 \(2025-/);
		await run('set', 'main', '--benchmark', 'checkout');
		expect(await baselines()).toMatchObject([
			{name: 'main', benchmark: 'checkout', runId: 'checkout-1'},
			{name: 'main', benchmark: 'search', runId: 'search-1'},
		]);
	});

	test('a run by its id, whose benchmark decides; a stopped one with a warning', async () => {
		const {code, stderr} = await run('set', 'main', 'checkout-2');
		expect(code).toBe(0);
		expect(stderr).toMatch(/warning.*stopped/);
		expect(await baselines()).toMatchObject([{name: 'main', benchmark: 'checkout', runId: 'checkout-2'}]);
	});

	test.each([
		[['main', 'checkout-3'], /failed/],
		[['main', 'checkout-4'], /no successful operation/],
		[['main', 'nowhere'], /no run "nowhere"/],
		[['main', 'checkout'], /4 runs have an id that begins/],
		[['main', 'search-1', '--benchmark', 'checkout'], /is of "search", not "checkout"/],
		[['main', '--benchmark', 'nothing'], /no finished run of "nothing"/],
		[['last'], /newest run/],
		[['a/b'], /file/],
		[['x\u001b[31m'], /control character/],
		[[' '], /letter/],
		[[], /takes a name/],
		[['a', 'b', 'c'], /takes a name/],
	])('refuses %j', async (words, message) => {
		const error = await rejectionOf(run('set', ...words));
		expect(error.message).toMatch(message);
		expect(error.hint).toMatch(/\w/);
		expect(error.exitCode).toBe(2);
		expect(await baselines()).toEqual([]);
	});
});

describe('benchtop baseline list and delete', () => {
	test('lists them, or says how to make one', async () => {
		expect((await run('list')).stdout).toMatch(/^No baselines yet.*benchtop baseline set main\n$/);
		await run('set', 'main');
		await run('set', 'release', 'checkout-1');
		const lines = (await run('list')).stdout.trimEnd().split('\n');
		expect(lines[0]).toMatch(/^name +benchmark +run +set$/);
		expect(lines.slice(1).map((line) => line.split(/ +/, 3))).toEqual([
			['release', 'checkout', 'checkout'],
			['main', 'search', 'search-1'],
		]);
		expect((await run('list', '--benchmark', 'search')).stdout).not.toMatch(/release/);
	});

	test('deletes one name, of all benchmarks or one', async () => {
		await run('set', 'main');
		await run('set', 'main', 'checkout-1');
		expect((await run('delete', 'main', '--benchmark', 'search')).stdout).toMatch(
			/^Deleted the baseline main\. Its run/,
		);
		expect(await baselines()).toHaveLength(1);
		await run('set', 'main');
		expect((await run('delete', 'main')).stdout).toMatch(/of 2 benchmarks/);
		expect(await baselines()).toEqual([]);
	});

	test('an unknown name, an unknown action', async () => {
		await run('set', 'main');
		expect(await rejectionOf(run('delete', 'mian'))).toMatchObject({exitCode: 2, hint: 'Did you mean main?'});
		expect((await rejectionOf(run('lst'))).hint).toMatch(/Did you mean list/);
		expect((await rejectionOf(run('constructor'))).message).toMatch(/knows no "constructor"/);
		expect((await rejectionOf(run())).hint).toMatch(/set, list, delete/);
		await expect(run('delete')).rejects.toThrow(/takes one name/);
		await expect(run('list', 'x')).rejects.toThrow(/takes no "x"/);
	});
});
