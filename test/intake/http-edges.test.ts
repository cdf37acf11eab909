import {describe, expect, test} from 'vitest';
import {resultIn, resultsIn} from './told.ts';

const none = {mean: null, stddev: null, min: null, p50: null, p99: null, max: null};

describe('hey', () => {
	const nothing = (verb: string): string => `
Summary:
  Total:	0.0010 secs
  Slowest:	0.0000 secs
  Fastest:	0.0000 secs
  Average:	 NaN secs
  Requests/sec:	19309.0824

Details (average, fastest, slowest):
  resp wait:	 NaN secs, 0.0000 secs, 0.0000 secs

Status code distribution:

Error distribution:
  [20]	${verb} "http://127.0.0.1:18972/": dial tcp 127.0.0.1:18972: connect: connection refused
`;

	test.each(['Get', 'Purge'])('that got no answer to any %s tells no latency, and no throughput', (verb) => {
		const {summary} = resultIn(nothing(verb));
		expect(summary.latency).toMatchObject({...none, count: 0});
		expect(summary.outcomes).toEqual({ECONNREFUSED: 20});
		expect(summary.operations).toMatchObject({offered: 20, failed: 20});
		expect(summary.errorRate.connection).toBe(1);
		expect(summary.throughput).toMatchObject({total: 0, mean: 0});
	});

	const mixed = nothing('Get').replace(
		'Status code distribution:\n',
		'Status code distribution:\n  [200]	172 responses\n  [500]	23 responses\n',
	);

	test('counts errors of one cause together, and timeouts as such', () => {
		const {outcomes} = resultIn(
			mixed.replace(
				/ {2}\[20\].*/,
				[
					'  [5]	Get "http://a/b": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
					'  [1]	Get "http://a/b": read tcp 127.0.0.1:5000->127.0.0.1:80: read: connection reset by peer',
					'  [1]	Get "http://a/b": read tcp 127.0.0.1:5001->127.0.0.1:80: read: connection reset by peer',
				].join('\n'),
			),
		).summary;
		expect(outcomes).toEqual({200: 172, 500: 23, timeout: 5, ECONNRESET: 2});
	});

	test('is read run by run, and not as a mixture', () => {
		const second = mixed.replace('Total:	0.0010', 'Total:	2.0000').replace('[200]	172', '[200]	50');
		expect(resultsIn(`${mixed}\n${second}`).map(({summary}) => summary.outcomes['200'])).toEqual([172, 50]);
	});

	test('that was cut off is refused', () => {
		expect(() => resultIn(mixed.slice(0, mixed.indexOf('[200]')))).toThrow(/ends early/);
	});
});

describe('wrk', () => {
	const printed = `Running 2s test @ http://127.0.0.1:18080/
  2 threads and 4 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     5.86ms   18.30ms 147.64ms   93.86%
    Req/Sec     9.05k     7.98k   30.93k    80.00%
  Latency Distribution
     50%  145.00us
     99%  114.36ms
  1000 requests in 2.00s, 2.21MB read
  Socket errors: connect 10, read 20, write 0, timeout 30
  Non-2xx or 3xx responses: 100
Requests/sec:    500.00
Transfer/sec:      1.07MB
`;

	test('counts what got no answer in no throughput', () => {
		const {summary} = resultIn(printed);
		expect(summary.throughput).toMatchObject({total: 1000, mean: 500});
		expect(summary.operations).toMatchObject({offered: 1060, succeeded: 900, failed: 160});
		expect(summary.errorRate.timeout).toBeCloseTo(30 / 1060, 9);
		expect(summary.errorRate.connection).toBeCloseTo(30 / 1060, 9);
	});

	test('that finished no request tells no latency', () => {
		const {summary} = resultIn(
			printed
				.replace(/Latency {5}.*/, 'Latency     0.00us    0.00us   0.00us    -nan%')
				.replace('145.00us', '0.00us')
				.replace('114.36ms', '0.00us')
				.replace('1000 requests in 2.00s, 2.21MB', '0 requests in 2.00s, 0.00B')
				.replace(/ {2}Non-2xx.*\n/, '')
				.replace('500.00', '0.00'),
		);
		expect(summary.latency).toMatchObject({...none, count: 0});
		expect(summary.throughput).toMatchObject({total: 0, mean: 0});
	});

	test('is read run by run, and not as a mixture', () => {
		const second = printed.replace('145.00us', '9.00ms').replace('18080', '18081');
		expect(resultsIn(printed + second).map(({target, summary}) => [target, summary.latency.p50])).toEqual([
			['http://127.0.0.1:18080/', 0.145],
			['http://127.0.0.1:18081/', 9],
		]);
	});

	test('wrk2 tells latencies from when requests were due, and those from their sending apart', () => {
		const two = `Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread calibration: mean lat.: 1.310ms, rate sampling interval: 10ms
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.21ms    0.58ms   9.54ms   71.12%
    Req/Sec     1.05k     1.08k    2.50k    50.00%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    1.12ms
 75.000%    1.55ms
 90.000%    2.00ms
 99.000%    2.80ms
 99.900%    4.09ms
 99.990%    8.44ms
 99.999%    9.54ms
100.000%    9.54ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       0.042     0.000000            1         1.00
       9.543     1.000000        39500          inf
#[Mean    =        1.210, StdDeviation   =        0.580]
#[Max     =        9.536, Total count    =        39500]
#[Buckets =           27, SubBuckets     =         2048]
----------------------------------------------------------

  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%  400.00us
 99.000%  900.00us
100.000%    2.00ms
----------------------------------------------------------
  60018 requests in 30.00s, 19.81MB read
Requests/sec:   2000.28
Transfer/sec:    676.18KB
`;
		const result = resultIn(two);
		expect(result.summary.latency).toMatchObject({
			count: 39_500,
			mean: 1.21,
			p50: 1.12,
			p99: 2.8,
			p999: 4.09,
			p9999: 8.44,
			max: 9.54,
		});
		expect(result.summary.throughput.total).toBe(60_018);
		expect(result.summary.latency.means).toContain('due');
		expect(JSON.stringify(result)).not.toContain('made-up');
	});
});

describe('vegeta', () => {
	const report = {
		latencies: {mean: 1e6, '50th': 1e6, '95th': 2e6, '99th': 3e6, max: 4e6},
		bytes_in: {total: 892, mean: 4.46},
		bytes_out: {total: 0, mean: 0},
		earliest: '2026-11-26T23:48:27.381039968Z',
		latest: '2026-11-26T23:48:29.370783115Z',
		end: '2026-11-26T23:48:29.492071604Z',
		duration: 1_900_000_000,
		wait: 100_000_000,
		requests: 200,
		rate: 100.51548628351678,
		status_codes: {0: 4, 200: 174, 500: 22},
		errors: ['500 Internal Server Error', 'Get "http://a/": context deadline exceeded'],
	};

	test('counts what got no answer in no throughput, and holds no measured rate for a setting', () => {
		const result = resultIn(JSON.stringify(report));
		expect(result.summary.outcomes).toEqual({200: 174, 500: 22, timeout: 4});
		expect(result.summary.throughput).toMatchObject({total: 196, mean: 98});
		expect(result.summary.latency).toMatchObject({min: null, p90: null, p95: 2});
		expect(JSON.stringify(result.plan.load)).not.toContain('100.5');
		const refused = 'Get "http://a/": dial tcp: connect: connection refused';
		expect(resultIn(JSON.stringify({...report, errors: [...report.errors, refused]})).summary.outcomes).toEqual({
			200: 174,
			500: 22,
			'connection failed': 4,
		});
	});

	test('in CSV quotes its errors', () => {
		const line = (moment: string, code: number, error: string): string =>
			`${moment},${code},718891,0,0,${error},,,0,GET,http://user:hunter2@127.0.0.1:18972/,\n`;
		const result = resultIn(
			line(
				'1795736909549919169',
				0,
				'"Get ""http://user:***@127.0.0.1:18972/"": dial tcp 0.0.0.0:0->127.0.0.1:18972: connect: connection refused"',
			) +
				line('1795736909569859454', 500, '500 Internal Server Error') +
				line('1795736910569859454', 200, ''),
		);
		expect(result.summary.outcomes).toEqual({ECONNREFUSED: 1, 500: 1, 200: 1});
		expect(JSON.stringify(result)).not.toContain('hunter2');
	});

	test('a line that is none of its own is an error, not the end', () => {
		const hit = (code: number): string =>
			JSON.stringify({
				code,
				timestamp: '2026-11-26T23:48:27.381039968Z',
				latency: 1_000_000,
				bytes_in: 1,
				bytes_out: 0,
				error: '',
			});
		expect(() => resultIn(`${hit(200)}\n{broken\n${hit(500)}\n`)).toThrow(/line 2/);
		const cut = resultIn(`${hit(200)}\n${hit(500).slice(0, 40)}`);
		expect(cut.summary.outcomes).toEqual({200: 1});
		expect(cut.validity).toMatchObject({trustworthy: false});
		expect(JSON.stringify(cut.validity)).toContain('middle of a line');
	});
});

test('oha of before it told errors and beyond p99 is read too, and errors by their cause', () => {
	const old = {
		summary: {successRate: 1, total: 2, slowest: 0.4, fastest: 0.1, average: 0.2, totalData: 10},
		latencyPercentiles: {p50: 0.2, p99: 0.4},
		statusCodeDistribution: {200: 10},
	};
	expect(resultIn(JSON.stringify(old)).summary.latency).toMatchObject({count: 10, p50: 200, p99: 400, p999: null});
	const {summary} = resultIn(
		JSON.stringify({
			...old,
			errorDistribution: {'Connection refused (os error 111)': 3, 'connection closed before message completed': 2},
		}),
	);
	expect(summary.outcomes).toEqual({200: 10, ECONNREFUSED: 3, 'closed before response': 2});
	expect(summary.throughput.total).toBe(10);
});

test('autocannon: what failed without an answer is no throughput, and replies that did not match are a doubt', () => {
	const zeros = {
		average: 0,
		stddev: 0,
		min: 0,
		max: 0,
		p50: 0,
		p75: 0,
		p90: 0,
		p99: 0,
		p99_9: 0,
		p99_99: 0,
		p99_999: 0,
	};
	const document = {
		url: 'http://a/',
		connections: 1,
		duration: 2,
		errors: 7,
		timeouts: 2,
		mismatches: 0,
		'1xx': 0,
		'2xx': 0,
		'3xx': 0,
		'4xx': 0,
		'5xx': 0,
		latency: zeros,
		requests: {total: 0, sent: 7},
		throughput: {total: 0},
	};
	const {summary} = resultIn(JSON.stringify(document));
	expect(summary.latency).toMatchObject(none);
	expect(summary.throughput.total).toBe(0);
	expect(summary.errorRate).toMatchObject({timeout: 2 / 7, connection: 5 / 7});
	const mismatched = resultIn(JSON.stringify({...document, '2xx': 10, mismatches: 3}));
	expect(JSON.stringify(mismatched.validity)).toContain('3 replies');
});

test('bombardier: errors by their cause', () => {
	const {summary} = resultIn(
		JSON.stringify({
			spec: {numberOfConnections: 1, url: 'http://a/', method: 'GET'},
			result: {
				bytesRead: 1,
				bytesWritten: 1,
				timeTakenSeconds: 2,
				req1xx: 0,
				req2xx: 10,
				req3xx: 0,
				req4xx: 0,
				req5xx: 0,
				others: 4,
				errors: [{description: 'dial tcp 127.0.0.1:1: connect: connection refused', count: 4}],
				latency: {mean: 10, stddev: 1, max: 20},
			},
		}),
	);
	expect(summary.outcomes).toEqual({'2xx': 10, ECONNREFUSED: 4});
	expect(summary.throughput.total).toBe(10);
	expect(summary.latency).toMatchObject({count: 14, p99: null, max: 0.02});
});

test('a run that tells no single seconds has no slowest second, nor a fastest', () => {
	const {throughput} = resultIn(`Running 2s test @ http://a/
  1 threads and 1 connections
  1000 requests in 2.00s, 2.21MB read
Requests/sec:    500.00
`).summary;
	expect(throughput).toMatchObject({mean: 500, min: null, max: null, stddev: null});
});

test.each(['', ' \n'])('a file of nothing (%j) is told to be empty', (text) => {
	expect(() => resultIn(text)).toThrow('report.txt is empty.');
});
