import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compare} from '../../source/commands/compare.ts';
import {createLibrary, planOf} from '../../source/commands/library.ts';
import {lostOf, planAgain} from '../../source/commands/plan-again.ts';
import {trend as trendCommand} from '../../source/commands/trend.ts';
import {parseFlags} from '../../source/config/flags.ts';
import {keepOptions, loadOptions} from '../../source/config/options.ts';
import type {RunPlan} from '../../source/core/plan.ts';
import type {Comparison} from '../../source/core/report.ts';
import {openStore} from '../../source/store/index.ts';
import {courseOf} from '../helpers/course.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {syntheticEvents, syntheticResult} from '../helpers/result.ts';
import {runCommand, surroundingsIn} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-library-'));
const flagsOf = (...words: string[]) => parseFlags(words, [...loadOptions, ...keepOptions]).flags;
const libraryOf = (store = 'history.db') =>
	createLibrary(flagsOf('--store', store), surroundingsIn({folder, environment: {TMPDIR: folder}}));

const day = (number: number): string => `2025-03-0${number}T10:00:00.000Z`;
const old = syntheticResult({id: 'old-checkout', seconds: 40, seed: 1, began: day(1)});
const slower = syntheticResult({id: 'new-checkout', seconds: 40, seed: 2, slower: 1.5, began: day(4)});
const other = syntheticResult({id: 'other-load', name: 'other', seconds: 40, connections: 99, began: day(3)});
const failed = syntheticResult({
	id: 'failed-run',
	name: 'broken',
	began: day(2),
	ending: {state: 'failed', message: 'x'},
});

beforeAll(async () => {
	const store = await openStore(join(folder, 'history.db'));
	for (const result of [old, slower, other, failed]) await store.save(result);
	await store.setBaseline({name: 'main', benchmark: 'checkout', runId: old.id, setAt: day(5)});
	await store.close();
	writeFileSync(join(folder, 'broken.db'), 'this is no database at all, but long enough to be looked at as one');
	mkdirSync(join(folder, 'runs'));
	const log = syntheticEvents({id: 'old-checkout'}).map((event) => JSON.stringify(event));
	writeFileSync(join(folder, 'runs', 'old-checkout.jsonl'), `${log.join('\n')}\n`);
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('the library of the start screen', () => {
	test('lists the runs newest first, with their baselines, and each target once', async () => {
		const {runs, recent, more, location} = await libraryOf().history();
		expect(runs.map(({id, baselines}) => [id, baselines])).toEqual([
			['new-checkout', []],
			['other-load', []],
			['failed-run', []],
			['old-checkout', ['main']],
		]);
		expect(recent.map(({run}) => run.id)).toEqual(['new-checkout']);
		expect([more, location]).toEqual([false, join(folder, 'history.db')]);
		expect(JSON.stringify(runs[0]?.summary)).toBe(JSON.stringify(slower.summary));
	});

	test('lists the benchmarks of the suite file; a fault of it is told with its place', async () => {
		const suiteFolder = mkdtempSync(join(tmpdir(), 'benchtop-suite-'));
		const listed = () =>
			createLibrary(flagsOf('--store', 'h.db'), surroundingsIn({folder: suiteFolder, environment: {}})).suite();
		expect(await listed()).toBeUndefined();
		const file = join(suiteFolder, 'benchtop.yaml');
		writeFileSync(
			file,
			'benchmarks:\n  checkout:\n    about: the cart\n    tags: [smoke]\n    command: node --version\n',
		);
		expect(await listed()).toEqual({
			file: 'benchtop.yaml',
			entries: [{name: 'checkout', about: 'the cart', engine: 'command', tags: ['smoke']}],
		});
		writeFileSync(file, 'benchmarks:\n  checkout:\n    comand: node --version\n');
		expect((await rejectionOf(listed())).message).toMatch(/benchtop\.yaml:\d+:\d+/);
		rmSync(suiteFolder, {recursive: true});
	});

	test('compares as benchtop compare does, and refuses what it refuses', async () => {
		const library = libraryOf();
		const compared = await library.compare('old-checkout', 'new-checkout', false);
		const {stdout} = await runCommand(compare, ['old-checkout', 'new-checkout', '--json', '--store', 'history.db'], {
			folder,
		});
		// A document says besides what was compared with what.
		const told: readonly Comparison[] = JSON.parse(stdout).comparisons;
		expect(told.map(({benchmark: _, against: __, ...rest}) => rest)).toEqual(compared.comparisons);
		expect(compared.comparisons.map(({verdict}) => verdict)).toEqual(new Array(5).fill('unclear'));
		const refused = await library.compare('other-load', 'new-checkout', false);
		expect([refused.comparisons, refused.differ]).toEqual([[], ['workload: load.connections 99 → 10']]);
		expect((await library.compare('other-load', 'new-checkout', true)).comparisons).toHaveLength(5);
		const {message} = await rejectionOf(library.compare('failed-run', 'new-checkout', false));
		expect(message).toContain('the run failed-run of broken has no figures');
	});

	test('has a benchmark over all of its runs, its changes with what came with them, as benchtop trend and changes do', async () => {
		const store = await openStore(join(folder, 'long.db'));
		const runs = courseOf({
			count: 60,
			began: day(1),
			noise: 0.02,
			level: (index) => (index >= 40 ? 1.2 : 1),
			change: (run, index) =>
				index < 40
					? run
					: {...run, environment: {...run.environment, versions: {...run.environment.versions, node: '25.0.0'}}},
		});
		for (const run of runs) await store.save(run);
		await store.close();
		const {trend, changes} = await libraryOf('long.db').trend(runs[3]!.id);
		expect(trend.benchmark).toBe('checkout');
		expect(trend.group.series.runs.map(({id}) => id)).toEqual(runs.map(({id}) => id));
		expect(changes.map(({point}) => point.after)).toEqual([40]);
		const [from, to] = [39, 40].map((index) => runs[index]!.environment.git?.commit);
		// No repository there knows the commits.
		expect(changes[0]?.commits).toEqual({from, to, count: null});
		expect(changes[0]?.differs.join()).toContain('25.0.0');
		const {stdout} = await runCommand(trendCommand, ['--store', 'long.db', '--json'], {folder, environment: {}});
		expect(JSON.parse(stdout).series[0].metrics[0].level.mean).toBe(trend.histories[0]?.level?.mean);
		expect((await rejectionOf(libraryOf('long.db').trend('never'))).message).toContain('never has gone');
	});

	test('names baselines under the rules of benchtop baseline set', async () => {
		const library = libraryOf();
		expect(await library.setBaseline('rc', 'new-checkout')).toContain(
			'The baseline rc of checkout is now run new-chec',
		);
		expect((await library.history()).runs[0]?.baselines).toEqual(['rc']);
		expect((await rejectionOf(library.setBaseline('last', 'new-checkout'))).message).toContain(
			'that word means the newest run',
		);
		expect((await rejectionOf(library.setBaseline('rc', 'failed-run'))).message).toContain(
			'nothing can be held against it',
		);
	});

	test('a run in full is its report; one that is gone says so', async () => {
		const library = libraryOf();
		expect((await library.details('old-checkout')).report).toMatch(/^checkout {2}.*\n {2}finished; measured 40s/);
		expect((await rejectionOf(library.details('nothing'))).message).toContain('has gone');
	});

	test('a run is replayed from its log, and without one it says so', async () => {
		const {source, made} = await libraryOf().open({kind: 'replay', id: 'old-checkout'});
		expect([source.live, source.speed, made]).toEqual([false, 1, false]);
		const kinds: string[] = [];
		for await (const {kind} of source.events) kinds.push(kind);
		expect([kinds[0], kinds.at(-1)]).toEqual(['began', 'ended']);
		const {message} = await rejectionOf(libraryOf().open({kind: 'replay', id: 'new-checkout'}));
		expect(message).toContain('There is no event log for "new-checkout"');
	});

	test('a store that cannot be opened is an error with a next step', async () => {
		const error = await rejectionOf(libraryOf('broken.db').history());
		expect(error.message).toContain('broken.db');
		expect(error.hint).not.toBe(undefined);
	});

	test('a benchmark that ended meanwhile cannot be attached to', async () => {
		const library = libraryOf();
		expect(await library.running()).toEqual([]);
		expect((await rejectionOf(library.open({kind: 'attach', id: 'x'}))).message).toContain('has just ended');
	});
});

describe('a typed line', () => {
	test('is a URL with flags, over those of the command line, quotes as in a shell', async () => {
		const plan = await planOf(`:3000/a -c 4 -H 'X-Name: a b' -b '{"q": 1}'`, flagsOf('-c', '64', '-d', '3s'));
		expect(plan).toMatchObject({
			target: 'POST http://localhost:3000/a',
			duration: 3000,
			load: {connections: 4, headers: {'X-Name': 'a b'}, bodyBase64: Buffer.from('{"q": 1}').toString('base64')},
		});
	});

	test.each([
		['ftp://host/', 'only http:// and https:// can be loaded'],
		['http://a b', 'One URL at a time'],
		['', 'There is no URL.'],
		['localhost -c many', '--connections takes a whole number'],
		['localhost --conections 3', 'There is no flag --conections.'],
	])('%j is refused', async (text, message) => {
		await expect(planOf(text, flagsOf())).rejects.toThrow(message);
	});
});

describe('a stored plan', () => {
	const plan: RunPlan = {...old.plan, watch: {pid: 4711, port: 3000}};
	const withLoad = (load: object): RunPlan => ({...plan, load: {...Object(plan.load), ...load}});

	test('is run again under a new id; a process of then is not watched', () => {
		const again = planAgain(plan);
		expect(again).toEqual({...plan, id: again.id, watch: {port: 3000}});
		expect(again.id).not.toBe(plan.id);
	});

	test('of a scenario that was kept whole is run again', () => {
		expect(
			lostOf(withLoad({scenario: {flows: [{steps: [{url: '/', headers: {Authorization: 'Bearer {{token}}'}}]}]}})),
		).toBeUndefined();
	});

	test.each([
		[{headers: {Authorization: '***', Accept: 'x'}}, 'its Authorization header was not kept: benchtop <url> -H …'],
		[{body: {bytes: 3, sha256: 'x'}}, 'its body was not kept: benchtop <url> -b …'],
		[
			{headers: {Cookie: '***'}, body: {bytes: 3, sha256: 'x'}},
			'its Cookie header and its body were not kept: benchtop <url> -H … -b …',
		],
		[{url: 'http://u:***@h/'}, 'its secret in the URL was not kept: benchtop <url>'],
		[
			{scenario: {flows: [{steps: [{body: {bytes: 3, sha256: 'x'}}]}]}},
			`what its users send was not kept: benchtop run ${plan.name}`,
		],
		[{scenario: {variables: {token: '***'}}}, `what its users send was not kept: benchtop run ${plan.name}`],
	])('of which something is not kept is never run silently: %j', (load, words) => {
		expect(lostOf(withLoad(load))).toBe(words);
		expect(() => planAgain(withLoad(load))).toThrow('cannot be run again as it was');
	});
});
