import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {isAlive} from '../../source/operating-system.ts';
import {runningRuns} from '../../source/run/registry.ts';
import {runtimeFolder} from '../../source/run/runtime-folder.ts';
import {type Home, newHome, outcomeOf, runCli, startCli, until} from '../helpers/cli.ts';

const document = (text: string): ReportDocument => reportSchema.parse(JSON.parse(text));

const homeWith = (suite: string, files: Readonly<Record<string, string>> = {}): Home => {
	const home = newHome();
	writeFileSync(join(home.folder, 'benchtop.yaml'), suite);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(home.folder, name), text);
	return home;
};

const store = (home: Home): string => join(home.folder, '.benchtop', 'history.db');

const stored = async (home: Home): Promise<Array<{name: string; plan: {round?: {number: number}}}>> => {
	const {stdout} = await runCli(['history', '--json'], home);
	return JSON.parse(stdout);
};

const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

const read = (home: Home, name: string): string | undefined => {
	const path = join(home.folder, name);
	return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};

/** The id that a shell has written. */
const idIn = (home: Home, name: string): Promise<number> =>
	until(() => {
		const text = read(home, name);
		return text?.endsWith('\n') ? Number(text) : undefined;
	});

const quick = `
defaults: {tags: [quick]}
benchmarks:
  one: {command: 'true', runs: 2, tags: [smoke]}
  two: {command: 'true', runs: 3, rounds: 2}
  three: {command: 'sh -c "exit 3"', runs: 1}
`;

describe('benchtop run', () => {
	test('runs all, round by round, in one document; each is saved, and one that fails stops none', async () => {
		const home = homeWith(quick);
		const {code, stdout, stderr} = await runCli(['run', '--json'], home);
		const {results, failures} = document(stdout);
		expect(results.map(({name, plan}) => [name, plan.round?.number])).toEqual([
			['one', undefined],
			['two', 1],
			['three', undefined],
			['two', 2],
		]);
		expect(results.map(({summary}) => summary.operations.succeeded)).toEqual([2, 3, 0, 3]);
		expect([code, failures]).toEqual([4, 1]);
		expect(stderr).toContain('exit 3');
		expect((await stored(home)).map(({name}) => name).sort()).toEqual(['one', 'three', 'two', 'two']);
		const ids = results.map(({id}) => id);
		for (const {plan} of results) expect(plan.suite?.runs.map(({id}) => id)).toEqual(ids);
	});

	test('those that are named or have a tag, and says which there are', async () => {
		const home = homeWith(quick);
		const {stdout, code} = await runCli(['run', 'smoke', '--json'], home);
		expect([code, document(stdout).results.map(({name, plan}) => [name, plan.tags, plan.suite])]).toEqual([
			0,
			[['one', ['smoke'], undefined]],
		]);
		const wrong = await runCli(['run', 'smok'], home);
		expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('smoke')]);
		const {stdout: listed} = await runCli(['list', '--json'], home);
		expect(JSON.parse(listed)).toMatchObject([
			{name: 'one', engine: 'command'},
			{name: 'two', rounds: 2},
			{name: 'three'},
		]);
	});

	test('--bail leaves out the rest after the first that fails', async () => {
		const home = homeWith('benchmarks:\n  bad: {command: "false", runs: 1}\n  good: {command: "true", runs: 1}\n');
		const {stdout, code} = await runCli(['run', '--bail', '--json'], home);
		expect([code, document(stdout).results.map(({name}) => name)]).toEqual([4, ['bad']]);
		expect(await stored(home)).toHaveLength(1);
	});

	test('limits that are not kept are exit code 1, and say by how much', async () => {
		const home = homeWith(`
benchmarks:
  build:
    command: 'true'
    runs: 3
    thresholds: {latency.p50: < 1h, latency.max: < 0.001ms, peak memory.max: < 10GB, nonsense: < 1}
`);
		const {stdout, code} = await runCli(['run', '--json'], home);
		const {thresholds, failures, results} = document(stdout);
		expect([code, failures]).toEqual([1, 2]);
		expect(thresholds.map(({metric, passed}) => [metric, passed])).toEqual([
			['latency.p50', true],
			['latency.max', false],
			['peak memory.max', true],
			['nonsense', false],
		]);
		expect(thresholds[1]?.actual).toBe(results[0]?.summary.latency.max);
		expect(thresholds[3]?.actual).toBeNull();
	});

	test('without a suite file says what to do', async () => {
		const {code, stderr} = await runCli(['run']);
		expect([code, stderr]).toEqual([2, expect.stringContaining('benchtop init')]);
	});

	test('in a pipe tells each as it ends, and then all in one table', async () => {
		const {stdout} = await runCli(['run', 'one', 'two'], homeWith(quick));
		expect(stdout).toContain('(1 of 3) one');
		const table = stdout.slice(stdout.lastIndexOf('\nrun '));
		expect(table.trim().split('\n')).toHaveLength(4);
		expect(table).toContain('two (round 2 of 2)');
	});
});

describe('what a suite starts', () => {
	const served = (port: number): string => `
environment: {PORT: '${port}'}
setup: echo begin >> log
start: echo $$ > pid; exec node server.cjs
ready: {port: ${port}}
teardown: echo end >> log
benchmarks:
  first: {url: 'http://127.0.0.1:\${PORT}/', duration: 500ms, warmup: 0s, connections: 2}
  second: {url: 'http://127.0.0.1:\${PORT}/two', duration: 500ms, warmup: 0s, setup: echo own >> log, teardown: echo owned >> log}
`;
	const files = {
		'server.cjs':
			"require('http').createServer((q, r) => setTimeout(() => r.end(q.url), 1)).listen(process.env.PORT, '127.0.0.1')",
	};

	test('is there for all of its runs, and gone afterwards', async () => {
		const home = homeWith(served(await freePort()), files);
		const {code, stdout} = await runCli(['run', '--json'], home);
		const {results} = document(stdout);
		expect(code).toBe(0);
		for (const {summary} of results) {
			expect(summary.successRate).toBe(1);
			expect(summary.operations.succeeded).toBeGreaterThan(50);
		}

		expect(results[0]?.summary.resources.target.processes ?? 1).toBe(1);
		expect(read(home, 'log')?.trim().split('\n')).toEqual(['begin', 'own', 'owned', 'end']);
		expect(isAlive(await idIn(home, 'pid'))).toBe(false);
	});

	test('is gone as well when the runner is killed', async () => {
		const home = homeWith(served(await freePort()).replaceAll('500ms', '60s'), files);
		const child = startCli(['run', '--json'], home);
		const ended = outcomeOf(child);
		const service = await idIn(home, 'pid');
		const {pid} = await until(() => runningRuns(runtimeFolder(home.environment))[0]);
		process.kill(pid, 'SIGKILL');
		expect((await ended).code).toBe(4);
		await until(() => (isAlive(service) ? undefined : true));
	});

	test('that cannot be prepared fails every run, and is torn down', async () => {
		const home = homeWith(`
setup: echo no database >&2; exit 7
teardown: echo end >> log
benchmarks:
  one: {command: 'true', runs: 1}
  two: {command: 'true', runs: 1}
`);
		const {code, stdout, stderr} = await runCli(['run', '--json'], home);
		const {results} = document(stdout);
		expect(code).toBe(4);
		expect(results.map(({ending}) => ending)).toEqual([
			expect.objectContaining({state: 'failed', message: expect.stringContaining('ended with exit code 7')}),
			expect.objectContaining({state: 'failed'}),
		]);
		expect(stderr).toContain('no database');
		expect(read(home, 'log')).toBe('end\n');
		expect(await stored(home)).toEqual([]);
	});

	test('Ctrl-C in mid-run: no process is left, what was measured is kept, nothing follows', async () => {
		const home = homeWith(`
start: echo $$ > service; sleep 1000
teardown: echo end >> log
benchmarks:
  one: {command: 'true', runs: 2}
  two: {command: 'sh -c "echo \\$\\$ > run; sleep 1000 & sleep 1000"', runs: 5}
  three: {command: 'true', runs: 2}
`);
		const child = startCli(['run', '--json'], home);
		const ended = outcomeOf(child);
		const ids = [await idIn(home, 'service'), await idIn(home, 'run')];
		child.kill('SIGINT');
		const {code, stdout} = await ended;
		expect(code).toBe(130);
		expect(document(stdout).results.map(({name, ending}) => [name, ending.state])).toEqual([
			['one', 'finished'],
			['two', 'stopped'],
		]);
		expect(read(home, 'log')).toBe('end\n');
		await until(() => (ids.some(isAlive) ? undefined : true));
	});
});

describe('a suite whose viewer has gone', () => {
	const slow = `
benchmarks:
  one: {command: 'sh -c "echo \\$\\$ > run; sleep 0.4"', runs: 3}
  two: {command: 'sleep 0.2', runs: 3}
  three: {command: 'true', runs: 2}
`;

	test('goes on to its end, each run saved', async () => {
		const home = homeWith(slow);
		const child = startCli(['run', '--json'], home);
		const ended = outcomeOf(child);
		await idIn(home, 'run');
		child.kill('SIGKILL');
		await ended;
		const names = await until(async () => {
			const runs = await stored(home);
			return runs.length === 3 ? runs.map(({name}) => name) : undefined;
		});
		expect(names).toEqual(['three', 'two', 'one']);
		expect(existsSync(store(home))).toBe(true);
	});

	test('is seen again by attach, to its end', async () => {
		const home = homeWith(slow);
		const child = startCli(['run', '-q'], home);
		const ended = outcomeOf(child);
		await idIn(home, 'run');
		child.kill('SIGHUP');
		await ended;
		const {code, stdout} = await runCli(['attach', '--json'], home);
		expect([code, document(stdout).results.map(({name}) => name)]).toEqual([0, ['one', 'two', 'three']]);
	});
});

describe('secrets of a suite', () => {
	test('reach no file, no document and no output', async () => {
		const home = homeWith(`
setup: echo "preparing with $API_TOKEN"
benchmarks:
  call:
    command: sh -c "echo using \${API_TOKEN} >&2; exit 1"
    runs: 1
    environment: {API_TOKEN: '\${API_TOKEN}'}
`);
		home.environment.API_TOKEN = 'sesame-open-7f3a';
		const {stdout, stderr} = await runCli(['run', '--ndjson'], home);
		expect(stdout).toContain('***');
		expect(`${stdout}${stderr}`).not.toContain('sesame-open');
		const {stdout: listed} = await runCli(['history', '--json'], home);
		expect(JSON.parse(listed)).toHaveLength(1);
		expect(listed).not.toContain('sesame-open');
		for (const file of readdirSync(home.folder, {recursive: true, withFileTypes: true})) {
			if (!file.isFile()) continue;
			expect(readFileSync(join(file.parentPath, file.name)).includes('sesame-open')).toBe(false);
		}
	});
});
