import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {findSuite, readSuite} from '../../source/config/suite.ts';
import {BenchtopError} from '../../source/errors.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {fakeEngines} from '../helpers/suite-engines.ts';

const root = mkdtempSync(join(tmpdir(), 'benchtop-suite-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
let number = 0;

const written = (text: string, name = 'benchtop.yaml'): string => {
	const folder = join(root, String(number++));
	mkdirSync(folder);
	writeFileSync(join(folder, name), text);
	return join(folder, name);
};

const read = (text: string, environment: Record<string, string> = {}, name?: string) =>
	readSuite(written(text, name), environment, fakeEngines);

/** What is said to be wrong, a line each, without the path of the file. */
const faultsOf = async (text: string, environment: Record<string, string> = {}, name = 'benchtop.yaml') => {
	const error = await rejectionOf(read(text, environment, name));
	expect(error.exitCode).toBe(2);
	return error.message.split('\n').map((line) => line.replace(/^.*?\/benchtop\.\w+:?/, ''));
};

const full = `
about: what we measure
defaults: {duration: 20s, tags: [daily], connections: 4}
environment: {PORT: 3000, HOST: "localhost:\${PORT}"}
setup: npm run build
start: {command: npm run server, ready: {port: "\${PORT}"}, timeout: 5s}
teardown: [rm -f a, [rm, -f, b c]]
benchmarks:
  search:
    about: the search page
    url: http://\${HOST}/search
    warmup: 2s
    rounds: 3
    tags: [smoke, daily]
    workers: 2
    thresholds: {latency.p95: < 450ms, errors.5xx: < 0.1%, throughput: > 1200/s}
    watch: {pid: 42}
  build:
    command: npm run build
    amount: 7
    environment: {MODE: fast}
    setup: {command: make, folder: native, environment: {CC: clang}, timeout: 90s, shell: bash}
`;

describe('a suite file', () => {
	test('as a whole', async () => {
		const file = written(full);
		const suite = await readSuite(file, {}, fakeEngines);
		const folder = join(file, '..');
		const environment = {PORT: '3000', HOST: 'localhost:3000'};
		const step = {folder, environment, timeout: 600_000};
		expect(suite).toEqual({
			file,
			folder,
			about: 'what we measure',
			secrets: [],
			around: {
				setup: [{...step, command: 'npm run build'}],
				services: [{...step, command: 'npm run server', timeout: 5000, ready: {port: 3000}}],
				teardown: [
					{...step, command: 'rm -f a'},
					{...step, command: ['rm', '-f', 'b c']},
				],
			},
			benchmarks: [
				{
					name: 'search',
					entry: 'search',
					about: 'the search page',
					plan: {
						name: 'search',
						engine: 'web',
						target: 'http://localhost:3000/search',
						load: {url: 'http://localhost:3000/search', connections: 4, headers: {}},
						warmup: 2000,
						duration: 20_000,
						workers: 2,
						tags: ['smoke', 'daily'],
						watch: {pid: 42},
						thresholds: [
							{metric: 'latency.p95', comparison: '<', limit: 450, text: '< 450ms'},
							{metric: 'errors.5xx', comparison: '<', limit: 0.001, text: '< 0.1%'},
							{metric: 'throughput', comparison: '>', limit: 1200, text: '> 1200/s'},
						],
					},
					around: {setup: [], services: [], teardown: []},
					rounds: 3,
					length: 22_000,
				},
				{
					name: 'build',
					entry: 'build',
					plan: {
						name: 'build',
						engine: 'shell',
						target: 'npm run build',
						load: {command: 'npm run build', runs: 10, folder, environment: {...environment, MODE: 'fast'}},
						warmup: 0,
						amount: 7,
						workers: 1,
						tags: ['daily'],
						watch: {},
					},
					around: {
						setup: [
							{
								command: ['bash', '-c', 'make'],
								folder: join(folder, 'native'),
								environment: {...environment, MODE: 'fast', CC: 'clang'},
								timeout: 90_000,
							},
						],
						services: [],
						teardown: [],
					},
					rounds: 1,
				},
			],
		});
	});

	test('in JSON, TypeScript and JavaScript means the same', async () => {
		const yaml = await read('benchmarks: {a: {url: "http://h:${PORT:-80}", connections: 2}}');
		const same = {...yaml, file: expect.any(String), folder: expect.any(String)};
		const text = '{"benchmarks": {"a": {"url": "http://h:${PORT:-80}", "connections": 2}}}';
		expect(await read(text, {}, 'benchtop.json')).toEqual(same);
		expect(await read(`const suite: object = ${text};\nexport default suite;`, {}, 'benchtop.ts')).toEqual(same);
		expect(await read(`export default async () => (${text});`, {}, 'benchtop.mjs')).toEqual(same);
		expect(await read(`module.exports = ${text};`, {}, 'benchtop.js')).toEqual(same);
	});

	test('takes the warm-up that the engine would, of a longer duration the same share', async () => {
		const plans = async (text: string) => {
			const {benchmarks} = await read(`benchmarks: {a: {url: http://h${text}}}`);
			const {warmup, duration, amount} = benchmarks[0]!.plan;
			return [warmup, duration, amount];
		};
		expect(await plans('')).toEqual([1000, 10_000, undefined]);
		expect(await plans(', duration: 1s')).toEqual([100, 1000, undefined]);
		expect(await plans(', duration: 10m')).toEqual([3000, 600_000, undefined]);
		expect(await plans(', duration: 1s, warmup: 0')).toEqual([0, 1000, undefined]);
		expect(await plans(', amount: 5')).toEqual([0, undefined, 5]);
	});

	test('keeps the order of the file, of numbers as well', async () => {
		const {benchmarks} = await read(
			'benchmarks: {b: {url: http://h}, 2: {url: http://h}, 1: {url: http://h}, a: {url: http://h}}',
		);
		expect(benchmarks.map(({name}) => name)).toEqual(['b', '2', '1', 'a']);
	});

	test('anchors, aliases and merges of YAML are what they stand for', async () => {
		const {benchmarks} = await read(`
defaults: &all {connections: 3}
benchmarks:
  a: &a {url: http://a, tags: [x]}
  b: {<<: *a, url: http://b}
`);
		expect(benchmarks.map(({plan}) => [plan.target, plan.tags])).toEqual([
			['http://a', ['x']],
			['http://b', ['x']],
		]);
	});
});

describe('variables', () => {
	const target = async (url: string, environment: Record<string, string> = {}) =>
		(await read(`environment: {OWN: own}\nbenchmarks: {a: {command: ${JSON.stringify(url)}}}`, environment))
			.benchmarks[0]!.plan.target;

	test('come from the file, then from the process, else from what is written behind them', async () => {
		const environment = {OWN: 'theirs', THEIRS: 'theirs', EMPTY: ''};
		expect(await target('${OWN} ${THEIRS} ${NONE:-else} ${EMPTY:-else} ${NONE:-}', environment)).toBe(
			'own theirs else else ',
		);
	});

	test('two dollars are one, and a dollar alone is a dollar', async () => {
		expect(await target('$${OWN} $$${OWN} $$$${OWN} $OWN $$ $(x)')).toBe('${OWN} $own $${OWN} $OWN $$ $(x)');
	});

	test('are numbers where numbers are wanted, and text where text is', async () => {
		const {benchmarks} = await read(
			'benchmarks: {a: {url: http://h, connections: "${N}", rounds: "${N}", headers: {x: "${N}"}, warmup: "${T}"}}',
			{N: '7', T: '0'},
		);
		expect(benchmarks[0]).toMatchObject({rounds: 7, plan: {warmup: 0, load: {connections: 7, headers: {x: '7'}}}});
		expect(await faultsOf('benchmarks: {a: {url: http://h, connections: "${N}"}}', {N: 'many'})).toEqual([
			'1:46: benchmarks.a.connections: Invalid input: expected number, received string',
		]);
	});

	test('what is secret is blotted out, and left to the shell that a line is for', async () => {
		const suite = await read(
			'setup: curl -H ${API_TOKEN} ${HOST}\nbenchmarks: {a: {url: "http://${HOST}/${API_TOKEN}"}}',
			{API_TOKEN: 'abcdef', HOST: 'h'},
		);
		expect(suite.around.setup[0]!.command).toBe('curl -H ${API_TOKEN} h');
		expect(suite.benchmarks[0]!.plan.target).toBe('http://h/***');
		expect(suite.secrets).toEqual(['abcdef']);
		expect(await faultsOf('benchmarks: {a: {url: "${API_TOKEN}"}}', {API_TOKEN: 'abcdef'})).toEqual([
			'1:23: benchmarks.a.url: "***" is no URL. For example: http://localhost',
		]);
	});

	test('of which there are none are told with their place', async () => {
		expect(
			await faultsOf('environment: {HOST: x}\nbenchmarks:\n  a: {url: "http://${HOTS}"}\n  b: {url: "${a b}"}'),
		).toEqual([
			'3:12: benchmarks.a.url: ${HOTS} is not set (did you mean "HOST"?); ${HOTS:-otherwise} says what holds then',
			'4:12: benchmarks.b.url: ${a b} is no variable: write ${NAME} or ${NAME:-otherwise}, and $${ for a text that is meant as it stands',
		]);
	});
});

describe('a matrix', () => {
	test('makes a benchmark of each combination', async () => {
		const {benchmarks} = await read(`
benchmarks:
  search:
    url: http://h/\${size}
    matrix: {connections: [1, 8], size: [small, large]}
`);
		expect(benchmarks.map(({name, entry, plan}) => [name, entry, plan.name, plan.load])).toEqual(
			[
				[1, 'small'],
				[1, 'large'],
				[8, 'small'],
				[8, 'large'],
			].map(([connections, size]) => [
				`search connections=${connections} size=${size}`,
				'search',
				`search connections=${connections} size=${size}`,
				{url: `http://h/${size}`, connections, headers: {}},
			]),
		);
	});

	test('may choose the engine, or what it runs', async () => {
		const {benchmarks} = await read(
			'benchmarks: {a: {url: http://h, matrix: {engine: [web, plain]}}, b: {matrix: {command: [x, y]}}}',
		);
		expect(benchmarks.map(({name, plan}) => [name, plan.engine, plan.target])).toEqual([
			['a engine=web', 'web', 'http://h'],
			['a engine=plain', 'plain', 'http://h'],
			['b command=x', 'shell', 'x'],
			['b command=y', 'shell', 'y'],
		]);
	});

	test.each([
		[
			'{conections: [1]}',
			'2:16: benchmarks.a.matrix.conections is no member of the benchmark (did you mean "connections"?), and ${conections} stands nowhere in it',
		],
		['{connections: [0]}', '2:29: benchmarks.a.matrix.connections: Too small: expected number to be >=1'],
		['{connections: []}', '2:29: benchmarks.a.matrix.connections: expected a value at least'],
		['{connections: 4}', '2:29: benchmarks.a.matrix.connections: expected a list of values'],
		['3', '2:15: benchmarks.a.matrix: expected names, each with a list of values'],
		['{connections: [1, 1]}', '1:14: benchmarks.a: "a connections=1" is there twice'],
		[
			`{connections: [${Array.from({length: 1001}, (_, index) => index)}]}`,
			'2:15: benchmarks.a.matrix: 1001 combinations are more than 1000',
		],
	])('%s is refused', async (matrix, message) => {
		expect(await faultsOf(`benchmarks: {a: {url: http://h,\n      matrix: ${matrix}}}`)).toEqual([message]);
	});
});

describe('defaults', () => {
	test('hold for the engines that have them, and give way to what a benchmark says', async () => {
		const {benchmarks} = await read(`
defaults: {url: http://h, connections: 3, workers: 2, runs: 5, duration: 5s, environment: {A: a, B: b}, ready: port 80}
benchmarks:
  plainly: {engine: plain}
  web: {connections: 1, amount: 9, environment: {B: c}}
  shell: {command: x, start: serve}
`);
		expect(benchmarks.map(({plan}) => [plan.engine, plan.workers, plan.duration, plan.amount])).toEqual([
			['plain', 1, 5000, undefined],
			['web', 1, undefined, 9],
			['shell', 1, undefined, undefined],
		]);
		expect(benchmarks[2]).toMatchObject({
			plan: {load: {runs: 5, environment: {A: 'a', B: 'b'}}},
			around: {services: [{command: 'serve', ready: {port: 80}, timeout: 60_000, environment: {A: 'a', B: 'b'}}]},
		});
	});

	test('that no benchmark can have are refused, and a fault of theirs is told once', async () => {
		expect(
			await faultsOf('defaults: {conections: 3, rounds: 0}\nbenchmarks: {a: {url: http://a}, b: {url: http://b}}'),
		).toEqual([
			'1:12: defaults.conections is not known (did you mean "connections"?)',
			'1:35: defaults.rounds: expected a whole number from 1 to 1000',
		]);
	});
});

describe('what is wrong', () => {
	test('is told all at once, in the order of the file', async () => {
		expect(
			await faultsOf(`benchmark:
  a: {}
setup: 3
benchmarks:
  search:
    url: http://h
    conections: 4
    body: {fil: x}
    thresholds:
      latency.p96: < 3ms
      throughput: ">1200"
      errors: < 0.1
  build: {comand: x, runs: many}
  Search: {url: nowhere}
  none:
`),
		).toEqual([
			'1:1: benchmark is not known (did you mean "benchmarks"?)',
			'3:8: setup: expected a command, or a list of commands',
			'15:3: benchmarks.none: expected the members of a benchmark',
		]);
		expect(
			await faultsOf(`benchmarks:
  search:
    url: http://h
    conections: 4
    body: {fil: x}
    thresholds:
      latency.p96: < 3ms
      throughput: ">1200"
      errors: < 0.1
  build: {comand: x, runs: many}
  Search: {url: nowhere}
`),
		).toEqual([
			'4:5: benchmarks.search.conections is not known (did you mean "connections"?)',
			'5:5: benchmarks.search.body.file is missing',
			'5:12: benchmarks.search.body.fil is not known (did you mean "file"?)',
			'7:20: benchmarks.search.thresholds.latency.p96: "latency.p96" is no figure (did you mean "latency.p90"?)',
			'9:15: benchmarks.search.thresholds.errors: a number needs its unit here, such as 0.1%, not "0.1"',
			'10:3: benchmarks.build does not say what it runs: one of "url", "command" (did you mean "command"?)',
			'11:3: benchmarks.Search is called almost as "search": give it a name of its own',
			'11:17: benchmarks.Search.url: "nowhere" is no URL. For example: http://localhost',
		]);
	});

	test('is counted when it is much', async () => {
		const lines = await faultsOf(`benchmarks: {${Array.from({length: 13}, (_, index) => `a${index}: {}`).join(', ')}}`);
		expect([lines.length, lines.at(-1)]).toEqual([11, 'and 3 more']);
	});

	test.each([
		['', '1:1: expected members such as "benchmarks", each with its value'],
		['- a', '1:1: expected members such as "benchmarks", each with its value'],
		['benchmarks: {}', '1:1: benchmarks: there is none'],
		['about: x', '1:1: benchmarks: expected benchmarks by their names, such as "home: {url: http://localhost:3000}"'],
		['a: 1\n\tb: 2', '2:1: a tab cannot indent; use spaces'],
		['benchmarks: {a: {url: http://${HOST}/}}\nb: c', '1:30: within { } or [ ], a text with ${ } in it needs quotes'],
		['benchmarks: {}\nbenchmarks: {}', '2:1: benchmarks stands here twice'],
		['benchmarks: *x', '1:13: nothing before has the anchor &x'],
		['benchmarks: &x {a: *x}', '1:20: *x would hold itself'],
		[
			'benchmarks: {a: {url: http://h, engine: webb}}',
			'1:41: benchmarks.a.engine: no engine is called "webb" (did you mean "web"?)',
		],
		[
			'benchmarks: {a: {url: http://h, engine: alone}}',
			'1:41: benchmarks.a.engine: the engine "alone" takes no benchmarks of a suite',
		],
		[
			'benchmarks: {a: {url: http://h, command: x}}',
			'1:14: benchmarks.a has "url", "command": one benchmark is one of these, or says which engine',
		],
		[
			'benchmarks: {a: {url: http://h, runs: 3}}',
			'1:33: benchmarks.a.runs is for "shell"; this benchmark is for "web"',
		],
		['benchmarks: {a: {engine: web}}', '1:14: benchmarks.a.url is missing'],
		[
			'benchmarks: {a: {url: http://h, amount: 3, duration: 3s}}',
			'1:41: benchmarks.a.amount: amount and duration exclude each other',
		],
		[
			'benchmarks: {a: {url: http://h, workers: 11}}',
			'1:42: benchmarks.a.workers: 11 threads cannot share this load: 10 at most',
		],
		[
			'benchmarks: {a: {url: http://h, duration: 3 parsecs}}',
			'1:43: benchmarks.a.duration: expected a duration such as 500ms, 30s or 5m',
		],
		['benchmarks: {a: {url: http://h, tags: [a b]}}', '1:40: benchmarks.a.tags.0: a tag is one word'],
		[
			'benchmarks: {a: {url: http://h, ready: port 3}}',
			'1:40: benchmarks.a.ready: ready needs a start, which it waits for',
		],
		[
			'benchmarks: {a: {url: http://h, start: [x, y], ready: port 3}}',
			'1:55: benchmarks.a.ready: of several that are started, each says itself when it is ready: {command: …, ready: …}',
		],
		[
			'benchmarks: {a: {url: http://h, start: {command: x, ready: soon}}}',
			'1:60: benchmarks.a.start.ready: expected a port, a URL, or "log: a line of the output"',
		],
		[
			'benchmarks: {a: {url: http://h, start: {comand: x}}}',
			'1:41: benchmarks.a.start.comand is not known (did you mean "command"?)',
		],
		[
			'benchmarks: {a: {url: http://h, setup: {command: [x], shell: bash}}}',
			'1:40: benchmarks.a.setup.0: a program with its arguments needs no shell: write one text, or leave out shell',
		],
		['benchmarks: {a: {url: http://h, environment: {a-b: x}}}', '1:47: benchmarks.a.environment.a-b is not known'],
		[
			'benchmarks: {" a": {url: http://h}}',
			'1:14: benchmarks. a: a name has no spaces around it, no control characters, and no "-" before it',
		],
	])('%j', async (text, message) => {
		expect(await faultsOf(text)).toContain(message);
	});

	test('in JSON has its place', async () => {
		expect(
			await faultsOf('{"benchmarks": {"a": {"url": "http://h",\n "conections": 3}}}', {}, 'benchtop.json'),
		).toEqual(['2:2: benchmarks.a.conections is not known (did you mean "connections"?)']);
		expect(await faultsOf('{"benchmarks": {}, "benchmarks": {}}', {}, 'benchtop.json')).toEqual([
			'1:20: benchmarks stands here twice',
		]);
		expect(await faultsOf('{"benchmarks": }', {}, 'benchtop.json')).toEqual(['1:16: "}" is not expected here']);
	});

	test.each([
		[
			'export default {benchmarks: {a: {url: "http://h", conections: 3}}};',
			' benchmarks.a.conections is not known (did you mean "connections"?)',
		],
		['export default {\n  benchmarks: {;\n};', "2:1: SyntaxError: Unexpected token ';'"],
		['export default () => {\n  throw new Error("not today");\n};', '2:9: not today'],
		['export const suite = {};', '1:1: it has no default export: write "export default {benchmarks: …}"'],
		[
			'export default {benchmarks: {a: {url: () => 1}}};',
			'1:1: benchmarks.a.url is a function, which a suite cannot hold',
		],
		['process.exit(3);', '1:1: it ended with exit code 3 before it said what the suite is'],
		['import "./nowhere.js";', /^1:1: .*Cannot find module/],
	])('in a program: %j', async (text, message) => {
		expect(await faultsOf(text, {PATH: process.env.PATH ?? ''}, 'benchtop.mjs')).toEqual([
			typeof message === 'string' ? message : expect.stringMatching(message),
		]);
	});

	test('in a program that is no TypeScript', async () => {
		expect(await faultsOf('export default {\n  benchmarks: {;\n};', {}, 'benchtop.ts')).toEqual([
			expect.stringMatching(/^2:\d+: SyntaxError: \w/),
		]);
	});

	test('a file that is not there, or of another kind', async () => {
		await expect(readSuite(join(root, 'none.yaml'), {}, fakeEngines)).rejects.toThrow(
			/^The suite cannot be read: ENOENT/,
		);
		await expect(readSuite(join(root, 'suite.toml'), {}, fakeEngines)).rejects.toThrow(/suite\.toml is no suite file/);
	});
});

describe('finding it', () => {
	test('upwards from the folder, the nearest one', () => {
		const folder = join(root, 'found');
		mkdirSync(join(folder, 'a', 'b'), {recursive: true});
		writeFileSync(join(folder, 'benchtop.json'), '');
		expect(findSuite(join(folder, 'a', 'b'))).toBe(join(folder, 'benchtop.json'));
		writeFileSync(join(folder, 'a', 'benchtop.mjs'), '');
		expect(findSuite(join(folder, 'a', 'b'))).toBe(join(folder, 'a', 'benchtop.mjs'));
	});

	test('two in one folder are one too many', () => {
		const folder = join(root, 'two');
		mkdirSync(folder);
		for (const name of ['benchtop.yml', 'benchtop.ts']) writeFileSync(join(folder, name), '');
		expect(() => findSuite(folder)).toThrow(BenchtopError);
		expect(() => findSuite(folder)).toThrow(/two suites, .*benchtop\.yml and .*benchtop\.ts\.$/);
	});
});
