import {describe, expect, test} from 'vitest';
import type {Result} from '../../source/core/result.ts';
import {judgeResults} from '../../source/stats/judge-results.ts';
import {syntheticResult} from '../helpers/result.ts';

/** Runs that vary by some percent, as those of one machine do. */
const runs = (count: number, slower: number, from: number): readonly Result[] =>
	Array.from({length: count}, (_, index) =>
		syntheticResult({
			id: `run-${from + index}`,
			seed: from + index,
			seconds: 5,
			perSecond: 400,
			slower: slower * (1 + 0.01 * Math.sin(from + index)),
		}),
	);

const verdicts = (base: readonly Result[], candidate: readonly Result[]): Record<string, string> =>
	Object.fromEntries(judgeResults(base, candidate).map(({metric, verdict}) => [metric, verdict]));

describe('several runs a side', () => {
	test('that are alike are the same, and a slower side is worse', () => {
		const base = runs(8, 1, 1);
		expect(verdicts(base, runs(8, 1, 100))).toMatchObject({p50: 'same', 'error rate': 'same'});
		expect(verdicts(base, runs(8, 1.3, 200))).toMatchObject({p50: 'worse', p90: 'worse', p99: 'worse'});
		expect(verdicts(runs(8, 1.3, 200), base)).toMatchObject({p50: 'better'});
	});

	test('have the figures of their runs', () => {
		const base = runs(5, 1, 1);
		const [p50] = judgeResults(base, runs(5, 1, 50));
		const middle = base.map(({summary}) => summary.latency.p50 ?? 0);
		expect(p50).toMatchObject({metric: 'p50', unit: 'ms', runs: {base: 5, candidate: 5}, margin: 0.05});
		expect(p50?.base).toBeGreaterThan(Math.min(...middle) * 0.999);
		expect(p50?.base).toBeLessThan(Math.max(...middle) * 1.001);
	});

	test('that were not timed one by one are judged by their metrics', () => {
		const micro = (count: number, time: number): readonly Result[] =>
			runs(count, 1, Math.round(time * 100)).map((result, index) => {
				const p50 = time * (1 + 0.004 * Math.cos(index));
				return {
					...result,
					summary: {
						...result.summary,
						latency: {...result.summary.latency, count: 0},
						metrics: {
							sort: {
								unit: 'ns',
								better: 'lower',
								count: 9,
								mean: p50,
								stddev: 0,
								min: p50,
								p50,
								p90: p50,
								p99: p50,
								max: p50,
								interval: null,
							},
							words: {
								unit: 'count',
								better: null,
								count: 1,
								mean: 1,
								stddev: 0,
								min: 1,
								p50: 1,
								p90: 1,
								p99: 1,
								max: 1,
								interval: null,
							},
						},
					},
				};
			});
		expect(verdicts(micro(6, 10), micro(6, 12))).toMatchObject({sort: 'worse', 'error rate': 'same'});
		expect(Object.keys(verdicts(micro(6, 10), micro(6, 12)))).toEqual(['throughput', 'error rate', 'sort']);
	});

	test('with margins and noise of their own are held against those', () => {
		const [p50] = judgeResults(runs(6, 1, 1), runs(6, 1.03, 60), {margins: {p50: 0.5}, noise: {p99: 0.4}});
		expect(p50).toMatchObject({margin: 0.5, verdict: 'same'});
	});
});
