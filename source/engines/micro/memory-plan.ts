import * as z from 'zod';

/** Between two collections on demand, milliseconds. */
export const leastEvery = 10;
export const mostEvery = 600_000;

/** What the engine `memory` is asked to do. */
export const memoryPlan = z.strictObject({
	/** The absolute path of a module of functions; null: the built-in ones. */
	module: z.string().min(1).nullable(),
	/** Some of its functions by name; absent: all. They share the time. */
	cases: z.array(z.string().min(1)).min(1).optional(),
	/** Keeps every garbage collection, not only their number and time. */
	trackGc: z.boolean().default(false),
	/** How often all garbage is collected to see what is left, milliseconds; absent: sixty times in the time of a function. */
	every: z.number().min(leastEvery).max(mostEvery).optional(),
	/** Environment variables of the measured processes, over benchtop's own; never stored. */
	environment: z.record(z.string(), z.string()).default({}),
});

export type MemoryPlan = z.infer<typeof memoryPlan>;
