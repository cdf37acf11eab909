import {readFileSync} from 'node:fs';
import type {RunPlan} from '../core/plan.ts';
import {redactUrl, redactWords} from '../core/secret.ts';
import type {OwnHttpPlan} from '../engines/http/plan.ts';
import type {HttpPlan} from '../engines/http-plan.ts';
import {
	breaksLine,
	followsFromBody,
	isHeaderName,
	isLoopback,
	isPlace,
	isProxy,
	portOf,
} from '../engines/http-words.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {Flags, Limits} from './flags.ts';
import {watchOf} from './watch-flags.ts';

const longest: Limits = {least: 1, most: 24 * 3_600_000};
const defaultDuration = 10_000;
const defaultTimeout = 10_000;
const defaultEngine = 'http';
const warmupShare = 0.1;
const longestWarmup = 3000;

const parseHeaders = (lines: readonly string[]): Record<string, string> => {
	const headers: Record<string, string> = {};
	for (const line of lines) {
		const colon = line.indexOf(':');
		const name = line.slice(0, colon).trim();
		const value = line.slice(colon + 1).trim();
		// The value may be a secret: the message names the header alone.
		if (colon < 1 || !isHeaderName(name)) {
			throw new BenchtopError(
				`-H takes 'Name: value'${colon < 1 ? '; this one has no colon' : `, and ${JSON.stringify(name)} is no header name`}.`,
				{
					hint: "For example: -H 'Accept: application/json'",
				},
			);
		}

		if (breaksLine(value)) {
			throw new BenchtopError(`The value of the header ${name} holds a line break.`, {
				hint: 'Give each header its own -H.',
			});
		}

		if (followsFromBody(name)) {
			throw new BenchtopError(`${name} follows from the body and is not yours to set.`, {hint: 'Leave it out.'});
		}

		// A header may be given several times (RFC 9110, 5.3; RFC 6265, 5.4).
		const known = Object.keys(headers).find((given) => given.toLowerCase() === name.toLowerCase());
		const joint = /^cookie$/i.test(name) ? '; ' : ', ';
		headers[known ?? name] = known === undefined ? value : `${headers[known]}${joint}${value}`;
	}

	return headers;
};

const readBody = (flags: Flags): Buffer | undefined => {
	const inline = flags.text('body');
	const file = flags.text('body-file');
	if (inline !== undefined && file !== undefined) {
		throw new BenchtopError('--body and --body-file exclude each other.', {hint: 'Give one of them.'});
	}

	if (file === undefined) return inline === undefined ? undefined : Buffer.from(inline);
	try {
		return readFileSync(file);
	} catch (error) {
		throw new BenchtopError(`The body cannot be read: ${messageOf(error)}`, {
			hint: 'Check the path after --body-file.',
			cause: error,
		});
	}
};

/** A rate, or a ramp from one rate to another: '100' or '100..2000'. */
const readRate = (flags: Flags): {readonly rate?: number; readonly rateEnd?: number} => {
	const ends = flags.text('rate')?.split('..');
	if (ends === undefined) return {};
	if (ends.length !== 2) {
		const rate = flags.number('rate', {least: 0.001});
		return rate === undefined ? {} : {rate};
	}

	const [rate, rateEnd] = ends.map((end) => (/^\d+(\.\d+)?$/.test(end) ? Number(end) : 0));
	if (!rate || !rateEnd) {
		throw new BenchtopError(`--rate takes a number or two of them, not ${JSON.stringify(flags.text('rate'))}.`, {
			hint: 'For example: -R 500, or -R 100..2000',
		});
	}

	return {rate, rateEnd};
};

const readText = (flags: Flags, name: string): string | undefined => {
	const file = flags.text(name);
	if (file === undefined) return undefined;
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new BenchtopError(`--${name}: the file cannot be read: ${messageOf(error)}`, {
			hint: 'Check the path.',
			cause: error,
		});
	}
};

const ownFlags = [
	'steps',
	'arrivals',
	'seed',
	'max-connections',
	'precise',
	'http2',
	'follow',
	'no-keep-alive',
	'connect-to',
	'proxy',
	'unix',
	'insecure',
	'ca',
	'cert',
	'key',
];
const openLoopFlags = ['steps', 'arrivals', 'seed', 'max-connections', 'precise'];

const exclusive = [
	['connect-to', 'unix'],
	['proxy', 'unix'],
	['http2', 'no-keep-alive'],
] as const;

type Own = Partial<Omit<OwnHttpPlan, keyof HttpPlan>>;

/** What only the engine `http` understands. */
const readOwn = (flags: Flags, engine: string, rateEnd: number | undefined): Own => {
	const asked = ownFlags.find((name) => flags.has(name)) ?? (rateEnd === undefined ? undefined : 'rate with a ramp');
	if (asked !== undefined && engine !== 'http') {
		throw new BenchtopError(`--${asked} is not for the engine ${engine}.`, {
			hint: 'Use --engine http, or leave it out.',
		});
	}

	const idle = flags.text('rate') === undefined && openLoopFlags.find((name) => flags.has(name));
	if (idle) {
		throw new BenchtopError(`--${idle} needs a rate.`, {hint: 'For example: -R 500'});
	}

	if (flags.has('steps') && rateEnd === undefined) {
		throw new BenchtopError('--steps needs a ramp.', {hint: 'For example: -R 100..2000 --steps 5'});
	}

	if (rateEnd !== undefined && flags.has('amount')) {
		throw new BenchtopError('A ramp needs a time to climb in, not an --amount.', {hint: 'Use -d.'});
	}

	if (flags.has('no-keep-alive') && (flags.integer('pipelining') ?? 1) > 1) {
		throw new BenchtopError('--no-keep-alive and --pipelining exclude each other.', {hint: 'Give one of them.'});
	}

	for (const [one, other] of exclusive) {
		if (flags.has(one) && flags.has(other)) {
			throw new BenchtopError(`--${one} and --${other} exclude each other.`, {hint: 'Give one of them.'});
		}
	}

	if (flags.has('follow') && !flags.has('http2') && (flags.integer('pipelining') ?? 1) > 1) {
		throw new BenchtopError('--follow takes one request in flight on a connection.', {
			hint: 'Leave out --pipelining, or add --http2.',
		});
	}

	if (flags.has('cert') !== flags.has('key')) {
		throw new BenchtopError('--cert and --key go together.', {hint: 'Give both; they may be the same file.'});
	}

	const connectTo = flags.text('connect-to');
	if (connectTo !== undefined && !isPlace(connectTo)) {
		throw new BenchtopError(`--connect-to takes HOST:PORT, not ${JSON.stringify(connectTo)}.`, {
			hint: 'For example: --connect-to 127.0.0.1:8080',
		});
	}

	const proxy = flags.text('proxy');
	if (proxy !== undefined && !isProxy(proxy)) {
		// The rest of it may be a secret.
		throw new BenchtopError(`--proxy takes a URL like http://proxy.example:3128.`, {
			hint: 'It is spoken to in plain HTTP, and asked for a tunnel by CONNECT.',
		});
	}

	const own: {readonly [Name in keyof Own]: Own[Name] | undefined} = {
		rateEnd,
		steps: flags.integer('steps', {least: 2, most: 10_000}),
		arrivals: flags.choice('arrivals', ['even', 'poisson'] as const),
		seed: flags.integer('seed', {most: 4_294_967_295}),
		maxConnections: flags.integer('max-connections', {least: 1, most: 100_000}),
		precise: flags.has('precise') || undefined,
		keepAlive: flags.has('no-keep-alive') ? false : undefined,
		proxy,
		http2: flags.has('http2') || undefined,
		follow: flags.has('follow') || undefined,
		connectTo,
		unix: flags.text('unix'),
		insecure: flags.has('insecure') || undefined,
		ca: readText(flags, 'ca'),
		cert: readText(flags, 'cert'),
		key: readText(flags, 'key'),
	};
	return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
};

/** An id that nobody else has: ten letters and digits, so that its first few tell runs apart. */
export const newRunId = (): string => {
	const letters = '0123456789abcdefghjkmnpqrstvwxyz';
	// Not secret, only unlike: what makes better random numbers takes longer to load than all the rest of a plan.
	return Array.from({length: 10}, () => letters[Math.floor(Math.random() * letters.length)]).join('');
};

/** What drives the load. The table of engines, with all that they need, is loaded where one is asked for. */
const readEngine = async (flags: Flags): Promise<string> => {
	if (!flags.has('engine')) return defaultEngine;
	const {engines} = await import('../engines/index.ts');
	const names = engines.map(({name}) => name);
	return flags.choice('engine', names) ?? defaultEngine;
};

/** Flags and a target as a plan. Rejects with a BenchtopError (exit code 2) on anything that does not fit. */
export const httpRunPlan = async (target: string, flags: Flags): Promise<RunPlan> => {
	const url = new URL(target);
	const body = readBody(flags);
	const connections = flags.integer('connections', {least: 1, most: 100_000}) ?? 10;
	const pipelining = flags.integer('pipelining', {least: 1, most: 1000}) ?? 1;
	const {rate, rateEnd} = readRate(flags);
	const engine = await readEngine(flags);
	const workers = flags.integer('workers', {least: 1, most: 256}) ?? 1;
	const amount = flags.integer('amount', {least: 1});
	const duration = flags.duration('duration', longest);
	if (amount !== undefined && duration !== undefined) {
		throw new BenchtopError('--amount and --duration exclude each other.', {hint: 'Give one of them.'});
	}

	const least = Math.min(rate ?? workers, rateEnd ?? workers);
	if (workers > 1 && least < workers) {
		throw new BenchtopError(`${workers} threads cannot share ${least} requests per second.`, {
			hint: 'Use fewer threads: -w 1.',
		});
	}

	const name = flags.text('name') === undefined ? undefined : redactWords(flags.text('name') ?? '');
	if (name?.trim() === '' || flags.texts('tag').some((tag) => tag.trim() === '')) {
		throw new BenchtopError('A name or a tag needs a letter.', {hint: 'For example: --name checkout --tag nightly'});
	}

	if (workers > connections) {
		throw new BenchtopError(`${workers} threads cannot share ${connections} connections.`, {
			hint: `Use -w ${connections}, or more connections.`,
		});
	}

	if (amount !== undefined && amount < connections * pipelining) {
		throw new BenchtopError(
			`--amount ${amount} is less than ${pipelining === 1 ? 'one request' : `${pipelining} requests`} for each of ${connections} connections.`,
			{
				hint: `Use -c ${Math.max(1, Math.floor(amount / pipelining))}, or a larger amount.`,
			},
		);
	}

	if (amount !== undefined && pipelining > 1 && engine === 'autocannon') {
		throw new BenchtopError('--amount and --pipelining do not go together: the last replies would be lost.', {
			hint: 'Use -d, or -p 1.',
		});
	}

	const method = (flags.text('method') ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
	if (!/^[A-Z]+$/.test(method)) {
		throw new BenchtopError(`--method ${JSON.stringify(method)} is not a request method.`, {
			hint: 'For example: -m POST',
		});
	}

	const load: HttpPlan & Own = {
		...readOwn(flags, engine, rateEnd),
		url: target,
		method,
		headers: parseHeaders(flags.texts('header')),
		...(body === undefined ? {} : {bodyBase64: body.toString('base64')}),
		connections,
		pipelining,
		...(rate === undefined ? {} : {rate}),
		timeout: flags.duration('timeout', longest) ?? defaultTimeout,
	};
	const measured = amount === undefined ? (duration ?? defaultDuration) : undefined;
	const shown = `${method === 'GET' ? '' : `${method} `}${redactUrl(target)}`;
	const isLocal = isLoopback(url.hostname) && !['connect-to', 'unix', 'proxy'].some((flag) => flags.has(flag));
	return {
		id: newRunId(),
		name: name ?? shown,
		engine,
		target: shown,
		load,
		warmup:
			flags.duration('warmup', {most: longest.most!}) ??
			(measured === undefined ? 0 : Math.min(longestWarmup, measured * warmupShare)),
		...(measured === undefined ? {} : {duration: measured}),
		...(amount === undefined ? {} : {amount}),
		workers,
		tags: flags.texts('tag').map(redactWords),
		watch: watchOf(flags, isLocal ? portOf(url) : undefined),
	};
};
