import * as z from 'zod';
import {parseCsv} from '../../csv.ts';
import type {Format, ToldRun} from '../format.ts';
import {fits, readAs} from '../given.ts';

const means = 'from sending a request to the end of its reply, as Locust times it';

const roundingLimit =
	'Locust keeps latencies with two digits (whole milliseconds below 100), so that those of less than half a millisecond are 0.';

/** One name of one method. Times are milliseconds, moments seconds since 1970. */
const entry = z.object({
	name: z.string(),
	method: z.string().nullable(),
	start_time: z.number(),
	last_request_timestamp: z.number().nullable(),
	num_requests: z.number(),
	num_none_requests: z.number(),
	num_failures: z.number(),
	total_response_time: z.number(),
	max_response_time: z.number(),
	min_response_time: z.number().nullable(),
	response_times: z.record(z.string(), z.number()),
});
const whole = z.array(entry).min(1);

type Entry = z.infer<typeof entry>;

const partOf = ({method, name}: Pick<Entry, 'method' | 'name'>): string => `${method ?? ''} ${name}`.trim();

/* Which of the requests failed is not told, only how many. */
function* timedIn(entries: readonly Entry[]) {
	for (const one of entries) {
		let failures = one.num_failures;
		for (const [time, count] of Object.entries(one.response_times)) {
			for (let index = 0; index < count; index++) {
				const failed = failures > 0;
				if (failed) failures -= 1;
				yield {outcome: failed ? 'failure' : 'success', failed, microseconds: Number(time) * 1000, part: partOf(one)};
			}
		}

		// Requests without a time.
		for (let index = 0; index < one.num_none_requests; index++) {
			const failed = failures > 0;
			if (failed) failures -= 1;
			yield {outcome: failed ? 'failure' : 'success', failed, part: partOf(one)};
		}
	}
}

const readJson = (json: unknown): ToldRun => {
	const entries = readAs(whole, json);
	const began = Math.min(...entries.map(({start_time}) => start_time)) * 1000;
	const ended = Math.max(...entries.map(({last_request_timestamp}) => last_request_timestamp ?? 0)) * 1000;
	return {
		name: 'locust',
		began: new Date(began).toISOString(),
		...(ended > began ? {duration: ended - began} : {}),
		means,
		timed: timedIn(entries),
		metrics: entries
			.filter(({num_requests}) => num_requests > 0)
			.map((one) => ({
				name: `${partOf(one)} mean`,
				unit: 'ms',
				better: 'lower' as const,
				values: [one.total_response_time / one.num_requests],
			})),
		limits: [roundingLimit],
	};
};

const header = 'Type,Name,Request Count,Failure Count,Median Response Time,';

const readCsv = (text: string): ToldRun => {
	const [names = [], ...rows]: string[][] = parseCsv(text, {skip_empty_lines: true});
	const of = (row: readonly string[], name: string): number => Number(row[names.indexOf(name)]);
	const total = rows.find((row) => row[0] === '' && row[1] === 'Aggregated');
	if (total === undefined) throw new Error('the line "Aggregated" is missing');
	const [count, failed] = [of(total, 'Request Count'), of(total, 'Failure Count')];
	const rate = of(total, 'Requests/s');
	return {
		name: 'locust',
		...(rate > 0 ? {duration: (count / rate) * 1000} : {}),
		means,
		counted: [
			{outcome: 'success', failed: false, count: count - failed},
			{outcome: 'failure', failed: true, count: failed},
		].filter((one) => one.count > 0),
		latency: {
			count,
			mean: of(total, 'Average Response Time'),
			min: of(total, 'Min Response Time'),
			p50: of(total, '50%'),
			p75: of(total, '75%'),
			p90: of(total, '90%'),
			p95: of(total, '95%'),
			p99: of(total, '99%'),
			p999: of(total, '99.9%'),
			p9999: of(total, '99.99%'),
			max: of(total, 'Max Response Time'),
		},
		metrics: rows
			.filter((row) => row !== total)
			.flatMap((row) =>
				(['50%', '95%', '99%'] as const).map((share) => ({
					name: `${row[0]} ${row[1]} p${share.slice(0, -1)}`.trim(),
					unit: 'ms',
					better: 'lower' as const,
					values: [of(row, share)],
				})),
			),
		limits: [`${roundingLimit} So a percentile may lie above the maximum.`],
	};
};

/** What Locust prints with --json, or its …_stats.csv. */
export const locust: Format = {
	name: 'locust',
	about: 'Locust: its statistics as JSON or CSV',
	made: 'locust --headless --json … > FILE, or locust --csv NAME (NAME_stats.csv)',
	recognise: ({json, text}) => fits(whole, json) || text.startsWith(header),
	read: ({json, text}) => [text.startsWith(header) ? readCsv(text) : readJson(json)],
};
