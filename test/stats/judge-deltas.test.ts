import {describe, expect, test} from 'vitest';
import {readThreshold} from '../../source/config/threshold.ts';
import type {Comparison} from '../../source/core/report.ts';
import {checkThresholds, type Threshold} from '../../source/core/threshold.ts';
import {judgeDeltas, marginsOf} from '../../source/stats/judge-deltas.ts';
import {verdictOf} from '../../source/stats/margin.ts';
import {syntheticResult} from '../helpers/result.ts';

const limit = (metric: string, text: string): Threshold => {
	const {threshold, fault} = readThreshold(metric, text);
	if (threshold === undefined) throw new Error(fault);
	return threshold;
};
const comparison = (low: number | null, high: number | null, more: Partial<Comparison> = {}): Comparison => ({
	metric: 'p99',
	unit: 'ms',
	lowerIsBetter: true,
	base: 1,
	candidate: 1,
	change: {estimate: low === null || high === null ? null : (low + high) / 2, low, high, confidence: 0.95, covers: ''},
	verdict: 'unclear',
	runs: {base: 5, candidate: 5},
	...more,
});
const run = syntheticResult({id: 'one'});
const fateOf = (threshold: Threshold, given: Comparison): string => {
	const [checked] = judgeDeltas([threshold], [given], run);
	return checked?.passed ? 'kept' : checked?.isUnclear ? 'unclear' : 'broken';
};

describe('limits of changes', () => {
	test.each([
		['< 10%', -0.02, 0.05, 'same', 'kept'],
		['< 10%', 0.12, 0.2, 'worse', 'broken'],
		['< 10%', 0.05, 0.15, 'unclear', 'unclear'],
		['< 10%', -0.4, -0.2, 'better', 'kept'],
		// Beyond the limit, but chance alone may do as much.
		['< 10%', 0.12, 0.2, 'unclear', 'unclear'],
		// It is to become better, and did, or did not.
		['< -5%', -0.2, -0.1, 'better', 'kept'],
		['< -5%', -0.02, 0.02, 'same', 'broken'],
		['< -5%', -0.1, 0.02, 'unclear', 'unclear'],
	] as const)('p99 %s of %d … %d, which is %s: %s', (text, low, high, verdict, fate) => {
		expect(fateOf(limit('delta.p99', text), comparison(low, high, {verdict}))).toBe(fate);
	});

	test.each([
		// Of a figure that never varies, such as a size: it is not to grow at all, and did not.
		['<= 0%', 0, 'kept'],
		['<= 0%', -1e-15, 'kept'],
		['<= 0%', 1e-15, 'kept'],
		['<= 0%', 0.01, 'broken'],
		['< 0%', 0, 'broken'],
		['<= 5%', 0.05 + 1e-15, 'kept'],
		['<= 5%', 0.05 - 1e-15, 'kept'],
		['< 5%', 0.05 + 1e-15, 'unclear'],
		['< 5%', 0.05 - 1e-15, 'unclear'],
		['< 5%', 0.049, 'kept'],
	] as const)('%s of %d, exactly: %s', (text, change, fate) => {
		const verdict = verdictOf(change, change, 0.05, true);
		expect(fateOf(limit('delta.p99', text), comparison(change, change, {verdict}))).toBe(fate);
		const mirrored = text.replace('<', '>').replace(' 5', ' -5');
		const other = {metric: 'throughput', lowerIsBetter: false, verdict};
		expect(fateOf(limit('delta.throughput', mirrored), comparison(-change, -change, other))).toBe(fate);
	});

	test.each([
		['> -5%', -0.02, 0.1, 'same', 'kept'],
		['> -5%', -0.2, -0.1, 'worse', 'broken'],
		['> -5%', -0.2, 0.1, 'unclear', 'unclear'],
	] as const)('throughput %s of %d … %d: %s', (text, low, high, verdict, fate) => {
		const given = comparison(low, high, {metric: 'throughput', lowerIsBetter: false, verdict});
		expect(fateOf(limit('delta.throughput', text), given)).toBe(fate);
	});

	test('without an interval, or of runs that judge nothing, they are unclear; without the metric they fail', () => {
		const threshold = limit('delta.p99', '< 10%');
		expect(fateOf(threshold, comparison(null, null))).toBe('unclear');
		expect(fateOf(threshold, comparison(-0.02, 0.05, {runs: {base: 2, candidate: 2}}))).toBe('unclear');
		expect(judgeDeltas([threshold], [], run)).toMatchObject([{passed: false, actual: null, result: 'one'}]);
	});

	test('are the margins of the verdicts where they are on the bad side', () => {
		const limits = [
			limit('delta.p99', '< 10%'),
			limit('delta.throughput', '> -4%'),
			limit('delta.errors', '< 0.5%'),
			limit('delta.p50', '< -5%'),
		];
		expect(marginsOf(limits, (metric) => metric !== 'throughput')).toEqual({
			p99: 0.1,
			throughput: 0.04,
			'error rate': 0.005,
		});
	});

	test('mean nothing to a run alone', () => {
		const thresholds = [limit('delta.p99', '< 10%'), limit('latency.p99', '< 1s')];
		expect(checkThresholds({...run, plan: {...run.plan, thresholds}}).map(({metric}) => metric)).toEqual([
			'latency.p99',
		]);
	});
});
