import {join} from 'node:path';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {bodyWords, headerWords, numberIn, requestOf, writePrivate} from './request.ts';

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const log = join(folder, 'requests');
	const lines: string[] = [];
	let [first, last, lost] = [Number.POSITIVE_INFINITY, 0, 0];
	const conclude = (): Told | undefined => {
		const text = lines.join('\n');
		const done = numberIn(text, /^requests: .*\b(\d+) done/m);
		const span = first < last ? {duration: (last - first) / 1000} : undefined;
		if (done === undefined) {
			tally.failed('connection failed', lost);
			return span;
		}

		const errored = numberIn(text, /(\d+) errored/) ?? 0;
		const timeouts = Math.min(errored, numberIn(text, /(\d+) timeout/) ?? 0);
		tally.failed('timeout', timeouts);
		tally.failed('connection failed', errored - timeouts);
		// What is done has a line in the log; what was started besides was in flight.
		const started = numberIn(text, /(\d+) started/) ?? done;
		tally.inFlight(Math.max(0, started - done - errored + lost));
		tally.received(numberIn(text, /^traffic: \S+ \((\d+)\) total/m) ?? 0);
		return {
			duration: 'duration' in limit ? limit.duration : (timeIn(text) ?? span?.duration ?? 0),
			requests: done - lost + errored,
		};
	};
	return {
		words: [
			...['--h1', '-c', String(plan.connections), '-t', String(plan.threads ?? 1), '-m', String(plan.pipelining)],
			...('duration' in limit ? ['-D', `${limit.duration}ms`] : ['-n', String(limit.amount)]),
			...['-N', `${plan.timeout}ms`, `--log-file=${log}`],
			...(plan.rate === undefined ? [] : ['--rps', String(plan.rate / plan.connections)]),
			...headerWords(request),
			...bodyWords(request, '-d', folder),
			...['-i', writePrivate(folder, 'target', `${request.url.href}\n`)],
		],
		hear: (line) => lines.push(line),
		log: {
			path: log,
			hear(line) {
				const [start, status, latency] = line.split('\t').map(Number);
				if (start === undefined || status === undefined || latency === undefined) return;
				first = Math.min(first, start);
				last = Math.max(last, start + latency);
				// Without a reply; the report tells why.
				if (status < 100) lost += 1;
				else tally.answered(status, latency);
			},
		},
		conclude,
	};
};

const inMilliseconds: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000, m: 60_000};

/** 'finished in 1.08s' in milliseconds. */
const timeIn = (text: string): number | undefined => {
	const [, number, unit = ''] = /^finished in ([\d.]+)([a-z]+)/m.exec(text) ?? [];
	const factor = inMilliseconds[unit];
	return number === undefined || factor === undefined ? undefined : Number(number) * factor;
};

/** h2load in HTTP/1.1: it writes each request into its log as it ends, to the microsecond. */
export const h2load: Adapter = {
	name: 'h2load',
	about: 'HTTP/1.1 requests by h2load of nghttp2, pipelined too',
	tool: {name: 'h2load', programs: ['h2load'], hint: 'Install it: apt install nghttp2-client, or brew install nghttp2'},
	version: {words: ['--version'], pattern: /nghttp2\/(\S+)/},
	latencyMeans: 'from handing over the request to the last byte of its reply, connecting left out',
	can: {pipelining: true, rate: true, amount: true, threads: true, methods: ['GET', 'POST'], needsBody: true},
	isLive: true,
	leavesOutTimeouts: true,
	isBursty: true,
	limits: () => [
		'The timeout of h2load is that of a connection on which nothing comes: all its requests then count as timed out, without a latency.',
		'Requests in flight at the end are counted; how long they had waited is not told.',
	],
	launch,
};
