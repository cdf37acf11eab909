import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Result} from '../../source/core/result.ts';
import {BenchtopError} from '../../source/errors.ts';
import {openStore} from '../../source/store/index.ts';
import type {RunFilter, SeriesFilter, Store} from '../../source/store/store.ts';
import {syntheticResult} from '../helpers/result.ts';

/**
 * What every kind of history must do. `fresh` names an empty one each time, and `execute` runs statements in one, past
 * benchtop.
 */
export const describeStore = (
	kind: string,
	fresh: () => string,
	execute: (url: string, statements: string) => void,
): void => {
	describe(`the ${kind} store`, () => {
		let url: string;
		let store: Store;
		beforeEach(async () => {
			url = fresh();
			store = await openStore(url);
		});
		afterEach(() => store.close());

		const withoutTimeline = ({timeline: _, ...run}: ReturnType<typeof syntheticResult>) => run;

		test('gives back a run exactly as it was saved', async () => {
			const result = syntheticResult({tags: ['nightly', 'api'], failedShare: 0.1});
			await store.save(result);
			expect(await store.load(result.id)).toStrictEqual(result);
			expect(result.timeline).toHaveLength(3);
			expect(result.timeline[0]!.histogram).not.toBeNull();
		});

		test('keeps a run without a single operation, and one that failed', async () => {
			const empty = syntheticResult({
				id: 'empty',
				perSecond: 0,
				ending: {state: 'failed', message: 'refused', hint: 'start it'},
			});
			const none = syntheticResult({id: 'none', seconds: 0});
			await store.save(empty);
			await store.save(none);
			expect(await store.load('empty')).toStrictEqual(empty);
			expect(await store.load('none')).toStrictEqual(none);
		});

		test('keeps insights in their order, also in the list, and drops them with their run', async () => {
			const result: Result = {
				...syntheticResult({id: 'told'}),
				insights: Array.from({length: 12}, (_, index) => ({
					kind: `kind-${index}`,
					severity: index === 0 ? 'high' : 'info',
					text: `'); "é" \u{1f600} ${index}`,
					recommendations: index === 3 ? [] : ['Do this.', "Don't; do that."],
					figures: {count: index, share: 0.25, outcome: '503', none: null},
				})),
			};
			const other = syntheticResult({id: 'untold'});
			await store.save(result);
			await store.save(other);
			expect(await store.load('told')).toStrictEqual(result);
			expect(await store.load('untold')).toStrictEqual(other);
			expect(new Map((await store.list({})).map(({id, insights}) => [id, insights]))).toEqual(
				new Map([
					['told', result.insights],
					['untold', undefined],
				]),
			);
			await store.remove(['told']);
			await store.save({...other, id: 'told'});
			expect((await store.load('told'))?.insights).toBeUndefined();
		});

		test('keeps a timeline of more rows than one statement takes', async () => {
			const long = syntheticResult({seconds: 731, perSecond: 2});
			await store.save(long);
			expect(await store.load(long.id)).toStrictEqual(long);
		});

		test('takes any text as data', async () => {
			const name = `';drop table baselines;-- \u001b[31m\u0000 "é" \u{1f600} %_!`;
			const result = syntheticResult({name, tags: [name]});
			await store.save(result);
			expect(await store.load(result.id)).toStrictEqual(result);
			await store.setBaseline({name: 'Robert', benchmark: 'b', runId: result.id, setAt: '2025-01-01T00:00:00.000Z'});
			expect(await store.baselines()).toHaveLength(1);
		});

		test('takes any branch, commit and machine as data, and finds them again', async () => {
			const odd = 'main\0\u001b[31m';
			const run = syntheticResult({id: 'odd'});
			const {environment} = run;
			const git = {commit: odd, branch: odd, dirty: false};
			await store.save({...run, environment: {...environment, hostname: odd, git}});
			expect(await store.list({branch: odd, hostname: odd, commit: odd})).toHaveLength(1);
			expect((await store.series({name: run.name, branch: odd, hostname: odd})).runs).toHaveLength(1);
		});

		test('saving the same id again changes nothing', async () => {
			const first = syntheticResult({seed: 1});
			await store.save(first);
			await store.save(first);
			await store.save(syntheticResult({seed: 2}));
			expect(await store.list({})).toHaveLength(1);
			expect(await store.load(first.id)).toStrictEqual(first);
		});

		test('finds a run by the beginning of its id, and says which runs are meant when several begin so', async () => {
			for (const id of ['aa11', 'aa12', 'ab%1', 'ab_1', 'AB31']) await store.save(syntheticResult({id, seconds: 1}));
			expect((await store.load('aa11'))?.id).toBe('aa11');
			expect((await store.load('ab%'))?.id).toBe('ab%1');
			expect((await store.load('ab_'))?.id).toBe('ab_1');
			expect((await store.load('AB'))?.id).toBe('AB31');
			expect(await store.load('zz')).toBeUndefined();
			expect(await store.load('')).toBeUndefined();
			const error = await store.load('aa').catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(BenchtopError);
			expect(String(error)).toContain('aa11');
			expect(String(error)).toContain('aa12');
			expect(String(error)).not.toContain('ab_1');
		});

		test('prefers a whole id to a longer one that begins so', async () => {
			for (const id of ['run', 'run-2']) await store.save(syntheticResult({id, seconds: 1}));
			expect((await store.load('run'))?.id).toBe('run');
		});

		test('gives back several runs whole in the order asked for, those that are there, more than are read at once', async () => {
			const runs = Array.from({length: 120}, (_, index) => ({
				...syntheticResult({id: `run-${index}`, seed: index, seconds: index % 3, perSecond: 5}),
				...(index % 5 === 0 ? {samples: {sort: {values: [index], groups: [0], every: 1}}} : {}),
				...(index % 7 === 0
					? {insights: [{kind: 'k', severity: 'low' as const, text: `${index}`, recommendations: [], figures: {}}]}
					: {}),
			}));
			for (const run of runs) await store.save(run);
			const asked = runs.toReversed();
			const some = await store.loadAll(['never was', ...asked.map(({id}) => id), 'run-1', 'run-']);
			expect(some).toStrictEqual([...asked, runs[1]]);
			expect(await store.loadAll([])).toEqual([]);
		});

		test('lists the newest first, without timelines', async () => {
			const runs = ['2025-01-02T00:00:00Z', '2025-01-03T01:00:00+05:00', '2025-01-01T00:00:00Z'].map((began, index) =>
				syntheticResult({id: `run-${index}`, began, seconds: 1}),
			);
			for (const run of runs) await store.save(run);
			const listed = await store.list({});
			expect(listed.map(({id}) => id)).toEqual(['run-1', 'run-0', 'run-2']);
			expect(listed[0]).toStrictEqual(withoutTimeline(runs[1]!));
		});

		test('honours every field of a filter, alone and together', async () => {
			const git = {commit: 'abcdef1234567890abcdef1234567890abcdef12', branch: 'fix', dirty: true};
			const odd = {
				name: 'search',
				tags: ['nightly'],
				hostname: 'bench-2',
				git,
				fingerprint: {workload: 'w', environment: 'e'},
				ending: {state: 'stopped', by: 'user'},
			} as const;
			await store.save(syntheticResult({id: 'odd', ...odd, seconds: 1}));
			await store.save(syntheticResult({id: 'plain', tags: ['night'], seconds: 1}));
			const filters: RunFilter[] = [
				{name: 'search'},
				{branch: 'fix'},
				{commit: git.commit},
				{commit: 'ABCDEF12'},
				{tag: 'nightly'},
				{hostname: 'bench-2'},
				{fingerprint: {workload: 'w', environment: 'e'}},
				{state: 'stopped'},
			];
			for (const filter of [...filters, Object.assign({}, ...filters)]) {
				expect((await store.list(filter)).map(({id}) => id)).toEqual(['odd']);
			}

			expect(await store.list({fingerprint: {workload: 'w', environment: 'other'}})).toEqual([]);
			expect(await store.list({commit: '%'})).toEqual([]);
			expect(await store.list({name: 'search', tag: 'night'})).toEqual([]);
			expect(await store.list({limit: 1})).toHaveLength(1);
			expect(await store.list({limit: 0})).toEqual([]);
		});

		test('keeps baselines: one run for each name and benchmark, the last one set', async () => {
			for (const id of ['one', 'two']) await store.save(syntheticResult({id, seconds: 1}));
			const set = (name: string, benchmark: string, runId: string, day: number) =>
				store.setBaseline({name, benchmark, runId, setAt: `2025-01-0${day}T00:00:00.000Z`});
			await set('main', 'checkout', 'one', 1);
			await set('main', 'search', 'one', 2);
			await set('release', 'checkout', 'one', 3);
			await set('main', 'checkout', 'two', 4);
			expect(await store.baselines()).toEqual([
				{name: 'main', benchmark: 'checkout', runId: 'two', setAt: '2025-01-04T00:00:00.000Z'},
				{name: 'release', benchmark: 'checkout', runId: 'one', setAt: '2025-01-03T00:00:00.000Z'},
				{name: 'main', benchmark: 'search', runId: 'one', setAt: '2025-01-02T00:00:00.000Z'},
			]);
			expect((await store.baselines('search')).map(({runId}) => runId)).toEqual(['one']);
			expect(await store.deleteBaseline('main', 'search')).toBe(1);
			expect(await store.deleteBaseline('main')).toBe(1);
			expect(await store.deleteBaseline('main')).toBe(0);
			expect(await store.baselines()).toHaveLength(1);
		});

		test('refuses a baseline of a run it does not hold', async () => {
			const setting = store.setBaseline({name: 'main', benchmark: 'b', runId: 'nowhere', setAt: '2025'});
			await expect(setting).rejects.toThrow(BenchtopError);
			expect(await store.baselines()).toEqual([]);
		});

		test('does many things at once', async () => {
			const ids = Array.from({length: 20}, (_, index) => `run-${index}`);
			await Promise.all(ids.map((id) => store.save(syntheticResult({id, seconds: 2}))));
			const loaded = await Promise.all(ids.map((id) => store.load(id)));
			expect(loaded.map((run) => run?.timeline.length)).toEqual(ids.map(() => 2));
		});

		test('is read in pieces, each run once, also where several began at the same moment', async () => {
			const began = ['2025-01-01', '2025-01-02', '2025-01-02', '2025-01-02', '2025-01-03'];
			for (const [index, day] of began.entries()) {
				await store.save(syntheticResult({id: `run-${index}`, seconds: 1, began: `${day}T00:00:00.000Z`}));
			}

			const ids: string[] = [];
			let after: RunFilter['after'];
			for (;;) {
				const piece = await store.list({limit: 2, ...(after === undefined ? {} : {after})});
				ids.push(...piece.map(({id}) => id));
				const last = piece.at(-1);
				if (last === undefined) break;
				after = {began: last.began, id: last.id};
			}

			expect(ids).toEqual((await store.list({})).map(({id}) => id));
			expect(new Set(ids).size).toBe(5);
		});

		test('lists runs without the samples of their metrics, and gives them back whole', async () => {
			const samples = {sort: {values: [1, 2, 3], groups: [0, 0, 1], every: 1}};
			const result = {...syntheticResult({id: 'sampled'}), samples};
			await store.save(result);
			expect(await store.load('sampled')).toStrictEqual(result);
			const {samples: _, ...listed} = withoutTimeline(result);
			expect(await store.list({ids: ['sampled', 'never was']})).toStrictEqual([listed]);
			expect(await store.list({ids: []})).toEqual([]);
		});

		test('gives the figures of a benchmark as a series, oldest first, with what each run is good for', async () => {
			const at = (day: number): string => `2025-01-0${day}T00:00:00.000Z`;
			const memory = {...syntheticResult({id: 'c', began: at(3), hostname: 'bench-2', tags: ['nightly']})};
			await store.save({
				...memory,
				summary: {
					...memory.summary,
					metrics: {
						'peak memory': {
							...{
								unit: 'bytes',
								better: 'lower',
								count: 3,
								mean: 2,
								stddev: 1,
								min: 1,
								p50: 2048,
								p90: 3,
								p99: 3,
								max: 3,
							},
							interval: null,
						},
					},
				},
			});
			const doubt = {kind: 'host-steal', message: 'stolen'} as const;
			const doubted = syntheticResult({id: 'b', began: at(2), git: {commit: 'ab', branch: 'fix', dirty: false}});
			await store.save({...doubted, validity: {trustworthy: false, reasons: [doubt], limits: []}});
			await store.save(syntheticResult({id: 'a', began: at(1), slower: 2}));
			await store.save(syntheticResult({id: 'd', began: at(4), ending: {state: 'stopped', by: 'user'}}));
			await store.save(syntheticResult({id: 'other', name: 'search'}));
			const {runs, figures} = await store.series({name: 'checkout'});
			expect(runs.map(({id, standing}) => [id, standing])).toEqual([
				['a', 'fit'],
				['b', 'doubtful'],
				['c', 'fit'],
				['d', 'unfit'],
			]);
			expect(runs[1]).toStrictEqual({
				...{id: 'b', began: at(2), commit: 'ab', branch: 'fix', hostname: 'bench-1', standing: 'doubtful'},
				fingerprint: {workload: 'http:10', environment: 'bench-1'},
			});
			expect(figures.map(({name, unit, better}) => [name, unit, better])).toEqual([
				['p50', 'ms', 'lower'],
				['p90', 'ms', 'lower'],
				['p99', 'ms', 'lower'],
				['throughput', '1/s', 'higher'],
				['error rate', '%', 'lower'],
				['peak memory', 'bytes', 'lower'],
			]);
			const valuesOf = (name: string) => Array.from(figures.find((figure) => figure.name === name)?.values ?? []);
			const p50 = memory.summary.latency.p50!;
			expect(valuesOf('p50')[0]! / p50).toBeCloseTo(2, 2);
			expect(valuesOf('p50').slice(1)).toEqual([p50, p50, p50]);
			expect(valuesOf('peak memory')).toEqual([Number.NaN, Number.NaN, 2048, Number.NaN]);
			expect(figures.map(({uncertain}) => uncertain)).toEqual([0, 0, 4, 0, 0, 0]);
			const idsOf = async (filter: Partial<SeriesFilter>) =>
				(await store.series({name: 'checkout', ...filter})).runs.map(({id}) => id);
			expect(await idsOf({branch: 'fix'})).toEqual(['b']);
			expect(await idsOf({hostname: 'bench-2', tag: 'nightly'})).toEqual(['c']);
			expect(await idsOf({since: '2025-01-03T01:00:00+01:00'})).toEqual(['c', 'd']);
			expect(await idsOf({name: 'never was'})).toEqual([]);
			await store.remove(['c']);
			expect(await idsOf({})).toEqual(['a', 'b', 'd']);
		});

		test('reads a series of more runs than it reads at once, each run once, also where several began at the same moment', async () => {
			const result = syntheticResult({seconds: 1, perSecond: 2});
			const began = (index: number): string =>
				new Date(Date.UTC(2025, 0, 1) + Math.floor(index / 3) * 1000).toISOString();
			const ids = Array.from({length: 2100}, (_, index) => `run-${index.toString().padStart(4, '0')}`);
			for (const [index, id] of ids.entries()) await store.save({...result, id, began: began(index)});
			expect((await store.series({name: 'checkout'})).runs.map(({id}) => id)).toEqual(ids);
		});

		test('works out the figures of runs that an earlier benchtop kept, and gives them back whole', async () => {
			const samples = {sort: {values: [1, 2, 3], every: 1}};
			const quick = syntheticResult({id: 'quick', slower: 0.0001, began: '2025-01-01T00:00:00.000Z'});
			const sampled = {...syntheticResult({id: 'sampled', began: '2025-01-02T00:00:00.000Z'}), samples};
			const many = Array.from({length: 230}, (_, index) => ({
				...syntheticResult({id: `many-${index}`, seconds: 1, perSecond: 2, began: '2025-01-03T00:00:00.000Z'}),
			}));
			for (const run of [quick, sampled, ...many]) await store.save(run);
			const {runs, figures} = await store.series({name: 'checkout'});
			const {timeline: _, environment: __, ...results} = sampled;
			await store.close();
			const indexes = ['branch', 'machine', 'commit']
				.map((name) => `drop index benchmark_results_by_${name};`)
				.join('');
			execute(
				url,
				`drop table result_figures; drop table result_samples; ${indexes} delete from schema_migrations where version > 1;
				alter table performance_insights drop column figures;
				update benchmark_results set results = '${JSON.stringify(results)}' where id = 'sampled'`,
			);
			store = await openStore(url);
			const again = await store.series({name: 'checkout'});
			expect(again.runs).toStrictEqual(runs);
			expect(again.figures).toStrictEqual(figures);
			expect(figures[0]?.values[0]).not.toBe(quick.summary.latency.p50);
			expect(await store.load('sampled')).toStrictEqual(sampled);
			expect((await store.list({ids: ['sampled']}))[0]).not.toHaveProperty('samples');
			expect((await store.series({name: 'checkout'})).runs).toHaveLength(232);
		});

		test('lists the benchmarks, the one with the newest run first', async () => {
			const at = (day: number): string => `2025-01-0${day}T00:00:00.000Z`;
			await store.save(syntheticResult({id: 'a', began: at(3), seconds: 1}));
			await store.save(syntheticResult({id: 'b', name: 'search', began: at(4), seconds: 1}));
			await store.save(syntheticResult({id: 'c', began: at(1), seconds: 1}));
			expect(await store.benchmarks()).toEqual([
				{name: 'search', runs: 1, newest: at(4)},
				{name: 'checkout', runs: 2, newest: at(3)},
			]);
		});

		test('says whether a run is new, and deletes runs with all that hangs on them', async () => {
			const result = syntheticResult({id: 'gone', tags: ['nightly']});
			expect([await store.save(result), await store.save(result)]).toEqual([true, false]);
			await store.save(syntheticResult({id: 'stays'}));
			await store.setBaseline({name: 'main', benchmark: 'b', runId: 'gone', setAt: '2025-01-01T00:00:00.000Z'});
			expect(await store.remove(['gone', 'never was'])).toBe(1);
			expect(await store.remove([])).toBe(0);
			expect((await store.list({})).map(({id}) => id)).toEqual(['stays']);
			expect(await store.baselines()).toEqual([]);
			expect(await store.list({tag: 'nightly'})).toEqual([]);
			expect(await store.load('gone')).toBeUndefined();
		});
	});
};
