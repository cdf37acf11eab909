import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import type {Comparison} from '../../source/core/report.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {differences} from '../../source/stats/differences.ts';
import {syntheticResult} from '../helpers/result.ts';

const named = (comparisons: readonly Comparison[], metric: string): Comparison =>
	comparisons.find((comparison) => comparison.metric === metric)!;

describe('one run a side', () => {
	const base = syntheticResult({id: 'a', seed: 1, seconds: 60});
	const slower = syntheticResult({id: 'b', seed: 2, seconds: 60, slower: 1.3, failedShare: 0.01});

	test('shows the figures of both summaries and their change', () => {
		const comparisons = compareRuns(base, slower);
		expect(comparisons.map(({metric}) => metric)).toEqual(['p50', 'p90', 'p99', 'throughput', 'error rate']);
		for (const metric of ['p50', 'p90', 'p99'] as const) {
			const {base: a, candidate: b, change} = named(comparisons, metric);
			expect(a).toBe(base.summary.latency[metric]);
			expect(b).toBe(slower.summary.latency[metric]);
			expect(change.estimate).toBeCloseTo(b! / a! - 1, 12);
			expect(change.low!).toBeLessThan(change.estimate!);
			expect(change.high!).toBeGreaterThan(change.estimate!);
			expect(change.low!).toBeGreaterThan(0.1);
			expect(change.high!).toBeLessThan(0.6);
		}

		expect(named(comparisons, 'throughput').change.estimate).toBe(0);
		const errors = named(comparisons, 'error rate');
		expect(errors.base).toBe(0);
		expect(errors.candidate).toBeCloseTo((100 * slower.summary.operations.failed) / 6000, 9);
		expect(errors.change.estimate).toBeCloseTo(slower.summary.operations.failed / 6000, 12);
		expect(errors.change.low!).toBeGreaterThan(0);
		expect(errors.change.covers).toMatch(/absolute difference/);
	});

	test('is never judged: the noise between runs is unknown', () => {
		for (const {verdict, because, change} of compareRuns(base, slower)) {
			expect(verdict).toBe('unclear');
			expect(because).toMatch(/One run a side/);
			expect(change.covers).toMatch(/^within these two runs only/);
		}
	});

	test('the same data give the same answer, and a run against itself no change', () => {
		expect(compareRuns(base, slower)).toEqual(compareRuns(base, slower));
		for (const {change} of compareRuns(base, base)) expect(change.estimate).toBe(0);
	});

	test('without an interval below 30 effective seconds', () => {
		const short = syntheticResult({id: 's', seed: 3, seconds: 29});
		const p50 = named(compareRuns(base, short), 'p50');
		expect(p50.change).toMatchObject({low: null, high: null});
		expect(p50.change.estimate).not.toBeNull();
		expect(p50.because).toMatch(/No interval: .* 30 a side are needed/);
		const drifting = syntheticResult({id: 'd', seed: 3, seconds: 60, levelAt: (second) => 1 + second / 10});
		expect(named(compareRuns(base, drifting), 'p50').change.low).toBeNull();
	});

	test('without an estimate where one of the runs measured nothing', () => {
		const empty = syntheticResult({id: 'e', seconds: 60, perSecond: 0});
		for (const [a, b] of [
			[base, empty],
			[empty, base],
			[empty, empty],
		] as const) {
			for (const {change, because} of compareRuns(a, b)) {
				expect(change).toMatchObject({estimate: null, low: null, high: null});
				expect(because).toMatch(/\w/);
			}
		}

		const none = syntheticResult({id: 'n', seconds: 0});
		expect(compareRuns(none, base)).toHaveLength(5);
	});

	test('a burst of failures widens the interval of the error rate', () => {
		const spread = syntheticResult({id: 'x', seed: 4, seconds: 60, failedShare: 0.05});
		const burst = {
			...spread,
			timeline: spread.timeline.map((second, index) => ({...second, failed: index < 10 ? 30 : 0})),
		};
		const width = (result: typeof spread): number => {
			const {low, high} = named(compareRuns(base, result), 'error rate').change;
			return high! - low!;
		};
		expect(width(burst)).toBeGreaterThan(2 * width(spread));
	});

	test('covers no change in about 95 of 100 pairs of like runs with independent seconds', () => {
		const pairs = 60;
		const random = seededRandom(17);
		const covered = {p50: 0, p99: 0};
		for (let pair = 0; pair < pairs; pair++) {
			const seed = () => Math.floor(random() * 2 ** 32);
			const a = syntheticResult({id: `a${pair}`, seed: seed(), seconds: 80, perSecond: 60});
			const b = syntheticResult({id: `b${pair}`, seed: seed(), seconds: 80, perSecond: 60});
			const comparisons = compareRuns(a, b);
			for (const metric of ['p50', 'p99'] as const) {
				const {low, high} = named(comparisons, metric).change;
				// A pair whose seconds resemble each other by chance has no interval, and says nothing wrong.
				if (low === null || high === null || (low <= 0 && high >= 0)) covered[metric] += 1;
			}
		}

		// Blocks of ten seconds in eighty leave an interval somewhat too narrow; .82 is 3 standard errors below .92.
		expect(covered.p50 / pairs).toBeGreaterThan(0.82);
		expect(covered.p99 / pairs).toBeGreaterThan(0.82);
	}, 30_000);

	test('takes well under a second for a minute a side', () => {
		const began = performance.now();
		compareRuns(base, slower);
		expect(performance.now() - began).toBeLessThan(1000);
	});
});

describe('what differs between two runs', () => {
	test('nothing where the fingerprints agree, whatever the plan says', () => {
		expect(differences(syntheticResult(), syntheticResult({seconds: 5}))).toEqual([]);
	});

	test('what was run', () => {
		const found = differences(syntheticResult({connections: 10}), syntheticResult({connections: 50, seconds: 5}));
		expect(found).toEqual(['workload: load.connections 10 → 50', 'workload: duration 3s → 5s']);
	});

	test('where it was run', () => {
		expect(differences(syntheticResult(), syntheticResult({hostname: 'bench-2'}))).toEqual([
			'environment: hostname bench-1 → bench-2',
		]);
	});

	test('something, when the fingerprints differ in what is not recorded', () => {
		const other = syntheticResult({fingerprint: {workload: 'x', environment: 'y'}});
		expect(differences(syntheticResult(), other)).toEqual([
			'workload: its fingerprint, in something that is not recorded',
			'environment: its fingerprint, in something that is not recorded',
		]);
	});
});
