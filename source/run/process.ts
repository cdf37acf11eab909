import {text} from 'node:stream/consumers';
import type {Worktree} from '../core/plan.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {KnownProcess} from '../operating-system.ts';
import {openStore} from '../store/index.ts';
import type {Store} from '../store/store.ts';
import {carryOut} from './carry-out.ts';
import type {RunnerAnswer, RunnerOrder} from './order.ts';
import {recoverRuns} from './recover.ts';
import {acceptLoad} from './runner.ts';
import {runtimeFolder} from './runtime-folder.ts';
import {createSides} from './sides.ts';
import {createStage, joinStages, noAround, type Stage} from './stage.ts';
import {removeWorktree} from './worktree.ts';

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
		// Where no run came so far.
		for (const worktree of order.worktrees ?? []) removeWorktree(worktree);
		await store?.close();
	}
};

/** The stage of all runs, after which the folders go that were laid out for them. */
const withWorktrees = (stage: Stage, worktrees: readonly Worktree[] = []): Stage => ({
	...stage,
	async clear(tell, extent) {
		await stage.clear(tell, extent);
		for (const worktree of worktrees) {
			const fault = removeWorktree(worktree);
			if (fault !== undefined) tell('warning', fault);
		}
	},
});

const carryOutAll = async (order: RunnerOrder, store: Store | undefined): Promise<void> => {
	const halt = new AbortController();
	process.on('SIGTERM', () => halt.abort('signal'));
	process.on('SIGINT', () => halt.abort('signal'));
	const services: KnownProcess[] = [];
	let ofAll: Stage | undefined;
	let shared: {readonly id: string; readonly stage: Stage} | undefined;
	const sides = createSides();
	let isOpen = false;
	// Who watched one run to its end comes for the next; where nobody did, nobody is waited for.
	let isAwaited = true;
	for (let index = 0; index < order.runs.length; index++) {
		const run = order.runs[index]!;
		try {
			const {leftOut, wasWatched} = await carryOut(run, {
				order,
				following: order.runs.slice(index + 1),
				sides,
				store,
				halt,
				services,
				stage(onStart) {
					ofAll ??= withWorktrees(createStage(order.around ?? noAround, onStart), order.worktrees);
					const own = createStage(run.around ?? noAround, onStart);
					if (run.shared === undefined) return joinStages(ofAll, own);
					const {id, around} = run.shared;
					if (shared?.id !== id) shared = {id, stage: createStage(around, onStart)};
					return joinStages(ofAll, joinStages(shared.stage, own, 'shared'));
				},
				isAwaited,
				async onOpen(opened) {
					if (!isOpen) await answer({ready: opened});
					isOpen = true;
				},
			});
			if (leftOut === undefined) return;
			index += leftOut;
			isAwaited = wasWatched;
		} catch (error) {
			if (!isOpen) {
				await decline(error);
				return;
			}
		}
	}
};
