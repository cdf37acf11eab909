import * as z from 'zod';

/** What measuring processes are started with. */
export const processMembers = {
	/** The folder they run in; absent: benchtop's own. */
	folder: z.string().min(1).optional(),
	/** Environment variables over benchtop's own. */
	environment: z.record(z.string(), z.string()).optional(),
	/** Flags of Node.js itself. */
	nodeFlags: z.array(z.string().regex(/^--?[A-Za-z]/)).optional(),
};

export const launchesMember = z.int().min(1).max(1000);
export const seedMember = z.int().min(0).max(4_294_967_295);

/** What the engine is asked to do. Times are milliseconds. */
export const microPlan = z.strictObject({
	/** Absolute paths. */
	modules: z.array(z.string().min(1)).min(1),
	/** Only cases whose names hold one of these. Absent: all. */
	only: z.array(z.string().min(1)).min(1).optional(),
	/** Processes for each function, one after the other. */
	launches: launchesMember.default(6),
	/** Batches in each process, at most. */
	samples: z.int().min(3).max(1000).default(20),
	/** Of the batches in each process, where the run has no duration. */
	time: z.number().min(1).default(300),
	/** Within which calls are to become steady, where the run has no duration. */
	warmupLimit: z.number().min(1).default(1000),
	/** The most that one process may take beyond its times: a function that does not come back is given up. */
	timeout: z.number().min(100).default(60_000),
	/** Of the order of the launches. */
	seed: seedMember.default(1),
	...processMembers,
});

export type MicroPlan = z.infer<typeof microPlan>;
