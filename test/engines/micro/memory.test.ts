import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {endedIn, inFlightIn} from '../../../source/core/snapshot.ts';
import {engines} from '../../../source/engines/index.ts';
import {memoryEngine} from '../../../source/engines/micro/memory.ts';
import type {LoadMessage} from '../../../source/run/load.ts';
import {startWorker} from '../../../source/run/threads.ts';
import {loadWith} from '../../helpers/engine-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const engine = engines.find(({name}) => name === 'memory')!;
const never = new AbortController().signal;
let folder = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-test-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const write = (text: string, name = 'bench.mjs'): string => {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
};

/** By calls, so that a busy machine changes nothing. */
const limits = {warmup: 300, amount: 300_000};

/** Whether a process is there, and not only its exit code, which nobody asks for when its thread is gone; Linux alone tells. */
const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
};

describe('the built-in functions', () => {
	test('what leaks is called so', async () => {
		const {findings, metrics, total} = await loadWith(engine, {module: null, cases: ['leak'], every: 10}, limits);
		expect(findings.at(-1)).toMatchObject({kind: 'memory', subject: 'leak', figures: {verdict: 'growing'}});
		expect(findings.at(-1)?.text).toMatch(/^growing .*\/min \(95 %: .*–.*\), .* per call: a leak/);
		// Every sixteenth call keeps two objects of three members, their names and the array that holds them.
		const kept = metrics['leak: retained growth per call']?.mean ?? 0;
		expect(kept).toBeGreaterThan(5);
		expect(kept).toBeLessThan(40);
		expect(endedIn(total)).toBe(total.offered);
		expect(inFlightIn(total)).toBe(0);
	});

	test.each(['churn', 'bounded cache', 'large buffers', 'strings and closures'])('%s is not', async (name) => {
		const {findings} = await loadWith(
			engine,
			{module: null, cases: [name], every: 10},
			{...limits, amount: name === 'large buffers' ? 20_000 : limits.amount},
		);
		expect(findings.at(-1)).toMatchObject({subject: name});
		expect(findings.at(-1)?.figures.verdict).not.toBe('growing');
	});

	test('all are measured, one after the other, where none is chosen', async () => {
		const {metrics, findings} = await loadWith(engine, {module: null}, {warmup: 100, duration: 500});
		const names = ['churn', 'leak', 'bounded cache', 'large buffers', 'strings and closures'];
		expect(findings.map(({subject}) => subject)).toEqual(names);
		for (const name of names) expect(metrics[`${name}: peak resident memory`]?.max).toBeGreaterThan(1e7);
	});
});

describe('the functions of a module', () => {
	test('take as many bytes as they do', async () => {
		const module = write('let kept; export const thousand = () => { kept = new Array(1000).fill(1.5); return kept; };');
		const {metrics} = await loadWith(engine, {module}, {warmup: 300, duration: 600});
		// 8 bytes for each of them, and some for what holds them; V8 leaves a little of each page unused.
		const bytes = metrics['thousand: allocated per call']?.p50 ?? 0;
		expect(bytes).toBeGreaterThan(8000);
		expect(bytes).toBeLessThan(8700);
		const rate = metrics['thousand: allocation rate'];
		const time = metrics['thousand: time per call'];
		expect((rate?.p50 ?? 0) * (time?.p50 ?? 0)).toBeGreaterThan(0.7 * bytes * 1e9);
		expect((rate?.p50 ?? 0) * (time?.p50 ?? 0)).toBeLessThan(1.4 * bytes * 1e9);
	});

	test('grow by memory of buffers too, which is no heap', async () => {
		const module = write(
			`const all = [];
			let calls = 0;
			export const keep = async () => {
				if (calls++ % 10 === 0) all.push(new Uint8Array(4096));
				await new Promise((resolve) => setImmediate(resolve));
			};`,
		);
		const {metrics} = await loadWith(engine, {module, every: 10}, {warmup: 100, amount: 100_000});
		// One call in ten keeps 4 KiB beside the heap.
		expect(metrics['keep: retained']?.max).toBeGreaterThan(10_000 * 4096);
		expect(metrics['keep: peak heap']?.max).toBeLessThan(30e6);
	});

	test('are called as often as wanted', async () => {
		const module = write('export const one = () => 1; export const two = async () => 2;');
		const {total} = await loadWith(engine, {module}, {warmup: 50, amount: 5001});
		expect(endedIn(total)).toBe(5001);
	});

	test('are set up and taken down, in TypeScript, with parameters and what the suite sets', async () => {
		const module = write(
			`import {writeFileSync} from 'node:fs';
			type Input = {readonly n: number};
			export default {
				fill: {
					parameters: {n: [3, 4]},
					setup: ({n}: {n: number}): Input => ({n}),
					run: ({n}: Input) => { if (n !== 3 && n !== 4) throw new Error('no input'); },
					teardown: ({n}: Input) => writeFileSync(process.env.FOLDER + '/down ' + n, ''),
				},
			};`,
			'bench.ts',
		);
		const {total, findings} = await loadWith(
			engine,
			{module, environment: {FOLDER: folder}},
			{warmup: 50, duration: 300},
		);
		expect(findings.map(({subject}) => subject)).toEqual(['fill n=3', 'fill n=4']);
		expect(total.failures).toEqual({});
		rmSync(join(folder, 'down 3'));
		rmSync(join(folder, 'down 4'));
	});

	test('that throw are counted by what they throw, and it is told where', async () => {
		const module = write("let n = 0;\nexport const odd = () => {\n\tif (n++ % 2) throw new RangeError('odd');\n};");
		const {total, notices} = await loadWith(engine, {module}, {warmup: 50, amount: 1000});
		expect(total.outcomes).toEqual({ok: 500, RangeError: 500});
		expect(total.failures).toEqual({RangeError: 500});
		expect(notices).toEqual([expect.stringMatching(/^odd threw RangeError: odd \(.*bench\.mjs:3:\d+\)$/)]);
		expect(engine.accept({module}).doubts(total, false)).toMatchObject([{kind: 'calls-threw'}]);
	});

	test('leave open what they like: their process ends all the same', async () => {
		const module = write(
			"import {createServer} from 'node:net'; const server = createServer().listen(0); export const open = () => server.listening;",
		);
		const {total} = await loadWith(engine, {module}, {warmup: 0, duration: 200});
		expect(endedIn(total)).toBeGreaterThan(0);
	});
});

describe('garbage collections', () => {
	test('are kept one by one only where that is asked for', async () => {
		const plan = {module: null, cases: ['churn'], every: 100};
		const bare = await loadWith(engine, plan, {warmup: 100, duration: 600});
		expect(Object.keys(bare.metrics).filter((name) => name.includes('GC pause'))).toEqual([]);
		expect(bare.metrics['churn: minor collections']?.mean).toBeGreaterThan(0);
		const tracked = await loadWith(engine, {...plan, trackGc: true}, {warmup: 100, duration: 600});
		const pauses = tracked.metrics['churn: GC pause minor'];
		expect(pauses?.unit).toBe('ms');
		expect(pauses?.count).toBeGreaterThan(5);
		// Those that were called for are full ones, and are left out; what else is full is rare here.
		expect(tracked.metrics['churn: GC pause major']?.count ?? 0).toBeLessThan(5);
	});
});

describe('a process', () => {
	test.each([
		['by a stop', async (stop: () => void, _: () => Promise<void>) => stop()],
		['by a kill of its thread', async (_: () => void, kill: () => Promise<void>) => kill()],
	] as const)('is ended %s', async (_, end) => {
		const module = write(
			"import {writeFileSync} from 'node:fs'; writeFileSync(process.env.FOLDER + '/pid', String(process.pid)); export const wait = () => 1;",
		);
		let begun = (): void => {};
		const measuring = new Promise<void>((resolve) => {
			begun = resolve;
		});
		const thread = startWorker(
			{
				engine: 'memory',
				plan: {module, environment: {FOLDER: folder}},
				limits: {warmup: 0, duration: 600_000},
				origin: performance.timeOrigin + performance.now(),
			},
			(message: LoadMessage) => {
				if (message.kind === 'failed' || (message.kind === 'snapshot' && endedIn(message.snapshot) > 0)) begun();
			},
		);
		await measuring;
		const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
		expect(isRunning(pid)).toBe(true);
		await end(thread.stop, thread.kill);
		await thread.ended;
		await expect.poll(() => isRunning(pid), {timeout: 10_000}).toBe(false);
	});
});

describe('what cannot be measured', () => {
	const refusal = (plan: unknown) => rejectionOf(engine.accept(plan).probe(never));

	test('is a module that is not there, or is none', async () => {
		const missing = await refusal({module: join(folder, 'nowhere.mjs')});
		expect(missing).toMatchObject({message: expect.stringContaining('There is no module'), exitCode: 4});
		const broken = await refusal({module: write('export const a = () => {\n\tlet 1;\n};')});
		expect(broken).toMatchObject({
			message: expect.stringMatching(/bench\.mjs:2: SyntaxError: /),
			exitCode: 4,
		});
		const empty = await refusal({module: write('export const nothing = 1;')});
		expect(empty).toMatchObject({message: expect.stringContaining('nothing'), exitCode: 4});
		expect(empty.hint).toContain('export default');
	});

	test('is a function that is not there: those that are, are told', async () => {
		const error = await refusal({module: null, cases: ['chrun']});
		expect(error).toMatchObject({message: expect.stringContaining('"chrun"'), exitCode: 4});
		expect(error.hint).toContain('churn, leak');
	});

	test('is a function that ends its process, or takes more than there is', async () => {
		const module = write('export const leave = () => process.exit(7);');
		const left = await rejectionOf(loadWith(engine, {module}, {warmup: 0, duration: 1000}));
		expect(left).toMatchObject({message: expect.stringMatching(/leave ended with exit 7/), exitCode: 4});
		const hog = write('const all = []; export const hog = () => all.push(new Array(1e5).fill(1));');
		const crashed = await rejectionOf(
			loadWith(
				engine,
				{module: hog, environment: {NODE_OPTIONS: '--max-old-space-size=64'}},
				{warmup: 0, duration: 60_000},
			),
		);
		expect(crashed.message).toMatch(/hog ended with SIG.*(heap|memory)/i);
		expect(crashed.hint).toContain('more than the heap may hold');
	});

	test('is a function whose preparation fails', async () => {
		const module = write("export default {late: {setup() { throw new Error('no data'); }, run: () => 1}};");
		const error = await rejectionOf(loadWith(engine, {module}, {warmup: 0, duration: 1000}));
		expect(error.message).toContain('no data');
	});
});

test('a plan is read from a suite file in the words of people', async () => {
	const place = {folder, name: 'leaks', environment: {TOKEN: 'geheim'}};
	const load = async (given: unknown) => memoryEngine.suite!.load(given, place);
	expect(await load({memory: 'bench/leaks.ts', cases: 'a', trackGc: true, every: '250ms'})).toEqual({
		load: {
			module: join(folder, 'bench/leaks.ts'),
			cases: ['a'],
			trackGc: true,
			every: 250,
			environment: {TOKEN: 'geheim'},
		},
		target: `${join('bench', 'leaks.ts')}: a`,
		warmup: 1000,
	});
	expect(await load({memory: true})).toMatchObject({load: {module: null}, target: 'built-in functions'});
	const wrong = await rejectionOf(load({memory: true, every: 'often'}));
	expect(wrong).toMatchObject({message: expect.stringMatching(/^every: /), exitCode: 2});
});
