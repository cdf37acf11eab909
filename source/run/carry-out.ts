import {createBeats} from '../core/beat.ts';
import type {RunCommand, RunEvent, SteeringCommand} from '../core/event.ts';
import type {RunPlan} from '../core/plan.ts';
import {resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import {redactor} from '../core/secret.ts';
import {messageOf} from '../errors.ts';
import {readEnvironment} from '../monitor/environment.ts';
import {type Monitor, openMonitor} from '../monitor/index.ts';
import {type KnownProcess, knownProcess} from '../operating-system.ts';
import {leftOutAfter} from '../stats/rounds.ts';
import {nameOfHistory} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {version} from '../version.ts';
import {baselineFinder} from './baseline.ts';
import {openControl} from './control.ts';
import {insightsOfRun} from './insights.ts';
import {createJournal, type Journal} from './journal.ts';
import {createLog, logPath} from './log.ts';
import {pressedAt} from './machine-clock.ts';
import type {RunnerOrder, RunOfOrder} from './order.ts';
import {type RunningRun, register, unregister} from './registry.ts';
import {acceptLoad, performRun} from './runner.ts';
import type {Sides} from './sides.ts';
import {socketPath} from './socket-path.ts';
import type {Extent, OnStart, Stage, Tell} from './stage.ts';

/** How long viewers may take to read the end. */
const farewell = 5000;

/** What one run of an order is carried out with. */
export type RunSurroundings = {
	readonly order: RunnerOrder;
	/** The runs of the order after this one. */
	readonly following: readonly RunOfOrder[];
	/** What is known of the runs of two sides so far. */
	readonly sides: Sides;
	readonly store: Store | undefined;
	/** Stops this run and all that were to follow it. */
	readonly halt: AbortController;
	/** What must stand before the run begins, and be cleared away after it; told of each process that it starts. */
	readonly stage: (onStart: OnStart) => Stage;
	/** Processes that were started around this run or others, and are to end with this process. */
	readonly services: KnownProcess[];
	/** The run can be spoken to from now on. */
	readonly onOpen: (run: RunningRun) => Promise<void>;
	/** Whether somebody will come to hear how it ends. */
	readonly isAwaited: boolean;
};

/** What became of a run, for those that were to follow it. */
export type CarriedOut = {
	/** So many of those that were to follow are left out before the next; absent: all of them, or it was the last. */
	readonly leftOut: number | undefined;
	/** Somebody watched it to its end. */
	readonly wasWatched: boolean;
};

/** Says a run in the registry, opens its log and its ears. Throws when it cannot. */
const open = async (
	plan: RunPlan,
	{logs, runtime, secrets = []}: RunnerOrder,
	onCommand: (command: RunCommand) => void,
) => {
	const [, load] = acceptLoad(plan);
	const conceal = redactor([...load.disclose().secrets, ...secrets]);
	const run: RunningRun = {
		id: plan.id,
		pid: process.pid,
		name: conceal(plan.name),
		target: conceal(plan.target),
		began: new Date().toISOString(),
		socket: socketPath(runtime, plan.id),
		log: logPath(logs, plan.id),
	};
	try {
		// Before there is a log, so that nobody takes it for one that was left behind.
		register(runtime, run);
		const log = createLog(logs, plan.id);
		const control = await openControl(run.socket, log.path, onCommand);
		return {run, log, control};
	} catch (error) {
		unregister(runtime, plan.id);
		throw error;
	}
};

type Opened = Awaited<ReturnType<typeof open>>;

/** Where events go: onto the disk and to every viewer. A disk that takes no more is told once; viewers still see all. */
const publisher = ({log, control}: Opened, elapsed: () => number) => {
	let logFailed = false;
	return (event: RunEvent): void => {
		const line = JSON.stringify(event);
		control.send(line);
		if (logFailed) return;
		try {
			log.append(line);
		} catch (error) {
			logFailed = true;
			const notice: RunEvent = {
				kind: 'notice',
				at: elapsed(),
				level: 'error',
				text: `The event log can no longer be written (${messageOf(error)}); viewers that are attached now still see everything.`,
			};
			control.send(JSON.stringify(notice));
		}
	};
};

/** A monitor that is opened when what it is to watch has been started. */
const lateMonitor = (watch: RunPlan['watch']): Monitor & {readonly open: () => Promise<readonly string[]>} => {
	let opened: Monitor | undefined;
	return {
		async open() {
			const {missing, ...monitor} = await openMonitor(watch);
			opened = monitor;
			return missing;
		},
		sample: () => opened?.sample() ?? {},
		close: () => opened?.close(),
	};
};

/** How much is over with a run that another follows. */
const extentOf = (shared: RunOfOrder['shared'], next: RunOfOrder | undefined): Extent => {
	if (next === undefined) return 'all';
	return shared !== undefined && shared.id === next.shared?.id ? 'run' : 'shared';
};

/**
 * Carries out one run of an order, from its place in the registry to its place in the history. Rejects when it cannot be
 * opened: then there was no run.
 */
export const carryOut = async (
	{plan, shared, worktree}: RunOfOrder,
	surroundings: RunSurroundings,
): Promise<CarriedOut> => {
	const {order, following, sides, store, halt, stage: stageFor, services, onOpen, isAwaited} = surroundings;
	let beganAt = performance.now();
	const elapsed = (): number => performance.now() - beganAt;
	let journal: Journal | undefined;
	const begun = (): Journal | undefined => (journal !== undefined && hasBegun(journal.state()) ? journal : undefined);
	const notice = (level: 'info' | 'warning' | 'error', words: string): void =>
		begun()?.add({kind: 'notice', at: elapsed(), level, text: words});
	// Nobody may lose a measurement to a fault beside it: the load stops, and what was measured is kept.
	const onFault = (error: unknown): void => {
		halt.abort('signal');
		notice('error', `An inner fault stopped the run: ${messageOf(error)}`);
	};
	process.on('uncaughtException', onFault);

	let steer: (command: SteeringCommand) => void = () => {};
	const opened = await open(plan, order, (given) => {
		switch (given.command) {
			case 'mark':
				begun()?.add({kind: 'mark', at: pressedAt(given.pressed, elapsed()), text: given.text});
				return;
			case 'pause':
			case 'resume':
			case 'steer':
				steer(given);
				return;
			case 'stop':
			case 'abort':
				halt.abort(given.command === 'stop' ? given.by : 'user');
		}
	});
	const {run, log, control} = opened;
	const {worktrees = []} = order;
	const enter = (): void =>
		register(order.runtime, {
			...run,
			...(services.length === 0 ? {} : {services}),
			...(worktrees.length === 0 ? {} : {worktrees: [...worktrees]}),
		});
	enter();
	const stage = stageFor((pid, mark) => {
		const known = knownProcess(pid);
		if (known === undefined) return;
		services.push(mark === undefined ? known : {...known, mark});
		enter();
	});
	await onOpen(run);
	const publish = publisher(opened, elapsed);
	let isKept = true;
	/** Said before the run began; told right after. */
	const warnings: string[] = [];
	const beats = createBeats();
	journal = createJournal((event) => {
		beats.add(event);
		if (event.kind === 'began') beganAt = performance.now();
		publish(event);
		if (event.kind === 'began') for (const words of warnings.splice(0)) notice('warning', words);
	});
	const monitor = lateMonitor(plan.watch);
	const folder = worktree?.folder ?? order.folder;
	const environment = await readEnvironment({folder, benchtop: version, versions: {}});
	const judge = async (): Promise<void> => {
		const state = journal.state();
		if (!hasBegun(state)) return;
		try {
			const insights = await insightsOfRun(resultOf(state), store, beats.all());
			for (const insight of insights) journal.add({kind: 'insight', at: elapsed(), insight});
		} catch (error) {
			// A rule that fails must not cost the run its place in the history.
			notice('error', `The run could not be searched for insights: ${messageOf(error)}`);
		}
	};
	const keep = async (): Promise<void> => {
		const state = journal.state();
		const isWorthKeeping = hasBegun(state) && (state.total !== undefined || state.warmup !== undefined);
		if (store === undefined || !isWorthKeeping) {
			isKept = false;
			return;
		}

		try {
			await store.save(resultOf(state));
			log.markSaved();
			journal.add({kind: 'saved', at: elapsed(), store: store.location});
		} catch (error) {
			notice(
				'error',
				`The result is not in the history yet: ${messageOf(error)} Its log is kept (${log.path()}) and will be taken in by the next benchtop command that opens the history.`,
			);
		}
	};
	try {
		await performRun(
			{plan, environment, ...(order.secrets === undefined ? {} : {secrets: order.secrets})},
			{
				journal,
				monitor,
				stop: halt.signal,
				onSteer(hear) {
					steer = hear;
				},
				async prepare(tell: Tell) {
					await stage.prepare(tell, halt.signal);
					for (const words of await monitor.open()) tell('warning', words);
				},
				doubts: stage.doubts,
				...(worktree === undefined ? {} : {worktree}),
				...(order.store === undefined ? {} : {history: nameOfHistory(order.store)}),
				...(plan.side === undefined
					? store === undefined
						? {}
						: {findBaseline: baselineFinder(store, order.baseline, (words) => warnings.push(words))}
					: {before: sides.runs(), findBaseline: async () => sides.partnerOf(plan.side)}),
			},
		);
		await judge();
		await keep();
	} catch (error) {
		journal.add({kind: 'ended', at: elapsed(), ending: {state: 'failed', message: messageOf(error)}, doubts: []});
	}

	const state = journal.state();
	const result = hasBegun(state) ? resultOf(state) : undefined;
	const leftOut = halt.signal.aborted || result === undefined ? undefined : leftOutAfter(result, state.began?.before);
	if (result !== undefined) sides.add(result);
	monitor.close();
	await stage.clear(
		notice,
		extentOf(shared, leftOut === undefined ? undefined : following[leftOut]),
		halt.signal.aborted,
	);
	const wasWatched = await control.close(isAwaited ? farewell : 0);
	unregister(order.runtime, plan.id);
	log.close();
	if (!isKept) log.remove();
	process.removeListener('uncaughtException', onFault);
	return {leftOut, wasWatched};
};
