// Which file is a project's suite: said once, since the history lies beside it.
import {existsSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';

/** What the suite file of a project may be called. */
export const suiteFileNames = [
	'benchtop.yaml',
	'benchtop.yml',
	'benchtop.json',
	'benchtop.ts',
	'benchtop.js',
	'benchtop.mjs',
] as const;

/**
 * The suite files of the nearest folder that has any, from this one upwards; absolute. More than one: nobody can know which
 * is meant.
 */
export const suiteFilesAbove = (folder: string): readonly string[] => {
	for (let here = resolve(folder); ; here = dirname(here)) {
		const found = suiteFileNames.map((name) => join(here, name)).filter((file) => existsSync(file));
		if (found.length > 0 || dirname(here) === here) return found;
	}
};
