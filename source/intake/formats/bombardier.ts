import * as z from 'zod';
import {outcomeOf} from '../../core/error-words.ts';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** Latencies are microseconds. */
const whole = z.object({
	spec: z.object({
		numberOfConnections: z.number(),
		url: z.string(),
		method: z.string(),
		rate: z.number().optional(),
		client: z.string().optional(),
	}),
	result: z.object({
		bytesRead: z.number(),
		bytesWritten: z.number(),
		timeTakenSeconds: z.number(),
		req1xx: z.number(),
		req2xx: z.number(),
		req3xx: z.number(),
		req4xx: z.number(),
		req5xx: z.number(),
		others: z.number(),
		errors: z.array(z.object({description: z.string(), count: z.number()})).optional(),
		latency: z.object({
			mean: z.number(),
			stddev: z.number(),
			max: z.number(),
			percentiles: z.record(z.string(), z.number()).optional(),
		}),
	}),
});

/** bombardier's JSON; percentiles only with --latencies. */
export const bombardier: Format = {
	name: 'bombardier',
	about: 'HTTP load by bombardier',
	made: 'bombardier -o json -p r -l http://localhost:3000 > FILE',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const {spec, result} = readAs(whole, json);
		const target = `${spec.method === 'GET' ? '' : `${spec.method} `}${spec.url}`;
		const {percentiles = {}, mean, stddev, max} = result.latency;
		const milliseconds = (microseconds: number | undefined): number | null =>
			microseconds === undefined ? null : microseconds / 1000;
		const errors = result.errors ?? [];
		const unnamed = result.others - errors.reduce((sum, {count}) => sum + count, 0);
		const answered = [
			{outcome: '1xx', failed: false, count: result.req1xx},
			{outcome: '2xx', failed: false, count: result.req2xx},
			{outcome: '3xx', failed: false, count: result.req3xx},
			{outcome: '4xx', failed: true, count: result.req4xx},
			{outcome: '5xx', failed: true, count: result.req5xx},
		];
		const counted = [
			...answered,
			...errors.map(({description, count}) => ({outcome: outcomeOf(description), failed: true, count})),
			{outcome: 'other', failed: true, count: unnamed},
		].filter(({count}) => count > 0);
		return [
			{
				name: target,
				target,
				duration: result.timeTakenSeconds * 1000,
				means: 'from sending a request to its reply, as bombardier times it',
				counted,
				bytesIn: result.bytesRead,
				bytesOut: result.bytesWritten,
				latency: {
					count: counted.reduce((sum, {count}) => sum + count, 0),
					mean: milliseconds(mean),
					stddev: milliseconds(stddev),
					max: milliseconds(max),
					p50: milliseconds(percentiles['50']),
					p75: milliseconds(percentiles['75']),
					p90: milliseconds(percentiles['90']),
					p95: milliseconds(percentiles['95']),
					p99: milliseconds(percentiles['99']),
				},
				settings: {
					connections: spec.numberOfConnections,
					...(spec.rate === undefined ? {} : {rate: spec.rate}),
					...(spec.client === undefined ? {} : {client: spec.client}),
				},
				limits: ['Latencies of requests that failed are among the others.'],
			},
		];
	},
};
