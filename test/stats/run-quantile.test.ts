import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	emptyHistogram,
	type Histogram,
	histogramOf,
	mergeAllHistograms,
	quantile,
} from '../../source/core/histogram.ts';
import {seededRandom} from '../../source/core/random.ts';
import {countsBelow, designEffect, placeOf} from '../../source/stats/design-effect.ts';
import {runQuantile} from '../../source/stats/run-quantile.ts';

describe('the quantile of a run for comparing', () => {
	test('is within half a bucket of the one that is told', () => {
		const latencies = fc.array(fc.integer({min: 1, max: 3_000_000}), {minLength: 1, maxLength: 200});
		fc.assert(
			fc.property(latencies, fc.double({min: 0, max: 1, noNaN: true}), (some, q) => {
				const histogram = histogramOf(some);
				const [fine, told] = [runQuantile(histogram, q)!, quantile(histogram, q)!];
				expect(Math.abs(fine - told)).toBeLessThanOrEqual(Math.max(0.5, told * 0.001));
			}),
		);
	});

	test('tells apart what whole microseconds cannot', () => {
		const random = seededRandom(2);
		// Around 5 µs and 2 % slower: both round to 5 µs.
		const run = (level: number): Histogram =>
			histogramOf(Array.from({length: 20_000}, () => level * (0.8 + 0.4 * random())));
		const [a, b] = [run(5), run(5.1)];
		expect(quantile(a, 0.5)).toBe(quantile(b, 0.5));
		expect(Math.abs(runQuantile(b, 0.5)! / runQuantile(a, 0.5)! - 1.02)).toBeLessThan(0.01);
	});

	test('of nothing there is none', () => {
		expect(runQuantile(emptyHistogram, 0.5)).toBeUndefined();
	});
});

const quantileDesignEffect = (seconds: readonly Histogram[], q: number): number => {
	const places = [placeOf(mergeAllHistograms(seconds), q)].flatMap((place) => place ?? []);
	return designEffect(
		seconds.map((second) => countsBelow(second, places)[0] ?? 0),
		seconds.map(({count}) => count),
	).effect;
};

describe('the place of a quantile', () => {
	test('has as many operations below it as its rank says, of all seconds together', () => {
		const latencies = fc.array(fc.array(fc.integer({min: 1, max: 3_000_000}), {maxLength: 60}), {
			minLength: 1,
			maxLength: 9,
		});
		fc.assert(
			fc.property(latencies, (some) => {
				const seconds = some.map(histogramOf);
				const merged = mergeAllHistograms(seconds);
				const levels = [0.1, 0.5, 0.9, 0.99];
				const places = levels.flatMap((q) => placeOf(merged, q) ?? []);
				expect(places).toHaveLength(merged.count === 0 ? 0 : levels.length);
				for (const [index, q] of levels.slice(0, places.length).entries()) {
					const below = seconds.reduce((sum, second) => sum + countsBelow(second, places)[index]!, 0);
					expect(below).toBeCloseTo(Math.max(1, Math.ceil(q * merged.count - 1e-9)) - 0.5, 9);
				}
			}),
		);
	});
});

describe('the design effect of a quantile', () => {
	const random = seededRandom(7);
	const second = (level: number): Histogram =>
		histogramOf(Array.from({length: 100}, () => level * 10_000 * (0.5 + random())));

	test('is near 1 of seconds that are alike', () => {
		const seconds = Array.from({length: 300}, () => second(1));
		expect(quantileDesignEffect(seconds, 0.5)).toBeLessThan(1.4);
	});

	test('is large where seconds differ, and larger where they hang together', () => {
		const levels = Array.from({length: 300}, () => 0.8 + 0.4 * random());
		const shuffled = quantileDesignEffect(levels.map(second), 0.5);
		const drifting = quantileDesignEffect([...levels].sort((a, b) => a - b).map(second), 0.5);
		expect(shuffled).toBeGreaterThan(3);
		expect(drifting).toBeGreaterThan(2 * shuffled);
	});

	test('says how much more a quantile varies than of independent operations', () => {
		const runs = 120;
		const effects: number[] = [];
		const medians = Array.from({length: runs}, () => {
			const seconds = Array.from({length: 40}, () => second(0.8 + 0.4 * random()));
			effects.push(quantileDesignEffect(seconds, 0.5));
			return seconds.map((each) => runQuantile(each, 0.5)!).reduce((sum, value) => sum + value, 0) / 40;
		});
		const mean = medians.reduce((sum, value) => sum + value, 0) / runs;
		const variance = medians.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1);
		// Of 4000 independent ones: p(1 − p)/(n f²), with the density at the median of the mixture, about 1/(10 000 µs).
		const independent = 0.25 / (4000 * (1 / 10_000) ** 2);
		const effect = effects.reduce((sum, value) => sum + value, 0) / runs;
		expect(effect / (variance / independent)).toBeGreaterThan(0.6);
		expect(effect / (variance / independent)).toBeLessThan(1.6);
	});

	test('is 1 of a few seconds, and of nothing', () => {
		expect(quantileDesignEffect([second(1)], 0.5)).toBe(1);
		expect(quantileDesignEffect([], 0.5)).toBe(1);
	});
});
