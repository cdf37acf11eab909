import * as z from 'zod';

const count = z.int().min(1);
const weight = z.int().min(0);

/** What this engine is asked to do. Times are milliseconds. */
export const pgbenchPlan = z.strictObject({
	/** A connection URI of libpq, with its password, if it has one. */
	url: z.string().min(1),
	/** Over benchtop's own. */
	environment: z.record(z.string(), z.string()),
	scripts: z
		.array(
			z.union([
				z.strictObject({builtin: z.enum(['tpcb-like', 'simple-update', 'select-only']), weight}),
				/** An absolute path, and what lay there when it was asked for. */
				z.strictObject({file: z.string().min(1), sha256: z.string(), weight}),
			]),
		)
		.min(1),
	clients: count,
	threads: count,
	/** Transactions per second; absent: each client begins one when its last is over. */
	rate: z.number().positive().optional(),
	latencyLimit: z.number().positive().optional(),
	protocol: z.enum(['simple', 'extended', 'prepared']),
	/** 0: until the time is over, or the latency limit is reached. */
	maxTries: z.int().min(0),
	seed: z.int().min(0).optional(),
	/** What scripts know as `:name`. */
	variables: z.record(z.string(), z.string()),
	/** What scripts know as `:scale`, where the tables do not say. */
	scale: count.optional(),
	/** A connection for each transaction. */
	reconnect: z.boolean(),
	vacuum: z.enum(['none', 'usual', 'all']),
	/** How its log comes: a line for each transaction at once, or many of them in a block. */
	log: z.enum(['lines', 'blocks']),
	/** How long each statement takes is told, too. */
	statements: z.boolean(),
	/** The tables are made anew before the load. */
	init: z
		.strictObject({
			scale: count,
			/** Also where somebody else made them. */
			overwrite: z.boolean(),
			partitions: count.optional(),
			partitionMethod: z.enum(['range', 'hash']).optional(),
			fillfactor: z.int().min(10).max(100).optional(),
			unlogged: z.boolean(),
			foreignKeys: z.boolean(),
		})
		.optional(),
});

export type PgbenchPlan = z.infer<typeof pgbenchPlan>;
export type PgbenchScript = PgbenchPlan['scripts'][number];
