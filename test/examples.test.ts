import {cpSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {reportSchema} from '../source/export/json-schema.ts';
import {newHome, runCli} from './helpers/cli.ts';
import {testWith} from './helpers/tools.ts';

const examples = fileURLToPath(new URL('examples', import.meta.url));

/** What an example needs that is not everywhere. */
const needs: Readonly<Record<string, readonly string[]>> = {
	database: ['pgbench'],
	locust: ['locust'],
	k6: ['k6'],
	artillery: ['artillery'],
	'load-tools': ['vegeta', 'oha', 'wrk', 'hey', 'ab', 'h2load'],
	redis: ['redis-server', 'redis-benchmark'],
};
/** Without one of them it is left out. */
const testOf = (name: string): typeof test => (needs[name] ?? []).map(testWith).find((each) => each !== test) ?? test;

const measure = async (name: string): Promise<void> => {
	const home = newHome();
	cpSync(join(examples, name), home.folder, {recursive: true});
	// The examples start `node`: this one.
	home.environment.PATH = `${dirname(process.execPath)}:${home.environment.PATH}`;
	const {stdout: listed} = await runCli(['list', '--json'], home);
	const names: string[] = JSON.parse(listed).map((entry: {name: string}) => entry.name);
	const {code, stdout, stderr} = await runCli(['run', '-d', '500ms', '--warmup', '100ms', '--json', '--no-save'], home);
	const {results} = reportSchema.parse(JSON.parse(stdout));
	expect([results.map((result) => result.name), stderr.match(/benchtop: (?!warning).*/)]).toEqual([names, null]);
	for (const {summary, ending, name: measured} of results) {
		expect([measured, ending.state, (summary.successRate ?? 0) > 0.5]).toEqual([measured, 'finished', true]);
	}

	// On a busy machine a limit may not be kept: that is for their users.
	expect([0, 1]).toContain(code);
};

// Every example, for a moment: what it says must be understood, started, measured and ended.
for (const name of readdirSync(examples)) {
	testOf(name)(`the example ${name} is measured`, {timeout: 120_000}, () => measure(name));
}
