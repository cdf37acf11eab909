import * as z from 'zod';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** Seconds of one call; `data` has a value for each round. */
const whole = z.object({
	machine_info: z.object({python_version: z.string().optional()}),
	datetime: z.string().optional(),
	version: z.string(),
	benchmarks: z
		.array(
			z.object({
				name: z.string(),
				fullname: z.string().optional(),
				stats: z.object({median: z.number(), rounds: z.number(), data: z.array(z.number()).optional()}),
			}),
		)
		.min(1),
});

export const pytestBenchmark: Format = {
	name: 'pytest-benchmark',
	about: 'functions timed by pytest-benchmark',
	made: 'pytest --benchmark-json=FILE',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const {benchmarks, datetime, version, machine_info} = readAs(whole, json);
		const isWhole = benchmarks.every(({stats}) => stats.data !== undefined);
		return [
			{
				name: 'pytest-benchmark',
				...(datetime === undefined || Number.isNaN(Date.parse(datetime))
					? {}
					: {began: new Date(datetime).toISOString()}),
				version,
				metrics: benchmarks.map(({name, fullname, stats}) => ({
					name,
					unit: 's',
					better: 'lower',
					...(fullname === undefined || fullname === name ? {} : {about: fullname}),
					values: stats.data ?? [stats.median],
				})),
				...(machine_info.python_version === undefined ? {} : {settings: {python: machine_info.python_version}}),
				limits: [
					'Values of one process are no independent witnesses of what another one would measure.',
					...(isWhole ? [] : ['Of some benchmarks only the median was kept.']),
				],
			},
		];
	},
};
