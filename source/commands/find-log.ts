import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Flags} from '../config/flags.ts';
import {BenchtopError} from '../errors.ts';
import {readBegan, savedEnding, unsavedEnding} from '../run/log.ts';
import {runsFolder} from '../store/location.ts';
import type {Surroundings} from './command.ts';
import {historyLocation} from './history-location.ts';

const isLog = (name: string): boolean => name.endsWith(savedEnding) || name.endsWith(unsavedEnding);

/** Where the event logs of the history lie that the flags and the folder mean. */
export const logsFolder = async (flags: Flags, surroundings: Surroundings): Promise<string> =>
	runsFolder(await historyLocation(flags, surroundings));

/** The logs in a folder of runs whose id begins so. */
const logsOf = (id: string, logs: string): readonly string[] =>
	(existsSync(logs) ? readdirSync(logs) : [])
		.filter((name) => isLog(name) && name.startsWith(id))
		.map((name) => join(logs, name));

/** The logs of runs in a folder, by their whole ids. */
export const logsOfRuns = (ids: ReadonlySet<string>, logs: string): readonly string[] =>
	(existsSync(logs) ? readdirSync(logs) : [])
		.filter((name) =>
			[savedEnding, unsavedEnding].some((end) => name.endsWith(end) && ids.has(name.slice(0, -end.length))),
		)
		.map((name) => join(logs, name));

/** The one event log of a run: by the beginning of its id, or by its path. Rejects with a BenchtopError when there is none. */
export const findLog = async (wanted: string, logs: string): Promise<string> => {
	const found = wanted.includes('/') || isLog(wanted) ? [wanted] : logsOf(wanted, logs);
	const [path] = found;
	if (path === undefined || !existsSync(path)) {
		throw new BenchtopError(`There is no event log for ${JSON.stringify(wanted)} in ${logs}.`, {
			hint: 'benchtop history lists the runs; --store names another history.',
		});
	}

	if (found.length > 1) {
		throw new BenchtopError(`${JSON.stringify(wanted)} fits ${found.length} runs.`, {hint: 'Give more of its id.'});
	}

	if ((await readBegan(path)) === undefined) {
		throw new BenchtopError(`${path} is no event log of benchtop.`, {hint: 'benchtop history lists the runs.'});
	}

	return path;
};
