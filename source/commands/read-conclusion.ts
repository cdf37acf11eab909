import type {Flags} from '../config/flags.ts';
import {inconclusiveChoices} from '../core/gate.ts';
import {BenchtopError} from '../errors.ts';
import type {Surroundings} from './command.ts';
import type {Conclusion} from './conclude.ts';
import {fitsFullScreen, isListenedTo} from './full-screen.ts';
import {readLook} from './look.ts';
import type {ViewMode} from './view.ts';

/** Reads the view flags; opens the output file, so that it is known to be writable before any load. */
export const readConclusion = async (flags: Flags, surroundings: Surroundings): Promise<Conclusion> => {
	const file = flags.text('json');
	const toStdout = flags.has('json') && (file === '' || file === '-');
	if (toStdout && flags.has('ndjson')) {
		throw new BenchtopError('--json and --ndjson both want standard output.', {
			hint: 'Give --json a file: --json=report.json',
		});
	}

	const quiet = flags.has('quiet');
	const mode: ViewMode = flags.has('ndjson')
		? 'ndjson'
		: toStdout || quiet
			? 'silent'
			: flags.has('screen-reader') || (isListenedTo(surroundings) && !flags.has('plain'))
				? 'spoken'
				: !flags.has('plain') && fitsFullScreen(surroundings)
					? 'terminal'
					: 'plain';
	const look = await readLook(flags, surroundings);
	if (mode !== 'terminal' && !quiet) {
		for (const notice of look.notices) surroundings.stderr.write(`benchtop: warning: ${notice}\n`);
	}

	const inconclusive = flags.choice('inconclusive', inconclusiveChoices);
	return {
		mode,
		quiet,
		...(inconclusive === undefined ? {} : {inconclusive}),
		look,
		json: toStdout
			? 'stdout'
			: file === undefined
				? undefined
				: (await import('./output.ts')).openOutput(file, surroundings.folder),
	};
};
