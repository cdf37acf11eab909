import * as z from 'zod';
import type {Metric} from '../../core/samples.ts';
import type {Format, MetricValues} from '../format.ts';
import {fits, readAs} from '../given.ts';

const measure = z.object({
	value: z.number(),
	lower_value: z.number().nullish(),
	upper_value: z.number().nullish(),
});
const whole = z
	.record(
		z.string(),
		z.record(z.string(), measure).refine((measures) => Object.keys(measures).length > 0),
	)
	.refine((benchmarks) => Object.keys(benchmarks).length > 0);

/** The measures that Bencher knows by name (bencher.dev/docs/reference/bencher-metric-format). */
const measures: Readonly<Record<string, Pick<Metric, 'unit' | 'better'>>> = {
	latency: {unit: 'ns', better: 'lower'},
	throughput: {unit: '1/s', better: 'higher'},
	'build-time': {unit: 's', better: 'lower'},
	'file-size': {unit: 'bytes', better: 'lower'},
	memory: {unit: 'bytes', better: 'lower'},
	instructions: {unit: 'instructions', better: 'lower'},
};

/** Values by benchmark and measure; bounds are metrics of their own. */
export const bencher: Format = {
	name: 'bencher',
	about: 'Bencher Metric Format',
	made: '{"benchmark": {"latency": {"value": 1.5}}}',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => [
		{
			name: 'bencher',
			metrics: Object.entries(readAs(whole, json)).flatMap(([benchmark, given]) =>
				Object.entries(given).flatMap(([name, {value, lower_value, upper_value}]): readonly MetricValues[] => {
					const known = measures[name] ?? {unit: ''};
					const bound = (side: string, at: number | null | undefined): readonly MetricValues[] =>
						at == null ? [] : [{name: `${benchmark} ${name} (${side} bound)`, unit: known.unit, values: [at]}];
					return [
						{name: `${benchmark} ${name}`, ...known, values: [value]},
						...bound('lower', lower_value),
						...bound('upper', upper_value),
					];
				}),
			),
		},
	],
};
