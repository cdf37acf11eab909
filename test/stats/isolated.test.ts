import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {analyseChanges} from '../../source/stats/change-points.ts';
import {withoutIsolated} from '../../source/stats/isolated.ts';
import {noiseOf} from '../helpers/noise.ts';

const smooth = (values: readonly number[]): number[] => Array.from(withoutIsolated(Float64Array.from(values)));

const series = (count: number, seed: number, level: (index: number) => number): number[] => {
	const noise = noiseOf(seededRandom(seed), 1);
	return Array.from({length: count}, (_, index) => level(index) + noise());
};

describe('values that stand alone', () => {
	test('become the median of those around them, one or two in a row', () => {
		const values = series(40, 1, () => 100);
		for (const places of [[20], [20, 21]]) {
			const disturbed = values.map((value, index) => (places.includes(index) ? 160 : value));
			const left = smooth(disturbed);
			for (const place of places) expect(Math.abs(left[place]! - 100)).toBeLessThan(3);
			expect(left.filter((value, index) => value !== disturbed[index])).toHaveLength(places.length);
		}
	});

	test('stay where they are three, or the last, or the first: that may be another level', () => {
		const values = series(40, 2, () => 100);
		for (const places of [[20, 21, 22], [39], [38, 39], [0], [0, 1]]) {
			const disturbed = values.map((value, index) => (places.includes(index) ? 160 : value));
			const left = smooth(disturbed);
			expect(places.map((place) => left[place])).toEqual(places.map(() => 160));
		}
	});

	test('are not sought where most values are the same: there is no telling what is far', () => {
		const values = [0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0];
		expect(smooth(values)).toEqual(values);
		expect(smooth([])).toEqual([]);
		expect(smooth([7])).toEqual([7]);
	});

	test('leave every step where it was, whatever its size', () => {
		fc.assert(
			fc.property(
				fc.integer({min: 5, max: 35}),
				fc.double({min: -50, max: 50, noNaN: true}),
				fc.nat(1000),
				(at, step, seed) => {
					const values = series(40, seed, (index) => (index < at ? 100 : 100 + step));
					const left = smooth(values);
					const changed = left.filter((value, index) => value !== values[index]).length;
					expect(changed).toBeLessThanOrEqual(4);
					expect(left[at]! - left[at - 1]!).toBeGreaterThan(step - 8);
					expect(left[at]! - left[at - 1]!).toBeLessThan(step + 8);
				},
			),
			{numRuns: 60},
		);
	});

	test('no longer hide a change, and make none', () => {
		const rounds = 100;
		const count = (step: number): number =>
			Array.from({length: rounds}, (_, seed) => {
				const random = seededRandom(seed + 7);
				const values = series(60, seed, (index) => (index < 40 ? 100 : 100 + step)).map((value) =>
					random() < 0.03 ? value + 15 + 10 * random() : value,
				);
				const {changePoints} = analyseChanges(withoutIsolated(Float64Array.from(values)));
				return step === 0 ? changePoints.length > 0 : changePoints.some(({index}) => Math.abs(index - 40) <= 3);
			}).filter(Boolean).length;
		expect(count(0)).toBeLessThanOrEqual(5);
		expect(count(3)).toBeGreaterThanOrEqual(75);
	});
});
