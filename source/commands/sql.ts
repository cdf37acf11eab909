import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

/** SQL through a pool of connections. */
export const sql = engineCommand({
	name: 'sql',
	usage: "<url> '<statement>'…",
	about: 'ask a database through a pool of connections: PostgreSQL, MySQL, MariaDB, SQLite',
	engine: 'sql',
	options: [
		{
			name: 'pool',
			member: 'pool',
			value: 'N',
			as: 'number',
			about: 'connections, which all users share',
			otherwise: '10, or as many as users',
		},
		{
			name: 'users',
			short: 'c',
			member: 'users',
			value: 'N',
			as: 'number',
			about: 'users, who each ask again when their answer is in',
			otherwise: 'as many as connections',
		},
		{
			name: 'rate',
			short: 'R',
			member: 'rate',
			value: 'N',
			as: 'number',
			about: 'operations per second, due whatever became of those before, instead of users',
			otherwise: 'as fast as they go',
		},
		{
			name: 'arrivals',
			member: 'arrivals',
			value: 'HOW',
			about: 'how those of a rate are spread: even, poisson',
			otherwise: 'even',
		},
		{name: 'precise', member: 'precise', about: 'with a rate, keep a core busy to send on time'},
		{name: 'think', member: 'think', value: 'TIME', about: 'how long a user thinks after each answer: 500ms, 1s..5s'},
		{name: 'prepared', member: 'prepared', about: 'prepare statements once on each connection'},
		{
			name: 'protocol',
			member: 'protocol',
			value: 'HOW',
			about: 'how statements go to the database: simple, extended, prepared',
			otherwise: 'as its driver does it',
		},
		{
			name: 'timeout',
			short: 't',
			member: 'timeout',
			value: 'TIME',
			about: 'how long an operation may wait for a connection, and then take',
			otherwise: '10s',
		},
		{name: 'seed', member: 'seed', value: 'N', as: 'number', about: 'of all that is random', otherwise: '1'},
		{name: 'tls', member: 'tls', about: 'speak TLS, and verify the certificate'},
		{name: 'insecure', short: 'k', member: 'insecure', about: 'speak TLS, and take any certificate'},
		{name: 'ca', member: 'ca', value: 'FILE', about: 'certificates to trust instead of the usual ones (PEM)'},
	],
	words(words) {
		const [url, ...statements] = words;
		if (url === undefined || statements.length === 0) {
			throw new BenchtopError('benchtop sql takes a database and what to ask it.', {
				hint: "For example: benchtop sql postgres://me@localhost/shop 'select * from items where id = {{random(1, 1000)}}'",
			});
		}

		return {sql: url, statements};
	},
	sweeps: ['pool', 'users'],
	threads: 'load threads, which share pool, users and rate',
	examples: [
		["benchtop sql postgres://me@localhost/shop 'select 1' --pool 4 -c 32", '32 users who share 4 connections'],
		[
			"benchtop sql mysql://me@localhost/shop 'select 1' --sweep pool=1,2,4,8,16,32 -c 64",
			'how throughput grows with the pool',
		],
		["benchtop sql shop.db 'select * from items where id = {{random(1, 1000)}}' --prepared", 'a file of SQLite'],
	],
});
