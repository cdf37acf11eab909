import {describe, expect, test} from 'vitest';
import {resultIn} from './told.ts';

const check = (name: string, path: string, passes: number, fails: number) => ({name, path, id: name, passes, fails});

describe('k6', () => {
	const exported = (metrics: Readonly<Record<string, unknown>>): string =>
		JSON.stringify({
			root_group: {
				name: '',
				path: '',
				id: 'r',
				checks: {'root ok': check('root ok', '::root ok', 3, 0)},
				groups: {
					outer: {
						name: 'outer',
						path: '::outer',
						checks: {},
						groups: {
							inner: {
								name: 'inner',
								path: '::outer::inner',
								groups: {},
								checks: {'is 200': check('is 200', '::outer::inner::is 200', 200, 32)},
							},
						},
					},
				},
			},
			metrics: {iterations: {count: 3, rate: 1.5}, ...metrics},
		});

	test('tells checks of groups, with the names of these', () => {
		const found = resultIn(exported({})).findings ?? [];
		expect(found.map(({subject, figures}) => [subject, figures.passes, figures.fails])).toEqual([
			['root ok', 3, 0],
			['outer > inner > is 200', 200, 32],
		]);
	});

	test('without HTTP tells neither latencies nor what they would span', () => {
		const result = resultIn(
			exported({grpc_req_duration: {avg: 5, min: 1, med: 4, max: 9, 'p(90)': 7, 'p(95)': 8, 'p(99)': 8.5}}),
		);
		expect(result.summary.latency).toMatchObject({count: 0, means: '', p50: null});
		expect(result.durationMs).toBe(2000);
		expect(result.summary.metrics).toMatchObject({
			'grpc_req_duration p50': {unit: 'ms', mean: 4},
			'grpc_req_duration p99': {unit: 'ms', mean: 8.5},
		});
	});

	test('tells metrics of its own by the percentiles that were asked for', () => {
		const {metrics = {}} = resultIn(
			exported({size: {avg: 5, 'p(99)': 7}, good: {passes: 2, fails: 1, value: 0.66}}),
		).summary;
		expect(Object.keys(metrics)).toEqual(['size mean', 'size p99', 'good']);
		expect(metrics.good?.mean).toBe(0.66);
	});

	test('that counts requests without an answer as 0 ms is doubted', () => {
		const http = (least: number): string =>
			exported({
				http_reqs: {count: 464, rate: 232},
				http_req_failed: {passes: 264, fails: 200, value: 0.57},
				http_req_duration: {avg: 4.6, min: least, med: 0.06, max: 305, 'p(90)': 0.7, 'p(95)': 2.2},
			});
		expect(resultIn(http(0)).validity).toMatchObject({trustworthy: false});
		expect(resultIn(http(0.1)).validity).toMatchObject({trustworthy: true});
	});

	test('in its machine-readable summary tells the same', () => {
		const metric = (name: string, type: string, contains: string, values: Readonly<Record<string, number>>) => ({
			name,
			type,
			contains,
			values,
		});
		const result = resultIn(
			JSON.stringify({
				config: {duration: 2, execution: 'local', script: 'const password = "hunter2"'},
				metadata: {generated_at: '2026-11-26T23:49:00.85686081Z', k6_version: '1.8.1'},
				results: {
					checks: {
						metrics: [metric('checks_total', 'counter', 'default', {count: 360})],
						results: [{name: 'is 200', passes: 156, fails: 24}],
					},
					metrics: [
						metric('http_reqs', 'counter', 'default', {count: 360}),
						metric('http_req_failed', 'rate', 'default', {matches: 204, rate: 0.57, total: 360}),
						metric('http_req_duration', 'trend', 'time', {
							avg: 5.5,
							min: 0.2,
							med: 1.5,
							max: 301,
							p90: 1.9,
							p95: 8.1,
							'p99.9': 300,
						}),
						metric('http_req_duration{name:home}', 'trend', 'time', {avg: 1, min: 1, med: 1, max: 1, p90: 1, p95: 1}),
						metric('data_received', 'counter', 'data', {count: 22_652}),
						metric('wait_time', 'trend', 'time', {avg: 9.7, min: 0.1, med: 0.3, max: 301, p90: 4.7, p95: 19}),
						metric('good', 'rate', 'default', {matches: 9, rate: 0.9, total: 10}),
						metric('things', 'counter', 'default', {count: 360}),
					],
				},
				version: '1.0.0',
			}),
		);
		expect(result.summary).toMatchObject({
			latency: {count: 360, p50: 1.5, p90: 1.9, p95: 8.1, p99: null, p999: 300},
			outcomes: {expected: 156, 'not expected': 204},
			throughput: {mean: 180},
			metrics: {'wait_time p95': {unit: 'ms', mean: 19}, good: {mean: 0.9}, things: {mean: 360}},
		});
		expect(result.began).toBe('2026-11-26T23:48:58.856Z');
		expect(result.findings).toMatchObject([{kind: 'check', subject: 'is 200', figures: {passes: 156, fails: 24}}]);
		expect(JSON.stringify(result)).not.toContain('hunter2');
	});

	const declared = (name: string, type: string, contains = 'default'): string =>
		JSON.stringify({type: 'Metric', metric: name, data: {name, type, contains, thresholds: [], submetrics: null}});
	const point = (metric: string, value: number, tags: Readonly<Record<string, string>> = {}): string =>
		JSON.stringify({metric, type: 'Point', data: {time: '2026-11-26T23:48:58.376507355Z', value, tags}});

	test('point by point: counters are added, rates are shares, times have their unit, checks are told', () => {
		const result = resultIn(
			[
				declared('things', 'counter'),
				declared('good', 'rate'),
				declared('wait', 'trend', 'time'),
				declared('level', 'gauge'),
				...[2, 2, 2].map((value) => point('things', value)),
				...[1, 0, 1, 1].map((value) => point('good', value)),
				...[5, 6].map((value) => point('wait', value)),
				...[7, 9].map((value) => point('level', value)),
				...[1, 1, 0].map((value) => point('checks', value, {check: 'is 200', group: '::outer::inner'})),
			].join('\n'),
		);
		expect(result.summary.metrics).toMatchObject({
			things: {count: 1, mean: 6},
			good: {count: 1, mean: 0.75},
			wait: {count: 2, mean: 5.5, unit: 'ms'},
			level: {count: 1, mean: 9},
		});
		expect(result.findings).toMatchObject([
			{kind: 'check', subject: 'outer > inner > is 200', figures: {passes: 2, fails: 1}},
		]);
		expect(result.summary.latency.means).toBe('');
	});

	test('point by point: errors by their cause, a timeout with the time it waited, no secret of a URL', () => {
		const tags = {method: 'GET', name: 'http://****:****@a/?token=abc', url: 'http://a/?token=abc'};
		const {summary, ...rest} = resultIn(
			[
				point('http_req_duration', 0, {
					...tags,
					status: '0',
					error: 'dial: connection refused',
					expected_response: 'false',
				}),
				point('http_req_duration', 300, {...tags, status: '0', error: 'request timeout', expected_response: 'false'}),
				point('http_req_duration', 5, {...tags, status: '500'}),
				point('http_req_duration', 5, {...tags, status: '200'}),
			].join('\n'),
		);
		expect(summary.outcomes).toEqual({ECONNREFUSED: 1, timeout: 1, 500: 1, 200: 1});
		expect(summary.operations.failed).toBe(3);
		expect(summary.latency).toMatchObject({count: 3, max: 300});
		expect(JSON.stringify([summary, rest])).not.toContain('token=abc');
	});
});
