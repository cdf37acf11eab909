import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {z} from 'zod';
import {type Figures, known, launch, type Percentiles, type Tool} from './tool.ts';

const entry = join(dirname(createRequire(import.meta.url).resolve('autocannon/package.json')), 'autocannon.js');

const output = z.object({
	errors: z.number(),
	latency: z.object({
		mean: z.number(),
		min: z.number(),
		p50: z.number(),
		p90: z.number(),
		p97_5: z.number(),
		p99: z.number(),
		p99_9: z.number(),
		max: z.number(),
		totalCount: z.number(),
	}),
	requests: z.object({total: z.number(), mean: z.number()}),
	statusCodeStats: z.record(z.string(), z.object({count: z.number()})),
});

/** autocannon by itself, as its own command line runs it. */
export const autocannon: Tool = {
	name: 'autocannon',
	program: process.execPath,
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, threads, verify}) => {
		if (verify === true) return undefined;
		const ended = await launch(
			process.execPath,
			[
				...[entry, '-j', '-n', '-c', connections, '-d', Math.max(1, Math.round(duration / 1000))],
				...(rate === undefined ? [] : ['-R', rate]),
				...(timeout === undefined ? [] : ['-t', Math.ceil(timeout / 1000)]),
				...(method === undefined ? [] : ['-m', method]),
				...(pipelining === undefined ? [] : ['-p', pipelining]),
				...(threads === undefined ? [] : ['-w', threads]),
				url,
			],
			duration,
		);
		const line = ended.stdout.split('\n').find((text) => text.startsWith('{'));
		if (line === undefined) return {...ended, latency: {}};
		const {latency, requests, errors, statusCodeStats} = output.parse(JSON.parse(line));
		const {mean, min, p50, p90, p99, p99_9: p999, max} = latency;
		return known<Figures>({
			...ended,
			latency: known<Percentiles>({mean, min, p50, p90, p99, p999, max}),
			samples: latency.totalCount,
			replies: requests.total,
			statuses: Object.fromEntries(Object.entries(statusCodeStats).map(([status, {count}]) => [status, count])),
			failures: errors,
			rate: requests.mean,
		});
	},
};
