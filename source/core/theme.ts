import {z} from 'zod';
import ansi16 from '../../themes/ansi16.json' with {type: 'json'};
import colorblind from '../../themes/colorblind.json' with {type: 'json'};
import colorblindLight from '../../themes/colorblind-light.json' with {type: 'json'};
import dark from '../../themes/dark.json' with {type: 'json'};
import gruvboxDark from '../../themes/gruvbox-dark.json' with {type: 'json'};
import highContrast from '../../themes/high-contrast.json' with {type: 'json'};
import light from '../../themes/light.json' with {type: 'json'};
import mono from '../../themes/mono.json' with {type: 'json'};
import {colourNames, parseColour} from './colour.ts';
import {nearest} from './nearest.ts';

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

const notAColour = (input: unknown): string => {
	const meant = typeof input === 'string' ? nearest(input, colourNames) : undefined;
	return `${JSON.stringify(input)} is no colour${meant === undefined ? '' : `; did you mean "${meant}"?`} (a name such as "redBright", "#rrggbb", "ansi256(n)" or "rgb(r, g, b)")`;
};

const colour = z
	.string({error: ({input}) => notAColour(input)})
	.refine((text) => parseColour(text) !== undefined, {error: ({input}) => notAColour(input)});

const style = z.union(
	[
		z.null(),
		colour,
		z.strictObject({
			fg: colour.optional(),
			bg: colour.optional(),
			bold: z.boolean().optional(),
			dim: z.boolean().optional(),
			italic: z.boolean().optional(),
			underline: z.boolean().optional(),
			inverse: z.boolean().optional(),
		}),
	],
	{error: 'a style is null, a colour, or an object of fg, bg, bold, dim, italic, underline and inverse'},
);

const series = z.array(style).length(seriesTokens.length, `series are ${seriesTokens.length} styles`);
const heat = z.array(style).length(heatTokens.length, `heat is ${heatTokens.length} styles, from few to many`);
const someStyles = z.partialRecord(z.enum(tokens), style);

const appearances = ['dark', 'light', 'any'] as const;

/** A theme: data only. What ends in 16 is hand-picked for terminals of sixteen colours. */
export const themeSchema = z.strictObject({
	version: z.number().refine((version) => [1].includes(version), 'the version is 1'),
	name: z
		.string()
		.regex(/^[a-z\d][a-z\d._-]*$/i, 'a name is letters, digits, dots, dashes and underscores')
		.refine((name) => name !== 'auto', '"auto" is no name: it follows the terminal'),
	title: z.string().min(1),
	/** The backgrounds that it suits. */
	appearance: z.enum(appearances),
	/** It promises that its verdicts and first three series can be told apart without seeing red, green or blue. */
	colorblind: z.boolean().optional(),
	/** Null: the terminal's own. A colour is painted over the whole frame. */
	background: colour.nullable(),
	/** The background that its colours were chosen for; null when the terminal's palette decides. */
	assumes: colour.nullable(),
	styles: z.record(z.enum(tokens), style),
	series,
	heat,
	ansi16: someStyles.optional(),
	series16: series.optional(),
	heat16: heat.optional(),
});

/** A theme file of a user's: whatever it leaves out comes from "dark" or "light". */
export const themeFileSchema = themeSchema.partial().extend({styles: someStyles.optional()});

export type Theme = z.infer<typeof themeSchema>;
export type ThemeFile = z.infer<typeof themeFileSchema>;
export type Style = z.infer<typeof style>;

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

const suiting = (themes: readonly Theme[], appearance: Appearance): Theme =>
	themes.find((theme) => theme.appearance === appearance) ??
	builtInThemes.find((theme) => theme.appearance === appearance)!;

/** What was picked for sixteen colours and still holds: nothing of what the file says otherwise. */
const fewColours = (base: Theme, file: ThemeFile): Pick<ThemeFile, 'ansi16' | 'series16' | 'heat16'> => {
	// On a ground of its own, styles that were picked for the terminal's could not be read.
	if (typeof file.background === 'string') return {};
	const kept = Object.entries(base.ansi16 ?? {}).filter(([token]) => !Object.hasOwn(file.styles ?? {}, token));
	return {
		ansi16: Object.fromEntries(kept),
		...(file.series === undefined ? {series16: base.series16} : {}),
		...(file.heat === undefined ? {heat16: base.heat16} : {}),
	};
};

/** A theme from a file, with all that the file leaves out. */
export const completeTheme = (file: ThemeFile, name: string): Theme => {
	const base = suiting(builtInThemes, file.appearance === 'light' ? 'light' : 'dark');
	const few = fewColours(base, file);
	return themeSchema.parse({
		version: base.version,
		name,
		title: name,
		appearance: base.appearance,
		background: null,
		series: base.series,
		heat: base.heat,
		...few,
		...file,
		assumes: file.background ?? file.assumes ?? base.assumes,
		styles: {...base.styles, ...file.styles},
		ansi16: {...few.ansi16, ...file.ansi16},
	});
};

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
