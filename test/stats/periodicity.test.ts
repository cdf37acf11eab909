import {expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {regularityOf, strongestWave} from '../../source/stats/periodicity.ts';
import {deviate} from '../helpers/made-run.ts';

test('even moments have a period, whatever was missed of them; p is exact for three gaps', () => {
	expect(regularityOf([0, 5, 10, 15, 20])).toMatchObject({period: 5, variation: 0, p: 0});
	expect(regularityOf([0, 5, 10, 20, 25, 30])?.period).toBe(5);
	expect(regularityOf([0, 5, 10])).toBeUndefined();
	// Of three spacings, the ball is a disc in a triangle: pi r^2 over sqrt(3)/2, with r^2 = variation^2 / 3.
	const found = regularityOf([0, 9, 19, 30]);
	expect(found?.variation).toBeCloseTo(Math.sqrt(2 / 3) / 10, 12);
	expect(found?.p).toBeCloseTo((Math.PI * ((found?.variation ?? 0) ** 2 / 3)) / (Math.sqrt(3) / 2), 12);
});

test('what moments are rounded by makes them no more even', () => {
	const found = regularityOf([0, 5, 10, 15, 20], 1);
	expect(found?.variation).toBeCloseTo(1 / Math.sqrt(6) / 5, 12);
	expect(found?.p).toBeGreaterThan(0);
});

test('moments that come at random are seldom even', () => {
	const random = seededRandom(7);
	let even = 0;
	for (let series = 0; series < 2000; series++) {
		let at = 0;
		const moments = Array.from({length: 8}, () => {
			at -= Math.log(1 - random());
			return at;
		});
		if ((regularityOf(moments)?.p ?? 1) < 0.001) even += 1;
	}

	expect(even).toBeLessThanOrEqual(8);
});

test('a wave in noise is found with its period and amplitude, and none in noise that wanders', () => {
	const random = seededRandom(11);
	const wave = strongestWave(
		Array.from({length: 120}, (_, index) => 10 + 2 * Math.sin((2 * Math.PI * index) / 12) + deviate(random)),
	);
	expect(wave?.period).toBeCloseTo(12, 6);
	expect(Math.abs((wave?.amplitude ?? 0) - 2)).toBeLessThan(0.3);
	expect(wave?.p).toBeLessThan(1e-4);
	let found = 0;
	for (let series = 0; series < 300; series++) {
		let level = deviate(random);
		const values = Array.from({length: 60}, () => {
			level = 0.8 * level + 0.6 * deviate(random);
			return level;
		});
		if ((strongestWave(values)?.p ?? 1) < 0.001) found += 1;
	}

	expect(found).toBeLessThanOrEqual(2);
	expect(strongestWave(Array.from({length: 60}, () => 3))).toBeUndefined();
	expect(strongestWave([1, 2, 3])).toBeUndefined();
});
