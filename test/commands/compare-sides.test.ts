import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compare} from '../../source/commands/compare.ts';
import {confirmingTag} from '../../source/core/plan.ts';
import {type Report, reportOf} from '../../source/core/report.ts';
import type {Result} from '../../source/core/result.ts';
import {json} from '../../source/export/json.ts';
import {reportSchema} from '../../source/export/json-schema.ts';
import {openStore} from '../../source/store/index.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {syntheticResult} from '../helpers/result.ts';
import {syntheticRounds} from '../helpers/rounds.ts';
import {runCommand} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-sides-'));
const run = (...words: string[]) => runCommand(compare, [...words, '--store', 'history.db'], {folder});
const git = (...words: string[]): string =>
	execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...words], {
		cwd: folder,
		encoding: 'utf8',
	}).trim();
const documentOf = async (...words: string[]): Promise<Report & {readonly code: number}> => {
	const {code, stdout} = await run(...words, '--json');
	const document: unknown = JSON.parse(stdout);
	reportSchema.parse(document);
	return {...(document as Report), code};
};

const quiet = [1, 1.005, 0.995, 1.002, 0.998];
const commits: Record<'old' | 'main' | 'topic', string> = {old: '', main: '', topic: ''};
const seconds = 10;

beforeAll(async () => {
	git('init', '--quiet', '--initial-branch', 'main');
	for (const name of ['old', 'main', 'topic'] as const) {
		if (name === 'topic') git('checkout', '--quiet', '-b', 'topic', commits.old);
		git('commit', '--quiet', '--allow-empty', '-m', name);
		commits[name] = git('rev-parse', 'HEAD');
		if (name === 'old') git('tag', 'v1');
	}

	const at = (commit: string, branch: string, dirty = false) => ({git: {commit, branch, dirty}});
	const before = syntheticRounds({
		group: 'before',
		from: '2025-03-01T10:00:00Z',
		levels: quiet,
		seconds,
		...at(commits.old, 'main'),
	});
	const same = syntheticRounds({
		group: 'same',
		from: '2025-03-02T10:00:00Z',
		levels: quiet,
		seconds,
		...at(commits.main, 'main'),
		tags: ['nightly'],
	});
	const slow = syntheticRounds({
		group: 'slow',
		from: '2025-03-03T10:00:00Z',
		levels: quiet,
		slower: 1.5,
		seconds,
		...at(commits.topic, 'feature/topic'),
	});
	const search = syntheticRounds({
		group: 'search',
		from: '2025-03-03T11:00:00Z',
		levels: quiet,
		seconds,
		name: 'search',
		...at(commits.topic, 'feature/topic'),
	});
	const another = syntheticRounds({
		group: 'another',
		from: '2025-03-01T11:00:00Z',
		levels: quiet,
		seconds,
		name: 'search',
		...at(commits.old, 'main'),
	});
	const dirty = syntheticRounds({
		group: 'dirty',
		from: '2025-02-01T10:00:00Z',
		levels: [9, 9],
		seconds,
		...at(commits.old, 'main', true),
	});
	const elsewhere = syntheticRounds({
		group: 'elsewhere',
		from: '2025-03-02T12:00:00Z',
		levels: [1, 1],
		seconds,
		connections: 99,
		...at(commits.main, 'main'),
	});
	const confirming = syntheticResult({
		id: 'confirming',
		began: '2025-03-09T10:00:00.000Z',
		tags: [confirmingTag],
		seconds,
	});
	const store = await openStore(join(folder, 'history.db'));
	for (const result of [before, same, slow, search, another, dirty, elsewhere].flat()) await store.save(result);
	await store.save(confirming);
	await store.setBaseline({name: 'release', benchmark: 'checkout', runId: 'before-3', setAt: '2025-03-05T10:00:00Z'});
	await store.close();
	const write = (file: string, results: readonly Result[]): void =>
		writeFileSync(join(folder, file), json.render(reportOf(results)));
	write('before.json', [...before, ...another]);
	write('after.json', [...slow, ...search, confirming]);
}, 60_000);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const five = (group: string): string[] => quiet.map((_, index) => `${group}-${index + 1}`);

describe('the sides of a comparison', () => {
	test.each([
		['a run of several rounds', 'before-2', five('before')],
		['a baseline', 'release', five('before')],
		['a commit', 'commit:OLD', five('before')],
		['a commit by its first characters', 'SHORT', five('before')],
		['a commit as git names it', 'commit:v1', five('before')],
		['a tag of git', 'tag:v1', five('before')],
		['a tag of the history', 'tag:nightly', five('same')],
		['a branch, at its newest commit, of the same load', 'branch:main', five('same')],
		['a branch that is nothing else', 'main', five('same')],
		['the commit that the current branch left another at', 'merge-base:main', five('before')],
	])('%s: %s', async (_, word, ids) => {
		const base = word.replace('OLD', commits.old).replace('SHORT', commits.old.slice(0, 10));
		const {comparisons, results, code} = await documentOf(base, 'slow-1');
		const [first] = comparisons;
		expect(first?.against?.runs.toSorted()).toEqual(ids);
		expect(results.map(({id}) => id).toSorted()).toEqual([...ids, ...five('slow')].toSorted());
		expect(first).toMatchObject({metric: 'p50', verdict: 'worse', severity: 'high', runs: {base: 5, candidate: 5}});
		expect(first).toMatchObject({margin: 0.05, benchmark: 'checkout', method: expect.stringMatching(/Welch/)});
		expect(code).toBe(1);
	});

	test('the last run is one with its rounds, and is held against the rounds before it', async () => {
		const {comparisons, results} = await documentOf('last');
		expect(results.map(({id}) => id)).toEqual([...five('another'), ...five('search')]);
		expect(comparisons[0]).toMatchObject({verdict: 'same'});
	});

	test('rounds that were stopped are left aside where others ended, and that is said', async () => {
		const roundsOf = (group: string): readonly Result[] =>
			syntheticRounds({group, from: '2025-03-20T10:00:00Z', levels: quiet, seconds});
		const rounds = roundsOf('whole');
		const cut = roundsOf('cut').map(
			(round, index): Result => (index === 4 ? {...round, ending: {state: 'stopped', by: 'user'}} : round),
		);
		writeFileSync(join(folder, 'whole.json'), json.render(reportOf(rounds)));
		writeFileSync(join(folder, 'cut.json'), json.render(reportOf(cut)));
		const stopped = {...cut[4]!, id: 'stopped'};
		writeFileSync(join(folder, 'one.json'), json.render(reportOf([stopped])));
		const judged = await run('whole.json', 'cut.json');
		expect(judged.stderr).toMatch(/the run cut-5 of .* was stopped before its end/);
		expect((await documentOf('whole.json', 'cut.json')).comparisons[0]?.runs).toEqual({base: 5, candidate: 4});
		const alone = await run('one.json', 'cut.json');
		expect(alone.stderr).toMatch(/was stopped before its end/);
		expect(alone.code).toBe(0);
	});

	test('a run that a document holds twice counts once, and two sides that it holds are not one', async () => {
		const roundsOf = (group: string): readonly Result[] =>
			syntheticRounds({group, from: '2025-03-21T10:00:00Z', levels: quiet, seconds});
		const [base, twice] = [roundsOf('one'), roundsOf('twice')];
		writeFileSync(join(folder, 'base.json'), json.render(reportOf(base)));
		writeFileSync(join(folder, 'twice.json'), json.render(reportOf(new Array(5).fill(twice[0]))));
		const {comparisons} = await documentOf('base.json', 'twice.json');
		expect(comparisons[0]).toMatchObject({verdict: 'unclear', change: {low: null}});
		const sides = twice.map((round, index): Result => {
			const is = index % 2 === 0 ? ('base' as const) : ('candidate' as const);
			return {...round, plan: {...round.plan, side: {benchmark: round.name, pair: 1 + (index >> 1), is, of: is}}};
		});
		writeFileSync(join(folder, 'sides.json'), json.render(reportOf(sides)));
		const {message, exitCode} = await rejectionOf(run('base.json', 'sides.json'));
		expect([message, exitCode]).toEqual([expect.stringMatching(/sides\.json holds both sides of a comparison/), 2]);
	});

	test('a branch with a slash in its name, and the side that it is compared with decides on the load', async () => {
		const {results, code} = await documentOf('before-1', 'feature/topic');
		expect(code).toBe(1);
		expect(results.map(({id}) => id)).toEqual([...five('before'), ...five('slow')]);
	});

	test('several benchmarks a side are compared one after the other, a baseline with the newest rounds', async () => {
		const both = await documentOf('branch:main', 'branch:feature/topic');
		expect([...new Set(both.comparisons.map(({benchmark}) => benchmark))].toSorted()).toEqual(['checkout', 'search']);
		expect(both.comparisons.map(({metric}) => metric)).toContain('search: p50');
		const files = await run('before.json', 'after.json');
		expect(files.code).toBe(1);
		expect(files.stdout).toMatch(/^base +5 runs, before-1 … before-5 .* checkout/m);
		expect(files.stdout).toMatch(/^candidate +5 runs, search-1 … search-5 .* search/m);
		const release = await documentOf('release');
		expect(release.results.map(({id}) => id)).toEqual([...five('before'), ...five('slow')]);
	});

	test('tells verdict, severity, margin and what decides no gate', async () => {
		const {stdout} = await run('release', 'slow-1');
		expect(stdout).toMatch(/^metric +base +candidate +change +95% interval +margin +verdict/m);
		expect(stdout).toMatch(/^p50 .* \+4\d\.\d% … \+5\d\.\d% +±5\.0% +▲ worse, high/m);
		expect(stdout).toMatch(/^p90 .* ±10\.0% +\(▲ worse, high\)/m);
		expect(stdout).toMatch(/In brackets: shown, and decides no gate\./);
	});

	test.each([
		[['branch:none', 'slow-1'], 4, /no finished run of branch none/],
		[['tag:none', 'slow-1'], 4, /no finished run of tag none/],
		[['merge-base:none', 'slow-1'], 2, /git knows no commit that "none"/],
		[['merge-base:--help', 'slow-1'], 2, /git knows no commit/],
		[['branch:', 'slow-1'], 2, /neither a baseline/],
		[['before-1', 'before-2'], 2, /same run/],
		[['elsewhere-1', 'slow-1'], 2, /not comparable/],
		[['before-1', 'slow-1', '--inconclusive', 'pass'], 2, /--inconclusive is for --gate/],
		[['before-1', 'slow-1', '--gate', '--inconclusive', 'perhaps'], 2, /--inconclusive "perhaps"/],
	] as const)('%j ends with %i', async (words, code, message) => {
		const error = await rejectionOf(run(...words));
		expect(error.message).toMatch(message);
		expect(error.exitCode).toBe(code);
	});
});

describe('compare --gate', () => {
	test.each([
		[['before-1', 'same-1', '--gate'], 0],
		[['before-1', 'slow-1', '--gate'], 1],
		[['before-1', 'slow-1', '--gate', '--inconclusive', 'pass'], 1],
		// Two rounds a side say nothing.
		[['elsewhere-1', 'before-1', '--gate', '--force'], 3],
		[['elsewhere-1', 'before-1', '--gate', '--force', '--inconclusive', 'pass'], 0],
		[['elsewhere-1', 'before-1', '--gate', '--force', '--inconclusive', 'fail'], 1],
		[['elsewhere-1', 'before-1', '--force'], 0],
	] as const)('%j: %i', async (words, code) => {
		expect((await run(...words)).code).toBe(code);
		const document = await documentOf(...words);
		expect(document.failures > 0).toBe(words[1] === 'slow-1');
	});

	test('says what was overruled', async () => {
		const {stdout} = await run('elsewhere-1', 'before-1', '--gate', '--force');
		expect(stdout).toMatch(/by force[\s\S]*load\.connections 99 → 10/);
	});

	test('one run a side is judged by the history of the benchmark, where that is long enough', async () => {
		const store = await openStore(join(folder, 'lone.db'));
		const lone = (id: string, slower: number, day: number): Result =>
			syntheticResult({
				id,
				slower,
				seed: day,
				seconds: 40,
				began: `2025-03-${String(day).padStart(2, '0')}T10:00:00.000Z`,
			});
		for (let day = 1; day <= 9; day++) await store.save(lone(`day-${day}`, 1 + (day % 3) * 0.004, day));
		await store.save(lone('slow-day', 1.3, 10));
		await store.close();
		const judged = async (...words: string[]) => {
			const {code, stdout} = await runCommand(compare, [...words, '--json', '--gate', '--store', 'lone.db'], {folder});
			const {comparisons} = JSON.parse(stdout) as Report;
			return {code, p50: comparisons.find(({metric}) => metric === 'p50')};
		};
		// The two are left out of the eight that say how much runs vary.
		const slow = await judged('day-9', 'slow-day');
		expect(slow).toMatchObject({code: 1, p50: {verdict: 'worse', runs: {base: 1, candidate: 1}}});
		expect(slow.p50?.change.covers).toMatch(/as 8 runs before showed it/);
	});
});
