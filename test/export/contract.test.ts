import {expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {exporters} from '../../source/export/index.ts';
import {reportSchema} from '../../source/export/json-schema.ts';
import {describeExporter} from '../contracts/exporter.ts';
import {syntheticResult} from '../helpers/result.ts';

for (const exporter of exporters) describeExporter(exporter);

test('the document validates against its schema and holds the very report', () => {
	const report = reportOf([syntheticResult({})]);
	const text = exporters.find(({name}) => name === 'json')!.render(report);
	expect(reportSchema.parse(JSON.parse(text))).toMatchObject(JSON.parse(JSON.stringify(report)));
});

test('the text marks percentiles that rest on too few operations, and says what the mark means', () => {
	const result = syntheticResult({});
	const text = exporters.find(({name}) => name === 'text')!.render(reportOf([result]));
	const marked = text.split('\n').flatMap((line) => /^ {2}(p[\d.]+) +[\d.]+\?/.exec(line)?.[1] ?? []);
	expect(marked.map((label) => label.replace('.', ''))).toEqual(result.summary.latency.uncertain);
	expect(marked.length).toBeGreaterThan(0);
	expect(text).toContain('? rests on too few operations');
});
