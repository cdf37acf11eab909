import type {Flags} from '../config/flags.ts';
import type {Setting} from '../config/settings-schema.ts';
import type {Command, Surroundings} from './command.ts';

type Action = (words: readonly string[], flags: Flags, surroundings: Surroundings) => Promise<number>;

const loadSettings = () => import('../config/settings.ts');
const loadSchema = () => import('../config/settings-schema.ts');

/** The setting of a name, `keys.zoom` included. Throws a BenchtopError that tells what there is. */
const settingNamed = async (name: string | undefined, use: string): Promise<Setting> => {
	const [{settingList, keySetting}, {BenchtopError}, {nearest}] = await Promise.all([
		loadSchema(),
		import('../errors.ts'),
		import('../core/nearest.ts'),
	]);
	const names = settingList.map((setting) => setting.name);
	if (name === undefined) {
		throw new BenchtopError(`Which setting? ${use}`, {hint: `Settings: ${names.join(', ')}.`});
	}

	const setting = settingList.find((each) => each.name === name) ?? keySetting(name);
	if (setting !== undefined) return setting;
	const meant = nearest(name, names);
	throw new BenchtopError(`There is no setting ${JSON.stringify(name)}.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Settings: ${names.join(', ')}.`,
	});
};

const refuseMore = async (more: readonly string[], use: string): Promise<void> => {
	if (more.length === 0) return;
	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(`${JSON.stringify(more[0])} is one word too many.`, {hint: use});
};

/** A value as it would be given to `config set`. */
const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const warn = ({stderr}: Surroundings, notices: readonly string[]): void => {
	for (const notice of notices) stderr.write(`benchtop: warning: ${notice}\n`);
};

const list: Action = async (_words, flags, surroundings) => {
	const [{readSettings}, {settingList, settingOf}, {alignColumns}, {printable}, {displayWidth}, {writeJson}] =
		await Promise.all([
			loadSettings(),
			loadSchema(),
			import('../export/columns.ts'),
			import('../core/printable.ts'),
			import('../core/width.ts'),
			import('./write-json.ts'),
		]);
	const {settings, notices, path} = await readSettings(surroundings.environment);
	warn(surroundings, notices);
	if (flags.has('json')) {
		writeJson(flags, surroundings, `${JSON.stringify({path, settings, notices}, undefined, '\t')}\n`);
		return 0;
	}

	const rows = settingList.map(({name, about, otherwise}) => {
		const value = settingOf(settings, name);
		return value === undefined ? [name, otherwise, 'default', about] : [name, printable(inWords(value)), 'file', about];
	});
	const columns = [{heading: 'setting'}, {heading: 'value'}, {heading: 'from'}, {heading: 'about'}];
	const {isTTY, columns: room = Number.POSITIVE_INFINITY} = surroundings.stdout;
	const full = alignColumns(columns, rows);
	const fits = isTTY !== true || full.every((line) => displayWidth(line) <= room);
	const lines = fits
		? full
		: alignColumns(
				columns.slice(0, 3),
				rows.map((cells) => cells.slice(0, 3)),
			);
	surroundings.stdout.write(`${[printable(path), '', ...lines].join('\n')}\n`);
	return 0;
};

const getUse = 'For example: benchtop config get theme';

const get: Action = async ([name, ...more], flags, surroundings) => {
	const [setting, {readSettings}, {settingOf}, {printable}, {writeJson}] = await Promise.all([
		settingNamed(name, getUse),
		loadSettings(),
		loadSchema(),
		import('../core/printable.ts'),
		import('./write-json.ts'),
	]);
	await refuseMore(more, getUse);
	const {settings, notices} = await readSettings(surroundings.environment);
	warn(surroundings, notices);
	const value = settingOf(settings, setting.name);
	if (flags.has('json')) writeJson(flags, surroundings, `${JSON.stringify(value ?? null)}\n`);
	else surroundings.stdout.write(`${value === undefined ? setting.otherwise : printable(inWords(value))}\n`);
	return 0;
};

const save = async (setting: Setting, value: unknown, {environment}: Surroundings): Promise<void> => {
	const [{saveSettings}, {BenchtopError}] = await Promise.all([loadSettings(), import('../errors.ts')]);
	const fault = await saveSettings(environment, [[setting.name, value]]);
	if (fault !== undefined) throw new BenchtopError(fault, {hint: 'benchtop config shows what is set.'});
};

/** Refuses keys that could not be: beside those that are set, since a key may mean one thing only. */
const checkKeys = async ({name}: Setting, value: unknown, {environment}: Surroundings): Promise<void> => {
	const [root, action] = name.split('.');
	if (root !== 'keys') return;
	const [{readSettings}, {settingsSchema}, {keyFaults}, {BenchtopError}] = await Promise.all([
		loadSettings(),
		loadSchema(),
		import('../tui/index.tsx'),
		import('../errors.ts'),
	]);
	const before = (await readSettings(environment)).settings.keys ?? {};
	const {keys} = settingsSchema.parse({keys: action === undefined ? value : {[action]: value}});
	// Put in last, so that what was set before is not what gives way.
	const others = Object.entries(before).filter(([each]) => each !== action);
	const faults = keyFaults(action === undefined ? (keys ?? {}) : {...Object.fromEntries(others), ...keys});
	const fault = faults.find((each) => action === undefined || each.action === action);
	if (fault !== undefined) throw new BenchtopError(fault.message, {hint: fault.hint});
};

const setUse = 'For example: benchtop config set theme light';

const set: Action = async ([name, text, ...more], _flags, surroundings) => {
	const [setting, {parseSetting}, {printable}, {BenchtopError}] = await Promise.all([
		settingNamed(name, setUse),
		loadSchema(),
		import('../core/printable.ts'),
		import('../errors.ts'),
	]);
	await refuseMore(more, 'Put a value with spaces in quotes.');
	if (text === undefined) throw new BenchtopError(`To what is ${setting.name} to be set?`, {hint: setting.about});
	const value = parseSetting(setting, text);
	if (setting.name === 'theme' && value !== 'auto') {
		const {readThemes, themeNamed} = await import('../config/themes.ts');
		themeNamed((await readThemes(surroundings.environment)).themes, text);
	}

	await checkKeys(setting, value, surroundings);
	await save(setting, value, surroundings);
	surroundings.stdout.write(`${printable(setting.name)} is now ${printable(inWords(value))}.\n`);
	return 0;
};

const unsetUse = 'For example: benchtop config unset theme';

const unset: Action = async ([name, ...more], _flags, surroundings) => {
	const [setting, {printable}] = await Promise.all([settingNamed(name, unsetUse), import('../core/printable.ts')]);
	await refuseMore(more, unsetUse);
	await save(setting, undefined, surroundings);
	surroundings.stdout.write(`${printable(setting.name)} is the default again: ${setting.otherwise}.\n`);
	return 0;
};

const path: Action = async (more, _flags, {stdout, environment}) => {
	const {settingsPath} = await loadSettings();
	await refuseMore(more, 'benchtop config path stands alone.');
	stdout.write(`${settingsPath(environment)}\n`);
	return 0;
};

const actions: Readonly<Record<string, Action>> = {list, get, set, unset, path};

/** `benchtop config`: what holds for every run. */
export const config: Command = {
	name: 'config',
	usage: '[get <key> | set <key> <value> | unset <key> | path]',
	about: 'show or change the settings',
	options: [
		{
			name: 'json',
			value: 'FILE',
			optional: true,
			about: 'list, get: JSON, to a file or alone to standard output',
		},
	],
	examples: [
		['benchtop config set theme colorblind', 'for every run from now on'],
		['benchtop config set layout.columns 2,1', 'the first column twice as wide'],
		['benchtop config set keys.zoom z,enter', 'other keys for an action'],
	],
	run: async (words, flags, surroundings) => {
		const [word = 'list', ...rest] = words;
		const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
		if (action !== undefined) return action(rest, flags, surroundings);
		const [{BenchtopError}, {nearest}] = await Promise.all([import('../errors.ts'), import('../core/nearest.ts')]);
		const meant = nearest(word, Object.keys(actions));
		throw new BenchtopError(`benchtop config knows no ${JSON.stringify(word)}.`, {
			hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}One of: ${Object.keys(actions).join(', ')}.`,
		});
	},
};
