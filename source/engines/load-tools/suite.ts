import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import * as z from 'zod';
import {redactUrl} from '../../core/secret.ts';
import {parseDuration, parseNumber} from '../../core/units.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import {breaksLine, followsFromBody, isHeaderName, isLoopback, parseTarget, portOf} from '../http-words.ts';
import type {LoadToolPlan} from './adapter.ts';

/** What holds where a benchmark says nothing, as with the engine `http`. Milliseconds. */
const defaultDuration = 10_000;
const defaultWarmup = 1000;
const defaultTimeout = 10_000;
const defaultConnections = 10;

const members = () => {
	const rate = z.union([z.number().positive(), z.string().refine((text) => (parseNumber(text) ?? 0) > 0)]);
	const duration = z.union([z.number().positive(), z.string().refine((text) => (parseDuration(text) ?? 0) > 0)]);
	return z.strictObject({
		url: z.string().min(1).describe('What is loaded.'),
		method: z
			.string()
			.regex(/^[A-Za-z]+$/, {error: 'a method is a word: GET'})
			.optional()
			.describe('Default: GET, or POST with a body.'),
		headers: z
			.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
			.optional()
			.describe('Headers of every request.'),
		json: z.json().optional().describe('The body as JSON.'),
		body: z.string().optional().describe('The body as it is.'),
		bodyFile: z.string().min(1).optional().describe('A file with the body.'),
		connections: z.int().min(1).max(100_000).optional().describe('Connections at a time. Default: 10.'),
		pipelining: z.int().min(1).max(1000).optional().describe('Requests in flight on a connection. Default: 1.'),
		rate: rate.optional().describe('Requests per second over all connections. Default: as fast as they allow.'),
		timeout: duration.optional().describe('Waited longer for a reply, a request counts as failed. Default: 10s.'),
		threads: z.int().min(1).max(256).optional().describe("Threads of the tool's own. Default: 1."),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

const refuse = (member: string, what: string, hint: string): never => {
	throw new BenchtopError(`${member}: ${what}`, {hint});
};

const checkHeaders = (headers: Readonly<Record<string, string>>): void => {
	for (const [name, value] of Object.entries(headers)) {
		const member = `headers.${name}`;
		if (!isHeaderName(name)) refuse(member, 'It is no header name.', 'For example: Accept: application/json');
		if (breaksLine(value)) refuse(member, 'The value holds a line break.', 'A header is one line.');
		if (followsFromBody(name)) refuse(member, 'It follows from the body and is not yours to set.', 'Leave it out.');
	}
};

const targetOf = (given: string): string => {
	try {
		return parseTarget(given);
	} catch (error) {
		throw new BenchtopError(`url: ${messageOf(error)}`, {
			hint: 'For example: url: http://localhost:3000/path',
			cause: error,
		});
	}
};

const bodyOf = ({json, body, bodyFile}: Given, {folder}: SuitePlace): Buffer | undefined => {
	if ([json, body, bodyFile].filter((each) => each !== undefined).length > 1) {
		refuse(
			bodyFile === undefined ? 'body' : 'bodyFile',
			'A request has one body.',
			'Give one of json, body and bodyFile.',
		);
	}

	if (json !== undefined) return Buffer.from(JSON.stringify(json));
	if (body !== undefined) return Buffer.from(body);
	if (bodyFile === undefined) return undefined;
	try {
		return readFileSync(resolve(folder, bodyFile));
	} catch (error) {
		throw new BenchtopError(`bodyFile: ${bodyFile} cannot be read: ${messageOf(error)}`, {
			hint: 'Paths are relative to the folder of the suite file.',
			cause: error,
		});
	}
};

const load = async (given: Given, place: SuitePlace): Promise<SuiteLoad<LoadToolPlan>> => {
	const url = targetOf(given.url);
	const body = bodyOf(given, place);
	const headers = given.headers ?? {};
	checkHeaders(headers);
	const isTyped = Object.keys(headers).some((name) => /^content-type$/i.test(name));
	const method = (given.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
	const rate = given.rate === undefined ? undefined : parseNumber(String(given.rate));
	const parsed = new URL(url);
	return {
		load: {
			url,
			method,
			headers: given.json === undefined || isTyped ? headers : {'Content-Type': 'application/json', ...headers},
			...(body === undefined ? {} : {bodyBase64: body.toString('base64')}),
			connections: given.connections ?? defaultConnections,
			pipelining: given.pipelining ?? 1,
			...(rate === undefined ? {} : {rate}),
			timeout: (given.timeout === undefined ? undefined : parseDuration(String(given.timeout))) ?? defaultTimeout,
			...(given.threads === undefined ? {} : {threads: given.threads}),
		},
		target: `${method === 'GET' ? '' : `${method} `}${redactUrl(url)}`,
		...(isLoopback(parsed.hostname) ? {watchPort: portOf(parsed)} : {}),
		duration: defaultDuration,
		warmup: defaultWarmup,
	};
};

/** How a suite file asks for a load tool: by `url` and `engine`. */
export const loadToolSuite = suiteEntry('url', members, load);
