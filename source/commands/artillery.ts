import type {MemberOption} from '../config/engine-plan.ts';
import {BenchtopError} from '../errors.ts';
import {engineCommand} from './engine-command.ts';

const options: readonly MemberOption[] = [
	{
		name: 'target',
		member: 'target',
		value: 'URL',
		about: "what the script's URLs begin with",
		otherwise: 'as the script says',
	},
	{name: 'environment', short: 'e', member: 'profile', value: 'NAME', about: 'one of the environments of the script'},
	{
		name: 'variable',
		short: 'v',
		member: 'variables',
		value: 'NAME=VALUE',
		repeatable: true,
		about: 'a variable of the script, repeatable',
	},
	{
		name: 'rate',
		short: 'R',
		member: 'rate',
		value: 'N',
		as: 'number',
		about: "virtual users that begin in each second, in place of the script's phases",
		otherwise: 'as the script says',
	},
	{
		name: 'users',
		short: 'u',
		member: 'users',
		value: 'N',
		as: 'number',
		about: 'with --rate: no more virtual users at the same time',
	},
	{name: 'solo', member: 'solo', about: 'one virtual user alone'},
	{name: 'scenario-name', member: 'scenario', value: 'NAME', about: 'the only scenario to run'},
	{name: 'config', member: 'config', value: 'FILE', about: 'the config of the script'},
	{name: 'dotenv', member: 'dotenv', value: 'FILE', about: 'environment variables'},
	{name: 'payload', member: 'payload', value: 'FILE', about: 'CSV data for virtual users'},
	{name: 'overrides', member: 'overrides', value: 'JSON', about: 'what is put over the script'},
	{name: 'insecure', short: 'k', member: 'insecure', about: 'take any TLS certificate'},
	{
		name: 'operations',
		member: 'operations',
		value: 'WHAT',
		about: 'what is an operation: requests, or sessions of virtual users',
		otherwise: 'requests',
	},
];

/** A script of Artillery, run by Artillery and shown live. */
export const artillery = engineCommand({
	name: 'artillery',
	usage: '<script>',
	about: 'run an Artillery script and show it live, with its checks and metrics',
	examples: [
		['benchtop artillery load.yml', 'as its phases say'],
		['benchtop artillery load.yml --rate 20 -d 1m --warmup 5s', 'a rate and a time in place of its phases'],
		['benchtop artillery load.yml -e staging -v user=ann --json', 'one of its environments, and a variable'],
	],
	engine: 'artillery',
	options,
	words: (words) => {
		const [script] = words;
		if (words.length === 1 && script !== undefined) return {artillery: script};
		throw new BenchtopError(words.length === 0 ? 'Which script?' : `Artillery runs one script, not ${words.length}.`, {
			hint: 'For example: benchtop artillery load.yml',
		});
	},
});
