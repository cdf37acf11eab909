import {expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {exporters} from '../../source/export/index.ts';
import {syntheticResult} from '../helpers/result.ts';

const text = exporters.find(({name}) => name === 'text')!;

test('the summary tells a pause, and only where there was one', () => {
	const result = syntheticResult();
	expect(text.render(reportOf([{...result, pausedMs: 1500}]))).toContain(
		'measured 3s after 1s of warm-up, paused for 1.5s;',
	);
	expect(text.render(reportOf([result]))).toContain('measured 3s after 1s of warm-up;');
});

test('the summary tells what making connections took, and only where one was made', () => {
	const result = syntheticResult();
	const times = (count: number, p50: number, max: number) => ({
		count,
		...{mean: p50, stddev: 0, min: p50, p50, p75: p50, p90: max, p95: max, p99: max, p999: max, p9999: max, max},
	});
	const setup = {dns: times(1, 3.2, 3.2), connect: times(10, 0.5, 1.5), tls: times(10, 4, 8)};
	const rendered = text.render(reportOf([{...result, summary: {...result.summary, setup}}]));
	expect(rendered).toContain('10 connections made: name 3.20; TCP p50 0.500, max 1.50; TLS p50 4.00, max 8.00');
	expect(text.render(reportOf([result]))).not.toContain('connections made');
});

test('the words of a failure end once', () => {
	const failed = {...syntheticResult(), ending: {state: 'failed', message: 'The run was killed.'}} as const;
	expect(text.render(reportOf([failed]))).toContain('failed: The run was killed; measured 3s');
});

test('the summary ends with what stands out and what to do, and only where something does', () => {
	const result = syntheticResult();
	const insights = [
		{
			kind: 'knee',
			severity: 'medium',
			text: 'It turns. It matters.',
			recommendations: ['Do this.', 'Or that.'],
			figures: {},
		},
		{kind: 'tail', severity: 'low', text: 'It is long. It is felt.', recommendations: [], figures: {}},
	] as const;
	const report = reportOf([{...result, insights}, result]);
	expect(report.insights).toEqual(insights.map((insight) => ({result: result.id, name: result.name, ...insight})));
	expect(text.render(report)).toContain(
		[
			'',
			'What stands out',
			'  !  It turns. It matters.',
			'     → Do this.',
			'     → Or that.',
			'  ·  It is long. It is felt.',
		].join('\n'),
	);
	expect(text.render(reportOf([result]))).not.toContain('What stands out');
});

test('the summary tells between which latencies a percentile lies, and of which too few operations are independent', () => {
	const result = syntheticResult();
	const {latency} = result.summary;
	const precision = {
		correlated: ['p90'],
		intervals: {p50: {low: 1.5, high: 2.25, confidence: 0.95, of: 40}},
	} as const;
	const known = {...latency, uncertain: [], p50: 2, p75: 3, p90: 4, mean: 2.5, stddev: 1};
	const told = (figures: typeof known | (typeof known & typeof precision)): string =>
		text.render(reportOf([{...result, summary: {...result.summary, latency: figures}}]));
	const rendered = told({...known, ...precision});
	expect(rendered).toContain('  p50       2.00  (1.50 … 2.25)   mean      2.50');
	expect(rendered).toContain('  p75       3.00                  stddev    1.00');
	expect(rendered).toContain('  p90       4.00?');
	expect(rendered).toContain('? of p90: too few independent operations, since they hang together over seconds');
	expect(rendered).toContain('(…) where it lies within this run, with 95 % confidence; another run may differ by more');
	expect(told(known)).toContain('  p50       2.00    mean      2.50');
	expect(told(known)).not.toMatch(/\?|\(…\)|independent/);
});
