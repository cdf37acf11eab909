import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {init} from '../../source/commands/init.ts';
import {requestsOf, visitOf} from '../../source/commands/starting-points.ts';
import {findServices} from '../../source/config/project-compose.ts';
import {draftOf} from '../../source/config/project-draft.ts';
import {findScripts, scriptRunner} from '../../source/config/project-scripts.ts';
import {readSuite} from '../../source/config/suite.ts';
import {suiteDraft} from '../../source/config/suite-draft.ts';
import {suiteEngines} from '../../source/config/suite-engine.ts';
import {redactWords} from '../../source/core/secret.ts';
import {engines} from '../../source/engines/index.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {runCommand} from '../helpers/surroundings.ts';

const root = mkdtempSync(join(tmpdir(), 'benchtop-init-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(root, 'project-'));
});

const files = (contents: Readonly<Record<string, string>>): void => {
	for (const [name, text] of Object.entries(contents)) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), text);
	}
};
const run = (...words: string[]) => runCommand(init, words, {folder});
const written = (): string => readFileSync(join(folder, 'benchtop.yaml'), 'utf8');
const suite = () => readSuite(join(folder, 'benchtop.yaml'), {});
const manifest = (scripts: Readonly<Record<string, string>>): string => JSON.stringify({name: 'shop', scripts});
const compose = `services:
  db: {image: "postgres:16", ports: ["5432:5432"]}
  web: {build: ., ports: ["\${WEB_PORT:-8080}:80"]}
  api: {build: ., ports: [{published: 9000, target: 3000}]}
`;

describe('benchtop init', () => {
	test('with nothing to go by', async () => {
		expect(await run()).toEqual({
			code: 0,
			stdout: `benchtop.yaml: one benchmark, home (nothing was found to go by).
.benchtop/suite.schema.json: what editors complete and check it by.
Next: benchtop run smoke
`,
			stderr: '',
		});
		expect(written()).toBe(`# yaml-language-server: $schema=.benchtop/suite.schema.json
# What this repository measures: benchtop run, or benchtop run smoke.
# All that can be said here: benchtop schema suite

benchmarks:
  home:
    # What is loaded; start: and ready: can start it first.
    url: http://localhost:3000/
    connections: 10
    duration: 10s
    tags: [smoke]
`);
		expect((await suite()).benchmarks.map(({plan}) => [plan.engine, plan.target, plan.duration])).toEqual([
			['http', 'http://localhost:3000/', 10_000],
		]);
		expect(JSON.parse(readFileSync(join(folder, '.benchtop', 'suite.schema.json'), 'utf8'))).toMatchObject({
			title: 'benchtop suite',
		});
	});

	test('with scripts, one of which starts a server', async () => {
		files({
			'package.json': manifest({build: 'tsc', test: 'vitest run', start: 'node server.js', dev: 'vite'}),
			'.env': 'API_TOKEN=abcdef\nPORT=4321\n',
			'pnpm-lock.yaml': '',
			'compose.yaml': compose,
		});
		expect((await run()).stdout).toMatch(
			/^benchtop\.yaml: 3 benchmarks, home, build and test \(from package\.json and compose\.yaml\)\./,
		);
		expect(written()).toContain(`benchmarks:
  home:
    url: http://localhost:4321/
    connections: 10
    duration: 10s
    tags: [smoke]
    # Runs meanwhile, and is ended again. From "start" in package.json and .env.
    start: pnpm run start
    ready: port 4321
    # thresholds:
    #   latency.p95: < 450ms
    #   errors: < 0.1%

  build:
    command: pnpm run build
    runs: 3
    tags: [daily]

  test:
    command: pnpm run test
    runs: 3
    tags: [daily]

# compose.yaml has PostgreSQL as "db" on port 5432.
# Beside it, "web" of the containers is at http://localhost:8080/.
`);
		expect(written()).not.toContain('abcdef');
		expect((await suite()).benchmarks[0]!.around.services).toMatchObject([
			{command: 'pnpm run start', ready: {port: 4321}},
		]);
	});

	test('with containers', async () => {
		files({
			'docker-compose.yml': compose,
			'package.json': manifest({test: 'echo "Error: no test specified" && exit 1'}),
		});
		await run();
		expect(written()).toContain(`# Runs meanwhile, and is ended again. From docker-compose.yml.
start: docker compose up
ready: port 8080

benchmarks:
  web:
    url: http://localhost:8080/
`);
		const {benchmarks, around} = await suite();
		expect(around.services).toMatchObject([{command: 'docker compose up', ready: {port: 8080}}]);
		expect(benchmarks.map(({name, plan}) => [name, plan.target, plan.tags])).toEqual([
			['web', 'http://localhost:8080/', ['smoke']],
			['api', 'http://localhost:9000/', ['daily']],
		]);
	});

	test('with a description of the interface, which only this machine is asked for', async () => {
		files({
			'package.json': manifest({start: 'node . --port 4000'}),
			'openapi.yaml': `openapi: 3.1.0
servers: [{url: https://api.shop.example/v2}]
paths:
  /products: {get: {}}
  /products/{id}: {get: {parameters: [{name: id, in: path, required: true, example: "7"}]}}
  /orders/{id}: {get: {parameters: [{name: id, in: path, required: true}]}}
`,
		});
		await run();
		expect(written()).toContain(`  api:
    # From openapi.yaml, which says https://api.shop.example/v2.
    url: http://localhost:4000/v2
    users: 10
    duration: 10s
    requests:
      - get: /products
      - get: /products/7
        name: "GET /products/{id}"
    tags: [smoke]
`);
		expect(written()).toMatch(/^# Of openapi\.yaml, GET \/orders\/\{id\} is left out: id has no example\.$/m);
		const {benchmarks, around} = await suite();
		expect(benchmarks.map(({plan}) => plan.target)).toEqual(['http://localhost:4000/v2']);
		expect(around.services).toMatchObject([{command: 'npm run start', ready: {port: 4000}}]);
	});

	test('with what a browser recorded, but for its secrets and on this machine', async () => {
		const request = {
			method: 'POST',
			url: 'https://shop.example/login',
			headers: [{name: 'Accept', value: 'text/html'}],
			postData: {mimeType: 'application/json', text: JSON.stringify({name: '${ann}', password: 'geheim'})},
		};
		files({'records/checkout.har': JSON.stringify({log: {entries: [{request, time: 5}]}})});
		expect((await run('--har', 'records/checkout.har')).stdout).toMatch(
			/^benchtop\.yaml: one benchmark, checkout \(from records\/checkout\.har\)\./,
		);
		expect(written()).toContain(`  checkout:
    # Recorded in records/checkout.har, of https://shop.example.
    url: http://localhost:3000
    users: 5
    duration: 30s
    variables:
      password: "\${PASSWORD:-}"
    steps:
      - post: /login
        headers:
          Accept: text/html
        json:
          name: "$\${ann}"
          password: "{{password}}"
    tags: [smoke]
`);
		expect(written()).not.toContain('geheim');
		const {benchmarks, secrets} = await readSuite(join(folder, 'benchtop.yaml'), {PASSWORD: 'mine!'});
		expect(JSON.stringify(benchmarks[0]!.plan.load)).toContain('${ann}');
		expect(secrets).toEqual(['mine!']);
	});

	test.each([
		[['--har', 'none.har'], /^--har none\.har cannot be read: ENOENT/],
		[['--har', 'bad.json'], /^There is no request in this HAR file/],
		[['--openapi', 'bad.json'], /^This is no description in OpenAPI/],
	])('%j is refused, and nothing is written', async (words, message) => {
		files({'bad.json': '{}'});
		const error = await rejectionOf(run(...words));
		expect([error.message, error.exitCode]).toEqual([expect.stringMatching(message), 2]);
		expect(existsSync(join(folder, 'benchtop.yaml'))).toBe(false);
	});

	test('a description that was found and is none is told in the file', async () => {
		files({'swagger.json': '{}'});
		await run();
		expect(written()).toMatch(/^# swagger\.json could not be used: This is no description in OpenAPI\.$/m);
	});

	test('with a folder of functions', async () => {
		files({'bench/sort.ts': 'export const sort = () => [3, 1, 2].sort();\n', 'package.json': manifest({build: 'tsc'})});
		expect((await run()).stdout).toMatch(/2 benchmarks, functions and build \(from package\.json and bench\/\)/);
		expect((await suite()).benchmarks.map(({name, plan}) => [name, plan.engine, plan.target, plan.tags])).toEqual([
			['functions', 'micro', join('bench', 'sort.ts'), ['smoke', 'daily']],
			['build', 'command', 'npm run build', ['daily']],
		]);
	});

	test('what it wrote makes its thresholds usable by taking the signs away', async () => {
		files({'package.json': manifest({start: 'next start -p 8123'})});
		await run();
		files({'benchtop.yaml': written().replace(/^( *)# (thresholds| {2}\w)/gm, '$1$2')});
		expect((await suite()).benchmarks[0]!.plan).toMatchObject({
			target: 'http://localhost:8123/',
			thresholds: [
				{metric: 'latency.p95', limit: 450},
				{metric: 'errors', limit: 0.001},
			],
		});
	});

	test('refers editors to the schema of an installed benchtop', async () => {
		files({'node_modules/benchtop/dist/suite.schema.json': '{}'});
		expect((await run()).stdout).not.toContain('.benchtop/');
		expect(written()).toMatch(/^# yaml-language-server: \$schema=node_modules\/benchtop\/dist\/suite\.schema\.json\n/);
		expect(existsSync(join(folder, '.benchtop'))).toBe(false);
	});

	test('says what of the project it could not read', async () => {
		files({'package.json': '{"scripts": ', 'compose.yaml': 'services: [\n'});
		await run();
		expect(written()).toMatch(/^# package\.json could not be read: 1:13: /m);
		expect(written()).toMatch(/^# compose\.yaml could not be read: 2:1: /m);
	});

	test('never writes over a suite, but when it is told to', async () => {
		files({'benchtop.yaml': 'mine'});
		const error = await rejectionOf(run());
		expect([error.message, error.hint, error.exitCode]).toEqual([
			'There is a suite already: benchtop.yaml.',
			'benchtop run runs it; benchtop init --force writes over it.',
			2,
		]);
		expect([written(), existsSync(join(folder, '.benchtop'))]).toEqual(['mine', false]);
		await run('--force');
		expect((await suite()).benchmarks).toHaveLength(1);
	});

	test('never makes a second suite', async () => {
		files({'benchtop.ts': 'export default {};'});
		expect((await rejectionOf(run('--force'))).message).toBe('There is a suite already: benchtop.ts.');
		expect(existsSync(join(folder, 'benchtop.yaml'))).toBe(false);
	});

	test('takes no words', async () => {
		expect((await rejectionOf(run('here'))).message).toBe('"here" is one word too many.');
	});
});

describe('the port of a server', () => {
	test.each([
		['node server.js --port=4000', '', 4000, ''],
		['PORT=4001 node .', '', 4001, ''],
		['next dev -p 4002', '', 4002, ''],
		['node .', 'PORT="4003"\n', 4003, ' and .env'],
		['vite', '', 5173, '; the port is the usual one'],
		['vite preview', '', 4173, '; the port is the usual one'],
		['node .', 'PORT=\n', 3000, '; the port is a guess'],
		['node . --port 99999', '', 3000, '; the port is a guess'],
	])('of %j with %j is %i', (script, environment, port, reason) => {
		expect(findScripts({scripts: {dev: script}}, 'npm run', environment).server).toEqual({
			command: 'npm run dev',
			port,
			from: `From "dev" in package.json${reason}.`,
		});
	});
});

test('scripts are run by what the lock file is of', () => {
	expect([['pnpm-lock.yaml'], ['yarn.lock'], ['bun.lock'], ['package-lock.json'], []].map(scriptRunner)).toEqual([
		'pnpm run',
		'yarn run',
		'bun run',
		'npm run',
		'npm run',
	]);
});

describe('whatever is found', () => {
	const word = fc.oneof(
		fc.string({unit: 'binary', maxLength: 100}),
		fc.constantFrom(
			'true',
			'1',
			'-',
			'--',
			'#',
			': ',
			'a: b',
			'${A}',
			'$${A}',
			'{',
			'\'"',
			'é',
			' a ',
			'A',
			'a',
			'~',
			'2026-01-01',
			'0x1',
		),
	);
	const scripts = fc.dictionary(fc.constantFrom('build', 'test', 'start', 'dev', 'lint'), word);
	const port = fc.oneof(
		fc.constantFrom('8080:80', '127.0.0.1:81:80', '${P:-82}:80', '5432:5432', '80', 'x:y'),
		fc.record({published: fc.integer({min: -1, max: 70_000}), target: fc.constant(80)}),
	);
	const services = fc.dictionary(word, fc.record({image: word, ports: fc.array(port, {maxLength: 3})}), {maxKeys: 5});

	const recorded = (any: string) => ({
		request: {
			method: 'PUT',
			url: `https://shop.example/${encodeURIComponent(any.toWellFormed())}?q=${encodeURIComponent(any.toWellFormed())}`,
			headers: [],
			postData: {mimeType: 'application/json', text: JSON.stringify({[any]: [any, {a: [[any, null]], b: {}, c: []}]})},
		},
	});
	const descriptionWith = (any: string) => ({
		openapi: '3.1.0',
		paths: {
			'/a/{id}': {
				get: {
					parameters: [
						{name: 'id', in: 'path', required: true, example: any},
						{name: 'q', in: 'query', required: true, example: any},
					],
				},
			},
		},
	});

	test('the file that is written can be read', async () => {
		const property = fc.asyncProperty(scripts, word, services, word, async (given, environment, containers, any) => {
			const draft = draftOf(
				{
					scripts: findScripts({scripts: given}, 'npm run', environment),
					services: findServices({services: containers}, 'compose.yaml'),
					from: [],
					notes: [any],
				},
				[
					visitOf({log: {entries: [recorded(any)]}}, any, 'http://localhost:3000'),
					...requestsOf(descriptionWith(any), any, 'http://localhost:3000'),
				],
				suiteEngines(engines).map((engine) => engine.suite.key),
			);
			const file = join(root, 'benchtop.yaml');
			writeFileSync(file, suiteDraft({...draft, schema: 'x.json'}));
			const {benchmarks} = await readSuite(file, {});
			expect(benchmarks.map(({name}) => name)).toEqual(draft.benchmarks.map(({name}) => redactWords(name)));
			expect(benchmarks.some(({plan}) => plan.tags.includes('smoke'))).toBe(true);
		});
		await fc.assert(property, {numRuns: 200});
	});
});
