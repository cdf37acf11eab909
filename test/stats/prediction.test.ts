import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {normalQuantile} from '../../source/stats/normal.ts';
import {predictMean} from '../../source/stats/prediction.ts';
import student from '../data/student_t.json' with {type: 'json'};

/** Values with exactly this mean and standard deviation. */
const valuesWith = (count: number, mean: number, deviation: number): number[] => {
	const odd = Array.from({length: count}, (_, index) => index - (count - 1) / 2);
	const scale = deviation / Math.sqrt(odd.reduce((sum, value) => sum + value * value, 0) / (count - 1));
	return odd.map((value) => mean + scale * value);
};

describe('the prediction interval', () => {
	test('Bencher’s example', () => {
		const {n, mean, sd, boundary, upper, lower} = student.bencher_prediction_interval;
		const {low, high, of} = predictMean(valuesWith(n, mean, sd), 1, 1 - boundary)!;
		expect([low.toFixed(2), high.toFixed(2), of]).toEqual([lower.toFixed(2), upper.toFixed(2), n]);
	});

	test('holds the mean of k new values as often as it says', () => {
		const random = seededRandom(12);
		const draw = (count: number): number[] =>
			Array.from({length: count}, () => normalQuantile(Math.max(1e-12, random())));
		const rounds = 4000;
		let beyond = 0;
		for (let round = 0; round < rounds; round++) {
			const {high} = predictMean(draw(8), 2, 0.05)!;
			const [a, b] = draw(2) as [number, number];
			if ((a + b) / 2 > high) beyond += 1;
		}

		expect(Math.abs(beyond / rounds - 0.05)).toBeLessThan(0.012);
	});

	test('is none of one value', () => {
		expect(predictMean([4], 1, 0.01)).toBeUndefined();
		expect(predictMean([4, 5], 0, 0.01)).toBeUndefined();
	});
});
