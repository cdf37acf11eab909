import {resolve} from 'node:path';
import * as z from 'zod';
import {redactWords} from '../../core/secret.ts';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {suiteEntry} from '../engine.ts';
import {redactedRedisUrl, redisAddress} from '../redis-address.ts';
import {type RedisPlan, redisPlan} from './plan.ts';
import {checkCommand, wordsOfLine} from './template.ts';

const usualTimeout = 5000;
const usualDuration = 10_000;
const longestWarmup = 3000;
const usualConnections = 10;

const members = () => {
	const line = z.union([z.string().min(1), z.array(z.string()).min(1)]);
	const count = (most: number) => z.int().min(1).max(most).optional();
	const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
		error: 'a duration such as "500ms" or "2s" is wanted',
	});
	const file = z.string().min(1).optional();
	return z.strictObject({
		redis: z
			.string()
			.min(1)
			.describe('The URL of the server: redis://[user:password@]host[:port][/database], rediss://…, unix:///path.'),
		commands: z
			.union([
				z.string().min(1),
				z
					.array(
						z.union([
							z.string().min(1),
							z.strictObject({
								command: line.describe('A line, or a list of words.'),
								name: z.string().min(1).optional().describe('What it is told apart by. Default: its first word.'),
								weight: z
									.number()
									.positive()
									.optional()
									.describe('How often it is chosen, beside the others. Default: 1.'),
							}),
						]),
					)
					.min(1),
			])
			.describe(
				'What is sent: a command, or a list of them of which one is chosen each time. {random 1..1000} is a number in that range, {sequence} counts up, {bytes 100} is so much text.',
			),
		prepare: z
			.union([
				z.string().min(1),
				z.array(z.union([z.string().min(1), z.strictObject({command: line, times: count(1_000_000_000)})])).min(1),
			])
			.optional()
			.describe('Commands before the load, once or so many times; not counted.'),
		connections: count(100_000).describe('Connections. Default: 10.'),
		pipeline: count(1000).describe('Commands in flight on one connection. Default: 1.'),
		rate: z
			.union([
				z.number().positive(),
				z
					.string()
					.regex(/^\d+(\.\d+)?(\s*\.\.\s*\d+(\.\d+)?)?$/, {error: 'A rate is a number, or two for a ramp: 100..2000.'}),
			])
			.optional()
			.describe('Open loop: commands per second, whatever becomes of those before; 100..2000 is a ramp.'),
		steps: z.int().min(2).max(10_000).optional().describe('A ramp in so many steps. Default: a straight line.'),
		arrivals: z.enum(['even', 'poisson']).optional().describe('With a rate: how commands become due. Default: even.'),
		seed: z.int().min(0).max(4_294_967_295).optional().describe('The same seed gives the same commands. Default: 1.'),
		precise: z.boolean().optional().describe('With a rate: a core is kept busy to send on time.'),
		maxConnections: count(100_000).describe(
			'With a rate: as many connections when all are busy. Default: ten times the connections.',
		),
		think: z
			.string()
			.optional()
			.describe('Without a rate: how long a connection waits after a reply: "10ms", or "10ms..50ms".'),
		timeout: duration.optional().describe('How long a reply may take. Default: 5s.'),
		insecure: z.boolean().optional().describe('TLS: any certificate is taken.'),
		ca: file.describe('TLS: a file of certificates in PEM that are trusted.'),
		cert: file.describe('TLS: the certificate of the client, a file in PEM.'),
		key: file.describe('TLS: its private key, a file in PEM.'),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

const split = (line: string | readonly string[]): string[] => [
	...(typeof line === 'string' ? wordsOfLine(line) : line),
];

const asList = <Item>(given: string | readonly Item[]): ReadonlyArray<string | Item> =>
	typeof given === 'string' ? [given] : given;

/** Names that differ: the second GET is 'GET 2'. */
const apart = (names: readonly string[]): readonly string[] =>
	names.map((name, index) => {
		const before = names.slice(0, index).filter((other) => other === name).length;
		return before === 0 ? name : `${name} ${before + 1}`;
	});

const commandsOf = (given: Given['commands']): RedisPlan['commands'] => {
	const list = asList(given).map((each) => (typeof each === 'string' ? {command: each} : each));
	const all = list.map(({command, ...rest}, index) => {
		const words = split(command);
		checkCommand(words, `commands.${index}`);
		return {words, ...rest};
	});
	const names = apart(all.map(({words, name}) => name ?? (words[0] ?? '').toUpperCase()));
	return all.map(({words, weight = 1}, index) => ({name: names[index] ?? '', words, weight}));
};

const prepareOf = (given: Given['prepare']): RedisPlan['prepare'] =>
	asList(given ?? []).map((each, index) => {
		const {command, times = 1} = typeof each === 'string' ? {command: each} : each;
		const words = split(command);
		checkCommand(words, `prepare.${index}`);
		return {words, times};
	});

const rateOf = (given: Given['rate']): {rate?: number; rateEnd?: number} => {
	if (given === undefined) return {};
	const [from, to] = typeof given === 'number' ? [given] : given.split('..').map(Number);
	return {...(from === undefined ? {} : {rate: from}), ...(to === undefined ? {} : {rateEnd: to})};
};

const thinkOf = (given: string | undefined): RedisPlan['think'] => {
	if (given === undefined) return undefined;
	const [from, to = from] = given.split('..').map(parseDuration);
	if (from !== undefined && to !== undefined) return {from, to};
	throw new BenchtopError(`think: ${JSON.stringify(given)} is no time.`, {hint: 'For example "10ms" or "10ms..50ms".'});
};

/** How benchmarks of a suite file ask for commands of Redis. */
export const redisSuite = suiteEntry('redis', members, async (given, {folder}) => {
	const {redis: url, commands, prepare, rate, think, timeout, ca, cert, key, connections, ...rest} = given;
	const address = redisAddress(url);
	const thinking = thinkOf(think);
	const load = redisPlan.parse({
		...rest,
		url,
		commands: commandsOf(commands),
		prepare: prepareOf(prepare),
		connections: connections ?? usualConnections,
		pipeline: rest.pipeline ?? 1,
		...rateOf(rate),
		seed: rest.seed ?? 1,
		...(thinking === undefined ? {} : {think: thinking}),
		timeout: timeout === undefined ? usualTimeout : parseDuration(timeout),
		...Object.fromEntries(
			Object.entries({ca, cert, key}).flatMap(([name, file]) =>
				file === undefined ? [] : [[name, resolve(folder, file)]],
			),
		),
	});
	const what = load.commands.map(({words}) => redactWords(words.join(' '))).join(', ');
	const isLocal = 'host' in address.place && /^(localhost$|127\.|::1$)/.test(address.place.host);
	return {
		load,
		target: `${redactedRedisUrl(url)} ${what.length > 60 ? `${what.slice(0, 59)}…` : what}`,
		duration: usualDuration,
		warmup: Math.min(longestWarmup, usualDuration / 10),
		...(isLocal && 'port' in address.place ? {watchPort: address.place.port} : {}),
	};
});
