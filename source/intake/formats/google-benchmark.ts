import * as z from 'zod';
import type {Finding} from '../../core/finding.ts';
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
		skipped: z.boolean().optional(),
		skip_message: z.string().optional(),
		aggregate_name: z.string().optional(),
		big_o: z.string().optional(),
		real_coefficient: z.number().optional(),
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
	'skipped',
	'skip_message',
	'aggregate_name',
	'aggregate_unit',
]);

type One = z.infer<typeof one>;

/** What is told of several runs together. Older ones tell it by the end of the name alone. */
const isAggregate = ({run_type, name}: One): boolean =>
	run_type === undefined ? /_(?:mean|median|stddev|cv|BigO|RMS)$/.test(name) : run_type === 'aggregate';

const hasNoTime = ({error_occurred, skipped}: One): boolean => error_occurred === true || skipped === true;

/** The class of complexity that it fitted. */
const complexityIn = (benchmarks: readonly One[]): readonly Finding[] =>
	benchmarks.flatMap(({name, run_name, big_o, real_coefficient, time_unit = 'ns'}) =>
		big_o === undefined
			? []
			: [
					{
						kind: 'complexity',
						subject: run_name ?? name.replace(/_BigO$/, ''),
						text: `The time grows with ${big_o}, as Google Benchmark fits it.`,
						figures: {bigO: big_o, coefficient: real_coefficient ?? null, unit: time_unit},
					},
				],
	);

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
		const timed = benchmarks.filter((given) => !hasNoTime(given));
		const single = timed.filter((given) => !isAggregate(given));
		const medians = timed.filter((given) => isAggregate(given) && given.name.endsWith('_median'));
		for (const given of single.length > 0 ? single : medians) {
			const name = given.run_name ?? given.name.replace(/_median$/, '');
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

		const failed = benchmarks.filter(hasNoTime);
		const {date, library_build_type: build} = context;
		return [
			{
				name: 'google-benchmark',
				...(date === undefined || Number.isNaN(Date.parse(date)) ? {} : {began: new Date(date).toISOString()}),
				metrics: [...metrics.values()],
				doubts: [
					...failed.map(({name, error_message, skipped, skip_message}) => ({
						kind: 'failed-benchmark',
						message: `${name} ${skipped === true ? 'was skipped' : 'failed'}: ${error_message ?? skip_message ?? 'no reason was given'}.`,
					})),
				],
				findings: complexityIn(benchmarks),
				limits: [
					single.length > 0
						? 'Each value is the mean over all iterations of one repetition.'
						: 'Of each benchmark only the median of its repetitions was kept.',
					...(build === 'debug' ? ['The library was built for debugging: its own times are longer.'] : []),
				],
			},
		];
	},
};
