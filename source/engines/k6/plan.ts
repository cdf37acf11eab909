import * as z from 'zod';

const texts = z.record(z.string(), z.string());

/** What the engine `k6` is asked to do. What is absent is left to the script. */
export const k6Plan = z.strictObject({
	/** Absolute. */
	script: z.string().min(1),
	/** Where k6 runs. Absolute. */
	folder: z.string().min(1),
	/** Virtual users; what steering calls connections. */
	connections: z.int().min(1).optional(),
	/** Of all virtual users together. */
	iterations: z.int().min(1).optional(),
	/** '30s:10': up or down to 10 virtual users within 30 s. */
	stages: z.array(z.string().min(1)).min(1).optional(),
	/** No more requests per second. */
	rps: z.int().min(1).optional(),
	/** A file with options of k6. Absolute. */
	config: z.string().min(1).optional(),
	/** What the script reads from __ENV. */
	variables: texts,
	/** Of the process, over benchtop's own. */
	environment: texts,
	/** Of all that k6 measures. */
	tags: texts,
	/** What counts as an operation. */
	operations: z.enum(['requests', 'iterations']),
	/** The script has a scenario that is controlled from outside. */
	steerable: z.boolean(),
});

export type K6Plan = z.infer<typeof k6Plan>;
