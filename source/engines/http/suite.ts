import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {redactUrl} from '../../core/secret.ts';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import {breaksLine, followsFromBody, isHeaderName, isLoopback, parseTarget, portOf, rateIn} from '../http-words.ts';
import {type HttpMembers, httpMembers} from './members.ts';
import type {OwnHttpPlan} from './plan.ts';

/** What holds where a benchmark says nothing. Milliseconds. */
const defaultDuration = 10_000;
const defaultWarmup = 1000;
const defaultTimeout = 10_000;
const defaultConnections = 10;
const defaultUsers = 1;
const defaultMaxUsers = 1000;

/** What is for virtual users alone, and what they have no use for. */
const scenarioWords = [
	'users',
	'maxUsers',
	'ramp',
	'think',
	'variables',
	'data',
	'once',
	'cookies',
	'onFailure',
] as const;
const plainWords = [
	'method',
	'json',
	'body',
	'bodyFile',
	'connections',
	'maxConnections',
	'pipelining',
	'http2',
] as const;
const insteadOf: Readonly<Record<(typeof plainWords)[number], string>> = {
	method: 'Each request says its own: post: /cart',
	json: 'Give it to a request.',
	body: 'Give it to a request.',
	bodyFile: 'Give it to a request.',
	connections: 'Say users: each has connections of its own.',
	maxConnections: 'Say maxUsers.',
	pipelining: 'A user has one request in flight.',
	http2: 'Virtual users speak HTTP/1.1.',
};

/** Throws the refusal of a member. */
export const refuse = (member: string, what: string, hint: string): never => {
	throw new BenchtopError(`${member}: ${what}`, {hint});
};

/** Reads a file that a member names, relative to the folder of the suite file. */
export const readNamed = (member: string, file: string, {folder}: SuitePlace): Buffer => {
	try {
		return readFileSync(resolve(folder, file));
	} catch (error) {
		throw new BenchtopError(`${member}: ${file} cannot be read: ${messageOf(error)}`, {
			hint: 'Paths are relative to the folder of the suite file.',
			cause: error,
		});
	}
};

/** Headers whose names and values can be sent. */
export const checkedHeaders = (
	member: string,
	headers: Readonly<Record<string, string>> = {},
): Record<string, string> => {
	const names = new Set<string>();
	for (const [name, value] of Object.entries(headers)) {
		const small = name.toLowerCase();
		if (!isHeaderName(name))
			refuse(
				`${member}.${name}`,
				`${JSON.stringify(name)} is no header name.`,
				'For example: Accept: application/json',
			);
		if (breaksLine(value)) refuse(`${member}.${name}`, 'The value holds a line break.', 'A header is one line.');
		if (followsFromBody(name))
			refuse(`${member}.${name}`, `${name} follows from the body and is not yours to set.`, 'Leave it out.');
		if (names.has(small)) refuse(`${member}.${name}`, `${name} is given twice.`, 'Join the values with a comma.');
		names.add(small);
	}

	return {...headers};
};

const urlIn = (given: string): string => {
	try {
		return parseTarget(given);
	} catch (error) {
		if (!(error instanceof BenchtopError)) throw error;
		throw new BenchtopError(`url: ${error.message}`, {
			hint: 'For example: url: http://localhost:3000/path',
			cause: error,
		});
	}
};

/** What does not go together: the member it is said of, and why. */
const contradictions = (
	given: HttpMembers,
): ReadonlyArray<readonly [isSo: boolean, member: string, what: string, hint: string]> => {
	const has = (name: keyof HttpMembers): boolean => given[name] !== undefined;
	const {rateEnd} = given.rate === undefined ? {} : (rateIn(String(given.rate)) ?? {});
	const openWord = (['rampSteps', 'arrivals', 'maxConnections', 'maxUsers', 'precise'] as const).find(has);
	const isPipelined = (given.pipelining ?? 1) > 1;
	return [
		[openWord !== undefined && !has('rate'), openWord ?? '', 'It needs a rate.', 'For example: rate: 500'],
		[has('rampSteps') && rateEnd === undefined, 'rampSteps', 'It needs a ramp.', 'For example: rate: 100..2000'],
		[
			given.keepAlive === false && isPipelined,
			'pipelining',
			'It needs connections that are kept.',
			'Leave out keepAlive.',
		],
		[given.keepAlive === false && given.http2 === true, 'http2', 'Its connections are kept.', 'Leave out keepAlive.'],
		[
			has('proxy') && has('unix'),
			'proxy',
			'There is none on the way to a socket of this machine.',
			'Leave out proxy or unix.',
		],
		[has('connectTo') && has('unix'), 'connectTo', 'It excludes unix.', 'Give one of them.'],
		[
			has('cert') !== has('key'),
			has('cert') ? 'cert' : 'key',
			'cert and key go together.',
			'Give both; they may be the same file.',
		],
		[
			given.follow === true && isPipelined && given.http2 !== true,
			'follow',
			'It takes one request in flight on a connection.',
			'Leave out pipelining.',
		],
		[
			[given.json, given.body, given.bodyFile].filter((body) => body !== undefined).length > 1,
			given.bodyFile === undefined ? 'body' : 'bodyFile',
			'A request has one body.',
			'Give one of json, body and bodyFile.',
		],
	];
};

const loadSuite = async (given: HttpMembers, place: SuitePlace): Promise<SuiteLoad<OwnHttpPlan>> => {
	const found = contradictions(given).find(([isSo]) => isSo);
	if (found !== undefined) refuse(found[1], found[2], found[3]);
	const url = urlIn(given.url);
	const flows = (['requests', 'steps', 'scenarios'] as const).filter((name) => given[name] !== undefined);
	const [flow, second] = flows;
	if (second !== undefined) refuse(second, `It excludes ${flow}.`, 'Give one of requests, steps and scenarios.');
	const {rate, rateEnd} =
		given.rate === undefined
			? {rate: undefined, rateEnd: undefined}
			: {rateEnd: undefined, ...rateIn(String(given.rate))};
	const text = (name: 'ca' | 'cert' | 'key'): string | undefined =>
		given[name] === undefined ? undefined : readNamed(name, given[name], place).toString('utf8');
	const shared: {readonly [Name in keyof OwnHttpPlan]?: OwnHttpPlan[Name] | undefined} = {
		url,
		headers: checkedHeaders('headers', given.headers),
		timeout: given.timeout === undefined ? defaultTimeout : parseDuration(String(given.timeout)),
		rate,
		rateEnd,
		steps: given.rampSteps,
		arrivals: given.arrivals,
		seed: given.seed,
		precise: given.precise,
		follow: given.follow,
		keepAlive: given.keepAlive === false ? false : undefined,
		insecure: given.insecure,
		ca: text('ca'),
		cert: text('cert'),
		key: text('key'),
		proxy: given.proxy,
		unix: given.unix === undefined ? undefined : resolve(place.folder, given.unix),
		connectTo: given.connectTo,
	};
	const own = flow === undefined ? plainMembers(given, place) : await scenarioMembers(given, url, place);
	const {ownHttpPlan} = await import('./plan.ts');
	const load = ownHttpPlan.parse(
		Object.fromEntries(Object.entries({...shared, ...own}).filter(([, value]) => value !== undefined)),
	);
	const {hostname} = new URL(url);
	const isLocal =
		isLoopback(hostname) && load.proxy === undefined && load.unix === undefined && load.connectTo === undefined;
	return {
		load,
		target: `${load.method === 'GET' ? '' : `${load.method} `}${redactUrl(url)}`,
		...(isLocal ? {watchPort: portOf(new URL(url))} : {}),
		duration: defaultDuration,
		warmup: defaultWarmup,
	};
};

type Own = {readonly [Name in keyof OwnHttpPlan]?: OwnHttpPlan[Name] | undefined};

/** The same request over and over. */
const plainMembers = (given: HttpMembers, place: SuitePlace): Own => {
	const stray = scenarioWords.find((name) => given[name] !== undefined);
	if (stray !== undefined) {
		refuse(stray, 'It is for virtual users, and there is nothing for them to do.', 'Say requests, steps or scenarios.');
	}

	const open = (['url', 'headers', 'json', 'body'] as const).find((name) =>
		JSON.stringify(given[name] ?? '').includes('{{'),
	);
	if (open !== undefined) {
		refuse(open, 'Templates are filled in for virtual users alone.', 'Say requests, steps or scenarios.');
	}

	const body =
		given.json !== undefined
			? Buffer.from(JSON.stringify(given.json))
			: given.body !== undefined
				? Buffer.from(given.body)
				: given.bodyFile === undefined
					? undefined
					: readNamed('bodyFile', given.bodyFile, place);
	const headers = checkedHeaders('headers', given.headers);
	const isTyped = Object.keys(headers).some((name) => /^content-type$/i.test(name));
	return {
		method: (given.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase(),
		headers: given.json === undefined || isTyped ? headers : {'Content-Type': 'application/json', ...headers},
		bodyBase64: body?.toString('base64'),
		connections: given.connections ?? defaultConnections,
		maxConnections: given.maxConnections,
		pipelining: given.pipelining ?? 1,
		http2: given.http2,
	};
};

/** What virtual users do. */
const scenarioMembers = async (given: HttpMembers, url: string, place: SuitePlace): Promise<Own> => {
	const stray = plainWords.find((name) => given[name] !== undefined);
	if (stray !== undefined) refuse(stray, 'It is not for virtual users.', insteadOf[stray]);
	if (given.rate !== undefined) {
		if (given.users !== undefined)
			refuse('users', 'With a rate, each session has a new user.', 'Say maxUsers for how many there may be at a time.');
		if (given.ramp !== undefined)
			refuse('ramp', 'With a rate, users begin when their sessions are due.', 'Say rate: 1..20 for a ramp.');
	}

	if (new URL(url).search !== '')
		refuse('url', 'Paths are below it, so it has no query.', 'Give the query to the requests.');
	const {scenarioOf} = await import('./scenario/suite.ts');
	return {
		method: 'GET',
		connections: given.rate === undefined ? (given.users ?? defaultUsers) : (given.maxUsers ?? defaultMaxUsers),
		pipelining: 1,
		scenario: scenarioOf(given, url, place),
	};
};

/** How a suite file asks for this engine: by `url`. */
export const httpSuite = suiteEntry('url', httpMembers, loadSuite);
