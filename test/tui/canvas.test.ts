import fc from 'fast-check';
import {expect, test} from 'vitest';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {type Canvas, changesIn, createCanvas, paintRows, put} from '../../source/tui/canvas.ts';
import {span} from '../../source/tui/line.ts';
import {createPaint} from '../../source/tui/paint.ts';

const paint = createPaint(findTheme(builtInThemes, 'dark')!, 'truecolor');

const made = (texts: readonly string[], charset: 'braille' | 'ascii' = 'braille'): Canvas => {
	const canvas = createCanvas(20, 2, charset);
	for (const [index, text] of texts.entries()) put(canvas, index * 3, index % 2, [span(text)], 20);
	return canvas;
};

const text = fc.oneof(fc.string(), fc.constantFrom('漢字漢字', '👩‍👩‍👧', 'e\u0301é', '\u001b[31m', '⣿⣿', '  '));

test('every row of cells is as wide as the canvas, whatever was put', () => {
	fc.assert(
		fc.property(fc.array(text, {maxLength: 6}), (texts) => {
			const canvas = made(texts);
			expect(canvas.characters.length).toBe(40);
			for (let cell = 0; cell < 40; cell++) {
				const wide = canvas.characters[cell + 1] === '' && (cell + 1) % 20 !== 0;
				if (canvas.characters[cell] === '') expect(canvas.characters[cell - 1]).not.toBe('');
				expect(wide || canvas.characters[cell]!.length > 0 || canvas.characters[cell] === '').toBe(true);
			}
		}),
	);
});

test('control characters never reach the terminal', () => {
	expect(made(['\u001b[2J\u0007']).characters.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test('what changed, written over what was there, gives what is there now', () => {
	fc.assert(
		fc.property(fc.array(text, {maxLength: 4}), fc.array(text, {maxLength: 4}), (first, second) => {
			const before = made(first);
			const now = made(second);
			const screen = [...before.characters];
			for (const y of [0, 1]) {
				for (const [from, to] of changesIn(before, now, y, paint)) {
					expect(now.characters[y * 20 + from]).not.toBe('');
					for (let x = from; x < to; x++) screen[y * 20 + x] = now.characters[y * 20 + x]!;
				}
			}

			expect(screen).toEqual(now.characters);
		}),
	);
});

test('nothing changed, nothing to write', () => {
	expect(changesIn(made(['same']), made(['same']), 0, paint)).toEqual([]);
});

test('neighbours of one style are one run', () => {
	const canvas = createCanvas(10, 1, 'braille');
	put(canvas, 0, 0, [span('ab', 'bad'), span('cd', 'bad'), span(' ', 'muted'), span('e', 'bad')], 10);
	expect(paintRows(canvas, paint)[0]!.split('\u001b[1m').length - 1).toBe(1);
});

test('half of a wide character that is written over becomes a blank', () => {
	const canvas = createCanvas(6, 1, 'braille');
	put(canvas, 0, 0, [span('漢字')], 6);
	put(canvas, 1, 0, [span('x')], 1);
	expect(canvas.characters).toEqual([' ', 'x', '字', '', ' ', ' ']);
	put(canvas, 2, 0, [span('y')], 1);
	expect(canvas.characters).toEqual([' ', 'x', 'y', ' ', ' ', ' ']);
});

test('what shows on blanks too neither runs on over the blanks behind it nor is left out', () => {
	const mono = createPaint(findTheme(builtInThemes, 'mono')!, 'none');
	const canvas = createCanvas(6, 1, 'braille');
	put(canvas, 0, 0, [span('a', 'bad'), span(' b', 'text'), span(' ', 'bad'), span('c')], 6);
	expect(paintRows(canvas, mono)).toEqual(['\u001b[7ma\u001b[27m b\u001b[7m \u001b[27mc ']);
	const blank = createCanvas(6, 1, 'braille');
	put(blank, 0, 0, [span('a', 'bad'), span(' b', 'text'), span(' ', 'text'), span('c')], 6);
	expect(changesIn(blank, canvas, 0, mono)).toEqual([[3, 4]]);
	expect(changesIn(blank, canvas, 0, paint)).toEqual([]);
});
