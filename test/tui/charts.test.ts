import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {asciiLine} from '../../source/core/ascii-line.ts';
import {charsets as allCharsets, type Charset, chooseCharset, inCharset, toAscii} from '../../source/core/charset.ts';
import {area} from '../../source/tui/charts/area.ts';
import {bar} from '../../source/tui/charts/bar.ts';
import {shadeOf, shadesOf} from '../../source/tui/charts/heat.ts';
import {lines} from '../../source/tui/charts/line.ts';
import {ceiling, labelledRows} from '../../source/tui/charts/scale.ts';
import {sparkline} from '../../source/tui/charts/sparkline.ts';
import {neighbour} from '../../source/tui/choices.ts';
import {widthOf} from '../../source/tui/line.ts';

const numbers = fc.array(
	fc.oneof(
		fc.double(),
		fc.constantFrom(Number.NaN, 0, -1, 1e12, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
		fc.double({min: 0, max: 100}),
	),
	{maxLength: 80},
);
const charsets = fc.constantFrom<Charset>(...allCharsets);
const size = fc.integer({min: 0, max: 40});

describe('charts have exactly their size, whatever the data', () => {
	test('sparkline', () => {
		fc.assert(
			fc.property(numbers, size, fc.double(), fc.double(), charsets, (values, columns, low, high, charset) => {
				expect(widthOf(sparkline(values, columns, {low, high}, charset))).toBe(columns);
			}),
		);
	});

	test('area', () => {
		fc.assert(
			fc.property(numbers, size, size, fc.double(), charsets, (values, columns, rows, maximum, charset) => {
				const drawn = area(values, columns, rows, maximum, charset);
				expect(drawn.length).toBe(rows);
				for (const row of drawn) expect(widthOf(row)).toBe(columns);
			}),
		);
	});

	test('lines', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.record({
						values: numbers,
						dash: fc.constantFrom('solid' as const, 'dash' as const, 'dot' as const, 'level' as const),
					}),
					{maxLength: 4},
				),
				size,
				size,
				fc.double(),
				charsets,
				fc.array(fc.integer({min: -5, max: 90})),
				fc.option(fc.integer({min: -5, max: 90}), {nil: undefined}),
				(drawn, columns, rows, maximum, charset, verticals, cursor) => {
					const made = lines(drawn, columns, rows, maximum, charset, verticals, cursor);
					expect(made.length).toBe(rows);
					for (const row of made) expect(widthOf(row.map(({text}) => text).join(''))).toBe(columns);
				},
			),
		);
	});
});

describe('asciichart stays within its rows and columns', () => {
	const stroke = {level: '─', upright: '│', corners: ['╭', '╮', '╰', '╯']} as const;

	test('whatever the data, one column a value, nothing where a value is missing', () => {
		fc.assert(
			fc.property(numbers, size, fc.double(), fc.double(), (values, rows, low, high) => {
				const dots = asciiLine(values, rows, low, high, stroke);
				for (const {row, column, character} of dots) {
					expect(row).toBeGreaterThanOrEqual(0);
					expect(row).toBeLessThan(rows);
					expect('─│╭╮╰╯').toContain(character);
					expect(Number.isFinite(values[column])).toBe(true);
				}

				const columns = new Set(dots.map(({column}) => column));
				expect(columns.size).toBe(rows === 0 ? 0 : values.filter(Number.isFinite).length);
			}),
		);
	});

	const draw = (values: readonly number[], rows: number, high: number): string[] => {
		const cells = Array.from({length: rows}, () => new Array<string>(values.length).fill(' '));
		for (const {row, column, character} of asciiLine(values, rows, 0, high, stroke)) cells[row]![column] = character;
		return cells.map((row) => row.join(''));
	};

	test('steps, level ground, one point, gaps', () => {
		expect(draw([0, 0, 2, 1, 1], 3, 2)).toEqual(['  ╭╮ ', '  │╰─', '──╯  ']);
		expect(draw([5, 5, 5], 3, 10)).toEqual(['   ', '───', '   ']);
		expect(draw([1], 1, 2)).toEqual(['─']);
		expect(draw([2, Number.NaN, 0, Number.POSITIVE_INFINITY, 1], 3, 2)).toEqual(['─    ', '    ─', '  ─  ']);
		expect(draw([], 2, 2)).toEqual(['', '']);
	});
});

describe('bars', () => {
	test('have exactly their columns', () => {
		fc.assert(
			fc.property(fc.double(), size, charsets, (share, columns, charset) => {
				expect(widthOf(bar(share, columns, charset))).toBe(columns);
			}),
		);
	});

	test('eighths, whole columns in ASCII, and anything above zero shows', () => {
		expect(bar(0.5, 3, 'block')).toBe('█▌ ');
		expect(bar(1, 3, 'braille')).toBe('███');
		expect(bar(0.5, 4, 'ascii')).toBe('##  ');
		expect([bar(1e-9, 3, 'block'), bar(1e-9, 3, 'ascii'), bar(0, 3, 'block')]).toEqual(['▏  ', '.  ', '   ']);
	});
});

describe('shades', () => {
	test('grow with the share, glyph and token together', () => {
		for (const charset of allCharsets) {
			const shades = shadesOf(charset);
			expect(new Set(shades.map(({glyph}) => glyph)).size).toBe(shades.length);
			expect(new Set(shades.map(({token}) => token)).size).toBe(shades.length);
			expect(shadeOf(0, charset)).toBeUndefined();
			expect(shadeOf(Number.NaN, charset)).toBeUndefined();
			expect(shadeOf(1e-9, charset)).toEqual(shades[0]);
			expect(shadeOf(1, charset)).toEqual(shades.at(-1));
			for (const shade of shades.slice(1)) {
				expect(shadeOf(shade.from, charset)).toEqual(shade);
				expect(shadeOf(shade.from - 1e-9, charset)).not.toEqual(shade);
			}
		}
	});
});

const plain = (runs: ReturnType<typeof lines>): string[] => runs.map((row) => row.map(({text}) => text).join(''));

describe('what charts show', () => {
	test('a sparkline from low to high, gaps blank, the newest at the right', () => {
		expect(sparkline([0, 1, 2, 3, Number.NaN, 5, 6, 7], 10, {low: 0, high: 7}, 'braille')).toBe('  ▁▂▃▄ ▆▇█');
		expect(sparkline([0, 7], 2, {low: 0, high: 7}, 'ascii')).toBe('_#');
		expect(sparkline([9, 9, 9], 3, {low: 0, high: 9}, 'braille')).toBe('███');
		expect(sparkline([0, 0], 2, {low: 0, high: 0}, 'braille')).toBe('▁▁');
		expect(sparkline([1, 2, 3], 2, {low: 0, high: 3}, 'braille')).toBe('▆█');
	});

	test('an area', () => {
		expect(area([0, 1, 2, 3, 4, 8], 3, 2, 8, 'braille')).toEqual(['  ⢸', '⢀⣴⣿']);
		expect(area([0, 1, 2, 4], 4, 2, 4, 'ascii')).toEqual(['   #', ' .##']);
		expect(area([0, 1, 8, 9, 16], 5, 2, 16, 'block')).toEqual(['   ▁█', ' ▁███']);
		expect(area([Number.NaN, 1e12], 1, 1, 1e12, 'braille')).toEqual(['⢸']);
	});

	test('anything above zero shows', () => {
		expect(area([1e-9, 1e-9], 1, 1, 1e12, 'braille')).toEqual(['⣀']);
	});

	test('lines, the later on top, with uprights where no line is', () => {
		expect(plain(lines([{values: [0, 0, 4, 4], dash: 'solid'}], 2, 1, 4, 'braille'))).toEqual(['⣀⠏']);
		expect(plain(lines([{values: [1, 1, 1], dash: 'solid'}], 3, 3, 2, 'ascii', [1]))).toEqual([' : ', '***', ' : ']);
		expect(plain(lines([{values: [0, 2, 2], dash: 'solid'}], 3, 3, 2, 'block', [0], 2))).toEqual(['┊╭─', '┊│┃', '─╯┃']);
		expect(plain(lines([{values: [0, 2, 2], dash: 'dash'}], 3, 2, 2, 'ascii'))).toEqual([' oo', 'oo ']);
	});

	test('a round ceiling', () => {
		expect([0.3, 1, 1.2, 7.4, 2018, 99, 1e12].map(ceiling)).toEqual([0.3, 1, 1.5, 8, 2500, 100, 1e12]);
		expect([undefined, 0, -4, Number.NaN, Number.POSITIVE_INFINITY].map(ceiling)).toEqual([1, 1, 1, 1, 1]);
	});

	test('labels at even distance', () => {
		expect([...labelledRows(5, 100)]).toEqual([
			[0, 100],
			[2, 50],
			[4, 0],
		]);
		expect(labelledRows(0, 1).size).toBe(0);
	});
});

describe('charset', () => {
	test.each([
		[{TERM: 'xterm', LANG: 'C.UTF-8'}, 'braille'],
		[{TERM: 'linux', LANG: 'C.UTF-8'}, 'ascii'],
		[{TERM: 'vt220'}, 'ascii'],
		[{LANG: 'de_DE.ISO-8859-1'}, 'ascii'],
		[{LC_ALL: 'C', LANG: 'en_US.utf8'}, 'ascii'],
		[{LC_ALL: '', LANG: 'en_US.utf8'}, 'braille'],
		[{}, 'braille'],
		[{TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal', LANG: 'en_US.UTF-8'}, 'block'],
		[{TERM_PROGRAM: 'Apple_Terminal', LANG: 'C'}, 'ascii'],
	] as const)('%o: %s', (environment, charset) => {
		expect(chooseCharset(environment)).toBe(charset);
	});

	test('come round', () => {
		expect(allCharsets.map((charset) => neighbour(allCharsets, charset))).toEqual(['block', 'ascii', 'braille']);
	});

	test('blocks have corners', () => {
		expect([...'╭╮╰╯─│x漢'].map((character) => inCharset(character, 'block')).join('')).toBe('┌┐└┘─│x漢');
		expect(inCharset('╭', 'braille')).toBe('╭');
		expect(inCharset('╭', 'ascii')).toBe('+');
	});

	test('every character has an ASCII stand-in', () => {
		for (const character of '╭▶–漢é') expect(toAscii(character)).toMatch(/^[ -~]$/);
	});
});
