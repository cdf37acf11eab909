import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {doctorSchema} from '../../source/export/doctor-schema.ts';
import {type Home, newHome, outcomeOf, runCli, startCli, until} from '../helpers/cli.ts';

const runtimeFiles = (home: Home): readonly string[] => {
	const folder = join(home.folder, `benchtop-${process.getuid?.() ?? 0}`);
	return existsSync(folder) ? readdirSync(folder) : [];
};

test('a quick look is one document, as the schema has it, and its exit code is its level', async () => {
	const home = newHome();
	const {code, stdout, stderr} = await runCli(['doctor', '--quick', '--json'], home);
	expect(stderr).toBe('');
	const document = doctorSchema.parse(JSON.parse(stdout));
	expect(code).toBe(document.level === 'bad' ? 1 : 0);
	expect(document.noise.state).toBe('skipped');
	expect(document.environment.versions.node).toBe(process.versions.node);
	expect(Object.values(document.counts).reduce((sum, count) => sum + count, 0)).toBe(document.findings.length);
	const schema = await runCli(['schema', 'doctor'], home);
	const validate = new Ajv2020({strict: false, validateFormats: false}).compile(JSON.parse(schema.stdout));
	expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
});

test('in words, with a document beside it', async () => {
	const home = newHome();
	const {code, stdout} = await runCli(['doctor', '--quick', '--strict', '--json', 'host.json'], home);
	const document = doctorSchema.parse(JSON.parse(readFileSync(join(home.folder, 'host.json'), 'utf8')));
	expect(code).toBe(document.level === 'bad' || document.level === 'warning' ? 1 : 0);
	expect(stdout).toMatch(/^Is this host fit to measure on\? /);
	expect(stdout).toContain('noise floor      it was left out (--quick)');
	for (const {check} of document.findings) expect(stdout).toContain(check);
});

test('runs alike tell how much runs differ here; nothing is kept of them, and the fingerprint is that of runs', async () => {
	const home = newHome();
	const {stdout} = await runCli(['doctor', '--rounds', '3', '-d', '150ms', '--json'], home);
	const document = doctorSchema.parse(JSON.parse(stdout));
	const {noise} = document;
	if (noise.state !== 'measured') throw new Error(`It was ${noise.state}: ${noise.because}`);
	expect(noise.runs).toHaveLength(3);
	expect(new Set(noise.runs.map(({id}) => id)).size).toBe(3);
	for (const {p50, p99, throughput} of noise.runs) {
		expect(p50).toBeGreaterThan(0);
		expect(p99).toBeGreaterThanOrEqual(p50);
		// Closed loop: ten connections are always waiting for a reply.
		expect(throughput).toBeGreaterThan(1);
	}

	expect(noise.degreesOfFreedom).toBe(2);
	for (const {deviation, floor, low, high} of noise.metrics) {
		expect(deviation).toBeGreaterThanOrEqual(0);
		expect(low).toBeLessThanOrEqual(floor);
		expect(high).toBeGreaterThanOrEqual(floor);
	}

	expect(existsSync(home.store)).toBe(false);
	expect(runtimeFiles(home)).toEqual([]);
	const run = await runCli(['demo', '/steady', '-d', '100ms', '--json'], home);
	expect(JSON.parse(run.stdout).results[0].fingerprint.environment).toBe(document.fingerprint.environment);
	expect(JSON.parse(run.stdout).results[0].summary.outcomes).toEqual({200: expect.any(Number)});
});

test('Ctrl-C stops the run that is under way, makes no more, and tells what was found: 130', async () => {
	const home = newHome();
	const child = startCli(['doctor', '--rounds', '90', '-d', '20s', '--json'], home);
	const ended = outcomeOf(child);
	await until(() => runtimeFiles(home).find((name) => name.endsWith('.json')));
	child.kill('SIGINT');
	const {code, stdout} = await ended;
	expect(code).toBe(130);
	const document = doctorSchema.parse(JSON.parse(stdout));
	expect(document.noise).toEqual({state: 'interrupted', because: 'it was broken off after 0 of 90 runs'});
	expect(document.findings.length).toBeGreaterThan(10);
	await until(() => (runtimeFiles(home).length === 0 ? true : undefined));
});

test.each([
	[['--quick', '--rounds', '5'], '--quick makes no runs'],
	[['--rounds', '2'], '--rounds 2 is out of range.'],
	[['localhost'], 'benchtop doctor takes no "localhost".'],
	[['--json=/nowhere/at/all.json'], '/nowhere/at/all.json cannot be written'],
])('doctor %j is wrong usage', async (words, message) => {
	const {code, stdout, stderr} = await runCli(['doctor', ...words]);
	expect([code, stdout]).toEqual([2, '']);
	expect(stderr).toContain(message);
});
