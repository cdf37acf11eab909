import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../source/core/random.ts';
import {redisEngine} from '../../../source/engines/redis/engine.ts';
import {redisSuite} from '../../../source/engines/redis/suite.ts';
import {checkCommand, requestsOf, wordsOfLine} from '../../../source/engines/redis/template.ts';
import {redactedRedisUrl, redisAddress} from '../../../source/engines/redis-address.ts';

const keysOf = (words: readonly string[], count: number, turn = {index: 0, of: 1}): string[] => {
	const next = requestsOf(words, seededRandom(7), turn);
	return Array.from({length: count}, () => next().split('\r\n')[4] ?? '');
};

describe('commands', () => {
	test('a line is parted by spaces, but not in quotes and placeholders', () => {
		expect(wordsOfLine(`SET k:{random 1..9} "a b" 'c "d"' {"x": 1} `)).toEqual([
			...['SET', 'k:{random 1..9}', 'a b', 'c "d"', '{x:', '1}'],
		]);
		expect(() => wordsOfLine('SET k "a')).toThrow('not closed');
	});

	test('random numbers are all of their range, and no other', () => {
		const found = new Set(keysOf(['GET', 'k{random 3..6}'], 500));
		expect([...found].sort()).toEqual(['k3', 'k4', 'k5', 'k6']);
		expect(keysOf(['GET', '{random 1..1000000}'], 5)).toEqual(keysOf(['GET', '{random 1..1000000}'], 5));
	});

	test('sequences count up, begin anew, and are shared by threads', () => {
		expect(keysOf(['GET', '{sequence}'], 3)).toEqual(['1', '2', '3']);
		expect(keysOf(['GET', 'k{sequence 5..7}'], 4)).toEqual(['k5', 'k6', 'k7', 'k5']);
		const both = [0, 1].flatMap((index) => keysOf(['GET', '{sequence 1..6}'], 3, {index, of: 2}));
		expect(both.sort()).toEqual(['1', '2', '3', '4', '5', '6']);
	});

	test('payloads have their length', () => {
		expect(requestsOf(['SET', 'k', '{bytes 2k}'], seededRandom(1))()).toMatch(/\$2048\r\n[\w-]{2048}\r\n$/);
	});

	test.each([
		['{random}', 'range'],
		['{random 9..1}', 'range'],
		['{bytes many}', 'amount'],
	])('%s is refused', (word, why) => {
		expect(() => checkCommand(['GET', word], 'commands.0')).toThrow(why);
	});

	test.each(['SUBSCRIBE news', 'MULTI', 'client reply off', 'select 3'])('%s cannot be measured', (line) => {
		expect(() => checkCommand(wordsOfLine(line), 'commands.0')).toThrow('cannot be measured');
	});
});

describe('addresses', () => {
	test('are read from URLs and what is short for them', () => {
		expect(redisAddress('redis://ann:p%40ss@db:7000/3')).toEqual({
			place: {host: 'db', port: 7000},
			isSecure: false,
			user: 'ann',
			password: 'p@ss',
			database: 3,
		});
		expect(redisAddress('localhost').place).toEqual({host: 'localhost', port: 6379});
		expect(redisAddress(':7001').place).toEqual({host: '127.0.0.1', port: 7001});
		expect(redisAddress('rediss://[::1]:7002')).toMatchObject({place: {host: '::1', port: 7002}, isSecure: true});
		expect(redisAddress('/run/redis.sock').place).toEqual({path: '/run/redis.sock'});
		expect(redisAddress('unix:///run/redis.sock?db=2')).toMatchObject({place: {path: '/run/redis.sock'}, database: 2});
	});

	test.each(['http://localhost', 'redis://host/x', 'redis://:hunter2pw@host:x'])('%s is none', (text) => {
		expect(() => redisAddress(text)).toThrow(/URL|Redis|database/);
		expect(() => redisAddress(text)).not.toThrow('hunter2pw');
	});

	test('are shown without a password', () => {
		expect(redactedRedisUrl('redis://ann:hunter2pw@db:7000/3')).toBe('redis://ann:***@db:7000/3');
		expect(redactedRedisUrl(':hunter2pw@db')).toBe('redis://:***@db');
	});
});

describe('a suite', () => {
	const place = {folder: '/', name: 'x', environment: {}};

	test('gives commands names that differ, and weights', async () => {
		const {load, target} = await redisSuite.load(
			{
				redis: 'redis://:hunter2pw@localhost',
				commands: ['GET a', {command: 'GET b', weight: 3}, {command: ['SET', 'c', 'd e'], name: 'write'}],
				rate: '100..200',
				think: undefined,
			},
			place,
		);
		expect(load).toMatchObject({
			commands: [
				{name: 'GET', words: ['GET', 'a'], weight: 1},
				{name: 'GET 2', words: ['GET', 'b'], weight: 3},
				{name: 'write', words: ['SET', 'c', 'd e'], weight: 1},
			],
			rate: 100,
			rateEnd: 200,
		});
		expect(target).not.toContain('hunter2pw');
	});

	test.each([
		[{redis: 'x', commands: 'GET a', rate: 10, think: '1s'}, 'think time'],
		[{redis: 'x', commands: 'MONITOR'}, 'MONITOR'],
		[{redis: 'x', commands: 'GET a', steps: 3}, 'ramp'],
		[{redis: 'x'}, 'commands'],
	])('refuses %j', async (given, why) => {
		await expect(redisSuite.load(given, place)).rejects.toThrow(why);
	});
});

test('passwords that commands set are told as secrets', () => {
	const steps = ['CONFIG SET requirepass geheim1 maxmemory 1mb', 'acl setuser ann on >geheim2 ~*', 'SET pass word'];
	const plan = redisEngine.plan.parse({
		url: 'redis://localhost',
		commands: [{name: 'PING', words: ['PING'], weight: 1}],
		prepare: steps.map((step) => ({words: step.split(' '), times: 1})),
		connections: 1,
		pipeline: 1,
		seed: 1,
		timeout: 1000,
	});
	expect(redisEngine.disclose?.(plan).secrets).toEqual(['geheim1', 'geheim2']);
});
