import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {afterEach, describe, expect, test} from 'vitest';
import {parseEvent} from '../../source/core/event.ts';
import {formatMilliseconds} from '../../source/core/units.ts';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {type Home, newHome, outcomeOf, runCli, startCli, until} from '../helpers/cli.ts';
import {httpTarget, okReply, rawTarget, type Target} from '../helpers/target.ts';

const open: Target[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((target) => target.close()));
});

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	open.push(opened);
	return opened;
};

const hello = (): Promise<Target> => keep(httpTarget((_, response) => setTimeout(() => response.end('hello'), 2)));

const document = (text: string): ReportDocument => reportSchema.parse(JSON.parse(text));

const history = async (
	home: Home,
): Promise<Array<{id: string; ending: {state: string}; summary: ReportDocument['results'][number]['summary']}>> => {
	const {stdout, code} = await runCli(['history', '--json'], home);
	expect(code).toBe(0);
	return JSON.parse(stdout);
};

const filesBelow = (folder: string): string[] =>
	readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));

describe('a run without a terminal', () => {
	test('--json is one valid document, alone on standard output, that counts what the server counted', async () => {
		const target = await hello();
		const {code, stdout, stderr} = await runCli([target.url, '-d', '1s', '--warmup', '0', '--json', '-c', '4']);
		expect([code, stderr]).toEqual([0, '']);
		const {results, failures} = document(stdout);
		const [result] = results;
		expect(failures).toBe(0);
		expect(result?.ending).toEqual({state: 'finished'});
		const {operations, latency, throughput, successRate, resources} = result!.summary;
		expect(operations.offered).toBe(operations.succeeded + operations.failed + operations.inFlight);
		expect(Math.abs(operations.offered - target.requests())).toBeLessThanOrEqual(4);
		expect(successRate).toBe(1);
		const ordered = [
			latency.min,
			latency.p50,
			latency.p75,
			latency.p90,
			latency.p95,
			latency.p99,
			latency.p999,
			latency.p9999,
			latency.max,
		];
		expect([...ordered].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(ordered);
		expect(throughput.total).toBe(operations.succeeded);
		expect(throughput.mean).toBeCloseTo((throughput.total * 1000) / result!.durationMs, 0);
		expect(resources.generator.cpu).toBeGreaterThan(0);
		if (process.platform === 'linux') expect(resources.target.memory).toBeGreaterThan(10e6);
		expect(result?.timeline.reduce((sum, {outcomes}) => sum + (outcomes['200'] ?? 0), 0)).toBe(operations.succeeded);
	});

	test('in a pipe it is plain text that only ever grows', async () => {
		const target = await hello();
		const {code, stdout, stderr} = await runCli([target.url, '-d', '500ms']);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).not.toMatch(/[\u001b\r]/);
		expect(stdout).toContain('measuring');
		expect(stdout).toMatch(/p99\s+\d/);
		expect(stdout).toContain('succeeded + 0 failed');
	});

	test('--quiet says only the outcome; with a file, nothing', async () => {
		const target = await hello();
		const home = newHome();
		const quiet = await runCli([target.url, '-d', '1s', '-q'], home);
		expect(quiet.stdout.startsWith(target.url)).toBe(true);
		const silent = await runCli([target.url, '-d', '300ms', '-q', '--json=out.json'], home);
		expect([silent.code, silent.stdout, silent.stderr]).toEqual([0, '', '']);
		expect(document(readFileSync(join(home.folder, 'out.json'), 'utf8')).results).toHaveLength(1);
		expect(readdirSync(home.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
	});

	test('--ndjson is the event log, line by line', async () => {
		const target = await hello();
		const {code, stdout} = await runCli([target.url, '-d', '600ms', '--ndjson', '--warmup', '200ms']);
		expect(code).toBe(0);
		const kinds = stdout
			.trimEnd()
			.split('\n')
			.map((line) => parseEvent(line)?.kind);
		expect(kinds.slice(0, 2)).toEqual(['began', 'phase']);
		expect(kinds.slice(-2)).toEqual(['ended', 'saved']);
		expect(kinds).not.toContain(undefined);
	});

	test('--amount, -w and -R do what they say', async () => {
		const target = await hello();
		const home = newHome();
		const amount = document(
			(await runCli([target.url, '--amount', '101', '-w', '2', '-c', '5', '--json'], home)).stdout,
		).results[0];
		expect(target.requests()).toBe(101);
		expect(amount?.summary.outcomes).toEqual({200: 101});
		const rate = document((await runCli([target.url, '-R', '50', '-d', '2s', '--warmup', '0', '--json'], home)).stdout)
			.results[0];
		expect(rate?.engine).toBe('http');
		expect(Math.abs((rate?.summary.operations.offered ?? 0) - 100)).toBeLessThanOrEqual(2);
		expect(rate?.summary.uncorrectedLatency?.p50).toBeGreaterThan(0);
		const burst = document(
			(await runCli([target.url, '-R', '50', '-d', '1s', '--warmup', '0', '--engine', 'autocannon', '--json'], home))
				.stdout,
		).results[0];
		expect(burst?.validity.reasons.map(({kind}) => kind)).toContain('uneven-rate');
	});

	test('--no-save keeps nothing', async () => {
		const target = await hello();
		const home = newHome();
		expect((await runCli([target.url, '-d', '300ms', '--no-save', '--json'], home)).code).toBe(0);
		await until(() => (filesBelow(home.folder).length === 0 ? true : undefined));
	});

	test('the second run is shown against the first', async () => {
		const target = await hello();
		const home = newHome();
		await runCli([target.url, '-d', '300ms', '-q'], home);
		const {stdout} = await runCli([target.url, '-d', '300ms', '--ndjson'], home);
		expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({kind: 'began', baseline: {label: 'previous run'}});
	});

	test('the value of a flag is never taken for a command', async () => {
		const target = await hello();
		const {stdout} = await runCli(['--name', 'demo', '-b', 'history', target.url, '-d', '300ms', '--json']);
		expect(document(stdout).results[0]).toMatchObject({
			name: 'demo',
			target: `POST ${target.url}`,
			summary: {successRate: 1},
		});
	});

	test('two threads give one timeline without gaps or overlaps', async () => {
		const target = await hello();
		const {stdout} = await runCli([target.url, '-w', '2', '-c', '8', '-d', '3s', '--warmup', '0', '--json']);
		const [result] = document(stdout).results;
		const {timeline, summary} = result!;
		for (const [index, {fromMs}] of timeline.entries())
			if (index > 0) expect(Math.abs(fromMs - timeline[index - 1]!.toMs)).toBeLessThan(1);
		expect(summary.throughput.max).toBeGreaterThanOrEqual(summary.throughput.mean! * 0.99);
		expect(summary.throughput.min).toBeLessThanOrEqual(summary.throughput.mean! * 1.01);
	});

	test('a target that goes silent is said to', async () => {
		const target = await keep(rawTarget((socket, request) => (request > 100 ? undefined : socket.write(okReply))));
		const {code, stdout} = await runCli([target.url, '-d', '2s', '--warmup', '0', '--json']);
		expect(code).toBe(0);
		expect(document(stdout).results[0]?.validity.reasons.map(({kind}) => kind)).toContain('target-silent');
	});

	test('a replay says what the run said', async () => {
		const target = await hello();
		const home = newHome();
		const first = await runCli([target.url, '-d', '700ms', '--json'], home);
		const {id} = document(first.stdout).results[0]!;
		const replayed = await runCli(['replay', id.slice(0, 6), '--json'], home);
		expect(replayed).toMatchObject({code: 0, stdout: first.stdout});
	});
});

describe('when things go wrong', () => {
	test('a target that refuses: exit code 4, the cause by name, in the document too', async () => {
		const target = await httpTarget((_, response) => response.end());
		await target.close();
		const {code, stdout, stderr} = await runCli([target.url, '-d', '1s', '--json']);
		expect(code).toBe(4);
		expect(stderr).toContain('refused the connection (ECONNREFUSED)');
		const {failures, results} = document(stdout);
		expect(failures).toBe(1);
		expect(results[0]?.ending).toMatchObject({state: 'failed', message: expect.stringContaining('ECONNREFUSED')});
		expect(results[0]?.summary.latency.p99).toBeNull();
	});

	test('a name without an address, a port without TLS', async () => {
		const target = await hello();
		const home = newHome();
		expect(await runCli(['http://does-not-exist.invalid', '-d', '1s'], home)).toMatchObject({
			code: 4,
			stdout: expect.stringMatching(/has no address|could not be looked up/),
		});
		expect(await runCli([target.url.replace('http:', 'https:'), '-d', '1s'], home)).toMatchObject({
			code: 4,
			stdout: expect.stringContaining('does not speak TLS'),
		});
	});

	test('a target that only fails: exit code 4', async () => {
		const target = await keep(httpTarget((_, response) => response.writeHead(500).end()));
		const {code, stdout} = await runCli([target.url, '-d', '400ms', '--json']);
		expect(code).toBe(4);
		expect(document(stdout)).toMatchObject({
			failures: 1,
			results: [{summary: {successRate: 0, errorRate: {'5xx': 1}}}],
		});
	});

	test('a target that dies in mid-run: what was measured stays, the rest is counted by name', async () => {
		const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 2));
		const child = startCli([target.url, '-d', '2s', '--warmup', '0', '--json'], newHome());
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 200 ? true : undefined));
		await target.close();
		const {code, stdout} = await ended;
		const [result] = document(stdout).results;
		expect(code).toBe(0);
		expect(result?.summary.outcomes['200']).toBeGreaterThan(100);
		expect(result?.summary.outcomes.ECONNREFUSED).toBeGreaterThan(5);
		expect(result?.summary.outcomes.ECONNREFUSED).toBeLessThan(400);
		expect(result?.validity).toMatchObject({trustworthy: false});
	});

	test.each([
		['SIGINT', 130, 'user'],
		['SIGTERM', 143, 'signal'],
	] as const)('%s in mid-run: the partial result is printed and saved, exit code %i', async (signal, exitCode, by) => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '60s', '--warmup', '0', '--json'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 300 ? true : undefined));
		child.kill(signal);
		const {code, stdout} = await ended;
		expect(code).toBe(exitCode);
		const [result] = document(stdout).results;
		expect(result?.ending).toEqual({state: 'stopped', by});
		expect(result?.summary.operations.succeeded).toBeGreaterThan(100);
		expect(await history(home)).toMatchObject([{id: result?.id, ending: {state: 'stopped'}}]);
	});

	test('Ctrl-C during the warm-up, and before the run has begun', async () => {
		const target = await hello();
		const child = startCli([target.url, '-d', '60s', '--warmup', '30s', '--json'], newHome());
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 50 ? true : undefined));
		child.kill('SIGINT');
		const {code, stdout} = await ended;
		expect(code).toBe(130);
		expect(document(stdout).results[0]).toMatchObject({
			ending: {state: 'stopped'},
			summary: {operations: {offered: 0}},
		});

		const home = newHome();
		const early = startCli([target.url, '-d', '60s', '--json'], home);
		const over = outcomeOf(early);
		await until(() => (existsSync(join(home.folder, 'data', 'benchtop', 'history.db')) ? true : undefined));
		early.kill('SIGINT');
		const outcome = await over;
		expect(outcome.code).toBe(130);
		const after = target.requests();
		await new Promise((resolve) => setTimeout(resolve, 700));
		expect(target.requests() - after).toBeLessThan(400);
	});

	test('kill -9 of the viewer: the run goes on, can be watched again, and is saved', async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '3s', '--warmup', '0'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 100 ? true : undefined));
		child.kill('SIGKILL');
		expect(await ended).toMatchObject({signal: 'SIGKILL'});
		const seen = target.requests();
		const attached = await runCli(['attach', '--json'], home);
		expect(attached.code).toBe(0);
		const [result] = document(attached.stdout).results;
		expect(result?.ending).toEqual({state: 'finished'});
		expect(result?.durationMs).toBeGreaterThan(2900);
		expect(target.requests()).toBeGreaterThan(seen);
		expect(await history(home)).toMatchObject([{id: result?.id}]);
	});

	test('a viewer that is killed while it does not read leaves the run alone', async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '4s', '--warmup', '0', '--json'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 100 ? true : undefined));
		const other = startCli(['attach', '--ndjson'], home);
		const gone = outcomeOf(other);
		await new Promise((resolve) => setTimeout(resolve, 500));
		other.kill('SIGSTOP');
		await new Promise((resolve) => setTimeout(resolve, 1000));
		other.kill('SIGKILL');
		await gone;
		const {code, stdout} = await ended;
		expect([code, document(stdout).results[0]?.ending]).toEqual([0, {state: 'finished'}]);
	});

	test('the history leaves a running run alone, whatever the surroundings', async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '2s', '--warmup', '0', '--json'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 100 ? true : undefined));
		const elsewhere = newHome();
		const other = await runCli(['history', '--json', '--store', home.store], elsewhere);
		expect(JSON.parse(other.stdout)).toEqual([]);
		expect((await ended).code).toBe(0);
		expect(await history(home)).toMatchObject([{ending: {state: 'finished'}}]);
	});

	test('several runs at once: each is saved, with its log', async () => {
		const target = await hello();
		const home = newHome();
		const outcomes = await Promise.all(Array.from({length: 5}, () => runCli([target.url, '-d', '1s', '-q'], home)));
		expect(outcomes.map(({code}) => code)).toEqual([0, 0, 0, 0, 0]);
		expect(await history(home)).toHaveLength(5);
		expect(
			readdirSync(join(home.folder, 'data', 'benchtop', 'runs')).filter((name) => !name.includes('unsaved')),
		).toHaveLength(5);
	});

	test('SIGHUP, as when the terminal closes: the run goes on', async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '2s', '--warmup', '0'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 100 ? true : undefined));
		child.kill('SIGHUP');
		expect(await ended).toMatchObject({code: 129});
		const runs = await until(async () => {
			const found = await history(home);
			return found.length > 0 ? found : undefined;
		});
		expect(runs).toMatchObject([{ending: {state: 'finished'}}]);
	});

	test('kill -9 of the runner: the viewer says so, and the history takes in what was measured', async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '60s', '--warmup', '0', '--json'], home);
		const ended = outcomeOf(child);
		const runtime = join(home.folder, `benchtop-${process.getuid?.()}`);
		const entry = await until(() =>
			existsSync(runtime) ? readdirSync(runtime).find((name) => name.endsWith('.json')) : undefined,
		);
		await until(() => (target.requests() > 600 ? true : undefined));
		const {pid} = JSON.parse(readFileSync(join(runtime, entry), 'utf8'));
		process.kill(pid, 'SIGKILL');
		const {code, stdout} = await ended;
		expect(code).toBe(4);
		const [result] = document(stdout).results;
		expect(result?.ending).toMatchObject({state: 'failed', message: expect.stringContaining('died')});
		expect(result?.summary.operations.succeeded).toBeGreaterThan(0);
		const [stored] = await until(async () => {
			const found = await history(home);
			return found.length > 0 ? found : undefined;
		});
		expect(stored).toMatchObject({id: result?.id, ending: {state: 'failed'}});
		expect(stored?.summary.operations.succeeded).toBe(result?.summary.operations.succeeded);
	});

	test('a reader that goes away: the run ends as planned and is saved', async () => {
		const target = await hello();
		const home = newHome();
		for (const flag of ['--json', '--ndjson']) {
			const child = startCli([target.url, '-d', '800ms', '--warmup', '0', flag], home);
			child.stdout?.once('data', () => child.stdout?.destroy());
			expect((await outcomeOf(child)).code).toBe(0);
		}

		expect(await history(home)).toMatchObject([{ending: {state: 'finished'}}, {ending: {state: 'finished'}}]);
	});

	test.runIf(existsSync('/dev/full'))('a full disk behind the output is told, with a non-zero exit code', async () => {
		const target = await hello();
		const home = newHome();
		expect(await runCli([target.url, '-d', '300ms', '--json=/dev/full'], home)).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('ENOSPC'),
		});
		const child = startCli(['-c', `exec "$0" "$@" > /dev/full`, process.execPath], home, ['sh']);
		child.kill();
		const redirected = await outcomeOf(
			startCli([target.url, '-d', '300ms', '--json'], home, ['sh', '-c', 'exec "$0" "$@" > /dev/full']),
		);
		expect(redirected).toMatchObject({code: 2, stderr: expect.stringContaining('could not be written')});
	});

	test('a history that is no database is found before the load', async () => {
		const target = await hello();
		const home = newHome();
		const {code, stderr} = await runCli([target.url, '-d', '1s', '--store', new URL(import.meta.url).pathname], home);
		expect([code, target.requests()]).toEqual([2, 0]);
		expect(stderr).toContain('run.test.ts');
	});

	test('a history that is locked when the run ends: nothing is lost', {timeout: 40_000}, async () => {
		const target = await hello();
		const home = newHome();
		const child = startCli([target.url, '-d', '1500ms', '--warmup', '0'], home);
		const ended = outcomeOf(child);
		await until(() => (target.requests() > 100 ? true : undefined));
		const database = new DatabaseSync(home.store);
		database.exec('BEGIN EXCLUSIVE');
		const {code, stdout} = await ended;
		database.exec('ROLLBACK');
		database.close();
		expect(code).toBe(0);
		expect(stdout).toContain('not in the history yet');
		const runs = await until(async () => {
			const found = await history(home);
			return found.length > 0 ? found : undefined;
		});
		expect(runs).toMatchObject([{ending: {state: 'finished'}}]);
	});

	test('secrets reach no file, no document and no screen', async () => {
		const seen: string[] = [];
		const target = await keep(
			httpTarget((request, response) => {
				seen.push(`${request.headers.authorization} ${request.headers['x-api-key']} ${request.url}`);
				response.end();
			}),
		);
		const home = newHome();
		const url = target.url.replace('http://', 'http://ann:hunter2pw@');
		const words = ['-H', 'X-Api-Key: geheim-key-1', '-b', 'geheim-body', '-d', '300ms', '--warmup', '0'];
		const outputs = [
			await runCli([`${url}?access_token=geheim-token`, ...words, '--json=out.json'], home),
			await runCli(['history'], home),
		];
		expect(seen[0]).toBe(
			`Basic ${Buffer.from('ann:hunter2pw').toString('base64')} geheim-key-1 /?access_token=geheim-token`,
		);
		const written = [
			...filesBelow(home.folder).map((file) => readFileSync(file, 'latin1')),
			...outputs.map(({stdout, stderr}) => stdout + stderr),
		].join('\n');
		expect(written).toContain('***');
		for (const secret of ['hunter2pw', 'geheim-key-1', 'geheim-token', 'geheim-body'])
			expect(written).not.toContain(secret);
	});

	test('nothing from outside moves the cursor', async () => {
		const target = await keep(
			rawTarget((socket) =>
				socket.write('HTTP/1.1 200 \u001b[2J\u001b]0;owned\u0007\r\nX: \u001b[31m\r\nContent-Length: 0\r\n\r\n'),
			),
		);
		const {stdout} = await runCli([target.url, '-d', '300ms', '--name', 'a\u001b[2Jb', '--tag', '\u009b31m']);
		expect(stdout).not.toMatch(/[\u001b\u0007\u009b]/);
		expect(stdout).toContain('a␛[2Jb');
	});

	test('what the text says is what the document says', async () => {
		const target = await hello();
		const home = newHome();
		const {stdout} = await runCli([target.url, '-d', '600ms', '--json=out.json'], home);
		const {latency} = document(readFileSync(join(home.folder, 'out.json'), 'utf8')).results[0]!.summary;
		for (const figure of [latency.p50, latency.p99, latency.mean, latency.max])
			expect(stdout).toContain(formatMilliseconds(figure ?? undefined));
	});
});
