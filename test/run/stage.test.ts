import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Around, Service, Step} from '../../source/core/plan.ts';
import {BenchtopError} from '../../source/errors.ts';
import {isAlive, isGroupAlive} from '../../source/operating-system.ts';
import {startChild} from '../../source/run/children.ts';
import {createStage, joinStages, noAround} from '../../source/run/stage.ts';
import {until} from '../helpers/cli.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-stage-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const step = (command: Step['command'], more: Partial<Step> = {}): Step => ({
	command,
	folder,
	environment: {},
	timeout: 20_000,
	...more,
});
const node = (code: string): readonly string[] => [process.execPath, '-e', code];
const service = (command: Step['command'], ready: Service['ready'], more: Partial<Step> = {}): Service => ({
	...step(command, more),
	ready,
});

const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

const listenOn = (port: number): readonly string[] =>
	node(`require('http').createServer((_, r) => r.end('ok')).listen(${port}, '127.0.0.1', () => console.log('up'))`);

const prepared = async (around: Partial<Around>) => {
	const told: string[] = [];
	const tell = (_: string, text: string): unknown => told.push(text);
	const stage = createStage({...noAround, ...around});
	return {told, tell, stage, prepare: () => stage.prepare(tell, new AbortController().signal)};
};

const failureOf = async (work: Promise<unknown>): Promise<BenchtopError> => {
	const error: unknown = await work.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (error instanceof BenchtopError) return error;
	throw new Error(`It did not fail with a BenchtopError: ${String(error)}`);
};

describe('what stands around a run', () => {
	test('a service ends with what it started in a session of its own', async () => {
		if (process.platform !== 'linux') return;
		const {stage, prepare, tell} = await prepared({
			services: [
				service("setsid sh -c 'echo $$ > far; exec sleep 60' & until [ -s far ]; do sleep 0.01; done; echo up; wait", {
					log: 'up',
				}),
			],
		});
		await prepare();
		const far = Number(readFileSync(join(folder, 'far'), 'utf8'));
		expect(isAlive(far)).toBe(true);
		await stage.clear(tell, 'all');
		expect(isGroupAlive(far)).toBe(false);
	});

	test('and so does one that puts itself in the background, which is no service', async () => {
		if (process.platform !== 'linux') return;
		const {stage, prepare, tell} = await prepared({
			services: [service("setsid sh -c 'echo $$ > far; exec sleep 60' & until [ -s far ]; do sleep 0.01; done", {})],
		});
		expect((await failureOf(prepare())).message).toMatch(/exit code 0 before it was ready/);
		const far = Number(readFileSync(join(folder, 'far'), 'utf8'));
		await stage.clear(tell, 'all');
		expect(isGroupAlive(far)).toBe(false);
	});

	test.each([
		['among colours', "printf '\\033[32mListening\\033[0m on 3000\\n'; exec sleep 60"],
		['without an end of line', "printf 'Listening on 3000'; exec sleep 60"],
	])('a log line is found %s', async (_, command) => {
		const {stage, prepare, tell} = await prepared({
			services: [service(command, {log: 'Listening on'}, {timeout: 5000})],
		});
		try {
			await prepare();
		} finally {
			await stage.clear(tell, 'all');
		}
	});

	test('a pattern that never comes to an end is said', async () => {
		const {stage, prepare, tell} = await prepared({
			services: [service(`echo ${'a'.repeat(60)}; exec sleep 60`, {log: '^(a+)+b$'})],
		});
		const failure = await failureOf(prepare());
		await stage.clear(tell, 'all');
		expect(failure.message).toMatch(/takes for ever/);
		expect(failure.exitCode).toBe(4);
	});

	test('the last words of a teardown that fails are told line by line', async () => {
		const {stage, prepare, tell, told} = await prepared({
			setup: [step('true')],
			teardown: [step('echo one; echo two; exit 3')],
		});
		await prepare();
		await stage.clear(tell, 'all');
		expect(told.slice(-2)).toEqual(['  one', '  two']);
	});

	test('set-up comes before the services, teardown after them, each in its order', async () => {
		const log = join(folder, 'log');
		const note = (word: string): string => `echo ${word} >> ${log}`;
		const {stage, prepare, tell, told} = await prepared({
			setup: [step(note('one')), step(note('two'))],
			services: [
				service(`trap '${note('ended')}; exit 0' TERM; ${note('service')}; echo here; sleep 60 & wait`, {log: 'here'}),
			],
			teardown: [step(note('three')), step(note('four'))],
		});
		await prepare();
		expect(readFileSync(log, 'utf8').split('\n')).toEqual(['one', 'two', 'service', '']);
		await stage.clear(tell, 'all');
		expect(readFileSync(log, 'utf8').split('\n')).toEqual(['one', 'two', 'service', 'ended', 'three', 'four', '']);
		expect(stage.doubts()).toEqual([]);
		expect(told[0]).toBe(`set-up: ${note('one')}`);
	});

	test('a service is ready when its port, its URL and its word are', async () => {
		const port = await freePort();
		const {stage, prepare, tell} = await prepared({
			services: [service(listenOn(port), {port, url: `http://127.0.0.1:${port}/`, log: '^up$'})],
		});
		await prepare();
		expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('ok');
		await stage.clear(tell, 'all');
		await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
	});

	test('what listens on the port of a service is not taken for it', async () => {
		const port = await freePort();
		const other = createServer().listen(port, '127.0.0.1');
		const {stage, prepare, tell} = await prepared({services: [service(listenOn(port), {port})]});
		const error = await failureOf(prepare());
		expect(error).toMatchObject({exitCode: 4, message: expect.stringContaining(`port ${port}`)});
		await stage.clear(tell, 'all');
		other.close();
	});

	test('a service that ends before it is ready says how, with its last words', async () => {
		const {stage, prepare, tell} = await prepared({
			services: [service('echo no such \u001b[2Jdatabase >&2; exit 3', {port: await freePort()})],
		});
		const error = await failureOf(prepare());
		expect(error.message).toMatch(/ended with exit code 3 before it was ready\.$/);
		expect(error.hint).toContain('no such ␛[2Jdatabase');
		await stage.clear(tell, 'all');
	});

	test('a service that is never ready is given up, and ended', async () => {
		const port = await freePort();
		const {stage, prepare, tell} = await prepared({services: [service('sleep 60', {port}, {timeout: 100})]});
		expect((await failureOf(prepare())).message).toBe(`sleep 60 was not ready after 100ms: port ${port} answers.`);
		await stage.clear(tell, 'all');
	});

	test('a service that dies while it is needed is a doubt', async () => {
		const {stage, prepare, tell} = await prepared({services: [service('sleep 0.4; echo out of memory; exit 9', {})]});
		await prepare();
		const [doubt] = await until(() => (stage.doubts().length > 0 ? stage.doubts() : undefined));
		expect(doubt).toMatchObject({
			kind: 'service-ended',
			message: expect.stringContaining('ended with exit code 9 while it was needed. out of memory'),
		});
		await stage.clear(tell, 'all');
	});

	test('a set-up that fails leaves nothing running, and is torn down', async () => {
		const log = join(folder, 'log');
		const {stage, prepare, tell} = await prepared({
			setup: [step('echo broken; exit 1'), step(`echo never >> ${log}`)],
			teardown: [step(`echo torn >> ${log}`)],
		});
		const error = await failureOf(prepare());
		expect(error.message).toBe('set-up: echo broken; exit 1 ended with exit code 1.');
		expect((await failureOf(prepare())).message).toBe(error.message);
		await stage.clear(tell, 'all');
		expect(readFileSync(log, 'utf8')).toBe('torn\n');
	});

	test('what is not there to be started says so', async () => {
		const {prepare} = await prepared({setup: [step(['no-such-program'])]});
		expect((await failureOf(prepare())).message).toMatch(/no-such-program could not be started: .*ENOENT/);
	});

	test('a stop ends a set-up under way, and is no failure', async () => {
		const stage = createStage({...noAround, setup: [step('sleep 60'), step('exit 1')]});
		const stop = new AbortController();
		const work = stage.prepare((_, text) => {
			if (text.startsWith('set-up: sleep')) stop.abort();
		}, stop.signal);
		await work;
		await stage.clear(() => {}, 'all');
	});

	test('a stage that stays for others is cleared away after the last', async () => {
		const log = join(folder, 'log');
		const outer = createStage({
			...noAround,
			setup: [step(`echo outer >> ${log}`)],
			teardown: [step(`echo end >> ${log}`)],
		});
		for (const index of [1, 2]) {
			const inner = createStage({
				...noAround,
				setup: [step(`echo ${index} >> ${log}`)],
				teardown: [step(`echo -${index} >> ${log}`)],
			});
			const both = joinStages(outer, inner);
			await both.prepare(() => {}, new AbortController().signal);
			await both.clear(() => {}, index === 2 ? 'all' : 'run');
		}

		expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(['outer', '1', '-1', '2', '-2', 'end']);
	});

	test('a stage that some of them share is cleared away before the next that does not', async () => {
		const log = join(folder, 'log');
		const stageOf = (name: string) =>
			createStage({
				...noAround,
				setup: [step(`echo ${name} >> ${log}`)],
				teardown: [step(`echo -${name} >> ${log}`)],
			});
		const outer = stageOf('all');
		const [a, b] = [stageOf('a'), stageOf('b')];
		const turns = [
			[a, 'run'],
			[a, 'shared'],
			[b, 'all'],
		] as const;
		for (const [shared, extent] of turns) {
			const joined = joinStages(outer, joinStages(shared, stageOf('own'), 'shared'));
			await joined.prepare(() => {}, new AbortController().signal);
			await joined.clear(() => {}, extent);
		}

		expect(readFileSync(log, 'utf8').trim().split('\n').join(' ')).toBe(
			'all a own -own own -own -a b own -own -b -all',
		);
	});

	test('nothing was prepared: nothing is torn down', async () => {
		const {stage, tell, told} = await prepared({teardown: [step('echo no')]});
		await stage.clear(tell, 'all');
		expect(told).toEqual([]);
	});
});

describe('a process around a run', () => {
	test('is ended with all that it started, also what does not heed', async () => {
		const file = join(folder, 'pids');
		const child = startChild(
			step(`sh -c 'trap "" TERM; echo $$ >> ${file}; while :; do sleep 0.1; done' & echo $$ >> ${file}; wait`),
		);
		const ids = await until(() => {
			try {
				const lines = readFileSync(file, 'utf8').trim().split('\n').map(Number);
				return lines.length === 2 ? lines : undefined;
			} catch {
				return undefined;
			}
		});
		await child.stop();
		// What was ended may linger until its parent has fetched it.
		await until(() => (ids.some(isAlive) ? undefined : true));
	});

	test('gets the environment that it is given', async () => {
		const child = startChild(step('echo "$GREETING $HOME"', {environment: {GREETING: 'hello'}}));
		expect(await child.ended).toEqual({code: 0});
		expect(child.lastLines()).toEqual([`hello ${process.env.HOME}`]);
	});

	test('keeps the last lines alone, each within bounds', async () => {
		const child = startChild(step(node('for (let i = 0; i < 1000; i++) console.log(i + "x".repeat(2000))')));
		await child.ended;
		const lines = child.lastLines();
		expect(lines.length).toBe(20);
		expect(lines.at(-1)).toBe(`999${'x'.repeat(497)}`);
	});
});
