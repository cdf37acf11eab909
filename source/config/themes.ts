import {readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {byNearness} from '../core/nearest.ts';
import {builtInThemes, completeTheme, findTheme, type Theme, themeFileSchema, tokens} from '../core/theme.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {type Fault, faultLine, readJson} from './json-document.ts';
import {settingsFolder} from './settings-folder.ts';

/** A theme file, read: the theme if it is one, and what is wrong with it as lines with file, line and column. */
export type ThemeReading = {readonly theme: Theme | undefined; readonly notices: readonly string[]};

const styleMembers = ['fg', 'bg', 'bold', 'dim', 'italic', 'underline', 'inverse'];
const names = [...styleMembers, ...tokens, ...Object.keys(themeFileSchema.shape)];

const advice: Readonly<Record<Fault['kind'], string>> = {
	text: 'The theme is left out until the file is JSON.',
	invalid: 'The theme is left out until this is put right.',
	unknown: 'It is passed over.',
};

/** The theme that a text describes. A member that is not known is passed over; anything else that is wrong rejects it. */
export const parseTheme = (text: string, file: string): ThemeReading => {
	const {value, faults} = readJson(text, themeFileSchema, names);
	const notices = faults.map((fault) => `${faultLine(file, fault)}. ${advice[fault.kind]}`);
	if (value === undefined || faults.some(({kind}) => kind !== 'unknown')) return {theme: undefined, notices};
	const name = value.name ?? basename(file, '.json');
	const {success} = themeFileSchema.shape.name.safeParse(name);
	return success
		? {theme: completeTheme(value, name), notices}
		: {
				theme: undefined,
				notices: [...notices, `${file}: a theme cannot be called ${JSON.stringify(name)}. Give it a "name".`],
			};
};

/** Reads a theme file. What cannot be read is a notice. */
export const readTheme = (file: string): ThemeReading => {
	try {
		return parseTheme(readFileSync(file, 'utf8'), file);
	} catch (error) {
		return {theme: undefined, notices: [`The theme ${file} cannot be read: ${messageOf(error)}`]};
	}
};

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

/** Every theme, with the file of those that are a user's. One of theirs replaces one of ours of the same name. */
export const readThemes = (
	environment: Readonly<Record<string, string | undefined>>,
): {
	readonly themes: readonly Theme[];
	/** By name. */
	readonly files: ReadonlyMap<string, string>;
	readonly notices: readonly string[];
	/** Files that are no themes. */
	readonly broken: ReadonlyArray<{readonly file: string; readonly notices: readonly string[]}>;
} => {
	const themes = new Map(builtInThemes.map((theme) => [theme.name, theme]));
	const files = new Map<string, string>();
	const notices: string[] = [];
	const broken: Array<{readonly file: string; readonly notices: readonly string[]}> = [];
	for (const file of filesIn(themesFolder(environment))) {
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
