import * as z from 'zod';

/** What kinds of garbage collection there are, as V8 names its callbacks. */
export const collectionKinds = ['minor', 'major', 'incremental', 'weak callbacks'] as const;
export type CollectionKind = (typeof collectionKinds)[number];

/** What a measured process is asked to do: its first message. `module` is an absolute path; null: the built-in functions. */
export type MemoryOrder =
	| {readonly act: 'list'; readonly module: string | null}
	| {
			readonly act: 'measure';
			readonly module: string | null;
			readonly name: string;
			/** Milliseconds; `duration` may be endless where `amount` operations end it. */
			readonly warmup: number;
			readonly duration: number;
			readonly amount: number | undefined;
			readonly every: number;
			readonly trackGc: boolean;
	  };

const amount = z.number().min(0);
const collections = z.strictObject({count: amount, time: amount});

const memoryMessage = z.discriminatedUnion('kind', [
	z.strictObject({kind: z.literal('listed'), names: z.array(z.string())}),
	/** A module that is none, or a function that cannot be prepared. */
	z.strictObject({
		kind: z.literal('refused'),
		message: z.string(),
		hint: z.string().optional(),
		where: z.string().optional(),
	}),
	/** Warming up is over. */
	z.strictObject({kind: z.literal('measuring')}),
	/** Calls begin, or end for a collection: what is between counts in no rate. `at`: epoch milliseconds. */
	z.strictObject({kind: z.literal('go'), at: amount}),
	z.strictObject({kind: z.literal('rest'), at: amount}),
	/** So many calls came back since the last tick, others threw. */
	z.strictObject({kind: z.literal('tick'), done: amount, failed: z.record(z.string(), amount).optional()}),
	/** Something that a call threw, for the first time. */
	z.strictObject({kind: z.literal('threw'), name: z.string(), message: z.string(), where: z.string().optional()}),
	/** All garbage was collected after some time of calls. Bytes, milliseconds. */
	z.strictObject({
		kind: z.literal('point'),
		/** Of the calls since measuring began, at its end; collections that were called for left out. */
		at: amount,
		calls: amount,
		/** Of the stretch since the last point. */
		active: amount,
		done: amount,
		allocated: z.number(),
		collections: z.record(z.enum(collectionKinds), collections),
		/** Heap and memory beside it that belongs to it, after the collection. */
		retained: amount,
		peakHeap: amount,
		peakResident: amount,
		/** Milliseconds of every collection, where they are tracked. */
		pauses: z.record(z.enum(collectionKinds), z.array(amount)).optional(),
	}),
	z.strictObject({kind: z.literal('done')}),
]);

/** What a measured process tells. */
export type MemoryMessage = z.infer<typeof memoryMessage>;
export type MemoryPoint = Extract<MemoryMessage, {kind: 'point'}>;

/** `undefined` of what a function may have sent itself. */
export const readMemoryMessage = (message: unknown): MemoryMessage | undefined => memoryMessage.safeParse(message).data;
