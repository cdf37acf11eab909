import * as z from 'zod';
import type {Finding} from '../../core/finding.ts';
import type {Given, MetricValues, ToldRun} from '../format.ts';
import {fits, readAs} from '../given.ts';
import {checksFound, droppedDoubts, isBuiltIn, means, percentileOf} from './k6-words.ts';

const values = z.record(z.string(), z.number());
const check = z.object({name: z.string(), passes: z.number(), fails: z.number()});

type Group = {
	readonly name?: string | undefined;
	readonly checks?: readonly z.infer<typeof check>[] | Readonly<Record<string, z.infer<typeof check>>> | undefined;
	readonly groups?: readonly Group[] | Readonly<Record<string, Group>> | undefined;
};

/** Lists for `handleSummary`, records by name of `--summary-export`. */
const group: z.ZodType<Group> = z.object({
	name: z.string().optional(),
	checks: z.union([z.array(check), z.record(z.string(), check)]).optional(),
	groups: z
		.union([
			z.array(z.lazy(() => group)),
			z.record(
				z.string(),
				z.lazy(() => group),
			),
		])
		.optional(),
});

/** Of `handleSummary`: figures apart, thresholds as {ok}. */
const handled = z.object({
	root_group: group,
	state: z.object({testRunDurationMs: z.number()}),
	metrics: z.record(
		z.string(),
		z.object({
			type: z.string(),
			contains: z.string(),
			values,
			thresholds: z.record(z.string(), z.object({ok: z.boolean()})).optional(),
		}),
	),
});

/** Of `--summary-export`: figures beside thresholds, which are true where they were crossed. */
const exported = z.object({
	root_group: group,
	metrics: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.record(z.string(), z.boolean())]))),
});

/** Of `--new-machine-readable-summary`, which tells no thresholds. Seconds; names of percentiles without brackets. */
const machine = z.object({
	config: z.object({duration: z.number()}),
	metadata: z.object({generated_at: z.string().optional(), k6_version: z.string()}),
	results: z.object({
		checks: z.object({results: z.array(check)}).nullish(),
		metrics: z.array(z.object({name: z.string(), type: z.string(), contains: z.string(), values})),
	}),
});

/** A metric of each. */
type Told = {
	readonly values: Readonly<Record<string, number>>;
	/** By threshold, whether it was kept. */
	readonly thresholds: Readonly<Record<string, boolean>>;
	readonly contains: string | undefined;
};

type Summary = {
	readonly metrics: ReadonlyMap<string, Told>;
	readonly checks: readonly Finding[];
	readonly duration: number | undefined;
	readonly rest: Partial<ToldRun>;
	readonly limits: readonly string[];
};

const checksIn = ({checks = [], groups = []}: Group, path: readonly string[] = []): readonly Finding[] => [
	...checksFound(Object.values(checks).map((one) => ({...one, path: [...path, one.name]}))),
	...Object.values(groups).flatMap((inner) => checksIn(inner, [...path, inner.name ?? ''])),
];

const ofHandled = (json: unknown): Summary => {
	const told = readAs(handled, json);
	return {
		metrics: new Map(
			Object.entries(told.metrics).map(([name, metric]) => [
				name,
				{
					values: metric.values,
					thresholds: Object.fromEntries(Object.entries(metric.thresholds ?? {}).map(([words, {ok}]) => [words, ok])),
					contains: metric.contains,
				},
			]),
		),
		checks: checksIn(told.root_group),
		duration: told.state.testRunDurationMs,
		rest: {},
		limits: [],
	};
};

const ofExported = (json: unknown): Summary => {
	const told = readAs(exported, json);
	const metrics = new Map(
		Object.entries(told.metrics).map(([name, metric]): readonly [string, Told] => {
			const {thresholds} = metric;
			return [
				name,
				{
					values: Object.fromEntries(
						Object.entries(metric).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value]] : [])),
					),
					// The trap of this format: true is a threshold that was crossed.
					thresholds:
						typeof thresholds === 'object'
							? Object.fromEntries(Object.entries(thresholds).map(([words, crossed]) => [words, !crossed]))
							: {},
					contains: undefined,
				},
			];
		}),
	);
	// A counter has a rate over the whole time.
	const counter = ['http_reqs', 'iterations']
		.map((name) => metrics.get(name)?.values)
		.find((given) => (given?.rate ?? 0) > 0);
	return {
		metrics,
		checks: checksIn(told.root_group),
		duration:
			counter?.count === undefined || counter.rate === undefined ? undefined : (counter.count / counter.rate) * 1000,
		rest: {},
		limits: [],
	};
};

const ofMachine = (json: unknown): Summary => {
	const {config, metadata, results} = readAs(machine, json);
	const duration = config.duration * 1000;
	const ended = Date.parse(metadata.generated_at ?? '');
	return {
		metrics: new Map(
			results.metrics.map(({name, contains, values: figures}) => [
				name,
				{
					values: Object.fromEntries(
						Object.entries(figures).map(([key, figure]) => [key.replace(/^p([\d.]+)$/, 'p($1)'), figure]),
					),
					thresholds: {},
					contains,
				},
			]),
		),
		checks: checksFound((results.checks?.results ?? []).map((one) => ({...one, path: [one.name]}))),
		duration,
		rest: {
			version: metadata.k6_version,
			...(Number.isNaN(ended) ? {} : {began: new Date(Math.floor(ended - duration)).toISOString()}),
		},
		limits: ['This summary of k6 tells no thresholds, nor the groups of checks.'],
	};
};

const keys = [
	['mean', ['avg']],
	['min', ['min']],
	['p50', ['med', 'p(50)']],
	['p75', ['p(75)']],
	['p90', ['p(90)']],
	['p95', ['p(95)']],
	['p99', ['p(99)']],
	['p999', ['p(99.9)']],
	['p9999', ['p(99.99)']],
	['max', ['max']],
] as const;

/** Metrics of k6's own modules that are times, where a summary does not say so. */
const isTime = (name: string, contains: string | undefined): boolean =>
	contains === undefined
		? /^(?:grpc_req_duration|ws_(?:connecting|session_duration|ping)|browser_(?:http_req_duration|web_vital_(?!cls)\w+))$/.test(
				name,
			)
		: contains === 'time';

const ownMetrics = (metrics: ReadonlyMap<string, Told>): readonly MetricValues[] =>
	[...metrics]
		.filter(([name]) => !isBuiltIn(name) && !name.includes('{'))
		.flatMap(([name, {values: figures, contains}]): readonly MetricValues[] => {
			const unit = isTime(name, contains) ? 'ms' : contains === 'data' ? 'bytes' : '';
			const of = (suffix: string, value: number | undefined): readonly MetricValues[] =>
				value === undefined ? [] : [{name: `${name}${suffix}`, unit, values: [value]}];
			const percentiles = Object.entries(figures).flatMap(([key, value]) => {
				const label = percentileOf(key);
				return label === undefined ? [] : [{label, value}];
			});
			if ('avg' in figures || percentiles.length > 0) {
				return [...of(' mean', figures.avg), ...percentiles.flatMap(({label, value}) => of(` ${label}`, value))];
			}

			return of('', figures.count ?? figures.rate ?? figures.value);
		});

const kept = (metrics: ReadonlyMap<string, Told>): readonly Finding[] =>
	[...metrics].flatMap(([metric, {thresholds}]) =>
		Object.entries(thresholds).map(([words, ok]) => ({
			kind: 'threshold',
			subject: `${metric}: ${words}`,
			text: ok ? 'The threshold was kept.' : 'The threshold was crossed.',
			figures: {kept: String(ok)},
		})),
	);

const summaryIn = (json: unknown): Summary => {
	if (fits(machine, json)) return ofMachine(json);
	return fits(handled, json) ? ofHandled(json) : ofExported(json);
};

/** Whether a file is a summary of k6, in one of its three forms. */
export const isSummary = ({json}: Given): boolean =>
	fits(machine, json) ||
	fits(handled, json) ||
	(fits(exported, json) && fits(z.object({metrics: z.object({iterations: z.object({})})}), json));

/** The run of a summary. */
export const readSummary = (json: unknown): ToldRun => {
	const {metrics, checks, duration, rest, limits} = summaryIn(json);
	const count = metrics.get('http_reqs')?.values.count ?? 0;
	const rate = metrics.get('http_req_failed')?.values;
	// The rate of what failed: passes, or matches, are those.
	const failed = rate?.passes ?? rate?.matches ?? 0;
	const latency = metrics.get('http_req_duration')?.values ?? {};
	const [dropped, received, sent] = ['dropped_iterations', 'data_received', 'data_sent'].map(
		(name) => metrics.get(name)?.values.count,
	);
	return {
		name: 'k6',
		...rest,
		...(duration === undefined ? {} : {duration}),
		counted: [
			{outcome: 'expected', failed: false, count: count - failed},
			{outcome: 'not expected', failed: true, count: failed},
		].filter((one) => one.count > 0),
		...(received === undefined ? {} : {bytesIn: received}),
		...(sent === undefined ? {} : {bytesOut: sent}),
		...(count === 0
			? {}
			: {
					means,
					latency: {
						count,
						...Object.fromEntries(
							keys.flatMap(([key, told]) => {
								const figure = told.map((name) => latency[name]).find((value) => value !== undefined);
								return figure === undefined ? [] : [[key, figure]];
							}),
						),
					},
				}),
		metrics: ownMetrics(metrics),
		findings: [...kept(metrics), ...checks],
		doubts: [
			...droppedDoubts(dropped),
			...(failed > 0 && latency.min === 0
				? [
						{
							kind: 'no-answers-timed',
							message:
								'Requests that got no answer are among the latencies, with 0 ms: percentiles are too low. k6 run --out json tells them apart.',
						},
					]
				: []),
		],
		limits: [
			'k6 does not say what it loaded, nor which statuses came, nor which requests got no answer at all.',
			...limits,
		],
	};
};
