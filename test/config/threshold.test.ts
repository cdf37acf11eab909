import {describe, expect, test} from 'vitest';
import {parseThreshold, readThreshold} from '../../source/config/threshold.ts';
import {samplesOf, summariseMetric} from '../../source/core/samples.ts';
import {checkThresholds, type Threshold} from '../../source/core/threshold.ts';
import {syntheticResult} from '../helpers/result.ts';

describe('a threshold', () => {
	test.each([
		['latency.p95', '< 450ms', '<', 450],
		['latency.p99.9', '<= 1.5s', '<=', 1500],
		['latency.max', '<250us', '<', 0.25],
		['latency.mean', '< 1m', '<', 60_000],
		['latency.stddev', '< 0', '<', 0],
		['errors', '< 0.1%', '<', 0.001],
		['errors.5xx', '<= 0', '<=', 0],
		['success', '>= 99.95%', '>=', 0.9995],
		['throughput', '> 1200/s', '>', 1200],
		['throughput', '> 1.2k/s', '>', 1200],
		['throughput.min', '> 60/min', '>', 1],
		['throughput', '> 1200', '>', 1200],
		['throughput.bytesInPerSecond', '> 10MB/s', '>', 10_000_000],
		['throughput.total', '> 1e6', '>', 1_000_000],
		['checkout > latency.p95', '< 1s', '<', 1000],
		['checkout > errors', '< 1 %', '<', 0.01],
	])('%s %s', (metric, text, comparison, limit) => {
		const expected = {metric: metric.replace('p99.9', 'p999'), comparison, limit, text: expect.any(String)};
		expect(readThreshold(metric, text).threshold).toEqual(expected);
		expect(parseThreshold(`${metric} ${text}`).threshold).toEqual(expected);
	});

	test('of a metric keeps its unit until the metric is there', () => {
		expect(parseThreshold('peak memory.max < 512MiB').threshold).toEqual({
			metric: 'peak memory.max',
			comparison: '<',
			limit: 512 * 1024 ** 2,
			unit: 'bytes',
			text: '< 512MiB',
		});
		expect(readThreshold('sort n=1000', '<= 20us').threshold).toMatchObject({limit: 0.02, unit: 'ms'});
		expect(readThreshold('images', '> 5').threshold).toEqual({
			metric: 'images',
			comparison: '>',
			limit: 5,
			text: '> 5',
		});
	});

	test.each([
		['latency.p95', '450ms', /^expected "<", "<=", ">" or ">=" and a limit, such as "< 450ms", not "450ms"$/],
		['latency.p95', '< soon', /^"soon" is no number/],
		['latency.p95', '< 450', /^a number needs its unit here, such as 450ms, not "450"$/],
		['latency.p95', '< 450 parsecs', /^expected a limit such as 450ms, not "450 parsecs"$/],
		['latency.p95', '< 5%', /^expected a limit such as 450ms/],
		['errors', '< 0.1', /^a number needs its unit here, such as 0\.1%/],
		['errors', '< 101%', /^a share is from 0% to 100%/],
		['latency.p95', '< -5ms', /^no run is ever below 0/],
		['throughput', '> -1/s', /^no run is ever below 0/],
		['errors.5x', '< 1%', /^"errors\.5x" is no figure \(did you mean "errors\.[45]xx"\?\)$/],
		['latency', '< 1s', /^"latency" is no figure: there are latency\.p50, /],
		['lattency.p95', '< 1s', /^"lattency\.p95" is no figure \(did you mean "latency"\?\)$/],
		['p95', '< 1s', /^"p95" is written latency\.p95$/],
		['throughput.p95', '> 1/s', /^"throughput\.p95" is no figure/],
		['checkout > throughput.min', '> 1/s', /is no figure/],
		['checkout > memory', '> 1MB', /^"memory" is no figure of a part: there are latency\.p50/],
	])('%s %s is none', (metric, text, fault) => {
		expect(readThreshold(metric, text)).toEqual({fault: expect.stringMatching(fault)});
	});

	test.each(['latency.p95', '< 450ms', '', 'latency.p95 = 4ms', 'latency.p95 << 4ms'])('%j is none', (text) => {
		expect(parseThreshold(text).fault).toBeDefined();
	});
});

describe('a threshold of a change', () => {
	test.each([
		['delta.p99', '< 10%', 0.1],
		['delta.latency.p50', '< 5%', 0.05],
		['delta.throughput', '> -5%', -0.05],
		['delta.errors', '< 0.5%', 0.005],
		['delta.bundle size', '<= 0', 0],
		['delta.p50', '< 150%', 1.5],
	])('%s %s', (metric, text, limit) => {
		const {threshold} = readThreshold(metric, text);
		expect(threshold).toMatchObject({metric: metric.replace('latency.', ''), limit});
		expect(threshold).not.toHaveProperty('unit');
		expect(parseThreshold(`${metric} ${text}`)).toEqual({threshold});
	});

	test.each([
		['delta.p99', '< 10ms', /^expected a limit such as 10%/],
		['delta.throughput', '> -100%', /nothing becomes less by more than 100%/],
		['delta.p99', '< 10', /needs its unit here, such as 10%/],
		['delta.p95', '< 10%', /^"delta\.p95" is no change that is judged: there are delta\.p50/],
		['delta.latency.p95', '< 10%', /is no change that is judged/],
		['delta.', '< 10%', /is no change that is judged/],
		['checkout > delta.p99', '< 10%', /is no figure of a part/],
	])('%s %s is none', (metric, text, fault) => {
		expect(readThreshold(metric, text)).toEqual({fault: expect.stringMatching(fault)});
	});
});

describe('a threshold of a metric', () => {
	const checked = (unit: string, given: Omit<Threshold, 'metric' | 'text' | 'comparison'>) => {
		const result = syntheticResult({});
		const metric = summariseMetric({unit, samples: samplesOf([10, 20, 30])});
		return checkThresholds({
			...result,
			plan: {...result.plan, thresholds: [{metric: 'sort', comparison: '<', text: '', ...given}]},
			summary: {...result.summary, metrics: {sort: metric}},
		});
	};

	test('is held against it in its own unit', () => {
		expect(checked('ns', {limit: 0.00003, unit: 'ms'})).toMatchObject([{actual: 20, limit: 30, passed: true}]);
		expect(checked('ns', {limit: 0.00002, unit: 'ms'})).toMatchObject([{actual: 20, limit: 20, passed: false}]);
		expect(checked('KiB', {limit: 25_000, unit: 'bytes'})).toMatchObject([{actual: 20, passed: true}]);
		expect(checked('ns', {limit: 21})).toMatchObject([{actual: 20, limit: 21, passed: true}]);
		expect(checked('images', {limit: 21, unit: 'images'})).toMatchObject([{passed: true}]);
	});

	test('fails where the units measure different things', () => {
		expect(checked('bytes', {limit: 1e9, unit: 'ms'})).toMatchObject([{actual: 20, unit: 'ms', passed: false}]);
	});
});
