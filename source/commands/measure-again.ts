import type {Flags} from '../config/flags.ts';
import {newRunId} from '../config/http-flags.ts';
import {sequenceOf} from '../config/sequence.ts';
import {confirmingTag} from '../core/plan.ts';
import {type Result, resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import {isAlive} from '../operating-system.ts';
import {followRun, reachableRun} from '../run/follow.ts';
import {launchRun} from '../run/launch.ts';
import type {RunnerOrder} from '../run/order.ts';
import type {Surroundings} from './command.ts';
import type {Conclusion} from './conclude.ts';
import {viewInTurn} from './show-run.ts';
import type {Viewed} from './view.ts';

const pause = 50;
/** How long what runs were made around may take to be cleared away. */
const patience = 60_000;

/** Waits until a process has gone, and with it the services that it had started: the next run starts them anew. */
const gone = async (pid: number): Promise<void> => {
	for (const end = performance.now() + patience; isAlive(pid) && performance.now() < end; ) {
		await new Promise((resolve) => setTimeout(resolve, pause));
	}
};

/**
 * Runs benchmarks once more, as they were ordered, and shows them in lines: runs that only confirm others, and are tagged
 * so. `pid` is the process that carried out the order.
 */
export const measureAgain = async (
	{runs, wereTold}: {readonly runs: readonly Result[]; readonly wereTold: boolean},
	{order, pid}: {readonly order: RunnerOrder; readonly pid: number},
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
): Promise<{readonly viewed: readonly Viewed[]; readonly results: readonly Result[]}> => {
	const planned = order.runs
		.filter(({plan}) => runs.some(({id}) => id === plan.id))
		.map(({plan: {round: _, suite: __, ...plan}, around}) => ({
			plan: {...plan, id: newRunId(), tags: [...plan.tags, confirmingTag]},
			...(around === undefined ? {} : {around}),
		}));
	if (planned.length === 0) return {viewed: [], results: []};
	const {mode, quiet} = conclusion;
	const names = planned.map(({plan}) => runs.find(({name}) => name === plan.name)?.name ?? plan.name).join(', ');
	const words = `${names}: beyond what the history lets expect; measured once more to confirm it.`;
	if (mode === 'silent' || mode === 'ndjson') {
		if (!quiet) surroundings.stderr.write(`benchtop: ${words}\n`);
	} else surroundings.stdout.write(`\n${words}\n`);
	await gone(pid);
	const again: RunnerOrder = {...order, ...sequenceOf(planned)};
	const launched = launchRun(again, flags.has('debug'));
	launched.catch(() => {});
	const [, ...later] = again.runs;
	const sources = [
		launched,
		...later.map(({plan}) => launched.then((first) => reachableRun(again, plan.id, first.pid))),
	].map((reachable) => {
		reachable.catch(() => {});
		return () => followRun(reachable);
	});
	// The screen has been left: what it would show is told in lines.
	const told: Conclusion = {...conclusion, json: undefined, mode: mode === 'terminal' ? 'plain' : mode};
	const viewed = await viewInTurn(sources, told, flags, surroundings, {}, wereTold);
	return {
		viewed,
		results: viewed.flatMap(({state, left}) => (left === undefined && hasBegun(state) ? [resultOf(state)] : [])),
	};
};
