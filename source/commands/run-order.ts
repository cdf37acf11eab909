import type {Flags} from '../config/flags.ts';
import type {RunnerOrder} from '../run/order.ts';
import type {Surroundings} from './command.ts';
import {checkKeeping} from './keeping.ts';

/**
 * What a runner is started with besides its runs: where the flags want the run kept, and what it is shown against. Rejects
 * with a BenchtopError where that can be no place.
 */
export const runOrder = async (
	flags: Flags,
	surroundings: Surroundings,
): Promise<Omit<RunnerOrder, 'runs' | 'around' | 'secrets'>> => {
	const [{runtimeFolder}, {runsFolder}, {checkStore}, {historyLocation}] = await Promise.all([
		import('../run/runtime-folder.ts'),
		import('../store/location.ts'),
		import('../store/index.ts'),
		import('./history-location.ts'),
	]);
	const runtime = runtimeFolder(surroundings.environment);
	checkKeeping(flags);
	const location = flags.has('no-save') ? undefined : await historyLocation(flags, surroundings);
	if (location !== undefined) checkStore(location);
	const baseline = flags.text('baseline');
	return {
		...(baseline === undefined ? {} : {baseline}),
		...(location === undefined ? {} : {store: location}),
		logs: location === undefined ? runtime : runsFolder(location),
		runtime,
		folder: surroundings.folder,
	};
};
