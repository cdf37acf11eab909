import {stripVTControlCharacters} from 'node:util';
import {describe, expect, test} from 'vitest';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {createCanvas, put} from '../../source/tui/canvas.ts';
import {glyphOf} from '../../source/tui/glyphs.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {screenshotOf} from '../../source/tui/screenshot.ts';

const dark = findTheme(builtInThemes, 'dark')!;
const paint = createPaint(dark, 'truecolor');

const canvas = () => {
	const screen = createCanvas(20, 3, 'braille');
	put(screen, 0, 0, [{text: '╭─ <a> & "b" ─╮', style: 'border'}], 20);
	put(screen, 0, 1, [{text: 'p99 ', style: 'muted'}, {text: '15.4', style: 'bad'}, {text: ' ⣿█▁'}], 20);
	put(screen, 0, 2, [{text: ' benchtop ', style: 'header'}, {text: '漢字'}], 20);
	return screen;
};

describe('a screen as a file', () => {
	test('text: the characters alone', () => {
		expect(screenshotOf(canvas(), dark, paint, 'txt')).toBe('╭─ <a> & "b" ─╮\np99 15.4 ⣿█▁\n benchtop 漢字\n');
	});

	test('ANSI: what the terminal was sent', () => {
		const text = screenshotOf(canvas(), dark, paint, 'ansi');
		expect(text).toContain('\u001b[38;2;255;107;107m\u001b[1m15.4');
		expect(stripVTControlCharacters(text)).toContain('p99 15.4 ⣿█▁');
		expect(text.split('\n').length).toBe(4);
	});

	test('SVG: every word at its place, in its colour, and nothing of it is markup', () => {
		const svg = screenshotOf(canvas(), dark, paint, 'svg');
		expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 188 74"/);
		expect(svg).toContain('&lt;a&gt;');
		expect(svg).toContain('&quot;b&quot;');
		expect(svg).not.toMatch(/<a>|NaN|undefined/);
		expect(svg).toMatch(
			/<g fill="#ff6b6b" font-weight="bold"><text x="43.6" y="41" textLength="33.6"[^>]*>15.4<\/text>/,
		);
		// Two columns each.
		expect(svg).toMatch(/textLength="33.6"[^>]*>漢字</);
	});

	test('blocks and dots are shapes that fill their share of the cell', () => {
		expect(glyphOf('█', 10, 20, 8, 16)?.area).toBe('M10 20h8v16h-8z');
		expect(glyphOf('▄', 10, 20, 8, 16)?.area).toBe('M10 28h8v8h-8z');
		expect(glyphOf('▌', 10, 20, 8, 16)?.area).toBe('M10 20h4v16h-4z');
		expect(glyphOf('⣿', 0, 0, 8, 16)?.dots.match(/M/g)?.length).toBe(8);
		expect(glyphOf('⠁', 0, 0, 8, 16)?.dots).toBe('M2 2h0');
		expect(glyphOf('a', 0, 0, 8, 16)).toBeUndefined();
		expect(glyphOf(' ', 0, 0, 8, 16)).toBeUndefined();
	});
});
