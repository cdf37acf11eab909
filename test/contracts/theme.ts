import {describe, expect, test} from 'vitest';
import {contrast, differenceSeen, rgbOf} from '../../source/core/colour.ts';
import {heatTokens, seriesTokens, type Theme, tokens} from '../../source/core/theme.ts';
import {fails, measureTheme} from '../../source/core/theme-check.ts';
import {themeSchema} from '../../source/core/theme-file.ts';
import {createPaint, type Depth} from '../../source/tui/paint.ts';

const colour = /[[;](3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/;

/** What every theme promises. */
export const describeTheme = (theme: Theme): void => {
	describe(`theme ${theme.name}`, () => {
		test('follows the schema and says how every token looks', () => {
			expect(themeSchema.parse(theme)).toEqual(theme);
			for (const token of tokens) expect(theme.styles).toHaveProperty(token);
			for (const token of Object.keys(theme.ansi16 ?? theme.styles)) expect(tokens).toContain(token);
		});

		test('can be read: text against its ground at least 4.5, graphs at least 3', () => {
			const measures = measureTheme(theme);
			expect(measures.filter(fails)).toEqual([]);
			const contrasts = measures.filter(({kind}) => kind === 'contrast').map(({of}) => of);
			const own = Object.values(theme.styles).some(
				(style) => style !== null && rgbOf(typeof style === 'string' ? style : (style.fg ?? '')) !== undefined,
			);
			// Only a theme of the terminal's own colours has nothing to measure.
			expect(contrasts).toEqual(
				own ? expect.arrayContaining(['text', 'muted', 'good', 'warn', 'bad', ...seriesTokens, ...heatTokens]) : [],
			);
		});

		test('its heat grows: each step stands out more than the one before, and from it', () => {
			const ground = rgbOf(theme.background ?? theme.assumes ?? '');
			const steps = theme.heat.flatMap((step) => (typeof step === 'string' ? (rgbOf(step) ?? []) : []));
			if (ground === undefined || steps.length === 0) return;
			expect(theme.heat.every((step) => typeof step === 'string')).toBe(true);
			const heat = theme.heat.flatMap((step) => {
				const rgb = typeof step === 'string' ? rgbOf(step) : undefined;
				return rgb === undefined ? [] : [rgb];
			});
			const contrasts = heat.map((step) => contrast(step, ground));
			expect(contrasts).toEqual([...contrasts].sort((a, b) => a - b));
			for (const vision of theme.colorblind
				? (['normal', 'protanopia', 'deuteranopia', 'tritanopia'] as const)
				: (['normal'] as const)) {
				for (const [index, step] of heat.slice(1).entries())
					expect(differenceSeen(heat[index]!, step, vision), `${vision} ${index}`).toBeGreaterThanOrEqual(8);
			}
		});

		test('its verdicts and first series look different from each other at every depth', () => {
			for (const depth of ['16', '256', 'truecolor'] satisfies Depth[]) {
				const paint = createPaint(theme, depth);
				for (const group of [['good', 'warn', 'bad'], seriesTokens.slice(0, 3)] as const)
					expect(new Set(group.map((token) => paint('x', token))).size, `${depth} ${group.join()}`).toBe(3);
			}
		});

		test('paints every token at every depth, and without colours not a single one', () => {
			for (const depth of ['none', '16', '256', 'truecolor'] satisfies Depth[]) {
				const paint = createPaint(theme, depth);
				for (const token of [undefined, ...tokens, ...seriesTokens, ...heatTokens]) {
					const painted = paint('x', token);
					expect(painted.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe('x');
					if (depth === 'none') expect(painted).not.toMatch(colour);
					if (depth !== 'none' && theme.background !== null) expect(painted).toMatch(/\[4[08][;m]/);
				}
			}
		});
	});
};
