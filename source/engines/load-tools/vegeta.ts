import {outcomeOf} from '../../core/error-words.ts';
import type {Adapter, Errand, Launch} from './adapter.ts';
import {type PlainRequest, requestOf, writePrivate} from './request.ts';

/** As many times the connections as there may be under a rate, as with the engine `http`. */
const mostConnections = 10;

const targetOf = ({url, method, headers, body}: PlainRequest, folder: string): string =>
	[
		`${method} ${url.href}`,
		...headers.map(([name, value]) => `${name}: ${value}`),
		...(body === undefined ? [] : [`@${writePrivate(folder, 'body', body)}`]),
		'',
	].join('\n');

/** A rate as vegeta takes it: a whole number of requests in some time. */
const rateWord = (rate: number): string => (Number.isInteger(rate) ? `${rate}/1s` : `${Math.round(rate * 1000)}/1000s`);

/** '2026-01-31T12:00:00.123456789+01:00' in milliseconds since 1970, to the microsecond. */
const momentIn = (text: string): number => {
	const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
	return Math.floor(Date.parse(text) / 1000) * 1000 + Number(`0.${fraction || '0'}`) * 1000;
};

type Result = {readonly code: number; readonly timestamp: number; readonly latency: number; readonly error: string};

/** Nanoseconds become microseconds. */
const resultIn = (line: string): Result | undefined => {
	try {
		const read: unknown = JSON.parse(line);
		if (typeof read !== 'object' || read === null || !('code' in read && 'timestamp' in read && 'latency' in read)) {
			return undefined;
		}

		return {
			code: Number(read.code),
			timestamp: momentIn(String(read.timestamp)),
			latency: Number(read.latency) / 1000,
			error: 'error' in read ? String(read.error) : '',
		};
	} catch {
		return undefined;
	}
};

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const most = String(plan.connections * (plan.rate === undefined ? 1 : mostConnections));
	let [first, last] = [Number.POSITIVE_INFINITY, 0];
	return {
		words: [
			`-cpus=${plan.threads ?? 1}`,
			...['attack', `-rate=${plan.rate === undefined ? '0' : rateWord(plan.rate)}`],
			`-duration=${'duration' in limit ? limit.duration : 0}ms`,
			...[`-timeout=${plan.timeout}ms`, `-workers=${plan.connections}`, `-max-workers=${most}`, `-connections=${most}`],
			...['-http2=false', '-redirects=-1', '-max-body=0', '-targets=stdin'],
		],
		input: targetOf(request, folder),
		through: ['encode', '-to', 'json'],
		hear(line) {
			const result = resultIn(line);
			if (result === undefined) return;
			const {code, timestamp, latency, error} = result;
			first = Math.min(first, timestamp);
			last = Math.max(last, timestamp + latency / 1000);
			if (code > 0) return tally.answered(code, latency);
			const outcome = outcomeOf(error);
			// What timed out waited so long; what failed otherwise tells nothing of the target's speed.
			if (outcome === 'timeout') tally.timed(outcome, true, latency);
			else tally.failed(outcome);
		},
		conclude: () => (first < last ? {duration: last - first} : undefined),
	};
};

/** vegeta: its encoder writes each request as it ends, to the nanosecond. */
export const vegeta: Adapter = {
	name: 'vegeta',
	about: 'HTTP/1.1 requests by vegeta, at a rate or as fast as its workers allow',
	tool: {
		name: 'vegeta',
		programs: ['vegeta'],
		hint: 'Install it: go install github.com/tsenart/vegeta/v12@latest, or brew install vegeta',
	},
	version: {words: ['-version'], pattern: /^Version:[ \t]+(\S+)/m},
	latencyMeans:
		'from the actual sending of the request to the last byte of its reply; the first one on a connection includes looking up the name and connecting',
	can: {rate: true, threads: true},
	isLive: true,
	hidesHeaders: true,
	sendsAgain: true,
	limits: (plan) => [
		'The sizes of replies are not told.',
		'The percentiles that vegeta itself prints are estimates (t-digest); here they are those of all requests.',
		'Requests that failed without a reply have no latency here; in the percentiles that vegeta prints they do.',
		...(plan.rate === undefined
			? []
			: [
					`Under a rate vegeta may open ${mostConnections} times as many connections as there are; it counts from the actual send, so waiting for one of them is left out.`,
				]),
	],
	launch,
};
