import {describe, expect, test} from 'vitest';
import type {Finding} from '../../source/core/finding.ts';
import type {MetricSummary} from '../../source/core/samples.ts';
import {bufferCacheMisses} from '../../source/insight/buffer-cache.ts';
import {poolExhausted} from '../../source/insight/pool.ts';
import {madeRun, withResult} from '../helpers/made-run.ts';

const evidence = madeRun({seconds: 3});

const metricOf = (mean: number, count = 1000): MetricSummary => ({
	...{unit: 'ms', better: 'lower', count, mean, stddev: 0, min: mean, p50: mean, p90: mean, p99: mean, max: mean},
	interval: null,
});

const waitsOf = (wait: number, work: number, {url = 'postgres://localhost/shop', count = 1000} = {}) =>
	poolExhausted.find(
		withResult(evidence, (result) => ({
			plan: {...result.plan, load: {url, connections: 4}},
			summary: {
				...result.summary,
				metrics: {'waiting for the pool': metricOf(wait, count), 'on the connection': metricOf(work, count)},
			},
		})),
	);

const cacheOf = (hits: number, misses: number) => {
	const finding: Finding = {
		kind: 'server-counts',
		subject: 'PostgreSQL',
		text: '',
		figures: {cacheHits: hits, cacheMisses: misses, cacheHitPercent: (100 * hits) / (hits + misses)},
	};
	return bufferCacheMisses.find(withResult(evidence, () => ({findings: [finding]})));
};

describe('a pool', () => {
	test('that operations wait for longer than the database works is told', () => {
		expect(waitsOf(150, 50)).toMatchObject({
			kind: 'pool-exhausted',
			figures: {shareOfTime: 0.75, waitingMeanMs: 150, workingMeanMs: 50, pool: 4},
		});
		expect(waitsOf(150, 50)?.text).toContain('75.0% of the time');
	});

	test.each([
		['the database takes longer', 40, 50, {}],
		['nobody feels the wait', 0.15, 0.05, {}],
		['there are few operations', 150, 50, {count: 10}],
		['a file works in the thread that asks', 150, 50, {url: 'sqlite:/data/shop.db'}],
	])('is not told of when %s', (_, wait, work, rest) => {
		expect(waitsOf(wait, work, rest)).toBeUndefined();
	});

	test('is not told of by engines that have none', () => {
		expect(poolExhausted.find(evidence)).toBeUndefined();
	});
});

describe('a buffer cache', () => {
	test('that misses much is told, the graver the more', () => {
		expect(cacheOf(9000, 1000)).toMatchObject({severity: 'low', figures: {pagesRead: 10_000, pagesMissed: 1000}});
		expect(cacheOf(5000, 5000)).toMatchObject({severity: 'medium'});
	});

	test('that misses little, or was hardly read, is not', () => {
		expect(cacheOf(9600, 400)).toBeUndefined();
		expect(cacheOf(300, 600)).toBeUndefined();
		expect(bufferCacheMisses.find(evidence)).toBeUndefined();
	});
});
