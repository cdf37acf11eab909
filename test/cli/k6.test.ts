import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {reportSchema} from '../../source/export/json-schema.ts';
import {newHome, runCli} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';
import {describeWith, testWith} from '../helpers/tools.ts';

const script = (threshold: string): string => `
import http from 'k6/http';
export const options = {thresholds: {http_req_duration: ['${threshold}']}};
export default function () {
	http.get(__ENV.SHOP, {headers: {Authorization: __ENV.API_TOKEN}});
}
`;

describeWith('k6', () => {
	test.each([
		['p(95)<60000', 0, true],
		['p(95)<0.001', 1, false],
	] as const)(
		'the limit %s of a script decides on the exit code %d',
		{timeout: 60_000},
		async (limit, expected, passed) => {
			const target = await httpTarget((_, response) => response.end('hello'));
			onTestFinished(target.close);
			const home = newHome();
			writeFileSync(join(home.folder, 'shop.js'), script(limit));
			const words = [
				'k6',
				'shop.js',
				'--vus',
				'2',
				'-d',
				'1s',
				'-e',
				`SHOP=${target.url}`,
				'-e',
				'API_TOKEN=geheim-token',
			];
			const {code, stdout} = await runCli([...words, '--json'], home);
			const {results, thresholds, failures} = reportSchema.parse(JSON.parse(stdout));
			const [result] = results;
			expect([code, failures, thresholds.map((each) => each.passed)]).toEqual([expected, expected, [passed]]);
			expect(result?.environment.versions.k6).toMatch(/^\d+\./);
			expect(result?.summary.operations.offered).toBeGreaterThan(0);
			expect(stdout).not.toContain('geheim-token');
			const {stdout: shown} = await runCli(['replay', result?.id ?? '', '--plain'], home);
			expect(shown).toContain(passed ? '✓ met' : '✗ FAILED');
		},
	);
});

test('what is asked wrongly is said', async () => {
	const cases = [
		[['k6'], /Which script\?/],
		[['k6', 'a.js', 'b.js'], /one script, not 2/],
		[['k6', 'a.js', '--vus', '0'], /--vus: It must be at least 1/],
		[['k6', 'a.js', '--stage', 'soon:3'], /no time/],
		[['k6', 'a.js', '--env', 'NOTHING'], /NAME=VALUE/],
		[['k6', 'a.js', '--stage', '1s:3', '--iterations', '3'], /cannot both say/],
		[['k6', 'a.js', '--operations', 'bytes'], /requests or iterations/],
	] as const;
	for (const [words, message] of cases) {
		const {code, stderr} = await runCli([...words, '--no-save']);
		expect([words, code, stderr]).toEqual([words, 2, expect.stringMatching(message)]);
	}
});

testWith('k6')('a script that is not there, and k6 where it is not', async () => {
	const home = newHome();
	const missing = await runCli(['k6', 'nothing.js', '--no-save'], home);
	expect([missing.code, missing.stdout + missing.stderr]).toEqual([4, expect.stringContaining('nothing.js')]);
	writeFileSync(join(home.folder, 'shop.js'), script('p(95)<1'));
	home.environment.PATH = home.folder;
	const nowhere = await runCli(['k6', 'shop.js', '--no-save'], home);
	expect([nowhere.code, nowhere.stdout + nowhere.stderr]).toEqual([4, expect.stringContaining('k6 is not installed')]);
});
