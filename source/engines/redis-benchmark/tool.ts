import {redisAddress} from '../redis-address.ts';
import type {Tool} from '../tool.ts';
import type {RedisBenchmarkPlan} from './plan.ts';

export const redisBenchmark: Tool = {
	name: 'redis-benchmark',
	programs: ['redis-benchmark', 'valkey-benchmark'],
	hint: 'Install it: apt install redis-tools, dnf install redis, or brew install redis.',
};

/** The words that redis-benchmark is started with, for so many requests of each test. */
export const wordsOf = (plan: RedisBenchmarkPlan, requests: number, isEndless = false): readonly string[] => {
	const {place, isSecure, user, password, database} = redisAddress(plan.url);
	const pair = (name: string, value: string | number | undefined): readonly string[] =>
		value === undefined ? [] : [name, String(value)];
	return [
		...('path' in place ? ['-s', place.path] : ['-h', place.host, '-p', String(place.port)]),
		...(plan.passwordOnCommandLine && password !== undefined ? [...pair('--user', user), '-a', password] : []),
		...(database === 0 ? [] : ['--dbnum', String(database)]),
		...(isSecure ? ['--tls', ...(plan.insecure ? ['--insecure'] : [])] : []),
		...pair('--cacert', plan.ca),
		...pair('--cert', plan.cert),
		...pair('--key', plan.key),
		...['-n', String(requests), '-c', String(plan.clients), '-P', String(plan.pipeline), '-d', String(plan.size)],
		...['-k', plan.keepAlive ? '1' : '0'],
		...pair('-r', plan.keyspace),
		...pair('--threads', plan.threads),
		...(plan.cluster ? ['--cluster'] : []),
		...(isEndless ? ['-l'] : []),
		...(plan.command === undefined ? ['-t', (plan.tests ?? []).join(',')] : plan.command),
	];
};

/** Where the password is for versions that read it there: not on the command line. */
export const environmentOf = ({url}: RedisBenchmarkPlan): Readonly<Record<string, string>> => {
	const {password} = redisAddress(url);
	return password === undefined ? {} : {REDISCLI_AUTH: password};
};
