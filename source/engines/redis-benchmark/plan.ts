import * as z from 'zod';

/** What redis-benchmark is asked to do. */
export const redisBenchmarkPlan = z
	.strictObject({
		url: z.string().min(1),
		/** Its own tests, by name; or one command, word by word. */
		tests: z.array(z.string().regex(/^[\w-]+$/, {error: 'a test has a name: set, lrange_100'})).optional(),
		command: z.array(z.string()).min(1).optional(),
		/** Of each test; with a duration, of each of its rounds at most. */
		requests: z.int().min(1).max(2_000_000_000).default(100_000),
		clients: z.int().min(1).max(100_000).default(50),
		/** Commands that a client sends together. */
		pipeline: z.int().min(1).max(10_000).default(1),
		/** Bytes of the value of SET, GET and others. */
		size: z
			.int()
			.min(1)
			.max(1024 ** 3)
			.default(3),
		/** Random keys: so many. Absent: always the same one. */
		keyspace: z.int().min(1).max(1_000_000_000_000).optional(),
		/** Absent: one thread. */
		threads: z.int().min(1).max(500).optional(),
		keepAlive: z.boolean().default(true),
		cluster: z.boolean().default(false),
		insecure: z.boolean().optional(),
		/** Files in PEM; absolute paths. */
		ca: z.string().min(1).optional(),
		cert: z.string().min(1).optional(),
		key: z.string().min(1).optional(),
		/** Whether the password may stand on its command line, where every user of the machine can read it. */
		passwordOnCommandLine: z.boolean().default(false),
	})
	.refine(({tests, command}) => (tests === undefined) !== (command === undefined), {
		error: 'either tests or a command',
	})
	.refine(({tests}) => tests?.length !== 0, {error: 'there is no test in the list'});

export type RedisBenchmarkPlan = z.infer<typeof redisBenchmarkPlan>;

/** So many in whole pipelines: redis-benchmark sends nothing less, whatever it is asked for. */
export const wholePipelines = (requests: number, pipeline: number): number => Math.ceil(requests / pipeline) * pipeline;
