import {describe, expect, test} from 'vitest';
import {
	formatBytes,
	formatChange,
	formatClock,
	formatCount,
	formatDuration,
	formatMeasure,
	formatMilliseconds,
	formatPercent,
	formatRate,
	parseBytes,
	parseDuration,
	parseNumber,
} from '../../source/core/units.ts';

test.each([
	['500ms', 500],
	['30s', 30_000],
	['5m', 300_000],
	['1h30m', 5_400_000],
	['1.5s', 1500],
	['10', 10_000],
	['', undefined],
	['5x', undefined],
	['-5s', undefined],
	['s', undefined],
	['1e3', undefined],
	['5 parsecs', undefined],
])('parseDuration(%j) is %j', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

test.each([
	['100', 100],
	['1.5k', 1500],
	['2M', 2_000_000],
	['abc', undefined],
	['-1', undefined],
	['0x10', undefined],
	['NaN', undefined],
	['Infinity', undefined],
])('parseNumber(%j) is %j', (text, value) => expect(parseNumber(text)).toBe(value));

test.each([
	['512', 512],
	['4k', 4096],
	['4KiB', 4096],
	['256m', 268_435_456],
	['1.5g', 1_610_612_736],
	['2 T', 2_199_023_255_552],
	['100B', 100],
	['0.1k', undefined],
	['4 quarts', undefined],
	['4ib', undefined],
	['-4k', undefined],
	['', undefined],
])('parseBytes(%j) is %j', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

describe('formatting', () => {
	test.each([
		[0.0123, '0.012'],
		[0.9996, '1.00'],
		[2.314, '2.31'],
		[9.996, '10.0'],
		[15.44, '15.4'],
		[99.96, '100'],
		[1204.4, '1204'],
		[0, '0'],
		[0.0004, '<0.001'],
		[undefined, '–'],
		[Number.NaN, '–'],
	])('%j ms reads %j', (value, text) => expect(formatMilliseconds(value)).toBe(text));

	test('never rounds a failure away, nor up to all', () => {
		expect([0, 0.0001, 0.05, 99.97, 100].map(formatPercent)).toEqual(['0%', '<0.01%', '0.05%', '99.9%', '100%']);
	});

	test('of the rest', () => {
		expect([formatRate(9.5), formatRate(1999.4), formatRate(12_400)]).toEqual(['9.50', '1999', '12.4k']);
		expect([formatBytes(512), formatBytes(1536), formatBytes(5 * 1024 ** 3)]).toEqual(['512B', '1.50K', '5.00G']);
		expect([99.994, 99.996, 5e22].map(formatChange)).toEqual(['+9999%', '>+9999%', '>+9999%']);
		expect([formatChange(0.0812), formatChange(-0.003), formatChange(0.0001), formatChange(1.236)]).toEqual([
			'+8.1%',
			'-0.3%',
			'0.0%',
			'+124%',
		]);
		expect([formatCount(84_020), formatCount(7)]).toEqual(['84 020', '7']);
		expect([formatClock(42_900), formatClock(3_723_000)]).toEqual(['00:42', '1:02:03']);
		expect([formatDuration(500), formatDuration(4001.7), formatDuration(90_000)]).toEqual(['500ms', '4s', '1m 30s']);
	});
});

test.each([
	[0.123, 'ns', '0.123 ns'],
	[999.4, 'ns', '999 ns'],
	[999.6, 'ns', '1.00 µs'],
	[1234, 'us', '1.23 ms'],
	[0.25, 'ms', '250 µs'],
	[90_000, 'ms', '90.0 s'],
	[-1.5, 's', '-1.50 s'],
	[0, 'ms', '0 ms'],
	[24_576, 'bytes', '24.0K'],
	[24_576, 'bytes/op', '24.0K/op'],
	[-5 * 1024 ** 2, 'bytes/min', '-5.00M/min'],
	[0.85, '1/s', '0.850/s'],
	[12_345, '1/s', '12.3k/s'],
	[0.005, '%', '<0.01%'],
	[42, 'files', '42 files'],
	[123_456, 'modules', '123k modules'],
	[0.000_123, 'ratio', '0.000123 ratio'],
	[1.5, '', '1.50'],
	[7, 'count', '7'],
	[null, 'ns', '–'],
	[Number.NaN, 'files', '–'],
] as const)('%d in %s is written %s', (value, unit, text) => {
	expect(formatMeasure(value, unit)).toBe(text);
});
