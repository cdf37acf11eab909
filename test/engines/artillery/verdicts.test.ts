import {expect, test} from 'vitest';
import {histogramOf} from '../../../source/core/histogram.ts';
import {createMetrics, type Metrics} from '../../../source/engines/artillery/metrics.ts';
import type {Report} from '../../../source/engines/artillery/reconcile.ts';
import {reconcile, reportIn} from '../../../source/engines/artillery/reconcile.ts';
import type {Everything} from '../../../source/engines/artillery/tally.ts';
import {parseTold} from '../../../source/engines/artillery/told.ts';
import {verdictFindings} from '../../../source/engines/artillery/verdicts.ts';
import {createRecorder} from '../../../source/run/recorder.ts';

const metricsOf = (counters: Readonly<Record<string, number>>): Metrics => {
	const metrics = createMetrics(createRecorder(0), {operations: 'requests'});
	metrics.hearCounters({k: 'counters', w: 1, t: 0, user: 0, c: Object.entries(counters)});
	return metrics;
};

const report: Report = {
	counters: {'http.requests': 3, 'http.codes.200': 3, 'vusers.created': 4, 'vusers.completed': 3, 'vusers.failed': 1},
	rates: {'http.request_rate': 3},
	summaries: {'http.response_time': {min: 9, max: 31, count: 3, p50: 20, p95: 31, p99: 31}},
};

const own: Everything = {
	requests: 3,
	codes: {200: 3},
	times: histogramOf([9400, 20_100, 30_900]),
	measured: 3,
	warmup: 0,
	late: 0,
};
const users = {'vusers.created': 4, 'vusers.completed': 3, 'vusers.failed': 1};

test('limits of a script have their figures where they are one figure and one limit', () => {
	const judge = (text: string, passed: boolean) =>
		verdictFindings([[text, true, passed]], report, metricsOf({}), passed ? 0 : 1, false).map(({figures}) => figures);
	expect(judge('http.response_time.p95 < 20', false)).toEqual([
		{metric: 'http.response_time.p95', comparison: '<', limit: 20, actual: 31, unit: 'ms', passed: 0},
	]);
	expect(judge('p99 < 40', true)).toMatchObject([
		{metric: 'http.response_time.p99', actual: 31, unit: 'ms', passed: 1},
	]);
	expect(judge('maxErrorRate < 1', false)).toMatchObject([{comparison: '<=', limit: 1, actual: 25, unit: '%'}]);
	expect(judge('http.request_rate >= 2', true)).toMatchObject([{actual: 3, comparison: '>=', unit: ''}]);
	expect(judge('nothing < 2', false)).toMatchObject([{actual: null, passed: 0}]);
	expect(judge('http.codes.200 == 3 and vusers.failed == 0', false)).toMatchObject([
		{comparison: '==', limit: 1, actual: 0, passed: 0},
	]);
});

test('an exit code that nothing explains fails the run, one that something does is told by that', () => {
	const kinds = (...given: Parameters<typeof verdictFindings>) =>
		verdictFindings(...given).map(({subject, figures}) => [subject, figures.passed]);
	expect(kinds([], report, metricsOf({}), 3, false)).toEqual([['exit code', 0]]);
	expect(kinds([], report, metricsOf({}), undefined, false)).toEqual([]);
	expect(kinds([['p95 < 1', true, false]], report, metricsOf({}), 1, false)).toEqual([['p95 < 1', 0]]);
	expect(kinds([['p95 < 1', false, false]], report, metricsOf({}), 0, false)).toEqual([['p95 < 1', 0]]);
	expect(kinds([], report, metricsOf({'plugins.expect.failed': 2}), 21, false)).toEqual([['expect', 0]]);
});

test('what agrees with the report to its rounding is no doubt', () => {
	expect(reconcile(own, metricsOf(users), report)).toEqual([]);
});

test('what does not agree says by how much', () => {
	const wordsOf = (given: Partial<Everything>, counters: Readonly<Record<string, number>> = users): string =>
		reconcile({...own, ...given}, metricsOf(counters), report)
			.map(({message}) => message)
			.join('');
	expect(wordsOf({requests: 2})).toContain('it counts 3 HTTP requests, benchtop was told of 2');
	expect(wordsOf({codes: {200: 2, 500: 1}})).toMatch(/3 replies with 200.* of 2; it counts 0 replies with 500.* of 1/);
	expect(wordsOf({}, {...users, 'vusers.failed': 0})).toContain('1 vusers.failed');
	expect(wordsOf({times: histogramOf([9400, 20_100, 36_000])})).toMatch(/its max is 31.0 ms, ours 36.0/);
	expect(wordsOf({times: histogramOf([9400, 30_900])})).toContain('it has 3 times, benchtop 2');
	expect(wordsOf({times: histogramOf([14_000, 30_500, 30_900])})).toContain('its min is 9.00 ms');
});

test('what is no report, and no line of the plugin, is none', () => {
	expect([reportIn(''), reportIn('[]'), reportIn('{"aggregate": 3}')]).toEqual([undefined, undefined, undefined]);
	expect(reportIn('{"aggregate": {"counters": {"a": 1}}}')).toEqual({counters: {a: 1}, rates: {}, summaries: {}});
	expect([parseTold('x'), parseTold('{"k":"bye"}'), parseTold('{"k":"other","w":0,"t":1}')]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
	expect(parseTold('{"k":"bye","w":2,"t":1}')).toEqual({k: 'bye', w: 2, t: 1});
});
