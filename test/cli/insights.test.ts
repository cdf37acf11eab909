import {expect, test} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {newHome, runCli} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';

test('what stands out in a run is in its document, its summary and its history', async () => {
	// Far too few for p99, whatever the machine does.
	const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 100));
	try {
		const home = newHome();
		const flags = [target.url, '-d', '1s', '--warmup', '0', '-c', '1'];
		const {code, stdout} = await runCli([...flags, '--json'], home);
		expect(code).toBe(0);
		const document: ReportDocument = reportSchema.parse(JSON.parse(stdout));
		const [result] = document.results;
		const found = document.insights.find(({kind}) => kind === 'few-samples');
		expect(found).toMatchObject({result: result?.id, figures: {percentile: 'p99', operationsNeeded: 368}});
		expect(result?.insights?.map(({kind}) => kind)).toEqual(document.insights.map(({kind}) => kind));

		const stored = await runCli(['insights', result?.id ?? '', '--json'], home);
		expect(JSON.parse(stored.stdout)).toEqual(document.insights);

		const plain = await runCli(flags, home);
		expect(plain.stdout.match(/are too few for/g)).toHaveLength(1);
		expect(plain.stdout.indexOf('What stands out')).toBeGreaterThan(plain.stdout.indexOf('Resources'));

		const alone = await runCli([...flags, '--no-save', '--ndjson'], home);
		const kinds = alone.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line).kind);
		expect(kinds).toContain('insight');
		expect(kinds.indexOf('insight')).toBeGreaterThan(kinds.indexOf('ended'));
	} finally {
		await target.close();
	}
});
