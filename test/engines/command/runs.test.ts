import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {coveredIn} from '../../../source/core/snapshot.ts';
import {commandEngine} from '../../../source/engines/command/engine.ts';
import {bestWay} from '../../../source/engines/command/launcher.ts';
import {type Given, measureCommand, planOf, temporaryFolder, valuesOf} from '../../helpers/command-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const node = JSON.stringify(process.execPath);
/** A program of Node, as a line. */
const program = (text: string): string => `${node} -e '${text}'`;
const least = (values: readonly number[]): number => Math.min(...values);

describe('runs', () => {
	test('are as many as asked for, after those that warm up', async () => {
		const {total, warmup} = await measureCommand({command: 'true', runs: 7, warmupRuns: 3});
		expect(total.outcomes).toEqual({'exit 0': 7});
		expect(total.failures).toEqual({});
		expect(total.latency.count).toBe(7);
		expect(warmup?.outcomes).toEqual({'exit 0': 3});
	});

	test('with metrics in what is no file tell none, and hold up nobody', async () => {
		const {total, notices} = await measureCommand({
			command: 'mkfifo "$BENCHTOP_METRICS"; true',
			shell: true,
			runs: 2,
		});
		expect(total.outcomes).toEqual({'exit 0': 2});
		expect(notices).toEqual([]);
		const endless = await measureCommand({command: 'ln -s /dev/zero "$BENCHTOP_METRICS"', shell: true, runs: 2});
		expect(endless.total.outcomes).toEqual({'exit 0': 2});
		const folder = await measureCommand({command: 'mkdir "$BENCHTOP_METRICS"', shell: true, runs: 2});
		expect(folder.total.outcomes).toEqual({'exit 0': 2});
	});

	test('go on to the budget, but are neither more nor fewer than is allowed', async () => {
		const least = await measureCommand({command: 'true', minRuns: 4, budget: '1ms'});
		expect(least.total.offered).toBe(4);
		const most = await measureCommand({command: 'true', maxRuns: 3, budget: '5m'});
		expect(most.total.offered).toBe(3);
		const between = await measureCommand({command: 'true', minRuns: 2, budget: '300ms'});
		expect(between.total.offered).toBeGreaterThan(2);
	});

	test('end with the amount or the time that the frame gives', async () => {
		const amount = await measureCommand({command: 'true', runs: 99}, {limits: {warmup: 0, amount: 4}});
		expect(amount.total.offered).toBe(4);
		const time = await measureCommand({command: 'sleep 0.1', runs: 99}, {limits: {warmup: 0, duration: 250}});
		expect(time.total.latency.sum).toBeGreaterThanOrEqual(250_000);
		expect(time.total.offered).toBeLessThan(99);
	});

	test('say when they will be over', async () => {
		const expected: number[] = [];
		const begun = performance.now();
		await measureCommand(
			{command: 'sleep 0.2', runs: 8},
			{on: (message) => void (message.kind === 'expect' && expected.push(message.end - begun))},
		);
		const took = performance.now() - begun;
		expect(expected.length).toBeGreaterThan(1);
		expect(expected.at(-1)).toBeGreaterThan(1600);
		expect(expected.at(-1)).toBeLessThan(took * 2);
	});

	test('are timed, and what lies between them is not', async () => {
		const {total} = await measureCommand({command: 'sleep 0.1', prepare: 'sleep 0.2', conclude: 'sleep 0.1', runs: 3});
		expect(total.latency.minimum).toBeGreaterThanOrEqual(100_000);
		expect(total.latency.maximum).toBeLessThan(100_000 * 3);
		const measured = total.latency.sum / 1000;
		expect(total.to - total.from).toBeGreaterThan(measured + 900);
		// Throughput is runs per measured time.
		expect(Math.abs(coveredIn(total) - measured)).toBeLessThan(measured * 0.05);
	});

	test('have prepare before and conclude after each, and cleanup after all', async () => {
		const folder = await temporaryFolder();
		await measureCommand(
			{
				command: 'printf r >> log',
				shell: true,
				prepare: ['printf p >> log', 'printf q >> log'],
				conclude: 'printf c >> log',
				cleanup: 'printf x >> log',
				warmupRuns: 1,
				runs: 2,
			},
			{folder},
		);
		expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('pqrcpqrcpqrcx');
	});

	test('end where prepare or conclude fails, and cleanup is done all the same', async () => {
		const folder = await temporaryFolder();
		const failing = {shell: true, command: 'printf r >> log', cleanup: 'printf x >> log', runs: 3};
		const prepare = await rejectionOf(measureCommand({...failing, prepare: 'echo no room >&2; exit 3'}, {folder}));
		expect(prepare).toMatchObject({exitCode: 4, hint: 'Its last words: no room'});
		expect(prepare.message).toMatch(/^prepare failed \(exit 3\)/);
		expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('x');
		const conclude = await rejectionOf(measureCommand({...failing, conclude: 'exit 1'}, {folder}));
		expect(conclude.message).toMatch(/^conclude failed \(exit 1\)/);
		expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('xrx');
	});

	test('count where cleanup fails, and that is told', async () => {
		const {total, notices} = await measureCommand({command: 'true', cleanup: 'sh -c "echo stuck; exit 9"', runs: 2});
		expect(total.outcomes).toEqual({'exit 0': 2});
		expect(notices).toEqual(['cleanup failed: exit 9. Its last words:', '  stuck']);
	});

	test('have the folder, the environment and the input of the plan', async () => {
		const folder = await temporaryFolder();
		writeFileSync(join(folder, 'in.txt'), 'from a file');
		const told = {metrics: 'stdout', runs: 1} as const;
		const length = program(
			'let n = 0; process.stdin.on("data", (d) => n += d.length).on("end", () => console.log(JSON.stringify({n, v: Number(process.env.V), here: process.cwd().length})))',
		);
		const options = {folder, environment: {V: '42'}};
		const file = await measureCommand({command: length, stdin: 'in.txt', ...told}, options);
		expect(valuesOf(file.total, 'n')).toEqual([11]);
		expect(valuesOf(file.total, 'v')).toEqual([42]);
		expect(valuesOf(file.total, 'here')).toEqual([folder.length]);
		const text = await measureCommand({command: length, stdin: {text: 'grüße'}, ...told, runs: 2}, options);
		expect(valuesOf(text.total, 'n')).toEqual([7, 7]);
		const nothing = await measureCommand({command: length, ...told}, options);
		expect(valuesOf(nothing.total, 'n')).toEqual([0]);
	});

	test('get signals as from a shell: none is ignored', async () => {
		const {total} = await measureCommand({command: `sh -c 'kill -INT $$'`, runs: 1});
		expect(total.failures).toEqual({SIGINT: 1});
	});
});

describe('exit codes', () => {
	test('other than 0 are failures by name, counted and timed; signals likewise', async () => {
		const folder = await temporaryFolder();
		const {total, doubts} = await measureCommand(
			{
				shell: true,
				command: 'echo >> n; case $(wc -l < n) in 1) exit 3;; 2) kill -9 $$;; 3) exit 255;; *) exit 0;; esac',
				runs: 4,
			},
			{folder},
		);
		expect(total.outcomes).toEqual({'exit 3': 1, SIGKILL: 1, 'exit 255': 1, 'exit 0': 1});
		expect(total.failures).toEqual({'exit 3': 1, SIGKILL: 1, 'exit 255': 1});
		expect(total.latency.count).toBe(4);
		expect(doubts).toContain('failed-runs');
	});

	test('are a success where the plan says so', async () => {
		const exit3 = `sh -c 'exit 3'`;
		expect((await measureCommand({command: exit3, exitCodes: [0, 3], runs: 2})).total.failures).toEqual({});
		expect((await measureCommand({command: exit3, exitCodes: 3, runs: 2})).total.failures).toEqual({});
		expect((await measureCommand({command: exit3, exitCodes: 'any', runs: 2})).total.failures).toEqual({});
		expect((await measureCommand({command: exit3, exitCodes: [1, 2], runs: 2})).total.failures).toEqual({'exit 3': 2});
	});

	test('come with the last lines of the output, once for each, harmless', async () => {
		const text =
			'for (let n = 1; n <= 30; n++) console.log("line", n); console.error("\\u001b[2Jgone"); process.exit(1)';
		const {notices} = await measureCommand({command: program(text), runs: 2});
		expect(notices[0]).toBe('Run 1 failed: exit 1. Its last words:');
		expect(notices).toHaveLength(21);
		expect(notices[1]).toBe('  line 12');
		expect(notices.at(-2)).toBe('  line 30');
		expect(notices.at(-1)).toBe('  ␛[2Jgone');
	});

	test('come without them where output is thrown away', async () => {
		const {notices} = await measureCommand({command: `sh -c 'echo a; exit 1'`, runs: 1, output: 'discard'});
		expect(notices).toEqual(['Run 1 failed: exit 1. It said nothing.']);
	});

	test('much output raises a doubt, is not let grow, and is cut where it is shown', async () => {
		const much = await measureCommand({command: 'head -c 3000000 /dev/zero', runs: 1, exitCodes: 1});
		expect(much.doubts).toContain('much-output');
		expect(much.notices).toHaveLength(2);
		expect(much.notices[1]).toHaveLength(502);
		const discarded = await measureCommand({command: 'head -c 3000000 /dev/zero', runs: 1, output: 'discard'});
		expect(discarded.doubts).toEqual([]);
		const little = await measureCommand({command: 'head -c 3000 /dev/zero', runs: 1});
		expect(little.doubts).toEqual([]);
	});

	test('a program that goes away meanwhile is not found', async () => {
		const folder = await temporaryFolder();
		const own = join(folder, 'own');
		writeFileSync(own, '#!/bin/sh\nrm "$0"\n', {mode: 0o755});
		const {total} = await measureCommand({command: './own', runs: 2}, {folder});
		expect(total.outcomes).toEqual({'exit 0': 1, 'not found': 1});
		expect(total.failures).toEqual({'not found': 1});
	});
});

describe.runIf(bestWay() !== 'node')('what a command uses', () => {
	test('is the CPU time of all that it starts', async () => {
		const busy = 'const until = 300_000; while (process.cpuUsage().user < until);';
		const parent = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(JSON.stringify(busy)).slice(1, -1).replaceAll('\\"', '"')}])`;
		const {total} = await measureCommand({command: program(parent), runs: 2});
		expect(total.outcomes).toEqual({'exit 0': 2});
		expect(valuesOf(total, 'user CPU')).toHaveLength(2);
		expect(least(valuesOf(total, 'user CPU'))).toBeGreaterThan(150);
		expect(least(valuesOf(total, 'CPU'))).toBeGreaterThan(295);
		const sums = valuesOf(total, 'user CPU').map((user, run) => user + valuesOf(total, 'system CPU')[run]!);
		expect(valuesOf(total, 'CPU')).toEqual(sums.map((sum) => expect.closeTo(sum)));
		// The launcher takes the times: the load thread's event loop has no part in them.
		expect(total.gauges).not.toHaveProperty('generator.loopDelay');
	});

	test('is little of one that sleeps', async () => {
		const {total} = await measureCommand({command: 'sleep 0.3', runs: 2});
		expect(total.latency.minimum).toBeGreaterThanOrEqual(300_000);
		expect(least(valuesOf(total, 'user CPU'))).toBeLessThan(100);
	});

	test.runIf(bestWay() === 'gate')('is its own memory at most, not that of what started it', async () => {
		const large = await measureCommand({command: program('Buffer.alloc(100 << 20, 1)'), runs: 1});
		expect(least(valuesOf(large.total, 'peak memory'))).toBeGreaterThan(100 * 2 ** 20);
		expect(least(valuesOf(large.total, 'peak memory'))).toBeLessThan(400 * 2 ** 20);
		const small = await measureCommand({command: 'true', runs: 2});
		expect(least(valuesOf(small.total, 'peak memory'))).toBeGreaterThan(100_000);
		expect(least(valuesOf(small.total, 'peak memory'))).toBeLessThan(10 * 2 ** 20);
	});
});

describe('a shell', () => {
	test('is no part of the time, and that is told', async () => {
		const {total, doubts} = await measureCommand({command: ':', shell: true, runs: 20});
		const [startup = 0] = valuesOf(total, 'shell start-up');
		expect(startup).toBeGreaterThan(0);
		expect(total.latency.count).toBe(20);
		// Alone it would be all of it.
		expect(total.latency.minimum).toBeLessThan(startup * 1000);
		expect(doubts).toContain('short-with-shell');
	});

	test('can be another', async () => {
		const plan = await planOf({command: 'echo $0', shell: 'sh -e -c'});
		expect(plan.command).toEqual(['sh', '-e', '-c', 'echo $0']);
		expect(plan.shell).toEqual(['sh', '-e', '-c', '']);
		expect((await planOf({command: 'x', shell: 'bash'})).command).toEqual(['bash', '-c', 'x']);
	});

	test('that does not run an empty line is refused', async () => {
		const refusal = await rejectionOf(measureCommand({command: 'x', shell: 'false', runs: 1}));
		expect(refusal).toMatchObject({exitCode: 4});
		expect(refusal.message).toMatch(/^The shell .*false fails on an empty line \(exit 1\)/);
	});
});

describe('metrics of its own', () => {
	test('come from the file that the command is given, anew for each run', async () => {
		const folder = await temporaryFolder();
		const {total, notices} = await measureCommand(
			{
				shell: true,
				command: `n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n
					[ $n = 1 ] || printf '{"items": {"value": %s, "unit": "items", "better": "higher"}}' $n > "$BENCHTOP_METRICS"`,
				runs: 3,
			},
			{folder},
		);
		expect(valuesOf(total, 'items')).toEqual([0, 2]);
		expect(total.metrics?.items).toMatchObject({unit: 'items', better: 'higher'});
		expect(notices).toEqual([]);
	});

	test('come from standard output, after other words', async () => {
		const {total} = await measureCommand({
			command: `sh -c 'echo building; echo warning >&2; echo "{\\"rows\\": 5, \\"peak memory\\": 7, \\"throughput\\": 9}"'`,
			metrics: 'stdout',
			runs: 2,
		});
		expect(valuesOf(total, 'rows')).toEqual([5, 5]);
		expect(valuesOf(total, 'peak memory (told)')).toEqual([7, 7]);
		// It would be taken for the runs of the command per second.
		expect(valuesOf(total, 'throughput (told)')).toEqual([9, 9]);
	});

	test('that cannot be read are told once, and the run counts', async () => {
		const {total, notices} = await measureCommand({command: 'echo {oops', metrics: 'stdout', runs: 3});
		expect(total.outcomes).toEqual({'exit 0': 3});
		expect(notices).toEqual([
			expect.stringMatching(/metrics that the command tells on standard output can be read: it is no JSON/),
		]);
	});

	test('of a run that failed are not read', async () => {
		const {total} = await measureCommand({
			command: `sh -c 'echo "{\\"rows\\": 5}"; exit 1'`,
			metrics: 'stdout',
			runs: 1,
		});
		expect(valuesOf(total, 'rows')).toEqual([]);
	});
});

describe('before the load', () => {
	const never = new AbortController().signal;
	const refusalOf = async (...given: Parameters<typeof planOf>) =>
		rejectionOf(commandEngine.probe?.(await planOf(...given), never) ?? Promise.resolve());

	test('it is seen that all commands are there', async () => {
		const folder = await temporaryFolder();
		writeFileSync(join(folder, 'plain'), '');
		const cases: ReadonlyArray<readonly [given: Given, message: RegExp, hint: RegExp]> = [
			[{command: 'no-such-program --x'}, /no command "no-such-program"/, /installed/],
			[{command: './plain'}, /no command "\.\/plain"/, /chmod/],
			[{command: 'cd ..'}, /no command "cd"/, /shell: true/],
			[{command: 'A=1 true'}, /no command "A=1"/, /environment/],
			[{command: 'true', cleanup: ['true', 'no-such-cleanup']}, /no command "no-such-cleanup"/, /installed/],
			[{command: 'x', shell: 'no-such-shell'}, /no command "no-such-shell"/, /installed/],
			[{command: 'true', folder: 'nowhere'}, /no folder .*nowhere/, /suite file/],
			[{command: 'true', stdin: 'nothing.txt'}, /nothing\.txt cannot be read/, /there/],
		];
		for (const [given, message, hint] of cases) {
			const refusal = await refusalOf(given, folder);
			expect(refusal.message).toMatch(message);
			expect(refusal.hint).toMatch(hint);
			expect(refusal.exitCode).toBe(4);
		}

		await commandEngine.probe?.(await planOf({command: 'true', prepare: 'ls', shell: 'sh'}, folder), never);
	});

	test('what cannot be is said of the member that asks for it', async () => {
		const cases: ReadonlyArray<readonly [given: Given, message: RegExp]> = [
			[{command: 'a | b'}, /^command: "a \| b" has "\|"/],
			[{command: 'curl --token hunter2 | b'}, /^command: "curl --token \*\*\* \| b"/],
			[{command: 'true', prepare: ['true', 'echo $X']}, /^prepare\.1: /],
			[{command: ' '}, /^command: There is no command/],
			[{command: 'true', runs: 3, minRuns: 2}, /^runs: /],
			[{command: 'true', minRuns: 5, maxRuns: 3}, /^maxRuns: /],
			[{command: 'true', shell: 'sh | x'}, /^shell: /],
		];
		for (const [given, message] of cases) {
			const refusal = await rejectionOf(planOf(given));
			expect(refusal.message).toMatch(message);
			expect(refusal.exitCode).toBe(2);
		}

		expect((await rejectionOf(planOf({command: 'true'}, '/', {'A-B': ''}))).message).toMatch(/^environment\.A-B: /);
		await expect(planOf({command: 'true', budget: 'soon'})).rejects.toThrow(/a duration/);
	});

	test('fewer runs at most than there are at least by default are no contradiction', async () => {
		expect(await planOf({command: 'true', maxRuns: 3})).toMatchObject({minRuns: 3, maxRuns: 3, budget: 3000});
	});
});

test('nothing is left in the temporary folder', async () => {
	const folder = await temporaryFolder();
	const {total} = await measureCommand({
		command: `sh -c 'echo "$BENCHTOP_METRICS" > ${join(folder, 'path')}'`,
		runs: 1,
	});
	expect(total.outcomes).toEqual({'exit 0': 1});
	const path = readFileSync(join(folder, 'path'), 'utf8').trim();
	expect(path).toMatch(/metrics\.json$/);
	expect(existsSync(join(path, '..'))).toBe(false);
});
