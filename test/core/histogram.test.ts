import fc from 'fast-check';
import {zlibSync} from 'fflate';
import {build, decodeFromCompressedBase64, encodeIntoCompressedBase64} from 'hdr-histogram-js';
import {describe, expect, test} from 'vitest';
import {
	buckets,
	censoredQuantile,
	createAccumulator,
	decodeHistogram,
	emptyHistogram,
	encodeHistogram,
	highestMicroseconds,
	histogramOf,
	lowestOf,
	mean,
	mergeHistograms,
	quantile,
	quantiles,
	standardDeviation,
	visitBuckets,
} from '../../source/core/histogram.ts';

const latencies = fc.array(fc.integer({min: 0, max: highestMicroseconds}), {minLength: 1, maxLength: 300});
const shares = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1];

/** The nearest-rank quantile of the raw values. */
const naiveQuantile = (values: readonly number[], q: number): number =>
	[...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length - 1e-9)) - 1]!;

describe('quantile', () => {
	test('is within 0.1 % of the nearest rank of the raw values, and exact below 2048 µs', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				for (const q of shares) {
					const truth = naiveQuantile(values, q);
					const found = quantile(histogram, q)!;
					if (truth < 2048) expect(found).toBe(truth);
					else expect(Math.abs(found - truth)).toBeLessThanOrEqual(truth / 1000);
				}
			}),
		);
	});

	test('of the first and the last rank is the exact minimum and maximum', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				for (const q of shares) {
					const rank = Math.max(1, Math.ceil(q * values.length - 1e-9));
					if (rank === 1) expect(quantile(histogram, q)).toBe(Math.min(...values));
					else if (rank === values.length) expect(quantile(histogram, q)).toBe(Math.max(...values));
				}
			}),
		);
		expect(quantile(histogramOf([100_000, 100_010, 100_020, 100_031]), 0.9999)).toBe(100_031);
	});

	test('is a rank, however many operations: no rounding lifts it to the next', () => {
		const many = {...histogramOf([100, 200]), counts: histogramOf([100, 200]).counts.map((count) => count * 5e9)};
		expect(quantile({...many, count: 1e10}, 0.5)).toBe(100);
		for (const n of [10, 1000, 100_000]) {
			const histogram = histogramOf(Array.from({length: n}, (_, index) => index % 2000));
			expect(quantile(histogram, 0.9)).toBe(
				naiveQuantile(
					Array.from({length: n}, (_, index) => index % 2000),
					0.9,
				),
			);
		}
	});

	test('rises with q and stays between minimum and maximum', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				const found = shares.map((q) => quantile(histogram, q)!);
				expect([...found].sort((a, b) => a - b)).toEqual(found);
				expect(found[0]).toBeGreaterThanOrEqual(Math.min(...values));
				expect(found.at(-1)).toBeLessThanOrEqual(Math.max(...values));
			}),
		);
	});

	test('is unknown of nothing', () => expect(quantile(emptyHistogram, 0.5)).toBeUndefined());
});

describe('merging', () => {
	const histogram = latencies.map(histogramOf);

	test('is associative and commutative, to the last count', () => {
		fc.assert(
			fc.property(histogram, histogram, histogram, (a, b, c) => {
				expect(mergeHistograms(mergeHistograms(a, b), c)).toEqual(mergeHistograms(a, mergeHistograms(b, c)));
				expect(mergeHistograms(a, b)).toEqual(mergeHistograms(b, a));
				expect(mergeHistograms(a, emptyHistogram)).toEqual(a);
			}),
		);
	});

	test('of parts is the histogram of the whole', () => {
		fc.assert(
			fc.property(latencies, latencies, (a, b) => {
				expect(mergeHistograms(histogramOf(a), histogramOf(b))).toEqual(histogramOf([...a, ...b]));
			}),
		);
	});
});

describe('the encoding', () => {
	test('brings every histogram back', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
			}),
		);
	});

	test('is read by another HdrHistogram library, bucket by bucket', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				const other = decodeFromCompressedBase64(encodeHistogram(histogram).encoded, 64, false);
				expect(other.totalCount).toBe(values.length);
				for (const q of shares.slice(1)) {
					const found = quantile(histogram, q)!;
					expect(Math.abs(other.getValueAtPercentile(100 * q) - found)).toBeLessThanOrEqual(found / 1000 + 1);
				}

				const again = decodeHistogram({...encodeHistogram(histogram), encoded: encodeIntoCompressedBase64(other)});
				expect([...buckets(again)]).toEqual([...buckets(histogram)]);
			}),
			{numRuns: 30},
		);
	});

	test('reads what another HdrHistogram library wrote', () => {
		const values = [1, 250, 2047, 2048, 5000, 123_456, 3_599_999_999];
		const other = build({
			lowestDiscernibleValue: 1,
			highestTrackableValue: highestMicroseconds,
			numberOfSignificantValueDigits: 3,
		});
		for (const value of values) other.recordValue(value);
		const own = histogramOf(values);
		const decoded = decodeHistogram({...encodeHistogram(own), encoded: encodeIntoCompressedBase64(other)});
		expect(decoded).toEqual(own);
	});

	test('is visited bucket by bucket, as it is decoded; one that broke off leaves nothing behind', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				const histogram = histogramOf(values);
				const {encoded} = encodeHistogram(histogram);
				let seen = 0;
				expect(() => visitBuckets(encoded, () => expect(seen++).toBeLessThan(0))).toThrow();
				const visited: Array<readonly [number, number]> = [];
				visitBuckets(encoded, (index, count) => visited.push([lowestOf(index), count]));
				expect(visited).toEqual([...buckets(histogram)].map(([lowest, , count]) => [lowest, count]));
				expect(decodeHistogram(encodeHistogram(histogram))).toEqual(histogram);
			}),
		);
	});

	test('refuses what would swell to more than any histogram', () => {
		const {minimum, maximum, sum} = emptyHistogram;
		const bytes = Buffer.from(encodeHistogram(histogramOf([5])).encoded, 'base64');
		const bomb = Buffer.concat([bytes.subarray(0, 8), zlibSync(new Uint8Array(50_000_000))]);
		bomb.writeInt32BE(bomb.length - 8, 4);
		expect(() => decodeHistogram({encoded: bomb.toString('base64'), minimum, maximum, sum})).toThrow(RangeError);
	});

	test('refuses other bytes', () => {
		const {minimum, maximum, sum} = emptyHistogram;
		expect(() => decodeHistogram({encoded: 'AAAA', minimum, maximum, sum})).toThrow(RangeError);
		expect(() => decodeHistogram({encoded: Buffer.alloc(60).toString('base64'), minimum, maximum, sum})).toThrow(
			RangeError,
		);
	});

	test('carries counts beyond 32 bits', () => {
		const one = histogramOf([5, 7000]);
		const many = {...one, counts: one.counts.map((count) => count * 6e9), count: one.count * 6e9};
		expect(decodeHistogram(encodeHistogram(many))).toEqual(many);
	});
});

describe('mean and standard deviation', () => {
	test('the mean is exact', () => {
		fc.assert(
			fc.property(latencies, (values) => {
				expect(mean(histogramOf(values))).toBe(values.reduce((sum, value) => sum + value, 0) / values.length);
			}),
		);
	});

	test('the deviation is that of the values, within the width of a bucket', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: 1, max: 10_000_000}), {minLength: 2, maxLength: 200}), (values) => {
				const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
				const truth = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
				expect(Math.abs(standardDeviation(histogramOf(values))! - truth)).toBeLessThanOrEqual(
					Math.max(...values) / 1000 + 1,
				);
			}),
		);
	});

	test('a constant does not deviate, and one value has no deviation', () => {
		expect(standardDeviation(histogramOf([100_123, 100_123, 100_123]))).toBe(0);
		expect(standardDeviation(histogramOf([100_123]))).toBeUndefined();
	});
});

describe('censored waits', () => {
	/** Kaplan and Meier over raw values; at ties an ending comes before a censoring. */
	const naive = (ended: readonly number[], waiting: readonly number[], q: number): number => {
		const moments = [...new Set(ended)].sort((a, b) => a - b);
		let survival = 1;
		for (const moment of moments) {
			const atRisk =
				ended.filter((value) => value >= moment).length + waiting.filter((value) => value >= moment).length;
			survival *= 1 - ended.filter((value) => value === moment).length / atRisk;
			if (survival <= 1 - q + 1e-9) return moment;
		}

		return Math.max(...ended, ...waiting);
	};

	test('agree with the product-limit estimator over the raw values', () => {
		const small = fc.array(fc.integer({min: 0, max: 2000}), {minLength: 1, maxLength: 60});
		fc.assert(
			fc.property(small, small, fc.constantFrom(0.1, 0.5, 0.9, 0.95, 0.99), (ended, waiting, q) => {
				expect(censoredQuantile(histogramOf(ended), histogramOf(waiting), q)).toBe(naive(ended, waiting, q));
			}),
		);
	});

	test('shorter than every latency change nothing', () => {
		const late = fc.array(fc.integer({min: 1_000_000, max: 9_000_000}), {minLength: 1, maxLength: 300});
		const waiting = histogramOf([500_000, 400_000, 1]);
		fc.assert(
			fc.property(late, fc.constantFrom(...shares.slice(1)), (values, q) => {
				const ended = histogramOf(values);
				expect(censoredQuantile(ended, waiting, q)).toBe(quantile(ended, q));
			}),
		);
	});

	test('show a target that went silent: the tail is at least as long as the wait', () => {
		const ended = histogramOf(Array.from({length: 900}, () => 2000));
		const waiting = histogramOf(Array.from({length: 100}, () => 5_000_000));
		expect(censoredQuantile(ended, waiting, 0.5)).toBe(2000);
		expect(censoredQuantile(ended, waiting, 0.95)).toBe(5_000_000);
		expect(censoredQuantile(emptyHistogram, waiting, 0.5)).toBe(5_000_000);
	});
});

describe('the accumulator', () => {
	test('is empty after a take and holds what came since', () => {
		const accumulator = createAccumulator();
		accumulator.record(10.4);
		accumulator.record(999_999_999_999);
		accumulator.record(-3);
		const first = accumulator.take();
		expect([first.count, first.minimum, first.maximum]).toEqual([3, 0, highestMicroseconds]);
		expect(accumulator.take()).toEqual(emptyHistogram);
		accumulator.record(70);
		expect(accumulator.take()).toEqual(histogramOf([70]));
	});
});

test('several quantiles in one go are those that each alone is', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: 5_000_000}), {maxLength: 200}), (values) => {
			const histogram = histogramOf(values);
			expect(quantiles(histogram, shares)).toEqual(shares.map((q) => quantile(histogram, q)));
		}),
	);
});
