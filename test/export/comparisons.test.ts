import {describe, expect, test} from 'vitest';
import type {Comparison} from '../../source/core/report.ts';
import {renderComparisons} from '../../source/export/comparisons.ts';

const comparison = (part: Partial<Comparison>): Comparison => ({
	metric: 'p50',
	unit: 'ms',
	lowerIsBetter: true,
	base: 2,
	candidate: 2.1,
	change: {estimate: 0.05, low: -0.01, high: 0.112, confidence: 0.95, covers: 'everything'},
	verdict: 'unclear',
	...part,
});

describe('comparisons as text', () => {
	test('a table with a word and a mark for each verdict, then the reasons once each', () => {
		const share = {estimate: 0.0012, low: -0.0001, high: 0.15, confidence: 0.95, covers: 'counts'};
		const none = {estimate: null, low: null, high: null, confidence: 0.95, covers: 'everything'};
		const text = renderComparisons([
			comparison({because: 'Too noisy. Measure again.'}),
			comparison({metric: 'p90', verdict: 'worse', because: 'Too noisy. Far off.'}),
			comparison({metric: 'p99', verdict: 'same', base: null, candidate: 1234.5, change: none}),
			comparison({metric: 'throughput', unit: '1/s', lowerIsBetter: false, base: 12_345, verdict: 'better'}),
			comparison({metric: 'error rate', unit: '%', base: 0, candidate: 0.12, change: share}),
		]);
		expect(text).toBe(`\
metric         base  candidate    change         95% interval  verdict
p50         2.00 ms    2.10 ms     +5.0%       -1.0% … +11.2%  ? unclear
p90         2.00 ms    2.10 ms     +5.0%       -1.0% … +11.2%  ▲ worse
p99               –    1235 ms         –                    –  ≈ same
throughput  12.3k/s     2.10/s     +5.0%       -1.0% … +11.2%  ▼ better
error rate       0%      0.12%  +0.12 pp  -0.01 pp … +15.0 pp  ? unclear

p50, p90: Too noisy.
p50: Measure again.
p90: Far off.
Interval of p50, p90, throughput: everything.
Interval of error rate: counts.
`);
	});

	test('what holds of all names none', () => {
		expect(renderComparisons([comparison({because: 'Too noisy.'}), comparison({because: 'Too noisy.'})])).toMatch(
			/\nToo noisy\.\n/,
		);
	});

	test('nothing without comparisons, and no control character from outside', () => {
		expect(renderComparisons([])).toBe('');
		const text = renderComparisons([comparison({metric: 'x\u001b[2J', because: '\u001b]0;title\u0007'})]);
		expect(text).not.toContain('\u001b');
		expect(text).toContain('x␛[2J');
	});
});
