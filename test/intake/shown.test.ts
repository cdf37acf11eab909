import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {renderHistory} from '../../source/commands/history-table.ts';
import {isMeasured, reportOf} from '../../source/core/report.ts';
import {fewSamples} from '../../source/insight/samples.ts';
import {resultIn} from './told.ts';

test('of a metric with one value the history tells no p99', () => {
	const result = resultIn('test sum ... bench:          74.22 ns/iter (+/- 3.87)\n');
	expect(renderHistory([result]).match(/74\.2/g)).toHaveLength(1);
});

test('nobody is told to read a percentile that was not told', () => {
	const text = readFileSync(new URL('../data/intake/wrk.txt', import.meta.url), 'utf8');
	const result = resultIn(text.replace('18651 requests', '300 requests').replace('9017.15', '150.00'));
	expect(result.summary.latency.p95).toBe(null);
	const insight = fewSamples.find({result, earlier: [], beats: []});
	expect(insight?.recommendations.join(' ')).toContain('read a percentile that they carry: p90');
});

test('metrics alone are figures: such a run has not failed, and can be compared', () => {
	const result = resultIn('test sum ... bench:          74.22 ns/iter (+/- 3.87)\n');
	expect(isMeasured(result)).toBe(true);
	expect(reportOf([result]).failures).toBe(0);
});
