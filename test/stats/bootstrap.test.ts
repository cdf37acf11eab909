import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {emptyHistogram, histogramOf, mergeHistograms, quantile} from '../../source/core/histogram.ts';
import {seededRandom} from '../../source/core/random.ts';
import {
	createResampler,
	drawBlocks,
	mostStretches,
	percentileInterval,
	type Stretch,
} from '../../source/stats/bootstrap.ts';

const asked = [0.5, 0.9, 0.99];

/** One resample as the textbook says: put the drawn seconds behind one another, merge, look. */
const naively = (stretches: readonly Stretch[], starts: readonly number[], blockLength: number) => {
	const drawn = starts
		.flatMap((start) => Array.from({length: blockLength}, (_, index) => stretches[(start + index) % stretches.length]!))
		.slice(0, stretches.length);
	const merged = drawn.map(({latency}) => latency).reduce(mergeHistograms, emptyHistogram);
	const seconds = drawn.reduce((sum, {milliseconds}) => sum + milliseconds, 0) / 1000;
	return {
		quantiles: asked.map((q) => quantile(merged, q) ?? Number.NaN),
		rate: drawn.reduce((sum, {answered}) => sum + answered, 0) / seconds,
	};
};

const stretches = fc.array(
	fc
		.array(fc.integer({min: 1, max: 5_000_000}), {maxLength: 40})
		.map((latencies): Stretch => ({latency: histogramOf(latencies), answered: latencies.length, milliseconds: 1000})),
	{minLength: 1, maxLength: 40},
);

describe('the circular block bootstrap', () => {
	test('draws what a naive merge of the same seconds gives', () => {
		fc.assert(
			fc.property(stretches, fc.integer({min: 1, max: 12}), fc.integer(), (run, seconds, seed) => {
				const blockLength = Math.min(run.length, seconds);
				const fast = createResampler(run, asked, seconds * 1000).draw(seededRandom(seed));
				const slow = naively(run, drawBlocks(run.length, blockLength, seededRandom(seed)), blockLength);
				expect(fast.rate).toBeCloseTo(slow.rate, 9);
				for (const [index, value] of slow.quantiles.entries()) {
					// In the outermost buckets the naive merge knows the exact minimum and maximum: 0.1 % at most.
					if (Number.isNaN(value)) expect(fast.quantiles[index]).toBeNaN();
					else expect(Math.abs(fast.quantiles[index]! / value - 1)).toBeLessThan(0.0011);
				}
			}),
		);
	});

	test('observes the run itself', () => {
		fc.assert(
			fc.property(stretches, (run) => {
				const {observed} = createResampler(run, asked, 10_000);
				const merged = run.map(({latency}) => latency).reduce(mergeHistograms, emptyHistogram);
				expect(observed.quantiles).toEqual(asked.map((q) => quantile(merged, q) ?? Number.NaN));
			}),
		);
	});

	test('an interval like the naive one’s', () => {
		const random = seededRandom(11);
		const run = Array.from({length: 60}, (): Stretch => {
			const latencies = Array.from({length: 100}, () => 1000 - 4000 * Math.log(1 - random()));
			return {latency: histogramOf(latencies), answered: 100, milliseconds: 1000};
		});
		const resampler = createResampler(run, asked, 10_000);
		const same = seededRandom(12);
		const fast = Array.from({length: 300}, () => resampler.draw(same).quantiles[2]!);
		const again = seededRandom(12);
		const slow = Array.from({length: 300}, () => naively(run, drawBlocks(60, 10, again), 10).quantiles[2]!);
		const [[fastLow, fastHigh], [slowLow, slowHigh]] = [
			percentileInterval(fast, 0.95)!,
			percentileInterval(slow, 0.95)!,
		];
		expect(fastLow / slowLow).toBeCloseTo(1, 5);
		expect(fastHigh / slowHigh).toBeCloseTo(1, 5);
	});

	test('joins the seconds of a long run and says the same', () => {
		const run = Array.from(
			{length: 3 * mostStretches},
			(_, index): Stretch => ({
				latency: histogramOf([1000 + index]),
				answered: 1,
				milliseconds: 1000,
			}),
		);
		const {observed} = createResampler(run, asked, 10_000);
		expect(observed.quantiles[0]).toBeCloseTo(1000 + (3 * mostStretches) / 2, -1);
		expect(observed.rate).toBeCloseTo(1, 12);
	});

	test('every second is drawn equally often', () => {
		const times = new Array<number>(7).fill(0);
		const random = seededRandom(4);
		for (let draw = 0; draw < 7000; draw++) for (const start of drawBlocks(7, 3, random)) times[start]! += 1;
		for (const count of times) expect(Math.abs(count - 3000)).toBeLessThan(200);
	});
});

describe('the percentile interval', () => {
	test('of 0 … 100', () => {
		const [low, high] = percentileInterval(
			Array.from({length: 101}, (_, index) => 100 - index),
			0.9,
		)!;
		expect(low).toBeCloseTo(5, 12);
		expect(high).toBeCloseTo(95, 12);
	});

	test('is none of nothing, or of draws that often gave nothing', () => {
		expect(percentileInterval([], 0.95)).toBeUndefined();
		expect(percentileInterval([1, 2, 3, Number.NaN], 0.95)).toBeUndefined();
	});
});
