import * as z from 'zod';
import type {Format, MetricValues} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** Milliseconds of one call. */
const statistics = z.object({mean: z.number(), p50: z.number().optional(), samples: z.array(z.number()).nullish()});
/** Since version 3: times apart from rates. */
const modern = z.object({latency: statistics, throughput: z.object({mean: z.number()})});
/** Before: times alone. */
const early = statistics.extend({hz: z.number(), period: z.number()});
const failed = z.object({state: z.string().optional(), error: z.unknown()}).refine((result) => 'error' in result);
const task = z.object({name: z.string(), result: z.union([modern, early, failed])});
const tasks = z.array(task).min(1);
const whole = z.union([tasks, z.object({tasks})]);

const timesOf = (result: z.infer<typeof task>['result']): z.infer<typeof statistics> | undefined => {
	if ('latency' in result) return result.latency;
	return 'hz' in result ? result : undefined;
};

const metricOf = (name: string, {samples, p50, mean}: z.infer<typeof statistics>): MetricValues => {
	const metric = {name, unit: 'ms', better: 'lower'} as const;
	if (samples !== undefined && samples !== null && samples.length > 0) return {...metric, values: samples};
	return p50 === undefined ? {...metric, name: `${name} (mean)`, values: [mean]} : {...metric, values: [p50]};
};

/** The tasks of a Bench as JSON, in milliseconds; samples where they are there. */
export const tinybench: Format = {
	name: 'tinybench',
	about: 'functions timed by Tinybench',
	made: 'JSON.stringify(bench.tasks.map(({name, result}) => ({name, result})))',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const told = readAs(whole, json);
		const all = (Array.isArray(told) ? told : told.tasks).map(({name, result}) => ({name, times: timesOf(result)}));
		const isWhole = all.every(({times}) => times === undefined || (times.samples?.length ?? 0) > 0);
		return [
			{
				name: 'tinybench',
				metrics: all.flatMap(({name, times}) => (times === undefined ? [] : [metricOf(name, times)])),
				doubts: all.flatMap(({name, times}) =>
					times === undefined ? [{kind: 'failed-benchmark', message: `${name} failed.`}] : [],
				),
				limits: [
					'Values of one process are no independent witnesses of what another one would measure; those of quick functions show the clock.',
					...(isWhole ? [] : ['Of some functions only the median, or of older versions the mean, was kept.']),
				],
			},
		];
	},
};
