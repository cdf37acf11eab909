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
		const [names, repeated] = [new Set<string>(), new Set<string>()];
		for (const {name} of benchmarks) (names.has(name) ? repeated : names).add(name);
		// Without a zone it is UTC.
		const began = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(datetime ?? '') ? (datetime ?? '') : `${datetime}Z`);
		const isWhole = benchmarks.every(({stats}) => stats.data !== undefined);
		return [
			{
				name: 'pytest-benchmark',
				...(Number.isNaN(began) ? {} : {began: new Date(began).toISOString()}),
				version,
				metrics: benchmarks.map(({name, fullname, stats}) => ({
					name: repeated.has(name) ? (fullname ?? name) : name,
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
