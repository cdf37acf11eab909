import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {schema as schemaCommand} from '../../source/commands/schema.ts';
import {commonNames, ownNames, suiteEngines} from '../../source/config/suite-engine.ts';
import {suiteJsonSchema} from '../../source/config/suite-json-schema.ts';
import {engines} from '../../source/engines/index.ts';
import {fakeEngines} from '../helpers/suite-engines.ts';
import {runCommand} from '../helpers/surroundings.ts';

const schema = suiteJsonSchema(fakeEngines);
const compile = (made: unknown) =>
	new Ajv2020({allErrors: true, allowUnionTypes: true, strictTypes: false, validateFormats: false}).compile(
		Object(made),
	);
const validate = compile(schema);
const accepts = (benchmark: object, rest: object = {}) => validate({...rest, benchmarks: {a: benchmark}});

describe('the JSON Schema of a suite file', () => {
	test.each([
		[{url: 'http://h', connections: 3, tags: ['x'], duration: '30s', rounds: 2}],
		[{url: 'http://h', connections: '${N:-3}', rounds: '${N}', duration: '${TIME}', workers: '${N}'}],
		[{command: 'x', runs: 4, start: {command: 'y', ready: {port: '${PORT}'}, timeout: '5s'}, ready: 'port 3000'}],
		[{command: 'x', setup: ['a', ['b', 'c'], {command: 'd', folder: 'e', shell: 'bash'}], teardown: 'f', duration: 3}],
		[{matrix: {url: ['http://h', 'http://i'], connections: [1, 2]}}],
		[{engine: 'plain', url: 'http://h'}],
		[{url: 'http://h', thresholds: {'latency.p95': '< 450ms', 'my metric': '< 5'}}],
		[{url: 'http://h', thresholds: ['latency.p95 < 450ms'], environment: {A: 1, B: true, C: ''}, watch: {port: 3}}],
	])('takes %j', (benchmark) => {
		expect([accepts(benchmark), validate.errors]).toEqual([true, null]);
	});

	test.each([
		[{url: 'http://h', conections: 3}],
		[{url: 'http://h', connections: 'many'}],
		[{url: 'http://h', runs: 3}],
		[{url: 'http://h', rounds: 0}],
		[{url: 'http://h', duration: 'soon'}],
		[{engine: 'plain', url: 'http://h', connections: 3}],
		[{engine: 'nobody', url: 'http://h'}],
		[{command: 'x', start: {comand: 'y'}}],
		[{url: 'http://h', thresholds: {'latency.p95': 450}}],
		[{url: 'http://h', thresholds: {'latency.p95': '450ms'}}],
		[{url: 'http://h', tags: ['a b']}],
		[{url: 'http://h', matrix: {connections: 3}}],
	])('refuses %j', (benchmark) => {
		expect(accepts(benchmark)).toBe(false);
	});

	test('knows the members of all engines as defaults, and the frame of the file', () => {
		const one = {command: 'x'};
		expect(accepts(one, {defaults: {connections: 3, runs: 4, tags: 'x'}, environment: {PORT: 3000}, setup: 'x'})).toBe(
			true,
		);
		expect(accepts(one, {defaults: {conections: 3}})).toBe(false);
		expect(accepts(one, {defaults: {runs: 0}})).toBe(false);
		expect(accepts(one, {$schema: 'x.json', about: 'x'})).toBe(true);
		expect(accepts(one, {setups: 'x'})).toBe(false);
		expect(validate({})).toBe(false);
	});

	test('tells what each member is, and what holds without it', () => {
		expect(schema).toMatchObject({
			$defs: {
				common: {
					properties: {
						tags: {description: expect.any(String)},
						thresholds: {anyOf: [{properties: {'latency.p95': {anyOf: expect.any(Array)}}}, {type: 'array'}]},
					},
				},
				web: {
					description: 'loads a URL',
					properties: {
						connections: {description: 'Open connections.', default: 10},
						tags: {$ref: '#/$defs/common/properties/tags'},
					},
				},
			},
		});
	});

	test('holds the members of every engine that there is', async () => {
		const {code, stdout} = await runCommand(schemaCommand, ['suite'], {folder: '.'});
		expect(code).toBe(0);
		const real = compile(JSON.parse(stdout));
		expect(real({benchmarks: {a: {url: 'http://localhost', connections: 3, json: {a: [1, {b: null}]}}}})).toBe(true);
		expect(real({benchmarks: {a: {command: 'make', runs: 3}}})).toBe(true);
		expect(real({benchmarks: {a: {command: 'make', connections: 3}}})).toBe(false);
	});

	test.each(suiteEngines(engines).map((engine) => [engine.name, engine] as const))(
		'%s gives no member a name that every benchmark has, and describes each',
		(_name, engine) => {
			expect(ownNames(engine).filter((name) => commonNames.includes(name))).toEqual([]);
			expect(ownNames(engine)).toContain(engine.suite.key);
			const {$defs} = Object(suiteJsonSchema([engine]));
			const own = Object.entries($defs[engine.name].properties);
			const mute = own.filter(([, form]) => !('$ref' in Object(form)) && !('description' in Object(form)));
			expect(mute.map(([name]) => name)).toEqual([]);
		},
	);
});
