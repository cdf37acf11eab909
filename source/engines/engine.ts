import type {infer as Infer, ZodObject, ZodType} from 'zod';
import type {Doubt, Targets} from '../core/event.ts';
import type {Finding} from '../core/finding.ts';
import type {Sample} from '../core/metric.ts';
import type {PhaseName, Steerable} from '../core/plan.ts';
import type {Metric} from '../core/samples.ts';
import type {SetupStep, Snapshot} from '../core/snapshot.ts';

/** A counter of one outcome, handed out once and used for every operation that ends so. */
export type OutcomeSlot = number;

/** A metric that an engine takes samples of, handed out once. */
export type MetricSlot = number;

/** Counts operations of one kind. Nothing here allocates, awaits or emits per operation. Latencies are microseconds. */
export type PartRecorder = {
	/** The slot of an outcome, made at its first mention. Its name and whether it is a failure stay as first given. */
	readonly outcome: (name: string, failed: boolean) => OutcomeSlot;
	/** So many operations were begun; in open loop, had become due. */
	readonly offer: (count: number) => void;
	/** An operation ended with an answer or a timeout. `uncorrected`: open loop only, from the actual send. */
	readonly record: (slot: OutcomeSlot, latencyMicroseconds: number, uncorrectedMicroseconds?: number) => void;
	/** When the first byte of an answer came, of an operation that is recorded as answered. Optional to tell. */
	readonly firstByte: (latencyMicroseconds: number) => void;
	/** An operation ended without an answer, so that it has no latency: refused, reset. */
	readonly fail: (slot: OutcomeSlot) => void;
	/**
	 * An operation was still in flight when the load ended, and had waited so long. `uncorrectedMicroseconds`: open loop
	 * only, from the actual send; absent for one that was never sent.
	 */
	readonly abandon: (waitedMicroseconds: number, uncorrectedMicroseconds?: number) => void;
};

/** Where an engine counts. */
export type Recorder = PartRecorder & {
	/**
	 * The operations of one name, told apart from others: what is counted there counts in the whole as well. The same
	 * name gives the same one; outcome slots are good everywhere.
	 */
	readonly part: (name: string) => PartRecorder;
	/** So many operations ended that were not timed one by one. They must have been offered. */
	readonly count: (slot: OutcomeSlot, count: number) => void;
	/** So many milliseconds since the last call measured nothing: they count in no rate. */
	readonly idle: (milliseconds: number) => void;
	/** The slot of a metric, made at its first mention; its unit and all else stay as first given. */
	readonly metric: (metric: Metric) => MetricSlot;
	/** A value of a metric. `group`: what it is a replicate of, such as the number of a process launch. Not finite: ignored. */
	readonly sample: (slot: MetricSlot, value: number, group?: number) => void;
	/** A step of making a connection was taken in so long. Optional to tell. */
	readonly setup: (step: SetupStep, microseconds: number) => void;
	readonly received: (bytes: number) => void;
	readonly sent: (bytes: number) => void;
};

/** What a running load is told. The targets are absolute, and of this thread's share. */
export type Steering = {readonly to: 'pause' | 'resume'} | ({readonly to: 'steer'} & Targets);

/** How an engine is steered and what it tells besides counts. */
export type Control = {
	/** Stop now, count what is in flight as abandoned, settle within 100 ms. */
	readonly signal: AbortSignal;
	/**
	 * Milliseconds of warm-up and of measuring; with an `amount`, so many measured operations instead of `duration`. With
	 * neither, the engine's own plan says when it is over.
	 */
	readonly warmup: number;
	readonly duration: number | undefined;
	readonly amount: number | undefined;
	/**
	 * The engine begins a phase. What is in flight then counts where it ends; at a pause, and at its end, it stays with the
	 * phase that was broken off.
	 */
	readonly enter: (phase: PhaseName) => void;
	/** The load has ended: nothing that comes after this moment counts, however long the engine takes to settle. */
	readonly finish: () => void;
	/** Where nothing else says when the load will be over: so many milliseconds from now, as far as is known now. */
	readonly expect: (milliseconds: number) => void;
	/** Called at every snapshot, for levels that only the engine knows: how long the oldest request waits, and others. */
	readonly watch: (oldestWait: () => number, levels?: () => Sample) => void;
	/**
	 * Who hears what the running load is told, from the first word on; called once. A pause is heard while running, its
	 * end while paused, and each is answered by entering the phase.
	 */
	readonly onSteer: (hear: (steering: Steering) => void) => void;
	/** Something found out that is no single number; of a kind and subject, the last words count. */
	readonly find: (finding: Finding) => void;
	/** Something the user should read. */
	readonly notice: (text: string) => void;
	/** A cause for doubt that shows while the load runs; of a kind, the last words count. */
	readonly doubt: (doubt: Doubt) => void;
};

/** Where a benchmark of a suite file is to be run. */
export type SuitePlace = {
	/** The absolute path of the suite file's folder: relative paths are meant from there. */
	readonly folder: string;
	/** What the benchmark is called. */
	readonly name: string;
	/** Environment variables that the suite file sets, for the processes an engine starts; over benchtop's own. */
	readonly environment: Readonly<Record<string, string>>;
};

/** A benchmark of a suite file as a plan. */
export type SuiteLoad<Plan> = {
	readonly load: Plan;
	/** What is loaded, as people name it: a URL, a command line, a module. Secrets removed. */
	readonly target: string;
	/** The local port of the process under test, where the engine knows it. */
	readonly watchPort?: number;
	/** What holds where the benchmark says nothing: milliseconds. Neither: the engine's plan says when it is over. */
	readonly duration?: number;
	readonly warmup?: number;
};

/** How benchmarks of a suite file ask for an engine. */
export type SuiteEntry<Plan> = {
	/** A benchmark with this member is meant for this engine, unless it says `engine`. */
	readonly key: string;
	/**
	 * The members that are the engine's own, in people's words: durations as '500ms', described for completion in editors.
	 * A function, so that no schema is made before it is needed.
	 */
	readonly members: () => ZodObject;
	/**
	 * Takes the own members as they were written; `members` reads them. Rejects with a ZodError, or with a BenchtopError
	 * (exit code 2) on what cannot be; one about a member begins its message with `member.path: `.
	 */
	readonly load: (given: unknown, place: SuitePlace) => Promise<SuiteLoad<Plan>>;
};

/** Binds a schema to the function that takes what it reads. */
export const suiteEntry = <Members extends ZodObject, Plan>(
	key: string,
	members: () => Members,
	load: (given: Infer<Members>, place: SuitePlace) => Promise<SuiteLoad<Plan>>,
): SuiteEntry<Plan> => {
	// A suite has many benchmarks, and a schema takes a while to make.
	let made: Members | undefined;
	const once = (): Members => {
		made ??= members();
		return made;
	};
	return {key, members: once, load: async (given, place) => load(once().parse(given), place)};
};

/** Versions, by the names of what they are of. */
export type Versions = Readonly<Record<string, string>>;

/** What a run asks for beside the engine's plan: load threads, and milliseconds or an amount of operations to measure. */
export type Frame = {
	readonly workers: number;
	readonly amount?: number | undefined;
	readonly duration?: number | undefined;
};

/** A kind of load: one file here, one line in `index.ts`. Runs in a thread of its own. */
export type Engine<Plan> = {
	readonly name: string;
	readonly about: string;
	/** Checks and completes a plan that came from outside. */
	readonly plan: ZodType<Plan>;
	readonly latencyMeans: string;
	/** Loads until the plan's end or `control.signal`; resolves when nothing of it is left running. */
	readonly run: (plan: Plan, recorder: Recorder, control: Control) => Promise<void>;
	/** Checks before the load starts that it can be measured at all; rejects with a BenchtopError, exit code 4. */
	readonly probe?: (plan: Plan, signal: AbortSignal) => Promise<void>;
	/** Why the frame around a plan does not fit it, in words that follow the engine's name. Absent: any does. */
	readonly misfit?: (plan: Plan, frame: Frame) => string | undefined;
	/** The shares of so many threads; remainders are kept. Absent: one thread only. */
	readonly split?: (plan: Plan, threads: number) => readonly Plan[];
	/** The plan as it may be kept: secrets removed. `secrets` are the very words to blot out elsewhere. */
	readonly disclose?: (plan: Plan) => {readonly plan: unknown; readonly secrets: readonly string[]};
	/** What the engine cannot measure under this plan. */
	readonly limits?: (plan: Plan) => readonly string[];
	/** Causes for doubt that only the engine knows how to read off its counts. `steered`: the plan was not all that ran. */
	readonly doubts?: (plan: Plan, total: Snapshot, steered: boolean) => readonly Doubt[];
	/**
	 * What of a running load can be changed under this plan. New targets go through `plan` and `split`, by the names
	 * `connections` and `rate`, and come by `control.onSteer`. Absent: nothing.
	 */
	readonly steering?: (plan: Plan) => readonly Steerable[];
	/**
	 * The versions of what does the work, as far as they can be told; quick, and never rejects. Runs of different versions
	 * are not compared: the target's own version does not belong here.
	 */
	readonly versions?: (plan: Plan) => Versions | Promise<Versions>;
	/** Another process or thread takes the times: how late the load thread's event loop is says nothing of them. */
	readonly timedElsewhere?: boolean;
	/** Absent: no benchmark of a suite file can ask for it. */
	readonly suite?: SuiteEntry<Plan>;
	/** The panes that its runs are read from, the most important first, by name. Absent: those of latencies. */
	readonly panes?: readonly string[];
};
