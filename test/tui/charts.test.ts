import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Charset} from '../../source/tui/charset.ts';
import {chooseCharset, toAscii} from '../../source/tui/charset.ts';
import {area} from '../../source/tui/charts/area.ts';
import {lines} from '../../source/tui/charts/line.ts';
import {ceiling, labelledRows} from '../../source/tui/charts/scale.ts';
import {sparkline} from '../../source/tui/charts/sparkline.ts';
import {widthOf} from '../../source/tui/line.ts';

const numbers = fc.array(
	fc.oneof(
		fc.double(),
		fc.constantFrom(Number.NaN, 0, -1, 1e12, Number.POSITIVE_INFINITY),
		fc.double({min: 0, max: 100}),
	),
	{maxLength: 80},
);
const charsets = fc.constantFrom<Charset>('braille', 'ascii');
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
					fc.record({values: numbers, dash: fc.constantFrom('solid' as const, 'dash' as const, 'dot' as const)}),
					{maxLength: 4},
				),
				size,
				size,
				fc.double(),
				charsets,
				fc.array(fc.integer({min: -5, max: 90})),
				(drawn, columns, rows, maximum, charset, verticals) => {
					const made = lines(drawn, columns, rows, maximum, charset, verticals);
					expect(made.length).toBe(rows);
					for (const row of made) expect(widthOf(row.map(({text}) => text).join(''))).toBe(columns);
				},
			),
		);
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
		expect(area([Number.NaN, 1e12], 1, 1, 1e12, 'braille')).toEqual(['⢸']);
	});

	test('anything above zero shows', () => {
		expect(area([1e-9, 1e-9], 1, 1, 1e12, 'braille')).toEqual(['⣀']);
	});

	test('lines, the later on top, with uprights where no line is', () => {
		expect(plain(lines([{values: [0, 0, 4, 4], dash: 'solid'}], 2, 1, 4, 'braille'))).toEqual(['⣀⠏']);
		expect(plain(lines([{values: [1, 1, 1], dash: 'solid'}], 3, 3, 2, 'ascii', [1]))).toEqual([' : ', '***', ' : ']);
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
	] as const)('%o: %s', (environment, charset) => {
		expect(chooseCharset(environment)).toBe(charset);
	});

	test('every character has an ASCII stand-in', () => {
		for (const character of '╭▶–漢é') expect(toAscii(character)).toMatch(/^[ -~]$/);
	});
});
