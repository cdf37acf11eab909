import {Chalk, type ChalkInstance} from 'chalk';
import {type Colour, colourNames, type Style, seriesTokens, type Theme, type Token, tokens} from './theme.ts';

/** What a terminal can show: no colour at all (bold, dim and inverse remain), 16, 256 or 16 million. */
export type Depth = 'none' | '16' | '256' | 'truecolor';

/** Turns a run of text into text with escape codes. Without a token it is plain text on the theme's background. */
export type Paint = (text: string, token: Token | undefined) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR (https://no-color.org) wins; then COLORTERM; then what the stream says of its terminal. */
export const chooseDepth = (
	environment: Environment,
	getColorDepth: ((environment: Record<string, string>) => number) | undefined,
): Depth => {
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

const isName = (colour: Colour): colour is (typeof colourNames)[number] => colourNames.some((name) => name === colour);

const withForeground = (chalk: ChalkInstance, colour: Colour): ChalkInstance =>
	isName(colour) ? chalk[colour] : chalk.hex(colour);

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
} as const satisfies Record<(typeof colourNames)[number], string>;

const withBackground = (chalk: ChalkInstance, colour: Colour): ChalkInstance =>
	isName(colour) ? chalk[backgrounds[colour]] : chalk.bgHex(colour);

const painter = (base: ChalkInstance, style: Style, depth: Depth): ChalkInstance => {
	if (style === null) return base;
	const {fg, bg, ...modifiers}: Exclude<Style, Colour | null> = typeof style === 'string' ? {fg: style} : style;
	let chalk = base;
	if (bg !== undefined && depth !== 'none') chalk = withBackground(chalk, bg);
	if (fg !== undefined && depth !== 'none') chalk = withForeground(chalk, fg);
	for (const modifier of ['bold', 'dim', 'italic', 'underline', 'inverse'] as const) {
		if (modifiers[modifier]) chalk = chalk[modifier];
	}

	return chalk;
};

/** A theme at a depth. */
export const createPaint = (theme: Theme, depth: Depth): Paint => {
	// Chalk's level 0 would strip bold and inverse as well, which NO_COLOR does not ask for.
	const chalk = new Chalk({level: levels[depth]});
	const base = theme.background === null || depth === 'none' ? chalk : withBackground(chalk, theme.background);
	const few = depth === '16';
	const series = few ? (theme.series16 ?? theme.series) : theme.series;
	const painters = new Map<Token, ChalkInstance>();
	for (const token of tokens) {
		const fallback = few ? theme.ansi16?.[token] : undefined;
		painters.set(token, painter(base, fallback === undefined ? (theme.styles[token] ?? null) : fallback, depth));
	}

	for (const [index, token] of seriesTokens.entries()) painters.set(token, painter(base, series[index] ?? null, depth));
	return (text, token) => (token === undefined ? base : painters.get(token)!)(text);
};
