import type {Flags} from '../config/flags.ts';
import type {Surroundings} from './command.ts';
import {openOutput} from './output.ts';

/** Whether `--json` wants the document alone on standard output. */
export const wantsJsonAlone = (flags: Flags): boolean => {
	const file = flags.text('json');
	return file === '' || file === '-';
};

/** Writes a document to where `--json` says. Throws a BenchtopError when the file cannot be written. */
export const writeJson = (flags: Flags, {stdout, folder}: Surroundings, document: string): void => {
	const file = flags.text('json');
	if (file === undefined || wantsJsonAlone(flags)) stdout.write(document);
	else openOutput(file, folder).write(document);
};
