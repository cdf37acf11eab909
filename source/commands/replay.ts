import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {keepOptions, viewOptions} from '../config/options.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

export const replay: Command = {
	name: 'replay',
	usage: '<run>',
	about: 'an ended run again, from its event log: an id, or the path of a log',
	options: [
		...viewOptions,
		...keepOptions.filter(({name}) => name === 'store'),
		{name: 'speed', value: 'N', about: 'times its own pace', otherwise: '1 on the full screen, else at once'},
	],
	run: async (words, flags, surroundings) => {
		const [wanted, ...more] = words;
		if (wanted === undefined || more.length > 0) {
			throw new BenchtopError('benchtop replay takes one run.', {hint: 'benchtop history lists the runs.'});
		}

		const [
			{readConclusion, showRun},
			{readBegan, readLog, unsavedEnding, savedEnding},
			{replayRun},
			{runsFolder, storeLocation},
			{readSettings},
		] = await Promise.all([
			import('./run-and-show.ts'),
			import('../run/log.ts'),
			import('../run/replay.ts'),
			import('../store/location.ts'),
			import('../config/settings.ts'),
		]);
		const logs = runsFolder(
			storeLocation({
				store: flags.text('store'),
				setting: readSettings(surroundings.environment).settings.store,
				folder: surroundings.folder,
				environment: surroundings.environment,
			}),
		);
		const isLog = (name: string): boolean => name.endsWith(savedEnding) || name.endsWith(unsavedEnding);
		const found =
			wanted.includes('/') || isLog(wanted)
				? [wanted]
				: (existsSync(logs) ? readdirSync(logs) : [])
						.filter((name) => isLog(name) && name.startsWith(wanted))
						.map((name) => join(logs, name));
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

		const conclusion = readConclusion(flags, surroundings);
		const speed = flags.number('speed', {least: 0.01});
		// The full screen keeps the pace itself, since it can also go back.
		const source =
			conclusion.mode === 'terminal'
				? {...replayRun(readLog(path), Number.POSITIVE_INFINITY), speed: speed ?? 1}
				: replayRun(readLog(path), speed ?? Number.POSITIVE_INFINITY);
		return showRun(source, conclusion, flags, surroundings);
	},
};
