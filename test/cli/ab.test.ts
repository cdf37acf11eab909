import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {runningRuns} from '../../source/run/registry.ts';
import {runtimeFolder} from '../../source/run/runtime-folder.ts';
import {type Home, newHome, outcomeOf, runCli, startCli, until} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';

const document = (text: string): ReportDocument => reportSchema.parse(JSON.parse(text));

/** A server that answers after so many milliseconds: what takes no time is all noise. */
const server = async (delay: number) => {
	const target = await httpTarget((_, response) => {
		setTimeout(() => response.end('ok'), delay);
	});
	onTestFinished(() => target.close());
	return target;
};

const quick = ['-c', '2', '-d', '300ms', '--warmup', '50ms'] as const;

const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const listening = createServer().listen(0, '127.0.0.1', () => {
			const address = listening.address();
			listening.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

describe('two URLs', () => {
	test('of which the second is much slower: it is worse, in every pair of a drawn order', async () => {
		const [fast, slow] = [await server(4), await server(12)];
		const words = ['ab', fast.url, slow.url, ...quick, '--order-seed', '5'];
		const home = newHome();
		const {code, stdout} = await runCli([...words, '--json'], home);
		const {results, comparisons, failures} = document(stdout);
		expect([code, failures > 0]).toEqual([1, true]);
		expect(results).toHaveLength(12);
		const sides = results.map(({plan}) => plan.side);
		expect(sides.map((side) => side?.pair)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
		// Blocks of ABBA or BAAB.
		const order = sides.map((side) => (side?.is === 'base' ? 'A' : 'B')).join('');
		expect(order).toMatch(/^(ABBA|BAAB){3}$/);
		expect(results.every(({plan, target}) => target === (plan.side?.is === 'base' ? fast.url : slow.url))).toBe(true);
		expect(results[0]?.plan.suite?.comparison).toEqual({pairs: 6, confidence: 0.95, margins: {}, seed: 5});
		const p50 = comparisons.find(({metric}) => metric === 'p50');
		expect(p50).toMatchObject({verdict: 'worse', severity: 'high', runs: {base: 6, candidate: 6}});
		expect(p50?.against?.label).toBe(fast.url);
		expect(p50?.change.low).toBeGreaterThan(0.5);
		// All of it is in the history.
		const {stdout: listed} = await runCli(['history', '--json'], home);
		expect(JSON.parse(listed)).toHaveLength(12);
	}, 60_000);

	test('that are alike are never called worse; it is said where they stand, and how they were judged', async () => {
		const [one, other] = [await server(5), await server(5)];
		const {code, stdout} = await runCli(['ab', one.url, other.url, ...quick, '--no-save', '--inconclusive', 'pass']);
		expect(code).toBe(0);
		expect(stdout).toMatch(/\(1 of 12\) (base|candidate) http/);
		expect(stdout).toMatch(/^pair 1, base /m);
		expect(stdout).toMatch(/^after 3 of 6 pairs, so far: p50 .*\(.* … .*\)/m);
		expect(stdout).toMatch(/^GET \/ against http.* \(6 runs against 6\)$/m);
		expect(stdout).toMatch(/random ABBA, seed \d+\.$/m);
		expect(stdout).toMatch(/^GET \/: .*(is no worse than|it cannot be told)/m);
	}, 60_000);

	test('until it is decided are measured no longer than that takes', async () => {
		const [fast, slow] = [await server(3), await server(40)];
		const words = ['ab', fast.url, slow.url, ...quick, '--until', 'decided', '--most-rounds', '30', '--no-save'];
		const {code, stdout} = await runCli([...words, '--json']);
		const {results, comparisons} = document(stdout);
		expect(code).toBe(1);
		expect(results.length).toBeGreaterThanOrEqual(12);
		expect(results.length).toBeLessThan(60);
		expect(results.length % 4).toBe(0);
		expect(comparisons.find(({metric}) => metric === 'p50')?.method).toContain('at the level of this look');
	}, 60_000);

	test('of which one is not there are not compared', async () => {
		const target = await server(2);
		const port = await freePort();
		const {code, stdout, stderr} = await runCli([
			'ab',
			target.url,
			`http://127.0.0.1:${port}/`,
			...quick,
			'--no-save',
			'--json',
		]);
		const {results, comparisons} = document(stdout);
		expect(code).toBe(4);
		// Nothing was measured beyond the side that could not be.
		expect(results.length).toBeLessThanOrEqual(2);
		expect(comparisons).toEqual([]);
		expect(stderr).toContain('ECONNREFUSED');
	}, 30_000);

	test('that are interrupted keep what was measured, and call nothing', async () => {
		const [fast, slow] = [await server(3), await server(12)];
		const home = newHome();
		const child = startCli(['ab', fast.url, slow.url, ...quick, '--plain'], home);
		let seen = '';
		child.stdout?.on('data', (chunk) => {
			seen += String(chunk);
		});
		const outcome = outcomeOf(child);
		await until(() => (seen.includes('after 2 of 6 pairs') ? true : undefined));
		child.kill('SIGINT');
		const {code, stdout} = await outcome;
		expect(code).toBe(130);
		expect(stdout).toMatch(/Stopped after \d of 6 pairs: this is how it stood then, and no verdict\./);
		expect(stdout).toMatch(/^GET \/: stopped after \d of 6 pairs; no verdict\.$/m);
		expect(stdout).not.toMatch(/▲ worse|is worse/);
		const {stdout: listed} = await runCli(['history', '--json'], home);
		expect(JSON.parse(listed).length).toBeGreaterThanOrEqual(4);
	}, 60_000);

	test.each([
		[['http://h'], 'two URLs'],
		[['http://h', 'http://i', 'http://j'], 'two URLs'],
		[['http://h', 'http://i', '--rounds', '5'], 'fewer than 6 pairs'],
		[['http://h', 'http://i', '--rounds', '8', '--until', 'decided'], 'exclude each other'],
		[['http://h', 'http://i', '--most-rounds', '8'], '--until decided'],
		[['http://h', 'http://i', '--build', 'make'], 'branches of a suite'],
		[['--candidate', 'topic'], 'needs a --base'],
		[['--base', 'main', '-c', '3'], 'its file says it'],
		[['--base', 'main'], 'no benchtop.yaml'],
	])('%j is refused', async (words, message) => {
		const {code, stderr} = await runCli(['ab', ...words]);
		expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
	});
});

describe('two commits', () => {
	const git = (home: Home, ...words: readonly string[]): string =>
		execFileSync('git', ['-C', home.folder, '-c', 'user.name=n', '-c', 'user.email=n@n', ...words], {
			encoding: 'utf8',
		}).trim();
	const serving = (delay: number): string =>
		`require('fs').appendFileSync(process.env.STARTS, process.cwd() + '\\n');\n` +
		`require('http').createServer((q, r) => setTimeout(() => r.end(String(require('fs').existsSync('built'))), ${delay}))` +
		`.listen(process.env.PORT, '127.0.0.1');\n`;

	/** A repository with a fast server in `main`, and a slow one in `topic`, which is checked out. */
	const repository = async (more = ''): Promise<Home> => {
		const {folder, environment, store} = newHome();
		// Its own place for what is temporary: what is left there is left by it.
		const temporary = join(folder, 't');
		mkdirSync(temporary);
		const home: Home = {folder, store, environment: {...environment, TMPDIR: temporary}};
		const write = (name: string, text: string): void => writeFileSync(join(home.folder, name), text);
		write('.gitignore', '*\n!server.cjs\n!benchtop.yaml\n');
		write(
			'benchtop.yaml',
			`
environment: {PORT: '${await freePort()}', STARTS: '${join(home.folder, 'starts')}'}
start: node server.cjs
ready: 'http://127.0.0.1:\${PORT}/'
setup: pwd >> ${join(home.folder, 'set-up')}
benchmarks:
  page: {url: 'http://127.0.0.1:\${PORT}/', duration: 300ms, warmup: 50ms, connections: 2}
${more}`,
		);
		git(home, 'init', '-q', '-b', 'main');
		write('server.cjs', serving(4));
		git(home, 'add', '-A');
		git(home, 'commit', '-q', '-m', 'fast');
		git(home, 'checkout', '-q', '-b', 'topic');
		write('server.cjs', serving(14));
		git(home, 'commit', '-q', '-a', '-m', 'slow');
		return home;
	};

	const leftovers = ({folder}: Home): readonly string[] =>
		readdirSync(join(folder, 't')).filter((name) => name.startsWith('benchtop-worktree-'));
	const linesOf = (home: Home, name: string): readonly string[] =>
		readFileSync(join(home.folder, name), 'utf8').trim().split('\n');

	test('are each laid out, built and served in turn, and nothing is left of them', async () => {
		const home = await repository();
		const build = `touch built; echo "$PWD" >> ${join(home.folder, 'builds')}`;
		const {code, stdout, stderr} = await runCli(['ab', '--base', 'main', '--build', build, '--json'], home);
		const {results, comparisons} = document(stdout);
		expect([code, stderr]).toEqual([1, expect.stringContaining('base main (')]);
		expect(comparisons.find(({metric}) => metric === 'p50')).toMatchObject({verdict: 'worse', benchmark: 'page'});
		const commits = {base: git(home, 'rev-parse', 'main'), candidate: git(home, 'rev-parse', 'topic')};
		for (const {plan, environment, fingerprint} of results) {
			expect(environment.git?.commit).toBe(commits[plan.side!.is]);
			expect(plan.side?.commit).toBe(commits[plan.side!.is]);
			expect(plan.side?.of).toContain(commits[plan.side!.is].slice(0, 8));
			// One load, wherever it was measured.
			expect(fingerprint).toEqual(results[0]?.fingerprint);
		}

		// Built and set up once for each, started anew for each round, never from the folder that people work in.
		const [sets, builds, starts] = ['set-up', 'builds', 'starts'].map((name) => linesOf(home, name));
		expect([sets?.length, builds?.length, starts?.length]).toEqual([2, 2, 12]);
		expect([...new Set(starts)].sort()).toEqual([...builds!].sort());
		expect(starts?.includes(realpathSync(home.folder))).toBe(false);
		expect(leftovers(home)).toEqual([]);
		expect(git(home, 'worktree', 'list').split('\n')).toHaveLength(1);
		expect(git(home, 'status', '--porcelain')).toBe('');
	}, 90_000);

	test('of which one cannot be built are told so, and nothing is left of them', async () => {
		const home = await repository();
		const failing = await runCli(['ab', '--base', 'main', '--build', 'echo broken; exit 7'], home);
		expect([failing.code, failing.stderr]).toEqual([4, expect.stringMatching(/exit code 7[\s\S]*broken/)]);
		const unknown = await runCli(['ab', '--base', 'nothing'], home);
		expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no branch, tag or commit "nothing"')]);
		expect(leftovers(home)).toEqual([]);
		expect(existsSync(join(home.folder, 'starts'))).toBe(false);
	}, 60_000);

	test('that are interrupted, while they are built or measured, leave nothing behind', async () => {
		const home = await repository();
		const building = startCli(['ab', '--base', 'main', '--build', `touch ${home.folder}/begun; sleep 60`], home);
		const built = outcomeOf(building);
		await until(() => (existsSync(join(home.folder, 'begun')) ? true : undefined));
		building.kill('SIGINT');
		expect((await built).code).toBe(130);
		expect(leftovers(home)).toEqual([]);

		const measuring = startCli(['ab', '--base', 'main', '--plain'], home);
		const measured = outcomeOf(measuring);
		await until(() => (existsSync(join(home.folder, 'starts')) ? true : undefined));
		measuring.kill('SIGINT');
		expect((await measured).code).toBe(130);
		const runtime = runtimeFolder({TMPDIR: home.environment.TMPDIR});
		await until(() => (runningRuns(runtime).some(({name}) => name === 'page') ? undefined : true));
		expect(leftovers(home)).toEqual([]);
		expect(git(home, 'worktree', 'list').split('\n')).toHaveLength(1);
	}, 60_000);
});
