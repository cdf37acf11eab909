import {describe, expect, test} from 'vitest';
import {gateOutcome} from '../../source/core/gate.ts';
import type {Comparison} from '../../source/core/report.ts';
import type {Compared} from '../../source/core/result.ts';
import {samplesOf, summariseMetric} from '../../source/core/samples.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {compareSides} from '../../source/stats/compare-sides.ts';
import {judgeByHistory} from '../../source/stats/judge-by-history.ts';
import {judgeSides} from '../../source/stats/judge-sides.ts';
import {errorShareOf, figuresOf, noiseBetween} from '../../source/stats/run-figures.ts';
import {syntheticResult} from '../helpers/result.ts';

const named = (comparisons: readonly Comparison[], metric: string): Comparison =>
	comparisons.find((comparison) => comparison.metric === metric)!;

/** Runs that differ by a percent or two, as those of one program do. */
const side = (slower: number, seed: number, count = 5, failedShare = 0): readonly Compared[] =>
	Array.from({length: count}, (_, run) =>
		syntheticResult({
			id: `${seed}-${run}`,
			seed: seed + run,
			seconds: 30,
			slower: slower * [1, 1.01, 0.99, 1.015, 0.985, 1, 1.01, 0.99, 1.015, 0.985][run]!,
			failedShare,
		}),
	);

describe('several runs a side', () => {
	const base = side(1, 10);

	test('every metric is judged, p90 only displayed', () => {
		const comparisons = compareSides(base, side(1.3, 20));
		expect(comparisons.map(({metric}) => metric)).toEqual(['p50', 'p90', 'p99', 'throughput', 'error rate']);
		for (const metric of ['p50', 'p90', 'p99']) {
			const {verdict, change, severity, runs} = named(comparisons, metric);
			expect([verdict, severity, runs]).toEqual(['worse', 'high', {base: 5, candidate: 5}]);
			expect(Math.abs(change.estimate! - 0.3)).toBeLessThan(0.08);
			expect(change.low!).toBeLessThan(change.estimate!);
			expect(change.covers).toMatch(/within runs and between them/);
		}

		expect(named(comparisons, 'p90').p).toBeCloseTo(2 / 252, 12);
		expect(named(comparisons, 'p50').p).toBeCloseTo(8 / 252, 12);
		expect(named(comparisons, 'throughput')).toMatchObject({verdict: 'same', unit: '1/s', lowerIsBetter: false});
		expect(named(comparisons, 'error rate').because).toMatch(/^Neither side failed/);
	});

	test('runs of one program are the same, and margins and gates are the caller’s', () => {
		const again = side(1.001, 30);
		expect(compareSides(base, again).map(({verdict}) => verdict)).not.toContain('worse');
		const strict = compareSides(base, side(1.3, 20), {margins: {p50: 0.5}, gates: ['p50']});
		expect(named(strict, 'p50')).toMatchObject({margin: 0.5, verdict: 'same', p: 2 / 252});
	});

	test('failures that came with the candidate', () => {
		const {
			verdict,
			change,
			base: before,
			candidate: after,
		} = named(compareSides(base, side(1, 40, 5, 0.03)), 'error rate');
		expect(verdict).toBe('worse');
		expect(before).toBe(0);
		expect(after! / 100).toBeCloseTo(change.estimate!, 12);
		expect(Math.abs(change.estimate! - 0.03)).toBeLessThan(0.01);
	});

	test('metrics of runs that time nothing gate; those that have no better are never worse', () => {
		const run = (level: number, index: number): Compared => {
			const {id, summary, timeline} = syntheticResult({id: `${level}-${index}`, perSecond: 0});
			const samples = samplesOf(Array.from({length: 9}, (_, value) => level * (1 + 0.001 * (value + index))));
			const metrics = {
				'wall time': summariseMetric({unit: 'ms', better: 'lower', samples}),
				score: summariseMetric({unit: '1', better: 'higher', samples}),
				size: summariseMetric({unit: 'bytes', samples}),
			};
			return {id, timeline, summary: {...summary, metrics}};
		};
		const runs = (level: number): readonly Compared[] => Array.from({length: 5}, (_, index) => run(level, index));
		const comparisons = compareSides(runs(10), runs(12));
		expect(named(comparisons, 'wall time')).toMatchObject({verdict: 'worse', unit: 'ms'});
		expect(named(comparisons, 'score')).toMatchObject({verdict: 'better', lowerIsBetter: false});
		expect(named(comparisons, 'size').verdict).toBe('unclear');
		expect(named(comparisons, 'size').because).toMatch(/neither more nor less of it is better/);
		expect(named(comparisons, 'size')).not.toHaveProperty('severity');
	});

	test('a metric that one run lacks is not judged, and keeps the gate open; sides without runs have nothing to say', () => {
		const lacking = [...side(1, 50, 4), syntheticResult({id: 'none', perSecond: 0, seconds: 3})];
		for (const comparisons of [compareSides(base, lacking), compareSides(lacking, base)]) {
			const {verdict, because, change} = named(comparisons, 'p50');
			expect([verdict, change.estimate]).toEqual(['unclear', null]);
			expect(because).toMatch(/^Some of the runs have no such figure/);
			expect(gateOutcome(comparisons)).toBe('inconclusive');
		}

		for (const {verdict} of compareSides([], [])) expect(verdict).toBe('unclear');
	});

	test('a metric that the candidate tells no longer keeps the gate open; one that only it tells does not', () => {
		const run = (level: number, index: number, metric?: string, unit = 'bytes'): Compared => {
			const {id, summary, timeline} = syntheticResult({id: `${level}-${index}`, perSecond: 0});
			const samples = samplesOf(Array.from({length: 9}, (_, value) => level * (1 + 0.001 * (value + index))));
			const timed = {'wall time': summariseMetric({unit: 'ms', better: 'lower', samples})};
			const metrics =
				metric === undefined ? timed : {...timed, [metric]: summariseMetric({unit, better: 'lower', samples})};
			return {id, timeline, summary: {...summary, metrics}};
		};
		const runs = (count: number, level: number, metric?: string, unit?: string): readonly Compared[] =>
			Array.from({length: count}, (_, index) => run(level, index, metric, unit));
		for (const count of [1, 5]) {
			const known = {noise: new Map([['wall time', {deviation: 0.001, of: 20}]])};
			const judged = (base: readonly Compared[], candidate: readonly Compared[]) =>
				judgeSides(base, candidate, known).filter(({metric}) => metric !== 'throughput');
			const gone = judged(runs(count, 10, 'size'), runs(count, 10));
			expect(named(gone, 'size')).toMatchObject({verdict: 'unclear', candidate: null, unit: 'bytes'});
			expect(named(gone, 'size').because).toMatch(/no such figure/);
			expect(gateOutcome(gone)).toBe('inconclusive');
			const renamed = judged(runs(count, 10, 'size'), runs(count, 10, 'size', 'pages'));
			expect(gateOutcome(renamed)).toBe('inconclusive');
			const fresh = judged(runs(count, 10), runs(count, 10, 'size'));
			expect(fresh.map(({metric}) => metric)).not.toContain('size');
			if (count > 1) expect(gateOutcome(fresh)).toBe('pass');
		}
	});

	test('a metric that is called as a figure of every run does not stand for it', () => {
		const run = (level: number, id: string): Compared => {
			const {summary, ...rest} = syntheticResult({id, slower: level});
			const told = summariseMetric({unit: 'bytes', better: 'lower', samples: samplesOf([7, 7, 7])});
			const metrics = {p50: told, p90: told, p99: told, throughput: told, 'error rate': told, size: told};
			return {...rest, summary: {...summary, metrics}};
		};
		const runs = (level: number) => Array.from({length: 5}, (_, index) => run(level, `${level}-${index}`));
		for (const comparisons of [
			compareSides(runs(1), runs(2)),
			compareRuns(run(1, 'a'), run(2, 'b')),
			judgeByHistory([], [[run(1, 'a')]]).comparisons,
		]) {
			const names = comparisons.map(({metric}) => metric);
			expect(names).toEqual(['p50', 'p90', 'p99', 'throughput', 'error rate', 'size']);
			expect(comparisons.map(({unit}) => unit)).toEqual(['ms', 'ms', 'ms', '1/s', '%', 'bytes']);
		}
	});

	test('latencies of microseconds are told finer than they are shown', () => {
		const fast = syntheticResult({seed: 3, seconds: 20, slower: 0.001});
		const {value} = figuresOf(fast).get('p50')!;
		expect(fast.summary.latency.p50).toBe(0.008);
		expect(value).not.toBe(0.008);
		expect(Math.abs(value - 0.008)).toBeLessThan(0.0005);
		const usual = syntheticResult({seed: 3, seconds: 20});
		expect(figuresOf(usual).get('p50')!.value).toBe(usual.summary.latency.p50);
	});
});

describe('one run a side with a history', () => {
	const [one] = side(1, 60);
	const noise = noiseBetween(side(1, 70, 10));

	test('knows how much runs vary', () => {
		const {deviation, of} = noise.get('p50')!;
		expect(of).toBe(10);
		expect(deviation).toBeGreaterThan(0.008);
		expect(deviation).toBeLessThan(0.03);
		expect(noise.get('throughput')!.deviation).toBe(0);
		expect(noiseBetween([one!]).size).toBe(0);
	});

	test('is judged, by an interval that is wider for it', () => {
		const long = (slower: number, seed: number) => syntheticResult({id: `long${seed}`, seed, seconds: 60, slower});
		const [a, b] = [long(1, 1), long(1.3, 2)];
		const [without, judged] = [named(compareRuns(a, b), 'p50'), named(compareRuns(a, b, {noise}), 'p50')];
		expect(without.verdict).toBe('unclear');
		expect(judged).toMatchObject({verdict: 'worse', severity: 'high', runs: {base: 1, candidate: 1}});
		expect(judged.change.high! - judged.change.low!).toBeGreaterThan(without.change.high! - without.change.low!);
		expect(judged.change.estimate).toBe(without.change.estimate);
		expect(judged.change.covers).toMatch(/as 10 runs before showed it/);
		const alike = named(compareRuns(a, long(1, 3), {noise}), 'p50');
		expect(alike.verdict).toBe('unclear');
		expect(alike.because).toMatch(/as wide as the noise|One run a side/);
	});

	test('of too few seconds is judged by what enough whole runs vary by, else not at all', () => {
		const short = (slower: number, id: string) => syntheticResult({id, seed: 8, seconds: 20, slower});
		const [a, b] = [short(1, 'a'), short(1.3, 'b')];
		expect(named(compareRuns(a, b, {noise}), 'p50')).toMatchObject({
			verdict: 'worse',
			method: 'the deviation of 10 runs before',
		});
		const few = new Map([['p50', {deviation: 0.01, of: 7}]]);
		const {verdict, because} = named(compareRuns(a, b, {noise: few}), 'p50');
		expect(verdict).toBe('unclear');
		expect(because).toMatch(/30 a side are needed/);
	});
});

test('the share of failures is of the operations that ended', () => {
	const {summary, ...rest} = syntheticResult();
	const operations = {offered: 100, succeeded: 60, failed: 20, inFlight: 20};
	expect(errorShareOf({...rest, summary: {...summary, operations}})).toEqual({failed: 20, ended: 80});
});
