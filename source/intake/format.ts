import type {Finding} from '../core/finding.ts';
import type {Metric} from '../core/samples.ts';
import type {Latencies} from '../core/summary.ts';

/** An operation that was timed by itself. */
export type TimedOperation = {
	readonly outcome: string;
	readonly failed: boolean;
	/** Absent of one that got no answer. */
	readonly microseconds?: number;
	/** When it ended, in milliseconds from the beginning of the run, where that is told. */
	readonly at?: number;
	/** The operations of this name, told apart from others. */
	readonly part?: string;
};

/** Operations that were only counted. */
export type CountedOperations = {readonly outcome: string; readonly failed: boolean; readonly count: number};

/** A metric, and its values in their order; `groups` as in Samples. */
export type MetricValues = Metric & {readonly values: readonly number[]; readonly groups?: readonly number[]};

/** A run as another tool tells it. What it does not tell is absent, never guessed. */
export type ToldRun = {
	/** What it measured, as the tool names it. */
	readonly name: string;
	/** What was loaded, where that is told: a URL, a command line. */
	readonly target?: string;
	/** ISO 8601. */
	readonly began?: string;
	/** Milliseconds of measuring. */
	readonly duration?: number;
	/** What the latencies span; absent where there are none. */
	readonly means?: string;
	readonly timed?: Iterable<TimedOperation>;
	/** The ends of the stretches in which it tells when operations ended, where it tells no single moments. Milliseconds, ascending. */
	readonly stretches?: readonly number[];
	/** Milliseconds, of a tool that tells the figures of its latencies and not these themselves; of so many. */
	readonly latency?: Partial<Latencies> & {readonly count: number};
	readonly counted?: readonly CountedOperations[];
	readonly bytesIn?: number;
	readonly bytesOut?: number;
	readonly metrics?: readonly MetricValues[];
	/** What this tool cannot tell, or tells otherwise. */
	readonly limits?: readonly string[];
	/** Causes for doubt that the tool itself names. */
	readonly doubts?: readonly {readonly kind: string; readonly message: string}[];
	/** What it found out beside figures: whether its own limits were kept. */
	readonly findings?: readonly Finding[];
	readonly version?: string;
	/** What else it tells of how it ran, for whoever compares: connections, rate, threads. */
	readonly settings?: Readonly<Record<string, string | number | boolean>>;
};

/** What a file holds: a text, and what it is as JSON where it is that. */
export type Given = {
	readonly text: string;
	/** `undefined` of what is no JSON. */
	readonly json: unknown;
	/** The text as lines of JSON, each by itself; one that is none is an error, but for the last, which may have been cut off. */
	readonly lines: () => Iterable<unknown>;
	/** The last part of the file's path, and all of it. */
	readonly file: string;
	readonly path: string;
	/** What its values are in, where it does not say so itself: 'ns', 'us', 'ms'. */
	readonly unit: string | undefined;
};

/** What a tool writes: one file here, one line in `index.ts`. */
export type Format = {
	/** Of the tool, as people write it: 'k6', 'go'. */
	readonly name: string;
	readonly about: string;
	/** How the file is made, as a command. */
	readonly made: string;
	/** Whether a file is one of these; true of one format at most. */
	readonly recognise: (given: Given) => boolean;
	/** The runs that it tells, in its order. Throws an Error that says what is wrong with it, in words. */
	readonly read: (given: Given) => readonly ToldRun[];
};
