import type {Flags} from '../config/flags.ts';
import type {RunnerOrder} from '../run/order.ts';
import type {RunningRun} from '../run/registry.ts';
import type {Surroundings} from './command.ts';
import type {Conclusion} from './conclude.ts';
import {openFullScreen} from './full-screen.ts';
import type {Gate, Gating} from './gate.ts';
import {checkKeeping} from './keeping.ts';
import {readConclusion} from './read-conclusion.ts';
import {runOrder} from './run-order.ts';

/** Runs, one after the other, what is done around all of them, and what is to be removed after them. */
export type Runs = Pick<RunnerOrder, 'runs' | 'around' | 'secrets' | 'worktrees'>;

/** What the runs are to be held against when they are over; `undefined` where nobody asked. Rejects where that cannot be. */
const readGate = async (planned: Runs | Promise<Runs>, flags: Flags, surroundings: Surroundings) => {
	const isAsked = flags.has('gate') || flags.has('inconclusive') || flags.has('force');
	// Only a suite has limits of changes; it is known at once.
	const runs = planned instanceof Promise ? [] : planned.runs;
	// Of two sides, each is what the other is held against.
	if (runs.some(({plan}) => plan.side !== undefined)) return undefined;
	const isLimited = runs.some(({plan}) => plan.thresholds?.some(({metric}) => metric.startsWith('delta.')));
	if (!isAsked && !isLimited) return undefined;
	const {checkBaseline, readGating} = await import('./gate.ts');
	const gating = readGating(flags);
	const names = (await planned).runs.map(({plan}) => plan.name);
	await checkBaseline(gating, names, flags, surroundings);
	return gating;
};

type Ordered = {readonly order: RunnerOrder; readonly launched: Promise<RunningRun>};

const gateOf = async (
	gating: Gating,
	{order, launched}: Ordered,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
): Promise<Gate> => {
	const [{createGate}, {measureAgain}] = await Promise.all([import('./gate.ts'), import('./measure-again.ts')]);
	return createGate(gating, flags, surroundings, async (runs, wereTold) =>
		measureAgain({runs, wereTold}, {order, pid: (await launched).pid}, conclusion, flags, surroundings),
	);
};

/**
 * Starts runs in a process of their own and shows them, one after the other. The viewer does not wait for that process,
 * or for a plan that depends on something to be started first: it shows that it waits.
 */
export const runAndShow = async (
	planned: Runs | Promise<Runs>,
	flags: Flags,
	surroundings: Surroundings,
): Promise<number> => {
	checkKeeping(flags);
	const conclusion = await readConclusion(flags, surroundings);
	const order = await runOrder(flags, surroundings);
	const gating = await readGate(planned, flags, surroundings);
	const launch = async (): Promise<RunningRun> => {
		const {launchRun} = await import('../run/launch.ts');
		return launchRun({...order, ...(await planned)}, flags.has('debug'));
	};
	// Ctrl-C before there is a viewer: the run is stopped as soon as it can be, and concluded without a screen.
	let early: 'SIGINT' | 'SIGTERM' | undefined;
	const remember = (signal: NodeJS.Signals): void => {
		early ??= signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
	};
	process.on('SIGINT', remember).on('SIGTERM', remember);
	const opening = await openFullScreen(conclusion, surroundings);
	try {
		const launched = launch();
		// Told by the source; until somebody reads that, it is no fault that nobody handles.
		launched.catch(() => {});
		const [{followRun, reachableRun}, {showRuns}] = await Promise.all([
			import('../run/follow.ts'),
			import('./show-run.ts'),
		]);
		const later = planned instanceof Promise ? [] : planned.runs.slice(1);
		const sources = [
			launched,
			...later.map(({plan}) => launched.then(({pid}) => reachableRun(order, plan.id, pid))),
		].map((reachable) => {
			reachable.catch(() => {});
			return () => followRun(reachable);
		});
		const gate =
			gating === undefined
				? undefined
				: await gateOf(gating, {order: {...order, ...(await planned)}, launched}, conclusion, flags, surroundings);
		const code = await showRuns(sources, conclusion, flags, surroundings, {opening, interrupted: () => early, gate});
		// Of a process that was killed, what it had started goes with it.
		(await import('../run/registry.ts')).runningRuns(order.runtime);
		return code;
	} finally {
		opening?.taken.close();
		process.removeListener('SIGINT', remember).removeListener('SIGTERM', remember);
	}
};
