import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {reportSchema} from '../../source/export/json-schema.ts';
import {newHome, runCli} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';
import {describeWith, testWith} from '../helpers/tools.ts';

const script = (limit: number): string => `
config:
  target: '{{ host }}'
  phases: [{duration: 1, arrivalCount: 10}]
  plugins: {ensure: {thresholds: [{http.response_time.p95: ${limit}}]}}
scenarios:
  - flow: [{get: {url: /, headers: {Authorization: 'Bearer {{ apiToken }}'}}}]
`;

describeWith('artillery', () => {
	test.each([
		[60_000, 0, true],
		[0, 1, false],
	] as const)(
		'the limit %d of a script decides on the exit code %d',
		{timeout: 60_000},
		async (limit, expected, passed) => {
			let heard: string | undefined;
			const target = await httpTarget((request, response) => {
				heard = request.headers.authorization;
				setTimeout(() => response.end('hello'), 5);
			});
			onTestFinished(target.close);
			const home = newHome();
			writeFileSync(join(home.folder, 'shop.yml'), script(limit));
			const variables = ['-v', `host=${target.url.replace(/\/$/, '')}`, '-v', 'apiToken=geheim-token'];
			const {code, stdout, stderr} = await runCli(['artillery', 'shop.yml', ...variables, '--json'], home);
			const {results, thresholds, failures} = reportSchema.parse(JSON.parse(stdout));
			const [result] = results;
			expect([code, failures, thresholds.map((each) => each.passed)]).toEqual([expected, expected, [passed]]);
			expect(result?.environment.versions.artillery).toMatch(/^2\./);
			expect(result?.summary.outcomes).toEqual({200: 10});
			expect(heard).toBe('Bearer geheim-token');
			expect(stdout + stderr).not.toContain('geheim-token');
			const {stdout: shown} = await runCli(['replay', result?.id ?? '', '--plain'], home);
			expect(shown).toContain(passed ? '✓ met' : '✗ FAILED');
		},
	);
});

test('what is asked wrongly is said', async () => {
	const cases = [
		[['artillery'], /Which script\?/],
		[['artillery', 'a.yml', 'b.yml'], /one script, not 2/],
		[['artillery', 'a.yml', '--rate', '0'], /--rate: It must be at least 1/],
		[['artillery', 'a.yml', '--users', '5'], /Without a rate/],
		[['artillery', 'a.yml', '--rate', '5', '--solo'], /no rate/],
		[['artillery', 'a.yml', '--variable', 'NOTHING'], /NAME=VALUE/],
		[['artillery', 'a.yml', '--overrides', '[1]'], /no JSON object/],
		[['artillery', 'a.yml', '-d', '5s'], /phases of the script/],
	] as const;
	for (const [words, message] of cases) {
		const {code, stderr} = await runCli([...words], newHome());
		expect([words, code]).toEqual([words, 2]);
		expect(stderr).toMatch(message);
	}
});

testWith('artillery')('a script that is not there, and Artillery where it is not', async () => {
	const home = newHome();
	const missing = await runCli(['artillery', 'nothing.yml', '--no-save'], home);
	expect([missing.code, missing.stdout + missing.stderr]).toEqual([4, expect.stringContaining('nothing.yml')]);
	writeFileSync(join(home.folder, 'shop.yml'), script(1));
	home.environment.PATH = home.folder;
	const nowhere = await runCli(['artillery', 'shop.yml', '--no-save'], home);
	expect([nowhere.code, nowhere.stdout + nowhere.stderr]).toEqual([
		4,
		expect.stringContaining('Artillery is not installed'),
	]);
});
