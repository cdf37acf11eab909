import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import * as z from 'zod';
import {httpEngine} from '../../../../source/engines/http/engine.ts';
import {rejectionOf} from '../../../helpers/rejection.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-'));
afterAll(() => rmSync(folder, {recursive: true}));
writeFileSync(join(folder, 'users.csv'), '\ufeffname,password\nann,"a,1"\nbob,b2\n');
writeFileSync(join(folder, 'empty.csv'), 'name,password\n');
writeFileSync(join(folder, 'broken.csv'), 'name,password\nann\n');
writeFileSync(join(folder, 'odd.json'), '{"a": 1}');
writeFileSync(join(folder, 'body.txt'), 'hello');

const load = (given: unknown) => {
	if (httpEngine.suite === undefined) throw new Error('no words');
	return httpEngine.suite.load(given, {folder, name: 'shop', environment: {}});
};

describe('a plain load', () => {
	test('says little', async () => {
		expect(await load({url: 'localhost:3000'})).toEqual({
			load: {
				url: 'http://localhost:3000/',
				method: 'GET',
				headers: {},
				connections: 10,
				pipelining: 1,
				timeout: 10_000,
			},
			target: 'http://localhost:3000/',
			watchPort: 3000,
			duration: 10_000,
			warmup: 1000,
		});
	});

	test('says it in the words of the flags', async () => {
		const {
			load: plan,
			target,
			watchPort,
		} = await load({
			url: 'https://ann:pw@api.example/x',
			method: 'put',
			headers: {A: 1},
			json: {b: [1, '2']},
			connections: 4,
			rate: '100..2k',
			rampSteps: 5,
			arrivals: 'poisson',
			seed: 3,
			maxConnections: 40,
			precise: true,
			timeout: '2s',
			follow: true,
			insecure: true,
			keepAlive: true,
			connectTo: '127.0.0.1:8443',
		});
		expect(plan).toEqual({
			url: 'https://ann:pw@api.example/x',
			method: 'PUT',
			headers: {'Content-Type': 'application/json', A: '1'},
			bodyBase64: Buffer.from('{"b":[1,"2"]}').toString('base64'),
			connections: 4,
			pipelining: 1,
			rate: 100,
			rateEnd: 2000,
			steps: 5,
			arrivals: 'poisson',
			seed: 3,
			maxConnections: 40,
			precise: true,
			timeout: 2000,
			follow: true,
			insecure: true,
			connectTo: '127.0.0.1:8443',
		});
		expect([target, watchPort]).toEqual(['PUT https://ann:***@api.example/x', undefined]);
		expect((await load({url: ':80', bodyFile: 'body.txt'})).load).toMatchObject({
			method: 'POST',
			bodyBase64: Buffer.from('hello').toString('base64'),
		});
	});
});

/** Locust's example: weighted tasks, a wait of 1 to 5 s, a token that is asked for at the start. */
const shop = {
	url: 'http://localhost:3000',
	users: 50,
	think: '1s..5s',
	data: {user: 'users.csv'},
	headers: {Authorization: 'Bearer {{token}}'},
	once: [{post: '/login', json: {name: '{{user.name}}', password: '{{user.password}}'}, capture: {token: '$.token'}}],
	requests: [
		{get: '/products', weight: 3},
		{post: '/cart', json: {id: '{{random(1, 100)}}'}, check: {status: 201, json: {'$.ok': true}}},
	],
};

test('users, as short as the example of Locust', async () => {
	const think = {from: 1000, to: 5000};
	const {load: plan, target} = await load(shop);
	expect(target).toBe('http://localhost:3000/');
	expect(plan).toMatchObject({
		url: 'http://localhost:3000/',
		connections: 50,
		headers: {Authorization: 'Bearer {{token}}'},
		scenario: {
			once: [{name: 'POST /login', method: 'POST', url: '/login', capture: {token: {json: '$.token'}}}],
			flows: [
				{name: 'GET /products', weight: 3, steps: [{method: 'GET', url: '/products', think}]},
				{
					name: 'POST /cart',
					weight: 1,
					steps: [{check: {status: ['201'], json: [{path: '$.ok', value: true}]}, think}],
				},
			],
			data: [{name: 'user', file: join(folder, 'users.csv'), rows: 2, order: 'sequential', per: 'user'}],
			cookies: true,
			onFailure: 'continue',
		},
	});
	expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test('steps and scenarios, a rate of sessions, think times that pauses and requests say otherwise', async () => {
	const steps = [{get: '/a'}, {get: '/b', think: {exponential: '2s'}}, {get: '/c'}, {think: 3}, {get: '/d', think: 0}];
	const {load: plan} = await load({
		url: 'http://h.example/v1/',
		rate: 5,
		think: '500ms',
		scenarios: [
			{name: 'browse', weight: 2, steps},
			{name: 'buy', steps: [{get: '/x?q={{term.q}}'}]},
		],
		data: {term: [{q: 'a'}]},
	});
	expect(plan).toMatchObject({rate: 5, connections: 1000});
	const {flows, data} = (
		plan as {scenario: {flows: ReadonlyArray<{steps: ReadonlyArray<{think?: unknown}>}>; data: unknown}}
	).scenario;
	expect(flows[0]?.steps.map(({think}) => think)).toEqual([
		{constant: 500},
		{exponential: 2000},
		undefined,
		{constant: 3000},
		{constant: 0},
	]);
	expect(flows[1]).toMatchObject({name: 'buy', weight: 1, steps: [{name: 'GET /x?q={{term.q}}'}]});
	expect(data).toEqual([{name: 'term', order: 'sequential', per: 'pass', values: [{q: 'a'}]}]);
});

test('names hold no secrets', async () => {
	const {load: plan} = await load({url: 'http://h.example', requests: [{get: '/x?token=geheim&q=1'}]});
	expect((plan as {scenario: {flows: unknown}}).scenario.flows).toMatchObject([{name: 'GET /x?token=***&q=1'}]);
});

describe('what cannot be', () => {
	const url = 'http://localhost';
	const one = {get: '/'};
	test.each<[given: unknown, message: string, hint: string]>([
		[{url: 'ftp://x'}, 'url: "ftp://x": only http:// and https://', 'For example'],
		[{url, users: 3}, 'users: It is for virtual users', 'requests, steps or scenarios'],
		[{url: `${url}/{{x}}`}, 'url: Templates', 'requests, steps or scenarios'],
		[{url, connections: 3, requests: [one]}, 'connections: It is not for virtual users', 'Say users'],
		[{url, http2: true, requests: [one]}, 'http2: It is not for virtual users', 'HTTP/1.1'],
		[{url, requests: [one], steps: [one]}, 'steps: It excludes requests', 'Give one'],
		[{url, rate: 3, users: 3, requests: [one]}, 'users: With a rate', 'maxUsers'],
		[{url, rate: 3, ramp: '1s', requests: [one]}, 'ramp: With a rate', 'rate: 1..20'],
		[{url, maxUsers: 3, requests: [one]}, 'maxUsers: It needs a rate', 'rate: 500'],
		[{url: `${url}/?q=1`, requests: [one]}, 'url: Paths are below it', 'query'],
		[{url, rampSteps: 3, rate: 5}, 'rampSteps: It needs a ramp', '100..2000'],
		[{url, arrivals: 'poisson'}, 'arrivals: It needs a rate', '500'],
		[{url, cert: 'x.pem'}, 'cert: cert and key go together', 'both'],
		[{url, json: 1, body: 'x'}, 'body: A request has one body', 'one of'],
		[{url, bodyFile: 'none.txt'}, 'bodyFile: none.txt cannot be read', 'relative to'],
		[{url, headers: {'a b': 1}}, 'headers.a b: "a b" is no header name', 'Accept'],
		[{url, headers: {'Content-Length': 1}}, 'headers.Content-Length: Content-Length follows', 'out'],
		[{url, requests: [{get: '/', headers: {X: 1, x: 2}}]}, 'requests.0.headers.x: x is given twice', 'comma'],
		[
			{url, requests: [{get: '/{{tokn}}', capture: {token: '$.t'}}]},
			'requests.0: {{tokn}} is set nowhere',
			'Did you mean {{token}}?',
		],
		[{url, headers: {A: '{{x}}'}, requests: [one]}, 'headers.A: {{x}} is set nowhere', 'Capture it'],
		[
			{url, data: {user: 'users.csv'}, steps: [one, {get: '/{{user.nam}}'}]},
			'steps.1: The rows of user have no nam',
			'Did you mean {{user.name}}?',
		],
		[
			{url, data: {user: 'users.csv'}, steps: [{get: '/', check: {body: '{{user.mail}}'}}]},
			'steps.0: The rows of user have no mail',
			'They have name, password',
		],
		[{url, data: {user: 'none.csv'}, steps: [one]}, 'data.user: none.csv cannot be read', 'path'],
		[{url, data: {user: 'empty.csv'}, steps: [one]}, 'data.user: empty.csv has no rows', 'columns'],
		[{url, data: {user: 'broken.csv'}, steps: [one]}, 'data.user: broken.csv: ', 'CSV'],
		[{url, data: {user: 'odd.json'}, steps: [one]}, 'data.user: odd.json holds no list', '[{'],
		[
			{url, data: {user: 'users.csv'}, variables: {user: 1}, steps: [one]},
			'data.user: user is the name of a variable, too',
			'another name',
		],
		[
			{url, scenarios: [{name: 'a', steps: [{get: '/', capture: {x: '$.['}}]}]},
			'scenarios.0.steps.0.capture.x: "$.[" is no JSONPath',
			'RFC 9535',
		],
		[{url, steps: [{get: '/', check: {json: {'$..[': 1}}}]}, 'steps.0.check.json: ', 'RFC 9535'],
		[{url, think: '5s..1s', steps: [one]}, 'think: A think time goes from', '1s..5s'],
	])('%j', async (given, message, hint) => {
		const error = await rejectionOf(load(given));
		expect(error.message).toContain(message);
		expect(error.message.startsWith(message.split(':')[0]!)).toBe(true);
		expect(error.hint).toContain(hint);
		expect(error.exitCode).toBe(2);
	});

	test.each<[given: unknown, path: string, message: string]>([
		[{url, requests: [{get: '/', post: '/'}]}, 'requests.0', 'a request has one of get, post'],
		[{url, requests: [{name: 'x'}]}, 'requests.0', 'a request has one of get, post'],
		[{url, steps: [{name: 'x'}]}, 'steps.0', 'or a pause'],
		[{url, steps: [{think: '1s'}, one]}, 'steps', 'the first step is a request'],
		[{url, steps: [{gett: '/'}]}, 'steps.0', 'Unrecognized key: "gett"'],
		[{url, steps: [{get: '/{{a'}]}, 'steps.0.get', 'has no }} after it'],
		[{url, steps: [{post: '/', json: {a: ['{{b c}}']}}]}, 'steps.0.json', 'neither a variable nor'],
		[{url, steps: [{post: '/', json: 1, form: {}}]}, 'steps.0', 'one body'],
		[
			{url, steps: [{get: '/', check: {body: {regex: '('}}}]},
			'steps.0.check.body.regex',
			'"(" is no regular expression',
		],
		[{url, steps: [{get: '/', timeout: 'soon'}]}, 'steps.0.timeout', '"soon" is no duration'],
		[{url, think: '1s-5s', steps: [one]}, 'think', '"1s-5s" is no think time'],
		[{url, rate: '5..'}, 'rate', '"5.." is no rate'],
		[{url, unknown: 1}, '', 'Unrecognized key: "unknown"'],
	])('%j', async (given, path, message) => {
		const error = await load(given).then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		if (!(error instanceof z.ZodError)) throw error;
		const issue = error.issues.find((each) => each.path.join('.') === path);
		expect(issue?.message).toContain(message);
	});
});

test('every word is described for editors', () => {
	const schema = z.toJSONSchema(httpEngine.suite!.members(), {io: 'input'});
	const undescribed = Object.entries(schema.properties ?? {})
		.filter(([, property]) => typeof property !== 'object' || (property.description ?? '') === '')
		.map(([name]) => name);
	expect(undescribed).toEqual([]);
});
