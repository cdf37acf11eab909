import {describe, expect, test} from 'vitest';
import {outcomeOf} from '../../../source/engines/k6/outcomes.ts';
import {
	createPointReader,
	type K6Metric,
	type K6Point,
	type K6Request,
	momentOf,
} from '../../../source/engines/k6/points.ts';

const reading = () => {
	const [metrics, requests, points]: [K6Metric[], K6Request[], K6Point[]] = [[], [], []];
	const reader = createPointReader({
		metric: (metric) => metrics.push(metric),
		request: (request) => requests.push(request),
		point: (point) => points.push(point),
	});
	return {reader, metrics, requests, points};
};

const tags = {
	expected_response: 'true',
	group: '::a',
	method: 'GET',
	name: 'http://h/{"x":1}',
	scenario: 'default',
	status: '200',
};
const line = (metric: string, value: number, time = '2026-11-26T22:43:06.337762344Z', given: object = tags): string =>
	JSON.stringify({metric, type: 'Point', data: {time, value, tags: given}});

/** As k6 writes them, one after the other. */
const requestLines = (given: Readonly<Record<string, number>>, time?: string, of: object = tags): string[] =>
	[
		['http_reqs', 1],
		['http_req_duration', given.duration ?? 0],
		['http_req_blocked', given.blocked ?? 0],
		['http_req_connecting', given.connecting ?? 0],
		['http_req_tls_handshaking', 0],
		['http_req_sending', given.sending ?? 0],
		['http_req_waiting', given.waiting ?? 0],
		['http_req_receiving', given.receiving ?? 0],
		['http_req_failed', given.failed ?? 0],
	].map(([metric, value]) => line(String(metric), Number(value), time, of));

describe('the points of k6', () => {
	test('are put together to requests', () => {
		const {reader, requests, points} = reading();
		const first = requestLines({
			duration: 7.188,
			blocked: 0.5,
			connecting: 0.25,
			sending: 0.1,
			waiting: 7,
			receiving: 0.088,
		});
		const second = requestLines({duration: 2e-7, failed: 1}, '2026-11-26T22:43:06.5+00:00');
		for (const each of [...first, ...second]) expect(reader.read(each)).toBe(true);
		reader.end();
		expect(points).toEqual([]);
		expect(requests).toEqual([
			{
				at: Date.UTC(2026, 10, 26, 22, 43, 6) + 337.762,
				tags,
				duration: 7.188,
				blocked: 0.5,
				connecting: 0.25,
				tls: 0,
				sending: 0.1,
				waiting: 7,
				receiving: 0.088,
				failed: false,
			},
			expect.objectContaining({at: Date.UTC(2026, 10, 26, 22, 43, 6) + 500, duration: 2e-7, failed: true}),
		]);
	});

	test('of a script that says nothing of failures end a request all the same', () => {
		const {reader, requests, points} = reading();
		for (const each of requestLines({duration: 3}).slice(0, -1)) reader.read(each);
		expect(requests).toEqual([]);
		reader.read(line('vus', 2, '2026-11-26T22:43:07Z', {}));
		for (const each of requestLines({duration: 4}).slice(0, -1)) reader.read(each);
		reader.end();
		expect(requests.map(({duration, failed}) => [duration, failed])).toEqual([
			[3, undefined],
			[4, undefined],
		]);
		expect(points).toEqual([{metric: 'vus', at: Date.UTC(2026, 10, 26, 22, 43, 7), value: 2, tags: {}}]);
	});

	test('of which the duration is missing make no request of 0 ms', () => {
		const {reader, requests} = reading();
		const [first, second] = [requestLines({duration: 3}), requestLines({duration: 4}, '2026-11-26T22:43:07Z')];
		for (const each of [first[0]!, ...second, ...first.slice(1)]) reader.read(each);
		reader.end();
		expect(requests.map(({duration}) => duration)).toEqual([4]);
	});

	test('are read with metadata, in another order of members, and with spaces', () => {
		const {reader, points} = reading();
		const data = {time: '2026-11-26T22:43:07Z', value: 1.5, tags: {a: 'b'}, metadata: {vu: '1'}};
		reader.read(JSON.stringify({metric: 'x', type: 'Point', data}));
		reader.read(JSON.stringify({type: 'Point', data, metric: 'x'}));
		reader.read(JSON.stringify({metric: 'x', type: 'Point', data}).replaceAll(':{', ': {'));
		expect(points.map(({value, tags: read}) => [value, read])).toEqual(Array(3).fill([1.5, {a: 'b'}]));
	});

	test('are told from what is none of them', () => {
		const {reader, points, metrics} = reading();
		const others = [
			'',
			'running (01.0s)',
			'{"metric":"x"',
			'{"a":1}',
			'[]',
			'{"type":"Point","metric":"x","data":{"value":"1"}}',
		];
		expect(others.map((other) => reader.read(other))).toEqual(others.map(() => false));
		reader.end();
		expect([points, metrics]).toEqual([[], []]);
	});

	test('come after what their metric is, with its limits', () => {
		const {reader, metrics} = reading();
		const thresholds = ['p(95)<1', {threshold: 'p(99)<2', abortOnFail: true, delayAbortEval: null}];
		const data = {name: 'http_req_duration', type: 'trend', contains: 'time', thresholds, submetrics: null};
		expect(reader.read(JSON.stringify({type: 'Metric', data, metric: 'http_req_duration'}))).toBe(true);
		expect(metrics).toEqual([
			{name: 'http_req_duration', type: 'trend', contains: 'time', thresholds: ['p(95)<1', 'p(99)<2']},
		]);
	});

	test.each([
		['2026-11-26T22:43:06.337762344Z', 337.762],
		['2026-11-26T23:43:06.000001999+01:00', 0.002],
		['2026-11-26T22:43:06Z', 0],
		['2026-11-26T22:43:06.9999996Z', 1000],
	])('the moment of %s is known to the microsecond', (text, milliseconds) => {
		expect(momentOf(text) - Date.UTC(2026, 10, 26, 22, 43, 6)).toBeCloseTo(milliseconds, 3);
	});
});

describe('a request of k6 ends as', () => {
	test.each([
		[{status: '200', expected_response: 'true'}, undefined, {name: '200', failed: false, timed: true}],
		[{status: '503', expected_response: 'false'}, true, {name: '503', failed: true, timed: true}],
		[{status: '404', expected_response: 'true'}, false, {name: '404 expected', failed: false, timed: true}],
		[{status: '200', expected_response: 'false'}, true, {name: '200 unexpected', failed: true, timed: true}],
		[{status: '500'}, undefined, {name: '500', failed: true, timed: true}],
		[{status: '0', error_code: '1050'}, true, {name: 'timeout', failed: true, timed: true}],
		[{status: '0', error_code: '1212'}, true, {name: 'ECONNREFUSED', failed: true, timed: false}],
		[{status: '0', error_code: '1220'}, true, {name: 'ECONNRESET', failed: true, timed: false}],
		[{status: '0', error_code: '1211'}, true, {name: 'ETIMEDOUT', failed: true, timed: false}],
		[{status: '0', error_code: '1101'}, true, {name: 'ENOTFOUND', failed: true, timed: false}],
		[
			{status: '0', error_code: '1000', error: 'EOF'},
			true,
			{name: 'closed before response', failed: true, timed: false},
		],
		[{status: '0', error_code: '1000', error: 'unexpected EOF'}, true, {name: 'truncated', failed: true, timed: false}],
		[
			{status: '0', error_code: '1638', error: 'http2: stream error with http2 ErrCode REFUSED_STREAM'},
			true,
			{name: 'HTTP/2 REFUSED_STREAM', failed: true, timed: false},
		],
		// A script that expects everything cannot expect that nobody answers.
		[
			{status: '0', error_code: '1212', expected_response: 'true'},
			false,
			{name: 'ECONNREFUSED', failed: true, timed: false},
		],
		[{status: '0', error_code: '1999'}, true, {name: 'k6 error 1999', failed: true, timed: false}],
	])('%j: %j', (given, failed, outcome) => {
		expect(outcomeOf({tags: given, duration: 1, ...(failed === undefined ? {} : {failed})})).toEqual(outcome);
	});

	test('a timeout before there was a connection, which has no latency', () => {
		const tags = {status: '0', error_code: '1050'};
		expect(outcomeOf({tags, failed: true, duration: 0})).toEqual({name: 'timeout', failed: true, timed: false});
	});
});
