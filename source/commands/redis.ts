import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

/** Commands of Redis, as a load. */
export const redis = engineCommand({
	name: 'redis',
	usage: '<redis-url> <command…>',
	about: 'load a Redis server with commands of your own',
	engine: 'redis',
	threads: 'load threads, which share connections and rate',
	options: [
		{
			name: 'connections',
			short: 'c',
			member: 'connections',
			value: 'N',
			as: 'number',
			about: 'connections',
			otherwise: '10',
		},
		{
			name: 'pipeline',
			short: 'P',
			member: 'pipeline',
			value: 'N',
			as: 'number',
			about: 'commands in flight on each',
			otherwise: '1',
		},
		{
			name: 'rate',
			short: 'R',
			member: 'rate',
			value: 'RATE',
			about: 'open loop: commands per second; FROM..TO is a ramp',
		},
		{
			name: 'steps',
			member: 'steps',
			value: 'N',
			as: 'number',
			about: 'a ramp in so many steps',
			otherwise: 'a straight line',
		},
		{name: 'arrivals', member: 'arrivals', value: 'HOW', about: 'with a rate: even or poisson', otherwise: 'even'},
		{
			name: 'max-connections',
			member: 'maxConnections',
			value: 'N',
			as: 'number',
			about: 'with a rate: when all others are busy',
			otherwise: 'ten times as many',
		},
		{name: 'precise', member: 'precise', about: 'with a rate: keep a core busy to send on time'},
		{
			name: 'think',
			member: 'think',
			value: 'TIME',
			about: 'without a rate: wait after each reply; 10ms..50ms at random',
		},
		{
			name: 'timeout',
			short: 't',
			member: 'timeout',
			value: 'TIME',
			about: 'how long a reply may take',
			otherwise: '5s',
		},
		{
			name: 'prepare',
			member: 'prepare',
			value: 'COMMAND',
			repeatable: true,
			about: 'before the load, once, not counted; repeatable',
		},
		{
			name: 'seed',
			member: 'seed',
			value: 'N',
			as: 'number',
			about: 'of random keys, and of which command is next',
			otherwise: '1',
		},
		{name: 'insecure', short: 'k', member: 'insecure', about: 'TLS: take any certificate'},
		{name: 'ca', member: 'ca', value: 'FILE', about: 'TLS: trust these certificates'},
		{name: 'cert', member: 'cert', value: 'FILE', about: 'TLS: certificate of the client'},
		{name: 'key', member: 'key', value: 'FILE', about: 'TLS: its private key'},
	],
	words: ([url, ...words]) => {
		if (url === undefined || words.length === 0) {
			throw new BenchtopError(url === undefined ? 'Which server?' : 'Which command?', {
				hint: "For example: benchtop redis localhost:6379 GET 'key:{random 1..1000}'",
			});
		}

		// Words that are lines are commands, each of its own.
		const areLines = words.every((word) => /^\w+\s/.test(word));
		return {redis: url, commands: areLines ? words : [{command: words}]};
	},
	examples: [
		["benchtop redis localhost GET 'user:{random 1..10000}'", 'as fast as ten connections allow'],
		[
			"benchtop redis localhost -R 5000 'GET k:{random 1..9}' 'SET k:{random 1..9} {bytes 1k}'",
			'open loop, two commands',
		],
	],
});
