import * as z from 'zod';

const words = z.array(z.string()).min(1);

/** What this engine is asked to do. Times are milliseconds; commands are programs with their arguments. */
export const commandPlan = z
	.strictObject({
		/** As people wrote it. */
		line: z.string().min(1),
		command: words,
		/** The command is a line for this shell, started so without a line: its own start-up is subtracted. */
		shell: words.optional(),
		/** Before and after each run, and after all of them. */
		prepare: z.array(words),
		conclude: z.array(words),
		cleanup: z.array(words),
		folder: z.string().min(1),
		/** Over benchtop's own. */
		environment: z.record(z.string(), z.string()),
		warmupRuns: z.int().min(0),
		/** Exactly so many runs. Absent: by the next three. */
		runs: z.int().min(1).optional(),
		minRuns: z.int().min(1),
		maxRuns: z.int().min(1).optional(),
		/** When so much time has gone by, with what lies between the runs, and `minRuns` are done, it is over. */
		budget: z.number().positive(),
		/** Of each command, those around a run included. */
		timeout: z.number().positive().optional(),
		/** The codes that are a success. */
		exitCodes: z.union([z.literal('any'), z.array(z.int().min(0).max(255)).min(1)]),
		stdin: z.union([z.strictObject({file: z.string().min(1)}), z.strictObject({text: z.string()})]).optional(),
		/** Where the command may tell metrics of its own: in the file that BENCHTOP_METRICS names, or on standard output. */
		metrics: z.enum(['file', 'stdout']),
		/** What becomes of its output: kept for the case that it fails, or thrown away. */
		output: z.enum(['keep', 'discard']),
	})
	.refine(({minRuns, maxRuns}) => maxRuns === undefined || maxRuns >= minRuns, {
		error: 'the most runs cannot be fewer than the fewest',
	});

export type CommandPlan = z.infer<typeof commandPlan>;
