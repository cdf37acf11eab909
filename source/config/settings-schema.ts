// What can be set, apart from what reads and writes the file: most starts find none, and a schema takes a while to load.
import * as z from 'zod';
import {latencyUnits, parseDuration} from '../core/units.ts';
import {BenchtopError} from '../errors.ts';
import {charsetChoices, depthChoices, layoutPresets, refreshLimits} from './view-choices.ts';

const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
	z.enum(choices, {error: `expected one of ${choices.map((choice) => `"${choice}"`).join(', ')}`});

const word = z.string({error: 'expected a word in quotes'}).min(1, 'expected a word in quotes');

const layoutSchema = z.strictObject(
	{
		preset: oneOf(layoutPresets).optional().describe('The panes that the board begins with.'),
		order: z
			.array(word, {error: 'expected a list of pane names'})
			.min(1, 'expected a list of pane names')
			.optional()
			.describe('Names of panes in the order they stand in; those left out follow.'),
		columns: z
			.array(z.number().positive('expected widths above 0').max(1000, 'expected widths up to 1000'), {
				error: 'expected a list of numbers',
			})
			.min(1, 'expected a list of numbers')
			.optional()
			.describe("Relative widths of the board's columns, from the left: [2, 1] makes the first twice as wide."),
	},
	{error: ({code}) => (code === 'unrecognized_keys' ? undefined : 'expected an object of preset, order and columns')},
);

const keysSchema = z.union([word, z.array(word).min(1)], {error: 'expected a key, or a list of keys'});

/** What a user can set for good. Every member may be missing. */
export const settingsSchema = z.strictObject(
	{
		theme: word.optional().describe('The theme of the full screen: a name, or "auto" to follow the terminal.'),
		charset: oneOf(charsetChoices)
			.optional()
			.describe('What charts are drawn with; "auto" follows terminal and locale.'),
		color: oneOf(depthChoices).optional().describe('How many colours are used; "auto" follows terminal and NO_COLOR.'),
		layout: layoutSchema.optional(),
		refresh: z
			.number({error: `expected a number of milliseconds from ${refreshLimits.least} to ${refreshLimits.most}`})
			.min(refreshLimits.least, `expected ${refreshLimits.least} milliseconds at least`)
			.max(refreshLimits.most, `expected ${refreshLimits.most} milliseconds at most`)
			.optional()
			.describe('Milliseconds between two frames while data arrives.'),
		units: oneOf(latencyUnits).optional().describe('The unit of latencies on the full screen.'),
		mouse: z
			.boolean({error: 'expected true or false'})
			.optional()
			.describe('Whether the full screen listens to the mouse, which then no longer selects text.'),
		keys: z
			.record(word, keysSchema, {error: 'expected an object of actions and their keys'})
			.optional()
			.describe('Keys by action, such as {"freeze": "f", "zoom": ["z", "enter"]}; the help (?) lists the actions.'),
		store: word.optional().describe('The history where no benchtop.yaml is near: a file, or a database URL.'),
	},
	{error: ({code}) => (code === 'unrecognized_keys' ? undefined : 'the settings are one object')},
);

export type Settings = z.infer<typeof settingsSchema>;

/** A setting by its dotted name. */
export type Setting = {
	readonly name: string;
	readonly about: string;
	/** Words for what holds without it. */
	readonly otherwise: string;
	readonly schema: z.ZodType;
};

const member = (schema: z.ZodObject, name: string, otherwise: string, within = ''): Setting => {
	const found = schema.shape[name];
	if (!(found instanceof z.ZodType)) throw new Error(`There is no setting ${name}.`);
	return {name: within + name, about: found.description ?? '', otherwise, schema: found};
};

/** Every setting that `benchtop config` knows, in its order. */
export const settingList: readonly Setting[] = [
	member(settingsSchema, 'theme', 'auto'),
	member(settingsSchema, 'charset', 'auto'),
	member(settingsSchema, 'color', 'auto'),
	member(layoutSchema, 'preset', 'all', 'layout.'),
	member(layoutSchema, 'order', 'the order of the panes themselves', 'layout.'),
	member(layoutSchema, 'columns', 'equal', 'layout.'),
	member(settingsSchema, 'refresh', '250'),
	member(settingsSchema, 'units', 'ms'),
	member(settingsSchema, 'mouse', 'false'),
	member(settingsSchema, 'keys', 'those of the help'),
	member(settingsSchema, 'store', 'your data folder'),
];

/** The setting of the keys of one action, such as 'keys.zoom'; `undefined` of any other name. */
export const keySetting = (name: string): Setting | undefined => {
	const action = /^keys\.([a-z][a-z-]*)$/i.exec(name)?.[1];
	return action === undefined
		? undefined
		: {
				name,
				about: `The keys of ${action}: a key, or several with commas.`,
				otherwise: 'those of the help',
				schema: keysSchema,
			};
};

/** Every part of a setting's name. */
export const settingNames = settingList.flatMap(({name}) => name.split('.'));

const readings = (text: string): readonly unknown[] => {
	const list = text.split(',').map((part) => part.trim());
	const numbers = list.every((part) => part !== '' && Number.isFinite(Number(part))) ? [list.map(Number)] : [];
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		json = undefined;
	}

	const duration = /[a-z]/i.test(text) ? parseDuration(text) : undefined;
	const several = list.length > 1 && list.every((part) => part !== '') ? [list] : [];
	return [json, duration, ...several, text, ...numbers, list].filter((reading) => reading !== undefined);
};

/**
 * The value that a word on the command line means for a setting: itself, JSON, a duration, or a list with commas. Throws a
 * BenchtopError that tells what is allowed.
 */
export const parseSetting = ({name, about, schema}: Setting, text: string): unknown => {
	for (const reading of readings(text)) {
		const parsed = schema.safeParse(reading);
		if (parsed.success) return parsed.data;
	}

	const [first] = readings(text);
	const issues = schema.safeParse(first).error?.issues ?? [];
	const [issue] = issues;
	throw new BenchtopError(`${name} cannot be ${JSON.stringify(text)}: ${issue?.message ?? 'it does not fit'}.`, {
		hint: about,
	});
};

/** What the settings say of a dotted name. */
export const settingOf = (settings: Settings, name: string): unknown => {
	let value: unknown = settings;
	for (const part of name.split('.')) {
		value =
			typeof value === 'object' && value !== null
				? Object.entries(value).find(([key]) => key === part)?.[1]
				: undefined;
	}

	return value;
};
