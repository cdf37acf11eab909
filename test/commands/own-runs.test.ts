import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {earlierRuns} from '../../source/commands/earlier-runs.ts';
import {newestRun, runAfter, runBefore} from '../../source/commands/find-runs.ts';
import {roundsOf} from '../../source/commands/find-sides.ts';
import type {Side} from '../../source/core/plan.ts';
import type {Result} from '../../source/core/result.ts';
import {baselineFinder} from '../../source/run/baseline.ts';
import {openStore} from '../../source/store/index.ts';
import type {Store} from '../../source/store/store.ts';
import {syntheticResult} from '../helpers/result.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-own-'));
	store = await openStore(join(folder, 'history.db'));
});
afterEach(async () => {
	await store.close();
	rmSync(folder, {recursive: true, force: true});
});

const at = (minute: number): string => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

const own = (id: string, minute: number): Result => syntheticResult({id, began: at(minute)});

/** The runs of a comparison of one benchmark, base first in each pair, from this minute on. */
const sides = (from: number, pairs: number, commits?: {readonly base: string; readonly candidate: string}) => {
	const all = Array.from({length: pairs}, (_, index) =>
		(['base', 'candidate'] as const).map((is): Side => {
			const commit = commits?.[is];
			return {
				benchmark: 'checkout',
				pair: index + 1,
				is,
				of: is === 'base' ? 'main' : 'topic',
				...(commit === undefined ? {} : {commit}),
			};
		}),
	).flat();
	const idOf = ({is, pair}: Side): string => `${is}-${pair}`;
	const suite = {id: 'ab', bail: false, runs: all.map((side) => ({id: idOf(side), name: 'checkout'}))};
	return all.map((side, index): Result => {
		const result = own(idOf(side), from + index);
		return {...result, plan: {...result.plan, side, suite}};
	});
};

const commits = {base: 'a'.repeat(40), candidate: 'b'.repeat(40)};

test('what was measured of chosen commits stands for no benchmark as it is now', async () => {
	const [first, second, later] = [own('first', 1), own('second', 2), own('later', 50)];
	for (const result of [first, second, ...sides(10, 12, commits)]) await store.save(result);
	expect((await newestRun(store))?.id).toBe('second');
	expect((await runBefore(store, [later]))?.id).toBe('second');
	expect(await runAfter(store, [second])).toBeUndefined();
	expect((await earlierRuns(store, second, [])).map(({id}) => id)).toEqual(['first', 'second']);
	const baseline = await baselineFinder(store, undefined, () => {})(second.name, second.fingerprint);
	expect(baseline?.id).toBe('second');
	const {runs} = await store.series({name: 'checkout'});
	expect(runs.filter(({standing}) => standing === 'fit').map(({id}) => id)).toEqual(['first', 'second']);
	await store.save(later);
	expect((await runAfter(store, [second]))?.id).toBe('later');
});

test('new runs are held against none that was paused, steered, stopped or has no figures', async () => {
	const steered = {kind: 'steered', message: 'The load was changed.'} as const;
	const [plain, paused, changed] = [own('plain', 1), own('paused', 2), own('changed', 3)];
	for (const result of [
		plain,
		{...paused, pausedMs: 1500},
		{...changed, validity: {...changed.validity, trustworthy: false, reasons: [steered]}},
		syntheticResult({id: 'stopped', began: at(4), ending: {state: 'stopped', by: 'user'}}),
		syntheticResult({id: 'empty', began: at(5), perSecond: 0}),
	]) {
		await store.save(result);
	}

	expect((await earlierRuns(store, plain, [])).map(({id}) => id)).toEqual(['plain']);
});

test('what was measured of a place does: it is what is there', async () => {
	for (const result of sides(10, 3)) await store.save(result);
	expect((await newestRun(store))?.id).toBe('candidate-3');
	const {runs} = await store.series({name: 'checkout'});
	expect(runs.every(({standing}) => standing === 'fit')).toBe(true);
});

test('the rounds of a side are those of that side alone', async () => {
	const all = sides(10, 3, commits);
	for (const result of all) await store.save(result);
	const rounds = await roundsOf(store, all[1]!);
	expect(rounds.map(({id}) => id)).toEqual(['candidate-1', 'candidate-2', 'candidate-3']);
});
