import * as z from 'zod';
import {environment} from './json-schema.ts';

// The document of `benchtop doctor --json`. A field, once shipped, keeps its meaning; new ones may join.

const count = z.int().min(0);
const level = z.enum(['good', 'unknown', 'note', 'warning', 'bad']);
const figure = z.union([z.number(), z.string(), z.null(), z.array(z.number().nullable())]);

const finding = z.strictObject({
	check: z.string(),
	level: level.describe(
		'unknown: it could not be read. warning: figures are noisier than they need be. bad: they are wrong, or runs fail.',
	),
	is: z.string().describe('What is.'),
	why: z.string().describe('Why it matters for benchmarks.'),
	advice: z.string().optional().describe('What to do about it.'),
	commands: z.array(z.string()).optional().describe('The same as lines for a shell.'),
	figures: z.record(z.string(), figure).describe('What is, for scripts; units stand in the names.'),
});

const noise = z.discriminatedUnion('state', [
	z.strictObject({
		state: z.literal('measured'),
		load: z.strictObject({target: z.string(), connections: count, durationMs: z.number()}),
		runs: z.array(
			z.strictObject({
				id: z.string(),
				p50: z.number().describe('Milliseconds.'),
				p99: z.number().describe('Milliseconds.'),
				throughput: z.number().describe('Per second.'),
			}),
		),
		degreesOfFreedom: count,
		rounds: count.describe('Rounds a side that the floors are told for.'),
		confidence: z.number(),
		metrics: z.array(
			z.strictObject({
				metric: z.enum(['p50', 'p99', 'throughput']),
				deviation: z.number().describe('Between runs, of the natural logarithm: about the relative one.'),
				floor: z.number().describe('Relative changes below this cannot be told.'),
				low: z.number().describe('Where the floor is with the confidence, given so few runs.'),
				high: z.number(),
				level,
			}),
		),
		doubts: z
			.array(z.strictObject({kind: z.string(), message: z.string(), runs: count}))
			.describe('What runs say of how far they can be trusted, and how many of them.'),
	}),
	...(['skipped', 'failed', 'interrupted'] as const).map((state) =>
		z.strictObject({state: z.literal(state), because: z.string()}),
	),
]);

/** The document of `benchtop doctor --json`, version 1. */
export const doctorSchema = z
	.strictObject({
		version: z.literal(1),
		tool: z.strictObject({name: z.literal('benchtop'), version: z.string()}),
		began: z.iso.datetime(),
		environment,
		fingerprint: z.strictObject({environment: z.string().describe('The same as in results of runs made here.')}),
		level: level.describe('The worst of all.'),
		counts: z.strictObject({good: count, unknown: count, note: count, warning: count, bad: count}),
		findings: z.array(finding),
		noise: noise.describe('How much runs that are alike differ.'),
	})
	.describe('How fit a host is to measure on.');

/** JSON Schema (draft 2020-12) of the document. */
export const doctorJsonSchema = (): unknown => z.toJSONSchema(doctorSchema);
