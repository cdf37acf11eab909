import {describe, expect, test} from 'vitest';
import {type Report, reportOf} from '../../source/core/report.ts';
import type {Result} from '../../source/core/result.ts';
import type {Exporter} from '../../source/export/exporter.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {syntheticResult} from '../helpers/result.ts';

const hostile = 'name\u001b[2J\u001b]0;title\u0007\r\n\u202e<script>&"\'';

const variants = (): Readonly<Record<string, Report>> => {
	const result = syntheticResult({});
	const failed: Result = {...result, ending: {state: 'failed', message: hostile, hint: hostile}};
	const doubtful: Result = {
		...result,
		name: hostile,
		target: hostile,
		ending: {state: 'stopped', by: 'user'},
		marks: [{atMs: 1, text: hostile}],
		validity: {trustworthy: false, reasons: [{kind: 'made-up', message: hostile}], limits: [hostile]},
		summary: {...result.summary, outcomes: {[hostile]: 3}},
		insights: [
			{kind: 'made-up', severity: 'high', text: hostile, recommendations: [hostile], figures: {[hostile]: hostile}},
		],
	};
	return {
		empty: reportOf([]),
		finished: reportOf([result]),
		several: reportOf([result, failed, doubtful]),
		compared: reportOf([result], compareRuns(result, {...result, id: 'other'})),
	};
};

/** What every exporter must do, whatever its format. */
export const describeExporter = (exporter: Exporter): void => {
	describe(`the exporter ${exporter.name}`, () => {
		test.each(Object.entries(variants()))(
			'renders a report (%s): text that ends with its line and obeys no one',
			(_, report) => {
				const before = structuredClone(report);
				const text = exporter.render(report);
				expect(text.endsWith('\n')).toBe(true);
				expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
				expect(text).not.toMatch(/\b(undefined|NaN|Infinity|\[object)\b/);
				expect(exporter.render(report)).toBe(text);
				expect(report).toEqual(before);
			},
		);
	});
};
