import ansi16 from '../../themes/ansi16.json' with {type: 'json'};
import colorblind from '../../themes/colorblind.json' with {type: 'json'};
import colorblindLight from '../../themes/colorblind-light.json' with {type: 'json'};
import dark from '../../themes/dark.json' with {type: 'json'};
import gruvboxDark from '../../themes/gruvbox-dark.json' with {type: 'json'};
import highContrast from '../../themes/high-contrast.json' with {type: 'json'};
import light from '../../themes/light.json' with {type: 'json'};
import mono from '../../themes/mono.json' with {type: 'json'};
import type {Theme} from './theme-file.ts';

export type {Style, Theme} from './theme-file.ts';

/** What a piece of text is; a theme says how it looks. Named by meaning, never by the widget that uses it. */
export const tokens = [
	'text',
	'muted',
	'accent',
	'border',
	'borderFocus',
	'title',
	'header',
	'footerKey',
	'footerText',
	'good',
	'warn',
	'bad',
	'same',
	'unsure',
	'info',
	'selection',
	'overlay',
	'baseline',
	'cursor',
] as const;

/** The lines of a chart, in the order they are drawn. */
export const seriesTokens = ['series1', 'series2', 'series3', 'series4', 'series5', 'series6'] as const;

/** The steps of a heat map, from few to many. */
export const heatTokens = ['heat1', 'heat2', 'heat3', 'heat4', 'heat5'] as const;

export type NamedToken = (typeof tokens)[number];
export type SeriesToken = (typeof seriesTokens)[number];
export type HeatToken = (typeof heatTokens)[number];
export type Token = NamedToken | SeriesToken | HeatToken;

/** The backgrounds that a theme can suit. */
export const appearances = ['dark', 'light', 'any'] as const;

/** What a terminal is seen to be. */
export type Appearance = 'dark' | 'light';

/** The compiler checks the files against the type, and a test against the schema: parsing them would delay every start. */
const builtIn = (file: Omit<Theme, 'appearance'> & {readonly appearance: string}): Theme => ({
	...file,
	appearance: appearances.find((appearance) => appearance === file.appearance) ?? 'any',
});

/** The themes that come with benchtop. To add one: a file in themes/ and its name here. */
export const builtInThemes: readonly Theme[] = [
	dark,
	light,
	highContrast,
	colorblind,
	colorblindLight,
	gruvboxDark,
	ansi16,
	mono,
].map(builtIn);

/** The theme of a name. */
export const findTheme = (themes: readonly Theme[], name: string | undefined): Theme | undefined =>
	themes.find((theme) => theme.name === name);

/** The first theme for an appearance. */
export const suiting = (themes: readonly Theme[], appearance: Appearance): Theme =>
	themes.find((theme) => theme.appearance === appearance) ??
	builtInThemes.find((theme) => theme.appearance === appearance)!;

/** COLORFGBG is 'foreground;background' (rxvt, Konsole): 7 and 9 to 15 are light backgrounds. */
const appearanceIn = (colorfgbg: string | undefined): Appearance | undefined => {
	const background = colorfgbg?.split(';').at(-1);
	if (background === undefined || !/^\d+$/.test(background)) return undefined;
	const index = Number(background);
	return index === 7 || (index > 8 && index < 16) ? 'light' : 'dark';
};

/** What decides on the theme, beside the environment. */
export type ThemeChoice = {
	/** The name that the command line gives. */
	readonly option?: string | undefined;
	/** The name that the settings give; 'auto' is none. */
	readonly setting?: string | undefined;
	/** The terminal shows no colours, or is not to. */
	readonly colourless?: boolean;
	/** What the terminal says of its background. */
	readonly appearance?: Appearance | undefined;
};

/**
 * The option, else BENCHTOP_THEME; else mono where there are no colours; else the setting; else one that suits what the
 * terminal says, or COLORFGBG, or a dark background. 'auto' leads past the setting. A name of no theme is passed over:
 * who reads it tells the user.
 */
export const chooseTheme = (
	themes: readonly Theme[],
	{option, setting, colourless, appearance}: ThemeChoice,
	environment: Readonly<Record<string, string | undefined>>,
): Theme => {
	const asked = [option, environment.BENCHTOP_THEME].find(
		(name) => name === 'auto' || findTheme(themes, name) !== undefined,
	);
	return (
		findTheme(themes, asked) ??
		(colourless ? findTheme(themes, 'mono') : undefined) ??
		(asked === 'auto' ? undefined : findTheme(themes, setting)) ??
		suiting(themes, appearance ?? appearanceIn(environment.COLORFGBG) ?? 'dark')
	);
};
