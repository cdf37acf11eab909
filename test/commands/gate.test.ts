import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {checkBaseline, createGate, type Gated, readGating} from '../../source/commands/gate.ts';
import {parseFlags} from '../../source/config/flags.ts';
import {gateOptions, keepOptions} from '../../source/config/options.ts';
import {readThreshold} from '../../source/config/threshold.ts';
import type {Result} from '../../source/core/result.ts';
import {openStore} from '../../source/store/index.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {syntheticResult} from '../helpers/result.ts';
import {syntheticRounds} from '../helpers/rounds.ts';
import {surroundingsIn} from '../helpers/surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-gate-'));
const surroundings = () => surroundingsIn({folder, environment: {}});
const quiet = [1, 1.005, 0.995, 1.002, 0.998];
const seconds = 40;
const day = (number: number): string => `2025-03-${String(number).padStart(2, '0')}T10:00:00.000Z`;

beforeAll(async () => {
	const store = await openStore(join(folder, 'history.db'));
	for (const result of syntheticRounds({group: 'base', from: day(1), levels: quiet, seconds})) await store.save(result);
	await store.setBaseline({name: 'main', benchmark: 'checkout', runId: 'base-2', setAt: day(2)});
	for (let number = 1; number <= 10; number++) {
		const slower = 1 + (number % 3) * 0.004;
		await store.save(
			syntheticResult({id: `search-${number}`, name: 'search', slower, seed: number, seconds, began: day(number)}),
		);
	}

	await store.close();
}, 60_000);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

type Asked = {
	readonly words?: readonly string[];
	/** What a confirming run of a benchmark would come to; none: it could not be made. */
	readonly again?: Result;
};

const gated = async (
	results: readonly Result[],
	{words = ['--gate'], again}: Asked = {},
): Promise<Gated & {readonly asked: readonly string[]; readonly said: string}> => {
	const {flags} = parseFlags([...words, '--store', 'history.db'], [...gateOptions, ...keepOptions]);
	const asked: string[] = [];
	const own = surroundings();
	const gate = createGate(readGating(flags), flags, own, async (runs) => {
		asked.push(...runs.map(({id}) => id));
		return {viewed: [], results: again === undefined ? [] : [again]};
	});
	const outcome = await gate(results, false);
	return {...outcome, asked, said: String(own.stderr.read() ?? '')};
};

const rounds = (slower: number, more: Partial<Parameters<typeof syntheticRounds>[0]> = {}) =>
	syntheticRounds({group: 'new', from: day(20), levels: quiet, slower, seconds, ...more});
const search = (slower: number, id = 'search-new') =>
	syntheticResult({id, name: 'search', slower, seed: 77, seconds, began: day(20)});
const limited = (results: readonly Result[], metric: string, text: string): readonly Result[] =>
	results.map((result) => {
		const {threshold} = readThreshold(metric, text);
		return {...result, plan: {...result.plan, thresholds: threshold === undefined ? [] : [threshold]}};
	});

describe('a gate against a baseline', () => {
	test('holds all rounds against all rounds of the baseline', async () => {
		const same = await gated(rounds(1));
		expect(same).toMatchObject({code: 0, asked: []});
		expect(same.comparisons[0]).toMatchObject({
			metric: 'p50',
			verdict: 'same',
			benchmark: 'checkout',
			against: {label: 'baseline main', runs: ['base-1', 'base-2', 'base-3', 'base-4', 'base-5']},
			runs: {base: 5, candidate: 5},
		});
		const slow = await gated(rounds(1.3));
		expect(slow).toMatchObject({code: 1, asked: []});
		expect(slow.comparisons[0]).toMatchObject({verdict: 'worse', severity: 'high', margin: 0.05});
	});

	test('cannot tell of too few rounds, and says so as it is asked to', async () => {
		const few = rounds(1.3).slice(0, 2);
		expect((await gated(few)).code).toBe(3);
		expect((await gated(few, {words: ['--gate', '--inconclusive', 'pass']})).code).toBe(0);
		expect((await gated(few, {words: ['--gate', '--inconclusive', 'fail']})).code).toBe(1);
	});

	test('refuses another load with the difference named, unless forced', async () => {
		const refused = await gated(rounds(1, {connections: 99}));
		expect(refused.code).toBe(2);
		expect(refused.said).toMatch(/checkout: Not comparable with the baseline main: .*load\.connections 10 → 99/);
		expect(refused.comparisons.every(({verdict}) => verdict === 'unclear')).toBe(true);
		expect((await gated(rounds(1, {connections: 99}), {words: ['--gate', '--inconclusive', 'pass']})).code).toBe(2);
		const forced = await gated(rounds(1.3, {connections: 99}), {words: ['--gate', '--force']});
		expect(forced.code).toBe(1);
		expect(forced.comparisons[0]?.because).toMatch(/by force.*load\.connections 10 → 99/);
	});

	test('does not judge a benchmark that lacks the named baseline, nor begins where no benchmark has it', async () => {
		const mixed = await gated([...rounds(1), search(1)], {words: ['--gate', '--baseline', 'main']});
		expect(mixed.code).toBe(3);
		expect(mixed.comparisons.find(({benchmark}) => benchmark === 'search')).toMatchObject({
			metric: 'search: p50',
			verdict: 'unclear',
			because: 'There is no baseline main of this benchmark.',
		});
		const check = (baseline: string, ...names: string[]) => {
			const {flags} = parseFlags(
				['--gate', '--baseline', baseline, '--store', 'history.db'],
				[...gateOptions, ...keepOptions],
			);
			return checkBaseline(readGating(flags), names, flags, surroundings());
		};
		await check('main', 'checkout', 'search');
		expect(await rejectionOf(check('mian', 'checkout'))).toMatchObject({exitCode: 2, hint: 'Did you mean main?'});
		expect((await rejectionOf(check('main', 'search'))).message).toMatch(/is of other benchmarks/);
	});
});

describe('a gate against the history', () => {
	test('what lies within it passes, and is not measured again', async () => {
		const {code, asked, comparisons} = await gated([search(1)]);
		expect([code, asked]).toEqual([0, []]);
		expect(comparisons[0]).toMatchObject({against: {label: 'the history'}, runs: {base: 10, candidate: 1}});
	});

	test('what lies beyond it is measured again, and only then fails', async () => {
		const twice = await gated([search(1.4)], {again: search(1.4, 'again')});
		expect([twice.code, twice.asked]).toEqual([1, ['search-new']]);
		expect(twice.comparisons[0]).toMatchObject({verdict: 'worse', severity: 'high'});
		expect((await gated([search(1.4)], {again: search(1, 'again')})).code).toBe(3);
		const alone = await gated([search(1.4)]);
		expect(alone.code).toBe(3);
		expect(alone.comparisons[0]?.because).toMatch(/A confirming run decides/);
		expect((await gated([search(0.6)], {again: search(0.6, 'again')})).code).toBe(0);
	});

	test('a benchmark without a history cannot be judged', async () => {
		const {code, comparisons} = await gated([syntheticResult({id: 'n', name: 'new', seconds: 5})]);
		expect(code).toBe(3);
		expect(comparisons[0]?.because).toMatch(/^0 earlier measurements .* of fewer than 8/);
	});

	test('a run that was stopped or has no figures is not judged', async () => {
		const stopped = {...search(1), ending: {state: 'stopped', by: 'errors'}} as const;
		expect((await gated([stopped])).comparisons).toEqual([]);
	});
});

describe('limits of changes', () => {
	test('are judged by the interval, with --gate and without', async () => {
		const slow = limited(rounds(1.3), 'delta.p50', '< 10%');
		for (const words of [[], ['--gate']]) {
			const {code, deltas} = await gated(slow, {words});
			expect(code).toBe(1);
			expect(deltas).toMatchObject([{metric: 'delta.p50', passed: false, result: 'new-5', name: 'checkout'}]);
			expect(deltas[0]?.actual).toBeCloseTo(0.3, 1);
		}

		const kept = await gated(limited(rounds(1.3), 'delta.p50', '< 50%'), {words: []});
		expect(kept).toMatchObject({code: 0, deltas: [{passed: true}]});
		// Without --gate only they are asked, and what else there is fails nothing.
		expect(kept.comparisons).toMatchObject([{metric: 'p50', isDisplayed: true, margin: 0.5}]);
	});

	test('that cannot be told fail nothing: with --gate they are inconclusive', async () => {
		const few = limited(rounds(1).slice(0, 2), 'delta.p50', '< 10%');
		expect(await gated(few, {words: []})).toMatchObject({code: 0, deltas: [{isUnclear: true, passed: false}]});
		expect((await gated(few)).code).toBe(3);
	});
});
