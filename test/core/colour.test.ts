import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	contrast,
	difference,
	differenceSeen,
	type Lab,
	parseColour,
	type Rgb,
	rgbOf,
} from '../../source/core/colour.ts';

/** Table 1 of Sharma, Wu and Dalal (2005): pairs that a careless implementation gets wrong. */
const published: ReadonlyArray<readonly [Lab, Lab, number]> = [
	[[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
	[[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
	[[50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412],
	[[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
	[[50, -1.1848, -84.8006], [50, 0, -82.7485], 1],
	[[50, -0.9009, -85.5211], [50, 0, -82.7485], 1],
	[[50, 0, 0], [50, -1, 2], 2.3669],
	[[50, -1, 2], [50, 0, 0], 2.3669],
	[[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
	[[50, 2.49, -0.001], [50, -2.49, 0.001], 7.1792],
	[[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
	[[50, 2.49, -0.001], [50, -2.49, 0.0012], 7.2195],
	[[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
	[[50, -0.001, 2.49], [50, 0.001, -2.49], 4.8045],
	[[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
	[[50, 2.5, 0], [50, 0, -2.5], 4.3065],
	[[50, 2.5, 0], [73, 25, -18], 27.1492],
	[[50, 2.5, 0], [61, -5, 29], 22.8977],
	[[50, 2.5, 0], [56, -27, -3], 31.903],
	[[50, 2.5, 0], [58, 24, 15], 19.4535],
	[[50, 2.5, 0], [50, 3.1736, 0.5854], 1],
	[[50, 2.5, 0], [50, 3.2972, 0], 1],
	[[50, 2.5, 0], [50, 1.8634, 0.5757], 1],
	[[50, 2.5, 0], [50, 3.2592, 0.335], 1],
	[[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
	[[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
	[[61.2901, 3.7196, -5.3901], [61.4292, 2.248, -4.962], 1.8731],
	[[35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645],
	[[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
	[[36.4612, 47.858, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146],
	[[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
	[[90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381],
	[[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377],
	[[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

const anyRgb = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)) satisfies fc.Arbitrary<Rgb>;

describe('the difference of colours', () => {
	test.each(published)('%j and %j: %f', (first, second, expected) => {
		expect(difference(first, second)).toBeCloseTo(expected, 4);
		expect(difference(second, first)).toBeCloseTo(expected, 4);
	});

	test('is none of a colour to itself, and from black to white 100', () => {
		fc.assert(fc.property(anyRgb, (rgb) => differenceSeen(rgb, rgb, 'deuteranopia') === 0));
		expect(differenceSeen([0, 0, 0], [255, 255, 255], 'normal')).toBeCloseTo(100, 1);
	});

	test('red and green come together without the cones for either, gray stays gray', () => {
		const [red, green]: readonly Rgb[] = [
			[200, 80, 60],
			[120, 130, 60],
		];
		const [asMost, without] = [differenceSeen(red!, green!, 'normal'), differenceSeen(red!, green!, 'deuteranopia')];
		expect(without).toBeLessThan(asMost / 2);
		for (const vision of ['protanopia', 'deuteranopia', 'tritanopia'] as const)
			expect(differenceSeen([0, 0, 0], [119, 119, 119], vision)).toBeCloseTo(
				differenceSeen([0, 0, 0], [119, 119, 119], 'normal'),
				1,
			);
	});
});

describe('contrast', () => {
	test('of the pairs everybody knows', () => {
		expect(contrast([0, 0, 0], [255, 255, 255])).toBe(21);
		expect(contrast([255, 255, 255], [0x76, 0x76, 0x76])).toBeCloseTo(4.54, 2);
		expect(contrast([255, 255, 255], [0x77, 0x77, 0x77])).toBeCloseTo(4.48, 2);
	});
});

describe('a colour', () => {
	test.each([
		['redBright', {kind: 'name', name: 'redBright'}, undefined],
		['#0F1419', {kind: 'rgb', rgb: [15, 20, 25]}, [15, 20, 25]],
		['rgb(255, 0,7)', {kind: 'rgb', rgb: [255, 0, 7]}, [255, 0, 7]],
		['ansi256(9)', {kind: 'index', index: 9}, undefined],
		['ansi256(16)', {kind: 'index', index: 16}, [0, 0, 0]],
		['ansi256(208)', {kind: 'index', index: 208}, [255, 135, 0]],
		['ansi256(231)', {kind: 'index', index: 231}, [255, 255, 255]],
		['ansi256(244)', {kind: 'index', index: 244}, [128, 128, 128]],
	])('%s', (text, value, rgb) => {
		expect(parseColour(text)).toEqual(value);
		expect(rgbOf(text)).toEqual(rgb);
	});

	test.each([
		'',
		'Red',
		'reddish',
		'#fff',
		'#12345g',
		'rgb(1, 2)',
		'rgb(1, 2, 256)',
		'ansi256(256)',
		'ansi256()',
		'rgb(-1,0,0)',
	])('%j is none', (text) => {
		expect(parseColour(text)).toBeUndefined();
	});
});
