import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {readSettings, saveSettings, settingsPath} from '../../source/config/settings.ts';
import {settingsFolder} from '../../source/config/settings-folder.ts';
import {parseSetting, settingList, settingOf, settingsSchema} from '../../source/config/settings-schema.ts';

let folder: string;
const environment = () => ({XDG_CONFIG_HOME: folder});
const write = (text: string): void => {
	mkdirSync(join(folder, 'benchtop'), {recursive: true});
	writeFileSync(settingsPath(environment()), text);
};

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-settings-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('the folder', () => {
	test.each([
		[{XDG_CONFIG_HOME: '/x', HOME: '/h'}, 'darwin', '/x/benchtop'],
		[{XDG_CONFIG_HOME: 'x', HOME: '/h'}, 'linux', '/h/.config/benchtop'],
		[{HOME: '/h'}, 'darwin', '/h/Library/Preferences/benchtop'],
		[{USERPROFILE: '/h', APPDATA: '/r'}, 'win32', '/r/benchtop/Config'],
	] as const)('%o on %s: %s', (variables, platform, expected) => {
		expect(settingsFolder(variables, platform)).toBe(expected);
	});
});

describe('reading settings', () => {
	test('nothing there, or an empty file: none, not a word, and nothing is made', async () => {
		expect(await readSettings(environment())).toEqual({settings: {}, notices: [], path: settingsPath(environment())});
		expect(readdirSync(folder)).toEqual([]);
		write('\n');
		expect(await readSettings(environment())).toMatchObject({settings: {}, notices: []});
	});

	test('every setting', async () => {
		const settings = {
			theme: 'auto',
			charset: 'block',
			color: '16',
			layout: {preset: 'latency', order: ['events'], columns: [2, 1]},
			refresh: 250,
			units: 'us',
			mouse: true,
			keys: {freeze: 'f', zoom: ['z', 'enter']},
			store: 'sqlite:/x.db',
		};
		write(JSON.stringify(settings));
		expect(await readSettings(environment())).toMatchObject({settings, notices: []});
		for (const {name} of settingList) expect(settingOf(settingsSchema.parse(settings), name), name).toBeDefined();
	});

	test('the valid rest holds; each fault has its place and what follows from it', async () => {
		write(
			'{\n\t"theme": 3,\n\t"refresh": 5,\n\t"clor": "16",\n\t"layout": {"preset": "lat", "columns": [2, -1], "order": ["a"]},\n\t"keys": {"zoom": 1, "freeze": "f"},\n\t"units": "s"\n}',
		);
		const {settings, notices, path} = await readSettings(environment());
		expect(settings).toEqual({layout: {order: ['a']}, keys: {freeze: 'f'}, units: 's'});
		expect(notices).toEqual([
			`${path}:2:11: theme: expected a word in quotes. This setting is passed over.`,
			`${path}:3:13: refresh: expected 100 milliseconds at least. This setting is passed over.`,
			`${path}:4:2: clor is not known (did you mean "color"?). It is passed over.`,
			`${path}:5:23: layout.preset: expected one of "all", "latency", "resources", "compare". This setting is passed over.`,
			`${path}:5:45: layout.columns.1: expected widths above 0. This setting is passed over.`,
			`${path}:6:19: keys.zoom: expected a key, or a list of keys. This setting is passed over.`,
		]);
	});

	test.each([
		['{"theme": "dark",}', '1:18: "}" is not expected here. No setting holds until the file is JSON.'],
		['{"theme":\n', '2:1: Unexpected end of input'],
		['[]', '1:1: the settings are one object. This setting is passed over.'],
		['{"layout": 3}', '1:12: layout: expected an object of preset, order and columns.'],
		['{"__proto__": {"theme": "dark"}}', '1:2: '],
	])('%j is a notice', async (text, message) => {
		write(text);
		const {settings, notices, path} = await readSettings(environment());
		expect(settings).toEqual({});
		expect(notices).toHaveLength(1);
		expect(notices[0]).toContain(`${path}:${message}`);
	});

	test('a folder in its place is a notice', async () => {
		mkdirSync(settingsPath(environment()), {recursive: true});
		expect((await readSettings(environment())).notices).toEqual([expect.stringMatching(/cannot be read: EISDIR/)]);
	});
});

describe('saving settings', () => {
	test('makes the file, keeps the rest, takes out what is undefined', async () => {
		expect(
			await saveSettings(environment(), [
				['theme', 'light'],
				['layout.columns', [2, 1]],
			]),
		).toBeUndefined();
		expect(
			await saveSettings(environment(), [
				['refresh', 250],
				['theme', undefined],
			]),
		).toBeUndefined();
		expect(JSON.parse(readFileSync(settingsPath(environment()), 'utf8'))).toEqual({
			layout: {columns: [2, 1]},
			refresh: 250,
		});
		expect(readdirSync(join(folder, 'benchtop'))).toEqual(['config.json']);
	});

	test('a file that is not JSON stays as it is', async () => {
		write('{"theme": ');
		expect(await saveSettings(environment(), [['theme', 'light']])).toMatch(/is not JSON, so nothing was written/);
		expect(readFileSync(settingsPath(environment()), 'utf8')).toBe('{"theme": ');
	});

	test('a folder that cannot be made is a notice', async () => {
		const file = join(folder, 'file');
		writeFileSync(file, '');
		expect(await saveSettings({XDG_CONFIG_HOME: file}, [['theme', 'light']])).toMatch(
			/The settings cannot be written to .*: ENOTDIR/,
		);
	});
});

describe('a value as a word', () => {
	const parse = (name: string, text: string): unknown =>
		parseSetting(settingList.find((each) => each.name === name)!, text);

	test.each([
		['theme', 'light', 'light'],
		['color', '16', '16'],
		['refresh', '250', 250],
		['refresh', '1.5s', 1500],
		['mouse', 'true', true],
		['layout.columns', '2, 1', [2, 1]],
		['layout.columns', '2', [2]],
		['layout.columns', '[2,1]', [2, 1]],
		['layout.order', 'latency,events', ['latency', 'events']],
		['layout.order', 'latency', ['latency']],
		['keys', '{"zoom": "z"}', {zoom: 'z'}],
		['store', 'postgres://a,b/history', 'postgres://a,b/history'],
	])('%s %s: %j', (name, text, value) => {
		expect(parse(name, text)).toEqual(value);
	});

	test.each([
		['color', '17', 'color cannot be "17": expected one of "auto", "never", "16", "256", "truecolor".'],
		['refresh', '5', 'refresh cannot be "5": expected 100 milliseconds at least.'],
		['refresh', 'soon', 'refresh cannot be "soon": expected a number of milliseconds from 100 to 60000.'],
		['mouse', 'yes', 'mouse cannot be "yes": expected true or false.'],
		['layout.columns', 'wide', 'layout.columns cannot be "wide": expected a list of numbers.'],
		['keys', 'z', 'keys cannot be "z": expected an object of actions and their keys.'],
		['theme', '', 'theme cannot be "": expected a word in quotes.'],
	])('%s %s is refused with what is allowed', (name, text, message) => {
		expect(() => parse(name, text)).toThrow(
			expect.objectContaining({message, exitCode: 2, hint: expect.stringMatching(/\w/)}),
		);
	});
});

test('whatever is in the file, reading it ends, says what is wrong and throws nothing', async () => {
	const member = fc.oneof(
		fc.constantFrom('theme', 'refresh', 'layout', 'preset', 'order', 'columns', 'keys', 'units', 'mouse', '__proto__'),
		fc.string(),
	);
	const {tree} = fc.letrec((again) => ({
		tree: fc.oneof(
			{maxDepth: 4},
			fc.constantFrom<unknown>('latency', 'ms', 250, true, null, -1),
			fc.string(),
			fc.array(again('tree'), {maxLength: 3}),
			fc.dictionary(member, again('tree'), {maxKeys: 4}),
		),
	}));
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(
				tree.map((value) => JSON.stringify(value)),
				fc.string(),
			),
			async (text) => {
				write(text);
				const {settings, notices} = await readSettings(environment());
				expect(settingsSchema.parse(settings)).toEqual(settings);
				for (const notice of notices)
					expect(notice).toMatch(/^[^\u0000-\u001f]+\/config\.json:\d+:\d+: [^\u0000-\u001f]+$/);
			},
		),
	);
});
