import * as z from 'zod';
import {outcomeOf as outcomeOfWords} from '../../core/error-words.ts';
import {parseCsv} from '../../csv.ts';
import type {Format, ToldRun} from '../format.ts';
import {cutOff, firstLine, fits, isCutOff, momentIn, readAs, textLines} from '../given.ts';

const means =
	'from sending a request, with making its connection where that is new, to the end of its reply, as vegeta times it';

/** Nanoseconds. */
const latencies = z.object({
	mean: z.number(),
	'50th': z.number(),
	'90th': z.number().optional(),
	'95th': z.number(),
	'99th': z.number(),
	max: z.number(),
	min: z.number().optional(),
});
const report = z.object({
	latencies,
	bytes_in: z.object({total: z.number()}),
	bytes_out: z.object({total: z.number()}),
	earliest: z.string(),
	duration: z.number(),
	wait: z.number(),
	requests: z.number(),
	status_codes: z.record(z.string(), z.number()),
	errors: z.array(z.string()).nullable(),
});
const hit = z.object({
	code: z.number(),
	timestamp: z.string(),
	latency: z.number(),
	bytes_in: z.number(),
	bytes_out: z.number(),
	error: z.string(),
	url: z.string().optional(),
	method: z.string().optional(),
});

type Hit = {readonly code: number; readonly sent: number; readonly nanoseconds: number; readonly error: string};

const outcomeOf = ({code, error}: Hit): string => (code > 0 ? String(code) : outcomeOfWords(error));

/** What became of the requests without an answer, as far as the report tells: the words of errors, and not how many of each. */
const unanswered = (errors: readonly string[]): string => {
	const [only = 'connection failed', ...others] = new Set(
		errors.filter((words) => !/^\d{3}\b/.test(words)).map(outcomeOfWords),
	);
	return others.length === 0 ? only : 'connection failed';
};

const isFailure = ({code}: Hit): boolean => code < 200 || code >= 400;

const readReport = (json: unknown): ToldRun => {
	const told = readAs(report, json);
	const statuses = Object.entries(told.status_codes);
	const milliseconds = (nanoseconds: number | undefined): number | null =>
		nanoseconds === undefined ? null : nanoseconds / 1e6;
	return {
		name: 'vegeta',
		began: new Date(told.earliest).toISOString(),
		duration: (told.duration + told.wait) / 1e6,
		means,
		counted: statuses.map(([status, count]) => ({
			outcome: status === '0' ? unanswered(told.errors ?? []) : status,
			failed: !/^[23]/.test(status),
			count,
		})),
		bytesIn: told.bytes_in.total,
		bytesOut: told.bytes_out.total,
		latency: {
			count: told.requests,
			mean: milliseconds(told.latencies.mean),
			min: milliseconds(told.latencies.min),
			p50: milliseconds(told.latencies['50th']),
			p90: milliseconds(told.latencies['90th']),
			p95: milliseconds(told.latencies['95th']),
			p99: milliseconds(told.latencies['99th']),
			max: milliseconds(told.latencies.max),
		},
		limits: [
			'vegeta does not say what it loaded; percentiles are estimates of a t-digest, and requests that failed are among them.',
		],
	};
};

const timedOf = (hits: readonly Hit[]): ToldRun => {
	const first = hits.reduce((least, {sent}) => Math.min(least, sent), Number.POSITIVE_INFINITY);
	return {
		name: 'vegeta',
		began: new Date(first).toISOString(),
		means,
		timed: hits.map((one) => ({
			outcome: outcomeOf(one),
			failed: isFailure(one),
			// What was never answered has waited, but for no answer.
			...(one.code > 0 || outcomeOf(one) === 'timeout' ? {microseconds: one.nanoseconds / 1000} : {}),
			at: one.sent - first + one.nanoseconds / 1e6,
		})),
	};
};

const readHits = (lines: Iterable<unknown>): ToldRun => {
	const hits: Hit[] = [];
	let [bytesIn, bytesOut] = [0, 0];
	let target: string | undefined;
	for (const line of lines) {
		const read = readAs(hit, line);
		bytesIn += read.bytes_in;
		bytesOut += read.bytes_out;
		if (read.url !== undefined)
			target ??= `${read.method === undefined || read.method === 'GET' ? '' : `${read.method} `}${read.url}`;
		hits.push({code: read.code, sent: momentIn(read.timestamp), nanoseconds: read.latency, error: read.error});
	}

	const run = timedOf(hits);
	return {...run, bytesIn, bytesOut, ...(target === undefined ? {} : {target, name: target})};
};

/** Columns of `vegeta encode -to csv`: moment, status, latency (ns both), bytes out and in, error, body, …, method, URL. */
const csvLine = /^\d{16,20},\d+,\d+,\d+,\d+,/;

const fieldsOf = (line: string): readonly string[] => {
	const [fields = []]: string[][] = parseCsv(line, {relax_column_count: true, relax_quotes: true});
	return fields;
};

const readCsv = (text: string): ToldRun => {
	const hits: Hit[] = [];
	let [bytesIn, bytesOut] = [0, 0];
	for (const line of textLines(text)) {
		if (!csvLine.test(line)) continue;
		// Only words of errors are quoted, and hold commas.
		const [moment, code, latency, out, read, error = ''] = line.includes('"') ? fieldsOf(line) : line.split(',');
		bytesIn += Number(read);
		bytesOut += Number(out);
		hits.push({code: Number(code), sent: Number(moment) / 1e6, nanoseconds: Number(latency), error});
	}

	return {...timedOf(hits), bytesIn, bytesOut};
};

/** A report as JSON, or every request as `vegeta encode` writes them (JSON or CSV). */
export const vegeta: Format = {
	name: 'vegeta',
	about: 'HTTP load by vegeta',
	made: 'vegeta attack … | vegeta encode > FILE',
	recognise: (given) => fits(report, given.json) || fits(hit, firstLine(given)) || csvLine.test(given.text),
	read: (given) => [
		fits(report, given.json)
			? readReport(given.json)
			: csvLine.test(given.text)
				? readCsv(given.text)
				: {...readHits(given.lines()), doubts: isCutOff(given.text) ? [cutOff] : []},
	],
};
