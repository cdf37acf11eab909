import {describe, expect, test} from 'vitest';
import type {ComparisonRule, Membership, RunPlan, Side} from '../../source/core/plan.ts';
import {type Random, seededRandom} from '../../source/core/random.ts';
import type {Result} from '../../source/core/result.ts';
import type {SideRun} from '../../source/core/side-run.ts';
import {deviationOf} from '../../source/stats/describe.ts';
import {leftOutAfter, sideRunOf, sideRunsWith, standings} from '../../source/stats/rounds.ts';
import {nominalLevels} from '../../source/stats/sequential.ts';
import {studentTQuantile} from '../../source/stats/student-t.ts';
import {syntheticResult} from '../helpers/result.ts';

const fixed: ComparisonRule = {pairs: 6, confidence: 0.95, margins: {}, seed: 1};
const looking: ComparisonRule = {...fixed, pairs: 12, looks: [6, 8, 10, 12]};

const standardNormal = (random: Random): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const run = (is: Side['is'], pair: number, p50: number, benchmark = 'page'): SideRun => ({
	id: `${benchmark} ${is} ${pair}`,
	side: {benchmark, pair, is, of: is === 'base' ? 'main' : 'topic'},
	fingerprint: {workload: 'w', environment: 'e'},
	figures: {
		p50: {unit: 'ms', lowerIsBetter: true, value: p50},
		p99: {unit: 'ms', lowerIsBetter: true, value: p50 * 3},
		throughput: {unit: '1/s', lowerIsBetter: false, value: 1000 / p50},
	},
	ended: 1000,
	failed: 0,
	uncertain: [],
	doubts: [],
});

/** So many pairs, the candidate so many times the base, with noise of that standard deviation on the ln scale. */
const pairs = (count: number, ratio: number, noise: number, seed = 7, benchmark = 'page'): readonly SideRun[] => {
	const random = seededRandom(seed);
	return Array.from({length: count}, (_, index) => {
		const [a, b] = [standardNormal(random), standardNormal(random)];
		const both = [
			run('base', index + 1, 10 * Math.exp(noise * a), benchmark),
			run('candidate', index + 1, 10 * ratio * Math.exp(noise * b), benchmark),
		];
		// As rounds come: ABBA.
		return index % 2 === 0 ? both : both.reverse();
	}).flat();
};

const only = (runs: readonly SideRun[], rule: ComparisonRule) => {
	const [standing] = standings(runs, rule);
	if (standing === undefined) throw new Error('There is no standing.');
	return standing;
};

const verdicts = (runs: readonly SideRun[], rule: ComparisonRule) =>
	Object.fromEntries(only(runs, rule).comparisons.map(({metric, verdict}) => [metric, verdict]));

describe('how two sides stand', () => {
	test('is told by complete pairs alone, each run beside the one that was made next to it', () => {
		const runs = pairs(3, 1.5, 0.01);
		expect(only(runs.slice(0, 1), fixed)).toMatchObject({pairs: 0, most: 6, comparisons: [], isFinal: false});
		const standing = only(runs.slice(0, 5), fixed);
		expect(standing).toMatchObject({pairs: 2, isFinal: false, of: {base: 'main', candidate: 'topic'}});
		expect(standing.comparisons[0]).toMatchObject({
			metric: 'p50',
			benchmark: 'page',
			against: {label: 'main', runs: ['page base 1', 'page base 2']},
			runs: {base: 2, candidate: 2},
		});
	});

	test('a drift that falls on both runs of a pair is no noise', () => {
		const drifting = Array.from({length: 6}, (_, index) => {
			const level = 10 * 1.5 ** index;
			return [run('base', index + 1, level), run('candidate', index + 1, level * (1.2 + 0.002 * index))];
		}).flat();
		expect(verdicts(drifting, fixed)).toMatchObject({p50: 'worse', p99: 'worse', 'error rate': 'same'});
		const {low, high} = only(drifting, fixed).comparisons[0]!.change;
		expect([low! > 0.19, high! < 0.22]).toEqual([true, true]);
	});

	test('is final with the last pair, and never before', () => {
		const runs = pairs(6, 2, 0.02);
		expect(only(runs.slice(0, 11), fixed).isFinal).toBe(false);
		expect(only(runs, fixed).isFinal).toBe(true);
		expect(verdicts(runs, fixed)).toMatchObject({p50: 'worse', p99: 'worse', throughput: 'worse'});
		expect(verdicts(pairs(6, 1, 0.002), fixed)).toMatchObject({p50: 'same', p99: 'same', throughput: 'same'});
	});

	test('a tail of few operations decides nothing', () => {
		const runs = pairs(6, 1, 0.001).map((each) => ({...each, uncertain: ['p99']}));
		const shown = only(runs, fixed).comparisons.filter(({isDisplayed}) => isDisplayed === true);
		expect(shown.map(({metric}) => metric)).toEqual(['p99']);
	});

	test('each benchmark stands by itself', () => {
		const both = [...pairs(6, 2, 0.02, 1, 'one'), ...pairs(5, 1, 0.02, 2, 'two')];
		expect(standings(both, fixed).map(({benchmark, pairs: count, isFinal}) => [benchmark, count, isFinal])).toEqual([
			['one', 6, true],
			['two', 5, false],
		]);
	});
});

describe('until it is decided', () => {
	test('nothing is before the first look, and what was decided at a look stays so', () => {
		const runs = pairs(12, 2, 0.02);
		expect(only(runs.slice(0, 10), looking)).toMatchObject({pairs: 5, isFinal: false});
		const first = only(runs.slice(0, 12), looking);
		expect(first).toMatchObject({pairs: 6, isFinal: true});
		expect(first.comparisons[0]).toMatchObject({metric: 'p50', verdict: 'worse'});
		expect(first.comparisons[0]?.p).toBeUndefined();
		// Runs that were made beyond it are no further look.
		expect(only(runs, looking)).toEqual(first);
	});

	test('early looks ask for more than late ones do', () => {
		const runs = pairs(12, 1.05, 0.1);
		const widths = [6, 8, 10, 12].map((count) => {
			const {low, high} = only(runs.slice(0, 2 * count), looking).comparisons[0]!.change;
			return high! - low!;
		});
		expect(widths.every((width, index) => index === 0 || width < widths[index - 1]!)).toBe(true);
		const [alone] = standings(runs.slice(0, 12), fixed);
		const {low, high} = alone!.comparisons[0]!.change;
		expect(widths[0]!).toBeGreaterThan(2 * (high! - low!));
	});

	test('what is never decided ends with the last look', () => {
		const unclear = pairs(12, 1.05, 0.1);
		expect(only(unclear.slice(0, 20), looking)).toMatchObject({pairs: 10, isFinal: false});
		expect(only(unclear, looking)).toMatchObject({pairs: 12, isFinal: true});
		expect(verdicts(unclear, looking).p50).toBe('unclear');
	});

	test('a change as large as the margin is called worse no more often than it says', () => {
		const margins = {p50: 0.05, p99: 0.05, throughput: 0.05};
		const trials = 300;
		let wrong = 0;
		for (let seed = 1; seed <= trials; seed++) {
			const {comparisons} = only(pairs(12, 1.05, 0.03, seed), {...looking, margins});
			if (comparisons.some(({verdict}) => verdict === 'worse')) wrong += 1;
		}

		// One side of 5 % is 2.5 %. Looked at each time as if it were the only one, 6 % of them are.
		expect(wrong / trials).toBeLessThan(0.025);
	});
});

const planOf = (runs: Membership['runs'], id: string, side: Side, comparison: ComparisonRule): RunPlan => ({
	...syntheticResult().plan,
	id,
	side,
	suite: {id: 'suite', runs, bail: false, comparison},
});

const ended = (of: SideRun, runs: Membership['runs'], rule: ComparisonRule, more: Partial<Result> = {}): Result => ({
	...syntheticResult({id: of.id}),
	id: of.id,
	plan: planOf(runs, of.id, of.side, rule),
	...more,
});

describe('the run after a run', () => {
	const made = pairs(12, 2, 0.02);
	const members = made.map(({id, side}) => ({id, name: 'page', benchmark: side.benchmark}));

	test('is the next one, of a fixed number whatever was found', () => {
		const rule = {...fixed, pairs: 12};
		for (const at of [0, 11, 22]) expect(leftOutAfter(ended(made[at]!, members, rule), made.slice(0, at))).toBe(0);
		expect(leftOutAfter(ended(made[23]!, members, rule), made.slice(0, 23))).toBeUndefined();
	});

	test('there is none where a side could not be measured, or was stopped', () => {
		const rule = {...fixed, pairs: 12};
		const failed = {ending: {state: 'failed', message: 'gone'}} as const;
		const errors = {ending: {state: 'stopped', by: 'errors'}} as const;
		expect(leftOutAfter(ended(made[3]!, members, rule, failed), made.slice(0, 3))).toBeUndefined();
		expect(leftOutAfter(ended(made[3]!, members, rule, errors), made.slice(0, 3))).toBeUndefined();
		const {summary} = syntheticResult();
		const nothing = {summary: {...summary, operations: {...summary.operations, succeeded: 0}}};
		expect(leftOutAfter(ended(made[3]!, members, rule, nothing), made.slice(0, 3))).toBeUndefined();
		expect(sideRunsWith(ended(made[3]!, members, rule, nothing), made.slice(0, 3))).toHaveLength(3);
	});

	test('there is none where all is decided', () => {
		// The figures of the run itself are those of the synthetic one: 8 ms, beside bases of 10.
		const slow = made.map((each) => (each.side.is === 'candidate' ? run('candidate', each.side.pair, 80) : each));
		const last = slow[11]!;
		expect(leftOutAfter(ended(slow[10]!, members, looking), slow.slice(0, 10))).toBe(0);
		const after = leftOutAfter(ended(last, members, looking), slow.slice(0, 11));
		expect(last.side.is).toBe('base');
		expect(after).toBeUndefined();
	});

	test('those of a benchmark that is decided are passed over', () => {
		const one = pairs(12, 8, 0.02, 1, 'one');
		const two = pairs(12, 1.05, 0.2, 2, 'two');
		const runs = Array.from({length: 24}, (_, index) => [one[index]!, two[index]!]).flat();
		const listed = runs.map(({id, side}) => ({id, name: side.benchmark, benchmark: side.benchmark}));
		const at = runs.findIndex(({id}) => id === two[11]!.id);
		expect(leftOutAfter(ended(runs[at]!, listed, looking), runs.slice(0, at))).toBe(1);
		expect(leftOutAfter(ended(runs[at - 2]!, listed, looking), runs.slice(0, at - 2))).toBe(0);
	});

	test('has of the runs before it what they are judged by', () => {
		const side: Side = {benchmark: 'page', pair: 1, is: 'base', of: 'main'};
		const result = {...syntheticResult(), plan: planOf([], 'x', side, fixed)};
		expect(sideRunOf(result)).toMatchObject({
			side,
			ended: 300,
			failed: 0,
			figures: {p50: {unit: 'ms', lowerIsBetter: true, value: result.summary.latency.p50}},
		});
		expect(sideRunOf(syntheticResult())).toBeUndefined();
	});
});

test('each look has its share of the error rate, and each metric that gates its share of that', () => {
	const runs = pairs(12, 1.01, 0.05);
	const {comparisons, pairs: taken} = only(runs, looking);
	const look = looking.looks?.indexOf(taken) ?? -1;
	const level = nominalLevels(
		[6, 8, 10, 12].map((count) => count / 12),
		0.05 / 4,
	)[look];
	const differences = Array.from({length: taken}, (_, index) => {
		const value = (is: Side['is']) =>
			runs.find(({side}) => side.is === is && side.pair === index + 1)?.figures.p50?.value ?? Number.NaN;
		return Math.log(value('candidate') / value('base'));
	});
	const half =
		studentTQuantile(1 - (level ?? Number.NaN) / 2, taken - 1) * (deviationOf(differences) / Math.sqrt(taken));
	const {low, high} = comparisons[0]?.change ?? {};
	expect(Math.log1p(high ?? 0) - Math.log1p(low ?? 0)).toBeCloseTo(2 * half, 8);
});
