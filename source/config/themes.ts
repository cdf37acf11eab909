import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {byNearness} from '../core/nearest.ts';
import {builtInThemes, findTheme, type Theme} from '../core/theme.ts';
import {BenchtopError} from '../errors.ts';
import {settingsFolder} from './settings-folder.ts';

const filesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder)
			.filter((name) => name.endsWith('.json'))
			.sort()
			.map((name) => join(folder, name));
	} catch {
		// There is none: the usual case.
		return [];
	}
};

/** Where a user's themes are. */
export const themesFolder = (environment: Readonly<Record<string, string | undefined>>): string =>
	join(settingsFolder(environment), 'themes');

/**
 * Every theme, with the file of those that are a user's. One of theirs replaces one of ours of the same name. What reads
 * a file is loaded where there is one.
 */
export const readThemes = async (
	environment: Readonly<Record<string, string | undefined>>,
): Promise<{
	readonly themes: readonly Theme[];
	/** By name. */
	readonly files: ReadonlyMap<string, string>;
	readonly notices: readonly string[];
	/** Files that are no themes. */
	readonly broken: ReadonlyArray<{readonly file: string; readonly notices: readonly string[]}>;
}> => {
	const themes = new Map(builtInThemes.map((theme) => [theme.name, theme]));
	const files = new Map<string, string>();
	const notices: string[] = [];
	const broken: Array<{readonly file: string; readonly notices: readonly string[]}> = [];
	for (const file of filesIn(themesFolder(environment))) {
		const {readTheme} = await import('./theme-file.ts');
		const reading = readTheme(file);
		notices.push(...reading.notices);
		if (reading.theme === undefined) {
			broken.push({file, notices: reading.notices});
			continue;
		}

		const {name} = reading.theme;
		const other = files.get(name);
		if (other !== undefined)
			notices.push(`${file}: ${other} is called "${name}" as well, and is passed over. Rename one.`);
		themes.set(name, reading.theme);
		files.set(name, file);
	}

	return {themes: [...themes.values()], files, notices, broken};
};

/** The theme of a name. Throws a BenchtopError that tells the nearest names when there is none. */
export const themeNamed = (themes: readonly Theme[], name: string): Theme => {
	const found = findTheme(themes, name);
	if (found !== undefined) return found;
	const near = byNearness(
		name,
		themes.map((theme) => theme.name),
	).map((known) => `"${known}"`);
	throw new BenchtopError(`There is no theme ${JSON.stringify(name)}.`, {hint: `Themes: ${near.join(', ')}.`});
};
