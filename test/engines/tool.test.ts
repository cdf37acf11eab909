import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {askTool, findTool, startTool, toolFailure, whereIs} from '../../source/engines/tool.ts';
import {isAlive} from '../../source/operating-system.ts';
import {rejectionOf} from '../helpers/rejection.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-tool-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const tool = {name: 'Fancy', programs: ['fancy'], hint: 'Install it: apt install fancy'};

const untilDead = async (pid: number): Promise<boolean> => {
	for (let attempt = 0; attempt < 500 && isAlive(pid); attempt++)
		await new Promise((resolve) => setTimeout(resolve, 10));
	return !isAlive(pid);
};

describe('a tool is found', () => {
	const project = join(folder, 'project');
	const program = join(project, 'node_modules', '.bin', 'fancy');
	mkdirSync(join(project, 'deep', 'er'), {recursive: true});
	mkdirSync(join(project, 'node_modules', '.bin'), {recursive: true});
	writeFileSync(program, '#!/bin/sh\n');

	test('in what is installed for the project, from any folder of it, once it can be run', () => {
		expect(whereIs(tool, join(project, 'deep', 'er'))).toBe(undefined);
		chmodSync(program, 0o755);
		expect(whereIs(tool, join(project, 'deep', 'er'))).toBe(program);
		expect(whereIs(tool, folder)).toBe(undefined);
	});

	test('on the PATH that the suite sets', () => {
		expect(whereIs(tool, folder, {PATH: join(project, 'node_modules', '.bin')})).toBe(program);
	});

	test('or the error says how it is installed', async () => {
		const error = await rejectionOf(Promise.resolve().then(() => findTool(tool, folder)));
		expect(error).toMatchObject({
			message: 'Fancy is not installed: fancy was not found on the PATH.',
			hint: 'Install it: apt install fancy',
			exitCode: 4,
		});
	});
});

describe('a tool that runs', () => {
	test('is heard on both streams and on descriptor 3, line by line, to its last one', async () => {
		const [lines, errors, told]: [string[], string[], string[]] = [[], [], []];
		const running = startTool(
			'/bin/sh',
			['-c', 'echo one; printf "two\\r\\nthree"; echo bad >&2; echo told >&3; exit 3'],
			{
				hear: (line) => lines.push(line),
				hearError: (line) => errors.push(line),
				hearChannel: (line) => told.push(line),
			},
		);
		expect(await running.ended).toEqual({code: 3});
		await running.stop();
		expect({lines, errors, told}).toEqual({lines: ['one', 'two', 'three'], errors: ['bad'], told: ['told']});
	});

	test('reads what it is given, in the environment it is given', async () => {
		const lines: string[] = [];
		const running = startTool('/bin/sh', ['-c', 'cat; echo "$COLOUR"'], {
			input: 'given\n',
			environment: {COLOUR: 'green'},
			hear: (line) => lines.push(line),
		});
		await running.ended;
		await running.stop();
		expect(lines).toEqual(['given', 'green']);
	});

	test('leaves its last words, harmless, and the error tells them', async () => {
		const running = startTool('/bin/sh', ['-c', 'printf "\\033[31mred\\033[0m \\007\\n" >&2; exit 7']);
		const end = await running.ended;
		await running.stop();
		expect(running.lastWords()).toEqual(['red ␇']);
		const error = toolFailure('Fancy', end, running.lastWords());
		expect(error).toMatchObject({message: 'Fancy ended with exit code 7.', exitCode: 4});
		expect(error.hint).toContain('red ␇');
	});

	test('that cannot be started says so', async () => {
		const running = startTool(join(folder, 'nowhere'), []);
		expect(await running.ended).toMatchObject({unstartable: expect.stringContaining('ENOENT')});
		await running.stop();
	});

	test('is ended with all that it started, also what does not want to', async () => {
		const lines: string[] = [];
		const running = startTool(
			'/bin/sh',
			['-c', 'trap "" TERM INT; (trap "" TERM INT; sleep 600) & echo $!; setsid sleep 601 & echo $!; wait'],
			{hear: (line) => lines.push(line)},
		);
		while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		await running.stop('SIGINT', 50);
		expect(await running.ended).toEqual({signal: 'SIGKILL'});
		for (const pid of [running.pid, ...lines.map(Number)]) expect(await untilDead(pid ?? 0)).toBe(true);
	});

	test('may end by itself when asked to', async () => {
		let isReady = (): void => {};
		const ready = new Promise<void>((resolve) => {
			isReady = resolve;
		});
		const running = startTool('/bin/sh', ['-c', 'trap "exit 9" INT; echo ready; while :; do sleep 0.01; done'], {
			hear: () => isReady(),
		});
		await ready;
		await running.stop('SIGINT', 20_000);
		expect(await running.ended).toEqual({code: 9});
	});

	test('says what it takes', async () => {
		const running = startTool('/bin/sh', ['-c', 'while :; do :; done']);
		expect(running.use()).toBe(undefined);
		await new Promise((resolve) => setTimeout(resolve, 1000));
		const use = running.use();
		await running.stop();
		if (process.platform === 'linux') {
			expect(use?.cpu).toBeGreaterThan(1);
			expect(use?.memory).toBeGreaterThan(100_000);
		}
	});

	test('ends when the process that started it is killed, and its folder goes', async () => {
		const temporary = mkdtempSync(join(folder, 'of a tool '));
		writeFileSync(join(temporary, 'secret'), 'geheim');
		const source = fileURLToPath(new URL('../../source/engines/tool.ts', import.meta.url));
		const parent = spawn(
			process.execPath,
			[
				'--input-type=module',
				'-e',
				`const {startTool} = await import(${JSON.stringify(source)}); console.log(startTool('/bin/sleep', ['600'], {scratch: ${JSON.stringify(temporary)}}).pid)`,
			],
			{stdio: ['ignore', 'pipe', 'inherit']},
		);
		const [bytes] = await once(parent.stdout, 'data');
		const pid = Number(bytes);
		expect(isAlive(pid)).toBe(true);
		parent.kill('SIGKILL');
		expect(await untilDead(pid)).toBe(true);
		await vi.waitFor(() => expect(existsSync(temporary)).toBe(false), {timeout: 5000});
	});
});

test('a tool is asked, and does not answer for ever', async () => {
	expect(await askTool('/bin/sh', ['-c', 'echo v1.2; echo more >&2'])).toBe('v1.2\nmore');
	expect(await askTool('/bin/sh', ['-c', 'echo v1.2; exit 1'])).toBe(undefined);
	expect(await askTool('/bin/sh', ['-c', 'sleep 600'], {patience: 50})).toBe(undefined);
});
