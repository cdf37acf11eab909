import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {arrivals, paceOf, type Stretch, stepsBetween} from '../../source/core/pacer.ts';
import {seededRandom} from '../../source/core/random.ts';

const forever = (rate: number): Stretch[] => [{duration: 0, from: rate, to: rate}];
const take = (next: () => number, count: number): number[] => Array.from({length: count}, next);

describe('a pace', () => {
	test('of one rate is n/R, without drift', () => {
		expect(take(arrivals(paceOf(forever(4))), 4)).toEqual([0, 250, 500, 750]);
		expect(paceOf(forever(3))(3_000_000_000)).toBeCloseTo(1e12, 3);
	});

	test('of a ramp is where the area under it reaches n', () => {
		const pace = paceOf([{duration: 10_000, from: 100, to: 2000}]);
		// N(t) = 100 t + 95 t², t in seconds.
		for (const t of [0, 0.5, 1, 3, 9.99]) expect(pace(100 * t + 95 * t * t)).toBeCloseTo(t * 1000, 6);
		expect(pace(10_500)).toBeCloseTo(10_000, 6);
		expect(pace(10_500 + 4000)).toBeCloseTo(12_000, 6);
	});

	test('of a ramp down to nothing ends', () => {
		const pace = paceOf([{duration: 2000, from: 100, to: 0}]);
		expect(pace(75)).toBeCloseTo(1000, 6);
		expect(pace(100)).toBeCloseTo(2000, 3);
		expect(pace(101)).toBe(Number.POSITIVE_INFINITY);
	});

	test('of a ramp up from nothing begins', () => {
		const pace = paceOf([{duration: 2000, from: 0, to: 100}]);
		expect(pace(0)).toBe(0);
		expect(pace(25)).toBeCloseTo(1000, 6);
	});

	test('of a warm-up and steps follows each in its time', () => {
		const pace = paceOf([{duration: 1000, from: 10, to: 10}, ...stepsBetween(10, 40, 4, 4000)]);
		expect([5, 10, 20, 40, 70, 110, 150].map(pace).map(Math.round)).toEqual([500, 1000, 2000, 3000, 4000, 5000, 6000]);
	});

	test('never falls, whatever its stretches, and agrees with the area under them', () => {
		const rate = fc.double({min: 0.1, max: 5000, noNaN: true});
		const stretch = fc.record({duration: fc.double({min: 1, max: 5000, noNaN: true}), from: rate, to: rate});
		fc.assert(
			fc.property(
				fc.array(stretch, {minLength: 1, maxLength: 4}),
				fc.double({min: 0, max: 1, noNaN: true}),
				(all, at) => {
					const pace = paceOf(all);
					const length = all.reduce((sum, {duration}) => sum + duration, 0);
					const time = at * length;
					let area = 0;
					let begin = 0;
					for (const {duration, from, to} of all) {
						const here = Math.min(duration, Math.max(0, time - begin));
						area += (from * here + ((to - from) * here * here) / (2 * duration)) / 1000;
						begin += duration;
					}

					expect(pace(area)).toBeCloseTo(time, 3);
					const times = take(arrivals(pace), 200);
					expect(times.every((due, index) => index === 0 || due >= times[index - 1]!)).toBe(true);
				},
			),
		);
	});
});

describe('shares of even arrivals', () => {
	test('are every third each, of a ramp and steps too', () => {
		const scaled = (by: number): Stretch[] =>
			[
				{duration: 500, from: 50, to: 50},
				{duration: 1000, from: 50, to: 200},
				{duration: 500, from: 100, to: 100},
			].map(({duration, from, to}) => ({duration, from: from / by, to: to / by}));
		const whole = take(arrivals(paceOf(scaled(1))), 300);
		const shares = [0, 1, 2].flatMap((turn) => take(arrivals(paceOf(scaled(3)), undefined, turn / 3), 100));
		const together = shares.toSorted((a, b) => a - b);
		for (const [index, due] of whole.entries()) expect(together[index]).toBeCloseTo(due, 6);
	});
});

describe('random arrivals', () => {
	test('are a Poisson process: gaps of mean 1/R, exponentially distributed, the same for a seed', () => {
		const times = take(arrivals(paceOf(forever(1000)), seededRandom(7)), 20_000);
		const gaps = times.map((time, index) => time - (times[index - 1] ?? 0)).sort((a, b) => a - b);
		expect(times.at(-1)! / times.length).toBeCloseTo(1, 1);
		for (const q of [0.1, 0.5, 0.9, 0.99]) {
			const expected = -Math.log(1 - q);
			expect(Math.abs(gaps[Math.floor(q * gaps.length)]! - expected)).toBeLessThan(0.05 * expected + 0.01);
		}

		expect(take(arrivals(paceOf(forever(1000)), seededRandom(7)), 5)).toEqual(times.slice(0, 5));
		expect(take(arrivals(paceOf(forever(1000)), seededRandom(8)), 5)).not.toEqual(times.slice(0, 5));
	});
});
