import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

/** The real redis-benchmark, live. */
export const redisBenchmark = engineCommand({
	name: 'redis-benchmark',
	usage: '[redis-url] [command…]',
	about: 'run redis-benchmark against a Redis server',
	engine: 'redis-benchmark',
	options: [
		{
			name: 'tests',
			short: 't',
			member: 'tests',
			value: 'NAMES',
			about: 'tests, with commas between',
			otherwise: 'set,get',
		},
		{
			name: 'requests',
			short: 'n',
			member: 'requests',
			value: 'N',
			as: 'number',
			about: 'requests of each test',
			otherwise: '100000',
		},
		{name: 'clients', short: 'c', member: 'clients', value: 'N', as: 'number', about: 'connections', otherwise: '50'},
		{
			name: 'pipeline',
			short: 'P',
			member: 'pipeline',
			value: 'N',
			as: 'number',
			about: 'commands sent together',
			otherwise: '1',
		},
		{name: 'size', member: 'size', value: 'BYTES', about: 'size of a value', otherwise: '3'},
		{
			name: 'keyspace',
			short: 'r',
			member: 'keyspace',
			value: 'N',
			as: 'number',
			about: 'random keys, so many',
			otherwise: 'one key',
		},
		{
			name: 'threads',
			member: 'threads',
			value: 'N',
			as: 'number',
			about: 'threads of redis-benchmark',
			otherwise: 'one',
		},
		{name: 'reconnect', member: 'reconnect', about: 'a connection for each request'},
		{name: 'cluster', member: 'cluster', about: 'ask all nodes of the cluster that the server belongs to'},
		{name: 'insecure', short: 'k', member: 'insecure', about: 'TLS: take any certificate'},
		{name: 'ca', member: 'ca', value: 'FILE', about: 'TLS: trust these certificates'},
		{name: 'cert', member: 'cert', value: 'FILE', about: 'TLS: certificate of the client'},
		{name: 'key', member: 'key', value: 'FILE', about: 'TLS: its private key'},
		{
			name: 'password-on-command-line',
			member: 'passwordOnCommandLine',
			about: 'the password may be seen by every user of this machine, in the list of its processes',
		},
	],
	words: ([url = 'redis://127.0.0.1:6379', ...command]) => {
		if (/^-/.test(url)) throw new BenchtopError(`${url} is no URL of a Redis server.`);
		return {'redis-benchmark': url, ...(command.length === 0 ? {} : {command})};
	},
	examples: [
		['benchtop redis-benchmark -t set,get -n 1000000 -P 16', 'two tests of the server on this machine, in pipelines'],
		['benchtop redis-benchmark redis://db:6379 -r 10000 incr counter:__rand_int__', 'a command of your own'],
	],
});
