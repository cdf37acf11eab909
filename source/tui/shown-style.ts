import {type Colour, type Style, seriesTokens, type Theme, type Token} from './theme.ts';

/** How a token looks in a picture: colours as #rrggbb. */
export type Appearance = {
	readonly foreground: string;
	/** Absent: the picture's own. */
	readonly background?: string;
	readonly bold?: boolean;
	readonly dim?: boolean;
	readonly italic?: boolean;
	readonly underline?: boolean;
};

/** The sixteen colours as xterm shows them. */
const named: Readonly<Record<string, string>> = {
	black: '#000000',
	red: '#cd0000',
	green: '#00cd00',
	yellow: '#cdcd00',
	blue: '#5c8dff',
	magenta: '#cd00cd',
	cyan: '#00cdcd',
	white: '#e5e5e5',
	gray: '#7f7f7f',
	redBright: '#ff5555',
	greenBright: '#55ff55',
	yellowBright: '#ffff55',
	blueBright: '#7a9cff',
	magentaBright: '#ff55ff',
	cyanBright: '#55ffff',
	whiteBright: '#ffffff',
};

const hex = (colour: Colour): string => named[colour] ?? colour;

/** What a theme lies on. */
export const groundOf = ({background, appearance}: Theme): string =>
	background === null ? (appearance === 'light' ? '#ffffff' : '#0f1419') : hex(background);

const seriesIndex = new Map<Token, number>(seriesTokens.map((token, index) => [token, index]));

const styleOf = (theme: Theme, token: Token | undefined): Style => {
	const series = token === undefined ? undefined : seriesIndex.get(token);
	if (series !== undefined) return theme.series[series] ?? null;
	return Object.entries(theme.styles).find(([name]) => name === token)?.[1] ?? null;
};

/** How a theme shows a token. */
export const appearanceOf = (theme: Theme, token: Token | undefined): Appearance => {
	const style = styleOf(theme, token);
	const {fg, bg, inverse, ...rest} = typeof style === 'string' ? {fg: style} : (style ?? {});
	const ground = groundOf(theme);
	const plain = theme.appearance === 'light' ? '#1f2328' : '#d7dce2';
	const foreground = fg === undefined ? plain : hex(fg);
	const background = bg === undefined ? undefined : hex(bg);
	const {bold, dim, italic, underline} = {bold: false, dim: false, italic: false, underline: false, ...rest};
	return {
		foreground: inverse ? (background ?? ground) : foreground,
		...(inverse ? {background: foreground} : background === undefined ? {} : {background}),
		...(bold ? {bold} : {}),
		...(dim ? {dim} : {}),
		...(italic ? {italic} : {}),
		...(underline ? {underline} : {}),
	};
};
