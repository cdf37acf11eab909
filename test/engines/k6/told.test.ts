import {describe, expect, test} from 'vitest';
import {checkThresholds} from '../../../source/core/threshold.ts';
import {actualWords} from '../../../source/core/threshold-words.ts';
import {createCourse, idleBetween, stretchAt} from '../../../source/engines/k6/course.ts';
import {logLineOf, plannedOf, progressOf, summaryIn} from '../../../source/engines/k6/told.ts';
import {type K6End, k6Doubts, k6Findings} from '../../../source/engines/k6/verdicts.ts';
import {madeRun} from '../../helpers/made-run.ts';

const none = {before: 0, 'warm-up': 0, measure: 0, after: 0, around: 0};

const exported = JSON.stringify({
	root_group: {
		groups: {login: {groups: {}, checks: {ok: {name: 'ok', path: '::login::ok', passes: 3, fails: 1}}}},
		checks: {},
	},
	metrics: {
		http_reqs: {count: 62, rate: 55},
		iterations: {count: 20, rate: 17},
		http_req_duration: {
			'p(95)': 6.8,
			avg: 2.8,
			thresholds: {'p(95)<1': true, 'p(95) < 1000': false, 'p(99.99)<3': true},
		},
		http_req_failed: {passes: 40, fails: 22, value: 0.645, thresholds: {'rate<0.5': true}},
		'checks{check:ok}': {passes: 3, fails: 1, value: 0.75, thresholds: {'rate==1': true}},
	},
});

const end: K6End = {
	requests: {...none, measure: 62},
	calls: 0,
	iterations: {...none, measure: 20},
	dropped: 0,
	interrupted: 0,
	thrown: {count: 0, first: ''},
	late: 300,
	summary: summaryIn(exported),
	wasStopped: false,
	hasWarmup: false,
};

describe('the summary of k6', () => {
	test('says true of thresholds that were crossed, where it is exported', () => {
		expect(summaryIn(exported)?.thresholds).toEqual([
			{metric: 'http_req_duration', text: 'p(95)<1', passed: false, actual: 6.8},
			{metric: 'http_req_duration', text: 'p(95) < 1000', passed: true, actual: 6.8},
			{metric: 'http_req_duration', text: 'p(99.99)<3', passed: false, actual: null},
			{metric: 'http_req_failed', text: 'rate<0.5', passed: false, actual: 0.645},
			{metric: 'checks{check:ok}', text: 'rate==1', passed: false, actual: 0.75},
		]);
	});

	test('says ok of thresholds that were met, as handleSummary is given it', () => {
		const values = {'p(95)': 6.8};
		const given = {
			metrics: {
				a: {values, thresholds: {'p(95)<1': {ok: false}, 'p(95)<9': {ok: true}}},
				http_reqs: {values: {count: 5}},
			},
		};
		const read = summaryIn(JSON.stringify(given));
		expect(read?.thresholds.map(({passed, actual}) => [passed, actual])).toEqual([
			[false, 6.8],
			[true, 6.8],
		]);
		expect(read?.requests).toBe(5);
	});

	test.each(['', 'null', '[]', '{}', '{"metrics": 3}'])('is none: %j', (text) => {
		expect(summaryIn(text)).toBe(undefined);
	});
});

describe('the limits of a script', () => {
	const {plan, summary} = madeRun().result;
	const checked = checkThresholds({
		id: 'r',
		name: 'shop',
		engine: 'k6',
		plan: {...plan, thresholds: []},
		summary,
		findings: k6Findings(end),
	});

	test('become those of the run', () => {
		expect(checked.map(({metric, text, actual, passed, told}) => [metric, text, actual, passed, told?.unit])).toEqual([
			['http_req_duration p(95)', '< 1', 6.8, false, 'ms'],
			['http_req_duration p(95)', '< 1000', 6.8, true, 'ms'],
			['http_req_duration p(99.99)', '< 3', null, false, 'ms'],
			['http_req_failed rate', '< 0.5', 0.645, false, 'share'],
			['checks{check:ok} rate', '== 1', 0.75, false, 'share'],
		]);
	});

	test('are told in their own units', () => {
		expect(checked.map((limit) => actualWords(limit, summary))).toEqual([
			'6.80 ms',
			'6.80 ms',
			'not measured',
			'64.5%',
			'75.0%',
		]);
	});

	test('that k6 has no words for fail all the same', () => {
		for (const verdict of ['thresholds crossed', 'marked as failed'] as const) {
			const findings = k6Findings({...end, summary: undefined, verdict});
			const all = checkThresholds({
				id: 'r',
				name: 'shop',
				engine: 'k6',
				plan: {...plan, thresholds: []},
				summary,
				findings,
			});
			expect(all.map(({passed}) => passed)).toEqual([false]);
		}
	});
});

describe('what is doubtful', () => {
	const kinds = (given: Partial<K6End>): string[] => k6Doubts({...end, ...given}).map(({kind}) => kind);

	test('is nothing in a run that went well', () => expect(kinds({})).toEqual([]));

	test.each<[Partial<K6End>, string]>([
		[{dropped: 1}, 'rate-not-reached'],
		[{interrupted: 4}, 'iterations-interrupted'],
		[{thrown: {count: 2, first: 'Error: no'}}, 'script-errors'],
		[{late: 2000}, 'points-late'],
		[{endedAfter: 10_000}, 'tool-ended'],
		[{verdict: 'teardown too long'}, 'teardown'],
		[{requests: {...none, measure: 61}}, 'counts-differ'],
		[{iterations: {...none, measure: 21}}, 'counts-differ'],
		[{summary: undefined}, 'no-summary'],
	])('is told of %j', (given, kind) => expect(kinds(given)).toEqual([kind]));

	test('is not that what never came was not counted', () => {
		expect(kinds({requests: {...none, measure: 40, around: 2, 'warm-up': 18, after: 2}})).toEqual([]);
		expect(kinds({summary: undefined, wasStopped: true})).toEqual([]);
	});
});

describe('the log and progress of k6', () => {
	test('are read', () => {
		const line =
			'{"executor":"constant-vus","level":"debug","msg":"Regular duration is done, waiting","scenario":"default"}';
		expect(logLineOf(line)).toEqual({level: 'debug', words: 'Regular duration is done, waiting', scenario: 'default'});
		expect(logLineOf('time=…')).toBe(undefined);
		expect(progressOf('running (01.0s), 2/2 VUs, 16 complete and 3 interrupted iterations')).toEqual({
			complete: 16,
			interrupted: 3,
		});
		expect(plannedOf('              * default: 2 looping VUs for 1s (gracefulStop: 30s)')).toBe(1000);
		expect(plannedOf('   * b: 10.00 iterations/s for 1m10s (maxVUs: 5, startTime: 5s, gracefulStop: 30s)')).toBe(
			75_000,
		);
		expect(plannedOf('   * c: 100 iterations shared among 10 VUs (maxDuration: 10m0s, gracefulStop: 30s)')).toBe(
			undefined,
		);
	});
});

describe('the course of a load', () => {
	test('has each operation in the stretch in which it began', () => {
		const course = createCourse(1000, 3000);
		expect(stretchAt(course, 5000)).toBe('before');
		course.begin(10_000);
		course.beginOperation(9990);
		course.beginOperation(10_020);
		expect([9990, 10_989, 10_990, 12_990, 12_991].map((at) => stretchAt(course, at))).toEqual([
			'warm-up',
			'warm-up',
			'measure',
			'measure',
			'after',
		]);
	});

	test('ends when the time of its last scenario is over, or all have ended before', () => {
		const course = createCourse(0, undefined);
		course.scenarios(2);
		course.begin(0);
		course.endOfTime('a', 3000);
		course.endOfScenario('b', 2000);
		expect(course.ended()).toBe(undefined);
		course.endOfScenario('a', 9000);
		expect([course.ended(), course.isOver()]).toEqual([3000, true]);
		expect([idleBetween(course, -50, 20), idleBetween(course, 20, 40), idleBetween(course, 2990, 3050)]).toEqual([
			50, 0, 50,
		]);
	});
});
