import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {
	medianInterval,
	mergeMetrics,
	mergeSamples,
	mostValues,
	quantileOf,
	samplesOf,
	summariseMetric,
} from '../../source/core/samples.ts';

const values = fc.array(fc.double({min: -1e6, max: 1e6, noNaN: true}), {maxLength: 50});

describe('samples', () => {
	test('joined are as if they had been taken together', () => {
		fc.assert(
			fc.property(values, values, values, (a, b, c) => {
				const joined = mergeSamples(mergeSamples(samplesOf(a), samplesOf(b)), samplesOf(c));
				const other = mergeSamples(samplesOf(a), mergeSamples(samplesOf(b), samplesOf(c)));
				const whole = samplesOf([...a, ...b, ...c]);
				for (const each of [joined, other]) {
					expect(each).toMatchObject({
						count: whole.count,
						minimum: whole.minimum,
						maximum: whole.maximum,
						values: whole.values,
					});
					expect(each.sum).toBeCloseTo(whole.sum, 3);
					expect(Math.abs(each.squares - whole.squares)).toBeLessThanOrEqual(1e-6 * (1 + whole.squares));
				}
			}),
		);
	});

	test('of more values than are kept, every second one stays, and count, sum and extremes stay exact', () => {
		const many = Array.from({length: 3 * mostValues}, (_, index) => index);
		const parts = [many.slice(0, 5000), many.slice(5000, 5001), many.slice(5001)].map((part) => samplesOf(part));
		const joined = parts.reduce(mergeSamples);
		expect(joined.values.length).toBeLessThanOrEqual(mostValues);
		expect(joined).toMatchObject({
			count: many.length,
			sum: (many.length * (many.length - 1)) / 2,
			minimum: 0,
			maximum: many.length - 1,
		});
		expect(joined.values.length * joined.every).toBeGreaterThan(many.length * 0.9);
		const {p50} = summariseMetric({unit: '', samples: joined});
		expect(Math.abs((p50 ?? 0) - many.length / 2)).toBeLessThan(20);
	});

	test('keep with each value what it is a replicate of', () => {
		const joined = mergeSamples(samplesOf([1, 2], [7, 7]), samplesOf([3], [8]));
		expect(joined).toMatchObject({values: [1, 2, 3], groups: [7, 7, 8]});
	});

	test('of a metric keep what was said of it first', () => {
		const merged = mergeMetrics(
			{time: {unit: 'ns', better: 'lower', samples: samplesOf([1])}},
			{time: {unit: 's', samples: samplesOf([2])}, size: {unit: 'bytes', samples: samplesOf([3])}},
		);
		expect(merged).toMatchObject({
			time: {unit: 'ns', better: 'lower', samples: {values: [1, 2]}},
			size: {unit: 'bytes'},
		});
	});
});

describe('the summary of a metric', () => {
	test('has the textbook figures', () => {
		const samples = samplesOf([2, 4, 4, 4, 5, 5, 7, 9]);
		expect(summariseMetric({unit: 'ms', better: 'lower', about: 'made up', samples})).toEqual({
			unit: 'ms',
			better: 'lower',
			about: 'made up',
			count: 8,
			mean: 5,
			stddev: 2.1380899353,
			min: 2,
			p50: 4.5,
			p90: 7.6,
			p99: 8.86,
			max: 9,
			interval: {low: 2, high: 9, confidence: 1 - 2 / 2 ** 8, of: 8},
		});
	});

	test('of nothing is nothing', () => {
		expect(summariseMetric({unit: 'ms', samples: samplesOf([])})).toMatchObject({
			count: 0,
			mean: null,
			min: null,
			p50: null,
			max: null,
			interval: null,
			better: null,
		});
	});

	test('quantiles interpolate as type 7 does', () => {
		expect([0, 0.25, 0.5, 0.9, 1].map((q) => quantileOf([1, 2, 3, 4], q))).toEqual([1, 1.75, 2.5, 3.7, 4]);
		expect(quantileOf([], 0.5)).toBeUndefined();
	});
});

describe('the interval of the median', () => {
	// Ranks and coverages of the table of Conover (Practical Nonparametric Statistics, 1999), by the binomial distribution.
	test.each([
		[4, 1, 0.875],
		[5, 1, 0.9375],
		[6, 1, 0.96875],
		[8, 1, 0.9921875],
		[9, 2, 0.9609375],
		[10, 2, 0.978515625],
		[20, 6, 0.9586105346679688],
		[30, 10, 0.9572261],
		[100, 40, 0.9647998],
	])('of %i values are the values of rank %i from both ends', (count, rank, confidence) => {
		const found = medianInterval(samplesOf(Array.from({length: count}, (_, index) => index + 1)));
		expect([found?.low, found?.high, found?.of]).toEqual([rank, count + 1 - rank, count]);
		expect(found?.confidence).toBeCloseTo(confidence, 6);
	});

	test('counts values of one group once, by their median', () => {
		const found = medianInterval(
			samplesOf([1, 100, 1, 2, 2, 50, 3, 3, 3, 4, 4, 4], [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]),
		);
		expect(found).toEqual({low: 1, high: 4, confidence: 0.875, of: 4});
	});

	test('of three values there is none', () => {
		expect(medianInterval(samplesOf([1, 2, 3]))).toBeUndefined();
	});

	test('holds the true median as often as it says', () => {
		const random = seededRandom(4);
		const rounds = 4000;
		let held = 0;
		for (let round = 0; round < rounds; round++) {
			const interval = medianInterval(samplesOf(Array.from({length: 12}, () => -Math.log(1 - random()))))!;
			if (interval.low <= Math.LN2 && Math.LN2 <= interval.high) held += 1;
		}

		// 12 values, ranks 3 and 10: 0.9614.
		expect(held / rounds).toBeGreaterThan(0.95);
		expect(held / rounds).toBeLessThan(0.972);
	});

	test('of thousands of values is narrow and sound', () => {
		const found = medianInterval(samplesOf(Array.from({length: 4000}, (_, index) => index)));
		expect(found?.confidence).toBeGreaterThanOrEqual(0.95);
		expect(found?.low).toBeGreaterThan(1900);
		expect(found?.high).toBeLessThan(2100);
	});
});
