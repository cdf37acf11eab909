// What a suite file may say, but for the members that are the engines' own.
import * as z from 'zod';
import type {Ready} from '../core/plan.ts';
import type {Threshold} from '../core/threshold.ts';
import {parseDuration} from '../core/units.ts';
import {parseThreshold, readThreshold, type ThresholdReading} from './threshold.ts';
import {isExporter} from './watch-flags.ts';

const longest = 24 * 3_600_000;

const durationForm = /^\s*(\d+(\.\d+)?|(\d+(\.\d+)?(ms|s|m|h)\s*)+)\s*$/;
const durationWords = 'expected a duration such as 500ms, 30s or 5m';

/** As the flags take them: a bare number is seconds. */
const durationOf = (least: number) =>
	z
		.union([z.number(), z.string().regex(durationForm, durationWords)], {error: durationWords})
		.transform((given) => parseDuration(String(given)) ?? Number.NaN)
		.refine((duration) => duration >= least && duration <= longest, {
			error: `expected a duration from ${least}ms to 24h`,
		});

const text = z.string({error: 'expected a text'}).min(1, 'expected a text');

const integer = (least: number, most: number) => {
	const error =
		most === Number.MAX_SAFE_INTEGER
			? `expected a whole number of ${least} or more`
			: `expected a whole number from ${least} to ${most}`;
	return z.int({error}).min(least, error).max(most, error);
};

const port = integer(1, 65_535);

const value = z.union([z.string(), z.number(), z.boolean()], {error: 'expected a text, a number, true or false'});

/** The value of an environment variable; the process gets it as text. */
const environment = z
	.record(z.string().regex(/^[A-Za-z_]\w*$/), value.transform(String), {
		error: ({code}) => (code === 'invalid_type' ? 'expected variables and their values' : undefined),
	})
	.describe('Environment variables of the processes that are started, and for ${NAME} in this file.');

const words = z.array(z.union([text, z.number().transform(String)]), {error: 'expected a program and its arguments'});
const program = words.min(1, 'expected a program and its arguments');

const command = z
	.union([text, program], {error: 'expected a command: a text for the shell, or a list of a program and its arguments'})
	.describe('A text for the shell, or a list of a program and its arguments, which needs none.');

const stepMembers = {
	command,
	folder: text.optional().describe("Where it runs, from this file's folder."),
	environment: environment.optional(),
	shell: text.optional().describe('The shell of a command that is a text, instead of the usual one: bash.'),
};

const step = z.strictObject({
	...stepMembers,
	timeout: durationOf(1).optional().describe('Time after which it counts as failed; else 10m.'),
});

type Step = z.infer<typeof step>;

const alone = (given: string | readonly string[] | Step): Step =>
	typeof given === 'string' ? {command: given} : 'command' in given ? given : {command: [...given]};

const steps = z
	.union([text, step, z.array(z.union([text, program, step], {error: 'expected a command'}))], {
		error: 'expected a command, or a list of commands',
	})
	.transform((given) => (Array.isArray(given) ? given.map(alone) : [alone(given)]));

const isPattern = (pattern: string): boolean => {
	try {
		new RegExp(pattern);
		return true;
	} catch {
		return false;
	}
};

const readyMembers = z
	.strictObject({
		port: port.optional().describe('A local TCP port answers.'),
		url: text
			.refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), 'expected a URL such as http://localhost:3000')
			.optional()
			.describe('A GET of this URL is answered with a status below 400.'),
		log: text
			.refine(isPattern, 'expected a regular expression')
			.optional()
			.describe('A line of its output matches this regular expression.'),
	})
	.refine(({port: by, url, log}) => by !== undefined || url !== undefined || log !== undefined, {
		error: 'expected a port, a url or a log',
	});

const readyForms = 'expected a port, a URL, or "log: a line of the output"';

const readyOf = (words: string): Ready | undefined => {
	const number = /^(?:port\s*:?\s*)?(\d+)$/.exec(words)?.[1];
	if (number !== undefined) return {port: Number(number)};
	if (/^https?:\/\//.test(words)) return {url: words};
	const log = /^log\s*:\s*(\S.*)$/.exec(words)?.[1];
	return log === undefined ? undefined : {log};
};

const ready = z
	.union([port, text, readyMembers], {error: readyForms})
	.transform((given, context): Ready => {
		const meant = typeof given === 'number' ? {port: given} : typeof given === 'string' ? readyOf(given.trim()) : given;
		const read = readyMembers.safeParse(meant);
		if (!read.success) {
			context.issues.push({code: 'custom', message: readyForms, input: given});
			return z.NEVER;
		}

		const {port: by, url, log} = read.data;
		return {
			...(by === undefined ? {} : {port: by}),
			...(url === undefined ? {} : {url}),
			...(log === undefined ? {} : {log}),
		};
	})
	.describe('What must be so before it counts as started: {port: 3000}, "port 3000", a URL, or "log: listening".');

const service = z.strictObject({
	...stepMembers,
	ready: ready.optional(),
	timeout: durationOf(1).optional().describe('How long it may take to be ready; else 60s.'),
});

type Service = z.infer<typeof service>;

const aloneService = (given: string | readonly string[] | Service): Service =>
	typeof given === 'string' ? {command: given} : 'command' in given ? given : {command: [...given]};

const services = z
	.union([text, service, z.array(z.union([text, program, service], {error: 'expected a command'}))], {
		error: 'expected a command, one with when it is ready, or a list of them',
	})
	.transform((given) => (Array.isArray(given) ? given.map(aloneService) : [aloneService(given)]));

/** What is done around a benchmark, or around all. */
const around = {
	setup: steps.optional().describe('A command or a list of commands, before anything is started.'),
	start: services
		.optional()
		.describe('A command that runs meanwhile, such as a server, or a list of them; always ended again.'),
	ready: ready.optional(),
	teardown: steps.optional().describe('A command or a list of commands, when all has ended; also after a failure.'),
};

const tag = z.string({error: 'expected a word'}).regex(/^[^\s,]+$/, 'a tag is one word');

const read = (reading: ThresholdReading, context: z.RefinementCtx, path: PropertyKey[]): readonly Threshold[] => {
	if (reading.threshold !== undefined) return [reading.threshold];
	context.addIssue({code: 'custom', message: reading.fault, path});
	return [];
};

const thresholds = z
	.union([z.record(z.string(), text), z.array(text)], {
		error: 'expected limits such as {latency.p95: < 450ms}, or a list of texts such as "latency.p95 < 450ms"',
	})
	.transform((given, context): readonly Threshold[] =>
		Array.isArray(given)
			? given.flatMap((each, index) => read(parseThreshold(each), context, [index]))
			: Object.entries(given).flatMap(([metric, limit]) => read(readThreshold(metric, limit), context, [metric])),
	);

/** What every benchmark may say, whatever its engine. */
export const benchmarkMembers = z.strictObject({
	about: text.optional().describe('What it is for, in a sentence.'),
	engine: text.optional().describe('What drives it, where its other members do not tell.'),
	duration: durationOf(1)
		.optional()
		.describe('Time to measure, such as 500ms, 30s or 5m; as a default, only for what does not end by itself.'),
	amount: integer(1, Number.MAX_SAFE_INTEGER).optional().describe('Operations to measure, instead of a duration.'),
	warmup: durationOf(0).optional().describe('Time before measuring, loaded but not counted.'),
	workers: integer(1, 256).optional().describe('Load threads, which share connections and rate.'),
	rounds: integer(1, 1000).optional().describe('How often it is run, each time as a run of its own.'),
	tags: z
		.union([tag, z.array(tag)], {error: 'expected a word, or a list of words'})
		.transform((given) => (typeof given === 'string' ? [given] : given))
		.optional()
		.describe('Words that it can be picked by: benchtop run smoke.'),
	matrix: z
		.record(text, z.array(value, {error: 'expected a list of values'}).min(1, 'expected a value at least'), {
			error: 'expected names, each with a list of values',
		})
		.optional()
		.describe('Each combination of the values is a benchmark: a member of this name is set, and ${name} filled in.'),
	thresholds: thresholds
		.optional()
		.describe('Limits that its figures are held against: {latency.p95: < 450ms, errors: < 0.1%}.'),
	environment: environment.optional(),
	...around,
	watch: z
		.strictObject({
			pid: integer(1, Number.MAX_SAFE_INTEGER).optional(),
			port: port.optional().describe('Whoever listens on this local port.'),
			container: text.optional().describe('A container (Docker, Podman), a systemd unit or a control group, by name.'),
			nodeExporter: z
				.string()
				.refine(isExporter, {error: 'expected the address of a node_exporter, http or https, without credentials'})
				.optional()
				.describe('The Prometheus node_exporter of a remote machine: http://db.example:9100.'),
		})
		.refine(
			({pid, port: watched, container}) => container === undefined || (pid === undefined && watched === undefined),
			{
				error: 'container is the process under test already, as is what pid or port names: give one of them',
			},
		)
		.optional()
		.describe('What is watched beside this host: the process under test, and another machine.'),
});

export type BenchmarkMembers = z.infer<typeof benchmarkMembers>;

const object = (what: string) =>
	z.record(z.string(), z.unknown(), {error: ({code}) => (code === 'invalid_type' ? `expected ${what}` : undefined)});

/** The frame of the file; defaults and benchmarks are read one by one. */
export const suiteMembers = z.strictObject(
	{
		$schema: z.string().optional(),
		about: text.optional().describe('What is measured here.'),
		defaults: object('members of benchmarks').optional(),
		environment: environment.optional(),
		...around,
		benchmarks: z.record(text, object('the members of a benchmark'), {
			error: 'expected benchmarks by their names, such as "home: {url: http://localhost:3000}"',
		}),
	},
	{
		error: ({code}) =>
			code === 'unrecognized_keys' ? undefined : 'expected members such as "benchmarks", each with its value',
	},
);

export type AroundMembers = Pick<BenchmarkMembers, 'setup' | 'start' | 'ready' | 'teardown'>;

const inside = (schema: unknown): unknown => {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return inside(schema.unwrap());
	if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return inside(schema.unwrap());
	return schema instanceof z.ZodPipe ? inside(schema.in) : schema;
};

/** The names of the members that an object at this path may have; of several that it could be, all. */
export const memberNames = (schema: unknown, path: readonly PropertyKey[] = []): readonly string[] => {
	const here = inside(schema);
	if (here instanceof z.ZodUnion) return [...new Set(here.options.flatMap((each) => memberNames(each, path)))];
	const [first, ...rest] = path;
	if (here instanceof z.ZodObject) {
		return first === undefined ? Object.keys(here.shape) : memberNames(here.shape[String(first)], rest);
	}

	if (first === undefined) return [];
	if (here instanceof z.ZodArray) return memberNames(here.element, rest);
	return here instanceof z.ZodRecord ? memberNames(here.valueType, rest) : [];
};
