import * as z from 'zod';
import {insightSeverities} from '../core/insight.ts';
import {percentiles} from '../core/summary.ts';

// The document that scripts read. A field, once shipped, keeps its meaning; new ones may join.

const figure = z.number().nullable();
const share = z.number().min(0).max(1).nullable();
const count = z.int().min(0);

const latencies = {
	mean: figure,
	stddev: figure,
	min: figure,
	p50: figure,
	p75: figure,
	p90: figure,
	p95: figure,
	p99: figure,
	p999: figure,
	p9999: figure,
	max: figure,
};

const ending = z.discriminatedUnion('state', [
	z.strictObject({state: z.literal('finished')}),
	z.strictObject({state: z.literal('stopped'), by: z.enum(['user', 'signal', 'alert', 'errors', 'decided'])}),
	z.strictObject({state: z.literal('failed'), message: z.string(), hint: z.string().optional()}),
]);

/** Where a run was made. */
export const environment = z.strictObject({
	hostname: z.string(),
	os: z.strictObject({platform: z.string(), release: z.string(), name: z.string().optional()}),
	cpu: z.strictObject({
		model: z.string(),
		cores: count.describe('Logical cores of the machine.'),
		usableCores: z.number().describe('Cores this process may use: affinity and container quota applied.'),
		governor: z.string().optional(),
	}),
	memory: z.strictObject({totalBytes: count}),
	container: z.strictObject({cpus: z.number().optional(), memoryBytes: z.number().optional()}).optional(),
	virtualisation: z.string().optional(),
	loadAverage: z.tuple([z.number(), z.number(), z.number()]),
	versions: z.record(z.string(), z.string()),
	git: z.strictObject({commit: z.string(), branch: z.string().optional(), dirty: z.boolean()}).optional(),
});

const limit = {
	metric: z
		.string()
		.describe(
			'latency.p95, errors.5xx, throughput, success, or a metric; part > figure for a part; delta.p99 for a change.',
		),
	comparison: z.enum(['<', '<=', '>', '>=']),
	limit: z
		.number()
		.describe(
			"In the figure's own unit: milliseconds, shares from 0 to 1, per second, bytes; of a change 0.1 is 10 %.",
		),
	unit: z.string().optional().describe('What the limit is in, where that may not be the unit of the figure.'),
	text: z.string(),
};

const threshold = z.strictObject(limit);

const plan = z.strictObject({
	id: z.string(),
	name: z.string(),
	engine: z.string(),
	target: z.string(),
	load: z.unknown().describe("The engine's own plan, secrets removed."),
	warmup: z.number().describe('Milliseconds.'),
	duration: z.number().optional().describe('Milliseconds of measuring.'),
	amount: count.optional().describe('Operations to measure, instead of a duration.'),
	workers: count,
	tags: z.array(z.string()),
	watch: z.strictObject({
		pid: count.optional(),
		port: count.optional(),
		container: z.string().optional(),
		nodeExporter: z.string().optional(),
	}),
	thresholds: z.array(threshold).optional().describe('Limits that its figures are held against.'),
	round: z
		.strictObject({number: count, of: count})
		.optional()
		.describe('Which repetition of the benchmark this is, from 1.'),
	suite: z
		.strictObject({
			id: z.string(),
			runs: z.array(
				z.strictObject({
					id: z.string(),
					name: z.string(),
					length: z.number().optional().describe('Planned milliseconds.'),
					benchmark: z.string().optional().describe('The benchmark that it is a side of.'),
				}),
			),
			bail: z.boolean().describe('Whether the rest is left out after the first that fails.'),
			comparison: z
				.strictObject({
					pairs: count.describe('Pairs of runs of each benchmark, at most.'),
					looks: z
						.array(count)
						.optional()
						.describe('After so many pairs it is looked whether it is decided. Absent: once, after all.'),
					confidence: z.number().describe('Of the verdicts on a benchmark together, over all looks.'),
					margins: z.record(z.string(), z.number()).describe('By metric, where they are not the default ones.'),
					seed: z.number().describe('Of the order of the sides.'),
				})
				.optional()
				.describe('How the two sides are held against each other that the runs are made for.'),
		})
		.optional()
		.describe('The runs that one command runs one after the other.'),
	side: z
		.strictObject({
			benchmark: z.string(),
			pair: count.describe('From 1.'),
			is: z.enum(['base', 'candidate']),
			of: z.string().describe('What is measured on this side: a URL, a branch.'),
			commit: z.string().optional().describe('The commit that was laid out for it, where it is one.'),
		})
		.optional()
		.describe('The side of a comparison that the run is made for.'),
});

const resources = z.strictObject({
	cpu: z.strictObject({
		used: figure.describe('user + system'),
		user: figure,
		system: figure,
		iowait: figure,
		steal: figure,
		idle: figure,
		throttled: figure.describe('% of the time that the container was held back by its CPU quota.'),
		unit: z.literal('%'),
		of: z.literal('all cores'),
		perCore: z.array(z.number()).describe('% of each core.'),
	}),
	memory: z
		.strictObject({used: figure, available: figure, total: figure, container: figure, usagePercent: figure})
		.describe('Bytes.'),
	disk: z.strictObject({
		readIops: figure,
		writeIops: figure,
		readLatencyMs: figure,
		writeLatencyMs: figure,
		utilisationPercent: figure,
	}),
	network: z.strictObject({receivedPerSecond: figure, sentPerSecond: figure}).describe('Bytes, loopback included.'),
	target: z
		.strictObject({
			cpu: figure,
			unit: z.literal('%'),
			of: z.literal('one core'),
			memory: figure,
			memoryPeak: figure,
			threads: figure,
			openFiles: figure,
			processes: figure,
		})
		.describe('The process under test.'),
	generator: z
		.strictObject({
			cpu: figure,
			unit: z.literal('%'),
			of: z.literal('one core'),
			busyPercent: figure.describe('% of the time that the busiest load thread was not idle.'),
			loopDelayMs: figure.describe('Mean over 200 ms stretches of the longest event-loop delay in each.'),
			loopDelayMaxMs: figure,
			memory: figure,
		})
		.describe("benchtop's own process."),
	others: z
		.record(
			z.string(),
			z.strictObject({
				unit: z.string(),
				of: z.string().optional().describe('What a percentage is a share of.'),
				mean: z.number(),
				min: z.number(),
				max: z.number(),
			}),
		)
		.optional()
		.describe(
			'What else was read: of a server under test (server.*), a remote machine (remote.*), a load tool (tool.*).',
		),
});

const setupTimes = z.strictObject({count, ...latencies}).describe('Milliseconds.');

const operations = z
	.strictObject({offered: count, succeeded: count, failed: count, inFlight: count})
	.describe('offered = succeeded + failed + inFlight');
const outcomes = z.record(z.string(), count).describe('Every operation that ended, exactly once.');

const part = z.strictObject({
	latency: z.strictObject({...latencies, count, uncertain: z.array(z.string())}).describe('Milliseconds.'),
	rate: figure.describe('Answered per second.'),
	operations,
	successRate: share,
	outcomes,
});

const metric = z.strictObject({
	unit: z.string(),
	better: z.enum(['lower', 'higher']).nullable(),
	about: z.string().optional(),
	count,
	mean: figure,
	stddev: figure,
	min: figure,
	p50: figure,
	p90: figure,
	p99: figure,
	max: figure,
	interval: z
		.strictObject({
			low: z.number(),
			high: z.number(),
			confidence: share,
			of: count.describe('Independent values: of samples in groups, the groups.'),
		})
		.nullable()
		.describe('Of the median, by order statistics. Null of too few values.'),
});

const summary = z.strictObject({
	latency: z.strictObject({
		unit: z.literal('ms'),
		...latencies,
		count: count.describe('Operations with a latency: answered, or timed out.'),
		means: z.string().describe('What a latency of this engine spans.'),
		uncertain: z.array(z.string()).describe('Percentiles that rest on too few operations.'),
		correlated: z
			.array(z.string())
			.optional()
			.describe(
				'Percentiles of enough operations, but too few independent ones: they hang together over seconds. Absent where that cannot be told: of fewer than twenty whole seconds, of a load that was to change, of latencies that drifted or took a step.',
			),
		intervals: z
			.partialRecord(
				z.enum(percentiles.map(({key}) => key)),
				z.strictObject({
					low: z.number(),
					high: z.number(),
					confidence: share,
					of: count.describe('Independent operations that all of them are worth.'),
				}),
			)
			.optional()
			.describe(
				'Milliseconds between which a percentile lies within this run, by order statistics; another run may differ by more. Absent as correlated is, and of percentiles without two ends.',
			),
		waiting: z
			.strictObject({count, longest: figure})
			.describe('In flight at the end; they count as having waited at least so long (product-limit estimator).'),
	}),
	uncorrectedLatency: z
		.strictObject(latencies)
		.optional()
		.describe('With a rate: from the actual send instead of from when the operation was due.'),
	firstByteLatency: z
		.strictObject(latencies)
		.optional()
		.describe('Up to the first byte of the reply, of operations that got one; from the same moment as latency.'),
	setup: z
		.strictObject({
			dns: setupTimes.optional(),
			connect: setupTimes.optional(),
			tunnel: setupTimes.optional(),
			tls: setupTimes.optional(),
		})
		.optional()
		.describe(
			'How long the steps of making connections took, in the warm-up as well: looking up the name, TCP, a tunnel through a proxy, TLS. The first latency on a connection includes them, but for the name.',
		),
	throughput: z
		.strictObject({
			unit: z.literal('1/s'),
			mean: figure,
			stddev: figure,
			min: figure,
			max: figure,
			total: count,
			bytesInPerSecond: z.number(),
			bytesOutPerSecond: z.number(),
		})
		.describe(
			'Operations that were answered, well or badly; stddev, min and max over whole seconds. Answers that came during a pause are in the total, and in no rate.',
		),
	operations,
	successRate: share,
	errorRate: z.strictObject({'4xx': share, '5xx': share, timeout: share, connection: share, other: share}),
	outcomes,
	parts: z
		.record(z.string(), part)
		.optional()
		.describe('Operations told apart by name, such as the requests of a scenario: they add up to the whole.'),
	metrics: z
		.record(z.string(), metric)
		.optional()
		.describe('Figures beside latencies, by name: time per call, CPU time, memory, what a command tells of itself.'),
	resources,
});

const second = z.strictObject({
	fromMs: z.number(),
	toMs: z.number(),
	rate: figure,
	...latencies,
	failed: count,
	outcomes: z.record(z.string(), count),
	gauges: z.record(z.string(), z.number()),
	histogram: z.string().nullable().describe('HdrHistogram V2 compressed, base64; microseconds.'),
	sumMicroseconds: z.number(),
});

const insight = {
	kind: z.string().describe('Which rule found it: knee, tail, memory-growth, …'),
	severity: z.enum(insightSeverities),
	text: z.string().describe('What it is, and why it matters.'),
	recommendations: z.array(z.string()).describe('What to do, the most promising first.'),
	figures: z
		.record(z.string(), z.union([z.number(), z.string(), z.null()]))
		.describe('The same for scripts; units stand in the names.'),
};

/** One run of the document. */
export const resultSchema = z.strictObject({
	id: z.string(),
	name: z.string(),
	engine: z.string(),
	target: z.string(),
	began: z.iso.datetime(),
	durationMs: z.number().describe('Of the measured phase, pauses left out.'),
	pausedMs: z.number().optional().describe('How long the load was paused, in any phase; absent where it was not.'),
	ending,
	environment,
	plan,
	fingerprint: z
		.strictObject({workload: z.string(), environment: z.string()})
		.describe('Figures are comparable only where both agree.'),
	warmup: z.strictObject({durationMs: z.number(), operations: count}),
	summary,
	validity: z.strictObject({
		trustworthy: z.boolean(),
		reasons: z.array(z.strictObject({kind: z.string(), message: z.string()})),
		limits: z.array(z.string()).describe('What the engine cannot measure.'),
	}),
	marks: z
		.array(z.strictObject({atMs: z.number(), text: z.string()}))
		.describe('Marks of the user, changes of the load, and where pauses begin and end.'),
	timeline: z.array(second),
	findings: z
		.array(
			z.strictObject({
				kind: z.string().describe('What sort of finding: complexity, leak, …'),
				subject: z.string(),
				text: z.string(),
				figures: z
					.record(z.string(), z.union([z.number(), z.string(), z.null(), z.array(z.number().nullable())]))
					.describe('The same for scripts; units stand in the names.'),
			}),
		)
		.optional()
		.describe('What the run found out that is no single number.'),
	insights: z
		.array(z.strictObject(insight))
		.optional()
		.describe('What was found in the run when it was over, the gravest first.'),
	samples: z
		.record(
			z.string(),
			z.strictObject({
				values: z.array(z.number()),
				groups: z.array(z.number()).optional().describe('What each value is a replicate of, such as a process launch.'),
				every: count.describe('One value is kept of so many.'),
			}),
		)
		.optional()
		.describe('The samples of the metrics, in their order.'),
});

const comparison = z.strictObject({
	metric: z.string(),
	unit: z.string(),
	lowerIsBetter: z.boolean(),
	base: figure,
	candidate: figure,
	change: z.strictObject({
		estimate: figure.describe(
			'Relative: +0.08 is 8 % more. Of a share (unit %), the difference: +0.01 is one percentage point more.',
		),
		low: figure,
		high: figure,
		confidence: z.number(),
		covers: z.string(),
	}),
	verdict: z.enum(['better', 'worse', 'same', 'unclear']),
	because: z.string().optional(),
	margin: z.number().optional().describe('Changes within ± this count for none; in the terms of the change.'),
	runs: z.strictObject({base: count, candidate: count}).optional().describe('Where several runs a side were judged.'),
	p: z
		.number()
		.optional()
		.describe('How often chance alone makes such a difference, held up for the metrics judged together.'),
	moreRuns: count.optional().describe('About how many more runs a side would decide.'),
	severity: z.enum(['low', 'medium', 'high']).optional().describe('Of what became worse.'),
	method: z.string().optional().describe('How interval and p were found.'),
	isDisplayed: z.literal(true).optional().describe('Shown only: it decides no gate, and is no failure.'),
	benchmark: z.string().optional(),
	against: z
		.strictObject({label: z.string(), runs: z.array(z.string())})
		.optional()
		.describe('What the base is, as people know it, and the ids of its runs.'),
});

/** The document of `--json`, version 1. */
export const reportSchema = z
	.strictObject({
		version: z.literal(1),
		tool: z.strictObject({name: z.literal('benchtop'), version: z.string()}),
		results: z.array(resultSchema),
		comparisons: z.array(comparison),
		thresholds: z.array(
			z.strictObject({
				...limit,
				comparison: z.enum(['<', '<=', '>', '>=', '==', '!=']),
				told: z
					.strictObject({
						by: z.string(),
						unit: z.string().describe('Of the limit and the figure; a share is from 0 to 1.'),
					})
					.optional()
					.describe('It is one of the script, judged by the tool that ran it; absent where benchtop judged.'),
				result: z.string().describe('The id of the run.'),
				name: z.string(),
				actual: figure.describe('Null: the run has no such figure, which fails.'),
				passed: z.boolean(),
				isUnclear: z
					.literal(true)
					.optional()
					.describe('Of a change whose interval reaches across the limit: neither kept nor broken, and no failure.'),
			}),
		),
		alerts: z.array(z.never()),
		insights: z
			.array(z.strictObject({result: z.string().describe('The id of the run.'), name: z.string(), ...insight}))
			.describe('The insights of all results.'),
		failures: count.describe('Runs that could not be measured, failed thresholds and regressions. 0 is a pass.'),
	})
	.describe('A benchtop report. Milliseconds, bytes, per second, ISO 8601.');

export type ReportDocument = z.infer<typeof reportSchema>;

/** JSON Schema (draft 2020-12) of the document. */
export const reportJsonSchema = (): unknown => z.toJSONSchema(reportSchema);
