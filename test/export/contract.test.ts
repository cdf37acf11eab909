import {expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import {exporters} from '../../source/export/index.ts';
import {reportSchema} from '../../source/export/json.ts';
import {describeExporter} from '../contracts/exporter.ts';
import {syntheticResult} from '../helpers/result.ts';

for (const exporter of exporters) describeExporter(exporter);

test('the document validates against its schema and holds the very report', () => {
	const report = reportOf([syntheticResult({})]);
	const text = exporters.find(({name}) => name === 'json')!.render(report);
	expect(reportSchema.parse(JSON.parse(text))).toMatchObject(JSON.parse(JSON.stringify(report)));
});
