import {describe, expect, test} from 'vitest';
import {givenOf} from '../../source/intake/given.ts';
import {formats} from '../../source/intake/index.ts';
import {resultIn} from './told.ts';

describe('Locust', () => {
	const header =
		'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%';

	test('tells nothing of what was never requested', () => {
		const nothing = ',0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A';
		const {summary} = resultIn([header, `GET,/${nothing}`, `,Aggregated${nothing}`, ''].join('\n'));
		expect(summary.latency).toMatchObject({count: 0, p50: null, mean: null, min: null, max: null});
		expect(summary.metrics).toBeUndefined();
	});

	test('leaves out percentiles that were not asked for, and takes a request called Aggregated for one', () => {
		const few = header.replace(',99.9%,99.99%', '');
		const row = ',2,1,15,18,3,132,5.0,2,1,15,17,18,21,25,29,110,120,130';
		const {summary} = resultIn(
			[few, `GET,Aggregated${row}`, `,Aggregated${row.replace(',2,1,', ',4,2,')}`, '']
				.join('\r\n')
				.replaceAll('\r', ''),
		);
		expect(summary.latency).toMatchObject({count: 4, p99: 120, p999: null});
		expect(summary.outcomes).toEqual({success: 2, failure: 2});
		expect(Object.keys(summary.metrics ?? {})).toContain('GET Aggregated p95');
	});

	test('with custom percentiles has no NaN anywhere', () => {
		const few = header.replace('50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%', '50%,95%');
		const {summary} = resultIn(
			[few, 'GET,/,2,0,15,18,3,132,5.0,2,0,15,29', ',Aggregated,2,0,15,18,3,132,5.0,2,0,15,29', ''].join('\n'),
		);
		expect(summary.latency).toMatchObject({p50: 15, p95: 29, p99: null});
		expect(Object.keys(summary.metrics ?? {})).toEqual(['GET / p50', 'GET / p95']);
	});
});

describe('Artillery', () => {
	const times = {min: 1, max: 9, count: 10, mean: 3, p50: 2, median: 2, p75: 3, p90: 4, p95: 5, p99: 8, p999: 9};
	const report = (counters: Readonly<Record<string, number>>, summaries: Readonly<Record<string, unknown>>): string =>
		JSON.stringify({
			aggregate: {counters, summaries, firstMetricAt: 1_795_733_849_000, lastMetricAt: 1_795_733_851_000},
			intermediate: [],
		});

	test('counts each request once: what went wrong with an answer is told beside', () => {
		const result = resultIn(
			report(
				{
					'http.requests': 14,
					'http.responses': 10,
					'http.codes.200': 10,
					'errors.ETIMEDOUT': 1,
					'errors.ECONNREFUSED': 3,
					'errors.Failed capture or match': 4,
				},
				{'http.response_time': times},
			),
		);
		expect(result.summary.outcomes).toEqual({200: 10, timeout: 1, ECONNREFUSED: 3});
		expect(result.summary.operations).toMatchObject({offered: 14, failed: 4});
		expect(result.summary.throughput).toMatchObject({total: 10, mean: 5});
		expect(result.findings).toMatchObject([{kind: 'error', subject: 'Failed capture or match', figures: {count: 4}}]);
	});

	test('of web sockets tells counts and times, each in its unit, and no latency', () => {
		const result = resultIn(
			report(
				{'websocket.messages_sent': 12, 'vusers.created': 3},
				{'vusers.session_length': times, 'browser.page.CLS.http://a/': times},
			),
		);
		expect(result.summary.latency).toMatchObject({count: 0, p50: null, means: ''});
		expect(result.summary.metrics).toMatchObject({
			'vusers.session_length p95': {unit: 'ms', mean: 5},
			'browser.page.CLS.http://a/ p95': {unit: '', mean: 5},
			'websocket.messages_sent': {mean: 12},
			'users created': {mean: 3},
		});
	});

	test('of its first version is read too', () => {
		const result = resultIn(
			JSON.stringify({
				aggregate: {
					timestamp: '2026-01-01T00:00:10.000Z',
					scenariosCreated: 5,
					scenariosCompleted: 4,
					requestsCompleted: 10,
					latency: {min: 1.5, max: 90, median: 3, p95: 40, p99: 80},
					rps: {count: 12, mean: 6},
					scenarioDuration: {min: 1, max: 2, median: 1, p95: 2, p99: 2},
					errors: {ECONNREFUSED: 2},
					codes: {200: 9, 404: 1},
				},
				intermediate: [],
			}),
		);
		expect(result.engine).toBe('artillery');
		expect(result.summary).toMatchObject({
			latency: {count: 10, min: 1.5, p50: 3, p95: 40, p99: 80, max: 90, p90: null, mean: null},
			outcomes: {200: 9, 404: 1, ECONNREFUSED: 2},
			throughput: {total: 10, mean: 5},
		});
	});
});

describe('Bencher Metric Format', () => {
	test('its bounds are no better lower or higher, and values below nothing stand', () => {
		const {metrics} = resultIn(
			JSON.stringify({a: {drift: {value: -1.5, lower_value: null}, latency: {value: 2, upper_value: 3}}}),
		).summary;
		expect(metrics).toMatchObject({
			'a drift': {mean: -1.5, better: null},
			'a latency': {unit: 'ns'},
			'a latency (upper bound)': {mean: 3, better: null},
		});
		expect(metrics).not.toHaveProperty('a drift (lower bound)');
	});
});

test.each(['{}', '[]', 'null', '0', '""', '[[]]', '{"a":{}}', '<testsuites/>', '<html></html>', '\n', ','])(
	'%j is of one format at most',
	(text) => {
		expect(formats.filter((format) => format.recognise(givenOf(text, 'a.txt'))).length).toBeLessThan(2);
	},
);
