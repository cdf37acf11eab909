import {expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {spokenCount, spokenDuration, spokenMilliseconds, spokenPercent, spokenRate} from '../../source/core/spoken.ts';
import {spoken} from '../../source/export/spoken.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {syntheticResult} from '../helpers/result.ts';

test('numbers as they are read aloud', () => {
	expect(spokenCount(84_020)).toBe('84020');
	expect(spokenMilliseconds(2.314)).toBe('2.31 milliseconds');
	expect(spokenMilliseconds(0.0001)).toBe('less than 0.001 milliseconds');
	expect(spokenMilliseconds(null)).toBe('unknown');
	expect(spokenPercent(0.05)).toBe('0.05 percent');
	expect(spokenPercent(12.34)).toBe('12.3 percent');
	expect(spokenRate(1055.4)).toBe('1055 answers a second');
	expect(spokenRate(0.5)).toBe('0.50 answers a second');
	expect(spokenDuration(1000)).toBe('1 second');
	expect(spokenDuration(1500)).toBe('1.5 seconds');
	expect(spokenDuration(65_000)).toBe('1 minute 5 seconds');
	expect(spokenDuration(3_600_000)).toBe('1 hour');
});

test('a report in sentences, without a sign that has to be seen', () => {
	const result = syntheticResult({});
	const text = spoken.render(reportOf([result], compareRuns(result, {...result, id: 'other'})));
	expect(text).toContain(`Median latency ${spokenMilliseconds(result.summary.latency.p50)}`);
	expect(text).toContain(`Throughput ${spokenRate(result.summary.throughput.mean)}.`);
	expect(text).toContain('p99: unclear, 0.0 percent higher.');
	expect(text).not.toMatch(/[▲▼≈…·–|?]|\bms\b/);
	for (const line of text
		.trim()
		.split('\n')
		.filter((each) => each !== ''))
		expect(line).toMatch(/\.$/);
});

test('a doubt is said', () => {
	const result = syntheticResult({});
	const doubted = {
		...result,
		validity: {trustworthy: false, reasons: [{kind: 'x', message: 'It was held up.'}], limits: []},
	};
	expect(spoken.render(reportOf([doubted]))).toContain('These figures are in doubt: It was held up.');
});

test('insights are sentences with their units in words', () => {
	const insight = {
		kind: 'knee',
		severity: 'low',
		text: 'From 5.00 ms to 1 200 ms at 350/s, 12.5% more: kernel 6.1 → 6.8.',
		recommendations: ['Do this.'],
		figures: {},
	} as const;
	const text = spoken.render(reportOf([{...syntheticResult({}), insights: [insight]}]));
	expect(text).toContain(
		'Insight 1 of 1: From 5.00 milliseconds to 1200 milliseconds at 350 per second, 12.5 percent more: kernel 6.1 to 6.8.\nTo do: Do this.',
	);
});

test('how well a percentile is known is said', () => {
	const result = syntheticResult({});
	const latency = {
		...result.summary.latency,
		uncertain: [],
		correlated: ['p99'],
		intervals: {p50: {low: 1.5, high: 2.25, confidence: 0.95, of: 40}},
	} as const;
	const text = spoken.render(reportOf([{...result, summary: {...result.summary, latency}}]));
	expect(text).toMatch(/Median latency [^,]+, between 1.50 milliseconds and 2.25 milliseconds within this run\./);
	expect(text).toMatch(
		/99th percentile [^,]+, from operations that hang together over seconds: too few independent ones\./,
	);
});
