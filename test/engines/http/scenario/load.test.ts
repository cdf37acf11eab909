import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync, deflateRawSync, deflateSync, gzipSync} from 'node:zlib';
import {afterEach, describe, expect, test} from 'vitest';
import type {Part} from '../../../../source/core/part.ts';
import {endedIn, failedIn, type Snapshot} from '../../../../source/core/snapshot.ts';
import {latenciesOf} from '../../../../source/core/summary.ts';
import type {Steering} from '../../../../source/engines/engine.ts';
import {httpEngine} from '../../../../source/engines/http/engine.ts';
import {type OwnHttpPlan, ownHttpPlan} from '../../../../source/engines/http/plan.ts';
import {erase} from '../../../../source/engines/index.ts';
import type {LoadLimits} from '../../../../source/run/load.ts';
import {describeEngine} from '../../../contracts/engine.ts';
import {certificate, certificateKey} from '../../../helpers/certificate.ts';
import {measure} from '../../../helpers/http-load.ts';
import {httpTarget, okReply, rawTarget, type Target} from '../../../helpers/target.ts';

const open: Target[] = [];
const folders: string[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((target) => target.close()));
	for (const folder of folders.splice(0)) rmSync(folder, {recursive: true});
});

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	open.push(opened);
	return opened;
};

const folderWith = (files: Readonly<Record<string, string>>): string => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-'));
	folders.push(folder);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	return folder;
};

type Seen = {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
	/** Of the connection that it came on, which stands for a user. */
	readonly port: number;
	readonly at: number;
};

/** A server that remembers all that it was asked. */
const recordingTarget = async (answer: (seen: Seen, response: ServerResponse) => void) => {
	const seen: Seen[] = [];
	const target = await keep(
		httpTarget((request, response) => {
			const at = performance.now();
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const one = {
					method: request.method ?? '',
					path: request.url ?? '',
					headers: request.headers,
					body: Buffer.concat(chunks).toString(),
					port: request.socket.remotePort ?? 0,
					at,
				};
				seen.push(one);
				answer(one, response);
			});
		}),
	);
	return {url: target.url, seen};
};

/** A benchmark as a suite file has it, made a plan. */
const planned = async (given: Readonly<Record<string, unknown>>, folder = '/'): Promise<OwnHttpPlan> => {
	const loaded = await httpEngine.suite?.load(given, {folder, name: 'test', environment: {}});
	return ownHttpPlan.parse(loaded?.load);
};

const partsOf = (total: Snapshot): Readonly<Record<string, Part>> => total.parts ?? {};

/** Loads, and holds that the parts add up to the whole. */
const load = async (
	given: Readonly<Record<string, unknown>>,
	limits: LoadLimits,
	rest: {folder?: string; signal?: AbortSignal; listen?: (hear: (steering: Steering) => void) => void} = {},
) => {
	const plan = await planned(given, rest.folder);
	const measured = await measure(plan, limits, rest.signal, rest.listen);
	const parts = Object.values(partsOf(measured.total));
	const sum = (count: (part: Part) => number): number => parts.reduce((all, part) => all + count(part), 0);
	const unasked = measured.total.outcomes['reply without a request'] ?? 0;
	expect(sum(({offered}) => offered) + unasked).toBe(measured.total.offered);
	expect(sum(endedIn) + unasked).toBe(endedIn(measured.total));
	expect(sum(failedIn) + unasked).toBe(failedIn(measured.total));
	expect(sum(({latency}) => latency.count)).toBe(measured.total.latency.count);
	expect(sum(({waiting}) => waiting.count)).toBe(measured.total.waiting.count);
	return measured;
};

const short = {warmup: 0, duration: 400};

describeEngine(erase(httpEngine), {
	secrets: ['hunter2pw', 'geheim-token', 'geheim-key', 'geheim-pin', 'geheim-form'],
	plan: async () => {
		const target = await httpTarget((_, response) => response.end('hello'));
		return {
			plan: await planned({
				url: target.url.replace('//', '//ann:hunter2pw@'),
				users: 3,
				headers: {'X-Api-Key': 'geheim-key'},
				variables: {pin: 'geheim-pin'},
				data: {user: [{name: 'ann', password: 'row-password'}]},
				requests: [
					{get: '/?token=geheim-token', weight: 2},
					{post: '/', form: {password: 'geheim-form', name: '{{user.name}}'}},
				],
			}),
			close: target.close,
		};
	},
});

test('rows, and bodies, are not disclosed', async () => {
	const plan = await planned({
		url: 'http://localhost',
		data: {user: [{name: 'ann', password: 'row-password'}]},
		headers: {Authorization: 'Bearer {{user.password}}'},
		requests: [
			{post: '/', json: {a: 'my-body', password: '{{user.password}}'}, check: {json: {'$.token': 'wanted-token'}}},
		],
	});
	const {plan: disclosed} = erase(httpEngine).accept(plan).disclose();
	const text = JSON.stringify(disclosed);
	for (const hidden of ['row-password', 'my-body', 'wanted-token', 'ann']) expect(text).not.toContain(hidden);
	expect(text).toContain('Bearer {{user.password}}');
	expect(text).toContain('"rows":1');
});

describe('requests', () => {
	test('are chosen by weight: shares fit, the same seed chooses the same', async () => {
		const chosen = async (seed: number): Promise<Readonly<Record<string, number>>> => {
			const {url, seen} = await recordingTarget((_, response) => response.end());
			const requests = [
				{get: '/a', weight: 5},
				{get: '/b', weight: 3},
				{get: '/c', weight: 2},
			];
			const {total} = await load({url, users: 1, seed, requests}, {warmup: 0, amount: 1000});
			const counts = Object.fromEntries(
				['/a', '/b', '/c'].map((path) => [path, seen.filter((one) => one.path === path).length]),
			);
			expect(
				Object.fromEntries(Object.entries(partsOf(total)).map(([name, part]) => [name.slice(4), part.offered])),
			).toEqual(counts);
			return counts;
		};
		const counts = await chosen(7);
		const squares = Object.entries({'/a': 500, '/b': 300, '/c': 200}).reduce(
			(sum, [path, expected]) => sum + (counts[path]! - expected) ** 2 / expected,
			0,
		);
		// Chi-squared with two degrees of freedom: 13.8 is exceeded by chance once in a thousand seeds.
		expect(squares).toBeLessThan(13.8);
		expect(await chosen(7)).toEqual(counts);
		expect(await chosen(8)).not.toEqual(counts);
	});

	test('of many users have the shares together, too', async () => {
		const {url} = await recordingTarget((_, response) => response.end());
		const {total} = await load(
			{url, users: 500, requests: [{get: '/a', weight: 3}, {get: '/b'}]},
			{warmup: 0, amount: 2000},
		);
		expect(Math.abs(partsOf(total)['GET /a']!.offered - 1500)).toBeLessThan(3.3 * Math.sqrt(2000 * 0.75 * 0.25));
	});

	test('go below the URL, with query, headers and bodies of their own', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const folder = folderWith({'body.bin': 'raw {{bytes}}'});
		await load(
			{
				url: `${url}api/`,
				headers: {'X-All': 'all', 'X-Both': 'all'},
				variables: {word: 'a b&c', id: 42},
				steps: [
					{get: '/x/{{word}}', query: {q: '{{word}}', n: 1}, headers: {'x-both': 'own'}},
					{post: 'y', json: {id: '{{id}}', text: 'n {{id}}', list: [1, null, '{{word}}']}},
					{put: '/z', form: {a: '{{word}}', b: 'ü'}},
					{patch: '/z', body: 'it is {{word}}', headers: {'Content-Type': 'text/plain'}},
					{delete: '/z', bodyFile: 'body.bin'},
					{head: '/z'},
					{options: '/z'},
				],
			},
			{warmup: 0, amount: 7},
			{folder},
		);
		expect(seen.map(({method, path, body}) => [method, path, body])).toEqual([
			['GET', '/api/x/a%20b%26c?q=a%20b%26c&n=1', ''],
			['POST', '/api/y', '{"id":42,"text":"n 42","list":[1,null,"a b&c"]}'],
			['PUT', '/api/z', 'a=a+b%26c&b=%C3%BC'],
			['PATCH', '/api/z', 'it is a b&c'],
			['DELETE', '/api/z', 'raw {{bytes}}'],
			['HEAD', '/api/z', ''],
			['OPTIONS', '/api/z', ''],
		]);
		expect(seen.map(({headers}) => headers['x-both'])).toEqual(['own', ...Array.from({length: 6}, () => 'all')]);
		expect(seen.map(({headers}) => headers['content-type']).slice(1, 4)).toEqual([
			'application/json',
			'application/x-www-form-urlencoded',
			'text/plain',
		]);
		expect(new Set(seen.map(({port}) => port)).size).toBe(1);
	});
});

describe('captures', () => {
	test('take values from body, headers and cookies, and from coded and chunked bodies', async () => {
		const json = Buffer.from(JSON.stringify({token: 'tök', user: {id: 7}, items: [{id: 1}, {id: 2}, {id: 3}]}));
		const codings = {
			gzip: gzipSync(json),
			br: brotliCompressSync(json),
			deflate: deflateSync(json),
			'x-gzip': gzipSync(json),
		};
		const {url, seen} = await recordingTarget(({path}, response) => {
			const coding = path.slice(1);
			if (coding in codings) {
				response.setHeader('Content-Encoding', coding);
				response.write(Reflect.get(codings, coding).subarray(0, 9));
				setTimeout(() => response.end(Reflect.get(codings, coding).subarray(9)), 2);
			} else if (path === '/raw') response.writeHead(200, {'Content-Encoding': 'deflate'}).end(deflateRawSync(json));
			else if (path === '/html')
				response
					.writeHead(200, {Location: '/next/page?x=1', 'Set-Cookie': ['sid=first', 'sid=s1; Path=/', 'other=2']})
					.end('<input name="csrf" value="c-99">');
			else response.end();
		});
		const capture = {token: '$.token', id: '$.user.id', last: {json: '$.items[*].id', pick: 'last'}};
		await load(
			{
				url,
				steps: [
					...[...Object.keys(codings), 'raw'].flatMap((coding) => [
						{get: `/${coding}`, capture, check: {json: '$.items[2]'}},
						{post: '/got', json: {token: '{{token}}', id: '{{id}}', last: '{{last}}'}},
					]),
					{
						get: '/html',
						capture: {
							csrf: {regex: 'value="([^"]+)"'},
							next: {header: 'location'},
							sid: {cookie: 'sid'},
							any: {regex: 'name="csrf"'},
						},
					},
					{get: '{{next}}', headers: {'X-Csrf': '{{csrf}}', 'X-Sid': '{{sid}}', 'X-Any': '{{any}}'}},
				],
			},
			{warmup: 0, amount: 12},
		);
		expect(seen.filter(({path}) => path === '/got').map(({body}) => body)).toEqual(
			Array.from({length: 5}, () => '{"token":"tök","id":7,"last":3}'),
		);
		expect(seen.at(-1)).toMatchObject({
			path: '/next/page?x=1',
			headers: {'x-csrf': 'c-99', 'x-sid': 's1', 'x-any': 'name="csrf"'},
		});
	});

	test('that are missing fail their request; the next one that needs them is not sent, and the pass is over', async () => {
		const {url, seen} = await recordingTarget(({path}, response) => response.end(path === '/login' ? '{}' : 'ok'));
		const {total} = await load(
			{
				url,
				users: 2,
				steps: [
					{get: '/login', capture: {token: '$.token'}},
					{get: '/free'},
					{get: '/me', headers: {Token: '{{token}}'}},
					{get: '/never'},
				],
			},
			short,
		);
		const asked = (path: string): number => seen.filter((one) => one.path === path).length;
		expect(asked('/me') + asked('/never')).toBe(0);
		expect(asked('/free')).toBeGreaterThan(2);
		expect(partsOf(total)['GET /login']?.outcomes).toEqual({'capture token': expect.any(Number)});
		expect(Object.keys(partsOf(total)['GET /me']?.failures ?? {})).toEqual(['template: token is not set']);
		expect(partsOf(total)['GET /me']?.latency.count).toBe(0);
		expect(partsOf(total)['GET /never']).toBeUndefined();
		// Two users that rest 10 ms or more after each.
		expect(asked('/login')).toBeLessThan(100);
	});

	test('of requests last as long as the user', async () => {
		const {url, seen} = await recordingTarget(({path}, response) => response.end(path === '/new' ? '{"id":7}' : '{}'));
		await load(
			{
				url,
				seed: 3,
				requests: [
					{get: '/new', capture: {id: '$.id'}},
					{get: '/use/{{id}}', weight: 3},
				],
			},
			{warmup: 0, amount: 40},
		);
		const first = seen.findIndex(({path}) => path === '/new');
		expect(first).toBe(0);
		expect(seen.filter(({path}) => path === '/use/7').length).toBeGreaterThan(10);
		expect(new Set(seen.map(({path}) => path))).toEqual(new Set(['/new', '/use/7']));
	});

	test('of one pass are none of the next one', async () => {
		let logins = 0;
		const {url, seen} = await recordingTarget(({path}, response) => {
			if (path === '/login') logins++;
			response.end(path === '/login' && logins === 1 ? '{"token":"first"}' : '{}');
		});
		await load(
			{url, steps: [{get: '/login', capture: {token: '$.token'}}, {get: '/me/{{token}}'}]},
			{warmup: 0, amount: 8},
		);
		expect(seen.filter(({path}) => path.startsWith('/me')).map(({path}) => path)).toEqual(['/me/first']);
	});
});

describe('what users do once', () => {
	test('comes first, and its variables, cookies and row last', async () => {
		const {url, seen} = await recordingTarget(({path, body}, response) => {
			if (path !== '/login') return void response.end();
			const {name} = JSON.parse(body);
			response.writeHead(200, {'Set-Cookie': `sid=c-${name}; HttpOnly`}).end(JSON.stringify({token: `t-${name}`}));
		});
		const folder = folderWith({'users.csv': 'name,password\n"ann, the 1st",p1\nbob,p2\ncleo,p3\n'});
		const {total} = await load(
			{
				url,
				users: 3,
				headers: {Authorization: 'Bearer {{token}}'},
				data: {user: {file: 'users.csv', order: 'unique'}},
				once: [
					{post: '/login', json: {name: '{{user.name}}', password: '{{user.password}}'}, capture: {token: '$.token'}},
				],
				requests: [{get: '/me?{{user.name}}'}],
			},
			{warmup: 0, amount: 60},
			{folder},
		);
		const logins = seen.filter(({path}) => path === '/login');
		expect(logins.map(({body}) => JSON.parse(body).name).sort()).toEqual(['ann, the 1st', 'bob', 'cleo']);
		expect(logins.every(({headers}) => headers.authorization === undefined && headers.cookie === undefined)).toBe(true);
		for (const {path, headers} of seen.filter((one) => one.path !== '/login')) {
			const name = decodeURIComponent(path.split('?')[1]!);
			expect([headers.authorization, headers.cookie]).toEqual([`Bearer t-${name}`, `sid=c-${name}`]);
		}

		expect(total.outcomes).toEqual({200: 60});
		expect(partsOf(total)['POST /login']?.offered).toBe(3);
	});

	test('is tried again when it fails, after a rest, and nothing else is done meanwhile', async () => {
		let logins = 0;
		const {url, seen} = await recordingTarget(({path}, response) => {
			if (path === '/login') logins++;
			response.writeHead(path === '/login' && logins < 4 ? 503 : 200).end('{"token":1}');
		});
		const {total} = await load(
			{
				url,
				once: [{post: '/login', capture: {token: '$.token'}}, {get: '/prepare'}],
				requests: [{get: '/x/{{token}}'}],
			},
			{warmup: 0, amount: 10},
		);
		expect(seen.map(({path}) => path).slice(0, 6)).toEqual([
			'/login',
			'/login',
			'/login',
			'/login',
			'/prepare',
			'/x/1',
		]);
		expect(partsOf(total)['POST /login']?.outcomes).toEqual({200: 1, 503: 3});
	});
});

describe('checks', () => {
	const target = () =>
		recordingTarget(({path}, response) => {
			const status = Number(path.slice(1));
			response
				.writeHead(status, {'Content-Type': 'application/json; charset=utf-8'})
				.end('{"ok":true,"list":[1,{"a":"x"}],"text":"hello world"}');
		});

	test.each([
		[{status: 200}, {200: 1}, 0],
		[{status: ['2xx', 404]}, {200: 1}, 0],
		[{status: 201}, {'check status (200)': 1}, 1],
		[{headers: {'content-type': 'application/json'}}, {200: 1}, 0],
		[{headers: {'content-type': {equals: 'application/json'}}}, {'check header content-type': 1}, 1],
		[{headers: {'X-None': {regex: '^'}}}, {'check header X-None': 1}, 1],
		[{headers: {'Content-Type': {regex: '^application/.*utf-8$'}}}, {200: 1}, 0],
		[{json: '$.ok'}, {200: 1}, 0],
		[{json: ['$.ok', '$.none']}, {'check $.none': 1}, 1],
		[{json: {'$.ok': true, '$.list[1]': {a: '{{letter}}'}}}, {200: 1}, 0],
		[{json: {'$.ok': 'true'}}, {'check $.ok': 1}, 1],
		[{body: 'hello {{what}}'}, {200: 1}, 0],
		[{body: {equals: 'hello'}}, {'check body': 1}, 1],
		[{body: {regex: 'w.rld'}}, {200: 1}, 0],
		[{status: 200, json: '$.none', body: 'none'}, {'check $.none': 1}, 1],
	])('%j', async (check, outcomes, failures) => {
		const {url} = await target();
		const {total} = await load(
			{url, variables: {letter: 'x', what: 'world'}, requests: [{get: '/200', check}]},
			{warmup: 0, amount: 1},
		);
		expect(total.outcomes).toEqual(outcomes);
		expect(failedIn(total)).toBe(failures);
		// It was answered, so it has a latency.
		expect(total.latency.count).toBe(1);
	});

	test('of a status from 400 on: expected it is no failure, and otherwise it keeps its name', async () => {
		const {url} = await target();
		const {total} = await load(
			{
				url,
				steps: [{get: '/404', check: {status: 404}}, {get: '/404'}, {get: '/503', check: {status: 200, body: 'x'}}],
			},
			{warmup: 0, amount: 3},
		);
		expect(total.outcomes).toEqual({'404 as expected': 1, 404: 1, 503: 1});
		expect(total.failures).toEqual({404: 1, 503: 1});
	});

	test('with no JSON, or a broken coding, fail', async () => {
		const {url} = await recordingTarget(({path}, response) => {
			if (path === '/coded') response.setHeader('Content-Encoding', 'gzip');
			response.end('{nonsense');
		});
		const {total} = await load(
			{url, steps: [{get: '/', check: {json: '$'}}, {get: '/coded', check: {body: 'x'}}, {get: '/coded'}]},
			{warmup: 0, amount: 3},
		);
		expect(total.outcomes).toEqual({'check $': 1, 'body cannot be decoded': 1, 200: 1});
	});

	test('onFailure: restart leaves out the rest of a pass', async () => {
		const {url, seen} = await target();
		const steps = [{get: '/200', check: {body: 'none'}}, {get: '/204'}];
		await load({url, onFailure: 'restart', steps}, {warmup: 0, amount: 4});
		expect(seen.map(({path}) => path)).toEqual(['/200', '/200', '/200', '/200']);
		seen.length = 0;
		await load({url, steps}, {warmup: 0, amount: 4});
		expect(seen.map(({path}) => path)).toEqual(['/200', '/204', '/200', '/204']);
	});
});

describe('data', () => {
	const csv = `id,word\n${Array.from({length: 40}, (_, index) => `${index},w${index}`).join('\n')}\n`;

	const taken = async (order: string, threads: number, amount: number) => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const folder = folderWith({'rows.csv': csv});
		const plan = await planned(
			{url, users: threads * 2, data: {row: {file: 'rows.csv', order}}, requests: [{get: '/{{row.id}}/{{row.word}}'}]},
			folder,
		);
		const shares = erase(httpEngine)
			.accept(plan)
			.split(threads)
			.map((share) => ownHttpPlan.parse(share));
		expect(shares.length).toBe(threads);
		const all = await Promise.all(shares.map((share) => measure(share, {warmup: 0, amount})));
		return {
			ids: seen.map(({path}) => Number(path.split('/')[1])),
			doubts: all.flatMap(({doubts}) => doubts),
			notices: all.flatMap(({notices}) => notices),
		};
	};

	test('sequential: in their order, over and over', async () => {
		const {ids} = await taken('sequential', 1, 100);
		// Two users take them, in their order.
		expect([...ids].sort((a, b) => a - b)).toEqual(
			Array.from({length: 100}, (_, index) => index % 40).sort((a, b) => a - b),
		);
	});

	test('sequential over three threads: each row as often as any other', async () => {
		const {ids} = await taken('sequential', 3, 40);
		const counts = Array.from({length: 40}, (_, id) => ids.filter((one) => one === id).length);
		expect(counts).toEqual(Array.from({length: 40}, () => 3));
	});

	test('unique over three threads: no row twice; then users stop, the load ends, and it is doubted', async () => {
		const {ids, doubts, notices} = await taken('unique', 3, 1000);
		expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({length: 40}, (_, index) => index));
		expect(doubts).toEqual(['data-exhausted', 'data-exhausted', 'data-exhausted']);
		expect(notices.every((text) => text.includes('every row of row'))).toBe(true);
	});

	test('random: the same seed takes the same rows, and all are taken', async () => {
		const [first, second] = [await taken('random', 1, 400), await taken('random', 1, 400)];
		expect(new Set(first.ids).size).toBe(40);
		expect([...first.ids].sort()).toEqual([...second.ids].sort());
	});

	test('JSON rows, whole objects, and a row for each user', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const folder = folderWith({'rows.json': '[{"n": 1, "deep": {"x": [1]}}, {"n": 2, "deep": {"x": [2]}}]'});
		await load(
			{
				url,
				users: 2,
				data: {row: {file: 'rows.json', per: 'user'}},
				requests: [{post: '/', json: {n: '{{row.n}}', deep: '{{row.deep}}'}}],
			},
			{warmup: 0, amount: 20},
			{folder},
		);
		const byUser = new Map<number, Set<string>>();
		for (const {port, body} of seen) byUser.set(port, (byUser.get(port) ?? new Set()).add(body));
		expect([...byUser.values()].map((bodies) => [...bodies]).sort()).toEqual([
			['{"n":1,"deep":{"x":[1]}}'],
			['{"n":2,"deep":{"x":[2]}}'],
		]);
	});

	test('a file that has changed since is not used', async () => {
		const {url} = await recordingTarget((_, response) => response.end());
		const folder = folderWith({'rows.csv': csv});
		const plan = await planned({url, data: {row: 'rows.csv'}, requests: [{get: '/{{row.id}}'}]}, folder);
		writeFileSync(join(folder, 'rows.csv'), `${csv}41,x\n`);
		await expect(measure(plan, short)).rejects.toThrow('rows.csv has changed');
	});
});

describe('cookies and redirects', () => {
	test('each user has cookies of its own, and none with cookies: false', async () => {
		let next = 0;
		const {url, seen} = await recordingTarget(({headers}, response) => {
			if (headers.cookie === undefined) response.setHeader('Set-Cookie', `user=${next++}; Path=/`);
			response.end();
		});
		await load({url, users: 3, requests: [{get: '/'}]}, {warmup: 0, amount: 60});
		expect(next).toBe(3);
		const byUser = new Map<number, Set<string>>();
		for (const {port, headers} of seen) {
			if (headers.cookie !== undefined) byUser.set(port, (byUser.get(port) ?? new Set()).add(headers.cookie));
		}

		expect([...byUser.values()].map((cookies) => cookies.size)).toEqual([1, 1, 1]);
		await load({url, users: 3, cookies: false, requests: [{get: '/'}]}, {warmup: 0, amount: 9});
		expect(seen.slice(-9).every(({headers}) => headers.cookie === undefined)).toBe(true);
	});

	test('redirects are followed, with cookies across, as one operation', async () => {
		const {url, seen} = await recordingTarget(({path, method}, response) => {
			if (path === '/login') response.writeHead(302, {Location: '/home', 'Set-Cookie': 'sid=1'}).end();
			else if (path === '/moved') response.writeHead(307, {Location: '/login2'}).end();
			else if (path === '/loop') response.writeHead(302, {Location: '/loop'}).end();
			else setTimeout(() => response.end(method), 30);
		});
		const {total} = await load(
			{
				url,
				follow: true,
				steps: [
					{post: '/login', json: {a: 1}, check: {body: 'GET'}},
					{post: '/moved', body: 'again'},
					{get: '/loop'},
					{get: '/login', follow: false},
				],
			},
			{warmup: 0, amount: 4},
		);
		expect(total.outcomes).toEqual({200: 2, 302: 1, 'too many redirects': 1});
		const home = seen.find(({path}) => path === '/home');
		expect(home).toMatchObject({method: 'GET', body: '', headers: {cookie: 'sid=1'}});
		expect(home?.headers['content-type']).toBeUndefined();
		expect(seen.find(({path}) => path === '/login2')).toMatchObject({method: 'POST', body: 'again'});
		expect(partsOf(total)['POST /login']!.latency.minimum).toBeGreaterThanOrEqual(29_000);
	});

	test('what is secret stays with its origin, over redirects and in requests', async () => {
		const other = await recordingTarget((_, response) => response.end());
		const {url} = await recordingTarget((_, response) =>
			response.writeHead(302, {Location: `${other.url}x`, 'Set-Cookie': 'sid=1'}).end(),
		);
		await load(
			{
				url: url.replace('//', '//ann:pw@'),
				follow: true,
				headers: {'X-Token': 'secret', 'X-Plain': 'plain'},
				// Cookies do not tell ports apart (RFC 6265, 8.5), other hosts they do.
				steps: [
					{get: '/'},
					{get: other.url.replace('127.0.0.1', 'localhost')},
					{get: other.url, headers: {'X-Token': 'meant'}},
				],
				cookies: false,
			},
			{warmup: 0, amount: 3},
		);
		expect(other.seen.map(({headers}) => [headers['x-token'], headers['x-plain'], headers.authorization])).toEqual([
			[undefined, 'plain', undefined],
			[undefined, 'plain', undefined],
			['meant', 'plain', undefined],
		]);
	});

	test('tells once that there are some which are not followed', async () => {
		const {url} = await recordingTarget((_, response) => response.writeHead(301, {Location: '/x'}).end());
		const {notices, total} = await load({url, users: 2, requests: [{get: '/'}]}, {warmup: 0, amount: 10});
		expect(notices.length).toBe(1);
		expect(failedIn(total)).toBe(0);
	});
});

describe('think time', () => {
	test('lies between requests, and in no latency', async () => {
		const {url, seen} = await recordingTarget((_, response) => void setTimeout(() => response.end(), 10));
		const {total} = await load(
			{
				url,
				users: 1,
				think: '60ms',
				steps: [{get: '/a'}, {get: '/b', think: 0}, {get: '/c'}, {think: '100ms'}, {get: '/d'}],
			},
			{warmup: 0, amount: 5},
		);
		expect(seen.map(({path}) => path)).toEqual(['/a', '/b', '/c', '/d', '/a']);
		const gaps = seen.slice(1).map(({at}, index) => at - seen[index]!.at);
		for (const [index, least] of [70, 10, 110, 70].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(least - 2);
		expect(latenciesOf(total.latency, total.waiting).p50).toBeLessThan(40);
		const time = total.metrics?.['steps time'];
		expect(time?.samples.count).toBe(1);
		expect(time?.samples.minimum).toBeGreaterThanOrEqual(10 + 60 + 10 + 10 + 100 + 10 - 5);
	});

	test('users begin evenly over the ramp', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		await load({url, users: 10, ramp: '300ms', think: '10s', requests: [{get: '/'}]}, short);
		expect(seen.length).toBe(10);
		const starts = seen.map(({at}) => at - seen[0]!.at);
		for (const [index, start] of starts.entries()) expect(start).toBeGreaterThanOrEqual(index * 30 - 60);
	});

	test('says that users had not all begun when measuring did', async () => {
		const {url} = await recordingTarget((_, response) => response.end());
		const {notices} = await load(
			{url, users: 10, ramp: '900ms', think: '10s', requests: [{get: '/'}]},
			{warmup: 100, duration: 300},
		);
		expect(notices[0]).toMatch(/^\d of 10 users of a load thread had not begun/);
	});
});

describe('the open loop', () => {
	test('begins sessions at an even rate, each of a user of its own', async () => {
		const {url, seen} = await recordingTarget((_, response) => void setTimeout(() => response.end(), 5));
		const {total} = await load(
			{url, rate: 50, steps: [{get: '/a'}, {think: '30ms'}, {get: '/b'}]},
			{warmup: 0, duration: 1000},
		);
		const begins = seen.filter(({path}) => path === '/a');
		expect(begins.length).toBeGreaterThanOrEqual(49);
		expect(begins.length).toBeLessThanOrEqual(51);
		expect(new Set(begins.map(({port}) => port)).size).toBe(begins.length);
		const gaps = begins
			.slice(1)
			.map(({at}, index) => at - begins[index]!.at)
			.sort((a, b) => a - b);
		expect(Math.abs(gaps[Math.floor(gaps.length / 2)]! - 20)).toBeLessThan(2);
		expect(total.uncorrected?.count).toBe(total.latency.count);
		expect(total.metrics?.['steps time']?.samples.count).toBeGreaterThan(40);
	});

	test('sessions that find no user free are late: their first latency counts from when they were due', async () => {
		const {url, seen} = await recordingTarget((_, response) => void setTimeout(() => response.end(), 50));
		const {total, doubts} = await load(
			{url, rate: 40, maxUsers: 1, steps: [{get: '/a'}, {get: '/b'}]},
			{warmup: 0, duration: 1000},
		);
		// 10 sessions per second of two requests of 50 ms each fit through one user.
		expect(seen.length).toBeLessThanOrEqual(21);
		expect(doubts).toContain('users-exhausted');
		expect(latenciesOf(partsOf(total)['GET /a']!.latency, partsOf(total)['GET /a']!.waiting).max).toBeGreaterThan(500);
		expect(partsOf(total)['GET /b']!.latency.maximum).toBeLessThan(200_000);
		expect(total.uncorrected!.maximum).toBeLessThan(200_000);
		expect(partsOf(total)['GET /a']!.offered).toBeGreaterThanOrEqual(39);
	});

	test('those that wait longer than the timeout are never begun', async () => {
		const {url} = await recordingTarget((_, response) => void setTimeout(() => response.end(), 300));
		const {total, doubts} = await load(
			{url, rate: 40, maxUsers: 1, timeout: '200ms', steps: [{get: '/a'}]},
			{warmup: 0, duration: 1000},
		);
		expect(total.outcomes['timeout before send']).toBeGreaterThan(10);
		expect(total.outcomes.timeout).toBeGreaterThan(1);
		expect(doubts).toContain('users-exhausted');
	});

	test('an amount is reached exactly, sessions cut short', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const {total} = await load(
			{url, rate: 300, maxUsers: 3, steps: [{get: '/a'}, {get: '/b'}, {get: '/c'}]},
			{warmup: 0, amount: 100},
		);
		expect(total.outcomes).toEqual({200: 100});
		expect(seen.length).toBe(100);
	});

	test('ends when data is used up', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const {doubts} = await load(
			{
				url,
				rate: 200,
				data: {row: {file: 'rows.json', order: 'unique', per: 'user'}},
				steps: [{get: '/{{row.n}}'}, {get: '/x{{row.n}}'}],
			},
			{warmup: 0, amount: 1000},
			{folder: folderWith({'rows.json': JSON.stringify(Array.from({length: 7}, (_, n) => ({n})))})},
		);
		expect(seen.length).toBe(14);
		expect(doubts).toEqual(['data-exhausted']);
	});
});

describe('what fails', () => {
	test.each([
		['closed before response', (answer: number) => (answer % 2 === 0 ? 'end' : okReply)],
		[
			'truncated',
			(answer: number) => (answer % 2 === 0 ? 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf|end' : okReply),
		],
		['malformed reply', (answer: number) => (answer % 2 === 0 ? 'rubbish\r\n\r\n' : okReply)],
		['ECONNRESET', (answer: number) => (answer % 2 === 0 ? 'reset' : okReply)],
	])('%s: counted by name, and users go on', async (name, reply) => {
		const target = await keep(
			rawTarget((socket, request) => {
				const words = reply(request);
				if (words === 'reset') socket.resetAndDestroy();
				else if (words === 'end') socket.end();
				else if (words.endsWith('|end')) socket.end(words.slice(0, -4));
				else socket.write(words);
			}),
		);
		const {total} = await load({url: target.url, users: 3, steps: [{get: '/a'}, {get: '/b'}]}, {warmup: 0, amount: 60});
		expect(total.outcomes).toEqual({200: expect.any(Number), [name]: expect.any(Number)});
		expect(endedIn(total)).toBe(60);
		expect(Math.abs(total.outcomes[name]! - 30)).toBeLessThanOrEqual(3);
		expect(total.latency.count).toBe(total.outcomes[200]);
	});

	test('a reply nobody asked for', async () => {
		const target = await keep(
			rawTarget((socket, request) => socket.write(request % 5 === 0 ? okReply + okReply : okReply)),
		);
		const {total} = await load({url: target.url, users: 1, requests: [{get: '/'}]}, {warmup: 0, amount: 50});
		expect(total.outcomes['reply without a request']).toBeGreaterThanOrEqual(9);
		expect(total.outcomes[200]).toBe(50);
	});

	test('timeouts count with their time, of single requests and of all', async () => {
		const {url} = await recordingTarget(({path}, response) => {
			if (path === '/quick') response.end();
		});
		const {total} = await load(
			{url, users: 2, timeout: '250ms', steps: [{get: '/quick'}, {get: '/slow', timeout: '80ms'}, {get: '/slower'}]},
			{warmup: 0, duration: 900},
		);
		const [slow, slower] = [partsOf(total)['GET /slow']!, partsOf(total)['GET /slower']!];
		expect(Object.keys(slow.outcomes)).toEqual(['timeout']);
		expect(slow.latency.minimum).toBeGreaterThanOrEqual(80_000);
		expect(slow.latency.minimum).toBeLessThan(250_000);
		expect(slower.latency.minimum).toBeGreaterThanOrEqual(250_000);
	});

	test('a target that refuses is asked again at growing intervals', async () => {
		const gone = await httpTarget(() => {});
		await gone.close();
		const {total} = await load({url: gone.url, users: 2, requests: [{get: '/'}]}, {warmup: 0, duration: 600});
		expect(total.outcomes).toEqual({ECONNREFUSED: expect.any(Number)});
		expect(total.outcomes.ECONNREFUSED).toBeLessThan(20);
		expect(total.latency.count).toBe(0);
	});

	test('a header that would be two', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		const {total} = await load(
			{url, variables: {evil: 'a\r\nX-Evil: 1'}, requests: [{get: '/', headers: {X: '{{evil}}'}}]},
			{warmup: 0, amount: 2},
		);
		expect(total.outcomes).toEqual({'template: the header X would hold a line break': 2});
		expect(seen).toEqual([]);
	});

	test('in flight at the end counts as abandoned', async () => {
		const {url} = await recordingTarget(() => {});
		for (const extra of [{users: 3}, {rate: 20, maxUsers: 3}]) {
			const {total} = await load({url, ...extra, requests: [{get: '/'}]}, short);
			expect(total.outcomes).toEqual({});
			expect(total.waiting.count).toBe(total.offered);
			expect(total.waiting.maximum).toBeGreaterThan(300_000);
		}
	});
});

describe('connections', () => {
	test('are kept, and made anew after a reply that is the last on one, or where keepAlive is false', async () => {
		const {url, seen} = await recordingTarget(({path}, response) => {
			if (path === '/last') response.setHeader('Connection', 'close');
			response.end('x');
		});
		const steps = [{get: '/a'}, {get: '/last'}, {get: '/b'}, {head: '/c'}, {get: '/d'}];
		const {total} = await load({url, steps}, {warmup: 0, amount: 5});
		const ports = seen.splice(0).map(({port}) => port);
		expect(ports.map((port) => ports.indexOf(port))).toEqual([0, 0, 2, 2, 2]);
		expect(total.outcomes).toEqual({200: 5});
		await load({url, keepAlive: false, steps}, {warmup: 0, amount: 5});
		expect(new Set(seen.map(({port}) => port)).size).toBe(5);
		expect(seen.every(({headers}) => headers.connection === 'close')).toBe(true);
	});

	test('that their target is about to close are not used', async () => {
		const {url, seen} = await recordingTarget((_, response) => {
			response.writeHead(200, {Connection: 'keep-alive', 'Keep-Alive': 'timeout=1'}).end();
		});
		await load({url, steps: [{get: '/'}, {get: '/'}, {think: '600ms'}, {get: '/'}]}, {warmup: 0, amount: 3});
		const ports = seen.map(({port}) => port);
		expect(ports[2]).not.toBe(ports[1]);
	});

	test('are spoken to in TLS, and over a socket of this machine', async () => {
		const seen: string[] = [];
		const secure = createSecureServer({cert: certificate, key: certificateKey}, (request, response) => {
			seen.push(request.url ?? '');
			response.setHeader('Set-Cookie', 'a=1; Secure');
			response.end(JSON.stringify({cookie: request.headers.cookie ?? ''}));
		});
		secure.listen(0, '127.0.0.1');
		await once(secure, 'listening');
		const address = secure.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const folder = folderWith({});
		const local = createServer((_, response) => response.end('local')).listen(join(folder, 'socket'));
		await once(local, 'listening');
		try {
			const {total} = await load(
				{
					url: `https://127.0.0.1:${port}`,
					insecure: true,
					steps: [{get: '/1'}, {get: '/2', check: {json: {'$.cookie': 'a=1'}}}],
				},
				{warmup: 0, amount: 2},
			);
			expect([total.outcomes, seen]).toEqual([{200: 2}, ['/1', '/2']]);
			expect(total.setup?.tls?.count).toBe(1);
			const unix = await load(
				{url: 'http://here', unix: 'socket', requests: [{get: '/', check: {body: 'local'}}]},
				{warmup: 0, amount: 3},
				{folder},
			);
			expect(unix.total.outcomes).toEqual({200: 3});
		} finally {
			secure.close();
			secure.closeAllConnections();
			local.close();
			local.closeAllConnections();
		}
	});

	test('bodies that nobody wants are counted, whatever their size', async () => {
		const {url} = await recordingTarget((_, response) => response.end(Buffer.alloc(3_000_000)));
		const {total} = await load(
			{url, users: 2, requests: [{get: '/', capture: {type: {header: 'content-length'}}}]},
			{warmup: 0, amount: 20},
		);
		expect(total.outcomes).toEqual({200: 20});
		expect(total.bytesIn).toBeGreaterThan(60_000_000);
		expect(total.bytesIn).toBeLessThan(60_010_000);
	});
});

describe('steering', () => {
	test('new users join, users that are too many leave', async () => {
		const {url, seen} = await recordingTarget((_, response) => void setTimeout(() => response.end(), 5));
		let hear = (_: Steering): void => {};
		const loading = load(
			{url, users: 2, requests: [{get: '/'}]},
			{warmup: 0, duration: 900},
			{listen: (ears) => (hear = ears)},
		);
		const counts: number[] = [];
		for (const connections of [8, 1]) {
			await new Promise((resolve) => setTimeout(resolve, 250));
			counts.push(new Set(seen.splice(0).map(({port}) => port)).size);
			hear({to: 'steer', connections});
			await new Promise((resolve) => setTimeout(resolve, 50));
			seen.length = 0;
		}

		await loading;
		counts.push(new Set(seen.map(({port}) => port)).size);
		expect(counts).toEqual([2, 8, 1]);
	});

	test('a rate of sessions is followed', async () => {
		const {url, seen} = await recordingTarget((_, response) => response.end());
		let hear = (_: Steering): void => {};
		const loading = load(
			{url, rate: 20, steps: [{get: '/'}]},
			{warmup: 0, duration: 1000},
			{listen: (ears) => (hear = ears)},
		);
		while (seen.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
		hear({to: 'steer', rate: 200});
		await loading;
		// Ten until then, half a second at 200 per second after it.
		expect(seen.length).toBeGreaterThan(60);
		expect(seen.length).toBeLessThan(140);
	});

	test('stops at once, thinking or not', async () => {
		const {url} = await recordingTarget((_, response) => response.end());
		const stop = new AbortController();
		const loading = load(
			{url, users: 5, think: '60s', requests: [{get: '/'}]},
			{warmup: 0, duration: 60_000},
			{signal: stop.signal},
		);
		await new Promise((resolve) => setTimeout(resolve, 200));
		stop.abort();
		const {total} = await loading;
		expect(total.outcomes).toEqual({200: 5});
	});
});

test('requests through users take as long as the plain ones', async () => {
	const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 20)));
	const plain = await measure({url: target.url, connections: 4}, {warmup: 100, duration: 600});
	const users = await load({url: target.url, users: 4, requests: [{get: '/'}]}, {warmup: 100, duration: 600});
	const [a, b] = [plain, users].map(({total}) => latenciesOf(total.latency, total.waiting));
	expect(b!.min).toBeGreaterThanOrEqual(19);
	expect(Math.abs(b!.p50! - a!.p50!)).toBeLessThan(5);
	// The same bytes go out.
	expect(users.total.bytesOut / users.total.offered).toBeCloseTo(plain.total.bytesOut / plain.total.offered, 0);
});
