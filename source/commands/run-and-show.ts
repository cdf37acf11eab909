import type {Flags} from '../config/flags.ts';
import type {RunPlan} from '../core/plan.ts';
import type {RunningRun} from '../run/registry.ts';
import type {Surroundings} from './command.ts';
import {openFullScreen} from './full-screen.ts';
import {checkKeeping} from './keeping.ts';
import {readConclusion} from './read-conclusion.ts';
import {runOrder} from './run-order.ts';

/**
 * Starts a run in a process of its own and shows it. The viewer does not wait for that process, or for a plan that
 * depends on something to be started first: it shows that it waits.
 */
export const runAndShow = async (
	plan: RunPlan | Promise<RunPlan>,
	flags: Flags,
	surroundings: Surroundings,
): Promise<number> => {
	checkKeeping(flags);
	const conclusion = await readConclusion(flags, surroundings);
	const order = await runOrder(flags, surroundings);
	const launch = async (): Promise<RunningRun> => {
		const {launchRun} = await import('../run/launch.ts');
		return launchRun({...order, runs: [{plan: await plan}]}, flags.has('debug'));
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
		const [{followRun}, {showRun}] = await Promise.all([import('../run/follow.ts'), import('./show-run.ts')]);
		const source = followRun(launched);
		try {
			return await showRun(source, conclusion, flags, surroundings, {opening, interrupted: () => early});
		} finally {
			source.close();
		}
	} finally {
		opening?.taken.close();
		process.removeListener('SIGINT', remember).removeListener('SIGTERM', remember);
	}
};
