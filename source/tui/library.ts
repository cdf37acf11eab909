import type {CommitRange} from '../core/commit-range.ts';
import type {RunSource} from '../core/event.ts';
import type {Comparison} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import type {BenchmarkTrend} from '../stats/benchmark-trend.ts';
import type {TurningPoint} from '../stats/turning-points.ts';
import type {Turn} from './board.ts';

/** A stored run as a list shows it: without its timeline. */
export type ListedRun = Omit<Result, 'timeline'> & {
	/** Names of the baselines it is. */
	readonly baselines: readonly string[];
};

/** Something that was loaded before. */
export type RecentTarget = {
	/** The newest run of it. */
	readonly run: ListedRun;
	/** What of its plan was a secret or too long to be kept, so that it cannot be run again as it was: in a sentence. */
	readonly lost?: string;
};

/** What is stored. */
export type History = {
	/** Where, as people would name it. */
	readonly location: string;
	/** Newest first. */
	readonly runs: readonly ListedRun[];
	/** Whether there are older ones. */
	readonly more: boolean;
	/** Newest first, each target once. */
	readonly recent: readonly RecentTarget[];
};

/** A benchmark of a suite file. */
export type ListedBenchmark = {
	readonly name: string;
	readonly about?: string;
	readonly engine: string;
	readonly tags: readonly string[];
};

/** The benchmarks of the suite file that was found. */
export type ListedSuite = {
	/** As people would name it. */
	readonly file: string;
	/** In the order of the file. */
	readonly entries: readonly ListedBenchmark[];
};

/** A benchmark under way, which a viewer can be attached to. */
export type RunningBenchmark = {
	readonly id: string;
	readonly name: string;
	readonly target: string;
	/** ISO 8601. */
	readonly began: string;
};

/** A stored run whole. */
export type Details = {
	readonly run: Result;
	/** Its report as text, as it stands on the main screen after a run. */
	readonly report: string;
};

/** A change of a benchmark, and what came with it. */
export type ListedChange = {
	readonly point: TurningPoint;
	/** From the last run before it to the first after it. */
	readonly commits: CommitRange;
	/** The same of all runs that it may have come with. */
	readonly possible: CommitRange;
	/** What else changed between the two runs, in words. */
	readonly differs: readonly string[];
};

/** What became of a benchmark over all of the history. */
export type WholeTrend = {
	readonly trend: BenchmarkTrend;
	/** Newest first; of many only the newest. */
	readonly changes: readonly ListedChange[];
};

/** Two runs held against each other. */
export type ComparedRuns = {
	readonly base: Result;
	readonly candidate: Result;
	/** What differs in load and environment. */
	readonly differ: readonly string[];
	/** Empty where the runs differ and nobody said to compare them all the same. */
	readonly comparisons: readonly Comparison[];
};

/** A run to look at. */
export type Start =
	/** A URL as typed, with flags behind it. */
	| {readonly kind: 'url'; readonly text: string}
	| {readonly kind: 'demo'}
	/** Those of the suite file, one after the other in its order. */
	| {readonly kind: 'benchmarks'; readonly names: readonly string[]}
	/** The plan of a stored run, as a new run. */
	| {readonly kind: 'again'; readonly id: string}
	| {readonly kind: 'attach'; readonly id: string}
	| {readonly kind: 'replay'; readonly id: string};

/** A run that can be shown. */
export type OpenedRun = {
	readonly source: RunSource;
	/** Whether it was started for this, so that nobody else waits for it. */
	readonly made: boolean;
	/** Those that come after it, begun to be followed in turn. */
	readonly following?: readonly Turn[];
	/** Lets go of it; a run that is not over goes on. */
	readonly close: () => void;
};

/** What the start screen asks of the world around it. Everything rejects with an error that a user can read. */
export type Library = {
	/** The suite file of the folder; undefined where there is none. */
	readonly suite: () => Promise<ListedSuite | undefined>;
	/** Newest first. */
	readonly running: () => Promise<readonly RunningBenchmark[]>;
	readonly history: () => Promise<History>;
	readonly details: (id: string) => Promise<Details>;
	/** Of the benchmark of a run, of the same load on the same machine. */
	readonly trend: (id: string) => Promise<WholeTrend>;
	/** `force`: also what ran another load, or elsewhere. */
	readonly compare: (base: string, candidate: string, force: boolean) => Promise<ComparedRuns>;
	/** Makes a run the baseline of its benchmark, and says so. */
	readonly setBaseline: (name: string, id: string) => Promise<string>;
	readonly open: (start: Start) => Promise<OpenedRun>;
};
