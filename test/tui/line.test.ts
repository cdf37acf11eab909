import fc from 'fast-check';
import {expect, test} from 'vitest';
import {displayWidth} from '../../source/core/width.ts';
import {
	clip,
	clipLine,
	fitting,
	isNarrow,
	left,
	lineWidth,
	right,
	span,
	spread,
	widthOf,
	wrap,
} from '../../source/tui/line.ts';

const text = fc.oneof(
	fc.string(),
	fc.string({unit: 'grapheme'}),
	fc.constantFrom('漢字漢字', '👩‍👩‍👧 family', 'e\u0301', '⣿⣿⣿'),
);
const columns = fc.integer({min: 0, max: 30});

test('clip never takes more columns than it may', () => {
	fc.assert(fc.property(text, columns, (value, most) => widthOf(clip(value, most)) <= most));
});

test('left takes exactly its columns', () => {
	fc.assert(fc.property(text, columns, (value, most) => widthOf(left(value, most)) === most));
});

test('lines are clipped to their columns', () => {
	fc.assert(
		fc.property(fc.array(text), columns, (values, most) => {
			const line = values.map((value) => span(value));
			expect(lineWidth(clipLine(line, most))).toBeLessThanOrEqual(most);
			expect(lineWidth(fitting([line], most))).toBeLessThanOrEqual(most);
			expect(lineWidth(spread(line, [span('00:42')], most))).toBe(most);
			for (const row of wrap(values.join(' '), most, 3)) expect(widthOf(row)).toBeLessThanOrEqual(most);
			expect(wrap(values.join(' '), most, 3).length).toBeLessThanOrEqual(3);
		}),
	);
});

test('a number is never cut', () => {
	expect(right('123456', 3)).toBe('123456');
	expect(right('1', 3)).toBe('  1');
});

test('wide characters count twice', () => {
	expect(clip('漢字漢字', 5)).toBe('漢字…');
	expect(left('漢字', 3)).toBe('漢…');
});

test('what needs no segmenter is one column for each of its code units', () => {
	const segmenter = new Intl.Segmenter();
	const narrow = Array.from({length: 0x10000}, (_, code) => String.fromCharCode(code)).filter(isNarrow);
	expect(narrow.length).toBeGreaterThan(600);
	expect(narrow.filter((character) => displayWidth(character) !== 1)).toEqual([]);
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...narrow)), (characters) => {
			expect(Array.from(segmenter.segment(characters.join('')), ({segment}) => segment)).toEqual(characters);
		}),
	);
	for (const joining of ['e\u0301', '▶\ufe0f', 'a\u200db', '\u001b', '\u0000', '\ue000', '漢', '\u00ad', '\u2028'])
		expect(isNarrow(joining)).toBe(false);
});
