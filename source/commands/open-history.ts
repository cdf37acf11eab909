import type {Flags, Option} from '../config/flags.ts';
import {keepOptions} from '../config/options.ts';
import type {Store} from '../store/store.ts';
import type {Surroundings} from './command.ts';

/** The flags of every command that reads the history. */
export const historyOptions: readonly Option[] = keepOptions.filter(({name}) => name === 'store');

/** Opens the history that the flags and the folder mean, and closes it whatever happens. `warn`: where the screen is taken. */
export const withHistory = async <T>(
	flags: Flags,
	surroundings: Surroundings,
	use: (store: Store) => Promise<T>,
	warn: (text: string) => void = (text) => surroundings.stderr.write(`benchtop: ${text}\n`),
): Promise<T> => {
	const [{openStore}, {runsFolder}, {recoverRuns}, {messageOf}, {historyLocation}] = await Promise.all([
		import('../store/index.ts'),
		import('../store/location.ts'),
		import('../run/recover.ts'),
		import('../errors.ts'),
		import('./history-location.ts'),
	]);
	const location = await historyLocation(flags, surroundings);
	const store = await openStore(location);
	try {
		await recoverRuns(store, runsFolder(location)).catch((error: unknown) =>
			warn(`runs that a killed process left could not be taken into the history: ${messageOf(error)}`),
		);
		return await use(store);
	} finally {
		await store.close();
	}
};
