// What a theme file has to be, apart from the themes that come with benchtop: those need no schema, which takes a while
// to load.
import * as z from 'zod';
import {colourNames, parseColour} from './colour.ts';
import {nearest} from './nearest.ts';
import {appearances, builtInThemes, heatTokens, seriesTokens, suiting, tokens} from './theme.ts';

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
