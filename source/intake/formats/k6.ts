import * as z from 'zod';
import type {Finding} from '../../core/finding.ts';
import type {Format, MetricValues, TimedOperation, ToldRun} from '../format.ts';
import {firstLine, fits, momentIn, readAs} from '../given.ts';

const means = 'http_req_duration: from sending a request to the end of its reply; making its connection is left out';

const values = z.record(z.string(), z.number());
const check = z.object({name: z.string(), path: z.string(), passes: z.number(), fails: z.number()});
const checks = z.union([z.array(check), z.record(z.string(), check)]).optional();
const group = z.object({checks});

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

/** A metric of either. */
type Told = {
	readonly values: Readonly<Record<string, number>>;
	/** By threshold, whether it was kept. */
	readonly thresholds: Readonly<Record<string, boolean>>;
	readonly contains: string | undefined;
};

const ofHandled = (json: unknown): ReadonlyMap<string, Told> =>
	new Map(
		Object.entries(readAs(handled, json).metrics).map(([name, metric]) => [
			name,
			{
				values: metric.values,
				thresholds: Object.fromEntries(Object.entries(metric.thresholds ?? {}).map(([words, {ok}]) => [words, ok])),
				contains: metric.contains,
			},
		]),
	);

const ofExported = (json: unknown): ReadonlyMap<string, Told> =>
	new Map(
		Object.entries(readAs(exported, json).metrics).map(([name, metric]) => {
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

const keys = [
	['mean', 'avg'],
	['min', 'min'],
	['p50', 'med'],
	['p75', 'p(75)'],
	['p90', 'p(90)'],
	['p95', 'p(95)'],
	['p99', 'p(99)'],
	['p999', 'p(99.9)'],
	['p9999', 'p(99.99)'],
	['max', 'max'],
] as const;

/** k6's own, which have a place in a run already, or are parts of what has. */
const isBuiltIn = (name: string): boolean =>
	/^(?:http_req|http_reqs|data_|vus|checks|iterations$|iteration_duration$|group_duration$|dropped_iterations$)/.test(
		name,
	);

const isNumber = (value: number | undefined): value is number => value !== undefined;

const ownMetrics = (metrics: ReadonlyMap<string, Told>): readonly MetricValues[] =>
	[...metrics]
		.filter(([name]) => !isBuiltIn(name) && !name.includes('{'))
		.flatMap(([name, told]): readonly MetricValues[] => {
			const unit = told.contains === 'time' ? 'ms' : told.contains === 'data' ? 'bytes' : '';
			const of = (suffix: string, value: number | undefined): readonly MetricValues[] =>
				isNumber(value) ? [{name: `${name}${suffix}`, unit, values: [value]}] : [];
			if ('med' in told.values) return [...of(' p50', told.values.med), ...of(' p95', told.values['p(95)'])];
			if ('count' in told.values) return of('', told.values.count);
			return of('', told.values.rate ?? told.values.value);
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

const checked = (given: z.infer<typeof checks>): readonly Finding[] =>
	Object.values(given ?? {}).map(({name, passes, fails}) => ({
		kind: 'check',
		subject: name,
		text: `${passes} of ${passes + fails} passed.`,
		figures: {passes, fails},
	}));

const readSummary = (json: unknown): ToldRun => {
	const isHandled = fits(handled, json);
	const metrics = isHandled ? ofHandled(json) : ofExported(json);
	const requests = metrics.get('http_reqs')?.values;
	const duration = isHandled
		? readAs(handled, json).state.testRunDurationMs
		: requests?.count !== undefined && (requests.rate ?? 0) > 0
			? (requests.count / (requests.rate ?? 1)) * 1000
			: undefined;
	// The rate of what failed: passes are those.
	const failed = metrics.get('http_req_failed')?.values.passes ?? 0;
	const count = requests?.count ?? 0;
	const latency = metrics.get('http_req_duration')?.values ?? {};
	const [dropped, received, sent] = ['dropped_iterations', 'data_received', 'data_sent'].map(
		(name) => metrics.get(name)?.values.count,
	);
	return {
		name: 'k6',
		...(duration === undefined ? {} : {duration}),
		means,
		counted: [
			{outcome: 'expected', failed: false, count: count - failed},
			{outcome: 'not expected', failed: true, count: failed},
		].filter((one) => one.count > 0),
		...(received === undefined ? {} : {bytesIn: received}),
		...(sent === undefined ? {} : {bytesOut: sent}),
		...(count === 0
			? {}
			: {
					latency: {
						count,
						...Object.fromEntries(
							keys.flatMap(([key, told]) => (isNumber(latency[told]) ? [[key, latency[told]]] : [])),
						),
					},
				}),
		metrics: ownMetrics(metrics),
		findings: [...kept(metrics), ...checked(readAs(z.object({root_group: group}), json).root_group.checks)],
		doubts:
			dropped === undefined || dropped === 0
				? []
				: [
						{
							kind: 'rate-missed',
							message: `k6 dropped ${dropped} iterations that it had no user free for: the rate was not reached.`,
						},
					],
		limits: ['k6 does not say what it loaded, nor which statuses came.'],
	};
};

const line = z.object({type: z.enum(['Metric', 'Point']), metric: z.string(), data: z.object({})});
const point = z.object({
	type: z.literal('Point'),
	metric: z.string(),
	data: z.object({time: z.string(), value: z.number(), tags: z.record(z.string(), z.string()).nullish()}),
});

const readPoints = (lines: Iterable<unknown>): ToldRun => {
	const timed: Array<TimedOperation & {readonly at: number}> = [];
	const own = new Map<string, number[]>();
	let first = Number.POSITIVE_INFINITY;
	let [bytesIn, bytesOut, dropped] = [0, 0, 0];
	for (const given of lines) {
		const read = point.safeParse(given);
		if (!read.success) continue;
		const {metric, data} = read.data;
		const at = momentIn(data.time);
		const tags = data.tags ?? {};
		if (metric === 'http_req_duration') {
			first = Math.min(first, at - data.value);
			const {status = '0'} = tags;
			timed.push({
				outcome: status === '0' ? (tags.error ?? `error ${tags.error_code ?? 'unknown'}`) : status,
				failed: tags.expected_response === 'false' || status === '0',
				...(status === '0' ? {} : {microseconds: data.value * 1000}),
				at,
				...(tags.name === undefined ? {} : {part: `${tags.method ?? ''} ${tags.name}`.trim()}),
			});
		} else if (metric === 'data_received') bytesIn += data.value;
		else if (metric === 'data_sent') bytesOut += data.value;
		else if (metric === 'dropped_iterations') dropped += data.value;
		else if (!isBuiltIn(metric)) {
			const known = own.get(metric);
			if (known === undefined) own.set(metric, [data.value]);
			else known.push(data.value);
		}
	}

	const [target, ...others] = new Set(timed.map(({part}) => part));
	return {
		name: 'k6',
		...(target === undefined || others.length > 0 ? {} : {target}),
		...(timed.length === 0 ? {} : {began: new Date(first).toISOString()}),
		means,
		timed: timed.map((one) => ({...one, at: one.at - first})),
		bytesIn,
		bytesOut,
		metrics: [...own].map(([name, all]) => ({name, unit: '', values: all})),
		doubts:
			dropped === 0
				? []
				: [
						{
							kind: 'rate-missed',
							message: `k6 dropped ${dropped} iterations that it had no user free for: the rate was not reached.`,
						},
					],
	};
};

/** A summary, as --summary-export or handleSummary gives it, or every point of --out json. Times are milliseconds. */
export const k6: Format = {
	name: 'k6',
	about: 'k6: its summary, or every request',
	made: 'k6 run --out json=FILE script.js',
	recognise: (given) =>
		fits(handled, given.json) ||
		(fits(exported, given.json) && fits(z.object({metrics: z.object({iterations: z.object({})})}), given.json)) ||
		fits(line, firstLine(given)),
	read: (given) => [fits(line, firstLine(given)) ? readPoints(given.lines()) : readSummary(given.json)],
};
