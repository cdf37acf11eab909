import {describe, expect, test} from 'vitest';
import {resultIn, resultsIn} from './told.ts';

const metricsOf = (text: string, path?: string) => resultIn(text, path).summary.metrics ?? {};

describe('Go', () => {
	const go = (...lines: readonly string[]): string =>
		['goos: linux', 'pkg: example.com/p', ...lines, 'PASS', ''].join('\n');

	test('tells runs of -cpu 1,2,4 apart', () => {
		const metrics = metricsOf(go('BenchmarkA 100 10 ns/op', 'BenchmarkA-2 100 20 ns/op', 'BenchmarkA-4 100 40 ns/op'));
		expect(Object.entries(metrics).map(([name, {count, mean}]) => [name, count, mean])).toEqual([
			['A', 1, 10],
			['A-2', 1, 20],
			['A-4', 1, 40],
		]);
	});

	test('on one core holds the numbers of names for no cores', () => {
		const metrics = metricsOf(
			go('BenchmarkA/size-10 100 10 ns/op', 'BenchmarkA/size-100 100 100 ns/op', 'BenchmarkB 1 5 ns/op'),
		);
		expect(Object.keys(metrics)).toEqual(['A/size-10', 'A/size-100', 'B']);
	});

	test('with the same cores everywhere leaves them out of names', () => {
		const result = resultIn(go('BenchmarkA/size-10-8 100 10 ns/op', 'BenchmarkB-8 1 5 ns/op'));
		expect(Object.keys(result.summary.metrics ?? {})).toEqual(['A/size-10', 'B']);
		expect(JSON.stringify(result.plan.load)).toContain('"GOMAXPROCS":"8"');
	});

	test('tells figures below nothing, and what failed', () => {
		const result = resultIn(
			go(
				'BenchmarkA-8 100 10 ns/op -3.5 drift/op',
				'--- BENCH: BenchmarkA-8',
				'    a_test.go:3: 1 2 ns/op',
				'--- FAIL: BenchmarkB-8',
				'FAIL\texample.com/p\t1.2s',
			),
		);
		expect(result.summary.metrics?.['A drift/op']?.mean).toBe(-3.5);
		expect(result.summary.metrics?.A?.count).toBe(1);
		expect(result.validity.trustworthy).toBe(false);
		expect(JSON.stringify(result.validity)).toContain('BenchmarkB');
	});

	test('in events may begin with those of its building', () => {
		const events = [
			{ImportPath: 'example.com/p', Action: 'build-output', Output: '# example.com/p\n'},
			{Action: 'start', Package: 'example.com/p'},
			{Action: 'output', Package: 'example.com/p', Output: 'BenchmarkA-8 \t'},
			{Action: 'output', Package: 'example.com/p', Output: '100\t10 ns/op\n'},
		];
		expect(metricsOf(events.map((event) => JSON.stringify(event)).join('\n'))).toMatchObject({A: {mean: 10}});
	});
});

describe('Google Benchmark', () => {
	const google = (...benchmarks: readonly object[]): string => JSON.stringify({context: {num_cpus: 2}, benchmarks});
	const one = (name: string, time: number, more: object = {}) => ({
		name,
		run_name: name,
		run_type: 'iteration',
		iterations: 10,
		real_time: time,
		cpu_time: time,
		time_unit: 'us',
		...more,
	});

	test('that skipped a benchmark tells no time of it', () => {
		const result = resultIn(google(one('BM_A', 5), one('BM_B', 0, {skipped: true, skip_message: 'no such thing'})));
		expect(Object.keys(result.summary.metrics ?? {})).toEqual(['BM_A', 'BM_A CPU']);
		expect(JSON.stringify(result.validity)).toContain('no such thing');
	});

	test('of before it told aggregates apart mixes none with runs, and tells complexity', () => {
		const plain = (name: string, time: number) => ({
			name,
			iterations: 10,
			real_time: time,
			cpu_time: time,
			time_unit: 'us',
		});
		const result = resultIn(
			google(
				plain('BM_A/8', 5),
				plain('BM_A/8', 7),
				plain('BM_A/8_mean', 6),
				plain('BM_A/8_stddev', 1),
				{name: 'BM_A_BigO', cpu_coefficient: 3, real_coefficient: 2.5, big_o: 'NlgN', time_unit: 'ns'},
				{name: 'BM_A_RMS', rms: 0.05},
			),
		);
		expect(Object.keys(result.summary.metrics ?? {})).toEqual(['BM_A/8', 'BM_A/8 CPU']);
		expect(result.summary.metrics?.['BM_A/8']).toMatchObject({count: 2, mean: 6, unit: 'us'});
		expect(result.findings).toMatchObject([{kind: 'complexity', subject: 'BM_A', figures: {bigO: 'NlgN'}}]);
	});

	test('that kept aggregates alone tells the median, and says so', () => {
		const result = resultIn(
			google(
				one('BM_A_mean', 6, {run_name: 'BM_A', run_type: 'aggregate'}),
				one('BM_A_median', 5, {run_name: 'BM_A', run_type: 'aggregate'}),
			),
		);
		expect(result.summary.metrics?.BM_A).toMatchObject({count: 1, mean: 5});
	});
});

describe('JMH', () => {
	test('reads scores that are no numbers, parameters that are none, and percentiles of samples', () => {
		const metrics = metricsOf(
			JSON.stringify([
				{
					benchmark: 'x.B.one',
					mode: 'sample',
					threads: 1,
					params: null,
					primaryMetric: {
						score: 2,
						scoreError: 'NaN',
						scoreUnit: 'ms/op',
						scorePercentiles: {'0.0': 1, '50.0': 2, '99.0': 9, '100.0': 10},
						rawDataHistogram: [
							[
								[
									[1, 3],
									[5, 1],
								],
							],
						],
					},
					secondaryMetrics: {'gc.time': {score: 'NaN', scoreUnit: 'ms', rawData: [['NaN']]}},
				},
			]),
		);
		expect(Object.entries(metrics).map(([name, {unit, mean}]) => [name, unit, mean])).toEqual([
			['x.B.one', 'ms', 2],
			['x.B.one p50', 'ms', 2],
			['x.B.one p99', 'ms', 9],
		]);
	});
});

test('benchmarks of the same name in two files of pytest are two metrics', () => {
	const stats = (median: number) => ({median, rounds: 1, data: [median]});
	const document = {
		machine_info: {python_version: '3.11'},
		datetime: '2026-01-01T00:00:00.123456',
		version: '4.0.0',
		benchmarks: [
			{name: 'test_fib', fullname: 'a.py::test_fib', stats: stats(1)},
			{name: 'test_fib', fullname: 'b.py::test_fib', stats: stats(2)},
			{name: 'test_sort', fullname: 'b.py::test_sort', stats: stats(3)},
		],
	};
	const result = resultIn(JSON.stringify(document));
	expect(Object.entries(result.summary.metrics ?? {}).map(([name, {mean}]) => [name, mean])).toEqual([
		['a.py::test_fib', 1],
		['b.py::test_fib', 2],
		['test_sort', 3],
	]);
	expect(result.began).toBe('2026-01-01T00:00:00.123Z');
});

test('metrics that a tool calls the same are none of the other', () => {
	const text = 'same  time:   [1.00 ns 2.00 ns 3.00 ns]\nsame  time:   [1.00 ns 5.00 ns 9.00 ns]\n';
	expect(Object.entries(metricsOf(text)).map(([name, {mean}]) => [name, mean])).toEqual([
		['same', 2],
		['same (2)', 5],
	]);
});

test('pyperf: a benchmark without values is none', () => {
	const run = (values?: readonly number[]) => ({
		metadata: {date: '2026-01-01 00:00:00.1'},
		...(values === undefined ? {} : {values}),
	});
	const metrics = metricsOf(
		JSON.stringify({
			version: '1.0',
			benchmarks: [
				{metadata: {name: 'a', unit: 'byte'}, runs: [run(), run([1, 2]), run([3])]},
				{metadata: {name: 'b'}, runs: [run()]},
			],
		}),
	);
	expect(Object.keys(metrics)).toEqual(['a']);
	expect(metrics.a).toMatchObject({unit: 'bytes', count: 3, mean: 2});
});

describe('Criterion and cargo bench', () => {
	test('throughput and changes are no times', () => {
		const metrics = metricsOf(
			[
				'Benchmarking read/1k: Analyzing',
				'read/1k                 time:   [1.0000 µs 1.2000 µs 1.4000 µs]',
				'                        thrpt:  [714.29 Kelem/s 833.33 Kelem/s 1.0000 Melem/s]',
				'                 change:',
				'                        time:   [-1.9374% +0.3214% +2.6101%] (p = 0.79 > 0.05)',
				'                        thrpt:  [-2.5437% -0.3204% +1.9757%]',
				'                        No change in performance detected.',
			].join('\n'),
		);
		expect(Object.entries(metrics).map(([name, {unit, mean}]) => [name, unit, mean])).toEqual([['read/1k', 'us', 1.2]]);
	});

	test('what Rust itself prints', () => {
		const metrics = metricsOf(
			[
				'running 4 tests',
				'test it_works ... ignored',
				'test parse::small ... bench:       1,234 ns/iter (+/- 56)',
				'test parse::large ... bench:   1,234,567.25 ns/iter (+/- 1,000.50) = 812 MB/s',
				'test result: ok. 0 passed; 0 failed; 1 ignored; 2 measured; 0 filtered out',
			].join('\n'),
		);
		expect(Object.entries(metrics).map(([name, {unit, better, mean}]) => [name, unit, better, mean])).toEqual([
			['parse::small', 'ns', 'lower', 1234],
			['parse::large', 'ns', 'lower', 1_234_567.25],
			['parse::large MB/s', 'MB/s', 'higher', 812],
		]);
	});
});

describe('Tinybench and Vitest', () => {
	test('before its third version', () => {
		const result = {
			totalTime: 500,
			min: 1,
			max: 9,
			hz: 500,
			period: 2,
			mean: 2,
			variance: 1,
			sd: 1,
			p75: 3,
			p99: 8,
			samples: [],
		};
		const metrics = metricsOf(
			JSON.stringify([
				{name: 'a', result: {...result, samples: [1, 2, 6]}},
				{name: 'b', result},
			]),
		);
		expect(Object.entries(metrics).map(([name, {unit, count, mean}]) => [name, unit, count, mean])).toEqual([
			['a', 'ms', 3, 3],
			['b (mean)', 'ms', 1, 2],
		]);
	});

	test('a task that failed is a doubt, and the others are read', () => {
		const statistics = {p50: 2, mean: 3};
		const result = resultIn(
			JSON.stringify([
				{name: 'good', result: {state: 'completed', latency: statistics, throughput: statistics}},
				{name: 'bad', result: {state: 'errored', error: {}}},
			]),
		);
		expect(result.summary.metrics?.good?.mean).toBe(2);
		expect(JSON.stringify(result.validity)).toContain('bad');
	});

	test('vitest bench --outputJson', () => {
		const bench = (name: string, median: number) => ({
			id: name,
			name,
			rank: 1,
			rme: 1,
			hz: 1000,
			mean: 9,
			min: 1,
			max: 20,
			p75: 3,
			p99: 8,
			median,
			sampleCount: 500,
			samples: [],
		});
		const metrics = metricsOf(
			JSON.stringify({
				files: [
					{
						filepath: '/home/me/a.bench.ts',
						groups: [{fullName: 'a.bench.ts > sort', benchmarks: [bench('quick', 2), bench('slow', 5)]}],
					},
				],
			}),
		);
		expect(Object.entries(metrics).map(([name, {unit, mean}]) => [name, unit, mean])).toEqual([
			['a.bench.ts > sort > quick', 'ms', 2],
			['a.bench.ts > sort > slow', 'ms', 5],
		]);
	});
});

test('hyperfine without single times tells the mean and the median, and no percentiles of these', () => {
	const [result] = resultsIn(
		JSON.stringify({
			results: [{command: 'x', mean: 2, stddev: 0.1, median: 1.9, user: 0, system: 0, min: 1.8, max: 2.2}],
		}),
	);
	expect(result?.summary.latency).toMatchObject({count: 0, p50: null, p99: null, max: null});
	expect(result?.summary.metrics).toMatchObject({'mean time': {unit: 'ms', mean: 2000}, 'median time': {mean: 1900}});
});

test('settings of a tool are kept without secrets', () => {
	const [result] = resultsIn(
		JSON.stringify({
			results: [
				{command: 'x', mean: 2, times: [2], parameters: {token: 'hunter2', url: 'http://me:hunter2@a/', target: '1'}},
			],
		}),
	);
	expect(JSON.stringify(result)).not.toContain('hunter2');
	expect(result?.plan.load).toMatchObject({imported: true, target: 'x'});
});
