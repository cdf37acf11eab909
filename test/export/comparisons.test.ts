import {describe, expect, test} from 'vitest';
import type {Comparison} from '../../source/core/report.ts';
import {renderBenchmarks, renderComparisons} from '../../source/export/comparisons.ts';

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

	test('what was judged has its margin and its severity, what was not decided how many more runs would do', () => {
		const text = renderBenchmarks([
			comparison({
				metric: 'search: p50',
				benchmark: 'search',
				against: {label: 'baseline main', runs: ['a', 'b']},
				runs: {base: 2, candidate: 1},
				verdict: 'worse',
				severity: 'high',
				margin: 0.05,
			}),
			comparison({metric: 'search: p90', benchmark: 'search', isDisplayed: true, margin: 0.1, moreRuns: 4}),
			comparison({metric: 'cart: size', benchmark: 'cart', unit: 'bytes', base: 2_500_000, candidate: 5_000_000}),
		]);
		const lines = text.split('\n').map((line) => line.trimEnd());
		expect(lines[0]).toBe('search against baseline main (1 run against 2)');
		expect(lines[1]).toMatch(/interval +margin +verdict +more runs$/);
		expect(lines[2]).toMatch(/^p50 .* ±5\.0% +▲ worse, high$/);
		expect(lines[3]).toMatch(/^p90 .* ±10\.0% +\(\? unclear\) +~4$/);
		expect(text).toMatch(/^In brackets: shown, and decides no gate\.$/m);
		// A benchmark of its own, and sizes in their unit.
		expect(text).toMatch(/^cart\nmetric .* verdict\nsize +2\.5\dM|^cart\n[^\n]*\nsize +2\.\d+M/m);
	});

	test('nothing without comparisons, and no control character from outside', () => {
		expect(renderComparisons([])).toBe('');
		const text = renderComparisons([comparison({metric: 'x\u001b[2J', because: '\u001b]0;title\u0007'})]);
		expect(text).not.toContain('\u001b');
		expect(text).toContain('x␛[2J');
	});
});
