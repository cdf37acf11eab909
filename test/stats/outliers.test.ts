import {expect, test} from 'vitest';
import {modifiedZScores, outliersOf} from '../../source/stats/outliers.ts';

test('modified z-scores by hand', () => {
	const values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3];
	// Median 2.45, deviations 0.05 0.05 0.15 0.15 0.15 0.15 0.35 0.35 5.75 5.85: median 0.15.
	const scores = modifiedZScores(values);
	expect(scores[8]!).toBeCloseTo((0.6745 * 5.75) / 0.15, 9);
	expect(outliersOf(values)).toEqual([8, 9]);
});

test('where most values are alike the mean deviation stands in', () => {
	const values = [5, 5, 5, 5, 5, 5, 5, 5, 5, 15];
	expect(modifiedZScores(values)[9]!).toBeCloseTo(10 / 1.253314, 9);
	expect(outliersOf(values)).toEqual([9]);
});

test('nothing that does not vary is an outlier, and nothing of nothing', () => {
	expect(modifiedZScores([3, 3, 3])).toEqual([0, 0, 0]);
	expect(outliersOf([])).toEqual([]);
});
