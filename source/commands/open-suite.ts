import type {Flags, Option} from '../config/flags.ts';
import type {Suite} from '../config/suite.ts';
import {BenchtopError} from '../errors.ts';
import type {Surroundings} from './command.ts';

/** Which suite file, of every command that reads one. */
export const suiteOption: Option = {
	name: 'suite',
	value: 'FILE',
	about: 'the suite file',
	otherwise: 'benchtop.yaml, .json, .ts or .js, here or in a folder above',
};

/** Reads the suite file that the flags name, or the one of the folder. Rejects with a BenchtopError where there is none. */
export const openSuite = async (flags: Flags, {folder, environment}: Surroundings): Promise<Suite> => {
	const [{findSuite, readSuite}, {resolve}] = await Promise.all([import('../config/suite.ts'), import('node:path')]);
	const given = flags.text('suite');
	const file = given === undefined ? findSuite(folder) : resolve(folder, given);
	if (file === undefined) {
		throw new BenchtopError(`There is no benchtop.yaml in ${folder} or above.`, {
			hint: 'benchtop init writes one; --suite FILE names another file; benchtop <url> needs none.',
		});
	}

	return readSuite(file, environment);
};
