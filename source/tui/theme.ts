import {z} from 'zod';
import dark from '../../themes/dark.json' with {type: 'json'};
import light from '../../themes/light.json' with {type: 'json'};
import {byNearness} from '../core/nearest.ts';
import {BenchtopError} from '../errors.ts';

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
	'heat1',
	'heat2',
	'heat3',
	'heat4',
	'heat5',
] as const;

/** The lines of a chart, in the order they are drawn. */
export const seriesTokens = ['series1', 'series2', 'series3', 'series4', 'series5', 'series6'] as const;

export type SeriesToken = (typeof seriesTokens)[number];
export type Token = (typeof tokens)[number] | SeriesToken;

/** The sixteen colours that a terminal's own palette names. */
export const colourNames = [
	'black',
	'red',
	'green',
	'yellow',
	'blue',
	'magenta',
	'cyan',
	'white',
	'gray',
	'redBright',
	'greenBright',
	'yellowBright',
	'blueBright',
	'magentaBright',
	'cyanBright',
	'whiteBright',
] as const;

const colour = z.union([
	z.enum(colourNames),
	z.string().regex(/^#[0-9a-f]{6}$/i, 'Expected a colour: a name such as "redBright", or #rrggbb.'),
]);

const style = z.union([
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
]);

/** A theme file: data only. `ansi16` and `series16` are hand-picked for terminals of sixteen colours. */
export const themeSchema = z.strictObject({
	version: z.literal(1),
	name: z.string().regex(/^[a-z0-9-]+$/),
	title: z.string(),
	appearance: z.enum(['dark', 'light', 'any']),
	/** Null: the terminal's own. A colour is painted over the whole frame. */
	background: colour.nullable(),
	styles: z.record(z.enum(tokens), style),
	series: z.array(colour).length(seriesTokens.length),
	ansi16: z.partialRecord(z.enum(tokens), style).optional(),
	series16: z.array(colour).length(seriesTokens.length).optional(),
});

export type Theme = z.infer<typeof themeSchema>;
export type Style = z.infer<typeof style>;
export type Colour = z.infer<typeof colour>;

/** Every theme. To add one: a file in themes/ and a line here. */
export const themes: readonly Theme[] = [dark, light].map((file) => themeSchema.parse(file));

/** The theme of a name; an unknown name is an error that tells the nearest ones. */
export const themeNamed = (name: string): Theme => {
	const found = themes.find((theme) => theme.name === name);
	if (found !== undefined) return found;
	const names = byNearness(
		name,
		themes.map((theme) => theme.name),
	).map((known) => `"${known}"`);
	throw new BenchtopError(`There is no theme "${name}".`, {hint: `Themes: ${names.join(', ')}.`});
};

/** COLORFGBG is 'foreground;background' (rxvt, Konsole): 7 and 9 to 15 are light backgrounds. */
const appearanceOf = (colorfgbg: string | undefined): Theme['appearance'] | undefined => {
	const background = colorfgbg?.split(';').at(-1);
	if (background === undefined || !/^\d+$/.test(background)) return undefined;
	const index = Number(background);
	return index === 7 || (index > 8 && index < 16) ? 'light' : 'dark';
};

/** The option, else BENCHTOP_THEME, else one that suits COLORFGBG, else dark. */
export const chooseTheme = (
	option: string | undefined,
	environment: Readonly<Record<string, string | undefined>>,
): Theme => {
	const asked = option ?? environment.BENCHTOP_THEME;
	if (asked !== undefined && asked !== '') return themeNamed(asked);
	const appearance = appearanceOf(environment.COLORFGBG) ?? 'dark';
	return themes.find((theme) => theme.appearance === appearance) ?? themes[0]!;
};

/** The theme after this one, round and round. */
export const nextTheme = (theme: Theme): Theme =>
	themes[(themes.findIndex(({name}) => name === theme.name) + 1) % themes.length] ?? theme;
