import * as z from 'zod';
import type {Format, MetricValues} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** Milliseconds of one call. */
const bench = z.object({
	name: z.string(),
	mean: z.number().optional(),
	median: z.number().optional(),
	samples: z.array(z.number()).optional(),
});
const whole = z.object({
	files: z.array(
		z.object({filepath: z.string(), groups: z.array(z.object({fullName: z.string(), benchmarks: z.array(bench)}))}),
	),
});

/** What `vitest bench` writes: of each function the median, and no samples unless they are asked for. */
export const vitest: Format = {
	name: 'vitest',
	about: 'functions timed by Vitest',
	made: 'vitest bench --run --outputJson FILE',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const all = readAs(whole, json).files.flatMap(({groups}) =>
			groups.flatMap(({fullName, benchmarks}) =>
				benchmarks.map((one) => ({...one, full: `${fullName} > ${one.name}`})),
			),
		);
		const failed = all.filter(({mean}) => mean === undefined);
		return all.length === 0
			? []
			: [
					{
						name: 'vitest',
						metrics: all.flatMap(({full, median, mean, samples = []}): readonly MetricValues[] => {
							const metric = {name: full, unit: 'ms', better: 'lower'} as const;
							if (samples.length > 0) return [{...metric, values: samples}];
							if (median !== undefined) return [{...metric, values: [median]}];
							return mean === undefined ? [] : [{...metric, name: `${full} (mean)`, values: [mean]}];
						}),
						doubts: failed.map(({full}) => ({kind: 'failed-benchmark', message: `${full} tells no time.`})),
						limits: [
							'Values of one process are no independent witnesses of what another one would measure.',
							...(all.every(({samples = []}) => samples.length > 0)
								? []
								: ['Of each function only the median was kept.']),
						],
					},
				];
	},
};
