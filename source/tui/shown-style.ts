import {parseColour, rgbOf} from '../core/colour.ts';
import {heatTokens, type Style, seriesTokens, type Theme, type Token} from '../core/theme.ts';

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

/** The sixteen colours of a palette that is easy to read on dark and on light; a terminal's own are not known. */
const palette = {
	black: '#000000',
	red: '#cd3131',
	green: '#0f9d58',
	yellow: '#b8860b',
	blue: '#3b78d8',
	magenta: '#b349b3',
	cyan: '#1597b8',
	white: '#e5e5e5',
	gray: '#7f8790',
	redBright: '#f05f5f',
	greenBright: '#3ccb7f',
	yellowBright: '#e5c100',
	blueBright: '#5c9dff',
	magentaBright: '#d670d6',
	cyanBright: '#29b8db',
	whiteBright: '#ffffff',
} as const;

const names = Object.values(palette);

const hexOf = (colour: string): string => {
	const rgb = rgbOf(colour);
	if (rgb !== undefined) return `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
	const value = parseColour(colour);
	if (value?.kind === 'name') return palette[value.name];
	return (value?.kind === 'index' ? names[value.index] : undefined) ?? palette.gray;
};

/** What a theme lies on. */
export const groundOf = ({background, assumes, appearance}: Theme): string => {
	const ground = background ?? assumes;
	if (ground !== null) return hexOf(ground);
	return appearance === 'light' ? '#ffffff' : '#0f1419';
};

const seriesIndex = new Map<Token, number>(seriesTokens.map((token, index) => [token, index]));
const heatIndex = new Map<Token, number>(heatTokens.map((token, index) => [token, index]));

const styleOf = (theme: Theme, token: Token): Style => {
	const series = seriesIndex.get(token);
	if (series !== undefined) return theme.series[series] ?? null;
	const heat = heatIndex.get(token);
	if (heat !== undefined) return theme.heat[heat] ?? null;
	return Object.entries(theme.styles).find(([name]) => name === token)?.[1] ?? null;
};

/** How a theme shows a token; without one, plain text. */
export const appearanceOf = (theme: Theme, token: Token | undefined): Appearance => {
	const style = token === undefined ? null : styleOf(theme, token);
	const {fg, bg, inverse, ...rest} = typeof style === 'string' ? {fg: style} : (style ?? {});
	const ground = groundOf(theme);
	const {text} = theme.styles;
	const ordinary = typeof text === 'string' ? text : text?.fg;
	const plain = ordinary === undefined ? (theme.appearance === 'light' ? '#1f2328' : '#d7dce2') : hexOf(ordinary);
	const foreground = fg === undefined ? plain : hexOf(fg);
	const background = bg === undefined ? undefined : hexOf(bg);
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
