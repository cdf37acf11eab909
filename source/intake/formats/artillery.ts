import * as z from 'zod';
import type {Finding} from '../../core/finding.ts';
import type {CountedOperations, Format, MetricValues, ToldRun} from '../format.ts';
import {fits, readAs} from '../given.ts';

const summary = z.object({
	min: z.number(),
	max: z.number(),
	count: z.number(),
	mean: z.number().optional(),
	p50: z.number(),
	p75: z.number(),
	p90: z.number(),
	p95: z.number(),
	p99: z.number(),
	p999: z.number(),
});
const whole = z.object({
	aggregate: z.object({
		counters: z.record(z.string(), z.number()),
		summaries: z.record(z.string(), summary),
		firstMetricAt: z.number().optional(),
		lastMetricAt: z.number().optional(),
	}),
	intermediate: z.array(z.unknown()),
});

/** Before version 2. Milliseconds, but for `rps`: of all requests that were sent. */
const early = z.object({
	aggregate: z.object({
		requestsCompleted: z.number(),
		latency: z.object({
			min: z.number().nullable(),
			max: z.number().nullable(),
			median: z.number().nullable(),
			p95: z.number().nullable(),
			p99: z.number().nullable(),
		}),
		rps: z.object({count: z.number(), mean: z.number()}),
		errors: z.record(z.string(), z.number()),
		codes: z.record(z.string(), z.number()),
	}),
	intermediate: z.array(z.unknown()),
});

const usual = 'http.response_time';

const means = 'from sending a request to the first byte of its reply, as Artillery times it';

type Counts = readonly (readonly [name: string, count: number])[];

/** Whether an error is one of the system's, so that there was no answer. */
const isOfSystem = (error: string): boolean => /^E[A-Z_]+$/.test(error);

/**
 * The requests by their status, and those without an answer, so many as `sent` says, by their errors. Further errors are
 * about answers that have come, and are found beside.
 */
const outcomesOf = (codes: Counts, errors: Counts, sent: number | undefined) => {
	const answered = codes.reduce((sum, [, count]) => sum + count, 0);
	let left = sent === undefined ? Number.POSITIVE_INFINITY : Math.max(0, sent - answered);
	const counted: CountedOperations[] = codes.map(([status, count]) => ({
		outcome: status,
		failed: /^[45]/.test(status),
		count,
	}));
	const findings: Finding[] = [];
	for (const [error, count] of errors.toSorted(([a], [b]) => Number(isOfSystem(b)) - Number(isOfSystem(a)))) {
		const ended = Math.min(count, left);
		left -= ended;
		const outcome = error === 'ETIMEDOUT' ? 'timeout' : error;
		if (ended > 0) counted.push({outcome, failed: true, count: ended});
		if (count > ended) {
			findings.push({kind: 'error', subject: error, text: `Artillery counted it ${count} times.`, figures: {count}});
		}
	}

	return {counted, findings};
};

const readEarly = (json: unknown): ToldRun => {
	const {rps, latency, errors, codes, requestsCompleted} = readAs(early, json).aggregate;
	return {
		name: 'artillery',
		...(rps.mean > 0 ? {duration: (rps.count / rps.mean) * 1000} : {}),
		means,
		...outcomesOf(Object.entries(codes), Object.entries(errors), rps.count),
		latency: {
			count: requestsCompleted,
			min: latency.min,
			p50: latency.median,
			p95: latency.p95,
			p99: latency.p99,
			max: latency.max,
		},
		limits: ['Latencies are to the first byte. Artillery does not say what it loaded.'],
	};
};

/** Summaries of times; of others it is not told what they are in. */
const isTime = (name: string): boolean => /time|length|duration|latency|TTFB|FCP|LCP|FID|INP/.test(name);

/** Counts with a place of their own in a run, or that only share out others. */
const isUsual = (name: string): boolean => /^(?:http\.|errors\.|vusers\.|plugins\.|core\.)/.test(name);

const readNew = (json: unknown): ToldRun => {
	const {counters, summaries, firstMetricAt, lastMetricAt} = readAs(whole, json).aggregate;
	const named = (prefix: string): Counts =>
		Object.entries(counters).flatMap(([name, count]) =>
			name.startsWith(prefix) ? [[name.slice(prefix.length), count] as const] : [],
		);
	const http = summaries[usual];
	const metrics = Object.entries(summaries)
		.filter(([name]) => name !== usual)
		.flatMap(([name, figures]) =>
			(['p50', 'p95', 'p99'] as const).map(
				(share): MetricValues => ({
					name: `${name} ${share}`,
					...(isTime(name) ? {unit: 'ms', better: 'lower'} : {unit: ''}),
					values: [figures[share]],
				}),
			),
		);
	const users = (['created', 'completed', 'failed'] as const).flatMap((what): readonly MetricValues[] => {
		const count = counters[`vusers.${what}`];
		if (count === undefined) return [];
		return [
			{name: `users ${what}`, unit: 'count', ...(what === 'failed' ? {better: 'lower' as const} : {}), values: [count]},
		];
	});
	const others = Object.entries(counters)
		.filter(([name]) => !isUsual(name))
		.map(([name, count]): MetricValues => ({name, unit: 'count', values: [count]}));
	const bytes = counters['http.downloaded_bytes'];
	const sent = counters['http.requests'];
	return {
		name: 'artillery',
		...(firstMetricAt === undefined ? {} : {began: new Date(firstMetricAt).toISOString()}),
		...(firstMetricAt === undefined || lastMetricAt === undefined || lastMetricAt <= firstMetricAt
			? {}
			: {duration: lastMetricAt - firstMetricAt}),
		...outcomesOf(named('http.codes.'), named('errors.'), sent ?? 0),
		...(http === undefined
			? {}
			: {
					means,
					latency: {
						count: http.count,
						mean: http.mean ?? null,
						min: http.min,
						p50: http.p50,
						p75: http.p75,
						p90: http.p90,
						p95: http.p95,
						p99: http.p99,
						p999: http.p999,
						max: http.max,
					},
				}),
		...(bytes === undefined ? {} : {bytesIn: bytes}),
		metrics: [...metrics, ...users, ...others],
		limits: [
			'Latencies are whole milliseconds to the first byte; percentiles are those of a sketch, to about a percent. Artillery does not say what it loaded.',
		],
	};
};

/** Artillery's report: of requests the first byte, in whole milliseconds. */
export const artillery: Format = {
	name: 'artillery',
	about: 'Artillery: its report',
	made: 'artillery run --output FILE script.yml',
	recognise: ({json}) => fits(whole, json) || fits(early, json),
	read: ({json}) => [fits(early, json) ? readEarly(json) : readNew(json)],
};
