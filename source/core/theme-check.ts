import {contrast, differenceSeen, type Rgb, rgbOf, type Vision, visions} from './colour.ts';
import {heatTokens, type NamedToken, type SeriesToken, type Style, seriesTokens, type Theme} from './theme.ts';

/** One thing measured on a theme, and what it has to be at least. Without a limit it is for information. */
export type ThemeMeasure = {
	readonly kind: 'contrast' | 'distance';
	/** A token, or two. */
	readonly of: string;
	readonly vision: Vision;
	/** WCAG 2.2 contrast, or CIEDE2000. */
	readonly value: number;
	readonly least: number | undefined;
};

/** WCAG 2.2, 1.4.3: text. */
const textContrast = 4.5;
/** WCAG 2.2, 1.4.11: graphics. */
const graphContrast = 3;
const verdictDistance = 20;
const seriesDistance = 15;

/** What is read as words. */
const read = [
	'text',
	'muted',
	'accent',
	'footerText',
	'good',
	'warn',
	'bad',
	'same',
	'unsure',
	'info',
	'baseline',
	'cursor',
] as const satisfies readonly NamedToken[];
const verdicts = ['good', 'warn', 'bad'] as const;
const firstSeries = ['series1', 'series2', 'series3'] as const;

const foreground = (style: Style | undefined): Rgb | undefined => {
	const colour = typeof style === 'string' ? style : style?.fg;
	return colour === undefined ? undefined : rgbOf(colour);
};

const pairs = <T>(all: readonly T[]): ReadonlyArray<readonly [T, T]> =>
	all.flatMap((first, index) => all.slice(index + 1).map((second) => [first, second] as const));

/** Whether something measured is below its limit. */
export const fails = ({value, least}: ThemeMeasure): boolean => least !== undefined && value < least;

/**
 * The contrasts of a theme with its background, and the distances of its verdicts and first series to every kind of eye.
 * What the terminal's palette decides cannot be measured and is left out.
 */
export const measureTheme = (theme: Theme): readonly ThemeMeasure[] => {
	const colours = new Map<string, Rgb | undefined>([
		...read.map((token) => [token, foreground(theme.styles[token])] as const),
		...seriesTokens.map((token, index) => [token, foreground(theme.series[index])] as const),
		...heatTokens.map((token, index) => [token, foreground(theme.heat[index])] as const),
	]);
	const ground = rgbOf(theme.background ?? theme.assumes ?? '');
	const contrasts = [...colours].flatMap(([of, rgb]): ThemeMeasure[] => {
		if (rgb === undefined || ground === undefined) return [];
		const least = read.some((token) => token === of) ? textContrast : graphContrast;
		return [{kind: 'contrast', of, vision: 'normal', value: contrast(rgb, ground), least}];
	});
	const distances = (group: ReadonlyArray<NamedToken | SeriesToken>, least: number): ThemeMeasure[] =>
		pairs(group).flatMap(([first, second]) => {
			const [a, b] = [colours.get(first), colours.get(second)];
			if (a === undefined || b === undefined) return [];
			return visions.map(
				(vision): ThemeMeasure => ({
					kind: 'distance',
					of: `${first} ${second}`,
					vision,
					value: differenceSeen(a, b, vision),
					least: theme.colorblind ? least : undefined,
				}),
			);
		});
	return [...contrasts, ...distances(verdicts, verdictDistance), ...distances(firstSeries, seriesDistance)];
};
