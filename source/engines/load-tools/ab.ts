import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Doubt} from '../../core/event.ts';
import {formatCount} from '../../core/units.ts';
import {latenciesOf} from './ab-times.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {bodyWords, headerIn, headerWords, numberIn, requestOf, secondsAbove} from './request.ts';

/** ab lays out room for so many requests: more than it can make in a second. */
const mostPerSecond = 200_000;

const linesOf = (path: string): readonly string[] => {
	try {
		// The first line names the columns.
		return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
	} catch {
		return [];
	}
};

const connectionDoubts = (kept: number, complete: number): readonly Doubt[] =>
	kept >= complete / 2
		? []
		: [
				{
					kind: 'connections-not-kept',
					message: `Only ${formatCount(kept)} of ${formatCount(complete)} requests went over a connection that was kept: ab speaks HTTP/1.0, to which this target answers by closing. Connecting is part of what was measured.`,
				},
			];

const lengthDoubts = (odd: number, complete: number): readonly Doubt[] =>
	odd === 0
		? []
		: [
				{
					kind: 'lengths-differ',
					message: `${formatCount(odd)} of ${formatCount(complete)} replies had another length than the first: ab does not tell a page that varies from a reply that was cut off or never came.`,
				},
			];

/** What ab says of sizes. Bytes are of all replies. */
type Sizes = {
	readonly complete: number;
	/** Without a body: of the first reply. */
	readonly document: number;
	/** How many had another length than the first one. */
	readonly odd: number;
	readonly received: number;
	readonly bodies: number;
};

/**
 * How many of the complete requests got nothing, or a reply without a body where others had one, if anything came at all. A connection that is closed
 * without a word is a complete request for ab, and no failure of it.
 */
const emptyIn = ({complete, document, odd, received, bodies}: Sizes): number => {
	if (received === 0 || bodies === 0) return 0;
	if (document === 0) return complete - odd;
	return bodies === (complete - odd) * document ? odd : 0;
};

const count = ({tally}: Errand, text: string, requests: string, percents: string): Told | undefined => {
	const seconds = numberIn(text, /^Time taken for tests:\s+([\d.]+)/m);
	const complete = numberIn(text, /^Complete requests:\s+(\d+)/m);
	if (seconds === undefined || complete === undefined) return undefined;
	const of = (pattern: RegExp): number => numberIn(text, pattern) ?? 0;
	const received = of(/^Total transferred:\s+(\d+)/m);
	const kept = of(/^Keep-Alive requests:\s+(\d+)/m);
	const bad = of(/^Non-2xx responses:\s+(\d+)/m);
	const connect = of(/Connect: (\d+)/);
	const receive = of(/Receive: (\d+)/);
	const lengths = of(/Length: (\d+)/);
	const exceptions = of(/Exceptions: (\d+)/);
	const sizes = {
		complete,
		document: of(/^Document Length:\s+(\d+)/m),
		odd: lengths,
		received,
		bodies: of(/^HTML transferred:\s+(\d+)/m),
	};
	// What is not 2xx, or broke off, may be empty or of another length as well.
	const empty = Math.max(0, emptyIn(sizes) - bad - receive);
	const odd = sizes.document === 0 && empty > 0 ? 0 : Math.max(0, lengths - bad - empty);
	const latencies = latenciesOf(
		linesOf(requests).map((line) => Number(line.split('\t')[4])),
		new Map(
			linesOf(percents).map((line) => {
				const [percent, milliseconds] = line.split(',').map(Number);
				return [percent ?? 0, milliseconds ?? 0] as const;
			}),
		),
	);
	// Where not one byte came, no time of its is one of a reply.
	const isMute = received === 0;
	if (isMute) tally.failed('closed before response', complete);
	for (const [index, latency] of isMute ? [] : latencies.entries()) {
		if (index < receive) tally.timed('ECONNRESET', true, latency);
		else if (index < receive + bad) tally.timed('not 2xx', true, latency);
		else if (index < receive + bad + empty) tally.timed('empty or no reply', true, latency);
		else if (index < receive + bad + empty + odd) tally.timed('other length', false, latency);
		else tally.timed('2xx', false, latency);
	}

	tally.failed('connection failed', connect);
	tally.failed('closed before response', exceptions);
	tally.received(received);
	// In milliseconds, as ab prints it; its rate has more digits than its time.
	const rate = numberIn(text, /^Requests per second:\s+([\d.]+)/m);
	const duration = rate === undefined || rate === 0 ? seconds * 1000 : (complete / rate) * 1000;
	return {
		duration: Math.abs(duration - seconds * 1000) <= 1 ? duration : seconds * 1000,
		requests: complete + connect + exceptions,
		doubts: [...(isMute ? [] : connectionDoubts(kept, complete)), ...lengthDoubts(odd, complete)],
	};
};

const launch = (errand: Errand): Launch => {
	const {plan, limit, folder} = errand;
	const request = requestOf(plan);
	const [requests, percents] = [join(folder, 'requests'), join(folder, 'percents')];
	const lines: string[] = [];
	const isEven = 'amount' in limit || limit.duration % 1000 === 0;
	return {
		words: [
			...['-q', '-k', '-r', '-c', String(plan.connections), '-s', String(secondsAbove(plan.timeout))],
			...('amount' in limit
				? ['-n', String(limit.amount)]
				: ['-t', String(secondsAbove(limit.duration)), '-n', String(secondsAbove(limit.duration) * mostPerSecond)]),
			...['-g', requests, '-e', percents],
			...headerWords({...request, headers: request.headers.filter(([name]) => !/^content-type$/i.test(name))}),
			...(request.body === undefined ? [] : ['-T', headerIn(request, 'content-type') ?? 'text/plain']),
			...bodyWords(request, request.method === 'PUT' ? '-u' : '-p', folder),
			...(request.body !== undefined || request.method === 'GET'
				? []
				: request.method === 'HEAD'
					? ['-i']
					: ['-m', request.method]),
			request.url.href,
		],
		hear: (line) => lines.push(line),
		...(isEven ? {} : {interruptAfter: limit.duration}),
		conclude: () => count(errand, lines.join('\n'), requests, percents),
	};
};

/** ab: each request to the millisecond by -g, each percent of them to the microsecond by -e. */
export const ab: Adapter = {
	name: 'ab',
	about: 'HTTP/1.0 requests by ab (ApacheBench), over connections that are kept where the target does so',
	tool: {name: 'ab', programs: ['ab'], hint: 'Install it: apt install apache2-utils'},
	version: {words: ['-V'], pattern: /Version (\S+)/},
	latencyMeans: 'from beginning to connect, or on a kept connection to send, to the last byte of the reply',
	can: {amount: true, bodies: ['POST', 'PUT'], wholeSeconds: true},
	limits: () => [
		'ab speaks HTTP/1.0 with "Connection: Keep-Alive" (-k); it goes on after a broken connection (-r).',
		'ab tells latencies to the millisecond, and at each whole percent to the microsecond: p50, p75, p90, p95 and p99 are exact, what lies between is interpolated, and p99.9 is true to the millisecond.',
		'ab does not tell statuses apart: whatever is not 2xx, a redirect too, counts as failed.',
		'For ab a connection that is closed without a reply is a complete request. Where some replies had a body and the others had none, or nothing came at all, these count as failed ("empty or no reply").',
		'Where nothing at all comes for as long as the timeout, ab breaks off and tells nothing; a single request may take longer. Requests in flight at the end are not told.',
	],
	launch,
};
