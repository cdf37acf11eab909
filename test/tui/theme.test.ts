import {describe, expect, test} from 'vitest';
import {BenchtopError} from '../../source/errors.ts';
import {chooseDepth} from '../../source/tui/paint.ts';
import {chooseTheme, nextTheme, themeNamed, themes} from '../../source/tui/theme.ts';
import {describeTheme} from '../contracts/theme.ts';

for (const theme of themes) describeTheme(theme);

describe('choosing a theme', () => {
	test('option, then BENCHTOP_THEME, then COLORFGBG, then dark', () => {
		const environment = {BENCHTOP_THEME: 'light', COLORFGBG: '15;0'};
		expect(chooseTheme('dark', environment).name).toBe('dark');
		expect(chooseTheme(undefined, environment).name).toBe('light');
		expect(chooseTheme(undefined, {COLORFGBG: '0;15'}).name).toBe('light');
		expect(chooseTheme(undefined, {COLORFGBG: '0;default;7'}).name).toBe('light');
		expect(chooseTheme(undefined, {COLORFGBG: '15;8'}).name).toBe('dark');
		expect(chooseTheme(undefined, {BENCHTOP_THEME: ''}).name).toBe('dark');
	});

	test('an unknown name is an error that tells the nearest names', () => {
		expect(() => themeNamed('lihgt')).toThrow(BenchtopError);
		try {
			themeNamed('lihgt');
		} catch (error) {
			expect(error).toMatchObject({
				message: 'There is no theme "lihgt".',
				hint: 'Themes: "light", "dark".',
				exitCode: 2,
			});
		}
	});

	test('next goes round', () => {
		const first = themes[0]!;
		expect(themes.reduce((theme) => nextTheme(theme), first)).toBe(first);
	});
});

describe('choosing a depth', () => {
	test.each([
		[{NO_COLOR: '1', COLORTERM: 'truecolor'}, 24, 'none'],
		[{NO_COLOR: ''}, 24, 'truecolor'],
		[{COLORTERM: 'truecolor'}, 4, 'truecolor'],
		[{}, 8, '256'],
		[{}, 4, '16'],
		[{}, 1, 'none'],
	] as const)('%o, %d bits: %s', (environment, bits, depth) => {
		expect(chooseDepth(environment, () => bits)).toBe(depth);
	});

	test('256 colours when the stream cannot tell', () => {
		expect(chooseDepth({}, undefined)).toBe('256');
	});
});
