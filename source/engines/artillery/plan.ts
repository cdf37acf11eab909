import * as z from 'zod';

const word = z.string().min(1);

/** What the engine `artillery` is asked to do. What is absent is left to the script. Paths are absolute. */
export const artilleryPlan = z.strictObject({
	script: word,
	/** Where Artillery runs. */
	folder: word,
	target: word.optional(),
	/** One of the script's `config.environments`. */
	profile: word.optional(),
	config: word.optional(),
	dotenv: word.optional(),
	payload: word.optional(),
	/** The only scenario to run. */
	scenario: word.optional(),
	/** Takes the place of the script's phases: so many virtual users begin in each second. */
	rate: z.int().min(1).optional(),
	/** With a rate: no more virtual users at the same time. */
	users: z.int().min(1).optional(),
	/** One virtual user alone. */
	solo: z.boolean(),
	insecure: z.boolean(),
	/** What the script may use as its variables, over its own. */
	variables: z.record(z.string(), z.json()),
	/** What is put over the script. */
	overrides: z.record(z.string(), z.json()),
	/** What counts as an operation. */
	operations: z.enum(['requests', 'sessions']),
	/** Of the process, over benchtop's own. */
	environment: z.record(z.string(), z.string()),
});

export type ArtilleryPlan = z.infer<typeof artilleryPlan>;
