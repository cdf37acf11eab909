import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import type {Doubt} from '../../../source/core/event.ts';
import type {Finding} from '../../../source/core/finding.ts';
import {summariseMetric} from '../../../source/core/samples.ts';
import {coveredIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../../source/core/snapshot.ts';
import {type AnyEngine, erase} from '../../../source/engines/index.ts';
import {algorithmsEngine} from '../../../source/engines/micro/algorithms-engine.ts';
import {microEngine} from '../../../source/engines/micro/engine.ts';
import {BenchtopError} from '../../../source/errors.ts';
import {hostLoad, type LoadLimits} from '../../../source/run/load.ts';

const path = (name: string): string => fileURLToPath(new URL(`modules/${name}`, import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

const drive = async (engine: AnyEngine, plan: unknown, limits: Partial<LoadLimits> = {}, signal?: AbortSignal) => {
	const snapshots: Snapshot[] = [];
	const notices: string[] = [];
	const findings: Finding[] = [];
	const doubts: Doubt[] = [];
	await hostLoad(
		engine.accept(plan),
		{warmup: 0, ...limits},
		() => performance.now(),
		signal ?? new AbortController().signal,
		(message) => {
			if (message.kind === 'snapshot') snapshots.push(message.snapshot);
			if (message.kind === 'notice') notices.push(message.text);
			if (message.kind === 'finding') findings.push(message.finding);
			if (message.kind === 'doubt') doubts.push(message.doubt);
		},
	);
	const total = snapshots.reduce(mergeSnapshots);
	const metric = (name: string) => {
		const found = total.metrics?.[name];
		return found === undefined ? undefined : {...summariseMetric(found), groups: found.samples.groups ?? []};
	};
	return {total, notices, findings, doubts, metric};
};

const refusal = async (engine: AnyEngine, plan: unknown): Promise<BenchtopError> => {
	try {
		await engine.accept(plan).probe(new AbortController().signal);
	} catch (error) {
		if (error instanceof BenchtopError) return error;
		throw error;
	}

	throw new Error('It was not refused.');
};

const micro = erase(microEngine);
const quick = {launches: 2, samples: 5, time: 20, warmupLimit: 50};

describe('functions', () => {
	test('are timed in each of several processes, and calls add up', async () => {
		const {total, metric, notices} = await drive(micro, {...quick, modules: [path('functions.ts')]});
		expect(notices).toEqual([]);
		for (const name of ['step', 'sort n=10', 'sort n=100']) {
			const time = metric(name)!;
			expect([...new Set(time.groups)].sort()).toEqual([1, 2]);
			expect(time.unit).toBe('ns');
		}

		expect(total.outcomes).toEqual({ok: total.offered});
		expect(inFlightIn(total)).toBe(0);
		// Ten times as many numbers take longer, and hold more memory: 16 bytes of head, 8 for each number.
		expect(metric('sort n=100')!.p50!).toBeGreaterThan(2 * metric('sort n=10')!.p50!);
		expect(metric('step allocation')!.p50).toBe(0);
		expect(metric('sort n=100 allocation')!.p50!).toBeGreaterThan(800);
		expect(metric('sort n=10 allocation')!.p50!).toBeLessThan(metric('sort n=100 allocation')!.p50!);
		// 40 batches of 4 ms were measured in all the seconds it took; nothing else counts.
		expect(coveredIn(total)).toBeLessThan((total.to - total.from) / 2);
	});

	test('that fail are counted and named, each in its way, and the others are measured', async () => {
		const plan = {...quick, launches: 3, timeout: 1500, modules: [path('failing.ts')], folder: here};
		const {total, notices, metric, doubts} = await drive(micro, plan);
		expect(doubts.find(({kind}) => kind === 'failed-functions')?.message).toMatch(
			/^Of 7 functions 6 failed: .* and others\./,
		);
		expect(total.failures).toEqual({
			'threw TypeError': 1,
			'threw RangeError': 1,
			'setup threw Error': 1,
			'exit 7': 1,
			'exit 0': 1,
			timeout: 1,
		});
		expect([...notices].sort()).toEqual([
			'exits was not measured: its process ended with exit 7',
			'hangs was given up: its process had not ended 1.5s after its time',
			'rejects threw RangeError at modules/failing.ts:7:9: later',
			'setup throws setup threw Error at modules/failing.ts:11:10: no data',
			'throws threw TypeError at modules/failing.ts:4:9: always',
			expect.stringMatching(/^waits was not measured: its process ended in the midst of it/),
		]);
		expect(new Set(metric('works')!.groups)).toEqual(new Set([1, 2, 3]));
		expect(inFlightIn(total)).toBe(0);
	});

	test('are stopped in the midst of a call, and what was measured counts', async () => {
		const stop = new AbortController();
		const driving = drive(micro, {modules: [path('failing.ts')], only: ['hangs']}, {}, stop.signal);
		await new Promise((resolve) => setTimeout(resolve, 1500));
		const begin = performance.now();
		stop.abort();
		const {total} = await driving;
		expect(total.offered).toBe(0);
		// A tenth of a second is promised; a busy machine may be late.
		expect(performance.now() - begin).toBeLessThan(2000);
	});

	test('of several modules begin with the name of theirs', async () => {
		const {metric} = await drive(micro, {
			...quick,
			launches: 1,
			modules: [path('functions.ts'), path('failing.ts')],
			only: ['functions step', 'works'],
		});
		expect(metric('functions step')?.count).toBeGreaterThan(0);
		expect(metric('failing works')?.count).toBeGreaterThan(0);
	});

	test('keep to the time that the run has, and say what it had no room for', async () => {
		const {total, doubts} = await drive(micro, {modules: [path('functions.ts')], launches: 500}, {duration: 1000});
		expect(total.offered).toBeGreaterThan(0);
		expect(doubts.map(({kind}) => kind)).toContain('launches-missed');
	});

	test.each([
		['no such module', {modules: [path('nowhere.ts')]}, /^There is no module .*nowhere\.ts\.$/],
		[
			'no function of that name',
			{modules: [path('functions.ts')], only: ['sotr']},
			/^No function's name holds "sotr"\.$/,
		],
	])('of %s are refused', async (_, plan, message) => {
		const error = await refusal(micro, plan);
		expect(error.message).toMatch(message);
		expect([error.exitCode, typeof error.hint]).toEqual([4, 'string']);
	});

	test.each([
		[
			'mjs',
			'export default {\n\tfine: () => 1,\n\tbroken: () => 1 +,\n};\n',
			/^broken\.mjs:3: SyntaxError: Unexpected token ','/,
		],
		['ts', 'const a: number = 1;\nexport default {\n\tbroken: (: number) => 1,\n};\n', /^broken\.ts:3(:\d+)?: /],
		['ts', 'enum Kind {A}\nexport default {a: () => Kind.A};\n', /^broken\.ts:1(:\d+)?: .*enum is not supported/s],
		['mjs', 'const nothing = null;\nnothing.x;\n', /^broken\.mjs:2:9: Cannot read properties of null/],
		['mjs', 'process.exit(3);\n', /^broken\.mjs: The process that loads it ended with exit 3\.$/],
	])('of a broken module (%s: %j) are refused with its place', async (ending, text, message) => {
		const folder = await mkdtemp(join(tmpdir(), 'benchtop-test-'));
		try {
			const file = join(folder, `broken.${ending}`);
			await writeFile(file, text);
			const error = await refusal(micro, {modules: [file], folder});
			expect(error.message).toMatch(message);
			expect([error.exitCode, typeof error.hint]).toEqual([4, 'string']);
		} finally {
			await rm(folder, {recursive: true});
		}
	});

	test('of a suite file are found by patterns, from its folder', async () => {
		const place = {folder: here, name: 'micro', environment: {}};
		const load = await microEngine.suite!.load({functions: 'modules/f*.ts', time: '50ms', only: 'works'}, place);
		expect(load.load).toMatchObject({
			modules: [path('failing.ts'), path('functions.ts')],
			time: 50,
			only: ['works'],
			folder: here,
			launches: 6,
		});
		expect(load.target).toBe('modules/failing.ts, modules/functions.ts');
		await expect(microEngine.suite!.load({functions: 'nowhere/*.ts'}, place)).rejects.toThrow(
			'functions: no file fits nowhere/*.ts.',
		);
		await expect(microEngine.suite!.load({functions: 'a.ts', time: 'soon'}, place)).rejects.toThrow(/500ms/);
	});
});

const algorithms = erase(algorithmsEngine);

describe('algorithms', () => {
	test('of a module are measured at their sizes, and their class is found', async () => {
		const {metric, findings, total} = await drive(algorithms, {
			module: path('algorithms.ts'),
			names: ['square'],
			launches: 4,
		});
		const [finding] = findings;
		expect(finding).toMatchObject({kind: 'complexity', subject: 'square'});
		expect(finding?.figures.sizes).toEqual([8, 16, 32, 64, 128, 256, 512]);
		// Whether it is told is for the machine to say; no other class can be.
		expect(['O(n²)', null]).toContain(finding?.figures.class);
		expect(Number(finding?.figures.exponent)).toBeGreaterThan(1.4);
		expect(Number(finding?.figures.exponent)).toBeLessThan(2.6);
		expect(finding?.figures.memoryClass).toBeNull();
		expect(finding?.text).toMatch(/^time: .*; memory: nothing is allocated; from n=8 to 512$/);
		expect(Object.keys(total.metrics ?? {}).filter((name) => !name.endsWith('allocation'))).toEqual([
			...[8, 16, 32, 64, 128, 256, 512].map((size) => `square n=${size}`),
			'square exponent',
		]);
		expect(metric('square exponent')?.groups).toEqual([1, 2, 3, 4]);
		expect(inFlightIn(total)).toBe(0);
	});

	test('that fail at a size say at which', async () => {
		const {notices, total} = await drive(algorithms, {
			module: path('algorithms.ts'),
			names: ['breaks'],
			sizes: [32],
			folder: here,
		});
		expect(notices).toEqual([
			'breaks n=32 threw RangeError at modules/algorithms.ts:13:24: no more than 20, and not 32',
		]);
		expect(total.outcomes).toEqual({'threw RangeError': 1});
	});

	test('of the built-in ones tell what grows, with a duration of a second', async () => {
		const {findings, total} = await drive(
			algorithms,
			{module: 'built-in', names: ['sum', 'fibonacci']},
			{duration: 1000},
		);
		expect(findings.map(({subject}) => subject)).toEqual(['sum', 'fibonacci']);
		expect(total.offered).toBeGreaterThan(0);
	});

	test.each([
		[
			'of a name that none has',
			{module: 'built-in', names: ['sotr']},
			'No algorithm is called "sotr".',
			'Did you mean "sort"?',
		],
		['of no module', {module: path('nowhere.ts')}, `There is no module ${path('nowhere.ts')}.`, /./],
	])('%s are refused', async (_, plan, message, hint) => {
		const error = await refusal(algorithms, plan);
		expect([error.message, error.exitCode]).toEqual([message, 4]);
		expect(error.hint).toMatch(hint);
	});

	test('of a suite file are names, all, or a module', async () => {
		const place = {folder: here, name: 'core', environment: {}};
		const load = (given: unknown) => algorithmsEngine.suite!.load(given, place);
		expect(await load({algorithms: ['sort', 'sum'], longest: '5ms'})).toMatchObject({
			load: {module: 'built-in', names: ['sort', 'sum'], longest: 5},
			target: 'sort, sum',
		});
		expect((await load({algorithms: 'built-in'})).load.names).toBeUndefined();
		expect((await load({algorithms: 'modules/algorithms.ts', only: ['square']})).load).toMatchObject({
			module: path('algorithms.ts'),
			names: ['square'],
		});
		await expect(load({algorithms: ['sotr']})).rejects.toThrow('algorithms: no built-in algorithm is called "sotr".');
		await expect(load({algorithms: ['a.ts', 'sort']})).rejects.toThrow('algorithms: a module stands alone.');
	});
});
