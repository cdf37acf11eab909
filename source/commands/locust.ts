import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

/** The users of a locustfile, run by Locust. */
export const locust = engineCommand({
	name: 'locust',
	usage: '<locustfile…>',
	about: 'the users of a locustfile, run by Locust itself; with workers, also of other hosts',
	engine: 'locust',
	options: [
		{
			name: 'users',
			short: 'u',
			member: 'users',
			value: 'N',
			as: 'number',
			about: 'users at the same time',
			otherwise: '1',
		},
		{
			name: 'spawn-rate',
			short: 'r',
			member: 'spawnRate',
			value: 'N',
			as: 'number',
			about: 'users that begin in a second; the warm-up lasts until all are there, or --warmup',
			otherwise: '1',
		},
		{name: 'host', short: 'H', member: 'host', value: 'URL', about: 'what relative paths begin with'},
		{name: 'classes', member: 'classes', value: 'NAMES', as: 'list', about: 'user classes', otherwise: 'all'},
		{name: 'tags', short: 'T', member: 'includeTags', value: 'TAGS', as: 'list', about: 'only tasks with one of these'},
		{
			name: 'exclude-tags',
			short: 'E',
			member: 'excludeTags',
			value: 'TAGS',
			as: 'list',
			about: 'no tasks with one of these',
		},
		{
			name: 'shape',
			member: 'shape',
			about: "a LoadTestShape of the file's says how many users there are, and when it is over",
		},
		{
			name: 'stop-timeout',
			short: 's',
			member: 'stopTimeout',
			value: 'TIME',
			about: 'how long users may take at the end to finish',
			otherwise: 'none',
		},
		{
			name: 'processes',
			short: 'w',
			member: 'processes',
			value: 'N',
			as: 'number',
			about: 'worker processes on this host; -1: one for each core',
			otherwise: 'no workers, one process makes all requests',
		},
		{
			name: 'master',
			member: 'master',
			value: 'HOST:PORT',
			about: 'where workers of other hosts join: 0.0.0.0:5557',
		},
		{
			name: 'expect-workers',
			member: 'expectWorkers',
			value: 'N',
			as: 'number',
			about: 'so many workers of other hosts are waited for',
			otherwise: '1',
		},
		{
			name: 'expect-workers-max-wait',
			member: 'expectWorkersMaxWait',
			value: 'TIME',
			about: 'how long they are waited for',
			otherwise: '1m',
		},
		{name: 'config', member: 'config', value: 'FILE', about: "a configuration file of Locust's"},
		{name: 'equal-weights', member: 'equalWeights', about: 'all tasks weigh the same'},
		{name: 'loglevel', member: 'loglevel', value: 'LEVEL', about: "of Locust's log", otherwise: 'INFO'},
		{
			name: 'argument',
			member: 'arguments',
			value: 'WORD',
			repeatable: true,
			about: 'a word for an option that the locustfile defines, repeatable',
		},
	],
	words: (words) => {
		if (words.length === 0) {
			throw new BenchtopError('benchtop locust takes a locustfile.', {
				hint: 'For example: benchtop locust locustfile.py -u 50 -r 10 -H http://localhost:3000',
			});
		}

		return {locust: words.length === 1 ? words[0] : words};
	},
	examples: [
		['benchtop locust locustfile.py -u 50 -r 10 -H http://localhost:3000', '50 users, 10 more in each second, live'],
		['benchtop locust locustfile.py -u 500 -r 50 -w 4', 'with a master and four workers'],
		[
			'benchtop locust locustfile.py -u 5000 --master 0.0.0.0:5557 --expect-workers 3',
			'three hosts; each: locust -f - --worker --master-host THIS-HOST',
		],
	],
});
