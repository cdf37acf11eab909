import {resolve} from 'node:path';
import * as z from 'zod';
import {redactWords} from '../../core/secret.ts';
import {parseBytes} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {suiteEntry} from '../engine.ts';
import {redactedRedisUrl, redisAddress} from '../redis-address.ts';
import {type RedisBenchmarkPlan, redisBenchmarkPlan} from './plan.ts';

const usualTests = ['set', 'get'];

const members = () => {
	const count = (most: number) => z.int().min(1).max(most).optional();
	const file = z.string().min(1).optional();
	return z.strictObject({
		'redis-benchmark': z
			.string()
			.min(1)
			.describe('The URL of the server: redis://[user:password@]host[:port][/database], rediss://…, unix:///path.'),
		tests: z
			.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
			.optional()
			.describe(
				'The tests of redis-benchmark that are run one after the other: set, get, incr, lpush, mset, … Default: set, get.',
			),
		command: z
			.array(z.string())
			.min(1)
			.optional()
			.describe(
				'A command of your own instead, as a list of words; __rand_int__ becomes a random number below keyspace.',
			),
		requests: count(2_000_000_000).describe(
			'Requests of each test; with a duration, of each of its rounds at most. Default: 100000.',
		),
		clients: count(100_000).describe('Connections. Default: 50.'),
		pipeline: count(10_000).describe('Commands that a connection sends together. Default: 1.'),
		size: z
			.union([z.string(), z.int().min(1)])
			.optional()
			.describe('Bytes of a value: 100, "4k". Default: 3.'),
		keyspace: count(1_000_000_000_000).describe('Random keys: so many. Default: always the same key.'),
		threads: count(500).describe('Threads of redis-benchmark. Default: one, without locks.'),
		reconnect: z.boolean().optional().describe('true: a connection for each request. Default: false.'),
		cluster: z.boolean().optional().describe('The server is a node of a cluster, and all of them are asked.'),
		insecure: z.boolean().optional().describe('TLS: any certificate is taken.'),
		ca: file.describe('TLS: a file of certificates in PEM that are trusted.'),
		cert: file.describe('TLS: the certificate of the client, a file in PEM.'),
		key: file.describe('TLS: its private key, a file in PEM.'),
		passwordOnCommandLine: z
			.boolean()
			.optional()
			.describe('true: the password may stand on the command line of redis-benchmark, where every user can read it.'),
	});
};

const sizeOf = (given: string | number): number => {
	const size = typeof given === 'number' ? given : parseBytes(given);
	if (size !== undefined && size > 0) return size;
	throw new BenchtopError(`size: ${JSON.stringify(given)} is no amount of bytes.`, {
		hint: 'For example 100, 4k or 1m.',
	});
};

/** What is run, as people name it. */
const testsWords = ({tests, command}: Pick<RedisBenchmarkPlan, 'tests' | 'command'>): string =>
	command === undefined ? (tests ?? []).join(', ') : redactWords(command.join(' '));

/** How benchmarks of a suite file ask for redis-benchmark. */
export const redisBenchmarkSuite = suiteEntry('redis-benchmark', members, async (given, {folder}) => {
	const {'redis-benchmark': url, tests, size, reconnect = false, ca, cert, key, ...rest} = given;
	const address = redisAddress(url);
	if (rest.command !== undefined && tests !== undefined) {
		throw new BenchtopError('tests: There are tests or a command, not both.');
	}

	const files = Object.entries({ca, cert, key}).flatMap(([name, file]) =>
		file === undefined ? [] : [[name, resolve(folder, file)] as const],
	);
	const load = redisBenchmarkPlan.parse({
		...rest,
		url,
		keepAlive: !reconnect,
		...(size === undefined ? {} : {size: sizeOf(size)}),
		...Object.fromEntries(files),
		...(rest.command === undefined
			? {
					tests: (typeof tests === 'string' ? tests.split(',') : (tests ?? usualTests))
						.map((test) => test.trim())
						.filter((test) => test !== ''),
				}
			: {}),
	});
	const isLocal = 'host' in address.place && /^(localhost|127\.|::1$)/.test(address.place.host);
	return {
		load,
		target: `${redactedRedisUrl(url)} ${testsWords(load)}`,
		...(isLocal && 'port' in address.place ? {watchPort: address.place.port} : {}),
	};
});
