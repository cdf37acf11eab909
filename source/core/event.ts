import type {Environment} from './environment.ts';
import {readLine} from './event-line.ts';
import type {Finding} from './finding.ts';
import type {EncodedHistogram} from './histogram.ts';
import type {Insight} from './insight.ts';
import type {PhaseName, RunPlan, Steerable} from './plan.ts';
import type {ComparedSecond} from './result.ts';
import type {SideRun} from './side-run.ts';
import type {EncodedSnapshot} from './snapshot.ts';
import type {LatencyPrecision, Summary} from './summary.ts';

/** How a run ended. */
export type Ending =
	| {readonly state: 'finished'}
	| {readonly state: 'stopped'; readonly by: 'user' | 'signal' | 'alert' | 'errors' | 'decided'}
	| {readonly state: 'failed'; readonly message: string; readonly hint?: string};

/** A cause for doubt in a run's figures. */
export type Doubt = {readonly kind: string; readonly message: string};

/** Hashes of what was run and where; figures are comparable only where both agree. */
export type Fingerprint = {readonly workload: string; readonly environment: string};

/** The stored run that a run is shown against. */
export type Baseline = {
	readonly id: string;
	/** How people know it: a baseline's name, or the run it is. */
	readonly label: string;
	readonly began: string;
	readonly fingerprint: Fingerprint;
	readonly summary: Summary;
	/** All its measured latencies; absent in the logs of versions that did not keep them. */
	readonly histogram?: EncodedHistogram;
	/** Its seconds, for intervals; absent when they would make the log large. */
	readonly timeline?: readonly ComparedSecond[];
	/** Which of several rounds it is: they are the base together, and this run stands for them while another goes on. */
	readonly round?: {readonly number: number; readonly of: number};
};

/** The first line of every event log. */
export type Began = {
	readonly kind: 'began';
	/** Of the log format. */
	readonly version: 1;
	readonly id: string;
	readonly name: string;
	readonly engine: string;
	readonly target: string;
	/** What a latency of this engine spans. */
	readonly means: string;
	/** What this engine cannot measure. */
	readonly limits: readonly string[];
	/** What can be changed while it runs; empty in the logs of versions that could not. */
	readonly steering: readonly Steerable[];
	/** The panes that it is read from, the most important first; absent: those of latencies. */
	readonly panes?: readonly string[];
	/** The process that owns the run, on the host that the environment names. */
	readonly pid: number;
	/** ISO 8601; all other times are milliseconds after it on a monotonic clock. */
	readonly began: string;
	/** Secrets removed. */
	readonly plan: RunPlan;
	readonly environment: Environment;
	readonly fingerprint: Fingerprint;
	/** The history that is to keep it, among those whose logs lie in one folder; absent in the logs of earlier versions. */
	readonly history?: string;
	readonly baseline?: Baseline;
	/** Of a run that is made for a side: those of both sides that were made before it. */
	readonly before?: readonly SideRun[];
};

/** Targets of the whole load: connections, and operations per second. */
export type Targets = {readonly connections?: number; readonly rate?: number};

/** The load was changed while it ran; `text` says from what to what. */
export type Steered = Targets & {readonly kind: 'steer'; readonly at: number; readonly text: string};

/** Everything that can happen in a run. A run is a stream of these; everything else is a fold over it. */
export type RunEvent =
	| Began
	| {readonly kind: 'phase'; readonly at: number; readonly phase: PhaseName}
	| {readonly kind: 'snapshot'; readonly phase: PhaseName; readonly snapshot: EncodedSnapshot}
	| {readonly kind: 'mark'; readonly at: number; readonly text: string}
	| Steered
	/** The load will be over at `end`, as far as is known. */
	| {readonly kind: 'expect'; readonly at: number; readonly end: number}
	| {readonly kind: 'notice'; readonly at: number; readonly level: 'info' | 'warning' | 'error'; readonly text: string}
	| {readonly kind: 'finding'; readonly at: number; readonly finding: Finding}
	| {
			readonly kind: 'ended';
			readonly at: number;
			readonly ending: Ending;
			readonly doubts: readonly Doubt[];
			/** Of the percentiles of the whole run; absent where it cannot be told. */
			readonly precision?: LatencyPrecision;
	  }
	/** Comes after the end: it is told of the whole run. */
	| {readonly kind: 'insight'; readonly at: number; readonly insight: Insight}
	| {readonly kind: 'saved'; readonly at: number; readonly store: string};

/** When an event came, in milliseconds of the run. A Snapshot comes when its stretch is over. */
export const timeOf = (event: RunEvent): number => {
	switch (event.kind) {
		case 'began':
			return 0;
		case 'snapshot':
			return event.snapshot.to;
		default:
			return event.at;
	}
};

/** What a viewer can ask of a run. */
export type RunCommand =
	| {readonly command: 'stop'; readonly by: 'user' | 'signal'}
	| {readonly command: 'abort'}
	| {
			readonly command: 'mark';
			readonly text: string;
			/** When its key was pressed, in milliseconds of the clock that all processes of the machine share. */
			readonly pressed?: number;
	  }
	| SteeringCommand;

/** Changes a running load. The targets are absolute, and of the whole load. */
export type SteeringCommand =
	| {readonly command: 'pause'}
	| {readonly command: 'resume'}
	| ({readonly command: 'steer'} & Targets);

/** One line of an event log; `undefined` for a line that is no event: cut short by a crash, damaged, or of a later version. */
export const parseEvent = (line: string): RunEvent | undefined => {
	const read = readLine(line);
	return typeof read === 'string' ? undefined : read;
};

/** A run as a viewer sees it, live, re-attached or replayed: its events in order, and a way to ask something of it. */
export type RunSource = {
	/** Ends when nothing more can come. */
	readonly events: AsyncIterable<RunEvent>;
	/** Whether the load is running now, so that commands have an effect. */
	readonly live: boolean;
	/** Of an ended run that comes at once, to be shown at so many times its own pace; absent: events come when they are due. */
	readonly speed?: number;
	readonly send: (command: RunCommand) => void;
};
