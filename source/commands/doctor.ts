import {keepOptions} from '../config/options.ts';
import type {Command} from './command.ts';

/** `benchtop doctor`: is this host fit to measure on? */
export const doctor: Command = {
	name: 'doctor',
	usage: '',
	about: 'is this host fit to measure on? what disturbs, how much runs differ, what to do about it',
	options: [
		{name: 'quick', about: 'only look; leave out the runs that tell how much runs differ here'},
		{name: 'rounds', value: 'N', about: 'runs alike to tell that by', otherwise: '8'},
		{name: 'duration', short: 'd', value: 'TIME', about: 'time that each of them measures', otherwise: '2s'},
		{name: 'strict', about: 'fail (exit code 1) on a warning too, not only on what is bad'},
		{name: 'json', value: 'FILE', optional: true, about: 'one JSON document, to a file or alone to standard output'},
		...keepOptions.filter(({name}) => name === 'store'),
	],
	examples: [
		['benchtop doctor --quick', 'a look in three seconds'],
		['benchtop doctor --json=host.json --strict', 'in CI: recorded beside the results, and failed on a noisy host'],
	],
	run: async (words, flags, surroundings) => {
		const [{BenchtopError}, {examineAndTell}] = await Promise.all([
			import('../errors.ts'),
			import('./examine-host.ts'),
		]);
		if (words.length > 0) {
			throw new BenchtopError(`benchtop doctor takes no ${JSON.stringify(words[0])}.`, {
				hint: 'It looks at the host it runs on. For example: benchtop doctor --quick',
			});
		}

		const rounds = flags.integer('rounds', {least: 3, most: 100});
		const duration = flags.duration('duration', {least: 100, most: 600_000});
		const quick = flags.has('quick');
		if (quick && (rounds !== undefined || duration !== undefined)) {
			throw new BenchtopError('--quick makes no runs: it excludes --rounds and --duration.', {
				hint: 'Leave one of them out.',
			});
		}

		const noise = quick ? undefined : {rounds: rounds ?? 8, duration: duration ?? 2000};
		return examineAndTell({noise, strict: flags.has('strict')}, flags, surroundings);
	},
};
