import * as z from 'zod';

const word = z.string().min(1);

/** What this engine is asked to do. Times are milliseconds, paths absolute. */
export const locustPlan = z
	.strictObject({
		/** Files or folders with users. */
		files: z.array(word).min(1),
		folder: word,
		/** User classes by name; none: all. */
		classes: z.array(word),
		tags: z.array(word),
		excludeTags: z.array(word),
		/** Absent: what Locust's own configuration says, else 1. */
		users: z.int().min(1).optional(),
		/** Users that begin in a second. Absent: the same. */
		spawnRate: z.number().positive().optional(),
		host: word.optional(),
		/** A LoadTestShape of the files says how many users there are, and when it is over. */
		shape: z.boolean(),
		stopTimeout: z.number().min(0),
		logLevel: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']),
		equalWeights: z.boolean(),
		config: word.optional(),
		/** Words for options that the files themselves define. */
		arguments: z.array(z.string()),
		/** Worker processes on this host. 0: one process makes all requests and is no master. */
		workers: z.int().min(0).max(512),
		/** Where workers of other hosts join, and how many are waited for, and how long. */
		master: z
			.strictObject({
				host: word,
				port: z.int().min(0).max(65_535),
				expect: z.int().min(0),
				patience: z.number().positive(),
			})
			.optional(),
		/** Over benchtop's own. */
		environment: z.record(z.string(), z.string()),
	})
	.refine(({workers, master}) => master === undefined || workers + master.expect > 0, {
		error: 'a master needs workers',
	});

export type LocustPlan = z.infer<typeof locustPlan>;

/** How long it takes until all users are there, as far as the plan says. Milliseconds. */
export const rampOf = ({users = 1, spawnRate = 1}: Pick<LocustPlan, 'users' | 'spawnRate'>): number =>
	(users / spawnRate) * 1000;
