import type {Flags} from '../config/flags.ts';
import {readSettings} from '../config/settings.ts';
import {storeLocation} from '../store/location.ts';
import type {Surroundings} from './command.ts';

/** The history that flags, folder, settings and environment mean, in this order. */
export const historyLocation = async (flags: Flags, {folder, environment}: Surroundings): Promise<string> =>
	storeLocation({
		store: flags.text('store'),
		setting: (await readSettings(environment)).settings.store,
		folder,
		environment,
	});
