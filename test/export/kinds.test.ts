import {describe, expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {type Result, resultOf} from '../../source/core/result.ts';
import {hasBegun} from '../../source/core/run-state.ts';
import {spokenMeasure} from '../../source/core/spoken.ts';
import type {Threshold} from '../../source/core/threshold.ts';
import {overview} from '../../source/export/overview.ts';
import {spoken} from '../../source/export/spoken.ts';
import {text} from '../../source/export/text.ts';
import {type Kind, kindState} from '../helpers/fake-kinds.ts';
import {syntheticResult} from '../helpers/result.ts';

const resultFor = (kind: Kind, thresholds: readonly Threshold[] = []): Result => {
	const state = kindState(kind, 60_000);
	if (!hasBegun(state)) throw new Error('It began.');
	const result = resultOf(state);
	return {...result, plan: {...result.plan, thresholds}};
};

const limits: readonly Threshold[] = [
	{metric: 'errors', comparison: '<', limit: 0.01, text: '< 1%'},
	{metric: 'sort n=1000.p99', comparison: '<=', limit: 1000, text: '<= 1µs'},
	{metric: 'no such metric', comparison: '>', limit: 1, text: '> 1'},
	{metric: 'throughput', comparison: '>', limit: 1, text: '> 1/s'},
];

describe('the report of functions', () => {
	const rendered = text.render(reportOf([resultFor('functions', limits)]));

	test('has no block of latencies that nobody took, and no bytes that nobody moved', () => {
		expect(rendered).not.toMatch(/Latency|p99\.9|0B\/s/);
	});

	test('findings, metrics with intervals, thresholds: in this order, to the letter', () => {
		expect(rendered.slice(0, rendered.indexOf('Throughput'))).toMatchInlineSnapshot(`
			"functions  bench/sort.ts  (run 01J0functions)
			  finished; measured 20s after 0ms of warm-up; engine micro

			Found out
			  sort: O(n log n), 97 % sure, exponent 1.08 (1.05–1.11)

			Metrics
			                              median       ±        min      max     mean   stddev    n
			  sort n=10                   180 ns  ±1.16%     173 ns   187 ns   180 ns  4.18 ns  136
			  sort n=100                 2.10 µs  ±1.53%    2.02 µs  2.18 µs  2.10 µs  46.2 ns  136
			  sort n=1000                31.1 µs  ±1.34%    29.8 µs  32.2 µs  31.1 µs   713 ns  136
			  sort n=1000 allocation    24.0K/op  ±0.04%      24.0K    24.0K    24.0K    10.1B   17
			  sort n=10000                418 µs  ±0.97%     403 µs   437 µs   419 µs  10.3 µs  136
			  parse JSON 漢字            1.25 ms  ±1.05%    1.20 ms  1.30 ms  1.25 ms  29.9 µs  128
			  hash                       88.4 ns  ±1.93%    84.5 ns  91.5 ns  88.2 ns  2.09 ns  128
			  cacheHits               11.6k hits  -0/+5%      11.5k    12.5k    11.8k      357   16
			  ± how far the median may be off, with 95 % confidence

			Thresholds
			  ✗ FAILED  sort n=1000.p99 <= 1µs       32.2 µs
			  ✗ FAILED  no such metric > 1      not measured
			  ✓ met     errors < 1%                       0%
			  ✓ met     throughput > 1/s             2.85M/s

			"
		`);
	});

	test('aloud: words instead of signs', () => {
		const sentences = spoken.render(reportOf([resultFor('functions', limits)]));
		expect(sentences).toContain(
			'sort n=10: median 180 nanoseconds, at most 1.16 percent off with 95 percent confidence; 136 samples from 173 nanoseconds to 187 nanoseconds.',
		);
		expect(sentences).toContain('Threshold errors below 1%: met, 0 percent.');
		expect(sentences).toContain('Threshold sort n=1000.p99 at most 1µs: failed, 32.2 microseconds.');
		expect(sentences).toContain('Threshold no such metric above 1: failed, not measured.');
		expect(sentences).not.toMatch(/[<>±✓✗]|latency/i);
	});
});

test('operations told apart, to the letter', () => {
	const rendered = text.render(reportOf([resultFor('scenario')]));
	const from = rendered.indexOf('Operations told apart');
	expect(rendered.slice(from, rendered.indexOf('Throughput'))).toMatchInlineSnapshot(`
		"Operations told apart (latency in ms)
		                                                          ended   1/s   p50    p95    p99    max  failed
		  GET /products                                           4 800   240  4.07   7.92   9.28   10.6       0
		  POST /cart                                              2 200   110  9.22   17.9   21.1   24.0      24  1.09%
		  POST /checkout, with a name that is longer than others    100  5.00  42.8   78.0   98.5?   115       0
		  ? rests on too few operations to be relied on

		"
	`);
});

test('several runs end with a table of all of them', () => {
	const limit: Threshold = {metric: 'latency.p95', comparison: '<', limit: 1, text: '< 1ms'};
	const failed = syntheticResult({id: 'f', name: 'broken', ending: {state: 'failed', message: 'no such file'}});
	const report = reportOf([
		{...resultFor('functions'), plan: {...resultFor('functions').plan, round: {number: 2, of: 3}}},
		resultFor('command', [limit]),
		resultFor('scenario', [{...limit, limit: 100, text: '< 100ms'}]),
		failed,
	]);
	expect(overview.render(report)).toMatchInlineSnapshot(`
		"run                       outcome                                 median       p99     rate  errors  thresholds
		functions (round 2 of 3)  finished  sort n=10 180 ns ±1.16% (and 7 more)         –  2.85M/s      0%
		command                   finished                               1151 ms  1207? ms  0.800/s      0%  ✗ 1 of 1 failed: latency.p95 < 1ms
		scenario                  finished                               5.07 ms   33.5 ms    355/s   0.34%  ✓ 1 met
		broken                    FAILED                                 7.77 ms  22.9? ms    100/s      0%
		"
	`);
	expect(text.render(report)).toContain(overview.render(report).trimEnd());
	expect(text.render(reportOf([failed]))).not.toContain('outcome');
});

test.each([
	[1234, 'ns', '1.23 microseconds'],
	[24_576, 'bytes/op', '24.0 kilobytes per op'],
	[0.85, '1/s', '0.85 per second'],
	[12.34, '%', '12.3 percent'],
	[1234, 'modules', '1234 modules'],
	[7, 'count', '7'],
	[null, 'ns', 'unknown'],
] as const)('%d in %s is read aloud as %s', (value, unit, words) => {
	expect(spokenMeasure(value, unit)).toBe(words);
});
