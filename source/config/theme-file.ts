import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {type Theme, tokens} from '../core/theme.ts';
import {completeTheme, themeFileSchema} from '../core/theme-file.ts';
import {messageOf} from '../errors.ts';
import {type Fault, faultLine} from './fault.ts';
import {readJson} from './json-document.ts';

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
