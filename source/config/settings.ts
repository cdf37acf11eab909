import {accessSync, constants, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {messageOf} from '../errors.ts';
import {makeFolder} from '../operating-system.ts';
import {settingsFolder} from './settings-folder.ts';
import type {Settings} from './settings-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings file. */
export const settingsPath = (environment: Environment): string => join(settingsFolder(environment), 'config.json');

export type ReadSettings = {
	readonly settings: Settings;
	/** What of the file could not be used, where, and what to do. */
	readonly notices: readonly string[];
	readonly path: string;
};

/** What a text holds; undefined when it is no JSON. */
const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/**
 * Reads the settings. Never writes, never throws: what cannot be used is a notice, and the rest holds. What checks them is
 * loaded where there are any, and what finds the place of a fault where there is one.
 */
export const readSettings = async (environment: Environment): Promise<ReadSettings> => {
	const path = settingsPath(environment);
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		const missing = !existsSync(path);
		return {settings: {}, notices: missing ? [] : [`The settings cannot be read: ${messageOf(error)}`], path};
	}

	if (text.trim() === '') return {settings: {}, notices: [], path};
	const {settingNames, settingsSchema} = await import('./settings-schema.ts');
	const sound = settingsSchema.safeParse(parsed(text));
	if (sound.success) return {settings: sound.data, notices: [], path};
	const [{readJson}, {faultLine}] = await Promise.all([import('./json-document.ts'), import('./fault.ts')]);
	const {value, faults} = readJson(text, settingsSchema, settingNames);
	const notices = faults.map((fault) => {
		const consequence = {
			text: 'No setting holds until the file is JSON.',
			unknown: 'It is passed over.',
			invalid: 'This setting is passed over.',
		}[fault.kind];
		return `${faultLine(path, fault)}. ${consequence}`;
	});
	return {settings: value ?? {}, notices, path};
};

/** A setting that is to change: its dotted name, and its value, or undefined to take it out of the file. */
export type SettingChange = readonly [name: string, value: unknown];

/**
 * Writes changes into the settings file, which is replaced as a whole or not at all. Returns what went wrong as a notice.
 * Not to be called while a run is shown: it blocks.
 */
export const saveSettings = async (
	environment: Environment,
	changes: readonly SettingChange[],
): Promise<string | undefined> => {
	const path = settingsPath(environment);
	const folder = settingsFolder(environment);
	try {
		// In a folder that cannot be made or written to, conf would try for seconds, or for ever.
		makeFolder(folder);
		accessSync(folder, constants.W_OK);
		const {default: Conf} = await import('conf');
		const conf = new Conf({
			projectName: 'benchtop',
			projectSuffix: '',
			cwd: folder,
			// An empty file sets nothing, as `readSettings` has it; conf would take it for broken.
			deserialize: (text) => (text.trim() === '' ? {} : JSON.parse(text)),
		});
		for (const [name, value] of changes) {
			if (value === undefined) conf.delete(name);
			else conf.set(name, value);
		}

		return undefined;
	} catch (error) {
		return error instanceof SyntaxError
			? `${path} is not JSON, so nothing was written. Put it right, or remove it.`
			: `The settings cannot be written to ${path}: ${messageOf(error)}. XDG_CONFIG_HOME names another place.`;
	}
};
