import {text} from 'node:stream/consumers';
import {BenchtopError, messageOf} from '../errors.ts';
import type {KnownProcess} from '../operating-system.ts';
import {openStore} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {carryOut} from './carry-out.ts';
import type {RunnerAnswer, RunnerOrder} from './order.ts';
import {recoverRuns} from './recover.ts';
import {acceptLoad} from './runner.ts';
import {runtimeFolder} from './runtime-folder.ts';
import {createStage, joinStages, noAround, type Stage} from './stage.ts';

const answer = (words: RunnerAnswer): Promise<void> =>
	new Promise((resolve) => process.stdout.write(`${JSON.stringify(words)}\n`, () => resolve()));

const decline = (error: unknown): Promise<void> => {
	const {hint, exitCode = 2} = error instanceof BenchtopError ? error : {};
	return answer({error: {message: messageOf(error), exitCode, ...(hint === undefined ? {} : {hint})}});
};

/**
 * The life of a runner process: reads its order, answers, carries out one run after the other, and goes. It outlives
 * every viewer.
 */
export const serveRun = async (): Promise<void> => {
	// The terminal may close; the run goes on.
	process.on('SIGHUP', () => {});
	process.stdout.on('error', () => {});
	let order: RunnerOrder;
	let store: Store | undefined;
	try {
		order = JSON.parse(await text(process.stdin));
		runtimeFolder(process.env);
		for (const {plan} of order.runs) acceptLoad(plan);
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
		await carryOutAll(order, store);
	} finally {
		await store?.close();
	}
};

const carryOutAll = async (order: RunnerOrder, store: Store | undefined): Promise<void> => {
	const halt = new AbortController();
	process.on('SIGTERM', () => halt.abort('signal'));
	process.on('SIGINT', () => halt.abort('signal'));
	const services: KnownProcess[] = [];
	let ofAll: Stage | undefined;
	let isOpen = false;
	// Who watched one run to its end comes for the next; where nobody did, nobody is waited for.
	let isAwaited = true;
	for (const run of order.runs) {
		try {
			const {isLast, wasWatched} = await carryOut(run, {
				order,
				store,
				halt,
				services,
				stage(onStart) {
					ofAll ??= createStage(order.around ?? noAround, onStart);
					return joinStages(ofAll, createStage(run.around ?? noAround, onStart));
				},
				isAwaited,
				async onOpen(opened) {
					if (!isOpen) await answer({ready: opened});
					isOpen = true;
				},
			});
			if (isLast) return;
			isAwaited = wasWatched;
		} catch (error) {
			if (!isOpen) {
				await decline(error);
				return;
			}
		}
	}
};
