import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compare} from '../../source/commands/compare.ts';
import {type Report, reportOf} from '../../source/core/report.ts';
import {json} from '../../source/export/json.ts';
import {reportSchema} from '../../source/export/json-schema.ts';
import {openStore} from '../../source/store/index.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {syntheticResult} from '../helpers/result.ts';
import {runCommand} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-compare-'));
const run = (...words: string[]) => runCommand(compare, [...words, '--store', 'history.db'], {folder});
const documentOf = (stdout: string): Report & {readonly version: number} => {
	const document: unknown = JSON.parse(stdout);
	reportSchema.parse(document);
	return document as Report & {readonly version: number};
};

const day = (number: number): string => `2025-03-0${number}T10:00:00.000Z`;
const old = syntheticResult({id: 'old-checkout', seconds: 40, seed: 1, began: day(1)});
const slower = syntheticResult({id: 'new-checkout', seconds: 40, seed: 2, slower: 1.5, began: day(4)});
const search = syntheticResult({id: 'old-search', name: 'search', seconds: 40, seed: 3, began: day(2)});
const searchAgain = syntheticResult({id: 'new-search', name: 'search', seconds: 40, seed: 4, began: day(3)});
const other = syntheticResult({id: 'other-load', name: 'other', seconds: 40, connections: 99, began: day(1)});
const failed = syntheticResult({
	id: 'failed-run',
	name: 'broken',
	began: day(1),
	ending: {state: 'failed', message: 'x'},
});

beforeAll(async () => {
	const store = await openStore(join(folder, 'history.db'));
	for (const result of [old, slower, search, searchAgain, other, failed]) await store.save(result);
	await store.setBaseline({name: 'main', benchmark: 'checkout', runId: old.id, setAt: day(5)});
	await store.setBaseline({name: 'all', benchmark: 'checkout', runId: old.id, setAt: day(5)});
	await store.setBaseline({name: 'all', benchmark: 'search', runId: search.id, setAt: day(5)});
	await store.close();
	writeFileSync(join(folder, 'old.json'), json.render(reportOf([old, search])));
	writeFileSync(join(folder, 'new.json'), json.render(reportOf([searchAgain, slower, other])));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop compare', () => {
	test('a baseline against the newest run of its benchmark', async () => {
		const {code, stdout, stderr} = await run('main');
		expect([code, stderr]).toEqual([0, '']);
		const lines = stdout.split('\n');
		expect(lines[0]).toMatch(/^base +old-chec +2025-03-01 \d\d:\d\d +checkout +main@0123456$/);
		expect(lines[1]).toMatch(/^candidate +new-chec +2025-03-04 \d\d:\d\d +checkout +main@0123456$/);
		expect(lines[3]).toMatch(/^metric +base +candidate +change +95% interval +verdict$/);
		expect(lines[6]).toMatch(/^p99 +\d+\.\d ms +\d+\.\d ms +\+\d+\.\d% +\+\d+\.\d% … \+\d+\.\d% +\? unclear$/);
		expect(stdout).toMatch(/One run a side/);
		expect(stdout).toMatch(/within these two runs only/);
	});

	test.each([
		[['old-checkout'], ['old-checkout', 'new-checkout']],
		[
			['old-c', 'new-c'],
			['old-checkout', 'new-checkout'],
		],
		[['last'], ['old-checkout', 'new-checkout']],
		[
			['main', 'last'],
			['old-checkout', 'new-checkout'],
		],
		[['old-search'], ['old-search', 'new-search']],
		[['all'], ['old-checkout', 'new-checkout', 'old-search', 'new-search']],
		[['old.json'], ['old-checkout', 'new-checkout', 'old-search', 'new-search']],
		[
			['./old.json', 'new.json'],
			['old-checkout', 'new-checkout', 'old-search', 'new-search'],
		],
		[
			['old.json', 'new-search'],
			['old-search', 'new-search'],
		],
	])('%j compares %j', async (words, ids) => {
		const {code, stdout} = await run(...words, '--json');
		expect(code).toBe(0);
		const {results, comparisons, failures, version} = documentOf(stdout);
		expect(results.map(({id}) => id).sort()).toEqual([...ids].sort());
		expect(comparisons).toHaveLength((ids.length / 2) * 5);
		expect([version, failures]).toEqual([1, 0]);
		const [first] = comparisons;
		expect(first?.metric).toBe(ids.length === 2 ? 'p50' : `${results[0]?.name}: p50`);
		expect(first?.base).toBe(results[0]?.summary.latency.p50);
	});

	test('two files need no history, and make none', async () => {
		const {code} = await runCommand(compare, ['old.json', 'new.json', '--store', 'never-made.db'], {folder});
		expect(code).toBe(0);
		expect(existsSync(join(folder, 'never-made.db'))).toBe(false);
	});

	test('says what found no partner', async () => {
		expect((await run('old.json', 'new.json')).stderr).toMatch(/other is only in the candidate/);
	});

	test('writes a file and still shows the table', async () => {
		const {stdout} = await run('main', '--json', 'out.json');
		expect(stdout).toMatch(/^base/);
		expect(documentOf(readFileSync(join(folder, 'out.json'), 'utf8')).comparisons).toHaveLength(5);
	});

	test('refuses another load, and compares it by force with a word on it', async () => {
		const error = await rejectionOf(run('old-checkout', 'other-load'));
		expect(error.exitCode).toBe(2);
		expect(error.hint).toMatch(/load\.connections 10 → 99/);
		expect(error.hint).toMatch(/--force/);
		const {code, stdout} = await run('old-checkout', 'other-load', '--force');
		expect(code).toBe(0);
		expect(stdout).toMatch(/by force[\s\S]*load\.connections 10 → 99/);
		const document = documentOf((await run('old-checkout', 'other-load', '--force', '--json')).stdout);
		expect(document.comparisons[0]?.because).toMatch(/by force.*connections 10 → 99/);
	});

	test.each([
		[['failed-run', 'old-checkout'], 4, /has no figures/],
		[['other-load'], 4, /no newer run of other/],
		[['old.json', 'other-load', '--force'], 4, /only in the base/],
		[['old-checkout', 'old-checkout'], 2, /same run/],
		[['mian'], 2, /neither a baseline nor/],
		[['old'], 2, /begins with "old"/],
		[['missing.json'], 2, /no file missing\.json/],
		[[], 2, /takes a base/],
		[['a', 'b', 'c'], 2, /takes a base/],
	])('%j ends with %i', async (words, code, message) => {
		const error = await rejectionOf(run(...words));
		expect(error.message).toMatch(message);
		expect(error.exitCode).toBe(code);
		expect(error.hint).toMatch(/\w/);
	});

	test('suggests the nearest baseline', async () => {
		expect((await rejectionOf(run('mian'))).hint).toMatch(/Did you mean main\?/);
	});

	test.each([
		['{"version": 1', /is not JSON/],
		['[]', /is not a document of benchtop's/],
		['{"version": 2, "results": []}', /version/],
		[json.render(reportOf([old])).replace('"p99":', '"p98":'), /results\.0\.summary\.latency\.p99/],
	])('a file that is no document: %.20s', async (text, message) => {
		writeFileSync(join(folder, 'wrong.json'), text);
		const error = await rejectionOf(run('wrong.json', 'new.json'));
		expect(error.message).toMatch(message);
		expect(error.exitCode).toBe(2);
	});

	test('a file of a later benchtop with one field more is read', async () => {
		const document: unknown = JSON.parse(json.render(reportOf([old])));
		writeFileSync(join(folder, 'later.json'), JSON.stringify(Object.assign({}, document, {novelty: true})));
		expect((await run('later.json', 'new-checkout')).code).toBe(0);
	});

	test('nothing a run is called can move the cursor', async () => {
		const name = 'x\u001b[2Jy';
		for (const id of ['evil-1', 'evil-2']) {
			const result = syntheticResult({id, name, git: {commit: 'a'.repeat(40), branch: 'b\u001b[1A', dirty: false}});
			writeFileSync(join(folder, `${id}.json`), json.render(reportOf([result])));
		}

		const {stdout, stderr} = await run('evil-1.json', 'evil-2.json');
		expect(stdout + stderr).not.toContain('\u001b');
		expect(stdout).toContain('x␛[2Jy');
	});
});
