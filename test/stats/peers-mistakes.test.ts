import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createAccumulator, histogramOf, mean, mergeAllHistograms, quantile} from '../../source/core/histogram.ts';
import {seededRandom} from '../../source/core/random.ts';

// benchstat's p of 0 is in mann-whitney.test.ts, github-action-benchmark's comparison with one run in judge-history.test.ts.
describe('what other tools get wrong', () => {
	// hey keeps a million results, and divides the sum of all by the number of those.
	test('the mean stays right past a million requests', () => {
		const accumulator = createAccumulator();
		const requests = 2_500_000;
		for (let request = 0; request < requests; request++) accumulator.record(1000 + (request % 1001));
		const histogram = accumulator.take();
		let sum = 0;
		for (let request = 0; request < requests; request++) sum += 1000 + (request % 1001);
		expect(histogram.count).toBe(requests);
		expect(mean(histogram)).toBe(sum / requests);
	});

	// Locust rounds latencies to two digits for its percentiles, and not for its maximum.
	test('no percentile is beyond the maximum or below the minimum', () => {
		const latencies = fc.array(fc.integer({min: 1, max: 3_600_000_000}), {minLength: 1, maxLength: 100});
		fc.assert(
			fc.property(latencies, fc.double({min: 0, max: 1, noNaN: true}), (some, q) => {
				const value = quantile(histogramOf(some), q)!;
				expect(value).toBeLessThanOrEqual(Math.max(...some));
				expect(value).toBeGreaterThanOrEqual(Math.min(...some));
			}),
		);
	});

	test('the p99 of a run is not the mean of the p99 of its seconds', () => {
		const random = seededRandom(1);
		// One second in sixty stalls: its requests are the slowest of all.
		const seconds = Array.from({length: 60}, (_, second) =>
			histogramOf(Array.from({length: 200}, () => (second === 30 ? 500_000 : 8000) * (1 + random()))),
		);
		const p99 = quantile(mergeAllHistograms(seconds), 0.99)!;
		const averaged = seconds.reduce((sum, second) => sum + quantile(second, 0.99)!, 0) / 60;
		expect(p99).toBeGreaterThan(500_000);
		expect(averaged).toBeLessThan(40_000);
	});
});
