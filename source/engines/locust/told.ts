import * as z from 'zod';

const number = z.number();
const count = z.int().min(0);
const from = {id: z.string(), t: number};

/** What the listener tells of a process, a line each: `t` is seconds of that process's own clock. */
const told = z.discriminatedUnion('k', [
	z.object({
		k: z.literal('hello'),
		...from,
		role: z.enum(['local', 'master', 'worker']),
		host: z.string().optional(),
		/** A run time in seconds that its configuration asked for. */
		time: number.nullish(),
		/** Its configuration asked for its statistics to begin anew when all users are there. */
		resets: z.boolean().nullish(),
		shape: z.string().nullish(),
		port: count.nullish(),
	}),
	z.object({k: z.literal('misled'), ...from, role: z.string()}),
	z.object({k: z.literal('began'), ...from}),
	z.object({k: z.literal('stopping'), ...from}),
	z.object({k: z.literal('spawned'), ...from, users: count}),
	z.object({
		k: z.literal('requests'),
		...from,
		kinds: z.array(z.tuple([count, z.string(), z.string(), z.boolean(), z.boolean()])),
		/** Four numbers for each: its kind, microseconds (-1: not told), bytes, milliseconds since it began. */
		r: z.array(number),
	}),
	/** Broken off: a name, microseconds waited, milliseconds since it began. */
	z.object({k: z.literal('cut'), ...from, r: z.array(z.tuple([z.string(), number, number]))}),
	z.object({
		k: z.literal('pulse'),
		...from,
		/** Seconds of CPU time so far. */
		cpu: number,
		late: number,
		oldest: number,
		users: count,
		broken: z.boolean(),
	}),
	z.object({
		k: z.literal('workers'),
		...from,
		workers: z.array(z.tuple([z.string(), z.string(), count, number])),
	}),
	z.object({k: z.literal('errors'), ...from, count, errors: z.array(z.tuple([z.string(), count]))}),
	z.object({k: z.literal('deaf'), ...from, worker: z.string()}),
	z.object({
		k: z.literal('stats'),
		...from,
		code: z.int(),
		/** The exit code that the locustfile itself asked for. */
		asked: z.int().nullable(),
		requests: count,
		/** Requests whose time nobody told. */
		untimed: count,
		failures: count,
		/** Milliseconds. */
		sum: number,
		least: number.nullable(),
		most: number,
		quantiles: z.array(z.tuple([number, number])),
		entries: z.array(z.tuple([z.string(), count])),
	}),
]);

export type Told = z.infer<typeof told>;
export type ToldOf<Kind extends Told['k']> = Extract<Told, {readonly k: Kind}>;

/** A line of the listener's; `undefined` for a line that is none. */
export const parseTold = (line: string): Told | undefined => {
	try {
		return told.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
};
