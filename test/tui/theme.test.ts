import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {
	builtInThemes,
	chooseTheme,
	findTheme,
	heatTokens,
	type Theme,
	type ThemeChoice,
} from '../../source/core/theme.ts';
import {fails, measureTheme} from '../../source/core/theme-check.ts';
import {completeTheme, type ThemeFile, themeSchema} from '../../source/core/theme-file.ts';
import {neighbour} from '../../source/tui/choices.ts';
import {chooseDepth, createPaint} from '../../source/tui/paint.ts';
import {describeTheme} from '../contracts/theme.ts';

const named = (name: string): Theme => findTheme(builtInThemes, name)!;

test('eight themes come with benchtop', () => {
	expect(builtInThemes.map(({name}) => name)).toEqual([
		'dark',
		'light',
		'high-contrast',
		'colorblind',
		'colorblind-light',
		'gruvbox-dark',
		'ansi16',
		'mono',
	]);
});

test('every file in themes/ is one of them, and follows the schema', () => {
	const folder = new URL('../../themes/', import.meta.url);
	const files = readdirSync(folder).map((file): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
	const byName = (themes: readonly Theme[]) => [...themes].sort((a, b) => a.name.localeCompare(b.name));
	expect(byName(files.map((file) => themeSchema.parse(file)))).toEqual(byName(builtInThemes));
});

for (const theme of builtInThemes) describeTheme(theme);

describe('measuring a theme', () => {
	test('the colour-blind themes keep their verdicts 20 apart and their first series 15, for every eye', () => {
		for (const name of ['colorblind', 'colorblind-light']) {
			const distances = measureTheme(named(name)).filter(({kind}) => kind === 'distance');
			expect(distances.map(({least}) => least)).toEqual([...Array(12).fill(20), ...Array(12).fill(15)]);
			for (const {of, vision, value, least} of distances)
				expect(value, `${of} ${vision}`).toBeGreaterThanOrEqual(least!);
		}
	});

	test('what is too faint or too alike is found', () => {
		const faint = {...named('light'), styles: {...named('light').styles, muted: '#999999'}};
		expect(measureTheme(faint).filter(fails)).toMatchObject([{of: 'muted', kind: 'contrast', least: 4.5}]);
		const alike = measureTheme({...named('dark'), colorblind: true}).filter(fails);
		expect(alike).toContainEqual(expect.objectContaining({of: 'good bad', vision: 'deuteranopia', least: 20}));
	});
});

describe('choosing a theme', () => {
	test.each<[ThemeChoice, Record<string, string>, string]>([
		[
			{option: 'light', setting: 'gruvbox-dark', colourless: true, appearance: 'dark'},
			{BENCHTOP_THEME: 'mono'},
			'light',
		],
		[{setting: 'gruvbox-dark', colourless: true}, {BENCHTOP_THEME: 'light'}, 'light'],
		[{setting: 'gruvbox-dark', colourless: true}, {}, 'mono'],
		[{setting: 'gruvbox-dark', appearance: 'light'}, {COLORFGBG: '0;15'}, 'gruvbox-dark'],
		[{setting: 'auto', appearance: 'light'}, {COLORFGBG: '15;0'}, 'light'],
		[{option: 'auto', setting: 'gruvbox-dark', appearance: 'light'}, {}, 'light'],
		[{option: 'auto', colourless: true}, {BENCHTOP_THEME: 'dark'}, 'mono'],
		[{setting: 'gone', appearance: 'light'}, {BENCHTOP_THEME: ''}, 'light'],
		[{appearance: 'dark'}, {COLORFGBG: '0;15'}, 'dark'],
		[{}, {COLORFGBG: '0;15'}, 'light'],
		[{}, {COLORFGBG: '0;default;7'}, 'light'],
		[{}, {COLORFGBG: '15;8'}, 'dark'],
		[{}, {COLORFGBG: 'default'}, 'dark'],
		[{}, {}, 'dark'],
	])('%j with %j: %s', (choice, environment, name) => {
		expect(chooseTheme(builtInThemes, choice, environment).name).toBe(name);
	});

	test('a theme of the user’s can be chosen by name; what the terminal says leads to ours', () => {
		const own = completeTheme({appearance: 'light'}, 'own');
		expect(chooseTheme([...builtInThemes, own], {option: 'own'}, {})).toBe(own);
		expect(chooseTheme([own], {appearance: 'dark'}, {}).name).toBe('dark');
	});

	test('next goes round, and previous goes back', () => {
		const all = [...builtInThemes, completeTheme({}, 'own')];
		let theme = all[0]!;
		const seen = all.map(() => {
			theme = neighbour(all, theme);
			expect(neighbour(all, neighbour(all, theme, -1))).toBe(theme);
			return theme.name;
		});
		expect(seen).toEqual([...all.slice(1), all[0]!].map(({name}) => name));
		expect(neighbour(all, all[0]!, -1).name).toBe('own');
		expect(neighbour(builtInThemes, all.at(-1)!).name).toBe('dark');
	});
});

describe('a theme of a user’s', () => {
	test('takes what it leaves out from dark or light', () => {
		const theme = completeTheme({appearance: 'light', styles: {good: 'green'}, ansi16: {bad: 'magenta'}}, 'mine');
		const light = named('light');
		const {good: _, ...picked} = light.ansi16 ?? {};
		expect(theme).toEqual({
			...light,
			name: 'mine',
			title: 'mine',
			styles: {...light.styles, good: 'green'},
			// Its own colour for good holds on sixteen colours too.
			ansi16: {...picked, bad: 'magenta'},
		});
		expect(completeTheme({}, 'mine').styles).toEqual(named('dark').styles);
	});

	test('on a ground of its own it does not take what was picked for the terminal’s', () => {
		const file: ThemeFile = {background: '#101010'};
		expect(completeTheme(file, 'mine')).toMatchObject({assumes: '#101010', background: '#101010'});
		expect(completeTheme(file, 'mine').ansi16).toEqual({});
	});
});

describe('painting', () => {
	test('a colour in each spelling', () => {
		const theme = completeTheme(
			{
				styles: {
					good: 'rgb(1, 2, 3)',
					warn: 'ansi256(208)',
					bad: {fg: 'redBright', bg: 'ansi256(17)'},
					info: '#0a0b0c',
				},
			},
			'mine',
		);
		const paint = createPaint(theme, 'truecolor');
		expect(paint('x', 'good')).toBe('\u001b[38;2;1;2;3mx\u001b[39m');
		expect(paint('x', 'warn')).toBe('\u001b[38;5;208mx\u001b[39m');
		expect(paint('x', 'bad')).toBe('\u001b[48;5;17m\u001b[91mx\u001b[39m\u001b[49m');
		expect(paint('x', 'info')).toBe('\u001b[38;2;10;11;12mx\u001b[39m');
		expect(createPaint(theme, '256')('x', 'info')).toMatch(/^\u001b\[38;5;\d+mx/);
	});

	test('on sixteen colours the picked ones, null included', () => {
		const paint = createPaint(named('dark'), '16');
		expect([paint('x', 'text'), paint('x', 'good'), paint('x', 'heat4')]).toEqual([
			'x',
			'\u001b[32mx\u001b[39m',
			'\u001b[33mx\u001b[39m',
		]);
	});

	test('mono keeps bold, dim, underline and inverse', () => {
		const paint = createPaint(named('mono'), 'none');
		expect(['good', 'muted', 'warn', 'bad'].map((token) => paint('x', token as 'good'))).toEqual([
			'\u001b[1mx\u001b[22m',
			'\u001b[2mx\u001b[22m',
			'\u001b[4mx\u001b[24m',
			'\u001b[7mx\u001b[27m',
		]);
		expect(heatTokens.map((token) => paint('x', token))).not.toContainEqual(expect.stringMatching(/\u001b\[[347]/));
	});

	test('a blank shows a ground or a line under it, where there is one', () => {
		expect([...createPaint(named('mono'), 'none').onBlanks]).toEqual(expect.arrayContaining(['bad', 'warn', 'header']));
		expect(createPaint(named('dark'), 'truecolor').onBlanks).not.toContain('bad');
		const own = completeTheme({styles: {overlay: {bg: 'blue'}}}, 'mine');
		expect(createPaint(own, '16').onBlanks).toContain('overlay');
		expect(createPaint(own, 'none').onBlanks).not.toContain('overlay');
	});
});

describe('choosing a depth', () => {
	test.each([
		[{NO_COLOR: '1', COLORTERM: 'truecolor'}, 24, undefined, 'none'],
		[{NO_COLOR: ''}, 24, undefined, 'truecolor'],
		[{COLORTERM: 'truecolor'}, 4, 'auto', 'truecolor'],
		[{}, 8, undefined, '256'],
		[{}, 4, undefined, '16'],
		[{}, 1, undefined, 'none'],
		[{NO_COLOR: '1'}, 1, '256', '256'],
		[{COLORTERM: 'truecolor'}, 24, 'never', 'none'],
		[{COLORTERM: 'truecolor'}, 24, '16', '16'],
	] as const)('%o, %d bits, asked %s: %s', (environment, bits, asked, depth) => {
		expect(chooseDepth(environment, () => bits, asked)).toBe(depth);
	});

	test('256 colours when the stream cannot tell', () => {
		expect(chooseDepth({}, undefined)).toBe('256');
	});
});
