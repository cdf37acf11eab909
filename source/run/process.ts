import {text} from 'node:stream/consumers';
import type {RunCommand, RunEvent} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {redactor} from '../core/secret.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {readEnvironment} from '../monitor/environment.ts';
import {openMonitor} from '../monitor/index.ts';
import {openStore} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {version} from '../version.ts';
import {baselineFinder} from './baseline.ts';
import {openControl} from './control.ts';
import {createLog, logPath} from './log.ts';
import type {RunnerAnswer, RunnerOrder} from './order.ts';
import {recoverRuns} from './recover.ts';
import {type RunningRun, register, runtimeFolder, socketPath, unregister} from './registry.ts';
import {acceptLoad, performRun} from './runner.ts';

/** How long viewers may take to read the end. */
const farewell = 5000;

const answer = (words: RunnerAnswer): Promise<void> =>
	new Promise((resolve) => process.stdout.write(`${JSON.stringify(words)}\n`, () => resolve()));

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
			await recoverRuns(store, order.logs);
		}
	} catch (error) {
		const known = error instanceof BenchtopError ? error : undefined;
		await answer({
			error: {
				message: messageOf(error),
				...(known?.hint === undefined ? {} : {hint: known.hint}),
				exitCode: known?.exitCode ?? 2,
			},
		});
		return;
	}

	try {
		await carryOut(order, store);
	} finally {
		await store?.close();
	}
};

const carryOut = async (order: RunnerOrder, store: Store | undefined): Promise<void> => {
	const {plan} = order;
	const [, load] = acceptLoad(plan);
	const conceal = redactor(load.disclose().secrets);
	const stop = new AbortController();
	const command = (given: RunCommand): void => {
		switch (given.command) {
			case 'stop':
				stop.abort(given.by);
				return;
			case 'abort':
				stop.abort('user');
				return;
			case 'mark':
				emit({kind: 'mark', at: elapsed(), text: given.text});
		}
	};
	process.on('SIGTERM', () => stop.abort('signal'));
	process.on('SIGINT', () => stop.abort('signal'));
	// Nobody may lose a measurement to a fault beside it: the load stops, and what was measured is kept.
	process.on('uncaughtException', (error) => {
		stop.abort('signal');
		emit({kind: 'notice', at: elapsed(), level: 'error', text: `An inner fault stopped the run: ${messageOf(error)}`});
	});

	let log: ReturnType<typeof createLog>;
	let control: Awaited<ReturnType<typeof openControl>>;
	const socket = socketPath(order.runtime, plan.id);
	const run: RunningRun = {
		id: plan.id,
		pid: process.pid,
		name: conceal(plan.name),
		target: conceal(plan.target),
		began: new Date().toISOString(),
		socket,
		log: logPath(order.logs, plan.id),
	};
	try {
		// Before there is a log, so that nobody takes it for one that was left behind.
		register(order.runtime, run);
		log = createLog(order.logs, plan.id);
		control = await openControl(socket, log.path, command);
	} catch (error) {
		unregister(order.runtime, plan.id);
		const known = error instanceof BenchtopError ? error : undefined;
		await answer({
			error: {message: messageOf(error), ...(known?.hint === undefined ? {} : {hint: known.hint}), exitCode: 2},
		});
		return;
	}

	await answer({ready: run});

	let beganAt = performance.now();
	const elapsed = (): number => performance.now() - beganAt;
	let logFailed = false;
	/** Said before the run began; told right after. */
	const warnings: string[] = [];
	const emit = (event: RunEvent): void => {
		if (event.kind === 'began') beganAt = performance.now();
		const line = JSON.stringify(event);
		try {
			if (!logFailed) log.append(line);
		} catch (error) {
			logFailed = true;
			control.send(line);
			const notice: RunEvent = {
				kind: 'notice',
				at: elapsed(),
				level: 'error',
				text: `The event log can no longer be written (${messageOf(error)}); viewers that are attached now still see everything.`,
			};
			control.send(JSON.stringify(notice));
			return;
		}

		control.send(line);
		if (event.kind !== 'began') return;
		for (const text of warnings.splice(0)) emit({kind: 'notice', at: 0, level: 'warning', text});
	};
	const warn = (text: string): void => {
		warnings.push(text);
	};
	const [monitor, environment] = await Promise.all([
		openMonitor(plan.watch),
		readEnvironment({folder: order.folder, benchtop: version, versions: {}}),
	]);
	try {
		const state = await performRun(
			{plan, environment},
			{
				emit,
				monitor,
				stop: stop.signal,
				...(store === undefined ? {} : {findBaseline: baselineFinder(store, order.baseline, warn)}),
			},
		);
		const measuredAnything = state.total !== undefined || state.warmup !== undefined;
		if (store !== undefined && measuredAnything) {
			try {
				await store.save(resultOf(state));
				log.markSaved();
				emit({kind: 'saved', at: elapsed(), store: store.location});
			} catch (error) {
				emit({
					kind: 'notice',
					at: elapsed(),
					level: 'error',
					text: `The result is not in the history yet: ${messageOf(error)} Its log is kept (${log.path()}) and will be taken in by the next benchtop command that opens the history.`,
				});
			}
		} else {
			log.remove();
		}
	} catch (error) {
		emit({kind: 'ended', at: elapsed(), ending: {state: 'failed', message: messageOf(error)}, doubts: []});
	} finally {
		monitor.close();
		unregister(order.runtime, plan.id);
		await control.close(farewell);
		log.close();
	}
};
