import {join} from 'node:path';
import type {Doubt} from '../../core/event.ts';
import {formatDuration} from '../../core/units.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {bodyWords, headerWords, numberIn, requestOf, writePrivate} from './request.ts';

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const log = join(folder, 'requests');
	const lines: string[] = [];
	let [first, last, longest, lost] = [Number.POSITIVE_INFINITY, 0, 0, 0];
	const conclude = (): Told | undefined => {
		const text = lines.join('\n');
		const done = numberIn(text, /^requests: .*\b(\d+) done/m);
		const span = first < last ? {duration: (last - first) / 1000} : undefined;
		if (done === undefined) {
			tally.failed('connection failed', lost);
			return span;
		}

		const errored = numberIn(text, /(\d+) errored/) ?? 0;
		tally.failed('connection failed', errored);
		// What is done has a line in the log; what was started besides was in flight.
		const started = numberIn(text, /(\d+) started/) ?? done;
		tally.inFlight(Math.max(0, started - done - errored + lost));
		tally.received(numberIn(text, /^traffic: \S+ \((\d+)\) total/m) ?? 0);
		return {
			duration: 'duration' in limit ? limit.duration : (timeIn(text) ?? span?.duration ?? 0),
			requests: done - lost + errored,
			doubts: silenceDoubts('duration' in limit ? limit.duration - (last - first) / 1000 : 0, longest / 1000),
		};
	};
	return {
		words: [
			...['--h1', '-c', String(plan.connections), '-t', String(plan.threads ?? 1), '-m', String(plan.pipelining)],
			...('duration' in limit ? ['-D', `${limit.duration}ms`] : ['-n', String(limit.amount)]),
			`--log-file=${log}`,
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
				longest = Math.max(longest, latency);
				// Without a reply; the report tells why.
				if (status < 100) lost += 1;
				else if (latency > plan.timeout * 1000) tally.timed('timeout', true, latency);
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

/** Without a reply for so long, and so many times the longest latency, something has come to a standstill. Milliseconds. */
const leastSilence = 500;
const silenceFactor = 3;

const silenceDoubts = (silence: number, longest: number): readonly Doubt[] =>
	silence < Math.max(leastSilence, silenceFactor * longest)
		? []
		: [
				{
					kind: 'fell-silent',
					message: `No reply came in the last ${formatDuration(silence)}: h2load does not open connections anew that the target has closed. The rate counts this time.`,
				},
			];

/** h2load in HTTP/1.1: it writes each request into its log as it ends, to the microsecond. */
export const h2load: Adapter = {
	name: 'h2load',
	about: 'HTTP/1.1 requests by h2load of nghttp2, pipelined too',
	tool: {name: 'h2load', programs: ['h2load'], hint: 'Install it: apt install nghttp2-client, or brew install nghttp2'},
	version: {words: ['--version'], pattern: /nghttp2\/(\S+)/},
	latencyMeans: 'from handing over the request to the last byte of its reply, connecting left out',
	can: {pipelining: true, rate: true, amount: true, threads: true, methods: ['GET', 'POST'], needsBody: true},
	isLive: true,
	isBursty: true,
	limits: () => [
		'h2load waits for a reply as long as it takes: one that came later than the timeout counts as timed out, with its latency.',
		'A connection that the target closes is not opened anew while a time runs: from then on there are fewer of them, and what was in flight there counts as in flight to the end.',
		'Requests in flight at the end are counted; how long they had waited is not told.',
	],
	launch,
};
