import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {trendPerDay} from '../../source/stats/day-trend.ts';
import type {Point} from '../../source/stats/trend.ts';
import {noiseOf} from '../helpers/noise.ts';

const day = 86_400_000;
const began = Date.UTC(2026, 0, 1);
const nightly = (count: number, level: (index: number) => number): Point[] =>
	Array.from({length: count}, (_, index) => ({at: began + index * day, value: level(index)}));

describe('the trend per day', () => {
	test('of a straight rise is its slope, by both ways', () => {
		const trend = trendPerDay(nightly(30, (index) => 100 + 2 * index))!;
		expect(trend).toMatchObject({direction: 'rising', days: 29, points: 30});
		expect(trend.perDay.estimate).toBeCloseTo(2, 10);
		expect(trend.line!.slope.estimate).toBeCloseTo(2, 10);
		expect(trend.line!.explained).toBeCloseTo(1, 12);
		expect(trend.sharePerDay!.estimate).toBeCloseTo(2 / 129, 10);
		expect(trend.p).toBeLessThan(1e-9);
	});

	test('has a direction only where the interval excludes 0', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: -20, max: 20}), {minLength: 3, maxLength: 40}), (values) => {
				const trend = trendPerDay(nightly(values.length, (index) => values[index]!))!;
				const {low, high} = trend.perDay;
				expect(low).toBeLessThanOrEqual(trend.perDay.estimate);
				expect(high).toBeGreaterThanOrEqual(trend.perDay.estimate);
				expect(trend.direction).toBe(low > 0 ? 'rising' : high < 0 ? 'falling' : 'unclear');
			}),
		);
	});

	test('does not depend on the order of the points, nor on when the first was', () => {
		const noise = noiseOf(seededRandom(3), 1);
		const points = nightly(50, (index) => 10 - 0.1 * index + noise());
		const turned = points.toReversed();
		expect(trendPerDay(turned)).toEqual(trendPerDay(points));
		const later = points.map(({at, value}) => ({at: at + 1000 * day, value}));
		expect(trendPerDay(later)!.perDay.estimate).toBeCloseTo(trendPerDay(points)!.perDay.estimate, 12);
		expect(trendPerDay(points)!.direction).toBe('falling');
	});

	test('is seldom seen where there is none, also where values wander', () => {
		const series = 200;
		const share = (remembered: number): number => {
			let seen = 0;
			for (let seed = 1; seed <= series; seed++) {
				const noise = noiseOf(seededRandom(seed), 1);
				let level = 0;
				const points = nightly(90, () => {
					level = remembered * level + noise();
					return 100 + level;
				});
				if (trendPerDay(points)!.direction !== 'unclear') seen += 1;
			}

			return seen / series;
		};
		expect(share(0)).toBeLessThanOrEqual(0.08);
		expect(share(0.3)).toBeLessThanOrEqual(0.1);
	});

	test('one run that went wrong does not make one', () => {
		const noise = noiseOf(seededRandom(5), 1);
		const points = nightly(60, (index) => 100 + noise() + (index === 59 ? 5000 : 0));
		expect(trendPerDay(points)!.direction).toBe('unclear');
	});

	test('of nothing, of two points, of one moment there is none', () => {
		expect(trendPerDay([])).toBeUndefined();
		expect(trendPerDay(nightly(2, (index) => index))).toBeUndefined();
		expect(trendPerDay([1, 2, 3].map((value) => ({at: began, value})))).toBeUndefined();
	});

	test('of a level around 0 there is no share', () => {
		expect(trendPerDay(nightly(9, (index) => index - 4))!.sharePerDay).toBeUndefined();
	});
});
