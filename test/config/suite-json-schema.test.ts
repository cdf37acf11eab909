import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {suiteJsonSchema} from '../../source/config/suite-json-schema.ts';
import {fakeEngines} from '../helpers/suite-engines.ts';

const schema = suiteJsonSchema(fakeEngines);
const validate = new Ajv2020({allErrors: true, strict: true, allowUnionTypes: true, strictTypes: false}).compile(
	Object(schema),
);
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
				web: {
					properties: {
						connections: {description: 'Open connections.', default: 10},
						tags: {description: expect.any(String)},
					},
				},
			},
		});
	});
});
