import * as z from 'zod';

const number = z.number();
/** `w`: the thread that tells, 0 the main one; `t`: when, in milliseconds of the Unix epoch. */
const from = {w: z.int(), t: number};
const counts = z.array(z.tuple([z.string(), number]));

/** What the plugin tells of a thread of Artillery's, a line each. */
const told = z.discriminatedUnion('k', [
	z.object({
		k: z.literal('hello'),
		...from,
		version: z.string(),
		phases: z.array(z.unknown()),
		engines: z.array(z.string()),
	}),
	/** `hears`: this Artillery lets its metrics be heard. */
	z.object({k: z.literal('worker'), ...from, hears: z.boolean()}),
	z.object({k: z.literal('phase'), ...from, index: z.int(), name: z.string(), over: z.boolean()}),
	z.object({
		k: z.literal('requests'),
		...from,
		/** A number, what it is called, its outcome, whether that is a failure, and its status; 0: none. */
		kinds: z.array(z.tuple([z.int(), z.string(), z.string(), z.boolean(), z.int()])),
		/** Four numbers for each: its kind, when it began, microseconds to the head of its reply, and to its last byte; -1: none. */
		r: z.array(number),
	}),
	/** `user`: when the last virtual user ended. */
	z.object({k: z.literal('counters'), ...from, c: counts, user: number}),
	z.object({k: z.literal('rates'), ...from, c: counts}),
	z.object({k: z.literal('values'), ...from, name: z.string(), v: z.array(number.nullable())}),
	/** How long a virtual user's session took, in milliseconds, and when it ended. */
	z.object({k: z.literal('sessions'), ...from, r: z.array(z.tuple([number, number]))}),
	/** How busy its event loop was, in %, how late at most, and how long its oldest request waits, in milliseconds. */
	z.object({k: z.literal('pulse'), ...from, busy: number, late: number, oldest: number}),
	/** What was in flight at its end: a name, and when it began. */
	z.object({k: z.literal('cut'), ...from, r: counts}),
	z.object({k: z.literal('bye'), ...from}),
	/** Limits of the script: its words, whether it fails the run, whether it was kept. */
	z.object({k: z.literal('checks'), ...from, checks: z.array(z.tuple([z.string(), z.boolean(), z.boolean()]))}),
	z.object({k: z.literal('apdex'), ...from, apdex: number, ranking: z.string()}),
]);

export type Told = z.infer<typeof told>;
export type ToldOf<Kind extends Told['k']> = Extract<Told, {readonly k: Kind}>;

/** A line of the plugin's; `undefined` for a line that is none. */
export const parseTold = (line: string): Told | undefined => {
	try {
		return told.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
};
