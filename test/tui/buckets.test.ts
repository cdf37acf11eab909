import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {buckets, histogramOf} from '../../source/core/histogram.ts';
import {bucketsOf} from '../../source/tui/panes/buckets.ts';

const latencies = fc.array(
	fc.oneof(
		fc.integer({min: 0, max: 3_600_000_000}),
		fc.integer({min: 0, max: 3000}),
		// On and beside the bounds.
		fc
			.tuple(fc.integer({min: -3, max: 20}), fc.integer({min: -1, max: 1}))
			.map(([octave, off]) => Math.max(0, Math.round(1000 * 2 ** octave) + off)),
	),
	{maxLength: 60},
);

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('logarithmic buckets', () => {
	test('count every latency once, as a naive count does, in no more rows than there are', () => {
		fc.assert(
			fc.property(latencies, latencies, fc.integer({min: 0, max: 60}), (a, b, rows) => {
				const histograms = [histogramOf(a), histogramOf(b)];
				const found = bucketsOf(histograms, rows);
				if (rows === 0 || a.length + b.length === 0) {
					expect(found).toEqual([]);
					return;
				}

				expect(found.length).toBeLessThanOrEqual(rows);
				for (const [index, histogram] of histograms.entries()) {
					expect(total(found.map(({counts}) => counts[index]!))).toBe(histogram.count);
					for (const {from, to, counts} of found) {
						const [low, high] = [(from ?? 0) * 1000, (to ?? Number.POSITIVE_INFINITY) * 1000];
						const naive = [...buckets(histogram)]
							.filter(([lowest]) => Math.max(1, lowest) >= low && Math.max(1, lowest) < high)
							.reduce((sum, [, , count]) => sum + count, 0);
						expect(counts[index]).toBe(naive);
						// No bucket of the histogram lies on both sides of a bound.
						for (const [lowest, width] of buckets(histogram)) {
							expect(lowest < high && lowest + width - 1 >= high).toBe(false);
						}
					}
				}

				for (const [index, {from}] of found.slice(1).entries()) expect(from).toBe(found[index]!.to);
			}),
			{numRuns: 300},
		);
	});

	test('are whole octaves of a millisecond where those fit, and finer ones where there is room', () => {
		const histogram = histogramOf(Array.from({length: 1000}, (_, index) => 1000 + index * 7));
		expect(bucketsOf([histogram], 4).map(({from, to, counts: [count]}) => [from, to, count])).toEqual([
			[1, 2, 143],
			[2, 4, 286],
			[4, 8, 571],
		]);
		expect(bucketsOf([histogram], 6).map(({from}) => from)).toEqual([1, 1.5, 2, 3, 4, 6]);
	});

	test('leave the rare ends open where there is no room for them', () => {
		const histogram = histogramOf([...new Array<number>(10_000).fill(3000), 20, 900_000]);
		expect(bucketsOf([histogram], 3).map(({from, to, counts: [count]}) => [from, to, count])).toEqual([
			[undefined, 3, 1],
			[3, 3.25, 10_000],
			[3.25, undefined, 1],
		]);
	});
});
