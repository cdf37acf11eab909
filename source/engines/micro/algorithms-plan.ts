import * as z from 'zod';
import {launchesMember, processMembers, seedMember} from './plan.ts';

export const sizeMember = z
	.int()
	.min(1)
	.max(2 ** 30);

/** What the engine is asked to do. Times are milliseconds. */
export const algorithmsPlan = z.strictObject({
	/** 'built-in', or the absolute path of a module. */
	module: z.string().min(1),
	/** Only these. Absent: all. */
	names: z.array(z.string().min(1)).min(1).optional(),
	/** Measured at these, unless the module says at which. Absent: sizes are tried until a call takes long. */
	sizes: z.array(sizeMember).min(1).optional(),
	/** No larger size is tried. */
	largest: sizeMember.default(2 ** 17),
	/** Sizes grow until one call takes about so long: of longer ones, none goes through undisturbed on a busy machine. */
	longest: z.number().min(0.1).max(60_000).default(10),
	/** Processes for each algorithm, one after the other. */
	launches: launchesMember.default(6),
	/** Batches of each size, in each process. */
	samples: z.int().min(1).max(1000).default(5),
	/** Of one batch. */
	batch: z.number().min(0.1).default(1),
	/** How long one process may take at most. */
	timeout: z.number().min(100).default(120_000),
	/** Of the order of launches and sizes. */
	seed: seedMember.default(1),
	...processMembers,
});

export type AlgorithmsPlan = z.infer<typeof algorithmsPlan>;

export const builtIn = 'built-in';
