import * as z from 'zod';

const command = z.strictObject({
	name: z.string().min(1),
	/** Its words; `{random 1..9}`, `{sequence}` and `{bytes 100}` are filled in anew each time. */
	words: z.array(z.string()).min(1),
	weight: z.number().positive(),
});

/** What the engine `redis` is asked to do. Times are milliseconds. */
export const redisPlan = z
	.strictObject({
		url: z.string().min(1),
		/** Of them one is chosen by its weight each time. */
		commands: z.array(command).min(1).max(1000),
		/** Before the load, once; each so many times. */
		prepare: z.array(z.strictObject({words: z.array(z.string()).min(1), times: z.int().min(1).max(1_000_000_000)})),
		connections: z.int().min(1).max(100_000),
		/** Commands in flight on one connection. */
		pipeline: z.int().min(1).max(1000),
		/** Open loop: commands per second, whatever becomes of those before. Absent: each connection goes on when its reply is in. */
		rate: z.number().positive().optional(),
		rateEnd: z.number().positive().optional(),
		steps: z.int().min(2).max(10_000).optional(),
		arrivals: z.enum(['even', 'poisson']).optional(),
		/** Which of several threads this is the share of. */
		turn: z.strictObject({index: z.int().min(0), of: z.int().min(1)}).optional(),
		seed: z.int().min(0).max(4_294_967_295),
		precise: z.boolean().optional(),
		maxConnections: z.int().min(1).max(100_000).optional(),
		/** Closed loop: how long a connection waits after a reply. */
		think: z.strictObject({from: z.number().min(0), to: z.number().min(0)}).optional(),
		timeout: z.number().positive(),
		insecure: z.boolean().optional(),
		/** Files in PEM; absolute paths. */
		ca: z.string().min(1).optional(),
		cert: z.string().min(1).optional(),
		key: z.string().min(1).optional(),
	})
	.refine(
		({rate, rateEnd, steps}) =>
			(rateEnd === undefined || rate !== undefined) && (steps === undefined || rateEnd !== undefined),
		{error: 'a ramp needs a rate to begin with, and steps need a ramp'},
	)
	.superRefine((plan, context) => {
		if (plan.rate !== undefined) return;
		for (const member of ['arrivals', 'precise', 'maxConnections'] as const) {
			if (plan[member] === undefined) continue;
			context.addIssue({code: 'custom', path: [member], message: 'It is of no use without a rate.'});
		}
	})
	.refine(({think, rate, pipeline}) => think === undefined || (rate === undefined && pipeline === 1), {
		error: 'think time is for connections that wait for each reply: without a rate and without a pipeline',
	})
	.refine(({think}) => think === undefined || think.from <= think.to, {
		error: 'think time goes from the shorter to the longer one',
	});

export type RedisPlan = z.infer<typeof redisPlan>;

const shareOf = (whole: number, threads: number, index: number): number =>
	Math.floor(whole / threads) + (index < whole % threads ? 1 : 0);

/** How many connections an open loop may grow to. */
export const mostOf = ({connections, maxConnections}: RedisPlan): number =>
	Math.max(connections, maxConnections ?? connections * 10);

/** Connections and rate divided over so many threads, remainders kept; each has its own seed and its turns. */
export const splitRedis = (plan: RedisPlan, threads: number): readonly RedisPlan[] => {
	const of = Math.min(threads, plan.connections);
	return Array.from({length: of}, (_, index) => ({
		...plan,
		connections: shareOf(plan.connections, of, index),
		turn: {index, of},
		seed: (plan.seed + index * 0x9e3779b9) >>> 0,
		...(plan.rate === undefined ? {} : {rate: plan.rate / of, maxConnections: shareOf(mostOf(plan), of, index)}),
		...(plan.rateEnd === undefined ? {} : {rateEnd: plan.rateEnd / of}),
	}));
};
