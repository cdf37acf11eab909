import * as z from 'zod';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

const metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const whole = z.object({
	version: z.string(),
	metadata: metadata.optional(),
	benchmarks: z
		.array(
			z.object({
				metadata: metadata.optional(),
				runs: z.array(z.object({metadata: metadata.optional(), values: z.array(z.number()).optional()})).min(1),
			}),
		)
		.min(1),
});

const units: Readonly<Record<string, string>> = {second: 's', byte: 'bytes', integer: ''};

/** pyperf's values, each process a group of its own. */
export const pyperf: Format = {
	name: 'pyperf',
	about: 'functions timed by pyperf',
	made: 'python -m pyperf timeit -o FILE …',
	recognise: ({json}) =>
		fits(whole, json) && fits(z.object({benchmarks: z.array(z.object({runs: z.array(z.object({metadata}))}))}), json),
	read: ({json}) => {
		const told = readAs(whole, json);
		const common = told.metadata ?? {};
		const [first] = told.benchmarks[0]?.runs ?? [];
		const began = String(first?.metadata?.date ?? '').replace(' ', 'T');
		const python = common.python_version;
		return [
			{
				name: 'pyperf',
				...(Number.isNaN(Date.parse(began))
					? {}
					: // Of the clock on the wall there, with no zone.
						{began: new Date(began).toISOString()}),
				...(common.perf_version === undefined ? {} : {version: String(common.perf_version)}),
				metrics: told.benchmarks.map(({metadata: own = {}, runs}, index) => {
					const facts = {...common, ...own};
					const values = runs.flatMap(({values: some = []}, group) => some.map((value) => ({value, group})));
					return {
						name: String(facts.name ?? facts.timeit_stmt ?? `benchmark ${index + 1}`),
						unit: units[String(facts.unit ?? 'second')] ?? String(facts.unit),
						better: 'lower',
						values: values.map(({value}) => value),
						groups: values.map(({group}) => group),
					};
				}),
				...(python === undefined ? {} : {settings: {python}}),
			},
		];
	},
};
