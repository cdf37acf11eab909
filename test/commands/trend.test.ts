import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import * as z from 'zod';
import {changes} from '../../source/commands/changes.ts';
import {schema} from '../../source/commands/schema.ts';
import {trend} from '../../source/commands/trend.ts';
import {displayWidth} from '../../source/core/width.ts';
import {changesSchema, trendSchema} from '../../source/export/trend-schema.ts';
import {openStore} from '../../source/store/index.ts';
import {commitOf, courseOf, withMetrics} from '../helpers/course.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {runCommand} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-trend-'));
const store = join(folder, 'history.db');
const of =
	(command: typeof trend) =>
	(words: readonly string[], columns?: number, where = store) =>
		runCommand(command, [...words, '--store', where], {folder, ...(columns === undefined ? {} : {columns})});
const runTrend = of(trend);
const runChanges = of(changes);
const hostile = 'sea\u001b[31m漢字';
// Local time, in which it is shown; the winter has no other.
const began = '2025-01-01T03:00:00';

const doubted = 10;
const disturbed = 50;

beforeAll(async () => {
	const opened = await openStore(store);
	const checkout = courseOf({
		count: 60,
		began,
		noise: 0.02,
		level: (index) => (index >= 40 ? 1.15 : 1) * (index === disturbed ? 1.6 : 1),
		change: (run, index) => ({
			...run,
			environment: {
				...run.environment,
				versions: {...run.environment.versions, node: index < 40 ? '22.1.0' : '24.0.0'},
			},
			...(index === doubted
				? {validity: {trustworthy: false, reasons: [{kind: 'host-steal', message: 'stolen'}], limits: []}}
				: {}),
		}),
	});
	const elsewhere = courseOf({count: 6, began: '2024-12-01T03:00:00', hostname: 'bench-2', connections: 99});
	const topic = courseOf({
		name: 'topic',
		count: 12,
		began,
		change: (run, index) => ({
			...run,
			plan: {...run.plan, tags: index < 6 ? ['nightly'] : []},
			environment: {...run.environment, git: {commit: commitOf(index), branch: 'fix', dirty: false}},
		}),
	});
	const sorting = courseOf({
		name: hostile,
		count: 30,
		began,
		level: (index) => 1 + 0.01 * index,
		noise: 0.001,
		change: (run, index) =>
			withMetrics(run, {
				'sort \u001b]0;x\u0007': [1000 * (1 + 0.01 * index), 'ns', 'lower'],
				size: [5, 'files', null],
			}),
	});
	for (const run of [...checkout, ...elsewhere, ...topic, ...sorting]) await opened.save(run);
	await opened.close();
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop trend', () => {
	test('tells level, slope, changes and anomalies of a benchmark, in 80 columns', async () => {
		const {code, stdout, stderr} = await runTrend(['checkout'], 80);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toMatchInlineSnapshot(`
			"checkout: 59 runs, 2025-01-01 03:00 … 2025-03-01 03:00, on bench-1

			p99   ┊ change   ● anomaly
			46.7 ms ┤                                               ┊           ●╭╮
			        ┤                                               ┊            ││
			        ┤                                               ┊            ││
			        ┤                                               ┊            ││
			36.6 ms ┤                                               ┊            ││
			        ┤                                               ┊            ││
			        ┤                                               ┊ ╭╮  ╭╮  ╭╮ ││        ╭
			        ┤                                               ┊ │╰──╯╰──╯╰─╯╰────────╯
			        ┤   ╭─╮╭╮  ╭─╮  ╭╮╭────────╮  ╭──────╮╭─╮ ╭──╮  ╭─╯
			24.0 ms ┤ ──╯ ╰╯╰──╯ ╰──╯╰╯        ╰──╯      ╰╯ ╰─╯  ╰──╯
			          2025-01-01 03:00                                      2025-03-01 03:00

			metric        level     per day  95% interval     least squares    r²  runs
			p50         8.96 ms  ? +0.0044%  -0.2% … +0.2%          +0.099%  0.00    20
			  all 59                ↑ +0.3%  +0.016% … +0.5%          +0.4%  0.31    59
			p99         29.3 ms     ? +0.2%  -0.2% … +0.4%            +0.1%  0.00    20
			  all 59                ↑ +0.3%  +0.2% … +0.4%            +0.4%  0.31    59
			throughput   87.2/s  ? -0.0044%  -0.2% … +0.2%          -0.084%  0.00    20
			  all 59                ? -0.3%  -0.5% … +0.031%          -0.3%  0.43    59
			error rate       0%        none                                          59

			Changes
			  2025-02-10 03:00  p50         +14.9%  7.80 ms  →  8.96 ms  ▲ worse
			                    throughput  -12.9%    100/s  →   87.2/s  ▲ worse
			                    p99         +14.5%  25.6 ms  →  29.3 ms  ▲ worse

			Anomalies
			  2025-02-20 03:00  p50         14.3 ms  +41.4 σ  run 0050che1
			  2025-02-20 03:00  p99         46.7 ms  +19.4 σ  run 0050che1
			  2025-02-20 03:00  throughput   54.4/s  -25.7 σ  run 0050che1
			  2025-02-10 03:00  p50         8.51 ms   -3.6 σ  run 0040che1
			  2025-02-10 03:00  throughput   91.7/s   +3.8 σ  run 0040che1

			Told apart, since another load or machine made them: 6 runs (--all shows them)
			  2024-12-01 03:00 … 2024-12-06 03:00  6 runs on bench-2

			! 1 run in doubt left out.
			per day: the median of the slopes between all runs (Theil–Sen); ↑ ↓ only where
			  its interval excludes 0. Least squares, r²: for comparison.
			level and slope are of the runs since the last change; over all runs a step is
			  taken for a slope.
			"
		`);
	});

	test.each([40, 60, 80, 120])('fits %i columns, every line', async (columns) => {
		for (const run of [runTrend, runChanges]) {
			for (const charset of ['braille', 'ascii']) {
				const {stdout} = await run(['--charset', charset, ...(run === runTrend ? ['--all'] : [])], columns);
				const wide = stdout.split('\n').filter((line) => displayWidth(line) > columns);
				expect(wide).toEqual([]);
				expect(stdout).not.toContain('\u001b');
				if (charset === 'ascii') expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
			}
		}
	});

	test('never mixes loads and machines: what is left out is told, and shown with --all', async () => {
		const {stdout} = await runTrend(['checkout', '--json']);
		const {series} = trendSchema.parse(JSON.parse(stdout));
		expect(series).toHaveLength(1);
		expect(series[0]!.runs).toHaveLength(59);
		expect(new Set(series[0]!.runs.map(({machine}) => machine))).toEqual(new Set(['bench-1']));
		expect(series[0]!.toldApart).toMatchObject([{machines: ['bench-2'], runs: 6}]);
		const all = trendSchema.parse(JSON.parse((await runTrend(['checkout', '--all', '--json'])).stdout)).series;
		expect(all.map(({isNewest, runs}) => [isNewest, runs.length])).toEqual([
			[true, 59],
			[false, 6],
		]);
		expect((await runTrend(['checkout', '--machine', 'bench-2'])).stdout).toMatch(/^checkout: 6 runs, /);
	});

	test('leaves out runs in doubt and says so, unless they are asked for', async () => {
		expect((await runTrend(['checkout'])).stdout).toContain('! 1 run in doubt left out.');
		const {stdout} = await runTrend(['checkout', '--doubtful']);
		expect(stdout).toMatch(/^checkout: 60 runs/);
		expect(stdout).toContain('! 1 run of these is in doubt.');
	});

	test('has one document for scripts, which its schema describes', async () => {
		const file = join(folder, 'trend.json');
		expect((await runTrend(['--json', file])).stdout).toBe('');
		const document = trendSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
		expect(document.series.map(({benchmark}) => benchmark)).toEqual(['checkout', hostile, 'topic']);
		const {metrics, runs} = document.series[0]!;
		const p99 = metrics.find(({name}) => name === 'p99')!;
		expect(p99.values).toHaveLength(runs.length);
		expect(p99.changes).toHaveLength(1);
		// One run before it is left out.
		expect(p99.changes[0]!.after).toBe(runs[39]!.id);
		expect(p99.changes[0]!.change!.low).toBeLessThan(0.15);
		expect(p99.changes[0]!.change!.high).toBeGreaterThan(0.15);
		expect(p99.anomalies.map(({run, isCurrent}) => [run, isCurrent])).toEqual([[runs[disturbed - 1]!.id, true]]);
		expect(p99.level!.since).toBe(p99.changes[0]!.after);
		expect(p99.trend!.runs).toBe(20);
		expect(p99.overall!.runs).toBe(59);
		const printed = await runCommand(schema, ['trend'], {folder});
		expect(JSON.parse(printed.stdout)).toMatchObject({title: 'benchtop trend, version 1', type: 'object'});
		expect(JSON.parse(printed.stdout)).toEqual(
			JSON.parse(JSON.stringify({title: 'benchtop trend, version 1', ...z.toJSONSchema(trendSchema)})),
		);
	});

	test('finds the slope of runs without latencies, in the unit of their metric', async () => {
		const {stdout} = await runTrend([hostile, '--json']);
		const metrics = trendSchema.parse(JSON.parse(stdout)).series[0]!.metrics;
		const sort = metrics.find(({name}) => name.startsWith('sort'))!;
		expect(sort.unit).toBe('ns');
		expect(sort.overall!.perDay.estimate).toBeCloseTo(10, 6);
		expect(metrics.map(({name}) => name)).not.toContain('p99');
		const text = (await runTrend([hostile])).stdout;
		expect(text).toMatch(/^sea␛\[31m漢字: 30 runs/);
		expect(text).toContain('1.29 µs ┤');
		expect(text).toContain('sort ␛]0;x␇');
	});

	test.each([
		[['topic', '--branch', 'fix'], /^topic: 12 runs/],
		[['topic', '--tag', 'nightly'], /^topic: 6 runs/],
		[['topic', '--since', '2025-01-05'], /^topic: 8 runs, 2025-01-05/],
		[['topic', '--branch', 'nowhere'], /^No run in .*history.db fits/],
		[['topic', '--since', '1d'], /^No run in .*history.db fits/],
		[['checkout', '--metric', 'p90'], /metric .*\np90 /],
		[['--metric', 'error rate'], /error rate +0% +none/],
	])('%s', async (words, expected) => {
		const {code, stdout} = await runTrend(words);
		expect(code).toBe(0);
		expect(stdout).toMatch(expected);
	});

	test.each([
		[['chekout'], 4, /no run of "chekout"/, /Did you mean "checkout"/],
		[['checkout', '--metric', 'p98'], 2, /has a metric "p98"/, /Did you mean p9\d\?.*throughput/],
		[['checkout', 'topic'], 2, /one benchmark; "topic"/, /quotes/],
		[['checkout', '--since', 'soon'], 2, /since/, /./],
		[['checkout', '--charset', 'runes'], 2, /charset/, /./],
	])('%s is refused with a next step', async (words, exitCode, message, hint) => {
		const error = await rejectionOf(runTrend(words));
		expect(error.exitCode).toBe(exitCode);
		expect(error.message).toMatch(message);
		expect(error.hint).toMatch(hint);
	});

	test('of an empty history says what it did not find', async () => {
		const {code, stdout} = await runTrend([], undefined, join(folder, 'empty.db'));
		expect([code, stdout]).toEqual([0, expect.stringMatching(/^No run in .*empty\.db fits/)]);
	});
});

describe('benchtop changes', () => {
	test('tells when, between which commits, how much, and what else changed', async () => {
		const {code, stdout, stderr} = await runChanges(['checkout'], 80);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toMatchInlineSnapshot(`
			"2025-02-10 03:00  checkout on bench-1
			  p50         +14.9%  7.80 ms  →  8.96 ms  (+13.5% … +16.2%)  ▲ worse
			  throughput  -12.9%    100/s  →   87.2/s  (-13.9% … -11.8%)  ▲ worse
			  p99         +14.5%  25.6 ms  →  29.3 ms  (+12.5% … +16.7%)  ▲ worse
			  between run 0039che1 of 2025-02-09 03:00 and run 0040che1
			  commits 0028002..0029002
			  also changed: version of node 22.1.0 → 24.0.0
			"
		`);
	});

	test('has one document for scripts, which its schema describes', async () => {
		const {stdout} = await runChanges(['checkout', '--json']);
		const {changes: found} = changesSchema.parse(JSON.parse(stdout));
		expect(found).toHaveLength(1);
		expect(found[0]!.metrics.map(({name}) => name).sort()).toEqual(['p50', 'p99', 'throughput']);
		expect(found[0]!.commits).toEqual({from: commitOf(39), to: commitOf(40), count: null});
		expect(found[0]!.differs).toEqual(['version of node 22.1.0 → 24.0.0']);
		expect(JSON.parse((await runCommand(schema, ['changes'], {folder})).stdout)).toMatchObject({type: 'object'});
	});

	test('says where nothing changed', async () => {
		expect((await runChanges(['topic'])).stdout).toMatch(
			/^topic has not changed from run to run, as far as .*history\.db tells/,
		);
	});

	test('counts the commits in between where the repository is there, and shows the newest first', async () => {
		const repository = mkdtempSync(join(tmpdir(), 'benchtop-repository-'));
		try {
			const git = (...words: readonly string[]): string =>
				execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.org', ...words], {
					cwd: repository,
					encoding: 'utf8',
					stdio: ['ignore', 'pipe', 'ignore'],
				}).trim();
			git('init', '-q');
			const commits = Array.from({length: 40}, (_, index) => {
				writeFileSync(join(repository, 'file'), String(index));
				git('add', '.');
				git('commit', '-q', '-m', `change ${index}`);
				return git('rev-parse', 'HEAD');
			});
			const where = join(repository, 'history.db');
			const opened = await openStore(where);
			// A run of every second commit.
			const withCommit = (run: Parameters<typeof opened.save>[0], index: number) => ({
				...run,
				environment: {
					...run.environment,
					git: {commit: commits[Math.min(39, index * 2)]!, branch: 'main', dirty: false},
				},
			});
			for (const run of courseOf({
				count: 45,
				began,
				noise: 0.005,
				level: (index) => (index < 15 ? 1 : index < 30 ? 1.2 : 0.9),
				change: withCommit,
			}))
				await opened.save(run);
			await opened.close();
			const run = (words: readonly string[]) => runCommand(changes, [...words, '--store', where], {folder: repository});
			const {changes: found} = changesSchema.parse(JSON.parse((await run(['--json'])).stdout));
			expect(found.map(({commits: {count}}) => count)).toEqual([0, 2]);
			expect(found.map(({metrics}) => metrics[0]!.verdict)).toEqual(['better', 'worse']);
			const {stdout} = await run([]);
			const range = `${commits[28]!.slice(0, 7)}..${commits[30]!.slice(0, 7)}`;
			expect(stdout).toContain(`2 commits: git log --oneline ${range}`);
			expect(git('log', '--oneline', range).split('\n')).toHaveLength(2);
			expect(stdout).toContain(`no commit in between: both runs are of ${commits[39]!.slice(0, 7)}`);
			expect((await run(['--limit', '1'])).stdout).toMatch(/There are 1 more: --limit 2\n$/);
		} finally {
			rmSync(repository, {recursive: true, force: true});
		}
	});

	test('asks git for nothing but hashes', async () => {
		const where = join(folder, 'odd.db');
		const opened = await openStore(where);
		for (const run of courseOf({
			count: 40,
			began,
			noise: 0.005,
			level: (index) => (index < 20 ? 1 : 1.2),
			change: (each) => ({
				...each,
				environment: {...each.environment, git: {commit: `--output=${folder}/written`, dirty: false}},
			}),
		}))
			await opened.save(run);
		await opened.close();
		const {changes: found} = changesSchema.parse(JSON.parse((await runChanges(['--json'], undefined, where)).stdout));
		expect(found[0]!.commits.count).toBeNull();
	});
});
