import {describe, expect, test} from 'vitest';
import {createPaint, type Depth} from '../../source/tui/paint.ts';
import {type Colour, type Style, type Theme, themeSchema, tokens} from '../../source/tui/theme.ts';

const channel = (value: number): number => {
	const share = value / 255;
	return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
const luminance = (hex: string): number =>
	0.2126 * channel(Number.parseInt(hex.slice(1, 3), 16)) +
	0.7152 * channel(Number.parseInt(hex.slice(3, 5), 16)) +
	0.0722 * channel(Number.parseInt(hex.slice(5, 7), 16));

const contrast = (a: string, b: string): number => {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high! + 0.05) / (low! + 0.05);
};

const foreground = (style: Style | undefined): Colour | undefined =>
	typeof style === 'string' ? style : (style?.fg ?? undefined);

/** What every theme promises. */
export const describeTheme = (theme: Theme): void => {
	describe(`theme ${theme.name}`, () => {
		const ground = theme.background ?? (theme.appearance === 'light' ? '#ffffff' : '#0f1419');

		test('follows the schema and says how every token looks', () => {
			expect(themeSchema.parse(theme)).toEqual(theme);
			for (const token of tokens) expect(theme.styles).toHaveProperty(token);
		});

		test('can be read: text against its ground at least 4.5, lines of charts at least 3', () => {
			for (const token of [
				'text',
				'muted',
				'accent',
				'good',
				'warn',
				'bad',
				'same',
				'unsure',
				'info',
				'footerText',
			] as const) {
				const colour = foreground(theme.styles[token]);
				if (colour?.startsWith('#')) expect(contrast(colour, ground), token).toBeGreaterThanOrEqual(4.5);
			}

			for (const colour of theme.series) {
				if (colour.startsWith('#')) expect(contrast(colour, ground), colour).toBeGreaterThanOrEqual(3);
			}
		});

		test('paints at every depth', () => {
			for (const depth of ['none', '16', '256', 'truecolor'] satisfies Depth[]) {
				const paint = createPaint(theme, depth);
				for (const token of tokens) {
					const painted = paint('x', token);
					expect(painted).toContain('x');
					if (depth === 'none') expect(painted).not.toMatch(/\u001b\[(3[0-8]|4[0-8]|9\d|10\d)/);
				}
			}
		});
	});
};
