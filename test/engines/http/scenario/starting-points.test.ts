import {describe, expect, test} from 'vitest';
import {httpEngine} from '../../../../source/engines/http/engine.ts';
import {stepsFromHar} from '../../../../source/engines/http/scenario/har.ts';
import {requestsFromOpenApi} from '../../../../source/engines/http/scenario/open-api.ts';

const accepts = async (given: unknown): Promise<void> => {
	await httpEngine.suite?.load(given, {folder: '/', name: 'test', environment: {}});
};

const entry = (at: number, time: number, request: object) => ({
	startedDateTime: new Date(Date.UTC(2026, 0, 1) + at).toISOString(),
	time,
	request: {method: 'GET', headers: [], ...request},
});

describe('a recording of a browser', () => {
	const har = {
		log: {
			version: '1.2',
			entries: [
				entry(0, 50, {
					url: 'https://shop.example/',
					headers: [
						{name: ':authority', value: 'x'},
						{name: 'User-Agent', value: 'y'},
						{name: 'Accept-Language', value: 'de'},
					],
				}),
				entry(20, 10, {url: 'https://cdn.example/x.js'}),
				entry(30, 60, {url: 'https://shop.example/style.css?v={{1}}'}),
				entry(2590, 20, {
					method: 'POST',
					url: 'https://shop.example/login?csrf=geheim',
					headers: [
						{name: 'Authorization', value: 'Bearer geheim'},
						{name: 'Content-Type', value: 'application/json'},
						{name: 'Cookie', value: 'sid=geheim'},
					],
					postData: {
						mimeType: 'application/json; charset=utf-8',
						text: '{"name":"ann","password":"geheim","x":["{{y}}"]}',
					},
				}),
				entry(2700, 5, {
					method: 'POST',
					url: 'https://shop.example/cart',
					postData: {mimeType: 'application/x-www-form-urlencoded', text: 'id=1&token=geheim'},
				}),
				entry(2710, 5, {
					method: 'PUT',
					url: 'https://shop.example/note',
					headers: [{name: 'Content-Type', value: 'text/plain'}],
					postData: {mimeType: 'text/plain', text: 'hi {{z}}'},
				}),
				entry(2720, 5, {method: 'CONNECT', url: 'https://shop.example/x'}),
			],
		},
	};

	test('becomes steps and pauses, without secrets and other origins', async () => {
		const {url, steps, leftOut, secrets} = stepsFromHar(har);
		expect(url).toBe('https://shop.example');
		expect(steps).toEqual([
			{get: '/', headers: {'Accept-Language': 'de'}},
			{get: '/style.css', query: {v: '{{"{{"}}1}}'}},
			{think: '2.5s'},
			{post: '/login', query: {csrf: '{{csrf}}'}, json: {name: 'ann', password: '{{password}}', x: ['{{"{{"}}y}}']}},
			{post: '/cart', form: {id: '1', token: '{{token}}'}},
			{put: '/note', headers: {'Content-Type': 'text/plain'}, body: 'hi {{"{{"}}z}}'},
		]);
		expect(leftOut).toBe(2);
		expect([...secrets].sort()).toEqual(['Authorization', 'csrf', 'password', 'token']);
		expect(JSON.stringify(steps)).not.toContain('geheim');
		await accepts({url, steps, variables: {csrf: 1, password: 1, token: 1}});
		await expect(accepts({url, steps})).rejects.toThrow('{{csrf}} is set nowhere');
	});

	test.each([[undefined], [{}], [{log: {entries: []}}], [{log: {entries: [{request: {url: 'nonsense'}}]}}]])(
		'%j is none',
		(nothing) => {
			expect(() => stepsFromHar(nothing)).toThrow('no request in this HAR');
		},
	);
});

describe('a description in OpenAPI', () => {
	const document = {
		openapi: '3.1.0',
		servers: [{url: 'https://{region}.api.example/v2/', variables: {region: {default: 'eu'}}}],
		components: {
			parameters: {Page: {name: 'page', in: 'query', required: true, schema: {$ref: '#/components/schemas/Page'}}},
			schemas: {Page: {type: 'integer', default: 1}},
		},
		paths: {
			'/products': {get: {parameters: [{name: 'limit', in: 'query', schema: {type: 'integer'}}]}, post: {}},
			'/products/{id}': {
				parameters: [{name: 'id', in: 'path', required: true, example: 'a b'}],
				get: {parameters: [{$ref: '#/components/parameters/Page'}]},
			},
			'/orders/{id}': {get: {parameters: [{name: 'id', in: 'path', required: true, schema: {type: 'string'}}]}},
			'/odd/{x}': {get: {}},
			'/mine': {get: {parameters: [{name: 'X-Api-Key', in: 'header', required: true, example: 'k'}]}},
			'/old': {get: {deprecated: true}},
			'/kinds': {
				get: {
					parameters: [
						{name: 'kind', in: 'query', required: true, schema: {enum: ['{{a', 'b']}},
						{name: 'X-L', in: 'header', required: true, examples: {one: {value: 'de'}}},
					],
				},
			},
		},
	};

	test('becomes the requests that can be made without knowing more', async () => {
		const {url, requests, leftOut} = requestsFromOpenApi(document);
		expect(url).toBe('https://eu.api.example/v2');
		expect(requests).toEqual([
			{get: '/products'},
			{get: '/products/a%20b', name: 'GET /products/{id}', query: {page: '1'}},
			{get: '/kinds', query: {kind: '{{"{{"}}a'}, headers: {'X-L': 'de'}},
		]);
		expect(leftOut).toEqual([
			{operation: 'GET /orders/{id}', why: 'id has no example'},
			{operation: 'GET /odd/{x}', why: 'a part of its path is not described'},
			{operation: 'GET /mine', why: 'X-Api-Key is for you to give'},
		]);
		await accepts({url, requests});
	});

	test('is where it says, or from where it was found', () => {
		const paths = {'/': {get: {}}};
		expect(
			requestsFromOpenApi({swagger: '2.0', host: 'h.example', basePath: '/v1', schemes: ['https'], paths}).url,
		).toBe('https://h.example/v1');
		expect(requestsFromOpenApi({openapi: '3.0.0', servers: [{url: '/v3'}], paths}, 'http://localhost:3000').url).toBe(
			'http://localhost:3000/v3',
		);
		expect(requestsFromOpenApi({openapi: '3.0.0', paths}).url).toBeUndefined();
		expect(() => requestsFromOpenApi({paths})).toThrow('no description in OpenAPI');
	});
});
