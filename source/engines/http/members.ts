import * as z from 'zod';
import {parseDuration} from '../../core/units.ts';
import {isPlace, isProxy, rateIn} from '../http-words.ts';
import {jsonFault, templateFault} from '../template.ts';

/** A duration as people write it: '500ms', '2s', or seconds as a number. */
const isDuration = (given: string | number): boolean => parseDuration(String(given)) !== undefined;

const duration = (about: string) =>
	z
		.union([z.string(), z.number()])
		.refine(isDuration, {error: ({input}) => `${JSON.stringify(input)} is no duration; one is 500ms, 2s or 1m`})
		.describe(about);

/** Text with `{{variables}}`. */
const text = (about: string) =>
	z
		.union([z.string(), z.number(), z.boolean()])
		.transform(String)
		.superRefine((given, context) => {
			const message = templateFault(given);
			if (message !== undefined) context.addIssue({code: 'custom', message});
		})
		.describe(about);

const json = (about: string) =>
	z
		.json()
		.superRefine((given, context) => {
			const message = jsonFault(given);
			if (message !== undefined) context.addIssue({code: 'custom', message});
		})
		.describe(about);

const isThink = (given: string | number): boolean => {
	const ends = String(given).split('..');
	return ends.length <= 2 && ends.every(isDuration);
};

export const methodNames = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;
export const bodyNames = ['json', 'form', 'body', 'bodyFile'] as const;

const methodsIn = (given: object): number =>
	methodNames.filter((name) => Reflect.get(given, name) !== undefined).length;
const hasOneBody = (given: object): boolean =>
	bodyNames.filter((name) => Reflect.get(given, name) !== undefined).length <= 1;
const oneMethod = {error: `a request has one of ${methodNames.join(', ')}: "get: /products"`};
const oneBody = {error: `a request has one body: ${bodyNames.join(', ')} exclude each other`};

/** The members of a benchmark for this engine, in the words of the command line where that has them. */
export const httpMembers = () => {
	const think = z
		.union([
			z.union([z.string(), z.number()]).refine(isThink, {
				error: ({input}) => `${JSON.stringify(input)} is no think time; one is 500ms, 1s..5s or {exponential: 2s}`,
			}),
			z.strictObject({exponential: duration('The mean of it.')}),
		])
		.describe(
			'How long a user thinks: 500ms, evenly between two bounds (1s..5s), or exponentially around a mean ({exponential: 2s}).',
		);

	const count = (about: string) => z.int().min(1).max(100_000).describe(about);

	const variable = z.string().regex(/^[A-Za-z_]\w*$/, {error: 'a variable is a word of letters, digits and _'});

	const expression = z.string().superRefine((given, context) => {
		try {
			new RegExp(given, 'u');
		} catch {
			context.addIssue({code: 'custom', message: `${JSON.stringify(given)} is no regular expression`});
		}
	});

	const capture = z
		.union([
			z.string().startsWith('$', {
				error: 'a JSONPath begins with $; elsewhere in a reply: {header: …}, {cookie: …}, {regex: …}',
			}),
			z.strictObject({
				json: z.string().startsWith('$').describe('A JSONPath (RFC 9535) into the body.'),
				pick: z
					.enum(['first', 'last', 'random'])
					.optional()
					.describe('Which, where it leads to several values. Default: first.'),
			}),
			z.strictObject({header: z.string().min(1).describe('The value of this header.')}),
			z.strictObject({cookie: z.string().min(1).describe('The value of this cookie, as this reply sets it.')}),
			z.strictObject({
				regex: expression.describe('The first group of a regular expression in the body, or all that it matches.'),
			}),
		])
		.describe(
			'Where in the reply a value is taken from: $.token (JSONPath), {header: Location}, {cookie: sid}, {regex: "id=(\\d+)"}.',
		);

	const textCheck = z.union([
		text('Must be somewhere in it.'),
		z.strictObject({equals: text('Must be all of it.')}),
		z.strictObject({regex: expression.describe('Must match it.')}),
	]);

	const status = z
		.union([
			z.int().min(100).max(599),
			z.string().regex(/^[1-5](\d\d|xx)$/, {error: 'a status is 201, or a class of them: 2xx'}),
		])
		.describe('A status, or a class of them: 2xx.');

	const check = z
		.strictObject({
			status: z
				.union([status, z.array(status).min(1)])
				.optional()
				.describe('The statuses that are right. Default: all below 400.'),
			headers: z
				.record(z.string(), textCheck)
				.optional()
				.describe('Headers, and what must be in them: text, {equals: …} or {regex: …}.'),
			json: z
				.union([
					z.string().startsWith('$'),
					z.array(z.string().startsWith('$')).min(1),
					z.record(z.string().startsWith('$'), json('The value.')),
				])
				.optional()
				.describe('JSONPaths that must lead to something: $.id; or, with values, to this: {$.ok: true}.'),
			body: textCheck.optional().describe('What must be in the body: text, {equals: …} or {regex: …}.'),
		})
		.describe(
			'What a reply must be like. One that is not is a failure of its own name: check status (200), check $.ok, check header X, check body.',
		);

	const headers = z.record(z.string(), text('The value.'));

	const methods = {
		get: text('GET this path below `url`, or this URL.').optional(),
		post: text('POST to this path.').optional(),
		put: text('PUT to this path.').optional(),
		patch: text('PATCH this path.').optional(),
		delete: text('DELETE this path.').optional(),
		head: text('HEAD of this path.').optional(),
		options: text('OPTIONS of this path.').optional(),
	};

	const bodies = {
		json: json('The body as JSON. A string that is one {{variable}} alone becomes its value, a number say.').optional(),
		form: z.record(z.string(), text('The value.')).optional().describe('The body as fields of a form.'),
		body: text('The body as it is.').optional(),
		bodyFile: z.string().min(1).optional().describe('A file with the body, sent as it is.'),
	};

	const requestMembers = {
		...methods,
		name: z
			.string()
			.min(1)
			.optional()
			.describe('Under which its figures are told apart. Default: its method and path as written.'),
		query: z.record(z.string(), text('The value.')).optional().describe('Query parameters, percent-encoded.'),
		headers: headers.optional().describe('Headers of this request, over those of the benchmark.'),
		...bodies,
		capture: z
			.record(variable, capture)
			.optional()
			.describe(
				'Variables to take from the reply. Missing: the request failed (capture NAME). Those of `once` and `requests` last as long as the user, those of steps for one pass.',
			),
		check: check.optional(),
		think: think.optional().describe('How long the user thinks after it, instead of the think time of the benchmark.'),
		timeout: duration('Waited longer for a reply, it counts as failed. Default: that of the benchmark.').optional(),
		follow: z.boolean().optional().describe('Whether redirects are followed. Default: as the benchmark says.'),
	};

	const request = z
		.strictObject({
			...requestMembers,
			weight: z.number().positive().optional().describe('How often it is chosen, beside the others. Default: 1.'),
		})
		.refine((given) => methodsIn(given) === 1, oneMethod)
		.refine(hasOneBody, oneBody);

	const step = z
		.strictObject(requestMembers)
		.refine(
			(given) =>
				methodsIn(given) === 1 ||
				Object.entries(given).every(([name, value]) => name === 'think' || value === undefined),
			{
				error: `a step is a request, with one of ${methodNames.join(', ')}, or a pause: {think: 1s}`,
			},
		)
		.refine(hasOneBody, oneBody);

	const steps = (about: string) =>
		z
			.array(step)
			.min(1)
			.refine(([first]) => first !== undefined && methodsIn(first) === 1, {error: 'the first step is a request'})
			.describe(about);

	const scenario = z.strictObject({
		name: z.string().min(1).describe('What it is called.'),
		weight: z.number().positive().optional().describe('How often it is chosen, beside the others. Default: 1.'),
		steps: steps('Requests and pauses, one after the other.'),
	});

	const order = z.enum(['sequential', 'random', 'unique']);
	const feeder = z
		.union([
			z.string().min(1),
			z.array(z.record(z.string(), z.json())).min(1),
			z.strictObject({
				file: z
					.string()
					.min(1)
					.describe('A CSV file whose first line names the columns, or a JSON file with a list of objects.'),
				order: order
					.optional()
					.describe(
						'sequential: over and over. random. unique: each row once, then users that need one stop. Default: sequential.',
					),
				per: z
					.enum(['user', 'pass'])
					.optional()
					.describe(
						'Whether a user keeps its row, or takes another one for each pass. Default: user where `once` uses it, else pass.',
					),
			}),
		])
		.describe('A CSV or JSON file, or {file, order, per}, or a list of objects.');

	return z.strictObject({
		url: z.string().min(1).describe('What is loaded; with requests, steps or scenarios, what their paths are below.'),
		method: z
			.string()
			.regex(/^[A-Za-z]+$/, {error: 'a method is a word: GET'})
			.optional()
			.describe('Default: GET, or POST with a body.'),
		headers: headers
			.optional()
			.describe('Headers of every request; in `once`, without those whose variables are not set yet.'),
		json: bodies.json,
		body: bodies.body,
		bodyFile: bodies.bodyFile,
		connections: count('Connections at a time. Default: 10.').optional(),
		rate: z
			.union([z.number().positive(), z.string()])
			.refine((given) => rateIn(String(given)) !== undefined, {
				error: ({input}) => `${JSON.stringify(input)} is no rate; one is 500, or 100..2000`,
			})
			.optional()
			.describe(
				'Requests per second, whatever becomes of them (open loop): 500, or a ramp 100..2000. With requests, steps or scenarios: sessions that begin per second, each of a new user.',
			),
		rampSteps: z
			.int()
			.min(2)
			.max(10_000)
			.optional()
			.describe('Climbs a ramp in so many steps. Default: in a straight line.'),
		arrivals: z.enum(['even', 'poisson']).optional().describe('How what is due by a rate is spread. Default: even.'),
		seed: z.int().min(0).max(4_294_967_295).optional().describe('Of all that is random. Default: 1.'),
		maxConnections: count(
			'With a rate: connections there may be when all are busy. Default: ten times as many.',
		).optional(),
		precise: z.boolean().optional().describe('Keeps a core busy to send on time.'),
		pipelining: z.int().min(1).max(1000).optional().describe('Requests in flight on a connection. Default: 1.'),
		timeout: duration('Waited longer for a reply, a request counts as failed. Default: 10s.').optional(),
		http2: z.boolean().optional().describe('Speaks HTTP/2.'),
		follow: z.boolean().optional().describe('Follows redirects: an operation is over with the last reply.'),
		keepAlive: z.boolean().optional().describe('false: each request has a connection of its own.'),
		insecure: z.boolean().optional().describe('Takes any TLS certificate.'),
		ca: z.string().min(1).optional().describe('A PEM file with the certificates that are trusted.'),
		cert: z.string().min(1).optional().describe('A PEM file with the certificate of this client.'),
		key: z.string().min(1).optional().describe('A PEM file with its key.'),
		proxy: z
			.string()
			.refine(isProxy, {error: 'a proxy is a URL like http://proxy.example:3128'})
			.optional()
			.describe('Reaches it through a tunnel of this HTTP proxy.'),
		unix: z.string().min(1).optional().describe('Connects to this socket of the local machine.'),
		connectTo: z
			.string()
			.refine(isPlace, {error: ({input}) => `${JSON.stringify(input)} is not HOST:PORT`})
			.optional()
			.describe('Connects to HOST:PORT instead of the host of `url`.'),
		users: count('Virtual users, each with connections, cookies and variables of its own. Default: 1.').optional(),
		maxUsers: count('With a rate: users at a time. Default: 1000.').optional(),
		ramp: duration('Users begin evenly over so long. Default: over the warm-up.').optional(),
		think: think.optional().describe('How long a user thinks after each request: 500ms, 1s..5s, or {exponential: 2s}.'),
		variables: z
			.record(variable, z.json())
			.optional()
			.describe('Variables that are always the same, for {{templates}}.'),
		data: z
			.record(variable, feeder)
			.optional()
			.describe('Rows of data by name: {user: users.csv} makes {{user.name}} of the column "name".'),
		once: steps(
			'What each user does once, at its beginning: logging in, say. Should something of it fail, the user begins anew.',
		).optional(),
		requests: z
			.array(request)
			.min(1)
			.optional()
			.describe('Requests of which a user chooses one by weight, over and over.'),
		steps: steps('Requests and pauses that a user goes through one after the other, over and over.').optional(),
		scenarios: z
			.array(scenario)
			.min(1)
			.optional()
			.describe('Several sequences of steps, of which a user chooses one by weight, over and over.'),
		cookies: z.boolean().optional().describe('Whether users keep cookies. Default: true.'),
		onFailure: z
			.enum(['continue', 'restart'])
			.optional()
			.describe(
				'After a request that failed: on with the next step (continue), or the rest of the pass left out (restart). Default: continue.',
			),
	});
};
export type HttpMembers = z.infer<ReturnType<typeof httpMembers>>;
export type StepWord = NonNullable<HttpMembers['steps']>[number];
export type ThinkWord = NonNullable<HttpMembers['think']>;
export type CaptureWord = NonNullable<StepWord['capture']>[string];
export type CheckWord = NonNullable<StepWord['check']>;
export type TextCheckWord = NonNullable<CheckWord['body']>;
export type FeederWord = NonNullable<HttpMembers['data']>[string];
