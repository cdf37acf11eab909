import type {Flags} from '../config/flags.ts';
import type {RunPlan} from '../core/plan.ts';
import type {RunnerOrder} from '../run/order.ts';
import type {Surroundings} from './command.ts';
import {checkKeeping} from './keeping.ts';

/** What a runner is started with: where the flags want the run kept, and what it is shown against. */
export const runOrder = async (plan: RunPlan, flags: Flags, surroundings: Surroundings): Promise<RunnerOrder> => {
	const [{runtimeFolder}, {runsFolder}, {historyLocation}] = await Promise.all([
		import('../run/runtime-folder.ts'),
		import('../store/location.ts'),
		import('./history-location.ts'),
	]);
	const runtime = runtimeFolder(surroundings.environment);
	checkKeeping(flags);
	const location = flags.has('no-save') ? undefined : await historyLocation(flags, surroundings);
	const baseline = flags.text('baseline');
	return {
		plan,
		...(baseline === undefined ? {} : {baseline}),
		...(location === undefined ? {} : {store: location}),
		logs: location === undefined ? runtime : runsFolder(location),
		runtime,
		folder: surroundings.folder,
	};
};
