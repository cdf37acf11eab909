// The characters that charts and borders are made of, as shapes: fonts draw them with gaps, or have none.

/** A tenth of a point is finer than any screen. */
const round = (value: number): string => String(Math.round(value * 10) / 10);

const box = (x: number, y: number, width: number, height: number): string =>
	`M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;

/** Shares of a cell, as [left, top, width, height]. https://www.unicode.org/charts/PDF/U2580.pdf */
const blocks: Readonly<Record<string, readonly [number, number, number, number]>> = {
	'█': [0, 0, 1, 1],
	...Object.fromEntries([...'▁▂▃▄▅▆▇'].map((glyph, index) => [glyph, [0, 1 - (index + 1) / 8, 1, (index + 1) / 8]])),
	...Object.fromEntries([...'▏▎▍▌▋▊▉'].map((glyph, index) => [glyph, [0, 0, (index + 1) / 8, 1]])),
};

/** Strokes from the middle of a cell: left, right, up, down. https://www.unicode.org/charts/PDF/U2500.pdf */
const strokes: Readonly<Record<string, string>> = {
	'─': 'lr',
	'│': 'ud',
	'╭': 'rd',
	'╮': 'ld',
	'╰': 'ru',
	'╯': 'lu',
	'┌': 'rd',
	'┐': 'ld',
	'└': 'ru',
	'┘': 'lu',
	'├': 'rud',
	'┤': 'lud',
	'┬': 'lrd',
	'┴': 'lru',
	'┼': 'lrud',
};

const thickness = 1.2;

// Dots of a braille cell by bit. https://www.unicode.org/charts/PDF/U2800.pdf
const dots = [
	[0, 0],
	[0, 1],
	[0, 2],
	[1, 0],
	[1, 1],
	[1, 2],
	[0, 3],
	[1, 3],
] as const;

const brailleOf = (bits: number, x: number, y: number, width: number, height: number): string =>
	dots
		.filter((_, bit) => (bits & (1 << bit)) !== 0)
		.map(
			([column, row]) => `M${round(x + (width * (column * 2 + 1)) / 4)} ${round(y + (height * (row * 2 + 1)) / 8)}h0`,
		)
		.join('');

/** Shades as a grid of points, denser from one to the next. */
const shades: Readonly<Record<string, number>> = {'░': 0.35, '▒': 0.55, '▓': 0.8};

const shadeOf = (share: number, x: number, y: number, width: number, height: number): string => {
	const size = {width: (width / 3) * share, height: (height / 6) * share};
	let path = '';
	for (let column = 0; column < 3; column++) {
		for (let row = 0; row < 6; row++) {
			path += box(x + (width * column) / 3, y + (height * row) / 6, size.width, size.height);
		}
	}

	return path;
};

const strokeOf = (arms: string, x: number, y: number, width: number, height: number): string => {
	const [middle, centre, half] = [x + width / 2, y + height / 2, thickness / 2];
	if (arms === 'lr') return box(x, centre - half, width, thickness);
	if (arms === 'ud') return box(middle - half, y, thickness, height);
	const drawn: Readonly<Record<string, string>> = {
		l: box(x, centre - half, width / 2 + half, thickness),
		r: box(middle - half, centre - half, width / 2 + half, thickness),
		u: box(middle - half, y, thickness, height / 2 + half),
		d: box(middle - half, centre - half, thickness, height / 2 + half),
	};
	return [...arms].map((arm) => drawn[arm] ?? '').join('');
};

/** A shape as the data of SVG paths. */
export type Glyph = {
	/** To be filled. */
	readonly area: string;
	/** To be drawn with a round pen: a stroke of no length is a dot. */
	readonly dots: string;
};

/** A character of charts and borders as a shape in a cell of that place and size; `undefined` for all others. */
export const glyphOf = (character: string, x: number, y: number, width: number, height: number): Glyph | undefined => {
	const block = blocks[character];
	if (block !== undefined) {
		const [left, top, wide, high] = block;
		return {area: box(x + left * width, y + top * height, wide * width, high * height), dots: ''};
	}

	const arms = strokes[character];
	if (arms !== undefined) return {area: strokeOf(arms, x, y, width, height), dots: ''};
	const shade = shades[character];
	if (shade !== undefined) return {area: shadeOf(shade, x, y, width, height), dots: ''};
	const code = character.codePointAt(0) ?? 0;
	return code > 0x2800 && code <= 0x28ff ? {area: '', dots: brailleOf(code - 0x2800, x, y, width, height)} : undefined;
};
