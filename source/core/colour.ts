/** The sixteen colours that a terminal's own palette names. What they look like is the user's. */
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

export type ColourName = (typeof colourNames)[number];

/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What a colour in a theme file names: one of the palette's sixteen, one of its 256, or its own light. */
export type ColourValue =
	| {readonly kind: 'name'; readonly name: ColourName}
	| {readonly kind: 'index'; readonly index: number}
	| {readonly kind: 'rgb'; readonly rgb: Rgb};

const whole = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

/** A name of the sixteen, '#rrggbb', 'ansi256(n)' or 'rgb(r, g, b)'; `undefined` for anything else. */
export const parseColour = (text: string): ColourValue | undefined => {
	const name = colourNames.find((each) => each === text);
	if (name !== undefined) return {kind: 'name', name};
	if (/^#[0-9a-f]{6}$/i.test(text)) {
		const bits = Number.parseInt(text.slice(1), 16);
		return {kind: 'rgb', rgb: [bits >> 16, (bits >> 8) & 255, bits & 255]};
	}

	const call = /^(ansi256|rgb)\(([\d\s,]+)\)$/.exec(text);
	const values = call?.[2]?.split(',').map((value) => value.trim()) ?? [];
	if (!values.every((value) => whole.test(value))) return undefined;
	const [first = 0, second = 0, third = 0] = values.map(Number);
	if (call?.[1] === 'ansi256' && values.length === 1) return {kind: 'index', index: first};
	if (call?.[1] === 'rgb' && values.length === 3) return {kind: 'rgb', rgb: [first, second, third]};
	return undefined;
};

/** The levels of the 6 × 6 × 6 cube that xterm and all after it have at the indices 16 to 231. */
const cube = [0, 95, 135, 175, 215, 255] as const;

/** The light of a colour; `undefined` where the terminal's palette decides. */
export const rgbOf = (text: string): Rgb | undefined => {
	const value = parseColour(text);
	if (value === undefined || value.kind === 'name') return undefined;
	if (value.kind === 'rgb') return value.rgb;
	const {index} = value;
	if (index < 16) return undefined;
	if (index >= 232) return [8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)];
	const place = index - 16;
	return [cube[Math.floor(place / 36)]!, cube[Math.floor(place / 6) % 6]!, cube[place % 6]!];
};

type Triple = readonly [number, number, number];

/** Light as physics adds it up, from 0 to 1. */
const linear = (rgb: Rgb): Triple => {
	const [red, green, blue] = rgb.map((value) => {
		const share = value / 255;
		return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return [red!, green!, blue!];
};

const dot = (row: Triple, light: Triple): number => row[0] * light[0] + row[1] * light[1] + row[2] * light[2];

const times = (matrix: readonly [Triple, Triple, Triple], light: Triple): Triple => [
	dot(matrix[0], light),
	dot(matrix[1], light),
	dot(matrix[2], light),
];

const luminance = (rgb: Rgb): number => dot([0.2126, 0.7152, 0.0722], linear(rgb));

/** The contrast of two colours, from 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export const contrast = (a: Rgb, b: Rgb): number => {
	const [first, second] = [luminance(a), luminance(b)];
	return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
};

/** How colours are seen: as most people do, or without the cones for long, medium or short waves. */
export const visions = ['normal', 'protanopia', 'deuteranopia', 'tritanopia'] as const;
export type Vision = (typeof visions)[number];

/**
 * G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of Color Vision
 * Deficiency, IEEE TVCG 15(6), 2009; its matrices of severity 1 on linear light:
 * https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html
 */
const deficiencies = {
	protanopia: [
		[0.152_286, 1.052_583, -0.204_868],
		[0.114_503, 0.786_281, 0.099_216],
		[-0.003_882, -0.048_116, 1.051_998],
	],
	deuteranopia: [
		[0.367_322, 0.860_646, -0.227_968],
		[0.280_085, 0.672_501, 0.047_413],
		[-0.011_82, 0.042_94, 0.968_881],
	],
	tritanopia: [
		[1.255_528, -0.076_749, -0.178_779],
		[-0.078_411, 0.930_809, 0.147_602],
		[0.004_733, 0.691_367, 0.303_9],
	],
} as const;

const seen = (light: Triple, vision: Vision): Triple => {
	if (vision === 'normal') return light;
	const [red, green, blue] = times(deficiencies[vision], light);
	const within = (share: number): number => Math.min(1, Math.max(0, share));
	return [within(red), within(green), within(blue)];
};

/** A point of CIE L*a*b*, white point D65. */
export type Lab = readonly [lightness: number, a: number, b: number];

const curve = (share: number): number => (share > 216 / 24_389 ? Math.cbrt(share) : ((24_389 / 27) * share + 16) / 116);

/** IEC 61966-2-1 (sRGB) to XYZ, and CIE 15 from there. */
const labOf = (light: Triple): Lab => {
	const [x, y, z] = times(
		[
			[0.412_456_4, 0.357_576_1, 0.180_437_5],
			[0.212_672_9, 0.715_152_2, 0.072_175],
			[0.019_333_9, 0.119_192, 0.950_304_1],
		],
		light,
	);
	const [fx, fy, fz] = [curve(x / 0.950_47), curve(y), curve(z / 1.088_83)];
	return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
};

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** An angle in degrees from 0 up to 360; of no colour at all it is 0. */
const hue = (a: number, b: number): number =>
	a === 0 && b === 0 ? 0 : ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;

const seventh = (chroma: number): number => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));

/**
 * CIEDE2000, in the steps and with the test data of G. Sharma, W. Wu, E. N. Dalal: The CIEDE2000 Color-Difference
 * Formula, Color Research and Application 30(1), 2005. About 1 is the least that people notice side by side.
 */
export const difference = (first: Lab, second: Lab): number => {
	const [lightness1, a1, b1] = first;
	const [lightness2, a2, b2] = second;
	const stretch = 1.5 - 0.5 * seventh((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
	const chroma1 = Math.hypot(stretch * a1, b1);
	const chroma2 = Math.hypot(stretch * a2, b2);
	const hue1 = hue(stretch * a1, b1);
	const hue2 = hue(stretch * a2, b2);
	const gray = chroma1 * chroma2 === 0;
	const turn = gray ? 0 : ((hue2 - hue1 + 540) % 360) - 180;
	const lightnessStep = lightness2 - lightness1;
	const chromaStep = chroma2 - chroma1;
	const hueStep = 2 * Math.sqrt(chroma1 * chroma2) * Math.sin(radians(turn / 2));
	const lightness = (lightness1 + lightness2) / 2;
	const chroma = (chroma1 + chroma2) / 2;
	const apart = Math.abs(hue1 - hue2) > 180;
	const middle = gray ? hue1 + hue2 : ((hue1 + hue2) / 2 + (apart ? 180 : 0)) % 360;
	const hueWeight =
		1 -
		0.17 * Math.cos(radians(middle - 30)) +
		0.24 * Math.cos(radians(2 * middle)) +
		0.32 * Math.cos(radians(3 * middle + 6)) -
		0.2 * Math.cos(radians(4 * middle - 63));
	const offset = (lightness - 50) ** 2;
	const byLightness = lightnessStep / (1 + (0.015 * offset) / Math.sqrt(20 + offset));
	const byChroma = chromaStep / (1 + 0.045 * chroma);
	const byHue = hueStep / (1 + 0.015 * chroma * hueWeight);
	const rotation = -2 * seventh(chroma) * Math.sin(radians(60 * Math.exp(-(((middle - 275) / 25) ** 2))));
	return Math.sqrt(byLightness ** 2 + byChroma ** 2 + byHue ** 2 + rotation * byChroma * byHue);
};

/** How far apart two colours look (CIEDE2000) to somebody of that vision. */
export const differenceSeen = (a: Rgb, b: Rgb, vision: Vision): number =>
	difference(labOf(seen(linear(a), vision)), labOf(seen(linear(b), vision)));
