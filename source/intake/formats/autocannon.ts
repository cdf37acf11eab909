import * as z from 'zod';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

const histogram = z.object({
	average: z.number(),
	stddev: z.number(),
	min: z.number(),
	max: z.number(),
	p50: z.number(),
	p75: z.number(),
	p90: z.number(),
	p99: z.number(),
	p99_9: z.number(),
	p99_99: z.number(),
	p99_999: z.number(),
});
const whole = z.object({
	url: z.string(),
	connections: z.number(),
	pipelining: z.number().optional(),
	workers: z.number().optional(),
	duration: z.number(),
	start: z.string().optional(),
	errors: z.number(),
	timeouts: z.number(),
	mismatches: z.number().optional(),
	'1xx': z.number(),
	'2xx': z.number(),
	'3xx': z.number(),
	'4xx': z.number(),
	'5xx': z.number(),
	statusCodeStats: z.record(z.string(), z.object({count: z.number()})).optional(),
	latency: histogram,
	requests: z.object({total: z.number(), sent: z.number()}),
	throughput: z.object({total: z.number()}),
});

/** Latencies are whole milliseconds; percentiles are told, single latencies are not. */
export const autocannon: Format = {
	name: 'autocannon',
	about: 'HTTP load by autocannon',
	made: 'autocannon --json http://localhost:3000 > FILE',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const told = readAs(whole, json);
		const families = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
		const statuses =
			told.statusCodeStats === undefined
				? families.map((family) => ({outcome: family, failed: /^[45]/.test(family), count: told[family]}))
				: Object.entries(told.statusCodeStats).map(([status, {count}]) => ({
						outcome: status,
						failed: /^[45]/.test(status),
						count,
					}));
		const counted = [
			...statuses,
			{outcome: 'timeout', failed: true, count: told.timeouts},
			// Its errors include its timeouts.
			{outcome: 'connection failed', failed: true, count: told.errors - told.timeouts},
		];
		return [
			{
				name: told.url,
				target: told.url,
				...(told.start === undefined ? {} : {began: told.start}),
				duration: told.duration * 1000,
				counted: counted.filter(({count}) => count > 0),
				bytesIn: told.throughput.total,
				means: 'from sending a request to the end of its reply, as autocannon times it',
				latency: {
					count: statuses.reduce((sum, {count}) => sum + count, 0),
					mean: told.latency.average,
					stddev: told.latency.stddev,
					min: told.latency.min,
					p50: told.latency.p50,
					p75: told.latency.p75,
					p90: told.latency.p90,
					p99: told.latency.p99,
					p999: told.latency.p99_9,
					p9999: told.latency.p99_99,
					max: told.latency.max,
				},
				settings: {
					connections: told.connections,
					...(told.pipelining === undefined ? {} : {pipelining: told.pipelining}),
				},
				doubts:
					(told.mismatches ?? 0) === 0
						? []
						: [
								{
									kind: 'wrong-replies',
									message: `${told.mismatches} replies did not have the body that was expected; they count with their status.`,
								},
							],
				limits: [
					'Latencies are whole milliseconds, and those of timeouts are not among them. With --rate autocannon adds made-up ones for what it sent late.',
				],
			},
		];
	},
};
