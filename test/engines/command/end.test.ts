import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {describe, expect, onTestFinished, test} from 'vitest';
import {bestWay} from '../../../source/engines/command/launcher.ts';
import type {Reply} from '../../../source/engines/command/order.ts';
import {isRunning, measureCommand, temporaryFolder} from '../../helpers/command-load.ts';

/** Waits for something that is sure to come; the test's own timeout is the limit. */
const until = async (condition: () => boolean): Promise<void> => {
	while (!condition()) await sleep(10);
};

/**
 * A shell that will not be asked to end, with a child, and one in a session of its own; it writes their ids, and that of
 * itself, a line each.
 */
const stubborn = `trap '' TERM; echo $$ > pids; sleep 300 & echo $! >> pids; setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 300; :' & wait; wait`;

const pidsIn = (folder: string): readonly number[] => {
	const path = join(folder, 'pids');
	return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number) : [];
};

/** Fails where one of them still runs, after ending it. */
const expectGone = (pids: readonly number[]): void => {
	const running = pids.filter(isRunning);
	for (const pid of running) process.kill(pid, 'SIGKILL');
	expect(running).toEqual([]);
};

describe.runIf(process.platform === 'linux')('what a command started', () => {
	test('is gone when the load was stopped, and the run counts as abandoned', async () => {
		const folder = await temporaryFolder();
		const stop = new AbortController();
		const measuring = measureCommand(
			{command: stubborn, shell: true, runs: 5, cleanup: 'echo x > cleaned'},
			{folder, signal: stop.signal},
		);
		await until(() => pidsIn(folder).length === 3);
		stop.abort();
		const {total} = await measuring;
		expectGone(pidsIn(folder));
		expect(total.outcomes).toEqual({});
		expect(total.offered).toBe(1);
		expect(total.waiting.count).toBe(1);
		expect(existsSync(join(folder, 'cleaned'))).toBe(true);
	});

	test('is gone when its time was up, and the run counts with that time', async () => {
		const folder = await temporaryFolder();
		const {total, notices} = await measureCommand(
			{command: stubborn, shell: true, runs: 1, timeout: '700ms'},
			{folder},
		);
		const pids = pidsIn(folder);
		expect(pids).toHaveLength(3);
		expectGone(pids);
		expect(total.failures).toEqual({timeout: 1});
		expect([total.latency.minimum, total.latency.maximum]).toEqual([700_000, 700_000]);
		expect(notices[0]).toMatch(/^Run 1 failed: timeout/);
	});

	test('is gone when it was stopped before it ran, or in a step', async () => {
		const folder = await temporaryFolder();
		const stop = new AbortController();
		const measuring = measureCommand(
			{command: 'true', shell: true, prepare: stubborn, runs: 5},
			{folder, signal: stop.signal},
		);
		await until(() => pidsIn(folder).length === 3);
		stop.abort();
		const {total} = await measuring;
		expectGone(pidsIn(folder));
		expect(total.offered).toBe(0);
	});

	test('and leaves behind is told, and goes on until the load is stopped', async () => {
		const folder = await temporaryFolder();
		const stop = new AbortController();
		let measured = 0;
		const {notices} = await measureCommand(
			{command: 'sleep 300 & echo $! >> pids', shell: true, runs: 99},
			{
				folder,
				signal: stop.signal,
				on(message) {
					if (message.kind !== 'snapshot') return;
					measured += message.snapshot.latency.count;
					if (measured < 2 || stop.signal.aborted) return;
					expect(pidsIn(folder).filter(isRunning).length).toBeGreaterThan(1);
					stop.abort();
				},
			},
		);
		expect(notices).toContainEqual(expect.stringMatching(/leaves processes behind/));
		expectGone(pidsIn(folder));
	});

	test('is gone when the process that drives the load was killed', async () => {
		const folder = await temporaryFolder();
		const source = (name: string): string => JSON.stringify(new URL(`../../../source/${name}`, import.meta.url).href);
		const script = `
			const {commandLoad} = await import(${source('engines/command/suite.ts')});
			const {loadByCommand} = await import(${source('engines/command/load.ts')});
			const {createRecorder} = await import(${source('run/recorder.ts')});
			const nothing = () => {};
			const control = {signal: new AbortController().signal, warmup: 0, enter: nothing, finish: nothing, expect: nothing,
				watch: nothing, onSteer: nothing, notice: nothing, doubt: nothing};
			const {load} = await commandLoad({command: 'echo $$ > pids; sleep 300 & echo $! >> pids; wait', shell: true},
				{folder: ${JSON.stringify(folder)}, environment: {}});
			await loadByCommand(load, createRecorder(0), control);`;
		const driver = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: 'ignore'});
		onTestFinished(() => void driver.kill('SIGKILL'));
		await until(() => pidsIn(folder).length === 2);
		// It is watched only when it runs for more than a moment.
		await sleep(500);
		driver.kill('SIGKILL');
		await once(driver, 'exit');
		await until(() => !pidsIn(folder).some(isRunning));
	});
});

describe('the launcher', () => {
	const ways = bestWay() === 'gate' ? (['gate', 'wait', 'node'] as const) : ([bestWay()] as const);

	test.each(ways)('tells by the way %s how commands ended, one after the other', async (way) => {
		const folder = await temporaryFolder();
		const launcher = new URL('../../../source/engines/command/launcher.ts', import.meta.url).href;
		const child = spawn(
			process.execPath,
			[
				'--input-type=module',
				'-e',
				`const {serveOrders} = await import(${JSON.stringify(launcher)}); await serveOrders(${JSON.stringify(way)});`,
			],
			{stdio: ['pipe', 'pipe', 'ignore']},
		);
		onTestFinished(() => void child.kill('SIGKILL'));
		const order = (text: string) => ({
			command: [process.execPath, '-e', text],
			folder,
			environment: {A: 'b c'},
			input: fileURLToPath(import.meta.url),
			output: join(folder, 'output'),
			errors: join(folder, 'errors'),
		});
		const orders = [
			order('console.log(process.env.A, process.cwd()); console.error("loud"); process.exit(7)'),
			order('process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 60_000)'),
			{...order(''), folder: join(folder, 'nowhere')},
			{...order(''), command: []},
			order('if (require("node:fs").readFileSync(0).length < 1000) process.exit(1); setTimeout(() => {}, 200)'),
		];
		let text = '';
		child.stdout.on('data', (chunk) => {
			text += String(chunk);
		});
		const lines = orders.map((one) => `${JSON.stringify(one)}\n`);
		// Where commands wait for a word to begin: all but the one that cannot be started.
		child.stdin.end(
			way === 'gate' ? lines.map((line, index) => (index === 2 ? line : `${line}go\n`)).join('') : lines.join(''),
		);
		const [code]: unknown[] = await once(child, 'close');
		expect(code).toBe(0);
		const replies = text
			.trim()
			.split('\n')
			.map((line): Reply => JSON.parse(line));
		const begin = way === 'gate' ? 'ready' : 'started';
		const empty = way === 'gate' ? ([begin, 'ended'] as const) : (['ended'] as const);
		expect(replies.map(({kind}) => kind)).toEqual([begin, 'ended', begin, 'ended', 'failed', ...empty, begin, 'ended']);
		const usage = way === 'node' ? {} : {usage: {user: expect.any(Number), system: expect.any(Number)}};
		expect(replies[1]).toMatchObject({code: 7, leaves: false, ...usage});
		expect(replies[3]).toMatchObject({signal: 'SIGTERM', ...usage});
		expect(replies[3]).not.toHaveProperty('code');
		// Nothing at all: what that costs is what starting costs; by the other ways it has no part in what is measured.
		expect(replies[4 + empty.length]).toMatchObject({
			code: 0,
			...(way === 'gate' ? usage : {wall: 0}),
		});
		const last = replies.at(-1);
		expect(last).toMatchObject({code: 0, ...usage});
		if (last?.kind !== 'ended') throw new Error('It did not end.');
		expect(last.wall).toBeGreaterThan(200_000);
		expect(last.wall).toBeLessThan(20_000_000);
		// Emptied before each.
		expect(readFileSync(join(folder, 'output'), 'utf8')).toBe('');
	});
});
