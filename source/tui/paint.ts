import {Chalk, type ChalkInstance} from 'chalk';
import {type ColourName, parseColour} from '../core/colour.ts';
import {heatTokens, type Style, seriesTokens, type Theme, type Token, tokens} from '../core/theme.ts';

/** What a terminal can show: no colour at all (bold, dim and inverse remain), 16, 256 or 16 million. */
export type Depth = 'none' | '16' | '256' | 'truecolor';

/** What the user asks for instead: 'auto' is nothing, 'never' no colour at all. */
export type DepthChoice = 'auto' | 'never' | '16' | '256' | 'truecolor';

/** Turns a run of text into text with escape codes. Without a token it is plain text on the theme's background. */
export type Paint = ((text: string, token: Token | undefined) => string) & {
	/** Those whose look a blank shows too: they paint its ground or underline it. */
	readonly onBlanks: ReadonlySet<Token | undefined>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the user asks for; then NO_COLOR (https://no-color.org: a flag or setting of the program's own goes before it);
 * then COLORTERM; then what the stream says of its terminal.
 */
export const chooseDepth = (
	environment: Environment,
	getColorDepth: ((environment: Record<string, string>) => number) | undefined,
	asked: DepthChoice = 'auto',
): Depth => {
	if (asked !== 'auto') return asked === 'never' ? 'none' : asked;
	if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return 'none';
	if (/^(truecolor|24bit)$/i.test(environment.COLORTERM ?? '')) return 'truecolor';
	const defined = Object.entries(environment).flatMap(([name, value]) =>
		value === undefined || name === 'NO_COLOR' ? [] : [[name, value] as const],
	);
	const bits = getColorDepth?.(Object.fromEntries(defined)) ?? 8;
	if (bits <= 1) return 'none';
	return bits < 8 ? '16' : bits < 24 ? '256' : 'truecolor';
};

const levels = {none: 1, '16': 1, '256': 2, truecolor: 3} as const;

const withForeground = (chalk: ChalkInstance, colour: string): ChalkInstance => {
	const value = parseColour(colour);
	if (value === undefined) return chalk;
	if (value.kind === 'name') return chalk[value.name];
	return value.kind === 'index' ? chalk.ansi256(value.index) : chalk.rgb(...value.rgb);
};

const backgrounds = {
	black: 'bgBlack',
	red: 'bgRed',
	green: 'bgGreen',
	yellow: 'bgYellow',
	blue: 'bgBlue',
	magenta: 'bgMagenta',
	cyan: 'bgCyan',
	white: 'bgWhite',
	gray: 'bgGray',
	redBright: 'bgRedBright',
	greenBright: 'bgGreenBright',
	yellowBright: 'bgYellowBright',
	blueBright: 'bgBlueBright',
	magentaBright: 'bgMagentaBright',
	cyanBright: 'bgCyanBright',
	whiteBright: 'bgWhiteBright',
} as const satisfies Record<ColourName, string>;

const withBackground = (chalk: ChalkInstance, colour: string): ChalkInstance => {
	const value = parseColour(colour);
	if (value === undefined) return chalk;
	if (value.kind === 'name') return chalk[backgrounds[value.name]];
	return value.kind === 'index' ? chalk.bgAnsi256(value.index) : chalk.bgRgb(...value.rgb);
};

const partsOf = (style: Style | undefined): Exclude<Style, string | null> =>
	typeof style === 'string' ? {fg: style} : (style ?? {});

const painter = (base: ChalkInstance, style: Style | undefined, depth: Depth): ChalkInstance => {
	const {fg, bg, ...modifiers} = partsOf(style);
	let chalk = base;
	if (bg !== undefined && depth !== 'none') chalk = withBackground(chalk, bg);
	if (fg !== undefined && depth !== 'none') chalk = withForeground(chalk, fg);
	for (const modifier of ['bold', 'dim', 'italic', 'underline', 'inverse'] as const) {
		if (modifiers[modifier]) chalk = chalk[modifier];
	}

	return chalk;
};

/** The styles of a theme at a depth: on sixteen colours those that were picked for them. */
const stylesAt = (theme: Theme, depth: Depth): ReadonlyMap<Token, Style | undefined> => {
	const few = depth === '16';
	const series = few ? (theme.series16 ?? theme.series) : theme.series;
	const heat = few ? (theme.heat16 ?? theme.heat) : theme.heat;
	const picked = few ? (theme.ansi16 ?? {}) : {};
	return new Map<Token, Style | undefined>([
		...tokens.map((token) => [token, picked[token] === undefined ? theme.styles[token] : picked[token]] as const),
		...seriesTokens.map((token, index) => [token, series[index]] as const),
		...heatTokens.map((token, index) => [token, heat[index]] as const),
	]);
};

/** A theme at a depth. */
export const createPaint = (theme: Theme, depth: Depth): Paint => {
	// Chalk's level 0 would strip bold and inverse as well, which NO_COLOR does not ask for.
	const chalk = new Chalk({level: levels[depth]});
	const styles = stylesAt(theme, depth);
	const {fg} = partsOf(styles.get('text'));
	// On a ground of the theme's own, the terminal's text colour could be the same as the ground.
	const base =
		theme.background === null || depth === 'none'
			? chalk
			: painter(chalk, {bg: theme.background, ...(fg === undefined ? {} : {fg})}, depth);
	const painters = new Map<Token | undefined, ChalkInstance>([[undefined, base]]);
	for (const [token, style] of styles) painters.set(token, painter(base, style, depth));
	const shown = [...styles].flatMap(([token, style]) => {
		const {bg, inverse, underline} = partsOf(style);
		return (bg !== undefined && depth !== 'none') || inverse || underline ? [token] : [];
	});
	return Object.assign((text: string, token: Token | undefined) => (painters.get(token) ?? base)(text), {
		onBlanks: new Set(shown),
	});
};
