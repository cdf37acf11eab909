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

		const [{readConclusion}, {showRun}, {readLog}, {replayRun}, {findLog, logsFolder}] = await Promise.all([
			import('./read-conclusion.ts'),
			import('./show-run.ts'),
			import('../run/log.ts'),
			import('../run/replay.ts'),
			import('./find-log.ts'),
		]);
		const path = await findLog(wanted, await logsFolder(flags, surroundings));
		const conclusion = await readConclusion(flags, surroundings);
		const speed = flags.number('speed', {least: 0.01});
		// The full screen keeps the pace itself, since it can also go back.
		const source =
			conclusion.mode === 'terminal'
				? {...replayRun(readLog(path), Number.POSITIVE_INFINITY), speed: speed ?? 1}
				: replayRun(readLog(path), speed ?? Number.POSITIVE_INFINITY);
		return showRun(source, conclusion, flags, surroundings);
	},
};
