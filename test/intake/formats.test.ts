import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {Result} from '../../source/core/result.ts';
import {resultSchema} from '../../source/export/json-schema.ts';
import {givenOf} from '../../source/intake/given.ts';
import {formats, readRuns} from '../../source/intake/index.ts';
import {resultOfTold} from '../../source/intake/told-run.ts';
import {began} from '../helpers/began.ts';

const folder = new URL('../data/intake/', import.meta.url);
const files = readdirSync(folder).filter((file) => !file.endsWith('.md'));
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

const resultsOf = (file: string): readonly Result[] => {
	const {format, runs} = readRuns(textOf(file), `runs/${file}`, file.endsWith('.hlog') ? {unit: 'ns'} : {});
	return runs.map((run, index) =>
		resultOfTold(run, {
			tool: format.name,
			identity: `${index} ${file}`,
			began: '2026-01-01T00:00:00.000Z',
			tags: [],
			environment: began.environment,
			fingerprint: () => ({workload: '0000000000000000', environment: '0000000000000000'}),
			limits: [],
		}),
	);
};

describe('every format', () => {
	test.each(formats.map((format) => [format.name, format] as const))(
		'%s has a file that it wrote, and knows it',
		(name, format) => {
			const own = files.filter(
				(file) =>
					file.split('.', 1)[0]?.split('-')[0] === name.split('-')[0] && format.recognise(givenOf(textOf(file), file)),
			);
			expect(own).not.toEqual([]);
			expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
		},
	);

	test.each(files)('the file %s is of one format, and its runs are such as documents have', (file) => {
		expect(formats.filter((format) => format.recognise(givenOf(textOf(file), file)))).toHaveLength(1);
		for (const result of resultsOf(file)) {
			expect(resultSchema.safeParse(JSON.parse(JSON.stringify(result))).error?.issues ?? []).toEqual([]);
			const {operations, outcomes} = result.summary;
			expect(operations.offered).toBe(operations.succeeded + operations.failed + operations.inFlight);
			expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(
				operations.succeeded + operations.failed,
			);
		}
	});

	test.each([
		['JSON of something else', '{"name": "benchtop", "results": 3}'],
		['words', 'hello\n'],
		['half a file', '{"results": [{"command": "x", "mea'],
	])('knows none in %s', (_, text) => {
		expect(() => readRuns(text, 'report.txt')).toThrow('report.txt is in no format that is known.');
	});

	test('that is named is tried, and says what is wrong', () => {
		expect(() => readRuns('{"results": [{"command": 1}]}', 'a.json', {name: 'hyperfine'})).toThrow(
			/a\.json cannot be read as hyperfine: results\.0\.command: /,
		);
		expect(() => readRuns('{}', 'a.json', {name: 'hyperfin'})).toThrow('No format is called "hyperfin".');
	});
});

test('wrk: counts, percentiles and throughput as it printed them', () => {
	const [result] = resultsOf('wrk.txt');
	expect(result?.summary).toMatchObject({
		latency: {
			count: 18_651,
			p50: 0.145,
			p75: 2.78,
			p90: 11.91,
			p95: null,
			p99: 114.36,
			mean: 5.86,
			stddev: 18.3,
			max: 147.64,
		},
		operations: {offered: 18_651, succeeded: 18_651, failed: 0, inFlight: 0},
	});
	expect(result?.summary.throughput.mean).toBeCloseTo(9017.15, 1);
	expect(result?.target).toBe('http://127.0.0.1:18080/');
});

test('autocannon: the same of its document', () => {
	const told: {readonly latency: Readonly<Record<string, number>>; readonly '2xx': number; readonly duration: number} =
		JSON.parse(textOf('autocannon.json'));
	const [result] = resultsOf('autocannon.json');
	expect(result?.summary).toMatchObject({
		latency: {
			count: told['2xx'],
			p50: told.latency.p50,
			p99: told.latency.p99,
			p999: told.latency.p99_9,
			mean: told.latency.average,
		},
		outcomes: {200: told['2xx']},
	});
	expect(result?.summary.throughput.mean).toBeCloseTo(told['2xx'] / told.duration, 2);
});

test('hyperfine: every run of every command', () => {
	const told: {
		readonly results: ReadonlyArray<{
			readonly command: string;
			readonly times: readonly number[];
			readonly max: number;
		}>;
	} = JSON.parse(textOf('hyperfine.json'));
	const results = resultsOf('hyperfine.json');
	expect(results.map(({name}) => name)).toEqual(told.results.map(({command}) => command));
	for (const [index, {times, max}] of told.results.entries()) {
		const {latency} = results[index]!.summary;
		expect(latency.count).toBe(times.length);
		expect(latency.max).toBeCloseTo(max * 1000, 2);
	}
});

const only = (file: string): Result => {
	const [result, ...others] = resultsOf(file);
	expect(others).toEqual([]);
	if (result === undefined) throw new Error(`${file} tells of no run.`);
	return result;
};

const metricsIn = (file: string) => only(file).summary.metrics ?? {};

/** The p-th of sorted values by nearest rank, as percentiles of runs are. */
const nearestRank = (values: readonly number[], share: number): number =>
	[...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

describe('single requests give the percentiles that they have', () => {
	const columns = (file: string): string[][] =>
		textOf(file)
			.trim()
			.split('\n')
			.map((line) => line.split(','));

	test('hey -o csv', () => {
		const times = columns('hey-requests.csv')
			.slice(1)
			.map(([time]) => Number(time) * 1000);
		const {latency, operations, outcomes} = only('hey-requests.csv').summary;
		expect(outcomes).toEqual({200: times.length});
		expect(operations.failed).toBe(0);
		for (const [key, share] of [
			['p50', 0.5],
			['p99', 0.99],
			['max', 1],
		] as const) {
			expect(Math.abs((latency[key] ?? 0) - nearestRank(times, share)) / nearestRank(times, share)).toBeLessThan(0.001);
		}
	});

	test('oha --output-format csv', () => {
		const rows = columns('oha-requests.csv').slice(1);
		const times = rows.map((row) => Number(row[4]) * 1000);
		const {latency, throughput} = only('oha-requests.csv').summary;
		expect(latency.count).toBe(200);
		expect(latency.max).toBeCloseTo(nearestRank(times, 1), 2);
		expect(Math.abs((latency.p50 ?? 0) - nearestRank(times, 0.5)) / nearestRank(times, 0.5)).toBeLessThan(0.001);
		const end = Math.max(...rows.map((row) => Number(row[0]) + Number(row[4])));
		expect(throughput.total).toBe(200);
		expect(only('oha-requests.csv').durationMs).toBeCloseTo(end * 1000, 2);
	});

	test('vegeta encode, in JSON and in CSV alike', () => {
		const [json, csv] = [only('vegeta-requests.jsonl'), only('vegeta-requests.csv')];
		expect(json.summary.latency).toEqual(csv.summary.latency);
		expect(json.began).toBe(csv.began);
		expect(json.target).toBe('http://127.0.0.1:18081/');
		const first: {readonly latency: number} = JSON.parse(textOf('vegeta-requests.jsonl').split('\n')[0] ?? '');
		expect(json.summary.latency.count).toBe(40);
		expect(json.summary.latency.max).toBeGreaterThanOrEqual(first.latency / 1e6 - 0.001);
		expect(json.timeline.length).toBe(1);
	});

	test('k6 --out json: durations of requests, metrics of its own, nothing else', () => {
		const points = textOf('k6-points.jsonl')
			.trim()
			.split('\n')
			.map((line): {readonly type: string; readonly metric: string; readonly data: {readonly value: number}} =>
				JSON.parse(line),
			)
			.filter(({type}) => type === 'Point');
		const durations = points.filter(({metric}) => metric === 'http_req_duration').map(({data}) => data.value);
		const result = only('k6-points.jsonl');
		expect(result.summary.latency.count).toBe(durations.length);
		expect(result.summary.outcomes).toEqual({200: durations.length});
		expect(result.summary.latency.max).toBeCloseTo(Math.max(...durations), 2);
		expect(result.summary.metrics?.body_size?.count).toBe(points.filter(({metric}) => metric === 'body_size').length);
		expect(Object.keys(result.summary.metrics ?? {})).toEqual(['body_size']);
		expect(Object.keys(result.summary.parts ?? {})).toEqual(['GET http://127.0.0.1:18081/']);
	});

	test('a log of HdrHistogram: tags apart, in the unit that is given', () => {
		const {summary, durationMs} = only('hdr-log.hlog');
		// 1 to 1000 µs once, 2 to 2000 µs twice.
		expect(summary.latency.count).toBe(3000);
		expect(summary.latency.max).toBeCloseTo(2, 2);
		expect(summary.latency.min).toBe(0.001);
		expect(summary.parts?.writes?.latency.count).toBe(1000);
		expect(summary.parts?.writes?.latency.p50).toBeCloseTo(1, 2);
		expect(durationMs).toBe(2000);
		expect(() => readRuns(textOf('hdr-log.hlog'), 'a.hlog')).toThrow(/--unit ns/);
	});
});

describe('what tools tell in sum stands as they told it', () => {
	test.each([
		[
			'hey.txt',
			{count: 2861, mean: 2.7, min: 1.3, p50: 2.6, p75: 2.9, p90: 3.2, p95: 3.7, p99: 6.9, max: 16.4},
			{200: 2861},
			1429.87,
		],
		['oha.json', {count: 2807, p50: 2.407725, p99: 9.008555, p999: 34.111392, max: 34.316918}, {200: 2807}, 1401.34],
		[
			'vegeta-report.json',
			{count: 200, p50: 2.704202, p90: 4.507518, p95: 5.980095, p99: 6.698956, max: 9.555995},
			{200: 200},
			100.366,
		],
		['bombardier.json', {count: 2580, p50: 2.7, p95: 5.312, p99: 7.484, max: 11.726}, {'2xx': 2580}, 1288.6],
		['k6-export.json', {count: 2443, p50: 2.835683, p99: null, max: 21.769338}, {expected: 2443}, 1214.02],
		['k6-handle.json', {count: 2787, p50: 2.708343, p95: 3.3481078, p99: null}, {expected: 2787}, 1391.81],
		[
			'locust-stats.csv',
			{count: 178, p50: 15, p99: 120, p999: 130, max: 132.784219},
			{success: 130, failure: 48},
			181.78,
		],
		['artillery.json', {count: 120, p50: 3, p95: 13.1, p99: 16.9, max: 25}, {200: 60, 404: 60}, 40.34],
	] as const)('%s', (file, latency, outcomes, rate) => {
		const {summary} = only(file);
		expect(summary.latency).toMatchObject(latency);
		expect(summary.outcomes).toEqual(outcomes);
		expect(summary.throughput.mean).toBeCloseTo(rate, 1);
	});

	test('Locust: every request of its JSON, by name', () => {
		const {summary} = only('locust.json');
		const home = summary.parts?.['GET /'];
		expect(home?.operations.offered).toBe(744);
		expect(summary.parts?.['GET /missing']?.operations.failed).toBe(
			summary.parts?.['GET /missing']?.operations.offered,
		);
		expect(summary.metrics?.['GET / mean']?.mean).toBeCloseTo(4958.324423936574 / 744, 6);
	});

	test('k6: thresholds that were kept, in both of its ways to say so', () => {
		for (const file of ['k6-export.json', 'k6-handle.json']) {
			const kept = (only(file).findings ?? []).filter(({kind}) => kind === 'threshold');
			expect(kept.length).toBeGreaterThan(0);
			expect(kept.every(({figures}) => figures.kept === 'true')).toBe(true);
		}

		const crossed = textOf('k6-export.json').replace('"p(95)<500": false', '"p(95)<500": true');
		const {runs} = readRuns(crossed, 'k6.json');
		expect(runs[0]?.findings).toContainEqual(
			expect.objectContaining({subject: 'http_req_duration: p(95)<500', figures: {kept: 'false'}}),
		);
	});
});

describe('benchmarks of functions are metrics', () => {
	test('Go: every run, with what else it tells; as text and as events', () => {
		const metrics = metricsIn('go.txt');
		expect(metrics.Split).toMatchObject({unit: 'ns', better: 'lower', count: 5, min: 75.5, max: 180.4});
		expect(metrics['Split B/op']).toMatchObject({unit: 'bytes', better: 'lower', mean: 64});
		expect(metrics['Join MB/s']).toMatchObject({better: 'higher', count: 5, max: 169.59});
		expect(metrics['Join parts/op']).toMatchObject({unit: 'parts/op', better: null, mean: 3});
		expect(only('go.txt').name).toBe('example.com/parser');
		expect(Object.keys(metricsIn('go-events.jsonl')).sort()).toEqual(Object.keys(metrics).sort());
		expect(metricsIn('go-events.jsonl').Split?.count).toBe(2);
	});

	test('Google Benchmark: repetitions, no aggregates', () => {
		const metrics = metricsIn('google-benchmark.json');
		expect(metrics['BM_Copy/64']).toMatchObject({unit: 'ns', count: 5, max: 16.8075533816});
		expect(metrics['BM_Copy/64 bytes_per_second']).toMatchObject({unit: 'bytes/s', better: 'higher', count: 5});
		expect(metrics['BM_Empty things']).toMatchObject({better: null, mean: 3});
		expect(Object.keys(metrics).some((name) => /median|stddev/.test(name))).toBe(false);
	});

	test('JMH: iterations with their forks, by parameter and mode', () => {
		const metrics = metricsIn('jmh.json');
		expect(metrics['x.B.repeat n=10 thrpt']).toMatchObject({
			unit: 'ops/us',
			better: 'higher',
			count: 6,
			min: 3.0231565184,
			max: 13.3929029078,
		});
		expect(metrics['x.B.repeat n=10 thrpt']?.interval).toBe(null);
		expect(metrics['x.B.repeat n=100 avgt']).toMatchObject({unit: 'us', better: 'lower', count: 6});
		expect(only('jmh.json').samples?.['x.B.repeat n=10 thrpt']?.groups).toEqual([0, 0, 0, 1, 1, 1]);
	});

	test('pytest-benchmark, pyperf, Tinybench, Criterion', () => {
		expect(metricsIn('pytest-benchmark.json').test_fib).toMatchObject({unit: 's', better: 'lower', count: 50});
		const [pyperf] = Object.values(metricsIn('pyperf.json'));
		expect(pyperf).toMatchObject({unit: 's', better: 'lower'});
		expect(pyperf?.interval?.of).toBeLessThan(pyperf?.count ?? 0);
		expect(metricsIn('tinybench.json').sort).toMatchObject({unit: 'ms', better: 'lower', count: 1, mean: 0.016635});
		expect(metricsIn('criterion.txt')).toMatchObject({
			'sum 100': {unit: 'ns', mean: 1.8604},
			'vec/clone/1000': {unit: 'ns', mean: 35.796},
		});
		const {runs} = readRuns(textOf('criterion-sample.json'), 'target/criterion/sum 100/new/sample.json');
		expect(runs[0]?.metrics?.[0]?.values[0]).toBeCloseTo(3_008_370 / 2_292_600, 9);
		expect(runs[0]?.name).toBe('sum 100');
	});

	test('Bencher Metric Format: values, and bounds beside them', () => {
		expect(metricsIn('bencher.json')).toMatchObject({
			'parse latency': {unit: 'ns', better: 'lower', mean: 88.2},
			'parse latency (lower bound)': {mean: 87.1},
			'parse throughput': {unit: '1/s', better: 'higher', mean: 11_337_868},
			'bundle file-size': {unit: 'bytes', better: 'lower', mean: 81_234},
		});
	});
});

test('JUnit: how long each test took, what failed and what was left out', () => {
	const {summary} = only('junit-pytest.xml');
	expect(summary.outcomes).toEqual({passed: 1, failed: 1, skipped: 1});
	expect(summary.metrics?.['test_t > test_quick']).toMatchObject({unit: 's', better: 'lower', count: 1});
	expect(summary.metrics?.['test_t > test_quick']?.mean).toBeGreaterThan(0.009);
	expect(Object.keys(summary.metrics ?? {})).not.toContain('test_t > test_not');
	expect(only('junit.xml').summary.operations.succeeded).toBeGreaterThan(5);
});

test('text that could do harm is shown, not done', () => {
	const {runs} = readRuns('{"\\u001b[31mred": {"latency": {"value": 1}}}', 'a.json');
	const result = resultOfTold(runs[0]!, {
		tool: 'bencher',
		identity: 'a',
		began: '2026-01-01T00:00:00.000Z',
		tags: [],
		environment: began.environment,
		fingerprint: () => ({workload: '', environment: ''}),
		limits: [],
	});
	expect(Object.keys(result.summary.metrics ?? {})).toEqual(['␛[31mred latency']);
});
