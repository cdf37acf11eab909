import {expect, test} from 'vitest';
import {artilleryEngine} from '../../../source/engines/artillery/engine.ts';
import {artillerySuite} from '../../../source/engines/artillery/suite.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const place = {folder: '/shop', name: 'test', environment: {}};
const loadOf = (given: Readonly<Record<string, unknown>>) =>
	artillerySuite.load({artillery: 'load.yml', ...given}, place);

test('a script alone says how long it takes; a rate has a time', async () => {
	const alone = await loadOf({});
	expect(alone).toEqual({
		target: 'load.yml',
		load: {
			script: '/shop/load.yml',
			folder: '/shop',
			solo: false,
			insecure: false,
			variables: {},
			overrides: {},
			operations: 'requests',
			environment: {},
		},
	});
	expect(await loadOf({rate: 5, target: 'http://ann:pw@127.0.0.1:3000'})).toMatchObject({
		target: 'load.yml http://ann:***@127.0.0.1:3000',
		duration: 10_000,
		watchPort: 3000,
	});
});

test('paths are meant from the folder, pairs and JSON are read', async () => {
	const {load} = await loadOf({
		config: 'config.yml',
		dotenv: '/etc/some.env',
		payload: 'users.csv',
		variables: ['a=1=2', 'b='],
		overrides: '{"config": {"http": {"timeout": 5}}}',
	});
	expect(load).toMatchObject({
		config: '/shop/config.yml',
		dotenv: '/etc/some.env',
		payload: '/shop/users.csv',
		variables: {a: '1=2', b: ''},
		overrides: {config: {http: {timeout: 5}}},
	});
});

test('what cannot be is refused by its member', async () => {
	for (const [given, message] of [
		[{users: 3}, /^users: /],
		[{rate: 3, solo: true}, /^solo: /],
		[{overrides: '{'}, /^overrides: /],
	] as const) {
		expect(await rejectionOf(loadOf(given))).toMatchObject({message: expect.stringMatching(message)});
	}
});

test('secrets are found at any depth, by their names and in URLs', async () => {
	const {load} = await loadOf({
		variables: {
			login: [{password: 'first-secret', name: 'ann'}],
			shop: 'http://ann:second-secret@shop/?token=third-secret',
		},
		overrides: {config: {defaults: {headers: {authorization: 'fourth-secret'}}}},
	});
	const {plan, secrets} = artilleryEngine.disclose?.(artilleryEngine.plan.parse(load)) ?? {plan: '', secrets: []};
	expect(secrets).toEqual(['first-secret', 'second-secret', 'third-secret', 'fourth-secret']);
	expect(JSON.stringify(plan)).not.toMatch(/secret/);
	expect(JSON.stringify(plan)).toContain('ann');
});
