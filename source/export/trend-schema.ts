import * as z from 'zod';

// The documents of the history that scripts read. A field, once shipped, keeps its meaning; new ones may join.

const count = z.int().min(0);
const time = z.iso.datetime();
const id = z.string();

const run = z.strictObject({
	id,
	began: time,
	commit: z.string().nullable(),
	branch: z.string().nullable(),
	machine: z.string(),
});

const slope = z.strictObject({
	estimate: z.number(),
	low: z.number(),
	high: z.number(),
	confidence: z.number(),
});

const trend = z
	.strictObject({
		direction: z
			.enum(['rising', 'falling', 'unclear'])
			.describe('Rising or falling only where the interval excludes 0.'),
		perDay: slope.describe('Theil–Sen, in the unit of the metric.'),
		sharePerDay: slope.nullable().describe('The same as a share of the median value.'),
		p: z.number().describe('Mann–Kendall, two-sided.'),
		leastSquares: z.strictObject({perDay: slope, rSquared: z.number()}).nullable(),
		days: z.number().describe('From the first run to the last.'),
		runs: count,
	})
	.nullable();

const difference = z.strictObject({
	estimate: z.number(),
	low: z.number().nullable(),
	high: z.number().nullable(),
	confidence: z.number(),
});

const change = {
	before: id.describe('The last run before it, where it most likely is.'),
	after: id.describe('The first run after it.'),
	began: time.describe('When the first run after it began.'),
	earliest: id.describe('It came with one of the runs from this one …'),
	latest: id.describe('… to this one, with a confidence of 95 %.'),
	p: z.number(),
	from: z.number().describe('The mean up to the change before.'),
	to: z.number().describe('The mean up to the next change.'),
	difference: difference.describe('to − from, in the unit of the metric.'),
	change: difference.nullable().describe('to / from − 1.'),
	verdict: z.enum(['better', 'worse']).nullable(),
	runsBefore: count,
	runsAfter: count,
};

const metric = {name: z.string(), unit: z.string(), better: z.enum(['lower', 'higher']).nullable()};

const fingerprint = z.strictObject({workload: z.string(), environment: z.string()});

const frame = {version: z.literal(1), tool: z.strictObject({name: z.literal('benchtop'), version: z.string()})};

/** The document of `benchtop trend --json`, version 1. */
export const trendSchema = z.strictObject({
	...frame,
	series: z.array(
		z.strictObject({
			benchmark: z.string(),
			fingerprint: fingerprint.describe('All runs of a series have the same.'),
			machines: z.array(z.string()),
			isNewest: z.boolean().describe('Whether the newest run of the benchmark is of this series.'),
			runs: z.array(run).describe('Oldest first.'),
			doubtful: z.strictObject({
				runs: count.describe('Runs whose figures are in doubt.'),
				included: z.boolean().describe('Whether they are among the runs.'),
			}),
			unfit: count.describe(
				'Runs that are left out: without figures, of another load than planned, or of a commit chosen for a comparison.',
			),
			metrics: z.array(
				z.strictObject({
					...metric,
					uncertain: count.describe('In how many runs it rests on too few operations to be relied on.'),
					values: z.array(z.number().nullable()).describe('One for each run.'),
					level: z
						.strictObject({mean: z.number(), deviation: z.number(), runs: count, since: id})
						.nullable()
						.describe('Since the last change, of so many runs: those that stand far from the others are left aside.'),
					trend: trend.describe('Since the last change; null of too few runs, or of less than a day.'),
					overall: trend.describe('Over all runs: there a step is taken for a slope.'),
					changes: z.array(z.strictObject(change)),
					anomalies: z.array(
						z.strictObject({
							run: id,
							began: time,
							value: z.number(),
							score: z
								.number()
								.nullable()
								.describe('Robust standard deviations from the median; null: beyond all measure.'),
							isCurrent: z.boolean().describe('Whether it lies after the last change.'),
						}),
					),
				}),
			),
			toldApart: z
				.array(z.strictObject({fingerprint, machines: z.array(z.string()), runs: count, first: time, last: time}))
				.describe('The same benchmark with other loads, or on other machines.'),
		}),
	),
});

const commits = z.strictObject({
	from: z.string().nullable(),
	to: z.string().nullable(),
	count: count.nullable().describe('Commits in between; null where no repository that has both was there to ask.'),
});

/** The document of `benchtop changes --json`, version 1. */
export const changesSchema = z.strictObject({
	...frame,
	changes: z
		.array(
			z.strictObject({
				benchmark: z.string(),
				fingerprint,
				machines: z.array(z.string()),
				isNewest: z.boolean().describe('Whether the newest run of the benchmark is of the same series.'),
				before: run.describe('The last run before it, where it most likely is.'),
				after: run.describe('The first run after it.'),
				earliest: run.describe('It came with one of the runs from this one …'),
				latest: run.describe('… to this one, with a confidence of 95 %.'),
				commits: commits.describe('Between the run before and the run after.'),
				possibleCommits: commits.describe('Between the run before the earliest, and the latest.'),
				differs: z.array(z.string()).describe('What else changed between the two runs, in words.'),
				metrics: z
					.array(z.strictObject({...metric, ...change}))
					.describe('Those that changed there, the clearest first.'),
			}),
		)
		.describe('Newest first.'),
});

/** The JSON Schemas of both (draft 2020-12). */
export const trendJsonSchema = (): unknown => ({title: 'benchtop trend, version 1', ...z.toJSONSchema(trendSchema)});
export const changesJsonSchema = (): unknown => ({
	title: 'benchtop changes, version 1',
	...z.toJSONSchema(changesSchema),
});
