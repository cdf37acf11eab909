import * as z from 'zod';
import type {Format, MetricValues} from '../format.ts';
import {fits, readAs} from '../given.ts';

const one = z
	.object({
		name: z.string(),
		run_name: z.string().optional(),
		run_type: z.string().optional(),
		real_time: z.number().optional(),
		cpu_time: z.number().optional(),
		time_unit: z.string().optional(),
		error_occurred: z.boolean().optional(),
		error_message: z.string().optional(),
	})
	.catchall(z.unknown());
const whole = z.object({
	context: z.object({date: z.string().optional(), num_cpus: z.number(), library_build_type: z.string().optional()}),
	benchmarks: z.array(one).min(1),
});

/** What every line has, beside what a benchmark counts itself. */
const usual = new Set([
	'name',
	'family_index',
	'per_family_instance_index',
	'run_name',
	'run_type',
	'repetitions',
	'repetition_index',
	'threads',
	'iterations',
	'real_time',
	'cpu_time',
	'time_unit',
	'label',
	'error_occurred',
	'error_message',
	'aggregate_name',
	'aggregate_unit',
]);

/** Repetitions are the values; the aggregates of them are left to who reads them. */
export const googleBenchmark: Format = {
	name: 'google-benchmark',
	about: 'functions timed by Google Benchmark (C++)',
	made: './benchmark --benchmark_repetitions=10 --benchmark_out=FILE --benchmark_out_format=json',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const {context, benchmarks} = readAs(whole, json);
		const metrics = new Map<string, MetricValues & {readonly values: number[]}>();
		const add = (name: string, unit: string, value: number | undefined, better?: 'lower' | 'higher'): void => {
			if (value === undefined) return;
			const known = metrics.get(name) ?? {name, unit, ...(better === undefined ? {} : {better}), values: []};
			known.values.push(value);
			metrics.set(name, known);
		};
		const single = benchmarks.filter(
			({run_type, error_occurred}) => run_type !== 'aggregate' && error_occurred !== true,
		);
		for (const given of single.length > 0 ? single : benchmarks.filter(({name}) => name.endsWith('_median'))) {
			const name = given.run_name ?? given.name;
			const unit = given.time_unit ?? 'ns';
			add(name, unit, given.real_time, 'lower');
			add(`${name} CPU`, unit, given.cpu_time, 'lower');
			for (const [counter, value] of Object.entries(given)) {
				if (usual.has(counter) || typeof value !== 'number') continue;
				const isRate = counter.endsWith('_per_second');
				add(
					`${name} ${counter}`,
					counter === 'bytes_per_second' ? 'bytes/s' : isRate ? '1/s' : '',
					value,
					isRate ? 'higher' : undefined,
				);
			}
		}

		const failed = benchmarks.filter(({error_occurred}) => error_occurred === true);
		const {date, library_build_type: build} = context;
		return [
			{
				name: 'google-benchmark',
				...(date === undefined || Number.isNaN(Date.parse(date)) ? {} : {began: new Date(date).toISOString()}),
				metrics: [...metrics.values()],
				doubts: [
					...failed.map(({name, error_message}) => ({
						kind: 'failed-benchmark',
						message: `${name} failed: ${error_message ?? 'no reason was given'}.`,
					})),
				],
				limits: [
					'Each value is the mean over all iterations of one repetition.',
					...(build === 'debug' ? ['The library was built for debugging: its own times are longer.'] : []),
				],
			},
		];
	},
};
