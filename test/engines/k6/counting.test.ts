import {expect, test} from 'vitest';
import {createCounting, otherParts} from '../../../source/engines/k6/counting.ts';
import type {Stretch} from '../../../source/engines/k6/course.ts';
import type {K6Request} from '../../../source/engines/k6/points.ts';
import {createRecorder} from '../../../source/run/recorder.ts';

const request = (name: string, at: number, rest: Partial<K6Request> = {}): K6Request => ({
	at,
	tags: {scenario: 'default', group: '', method: 'GET', name, status: '200'},
	duration: 4,
	blocked: 1,
	connecting: 0,
	tls: 0,
	sending: 1,
	waiting: 2,
	receiving: 1,
	failed: false,
	...rest,
});

test('however many names a script has, memory is bounded and every request counts', () => {
	const recorder = createRecorder(0);
	const counting = createCounting(recorder, 'requests', () => 'measure');
	for (let index = 0; index < 3000; index++) counting.request(request(`http://h/${index}`, index), true);
	const {parts = {}, offered, latency} = recorder.take(1000);
	expect([offered, latency.count, Object.keys(parts).length, counting.hasOtherParts()]).toEqual([
		3000,
		3000,
		201,
		true,
	]);
	expect(parts[otherParts]?.offered).toBe(2800);
});

test('a request is counted in the stretch in which it began, waiting for a connection included', () => {
	const recorder = createRecorder(0);
	const stretchAt = (at: number): Stretch => (at < 100 ? 'warm-up' : 'measure');
	const counting = createCounting(recorder, 'requests', stretchAt);
	for (const at of [104, 104.9, 105, 110]) counting.request(request('one', at), true);
	counting.close();
	counting.request(request('one', 120), true);
	expect(recorder.take(1000).offered).toBe(2);
	expect(counting.requests()).toEqual({before: 0, 'warm-up': 2, measure: 2, after: 1, around: 0});
});

test('what setup() and teardown() ask is apart, and a group of that name is not', () => {
	const recorder = createRecorder(0);
	const counting = createCounting(recorder, 'requests', () => 'measure');
	counting.request(request('one', 1, {tags: {group: '::setup', name: 'one', status: '200'}}), true);
	counting.request(request('one', 1, {tags: {group: '::teardown::deep', name: 'one', status: '200'}}), true);
	counting.request(
		request('one', 1, {tags: {group: '::setup', scenario: 'default', name: 'one', status: '200'}}),
		true,
	);
	expect(Object.keys(recorder.take(1000).parts ?? {})).toEqual(['setup: one']);
	expect(counting.requests()).toMatchObject({around: 2, measure: 1});
});

test('counters and rates are sampled by the second, and what they came to leaves the warm-up out', () => {
	const recorder = createRecorder(0);
	const counting = createCounting(recorder, 'requests', (at) => (at < 100 ? 'warm-up' : 'measure'));
	counting.metric({name: 'orders', type: 'counter', contains: 'data', thresholds: []});
	counting.metric({name: 'hits', type: 'rate', contains: 'default', thresholds: []});
	const tags = {scenario: 'default'};
	counting.point({metric: 'orders', at: 50, value: 5, tags}, false);
	counting.settle(500);
	for (const [at, value] of [
		[150, 3],
		[160, 1],
	] as const)
		counting.point({metric: 'orders', at, value, tags}, true);
	for (const [at, value] of [
		[150, 1],
		[160, 0],
		[170, 1],
		[180, 1],
	] as const)
		counting.point({metric: 'hits', at, value, tags}, true);
	counting.settle(2000);
	const {metrics = {}} = recorder.take(1000);
	expect([metrics.orders?.unit, metrics.orders?.samples.values]).toEqual(['bytes/s', [10, 2]]);
	expect([metrics.hits?.unit, metrics.hits?.samples.values]).toEqual(['%', [75]]);
	expect(counting.findings().map(({subject, text}) => [subject, text])).toEqual([
		['orders', '4 bytes in all'],
		['hits', '3 of 4 (75.0%)'],
	]);
});
