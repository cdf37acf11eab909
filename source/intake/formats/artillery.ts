import * as z from 'zod';
import type {Format, MetricValues} from '../format.ts';
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

const usual = 'http.response_time';

/** Artillery's report: of requests the first byte, in whole milliseconds. */
export const artillery: Format = {
	name: 'artillery',
	about: 'Artillery: its report',
	made: 'artillery run --output FILE script.yml',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const {counters, summaries, firstMetricAt, lastMetricAt} = readAs(whole, json).aggregate;
		const counted = Object.entries(counters).flatMap(([name, count]) => {
			const [, status] = /^http\.codes\.(\d+)$/.exec(name) ?? [];
			if (status !== undefined) return [{outcome: status, failed: /^[45]/.test(status), count}];
			const [, error] = /^errors\.(.+)$/.exec(name) ?? [];
			return error === undefined ? [] : [{outcome: error, failed: true, count}];
		});
		const http = summaries[usual];
		const metrics = Object.entries(summaries)
			.filter(([name]) => name !== usual)
			.flatMap(([name, {p50, p95, p99}]): readonly MetricValues[] => [
				{name: `${name} p50`, unit: 'ms', better: 'lower', values: [p50]},
				{name: `${name} p95`, unit: 'ms', better: 'lower', values: [p95]},
				{name: `${name} p99`, unit: 'ms', better: 'lower', values: [p99]},
			]);
		const users = (['created', 'completed', 'failed'] as const).flatMap((what): readonly MetricValues[] => {
			const count = counters[`vusers.${what}`];
			return count === undefined
				? []
				: [
						{
							name: `users ${what}`,
							unit: 'count',
							...(what === 'failed' ? {better: 'lower' as const} : {}),
							values: [count],
						},
					];
		});
		const bytes = counters['http.downloaded_bytes'];
		return [
			{
				name: 'artillery',
				...(firstMetricAt === undefined ? {} : {began: new Date(firstMetricAt).toISOString()}),
				...(firstMetricAt === undefined || lastMetricAt === undefined || lastMetricAt <= firstMetricAt
					? {}
					: {duration: lastMetricAt - firstMetricAt}),
				means: 'from sending a request to the first byte of its reply, as Artillery times it',
				counted,
				...(http === undefined
					? {}
					: {
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
				metrics: [...metrics, ...users],
				limits: [
					'Latencies are whole milliseconds to the first byte; percentiles are those of a sketch, to about a percent. Artillery does not say what it loaded.',
				],
			},
		];
	},
};
