import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

export const pgbench = engineCommand({
	name: 'pgbench',
	usage: '<postgres-url>',
	about: 'load a PostgreSQL database by pgbench, live',
	engine: 'pgbench',
	options: [
		{
			name: 'builtin',
			short: 'b',
			member: 'builtin',
			value: 'NAME[@W]',
			repeatable: true,
			about: 'a built-in script: tpcb-like, simple-update, select-only; several by their weights',
			otherwise: 'tpcb-like',
		},
		{
			name: 'file',
			short: 'f',
			member: 'file',
			value: 'FILE[@W]',
			repeatable: true,
			about: 'a script of your own, repeatable',
		},
		{name: 'clients', short: 'c', member: 'clients', value: 'N', as: 'number', about: 'clients', otherwise: '1'},
		{
			name: 'threads',
			short: 'j',
			member: 'threads',
			value: 'N',
			as: 'number',
			about: 'threads of pgbench, which share the clients',
			otherwise: '1',
		},
		{
			name: 'rate',
			short: 'R',
			member: 'rate',
			value: 'N',
			as: 'number',
			about: 'transactions per second, due whatever became of those before',
			otherwise: 'as fast as they go',
		},
		{
			name: 'latency-limit',
			short: 'L',
			member: 'latencyLimit',
			value: 'TIME',
			about: 'longer ones are late; with a rate, those that cannot begin within it are skipped',
		},
		{
			name: 'protocol',
			short: 'M',
			member: 'protocol',
			value: 'HOW',
			about: 'simple, extended or prepared queries',
			otherwise: 'simple',
		},
		{
			name: 'max-tries',
			member: 'maxTries',
			value: 'N',
			as: 'number',
			about: 'tries of a transaction that cannot be serialized; 0: as long as there is time',
			otherwise: '1',
		},
		{name: 'seed', member: 'seed', value: 'N', as: 'number', about: 'the same seed, the same random choices'},
		{
			name: 'define',
			short: 'D',
			member: 'variables',
			value: 'NAME=VALUE',
			repeatable: true,
			about: 'what scripts know as :name, repeatable',
		},
		{
			name: 'scale',
			short: 's',
			member: 'scale',
			value: 'N',
			as: 'number',
			about: 'what scripts of your own know as :scale',
			otherwise: 'by the tables',
		},
		{name: 'reconnect', short: 'C', member: 'reconnect', about: 'a connection for each transaction'},
		{
			name: 'vacuum',
			member: 'vacuum',
			value: 'WHAT',
			about: 'before the load: none, usual, all',
			otherwise: 'usual with built-in scripts',
		},
		{
			name: 'log',
			member: 'log',
			value: 'HOW',
			about: 'how its log comes: lines, at once, for slow loads; blocks, for fast ones',
			otherwise: 'by the rate',
		},
		{name: 'statements', short: 'r', member: 'statements', about: 'also the mean time of each statement'},
		{
			name: 'init',
			member: 'init',
			value: 'SCALE',
			as: 'number',
			about: 'make the tables of pgbench anew before the load; 10: a million accounts',
		},
		{
			name: 'overwrite',
			member: 'overwrite',
			about: 'with --init: drop pgbench_* also where benchtop has not made them',
		},
		{
			name: 'partitions',
			member: 'partitions',
			value: 'N',
			as: 'number',
			about: 'with --init: partitions of the accounts',
		},
		{
			name: 'partition-method',
			member: 'partitionMethod',
			value: 'HOW',
			about: 'with --partitions: range, hash',
			otherwise: 'range',
		},
		{
			name: 'fillfactor',
			member: 'fillfactor',
			value: 'PERCENT',
			as: 'number',
			about: 'with --init: how full pages are made',
		},
		{name: 'unlogged', member: 'unlogged', about: 'with --init: tables without a write-ahead log'},
		{name: 'foreign-keys', member: 'foreignKeys', about: 'with --init: foreign keys between the tables'},
	],
	words: (words) => {
		const [url, another] = words;
		if (url === undefined || another !== undefined) {
			throw new BenchtopError('benchtop pgbench takes the URL of one database.', {
				hint: 'For example: benchtop pgbench postgres://user@localhost/test -b select-only -c 8',
			});
		}

		return {pgbench: url};
	},
	examples: [
		['benchtop pgbench postgres://localhost/test --init 10 -c 8 -j 2', 'TPC-B on fresh tables of scale 10'],
		[
			'benchtop pgbench postgres://localhost/test -b select-only@9 -b simple-update -R 500',
			'reads and writes at a rate',
		],
		[
			'benchtop pgbench postgres://localhost/test -f orders.sql -M prepared -r',
			'a script of your own, with each statement',
		],
	],
});
