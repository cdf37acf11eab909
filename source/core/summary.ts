import {type Gauges, gaugeMean} from './gauge.ts';
import {censoredQuantile, emptyHistogram, type Histogram, mean, quantiles, standardDeviation} from './histogram.ts';
import {type GaugeName, gaugeMetric, type Unit} from './metric.ts';
import {type FailureFamily, familyOf} from './outcome.ts';
import type {Part} from './part.ts';
import {type MetricSummary, sampled, summariseMetric} from './samples.ts';
import {
	coveredIn,
	endedIn,
	failedIn,
	mergeSetups,
	type Setup,
	type SetupStep,
	type Snapshot,
	setupSteps,
} from './snapshot.ts';

/** What figures of runs are called that are compared and gate; no metric stands for one of them. */
export const figureNames: readonly string[] = ['p50', 'p90', 'p99', 'throughput', 'error rate'];

/**
 * The percentiles of every report, each with the least number of operations that can carry it: with fewer, even the
 * largest one is no upper end of a 95 % interval, since q^n > 0.025 (David and Nagaraja, Order Statistics, §7.1).
 */
export const percentiles = [
	{key: 'p50', label: 'p50', q: 0.5, least: 6},
	{key: 'p75', label: 'p75', q: 0.75, least: 13},
	{key: 'p90', label: 'p90', q: 0.9, least: 36},
	{key: 'p95', label: 'p95', q: 0.95, least: 72},
	{key: 'p99', label: 'p99', q: 0.99, least: 368},
	{key: 'p999', label: 'p99.9', q: 0.999, least: 3688},
	{key: 'p9999', label: 'p99.99', q: 0.9999, least: 36_887},
] as const;

export type PercentileKey = (typeof percentiles)[number]['key'];
export type LatencyKey = PercentileKey | 'mean' | 'stddev' | 'min' | 'max';

/** Latencies in milliseconds to the microsecond; null where nothing was measured. */
export type Latencies = Readonly<Record<LatencyKey, number | null>>;

/** Between which latencies a percentile lies, in milliseconds, within one run: runs differ by more. */
export type QuantileInterval = {
	readonly low: number;
	readonly high: number;
	readonly confidence: number;
	/** So many independent operations are what all of them are worth. */
	readonly of: number;
};

/** What is known of the percentiles of a run when it is over. */
export type LatencyPrecision = {
	/** Percentiles that enough operations stand behind, but too few independent ones: they hang together over seconds. */
	readonly correlated: readonly PercentileKey[];
	/** Of percentiles that have one with two ends. */
	readonly intervals: Readonly<Partial<Record<PercentileKey, QuantileInterval>>>;
};

/** The precision is absent where it cannot be told: before the end, of few seconds, of latencies that do not stay level. */
export type LatencySummary = Latencies &
	Partial<LatencyPrecision> & {
		readonly unit: 'ms';
		readonly count: number;
		/** What a latency of this engine spans. */
		readonly means: string;
		/** Percentiles that rest on too few operations to be relied on. */
		readonly uncertain: readonly PercentileKey[];
		/** Operations still in flight at the end, which count with the time they had waited. */
		readonly waiting: {readonly count: number; readonly longest: number | null};
	};

/** Milliseconds; `count` connections took this step, or looked up the name. */
export type SetupTimes = {readonly count: number} & Latencies;

export type Summary = {
	readonly latency: LatencySummary;
	/** Open loop only: the same, from the actual send. */
	readonly uncorrectedLatency?: Latencies;
	/** The same, up to the first byte of the reply, of operations that got one. */
	readonly firstByteLatency?: Latencies;
	/** How long the steps of making connections took, in the warm-up as well; absent where none was made. */
	readonly setup?: {readonly [Step in SetupStep]?: SetupTimes};
	/**
	 * Operations that were answered, per second; over whole seconds for stddev, min and max. What was answered during a
	 * pause is in the total only.
	 */
	readonly throughput: {
		readonly unit: '1/s';
		readonly mean: number | null;
		readonly stddev: number | null;
		readonly min: number | null;
		readonly max: number | null;
		readonly total: number;
		readonly bytesInPerSecond: number;
		readonly bytesOutPerSecond: number;
	};
	/** offered = succeeded + failed + inFlight. */
	readonly operations: {
		readonly offered: number;
		readonly succeeded: number;
		readonly failed: number;
		readonly inFlight: number;
	};
	/** Shares of the operations that ended; null when none did. */
	readonly successRate: number | null;
	readonly errorRate: Readonly<Record<FailureFamily, number | null>>;
	readonly outcomes: Readonly<Record<string, number>>;
	/** Operations told apart by name, where the engine does so: they add up to the whole. */
	readonly parts?: Readonly<Record<string, PartSummary>>;
	/** Figures beside latencies, by name. */
	readonly metrics?: Readonly<Record<string, MetricSummary>>;
	readonly resources: Resources;
};

/** The figures of some of the operations. */
export type PartSummary = {
	/** Milliseconds. */
	readonly latency: Latencies & {readonly count: number; readonly uncertain: readonly PercentileKey[]};
	/** Answered per second. */
	readonly rate: number | null;
	readonly operations: Summary['operations'];
	readonly successRate: number | null;
	readonly outcomes: Readonly<Record<string, number>>;
};

type Figure = number | null;

/** Means over the measured time. CPU percentages say in `of` what they are a share of; null was not measured. */
export type Resources = {
	readonly cpu: {
		/** user + system. */
		readonly used: Figure;
		readonly user: Figure;
		readonly system: Figure;
		readonly iowait: Figure;
		readonly steal: Figure;
		readonly idle: Figure;
		readonly throttled: Figure;
		readonly unit: '%';
		readonly of: 'all cores';
		readonly perCore: readonly number[];
	};
	readonly memory: {
		readonly used: Figure;
		readonly available: Figure;
		readonly total: Figure;
		readonly container: Figure;
		readonly usagePercent: Figure;
	};
	readonly disk: {
		readonly readIops: Figure;
		readonly writeIops: Figure;
		readonly readLatencyMs: Figure;
		readonly writeLatencyMs: Figure;
		readonly utilisationPercent: Figure;
	};
	readonly network: {readonly receivedPerSecond: Figure; readonly sentPerSecond: Figure};
	readonly target: {
		readonly cpu: Figure;
		readonly unit: '%';
		readonly of: 'one core';
		readonly memory: Figure;
		readonly memoryPeak: Figure;
		readonly threads: Figure;
		readonly openFiles: Figure;
		readonly processes: Figure;
	};
	readonly generator: {
		readonly cpu: Figure;
		readonly unit: '%';
		readonly of: 'one core';
		readonly busyPercent: Figure;
		readonly loopDelayMs: Figure;
		readonly loopDelayMaxMs: Figure;
		readonly memory: Figure;
	};
	/** What else was read, by name: of a server under test, a remote machine, a load tool. Absent when nothing was. */
	readonly others?: Readonly<Record<string, OtherLevel>>;
};

/** A level that is none of the usual ones. */
export type OtherLevel = {
	readonly unit: Unit;
	/** Of a percentage: what it is a share of. */
	readonly of?: string;
	readonly mean: number;
	readonly min: number;
	readonly max: number;
};

const toMilliseconds = (microseconds: number | undefined): number | null =>
	microseconds === undefined ? null : Math.round(microseconds) / 1000;

/** Rounded to a thousandth, so that a document holds figures and not the noise of binary fractions. */
export const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

/** All latency figures of a histogram, with the operations that were still waiting. */
export const latenciesOf = (latency: Histogram, waiting: Histogram): Latencies => {
	const shares = percentiles.map(({q}) => q);
	// Several times a second, of every part of a load: one walk instead of seven.
	// Of waits that nobody told, all that is known is that there were some: no figure can come of them.
	const values =
		waiting.maximum === 0 ? quantiles(latency, shares) : shares.map((q) => censoredQuantile(latency, waiting, q));
	const [p50 = null, p75 = null, p90 = null, p95 = null, p99 = null, p999 = null, p9999 = null] =
		values.map(toMilliseconds);
	return {
		mean: toMilliseconds(mean(latency)),
		stddev: toMilliseconds(standardDeviation(latency)),
		min: toMilliseconds(latency.count === 0 ? undefined : latency.minimum),
		...{p50, p75, p90, p95, p99, p999, p9999},
		max: toMilliseconds(
			latency.count === 0 && waiting.maximum === 0 ? undefined : Math.max(latency.maximum, waiting.maximum),
		),
	};
};

/** Percentiles that so many operations cannot carry. */
export const uncertainAt = (count: number): PercentileKey[] =>
	percentiles.filter(({least}) => count < least).map(({key}) => key);

/** Whether a percentile is to be shown with its doubt: too few operations stand behind it, or too few independent ones. */
export const isDoubtful = (
	{uncertain, correlated = []}: Pick<LatencySummary, 'uncertain' | 'correlated'>,
	key: LatencyKey,
): boolean => [...uncertain, ...correlated].some((each) => each === key);

/** Operations that got an answer, good or bad: everything that ended but timeouts and failed connections. */
export const answeredIn = (snapshot: Pick<Snapshot, 'outcomes' | 'failures'>): number => {
	let answered = endedIn(snapshot);
	for (const [outcome, count] of Object.entries(snapshot.failures)) {
		const family = familyOf(outcome);
		if (family === 'timeout' || family === 'connection') answered -= count;
	}

	return answered;
};

/** Answers per second of the time that counts; `undefined` of a moment. */
export const rateIn = (snapshot: Snapshot): number | undefined => {
	const covered = coveredIn(snapshot);
	return covered > 0 ? ((answeredIn(snapshot) - (snapshot.late ?? 0)) * 1000) / covered : undefined;
};

/** How many of the failures are of each family. */
export const failuresByFamily = (snapshot: Snapshot): Record<FailureFamily, number> => {
	const counts: Record<FailureFamily, number> = {'4xx': 0, '5xx': 0, timeout: 0, connection: 0, other: 0};
	for (const [outcome, count] of Object.entries(snapshot.failures)) counts[familyOf(outcome)] += count;
	return counts;
};

const resourcesOf = (gauges: Gauges): Resources => {
	const average = (name: GaugeName): Figure => {
		const gauge = gauges[name];
		return gauge === undefined ? null : thousandth(gaugeMean(gauge));
	};
	const greatest = (name: GaugeName): Figure => {
		const gauge = gauges[name];
		return gauge === undefined ? null : thousandth(gauge.maximum);
	};
	const perCore: number[] = [];
	for (let core = 0; ; core++) {
		const gauge = gauges[`host.cpu.core${core}`];
		if (gauge === undefined) break;
		perCore.push(thousandth(gaugeMean(gauge)));
	}

	const used = average('host.memory.used');
	const user = average('host.cpu.user');
	const system = average('host.cpu.system');
	const total = average('host.memory.total');
	return {
		cpu: {
			used: user === null || system === null ? null : thousandth(user + system),
			user,
			system,
			iowait: average('host.cpu.iowait'),
			steal: average('host.cpu.steal'),
			idle: average('host.cpu.idle'),
			throttled: average('host.cpu.throttled'),
			unit: '%',
			of: 'all cores',
			perCore,
		},
		memory: {
			used,
			available: average('host.memory.available'),
			total,
			container: average('host.memory.container'),
			usagePercent: used === null || !total ? null : thousandth((100 * used) / total),
		},
		disk: {
			readIops: average('host.disk.readIops'),
			writeIops: average('host.disk.writeIops'),
			readLatencyMs: average('host.disk.readLatency'),
			writeLatencyMs: average('host.disk.writeLatency'),
			utilisationPercent: average('host.disk.utilisation'),
		},
		network: {
			receivedPerSecond: average('host.network.received'),
			sentPerSecond: average('host.network.sent'),
		},
		target: {
			cpu: average('target.cpu'),
			unit: '%',
			of: 'one core',
			memory: average('target.memory'),
			memoryPeak: greatest('target.memory'),
			threads: average('target.threads'),
			openFiles: average('target.openFiles'),
			processes: average('target.processes'),
		},
		generator: {
			cpu: average('generator.cpu'),
			unit: '%',
			of: 'one core',
			busyPercent: average('generator.busy'),
			loopDelayMs: average('generator.loopDelay'),
			loopDelayMaxMs: greatest('generator.loopDelay'),
			memory: average('generator.memory'),
		},
		...othersIn(gauges),
	};
};

/** Gauges with a place of their own in the figures of a run. */
const isUsual = (name: string): boolean => /^(?:host|target|generator)\./.test(name) && name !== 'target.throttled';

const othersIn = (gauges: Gauges): Pick<Resources, 'others'> => {
	const others = Object.entries(gauges)
		.filter(([name]) => !isUsual(name))
		.map(([name, gauge]): readonly [string, OtherLevel] => {
			const metric = gaugeMetric(name);
			const level = {
				unit: metric?.unit ?? 'count',
				...(metric?.of === undefined ? {} : {of: metric.of}),
				mean: thousandth(gaugeMean(gauge)),
				min: thousandth(gauge.minimum),
				max: thousandth(gauge.maximum),
			};
			return [name, level];
		});
	return others.length === 0 ? {} : {others: Object.fromEntries(others)};
};

const setupOf = (setup: Setup): {[Step in SetupStep]?: SetupTimes} => {
	const times: {[Step in SetupStep]?: SetupTimes} = {};
	for (const step of setupSteps) {
		const histogram = setup[step];
		if (histogram === undefined || histogram.count === 0) continue;
		times[step] = {count: histogram.count, ...latenciesOf(histogram, emptyHistogram)};
	}

	return times;
};

/** The figures of a part of a load that was measured for so many seconds. */
const partOf = (part: Part, seconds: number): PartSummary => {
	const ended = endedIn(part);
	const failed = failedIn(part);
	return {
		latency: {
			...latenciesOf(part.latency, part.waiting),
			count: part.latency.count,
			uncertain: uncertainAt(part.latency.count),
		},
		rate: seconds > 0 ? thousandth(answeredIn(part) / seconds) : null,
		operations: {
			offered: part.offered,
			succeeded: ended - failed,
			failed,
			inFlight: Math.max(0, part.offered - ended),
		},
		successRate: ended === 0 ? null : (ended - failed) / ended,
		outcomes: part.outcomes,
	};
};

const mapped = <From, To>(
	members: Readonly<Record<string, From>>,
	change: (member: From) => To,
): Readonly<Record<string, To>> =>
	Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member)]));

/**
 * The figures of a measured phase. `rates` are the answers per second of its whole seconds, and `before` what
 * connections took that were made before it; `precision` is known at the end.
 */
export const summarise = (
	total: Snapshot,
	rates: readonly number[],
	means: string,
	before: Setup = {},
	precision?: LatencyPrecision,
): Summary => {
	const setup = setupOf(mergeSetups(before, total.setup));
	const seconds = coveredIn(total) / 1000;
	const ended = endedIn(total);
	const failed = failedIn(total);
	const families = failuresByFamily(total);
	const share = (count: number): number | null => (ended === 0 ? null : count / ended);
	const rateMean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
	const squares = rates.reduce((sum, rate) => sum + (rate - rateMean) ** 2, 0);
	const rate = rateIn(total);
	const metrics = sampled(total.metrics);
	return {
		latency: {
			unit: 'ms',
			...latenciesOf(total.latency, total.waiting),
			count: total.latency.count,
			means,
			uncertain: uncertainAt(total.latency.count),
			...precision,
			waiting: {
				count: total.waiting.count,
				longest: toMilliseconds(total.waiting.maximum === 0 ? undefined : total.waiting.maximum),
			},
		},
		...(total.firstByte === undefined ? {} : {firstByteLatency: latenciesOf(total.firstByte, emptyHistogram)}),
		...(total.uncorrected === undefined
			? {}
			: {uncorrectedLatency: latenciesOf(total.uncorrected, total.uncorrectedWaiting ?? emptyHistogram)}),
		...(Object.keys(setup).length === 0 ? {} : {setup}),
		throughput: {
			unit: '1/s',
			mean: rate === undefined ? null : thousandth(rate),
			stddev: rates.length < 2 ? null : thousandth(Math.sqrt(squares / (rates.length - 1))),
			min: rates.length === 0 ? null : thousandth(Math.min(...rates)),
			max: rates.length === 0 ? null : thousandth(Math.max(...rates)),
			total: answeredIn(total),
			bytesInPerSecond: seconds > 0 ? thousandth(total.bytesIn / seconds) : 0,
			bytesOutPerSecond: seconds > 0 ? thousandth(total.bytesOut / seconds) : 0,
		},
		operations: {
			offered: total.offered,
			succeeded: ended - failed,
			failed,
			inFlight: Math.max(0, total.offered - ended),
		},
		successRate: share(ended - failed),
		errorRate: {
			'4xx': share(families['4xx']),
			'5xx': share(families['5xx']),
			timeout: share(families.timeout),
			connection: share(families.connection),
			other: share(families.other),
		},
		outcomes: total.outcomes,
		...(total.parts === undefined ? {} : {parts: mapped(total.parts, (part) => partOf(part, seconds))}),
		...(metrics === undefined ? {} : {metrics: mapped(metrics, summariseMetric)}),
		resources: resourcesOf(total.gauges),
	};
};
