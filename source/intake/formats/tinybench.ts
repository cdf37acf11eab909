import * as z from 'zod';
import type {Format, MetricValues} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** Milliseconds of one call, and calls per second. */
const statistics = z.object({p50: z.number(), mean: z.number(), samples: z.array(z.number()).nullish()});
const task = z.object({
	name: z.string(),
	result: z.object({latency: statistics, throughput: statistics}).catchall(z.unknown()),
});
const tasks = z.array(task).min(1);
const whole = z.union([tasks, z.object({tasks})]);

/** The tasks of a Bench as JSON, in milliseconds; samples where they are there. */
export const tinybench: Format = {
	name: 'tinybench',
	about: 'functions timed by Tinybench',
	made: 'JSON.stringify(bench.tasks.map(({name, result}) => ({name, result})))',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const told = readAs(whole, json);
		const all = Array.isArray(told) ? told : told.tasks;
		const isWhole = all.every(({result}) => (result.latency.samples?.length ?? 0) > 0);
		return [
			{
				name: 'tinybench',
				metrics: all.map(({name, result}): MetricValues => {
					const {samples, p50} = result.latency;
					return {
						name,
						unit: 'ms',
						better: 'lower',
						values: samples === undefined || samples === null || samples.length === 0 ? [p50] : samples,
					};
				}),
				limits: [
					'Values of one process are no independent witnesses of what another one would measure; those of quick functions show the clock.',
					...(isWhole ? [] : ['Of some functions only the median was kept.']),
				],
			},
		];
	},
};
