import {chooseCharset} from '../core/charset.ts';
import {type Appearance, builtInThemes, chooseTheme, findTheme, type Theme} from '../core/theme.ts';
import type {Choices} from './choices.ts';
import {defaultLook} from './default-look.ts';
import type {ShowOptions} from './index.tsx';
import {chooseDepth, createPaint, type Depth, type Paint} from './paint.ts';
import {sizeOf} from './streams.ts';
import {type Taken, takeTerminal} from './take.ts';

/** How a screen looks at first. */
export type FirstLook = {
	readonly themes: readonly Theme[];
	readonly depth: Depth;
	readonly choices: Choices;
	/** The themes for a dark and for a light background; absent where the user has decided. */
	readonly suited?: Readonly<Record<Appearance, string>>;
};

/** A terminal that was taken over before what draws on it was loaded. */
export type Opening = {readonly taken: Taken; readonly look: FirstLook};

type OpeningOptions = Pick<ShowOptions, 'stdin' | 'stdout' | 'environment' | 'themes' | 'theme' | 'color' | 'settings'>;

const firstLook = ({
	stdout,
	environment,
	settings = {},
	themes = builtInThemes,
	...options
}: OpeningOptions): FirstLook => {
	const depth = chooseDepth(environment, stdout.getColorDepth?.bind(stdout), options.color);
	const themeFor = (appearance: Appearance | undefined): string =>
		chooseTheme(
			themes,
			{option: options.theme, setting: settings.theme, colourless: depth === 'none', appearance},
			environment,
		).name;
	const suited = {dark: themeFor('dark'), light: themeFor('light')};
	const {charset} = settings;
	return {
		themes,
		depth,
		choices: {
			theme: themeFor(undefined),
			charset: charset === undefined || charset === 'auto' ? chooseCharset(environment) : charset,
			units: settings.units ?? defaultLook.latencyUnit,
			layout: settings.layout?.preset ?? 'all',
			mouse: settings.mouse ?? false,
		},
		...(suited.dark === suited.light ? {} : {suited}),
	};
};

const moveTo = (row: number): string => `\u001b[${row};1H`;

/** What stands on the screen until there is a frame: the theme's ground, and whose screen it is. */
const skeleton = (paint: Paint, isPainted: boolean, columns: number, rows: number): string => {
	const blank = paint(' '.repeat(columns), undefined);
	const ground = isPainted ? Array.from({length: rows}, (_, row) => moveTo(row + 1) + blank).join('') : '';
	return `\u001b[2J${ground}${moveTo(1)}${paint(' benchtop '.slice(0, columns), 'header')}`;
};

/**
 * Takes over the terminal, and puts on it what needs nothing else to be loaded: whoever started benchtop sees at once that
 * it has begun. To be called when nothing on the command line can be wrong any more.
 */
export const openScreen = (options: OpeningOptions): Opening => {
	const {stdin, stdout} = options;
	const look = firstLook(options);
	const theme = findTheme(look.themes, look.choices.theme);
	const taken = takeTerminal(stdin, stdout);
	if (theme !== undefined) {
		const {columns, rows} = sizeOf(stdout);
		const isPainted = theme.background !== null && look.depth !== 'none';
		taken.output.write(skeleton(createPaint(theme, look.depth), isPainted, columns, rows));
	}

	return {taken, look};
};
