import type {Clock} from '../core/clock.ts';
import {systemClock} from '../core/clock.ts';
import type {Environment} from '../core/environment.ts';
import type {Baseline, Began, Doubt, Ending, Fingerprint, RunEvent, SteeringCommand} from '../core/event.ts';
import {gaugesOf, mergeGauges} from '../core/gauge.ts';
import type {RunPlan, Steerable, Worktree} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {measured, pausedTime, reduceRun} from '../core/run-state.ts';
import {redactor} from '../core/secret.ts';
import type {SideRun} from '../core/side-run.ts';
import {encodeSnapshot, type Snapshot} from '../core/snapshot.ts';
import {answeredIn} from '../core/summary.ts';
import {type AcceptedLoad, type AnyEngine, engines as allEngines, refusalOf} from '../engines/index.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {Monitor} from '../monitor/index.ts';
import {latencyPrecision} from '../stats/precision.ts';
import {fingerprintOf} from './fingerprint.ts';
import type {Journal} from './journal.ts';
import type {LoadMessage} from './load.ts';
import {createSteering} from './steering.ts';
import {createJoiner, type StartThread, startWorker} from './threads.ts';

export type RunOrder = {
	readonly plan: RunPlan;
	readonly environment: Environment;
	/** Words to blot out wherever they turn up, beside those that the engine knows of. */
	readonly secrets?: readonly string[];
};

export type RunParts = {
	/** Looks up the stored run that this one is shown against. */
	readonly findBaseline?: (name: string, fingerprint: Fingerprint) => Promise<Baseline | undefined>;
	/** Of a run that is made for a side: those of both sides before it. */
	readonly before?: readonly SideRun[];
	/** The history that is to keep it (`nameOfHistory`). */
	readonly history?: string;
	/** Where its code lies, if not where it lies for the user. */
	readonly worktree?: Worktree;
	readonly journal: Journal;
	readonly monitor: Monitor;
	/** Aborting stops the load; the reason given is how the run ends. */
	readonly stop: AbortSignal;
	/** Who hears how the load is to be steered, from the beginning of the run to its end. */
	readonly onSteer?: (hear: (command: SteeringCommand) => void) => void;
	/** What must be done before the load, such as starting what is loaded; rejects with why there can be none. */
	readonly prepare?: (tell: (level: 'info' | 'warning', text: string) => void) => Promise<void>;
	/** Causes for doubt beside the load's own, when it is over. */
	readonly doubts?: () => readonly Doubt[];
	readonly engines?: readonly AnyEngine[];
	readonly startThread?: StartThread;
	readonly clock?: Clock;
};

/** How long the threads get to settle after a stop before they are ended. */
const settleTime = 2000;
/** An amount that no answer brings nearer would never be reached: so long without one ends the run. */
const longestSilence = 60_000;
/** How much longer than planned an engine may take before it counts as hung. */
const overtime = 15_000;
/** How long it may take to make ready before its first phase, such as to fill a file that is then read. */
const longestPreparation = 600_000;
/** Making ready takes a moment always: less than this is no cause to wait longer. */
const leastPreparation = 1000;

/** Finds an engine by name and binds it to a plan. Throws a BenchtopError (exit code 2) that says what does not fit. */
export const acceptLoad = (plan: RunPlan, engines: readonly AnyEngine[] = allEngines): [AnyEngine, AcceptedLoad] => {
	const engine = engines.find(({name}) => name === plan.engine);
	if (engine === undefined) {
		throw new BenchtopError(`No engine is called ${JSON.stringify(plan.engine)}.`, {
			hint: `Engines: ${engines.map(({name}) => name).join(', ')}.`,
		});
	}

	try {
		const load = engine.accept(plan.load);
		const misfit = load.misfit({workers: plan.workers, amount: plan.amount, duration: plan.duration});
		if (misfit !== undefined) throw new BenchtopError(misfit);
		return [engine, load];
	} catch (error) {
		throw new BenchtopError(`The plan does not fit the engine ${engine.name}: ${refusalOf(error)}`, {
			hint: 'benchtop --help lists the flags.',
			cause: error,
		});
	}
};

/** A plan with every text in it changed. */
const withEachText = (value: unknown, change: (text: string) => string): unknown => {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((member: unknown) => withEachText(member, change));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withEachText(member, change)]));
};

/** A plan with the paths that the same files have for the user: what is laid out for one run is gone after it. */
const atHome = (load: unknown, {folder, repository}: Worktree): unknown =>
	withEachText(load, (text) => text.replaceAll(folder, repository));

/** What of a load can be changed while it runs. One that is held against another must be the same to its end. */
const steerableOf = (plan: RunPlan, load: AcceptedLoad): readonly Steerable[] =>
	load.steering().filter((what: Steerable) => plan.side === undefined || what === 'pause');

const endingOf = (stop: AbortSignal): Ending =>
	stop.aborted ? {state: 'stopped', by: stop.reason === 'signal' ? 'signal' : 'user'} : {state: 'finished'};

/**
 * Runs one plan to its end and writes everything that happens into the journal, from `began` to `ended`. Never rejects
 * for a failed measurement: that is an ending.
 */
export const performRun = async (order: RunOrder, parts: RunParts): Promise<void> => {
	const {journal, monitor, stop, engines = allEngines, startThread = startWorker, clock = systemClock} = parts;
	const {plan} = order;
	const [engine, load] = acceptLoad(plan, engines);
	const {plan: disclosed, secrets} = load.disclose();
	const conceal = redactor([...secrets, ...(order.secrets ?? [])]);
	const tell = (text: string): string => printable(conceal(text));
	/** A hint may have lines: the last words of what failed. */
	const tellLines = (text: string): string => conceal(text).split('\n').map(printable).join('\n');
	const concealed = withEachText(disclosed, conceal);
	const publicPlan: RunPlan = {
		...plan,
		name: tell(plan.name),
		target: tell(plan.target),
		tags: plan.tags.map(tell),
		load: parts.worktree === undefined ? concealed : atHome(concealed, parts.worktree),
		...(plan.side === undefined
			? {}
			: {side: {...plan.side, benchmark: tell(plan.side.benchmark), of: tell(plan.side.of)}}),
	};
	const versions = await load.versions();
	const environment: Environment = {
		...order.environment,
		versions: {...order.environment.versions, ...versions},
	};
	const fingerprint = fingerprintOf(publicPlan, versions, environment);
	const baseline = await parts.findBaseline?.(publicPlan.name, fingerprint);
	const origin = performance.timeOrigin + clock.now();
	const now = (): number => performance.timeOrigin + clock.now() - origin;
	const began: Began = {
		kind: 'began',
		version: 1,
		id: plan.id,
		name: publicPlan.name,
		engine: engine.name,
		target: publicPlan.target,
		means: engine.latencyMeans,
		limits: load.limits(),
		steering: steerableOf(plan, load),
		...(engine.panes === undefined ? {} : {panes: engine.panes}),
		pid: process.pid,
		began: clock.wall().toISOString(),
		plan: publicPlan,
		environment,
		fingerprint,
		...(parts.history === undefined ? {} : {history: parts.history}),
		...(baseline === undefined ? {} : {baseline}),
		...(parts.before === undefined ? {} : {before: parts.before}),
	};
	const emit = journal.add;
	const end = (ending: Ending, doubts: readonly Doubt[] = []): void => {
		const ended: RunEvent = {kind: 'ended', at: now(), ending, doubts};
		// Of the run with its last second, which ends now.
		const precision = latencyPrecision(reduceRun(journal.state(), ended));
		emit(precision === undefined ? ended : {...ended, precision});
	};
	const fail = (error: unknown): void =>
		end({
			state: 'failed',
			message: tell(messageOf(error)),
			...(error instanceof BenchtopError && error.hint !== undefined ? {hint: tellLines(error.hint)} : {}),
		});

	const early: SteeringCommand[] = [];
	let steer = (command: SteeringCommand): unknown => early.push(command);
	parts.onSteer?.((command) => steer(command));
	emit(began);
	try {
		await parts.prepare?.((level, text) => emit({kind: 'notice', at: now(), level, text: tell(text)}));
		if (!stop.aborted) await load.probe(stop);
	} catch (error) {
		return fail(error);
	}

	if (stop.aborted) return end(endingOf(stop));
	const shares = load.split(plan.workers);
	const failures: string[] = [];
	/** Notices, and the thread that told each first. */
	const toldBy = new Map<string, number>();
	const doubts = new Map<string, Doubt>();
	let answeredAt = 0;
	let silent = false;
	let hint: string | undefined;
	const joiner = createJoiner(shares.length, (phase, snapshot: Snapshot) => {
		const gauges = mergeGauges(snapshot.gauges, gaugesOf(monitor.sample(), snapshot.to - snapshot.from));
		emit({kind: 'snapshot', phase, snapshot: encodeSnapshot({...snapshot, gauges})});
		if (answeredIn(snapshot) > 0) answeredAt = snapshot.to;
		else if (phase === 'pause') answeredAt += snapshot.to - snapshot.from;
		if (plan.amount !== undefined && snapshot.to - answeredAt > longestSilence) {
			silent = true;
			halt();
		}
	});
	const hear = (thread: number, message: LoadMessage): void => {
		switch (message.kind) {
			case 'snapshot':
				joiner.add(thread, message.phase, message.snapshot, message.last);
				return;
			case 'phase':
				steering.enter(thread, message.phase, message.at);
				return;
			case 'steered':
				steering.followed(thread);
				return;
			case 'notice':
				// Threads that share a load share its troubles: one word on each is enough.
				if (toldBy.get(message.text) !== undefined && toldBy.get(message.text) !== thread) return;
				toldBy.set(message.text, thread);
				emit({kind: 'notice', at: now(), level: 'warning', text: tell(message.text)});
				return;
			case 'finding': {
				const {kind, subject, text, figures} = message.finding;
				const told = Object.entries(figures).map(
					([name, figure]) => [name, typeof figure === 'string' ? tell(figure) : figure] as const,
				);
				emit({
					kind: 'finding',
					at: now(),
					finding: {kind, subject: tell(subject), text: tell(text), figures: Object.fromEntries(told)},
				});
				return;
			}
			case 'expect':
				emit({kind: 'expect', at: now(), end: message.end});
				return;
			case 'doubt':
				doubts.set(message.doubt.kind, {kind: message.doubt.kind, message: tell(message.doubt.message)});
				return;
			case 'failed':
				failures.push(tell(message.message));
				hint ??= message.hint;
				halt();
				break;
			case 'done':
		}

		joiner.leave(thread);
		steering.leave(thread);
	};
	const steering = createSteering({
		engine,
		plan: plan.load,
		steerable: began.steering,
		threads: shares.length,
		now,
		emit: (event: RunEvent) => emit(event.kind === 'notice' ? {...event, text: tell(event.text)} : event),
		tell: (thread, words) => threads[thread]?.steer(words),
	});
	monitor.sample();
	const threads = shares.map((share, index) =>
		startThread(
			{
				engine: engine.name,
				plan: share,
				limits: {
					warmup: plan.warmup,
					...(plan.duration === undefined ? {} : {duration: plan.duration}),
					...(plan.amount === undefined
						? {}
						: {amount: Math.floor(plan.amount / shares.length) + (index < plan.amount % shares.length ? 1 : 0)}),
				},
				origin,
			},
			(message) => hear(index, message),
		),
	);
	let halted: Promise<void> | undefined;
	const patience = new AbortController();
	const halt = (): void => {
		halted ??= (async () => {
			for (const thread of threads) thread.stop();
			await clock.sleep(settleTime, patience.signal);
			if (!patience.signal.aborted) await Promise.all(threads.map((thread) => thread.kill()));
		})();
	};
	stop.addEventListener('abort', halt);
	steer = steering.obey;
	for (const command of early.splice(0)) steer(command);
	const startedAt = now();
	/** Time that has gone by and is none of the planned one: pauses, and making ready. */
	const excuse = (): number => {
		const state = journal.state();
		const entered = state.occurrences.find(({kind}) => kind === 'phase')?.at ?? now();
		const preparation = Math.min(longestPreparation, entered - startedAt);
		return pausedTime(state) + (preparation < leastPreparation ? 0 : preparation);
	};
	const watchTime = async (planned: number): Promise<void> => {
		let allowed = planned + overtime;
		for (let excused = 0; ; ) {
			await clock.sleep(allowed, patience.signal);
			if (patience.signal.aborted) return;
			const excusable = excuse();
			if (excusable <= excused) break;
			allowed = Math.max(overtime, excusable - excused);
			excused = excusable;
		}

		failures.push(`The engine did not end ${overtime / 1000} s after its time.`);
		halt();
	};
	if (plan.duration !== undefined) void watchTime(plan.warmup + plan.duration);

	await Promise.all(threads.map((thread) => thread.ended));
	patience.abort();
	await halted;
	stop.removeEventListener('abort', halt);
	joiner.flushAll();
	const [failure] = failures;
	if (failure !== undefined) return end({state: 'failed', message: failure, ...(hint === undefined ? {} : {hint})});
	const total = measured(journal.state());
	return end(silent ? {state: 'stopped', by: 'errors'} : endingOf(stop), [
		...(parts.doubts?.() ?? []),
		...doubts.values(),
		...load.doubts(total, steering.isSteered()),
	]);
};
