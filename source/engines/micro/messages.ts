import * as z from 'zod';

/** How long things may take in one launch. Milliseconds. */
export type LaunchTimes = {
	/** Of warming up, at most. */
	readonly warmup: number;
	/** Of the batches that are measured, all together. */
	readonly time: number;
	/** Batches, at most. */
	readonly samples: number;
};

/** What a measuring process is asked to do: its first message. `module` is an absolute path; absent: the built-in algorithms. */
export type MicroOrder =
	| {readonly act: 'list'; readonly kind: 'functions' | 'algorithms'; readonly modules: readonly string[]}
	| ({readonly act: 'measure'; readonly module: string; readonly name: string} & LaunchTimes)
	| {
			readonly act: 'grow';
			readonly module: string | undefined;
			readonly name: string;
			/** Measured at these, unless the module says at which. */
			readonly sizes: readonly number[] | undefined;
			/** Tried up to this size, or until a call takes so long. */
			readonly largest: number;
			readonly longest: number;
			/** Of each size, at most. */
			readonly warmup: number;
	  }
	| {
			readonly act: 'scale';
			readonly module: string | undefined;
			readonly name: string;
			/** In the order in which they are to be measured. */
			readonly sizes: readonly number[];
			/** Of one batch. */
			readonly batch: number;
			readonly samples: number;
	  };

const amount = z.number().min(0);

const microMessage = z.discriminatedUnion('kind', [
	/** The names of all cases, of each module. */
	z.strictObject({kind: z.literal('listed'), names: z.array(z.array(z.string()))}),
	/** A module that is none. `module` counts the modules from 0. */
	z.strictObject({
		kind: z.literal('refused'),
		module: z.int().min(0),
		message: z.string(),
		hint: z.string().optional(),
		where: z.string().optional(),
	}),
	/** Warming up is over. Times are nanoseconds of one call. */
	z.strictObject({
		kind: z.literal('ready'),
		async: z.boolean(),
		/** What an empty function of the same kind takes. */
		empty: amount,
		steady: z.boolean().optional(),
		/** A batch is shorter than the clock can tell to 1 %. */
		coarse: z.boolean(),
	}),
	/** A batch was timed. Milliseconds; `collected`: of the batch, in garbage collection. */
	z.strictObject({
		kind: z.literal('sample'),
		calls: z.int().min(1),
		took: amount,
		collected: amount,
		/** Of one call: see `typicalTime`. */
		typical: amount,
		/** Of `act: 'scale'`. */
		size: z.int().min(1).optional(),
	}),
	/** Bytes of one call. */
	z.strictObject({kind: z.literal('allocated'), bytes: amount, size: z.int().min(1).optional()}),
	/** The sizes that `act: 'grow'` came to. */
	z.strictObject({kind: z.literal('grown'), sizes: z.array(z.int().min(1)), empty: amount}),
	z.strictObject({
		kind: z.literal('threw'),
		stage: z.enum(['setup', 'run', 'teardown']),
		name: z.string(),
		message: z.string(),
		where: z.string().optional(),
		size: z.int().min(1).optional(),
	}),
	z.strictObject({kind: z.literal('done')}),
]);

/** What a measuring process tells. */
export type MicroMessage = z.infer<typeof microMessage>;

/** `undefined` of what a function may have sent itself. */
export const readMessage = (message: unknown): MicroMessage | undefined => microMessage.safeParse(message).data;
