import {text} from 'node:stream/consumers';
import type {RunCommand, RunEvent, SteeringCommand} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import {redactor} from '../core/secret.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {readEnvironment} from '../monitor/environment.ts';
import {openMonitor} from '../monitor/index.ts';
import {openStore} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {version} from '../version.ts';
import {baselineFinder} from './baseline.ts';
import {openControl} from './control.ts';
import {createJournal, type Journal} from './journal.ts';
import {createLog, logPath} from './log.ts';
import {pressedAt} from './machine-clock.ts';
import type {RunnerAnswer, RunnerOrder} from './order.ts';
import {recoverRuns} from './recover.ts';
import {type RunningRun, register, socketPath, unregister} from './registry.ts';
import {acceptLoad, performRun} from './runner.ts';
import {runtimeFolder} from './runtime-folder.ts';

/** How long viewers may take to read the end. */
const farewell = 5000;

const answer = (words: RunnerAnswer): Promise<void> =>
	new Promise((resolve) => process.stdout.write(`${JSON.stringify(words)}\n`, () => resolve()));

const decline = (error: unknown): Promise<void> => {
	const {hint, exitCode = 2} = error instanceof BenchtopError ? error : {};
	return answer({error: {message: messageOf(error), exitCode, ...(hint === undefined ? {} : {hint})}});
};

/** The life of a runner process: reads its order, answers, runs, saves, and goes. It outlives every viewer. */
export const serveRun = async (): Promise<void> => {
	// The terminal may close; the run goes on.
	process.on('SIGHUP', () => {});
	process.stdout.on('error', () => {});
	let order: RunnerOrder;
	let store: Store | undefined;
	try {
		order = JSON.parse(await text(process.stdin));
		runtimeFolder(process.env);
		acceptLoad(order.plan);
		// Trouble with the place for the result must show before the first second of load, not after the last.
		if (order.store !== undefined) {
			store = await openStore(order.store);
			// What cannot be taken in now is told by the next command that lists the history; this run goes ahead.
			await recoverRuns(store, order.logs).catch(() => []);
		}
	} catch (error) {
		await decline(error);
		return;
	}

	try {
		await carryOut(order, store);
	} finally {
		await store?.close();
	}
};

/** Says a run in the registry, opens its log and its ears. Throws when it cannot. */
const open = async ({plan, logs, runtime}: RunnerOrder, onCommand: (command: RunCommand) => void) => {
	const [, load] = acceptLoad(plan);
	const conceal = redactor(load.disclose().secrets);
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

const carryOut = async (order: RunnerOrder, store: Store | undefined): Promise<void> => {
	const {plan} = order;
	const stop = new AbortController();
	let beganAt = performance.now();
	const elapsed = (): number => performance.now() - beganAt;
	let journal: Journal | undefined;
	const begun = (): Journal | undefined => (journal !== undefined && hasBegun(journal.state()) ? journal : undefined);
	const notice = (level: 'warning' | 'error', words: string): void =>
		begun()?.add({kind: 'notice', at: elapsed(), level, text: words});
	process.on('SIGTERM', () => stop.abort('signal'));
	process.on('SIGINT', () => stop.abort('signal'));
	// Nobody may lose a measurement to a fault beside it: the load stops, and what was measured is kept.
	process.on('uncaughtException', (error) => {
		stop.abort('signal');
		notice('error', `An inner fault stopped the run: ${messageOf(error)}`);
	});

	let steer: (command: SteeringCommand) => void = () => {};
	let opened: Opened;
	try {
		opened = await open(order, (given) => {
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
					stop.abort(given.command === 'stop' ? given.by : 'user');
			}
		});
	} catch (error) {
		await decline(error);
		return;
	}

	const {run, log, control} = opened;
	await answer({ready: run});
	const publish = publisher(opened, elapsed);
	let isKept = true;
	/** Said before the run began; told right after. */
	const warnings: string[] = [];
	journal = createJournal((event) => {
		if (event.kind === 'began') beganAt = performance.now();
		publish(event);
		if (event.kind === 'began') for (const words of warnings.splice(0)) notice('warning', words);
	});
	const [monitor, environment] = await Promise.all([
		openMonitor(plan.watch),
		readEnvironment({folder: order.folder, benchtop: version, versions: {}}),
	]);
	try {
		await performRun(
			{plan, environment},
			{
				journal,
				monitor,
				stop: stop.signal,
				onSteer(hear) {
					steer = hear;
				},
				...(store === undefined
					? {}
					: {findBaseline: baselineFinder(store, order.baseline, (words) => warnings.push(words))}),
			},
		);
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
	} catch (error) {
		journal.add({kind: 'ended', at: elapsed(), ending: {state: 'failed', message: messageOf(error)}, doubts: []});
	} finally {
		monitor.close();
		await control.close(farewell);
		unregister(order.runtime, plan.id);
		log.close();
		if (!isKept) log.remove();
	}
};
