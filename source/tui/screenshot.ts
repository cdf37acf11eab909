import type {Theme} from '../core/theme.ts';
import {type Canvas, paintRows} from './canvas.ts';
import {glyphOf} from './glyphs.ts';
import type {Paint} from './paint.ts';
import {type Appearance, appearanceOf, groundOf} from './shown-style.ts';
import type {Token} from './theme.ts';
import type {ScreenshotFormat} from './view-state.ts';

/** The size of a cell, in the units of the picture. */
const cell = {width: 8.4, height: 18} as const;
const margin = 10;
const fontSize = 14;

const escaped = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** One decimal is finer than any screen. */
const rounded = (value: number): string => String(Math.round(value * 10) / 10);

type Run = {readonly text: string; readonly x: number; readonly y: number; readonly columns: number};

/** What of a screen looks the same: its words, its shapes, the cells it paints. */
type Group = {readonly runs: Run[]; area: string; dots: string; grounds: string};

const groupsOf = (canvas: Canvas, look: (token: Token | undefined) => Appearance): Map<Appearance, Group> => {
	const groups = new Map<Appearance, Group>();
	const groupOf = (appearance: Appearance): Group => {
		const known = groups.get(appearance) ?? {runs: [], area: '', dots: '', grounds: ''};
		groups.set(appearance, known);
		return known;
	};
	for (let y = 0; y < canvas.rows; y++) {
		let run: {text: string; x: number; columns: number; appearance: Appearance} | undefined;
		const close = (): void => {
			if (run === undefined) return;
			const text = run.text.trimEnd();
			if (text !== '') {
				const columns = run.columns - (run.text.length - text.length);
				groupOf(run.appearance).runs.push({text, x: run.x, y, columns});
			}

			run = undefined;
		};
		for (let x = 0; x < canvas.columns; x++) {
			const at = y * canvas.columns + x;
			const character = canvas.characters[at]!;
			const appearance = look(canvas.styles[at]);
			const group = groupOf(appearance);
			const [left, top] = [margin + x * cell.width, margin + y * cell.height];
			if (appearance.background !== undefined) {
				group.grounds += `M${rounded(left)} ${rounded(top)}h${cell.width}v${cell.height}h-${cell.width}z`;
			}

			const glyph = glyphOf(character, left, top, cell.width, cell.height);
			if (glyph !== undefined) {
				close();
				group.area += glyph.area;
				group.dots += glyph.dots;
				continue;
			}

			if (character === '') {
				if (run !== undefined) run.columns += 1;
				continue;
			}

			if (run !== undefined && run.appearance !== appearance) close();
			if (character === ' ' && run === undefined) continue;
			// A gap between words ends a run, so that no font can shift what comes after it.
			if (character === ' ' && run?.text.endsWith(' ')) {
				close();
				continue;
			}

			run ??= {text: '', x, columns: 0, appearance};
			run.text += character;
			run.columns += 1;
		}

		close();
	}

	return groups;
};

const svgOf = (canvas: Canvas, theme: Theme): string => {
	const width = canvas.columns * cell.width + 2 * margin;
	const height = canvas.rows * cell.height + 2 * margin;
	const looks = new Map<Token | undefined, Appearance>();
	// Tokens that look the same share one appearance, and so one group.
	const shared = new Map<string, Appearance>();
	const look = (token: Token | undefined): Appearance => {
		const known = looks.get(token);
		if (known !== undefined) return known;
		const own = appearanceOf(theme, token);
		const key = JSON.stringify(own);
		const appearance = shared.get(key) ?? own;
		shared.set(key, appearance);
		looks.set(token, appearance);
		return appearance;
	};
	const groups = [...groupsOf(canvas, look)];
	const grounds = groups.flatMap(([{background}, group]) =>
		group.grounds === '' ? [] : [`<path fill="${background}" d="${group.grounds}"/>`],
	);
	const drawn = groups.flatMap(([appearance, {runs, area, dots}]) => {
		if (runs.length === 0 && area === '' && dots === '') return [];
		const words = runs.map(
			({text, x, y, columns}) =>
				`<text x="${rounded(margin + x * cell.width)}" y="${rounded(margin + y * cell.height + 13)}" textLength="${rounded(columns * cell.width)}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`,
		);
		const attributes = [
			`fill="${appearance.foreground}"`,
			...(appearance.bold ? ['font-weight="bold"'] : []),
			...(appearance.italic ? ['font-style="italic"'] : []),
			...(appearance.underline ? ['text-decoration="underline"'] : []),
			...(appearance.dim ? ['opacity="0.6"'] : []),
		];
		const pen = `fill="none" stroke="${appearance.foreground}" stroke-width="2.6" stroke-linecap="round"`;
		const shapes = [
			...(area === '' ? [] : [`<path d="${area}"/>`]),
			...(dots === '' ? [] : [`<path ${pen} d="${dots}"/>`]),
		];
		return [`<g ${attributes.join(' ')}>${shapes.join('')}${words.join('')}</g>`];
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rounded(width)} ${rounded(height)}" width="${rounded(width)}" height="${rounded(height)}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${fontSize}">`,
		`<title>benchtop at ${canvas.columns}×${canvas.rows}</title>`,
		`<rect width="100%" height="100%" rx="8" fill="${groundOf(theme)}"/>`,
		...grounds,
		...drawn,
		'</svg>',
		'',
	].join('\n');
};

const textOf = (canvas: Canvas): string =>
	`${Array.from({length: canvas.rows}, (_, y) =>
		canvas.characters
			.slice(y * canvas.columns, (y + 1) * canvas.columns)
			.join('')
			.trimEnd(),
	).join('\n')}\n`;

/** A screen as a file: a picture, text, or text with the codes that colour it. */
export const screenshotOf = (canvas: Canvas, theme: Theme, paint: Paint, format: ScreenshotFormat): string => {
	switch (format) {
		case 'svg':
			return svgOf(canvas, theme);
		case 'txt':
			return textOf(canvas);
		case 'ansi':
			return `${paintRows(canvas, paint).join('\n')}\n`;
	}
};
