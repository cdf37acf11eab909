import {relative} from 'node:path';
import * as z from 'zod';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';

/** A duration as people write it in a suite file: '500ms', '30s'. */
export const durationText = z
	.string()
	.refine((text) => (parseDuration(text) ?? 0) > 0, {error: 'a duration is written as 500ms, 30s or 5m'});

/** Milliseconds of a text that `durationText` accepts. */
export const timeOf = (text: string): number => parseDuration(text) ?? 0;

/**
 * The files that names and patterns mean in a folder, sorted and each once; relative to it. Throws a BenchtopError (exit
 * code 2) for a pattern that nothing fits.
 */
export const filesOf = async (
	member: string,
	patterns: readonly string[],
	folder: string,
): Promise<readonly string[]> => {
	const {glob, isDynamicPattern} = await import('tinyglobby');
	const found = new Set<string>();
	for (const pattern of patterns) {
		if (!isDynamicPattern(pattern)) {
			found.add(pattern);
			continue;
		}

		const files = await glob([pattern], {cwd: folder, absolute: true, ignore: ['**/node_modules/**', '**/*.d.ts']});
		if (files.length === 0) {
			throw new BenchtopError(`${member}: no file fits ${pattern}.`, {hint: `It is looked for in ${folder}.`});
		}

		for (const file of files.sort()) found.add(relative(folder, file));
	}

	return [...found];
};
