import * as z from 'zod';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

/** What is no number is told as a word. */
const figure = z.union([z.number(), z.string()]).transform(Number);

const metric = z.object({
	score: figure,
	/** Of sampled times: by percent. */
	scorePercentiles: z.record(z.string(), figure).nullish(),
	scoreUnit: z.string(),
	/** By fork, then by iteration. */
	rawData: z.array(z.array(figure)).optional(),
	/** Of sampled times: by fork and iteration, values with their counts. */
	rawDataHistogram: z.array(z.array(z.array(z.tuple([z.number(), z.number()])))).optional(),
});
const one = z.object({
	jmhVersion: z.string().optional(),
	benchmark: z.string(),
	mode: z.string(),
	threads: z.number(),
	jdkVersion: z.string().optional(),
	vmVersion: z.string().optional(),
	params: z.record(z.string(), z.string().nullable()).nullish(),
	primaryMetric: metric,
	secondaryMetrics: z.record(z.string(), metric).optional(),
});
const whole = z.array(one).min(1);

type Metric = z.infer<typeof metric>;

/** The values of all forks, each fork a group; of sampled times the mean of each iteration, since single ones are many. */
const valuesOf = ({score, rawData, rawDataHistogram}: Metric): {values: number[]; groups: number[]} => {
	const meanOf = (pairs: ReadonlyArray<readonly [number, number]>): number => {
		const count = pairs.reduce((sum, [, times]) => sum + times, 0);
		return pairs.reduce((sum, [value, times]) => sum + value * times, 0) / Math.max(1, count);
	};
	const forks = rawData ?? rawDataHistogram?.map((fork) => fork.map(meanOf)) ?? [[score]];
	return {
		values: forks.flat(),
		groups: forks.flatMap((fork, group) => fork.map(() => group)),
	};
};

const isThroughput = (unit: string): boolean => unit.startsWith('ops/');

/** 'us/op' is a time; 'ops/us' a rate, which stays in its own unit. */
const unitOf = (unit: string): string => (unit.endsWith('/op') ? unit.slice(0, -3) : unit);

/** Scores by fork and iteration. A fork is a process of its own, and a group. */
export const jmh: Format = {
	name: 'jmh',
	about: 'functions timed by JMH (Java)',
	made: 'java -jar benchmarks.jar -rf json -rff FILE',
	recognise: ({json}) => fits(whole, json),
	read: ({json}) => {
		const told = readAs(whole, json);
		const modes = new Set(told.map(({mode}) => mode));
		const [first] = told;
		return [
			{
				name: 'jmh',
				...(first?.jmhVersion === undefined ? {} : {version: first.jmhVersion}),
				metrics: told.flatMap(({benchmark, mode, params, primaryMetric, secondaryMetrics = {}}) => {
					const values = Object.entries(params ?? {}).map(([name, value]) => `${name}=${value}`);
					const name = [benchmark, ...values, ...(modes.size > 1 ? [mode] : [])].join(' ');
					const of = (suffix: string, given: Metric) => ({
						name: `${name}${suffix}`,
						unit: unitOf(given.scoreUnit),
						better: isThroughput(given.scoreUnit) ? ('higher' as const) : ('lower' as const),
						...valuesOf(given),
					});
					const sampled = mode === 'sample' ? Object.entries(primaryMetric.scorePercentiles ?? {}) : [];
					return [
						of('', primaryMetric),
						...sampled
							.filter(([share]) => ['50.0', '90.0', '95.0', '99.0', '99.9', '99.99'].includes(share))
							.map(([share, value]) => ({
								name: `${name} p${Number(share)}`,
								unit: unitOf(primaryMetric.scoreUnit),
								better: 'lower' as const,
								values: [value],
							})),
						...Object.entries(secondaryMetrics).map(([secondary, given]) => {
							const {better: _, ...neutral} = of(` ${secondary.replace(/^·/, '')}`, given);
							return neutral;
						}),
					];
				}),
				...(first?.jdkVersion === undefined ? {} : {settings: {jdk: first.jdkVersion, threads: first.threads}}),
				limits: ['Each value is the score of one iteration; iterations of one fork are no independent witnesses.'],
			},
		];
	},
};
