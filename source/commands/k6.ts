import type {MemberOption} from '../config/engine-plan.ts';
import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

const options: readonly MemberOption[] = [
	{
		name: 'vus',
		short: 'u',
		member: 'vus',
		value: 'N',
		as: 'number',
		about: 'virtual users',
		otherwise: 'as the script says',
	},
	{
		name: 'iterations',
		short: 'i',
		member: 'iterations',
		value: 'N',
		as: 'number',
		about: 'iterations of all virtual users together',
		otherwise: 'as the script says',
	},
	{
		name: 'stage',
		short: 's',
		member: 'stages',
		value: 'TIME:N',
		repeatable: true,
		about: 'go to so many virtual users within a time, repeatable',
	},
	{name: 'rps', member: 'rps', value: 'N', as: 'number', about: 'no more requests per second'},
	{
		name: 'env',
		short: 'e',
		member: 'variables',
		value: 'NAME=VALUE',
		repeatable: true,
		about: 'a variable of the script, beside those of the environment',
	},
	{name: 'k6-tag', member: 'k6Tags', value: 'NAME=VALUE', repeatable: true, about: 'a tag of all that k6 measures'},
	{name: 'config', member: 'config', value: 'FILE', about: 'options of k6'},
	{
		name: 'operations',
		member: 'operations',
		value: 'WHAT',
		about: 'what is an operation: requests, or iterations of the script',
		otherwise: 'requests',
	},
];

/** A script of k6, run by k6 and shown live. */
export const k6 = engineCommand({
	name: 'k6',
	usage: '<script>',
	about: 'run a k6 script and show it live, with its checks, thresholds and metrics',
	examples: [
		['benchtop k6 load.js', 'as the script says'],
		['benchtop k6 load.js --vus 20 -d 1m --warmup 5s', 'virtual users and time in place of its own'],
		['benchtop k6 load.js -e HOST=staging --json', 'a variable of the script'],
	],
	engine: 'k6',
	options,
	words: (words) => {
		const [script] = words;
		if (words.length === 1 && script !== undefined) return {k6: script};
		throw new BenchtopError(words.length === 0 ? 'Which script?' : `k6 runs one script, not ${words.length}.`, {
			hint: 'For example: benchtop k6 load.js --vus 10 -d 30s',
		});
	},
});
