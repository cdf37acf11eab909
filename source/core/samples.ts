import {mergeRecords} from './merge-records.ts';

/** A figure of a run that is no latency of its operations: 'user CPU', 'peak memory', 'sort n=1000', what a command tells of itself. */
export type Metric = {
	/** Unique within a run. */
	readonly name: string;
	/** As people write it: 'ns', 'ms', 'bytes', '1/s', '%', or any word. */
	readonly unit: string;
	/** Absent: neither is better. */
	readonly better?: 'lower' | 'higher';
	readonly about?: string;
};

/**
 * Samples of one metric, in the order in which they came. Count, sum, minimum and maximum are exact; of more values than
 * are kept, every 2nd, 4th, 8th … stands for those between.
 */
export type Samples = {
	readonly count: number;
	readonly sum: number;
	/** Sum of the squared differences from the mean. */
	readonly squares: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly values: readonly number[];
	/** What each value is a replicate of, such as a process launch: values of one group are no independent witnesses. */
	readonly groups?: readonly number[];
	/** One value is kept of so many. */
	readonly every: number;
};

/** A metric with its samples. */
export type Measured = Omit<Metric, 'name'> & {readonly samples: Samples};
/** By the names of the metrics. */
export type Metrics = Readonly<Record<string, Measured>>;

/** More values than this are thinned out. */
export const mostValues = 4096;

/** Samples as they are taken, in order. */
export const samplesOf = (values: readonly number[], groups?: readonly number[]): Samples => {
	const sum = values.reduce((total, value) => total + value, 0);
	const mean = values.length === 0 ? 0 : sum / values.length;
	return thinned({
		count: values.length,
		sum,
		squares: values.reduce((total, value) => total + (value - mean) ** 2, 0),
		minimum: values.length === 0 ? 0 : values.reduce((least, value) => Math.min(least, value)),
		maximum: values.length === 0 ? 0 : values.reduce((most, value) => Math.max(most, value)),
		values,
		...(groups === undefined ? {} : {groups}),
		every: 1,
	});
};

const everySecond = <Value>(values: readonly Value[]): readonly Value[] => values.filter((_, index) => index % 2 === 0);

const halved = (samples: Samples): Samples => ({
	...samples,
	values: everySecond(samples.values),
	...(samples.groups === undefined ? {} : {groups: everySecond(samples.groups)}),
	every: samples.every * 2,
});

const thinned = (samples: Samples): Samples => {
	let few = samples;
	while (few.values.length > mostValues) few = halved(few);
	return few;
};

const thinnedTo = (samples: Samples, every: number): Samples => {
	let few = samples;
	while (few.every < every) few = halved(few);
	return few;
};

/** Both, those of `b` after those of `a`; the squares by Chan, Golub and LeVeque (Updating formulae, 1979). */
export const mergeSamples = (a: Samples, b: Samples): Samples => {
	if (a.count === 0) return b;
	if (b.count === 0) return a;
	const every = Math.max(a.every, b.every);
	const [first, second] = [thinnedTo(a, every), thinnedTo(b, every)];
	const difference = b.sum / b.count - a.sum / a.count;
	const none = (samples: Samples): readonly number[] => samples.groups ?? samples.values.map(() => 0);
	return thinned({
		count: a.count + b.count,
		sum: a.sum + b.sum,
		squares: a.squares + b.squares + (difference * difference * a.count * b.count) / (a.count + b.count),
		minimum: Math.min(a.minimum, b.minimum),
		maximum: Math.max(a.maximum, b.maximum),
		values: [...first.values, ...second.values],
		...(a.groups === undefined && b.groups === undefined ? {} : {groups: [...none(first), ...none(second)]}),
		every,
	});
};

/** Those of which there are samples: an engine may name what it then never takes. */
export const sampled = (metrics: Metrics | undefined): Metrics | undefined => {
	const found = Object.entries(metrics ?? {}).filter(([, {samples}]) => samples.count > 0);
	return found.length === 0 ? undefined : Object.fromEntries(found);
};

/** Of metrics with the same name, what was said first of it holds. */
export const mergeMetrics = (a: Metrics = {}, b: Metrics = {}): Metrics =>
	mergeRecords(a, b, (known, measured) => ({...known, samples: mergeSamples(known.samples, measured.samples)}));

/** The quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan, 1996). */
export const quantileOf = (sorted: ArrayLike<number>, q: number): number | undefined => {
	if (sorted.length === 0) return undefined;
	const position = (sorted.length - 1) * q;
	const below = sorted[Math.floor(position)]!;
	const above = sorted[Math.ceil(position)]!;
	return below + (above - below) * (position - Math.floor(position));
};

/** An interval that the median lies in, by order statistics, and with which confidence. */
export type MedianInterval = {
	readonly low: number;
	readonly high: number;
	/** The true one: with few values no interval has the one that is wanted. */
	readonly confidence: number;
	/** Of so many independent values. */
	readonly of: number;
};

const wantedConfidence = 0.95;
/** With fewer, even the smallest and the largest value hold the median between them too seldom. */
const leastValues = 4;

/** In order; as numbers that need no comparing function, which would be most of the cost. */
const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

/** Medians of the groups; of values without groups, the values. */
const witnesses = ({values, groups}: Samples): readonly number[] => {
	if (groups === undefined) return values;
	const byGroup = new Map<number, number[]>();
	for (const [index, value] of values.entries()) {
		const group = groups[index] ?? 0;
		const members = byGroup.get(group);
		if (members === undefined) byGroup.set(group, [value]);
		else members.push(value);
	}

	return [...byGroup.values()].flatMap((members) => quantileOf(ascending(members), 0.5) ?? []);
};

/**
 * The narrowest symmetric pair of order statistics that holds the median with 95 %, or with fewer than six values the
 * outermost pair and what it has (David and Nagaraja, Order Statistics, §7.1). Values of one group count as one, their
 * median. `undefined` of fewer than four.
 */
export const medianInterval = (samples: Samples): MedianInterval | undefined => {
	const sorted = ascending(witnesses(samples));
	const {length} = sorted;
	if (length < leastValues) return undefined;
	// The chance that fewer than `rank` of the values lie below the median; as a logarithm, since of more than a thousand
	// values the first chances are smaller than any number.
	let logarithm = length * Math.log(0.5);
	let tail = Math.exp(logarithm);
	let rank = 1;
	while (2 * rank < length) {
		logarithm += Math.log((length - rank + 1) / rank);
		const chance = Math.exp(logarithm);
		if (1 - 2 * (tail + chance) < wantedConfidence) break;
		tail += chance;
		rank += 1;
	}

	return {
		low: sorted[rank - 1]!,
		high: sorted[length - rank]!,
		confidence: 1 - 2 * tail,
		of: length,
	};
};

/** The figures of a metric, in its own unit; null where nothing was sampled. */
export type MetricSummary = {
	readonly unit: string;
	readonly better: 'lower' | 'higher' | null;
	readonly about?: string;
	readonly count: number;
	readonly mean: number | null;
	readonly stddev: number | null;
	readonly min: number | null;
	readonly p50: number | null;
	readonly p90: number | null;
	readonly p99: number | null;
	readonly max: number | null;
	/** Of the median. */
	readonly interval: MedianInterval | null;
};

/** As many digits as doubles carry for people: sums of binary fractions end in noise. */
const precise = (value: number | undefined): number | null =>
	value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(12));

const summaries = new WeakMap<Measured, MetricSummary>();

/** The figures of a metric; those of one that had no further sample are not computed anew. */
export const summariseMetric = (measured: Measured): MetricSummary => {
	const known = summaries.get(measured) ?? summaryOf(measured);
	summaries.set(measured, known);
	return known;
};

const summaryOf = ({unit, better, about, samples}: Measured): MetricSummary => {
	const sorted = ascending(samples.values);
	const {count, sum, squares, minimum, maximum} = samples;
	const interval = medianInterval(samples);
	return {
		unit,
		better: better ?? null,
		...(about === undefined ? {} : {about}),
		count,
		mean: count === 0 ? null : precise(sum / count),
		stddev: count < 2 ? null : precise(Math.sqrt(squares / (count - 1))),
		min: count === 0 ? null : precise(minimum),
		p50: precise(quantileOf(sorted, 0.5)),
		p90: precise(quantileOf(sorted, 0.9)),
		p99: precise(quantileOf(sorted, 0.99)),
		max: count === 0 ? null : precise(maximum),
		interval: interval ?? null,
	};
};
