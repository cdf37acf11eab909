import * as z from 'zod';
import type {Doubt} from '../../core/event.ts';
import {httpPlan} from '../http-plan.ts';
import type {Tool} from '../tool.ts';
import type {Tally} from './tally.ts';

/** What a load tool is asked to do; `threads`: how many of its own it may use, one where absent. */
export const loadToolPlan = httpPlan.extend({threads: z.int().min(1).max(256).optional()});

export type LoadToolPlan = z.infer<typeof loadToolPlan>;

/** What of a plan a tool can do. What is not said, it cannot. */
export type Abilities = {
	readonly pipelining?: true;
	/** `whole`: a whole number of requests per second. */
	readonly rate?: true | 'whole';
	/** So many requests instead of a time; `even`: the same number for each connection. */
	readonly amount?: true | 'even';
	/** Threads of its own; `even`: the same number of connections for each. */
	readonly threads?: true | 'even';
	/** Absent: any. */
	readonly methods?: readonly string[];
	/** The methods that take a body; absent: any. */
	readonly bodies?: readonly string[];
	/** It can send no POST and no PUT without a body. */
	readonly needsBody?: true;
	/** It knows timeouts of whole seconds alone. */
	readonly wholeSeconds?: true;
};

/** One run of a tool: a time in milliseconds, or an amount of requests. */
export type Errand = {
	readonly plan: LoadToolPlan;
	readonly limit: {readonly duration: number} | {readonly amount: number};
	/** A folder that its owner alone can enter, gone after the run. */
	readonly folder: string;
	readonly tally: Tally;
};

/** What a tool says of a run as a whole. */
export type Told = {
	/** What it divides by for its requests per second. Milliseconds. */
	readonly duration: number;
	/** How many requests it says came to an end, good or bad. */
	readonly requests?: number;
	readonly doubts?: readonly Doubt[];
};

/** How a tool is started for an errand, and heard. */
export type Launch = {
	readonly words: readonly string[];
	readonly input?: string | Uint8Array;
	readonly environment?: Readonly<Record<string, string>>;
	/** Words of a second process of the same program that reads what the first one writes, and is heard instead. */
	readonly through?: readonly string[];
	readonly hear?: (line: string) => void;
	/** A file that is read line by line while the tool writes it. */
	readonly log?: {readonly path: string; readonly hear: (line: string) => void};
	/** When it is interrupted to end in time: it knows whole seconds alone. Milliseconds. */
	readonly interruptAfter?: number;
	/** Counts what is told at the end; `undefined`: it has told nothing that could be counted. */
	readonly conclude: () => Told | undefined | Promise<Told | undefined>;
};

/** A load tool of other people's: one file here, one line in `index.ts`. */
export type Adapter = {
	readonly name: string;
	readonly about: string;
	readonly tool: Tool;
	/** How it is asked for its version; absent: it does not tell. */
	readonly version?: {readonly words: readonly string[]; readonly pattern: RegExp};
	readonly latencyMeans: string;
	readonly can: Abilities;
	/** It is heard while it runs. */
	readonly isLive?: true;
	/** Its own percentiles leave out the requests that timed out. */
	readonly leavesOutTimeouts?: true;
	/** It starts all its connections at once, so that a rate comes in bursts. */
	readonly isBursty?: true;
	/** It sends again by itself, and without counting, what was lost with a connection that was kept. */
	readonly sendsAgain?: true;
	/** Nobody else can see the headers: they are not on its command line. */
	readonly hidesHeaders?: true;
	/** What else cannot be measured by it, or means something else. */
	readonly limits: (plan: LoadToolPlan) => readonly string[];
	readonly launch: (errand: Errand) => Launch | Promise<Launch>;
};
