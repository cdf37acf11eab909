import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {parseTheme, readTheme} from '../../source/config/theme-file.ts';
import {readThemes, themeNamed} from '../../source/config/themes.ts';
import {builtInThemes} from '../../source/core/theme.ts';
import {describeTheme} from '../contracts/theme.ts';

let folder: string;
const environment = () => ({XDG_CONFIG_HOME: folder});
const write = (name: string, text: string): string => {
	const file = join(folder, 'benchtop', 'themes', name);
	mkdirSync(join(folder, 'benchtop', 'themes'), {recursive: true});
	writeFileSync(file, text);
	return file;
};

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-themes-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('a theme file', () => {
	test('may leave everything out; its name is then the file’s', () => {
		expect(parseTheme('{}', '/x/ocean.json')).toMatchObject({theme: {name: 'ocean', appearance: 'dark'}, notices: []});
	});

	test.each([
		['{"styles": {\n\t"good": "gren"}}', '2:10: styles.good: "gren" is no colour; did you mean "green"?'],
		['{"styles": {\n\t"good": {"fg": "#12345"}}}', '2:17: styles.good.fg: "#12345" is no colour (a name such as'],
		['{"series":\n["red", "blue"]}', '2:1: series: series are 6 styles'],
		[
			'{"series": ["red", "blue", 3, "red", "red", "red"]}',
			'1:28: series.2: a style is null, a colour, or an object of',
		],
		['{"styles": {"bad": {"bold": "yes"}}}', '1:29: styles.bad.bold: '],
		['{"background": "none"}', '1:16: background: "none" is no colour'],
		['{"appearance": "dusk"}', '1:16: appearance: '],
		['{"name": "a b"}', '1:10: name: a name is letters'],
		['{"name": "auto"}', '1:10: name: "auto" is no name'],
		['{"version": 2}', '1:13: version: '],
		['[]', '1:1: '],
		['{"styles": {"good": "green",}}', '1:29: "}" is not expected here'],
		['{"name": ', '1:10: Unexpected end of input'],
		['', '1:1: Unexpected end of input'],
	])('%j is rejected with its place', (text, message) => {
		const {theme, notices} = parseTheme(text, '/x/ocean.json');
		expect(theme).toBeUndefined();
		expect(notices).toHaveLength(1);
		expect(notices[0]).toContain(`/x/ocean.json:${message}`);
		expect(notices[0]).toMatch(/\. The theme is left out until /);
	});

	test('members that are not known are passed over, with a word on each', () => {
		const text =
			'{\n\t"titel": "Ocean",\n\t"styles": {"good": "green", "god": "red", "bad": {"blod": true, "fg": "red"}}\n}';
		const {theme, notices} = parseTheme(text, 'ocean.json');
		expect(notices).toEqual([
			'ocean.json:2:2: titel is not known (did you mean "title"?). It is passed over.',
			'ocean.json:3:30: styles.god is not known (did you mean "good"?). It is passed over.',
			'ocean.json:3:52: styles.bad.blod is not known (did you mean "bold"?). It is passed over.',
		]);
		expect(theme?.styles).toMatchObject({good: 'green', bad: {fg: 'red'}});
	});

	test('nothing in it can act on the terminal', () => {
		expect(parseTheme('{"\\u001b[2J": 1, "background": "\\u001b[31m"}', 'x\u0007.json').notices.join()).not.toMatch(
			/[\u0000-\u001f]/,
		);
	});

	test('a name that cannot be one, or a file that is not there, is a notice', () => {
		expect(parseTheme('{}', '/x/a b.json').notices[0]).toContain('a theme cannot be called "a b"');
		expect(readTheme(join(folder, 'nowhere.json')).notices[0]).toMatch(/nowhere\.json cannot be read: ENOENT/);
	});
});

describe('the themes of a user', () => {
	test('stand behind ours; one of the same name takes its place; a broken one is a notice', async () => {
		const first = write('ocean.json', '{"title": "Ocean"}');
		write('broken.json', '{"background": "sea"}');
		write('dark.json', '{"title": "My dark"}');
		write('notes.txt', 'no theme');
		const {themes, files, notices} = await readThemes(environment());
		expect(themes.map(({name}) => name)).toEqual([...builtInThemes.map(({name}) => name), 'ocean']);
		expect(themes[0]?.title).toBe('My dark');
		expect(files.get('ocean')).toBe(first);
		expect(notices).toHaveLength(1);
		expect(notices[0]).toContain('broken.json:1:16: ');
	});

	test('two of one name: the later file counts, and both are told', async () => {
		write('a.json', '{"name": "sea", "title": "A"}');
		write('b.json', '{"name": "sea", "title": "B"}');
		const {themes, notices} = await readThemes(environment());
		expect(themes.at(-1)?.title).toBe('B');
		expect(notices[0]).toMatch(/b\.json: .*a\.json is called "sea" as well/);
	});

	test('there are none: ours, and not a word', async () => {
		expect(await readThemes(environment())).toEqual({themes: builtInThemes, files: new Map(), notices: [], broken: []});
	});
});

test('an unknown name is an error that tells the nearest names', () => {
	expect(() => themeNamed(builtInThemes, 'lihgt')).toThrow(
		expect.objectContaining({
			message: 'There is no theme "lihgt".',
			hint: expect.stringMatching(/^Themes: "light", "dark", /),
			exitCode: 2,
		}),
	);
});

const inherited = parseTheme('{"appearance": "light", "styles": {"accent": "#6639ba"}}', 'inherited.json').theme;
if (inherited !== undefined) describeTheme(inherited);
