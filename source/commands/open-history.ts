import type {Flags, Option} from '../config/flags.ts';
import {keepOptions} from '../config/options.ts';
import type {Store} from '../store/store.ts';
import type {Surroundings} from './command.ts';

/** The flags of every command that reads the history. */
export const historyOptions: readonly Option[] = keepOptions.filter(({name}) => name === 'store');

/** Opens the history that the flags and the folder mean, and closes it whatever happens. */
export const withHistory = async <T>(
	flags: Flags,
	{folder, environment, stderr}: Surroundings,
	use: (store: Store) => Promise<T>,
): Promise<T> => {
	const [{openStore}, {runsFolder, storeLocation}, {recoverRuns}, {messageOf}, {readSettings}] = await Promise.all([
		import('../store/index.ts'),
		import('../store/location.ts'),
		import('../run/recover.ts'),
		import('../errors.ts'),
		import('../config/settings.ts'),
	]);
	const setting = readSettings(environment).settings.store;
	const location = storeLocation({store: flags.text('store'), setting, folder, environment});
	const store = await openStore(location);
	try {
		await recoverRuns(store, runsFolder(location)).catch((error: unknown) =>
			stderr.write(
				`benchtop: runs that a killed process left could not be taken into the history: ${messageOf(error)}\n`,
			),
		);
		return await use(store);
	} finally {
		await store.close();
	}
};
