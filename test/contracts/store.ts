import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Result} from '../../source/core/result.ts';
import {BenchtopError} from '../../source/errors.ts';
import type {RunFilter, Store} from '../../source/store/store.ts';
import {syntheticResult} from '../helpers/result.ts';

/** What every kind of history must do. `open` gives an empty one each time. */
export const describeStore = (kind: string, open: () => Promise<Store>): void => {
	describe(`the ${kind} store`, () => {
		let store: Store;
		beforeEach(async () => {
			store = await open();
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
