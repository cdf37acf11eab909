import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {fitAutoregression} from '../../source/stats/autoregression.ts';
import {bestCut} from '../../source/stats/change-confirmation.ts';
import {leftAfterCuts} from '../../source/stats/change-location.ts';
import {analyseChanges, appendValues} from '../../source/stats/change-points.ts';
import {solveLeastSquares} from '../../source/stats/linear-model.ts';
import {momentsOf} from '../../source/stats/moments.ts';
import {holdSpikes} from '../../source/stats/spikes.ts';
import tigerbeetle from '../data/series/tigerbeetle.json' with {type: 'json'};
import {noiseOf} from '../helpers/noise.ts';

const wandering = (
	count: number,
	remembered: number,
	seed: number,
	steps: Readonly<Record<number, number>> = {},
): number[] => {
	const fresh = noiseOf(seededRandom(seed), 1);
	let noise = fresh() / Math.sqrt(1 - remembered ** 2);
	let level = 100;
	return Array.from({length: count}, (_, index) => {
		noise = remembered * noise + fresh();
		level += steps[index] ?? 0;
		return level + noise;
	});
};

const places = (values: readonly number[]): number[] => analyseChanges(values).changePoints.map(({index}) => index);

describe('the best cut', () => {
	test('is where the pooled t is largest', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: -1000, max: 1000}), {minLength: 4, maxLength: 30}), (values) => {
				const cut = bestCut(values, 0, values.length)!;
				const explained = (index: number): number => {
					const [all, left, right] = [momentsOf(values), momentsOf(values, 0, index), momentsOf(values, index)];
					return all.squares === 0 ? 0 : 1 - (left.squares + right.squares) / all.squares;
				};
				const best = Math.max(...values.slice(1).map((_, place) => explained(place + 1)));
				expect(cut.explained).toBeCloseTo(best, 6);
				expect(explained(cut.index)).toBeCloseTo(best, 6);
			}),
		);
	});
});

describe('the fitted wandering', () => {
	test.each([0, 0.3, 0.6, 0.8])('of a long series with ρ = %s is its own', (rho) => {
		const values = wandering(4000, rho, 3);
		const {coefficients, inflation} = fitAutoregression(values, [0, values.length]);
		expect(coefficients[0] ?? 0).toBeCloseTo(rho, 1);
		expect(inflation / ((1 + rho) / (1 - rho))).toBeGreaterThan(0.8);
		expect(inflation / ((1 + rho) / (1 - rho))).toBeLessThan(1.25);
	});

	test('is not made of steps that are known', () => {
		const values = wandering(400, 0, 5, {100: 5, 200: -5, 300: 5});
		expect(fitAutoregression(values, [0, 400]).inflation).toBeGreaterThan(5);
		expect(fitAutoregression(values, [0, 100, 200, 300, 400]).inflation).toBeLessThan(1.5);
	});

	test('of a constant, of alternating values, of few there is none', () => {
		const none = {coefficients: [], innovationShare: 1, inflation: 1};
		expect(fitAutoregression(new Array<number>(50).fill(3), [0, 50])).toEqual(none);
		expect(
			fitAutoregression(
				Array.from({length: 60}, (_, index) => index % 2),
				[0, 60],
			),
		).toEqual(none);
		expect(fitAutoregression([1, 2], [0, 1, 2])).toEqual(none);
	});
});

describe('what a cut leaves', () => {
	test('is what least squares leave of the innovations', () => {
		const coefficient = fc.double({min: -0.4, max: 0.4, noNaN: true});
		fc.assert(
			fc.property(
				fc.array(fc.integer({min: -100, max: 100}), {minLength: 8, maxLength: 25}),
				fc.array(coefficient, {maxLength: 3}),
				fc.double({min: 0.2, max: 1, noNaN: true}),
				(values, coefficients, innovationShare) => {
					const newIn = (some: readonly number[]): number[] =>
						some.map((value, index) =>
							index < coefficients.length
								? value * Math.sqrt(innovationShare)
								: coefficients.reduce((rest, share, lag) => rest - share * some[index - 1 - lag]!, value),
						);
					const left = leftAfterCuts(values, 0, values.length, {coefficients, innovationShare, inflation: 2});
					expect(left).toHaveLength(values.length - 1);
					for (const [place, rest] of left.entries()) {
						const step = values.map((_, index) => (index > place ? 1 : 0));
						const slow = solveLeastSquares([newIn(values.map(() => 1)), newIn(step)], newIn(values));
						if (slow !== undefined) expect(rest).toBeCloseTo(slow.left, 5);
					}
				},
			),
		);
	});
});

describe('spikes', () => {
	test('are held where their neighbours say, and steps stay', () => {
		const values = Float64Array.from(wandering(60, 0, 21, {30: 50}));
		expect([...holdSpikes(values)].map((value) => (value > 125 ? 1 : 0))).toEqual(
			Array.from({length: 60}, (_, index) => (index < 30 ? 0 : 1)),
		);
		values[10] = 1e6;
		expect(holdSpikes(values)[10]).toBeLessThan(115);
		expect(holdSpikes(values).filter((value, index) => value !== values[index]).length).toBeLessThan(8);
	});

	test('of values most of which are alike are left', () => {
		const values = Float64Array.from([5, 5, 5, 5, 9, 5, 5, 5, 5]);
		expect(holdSpikes(values)).toEqual(values);
	});
});

describe('change points', () => {
	test('are found with their sizes, their segments and where they may lie', () => {
		const {changePoints, current} = analyseChanges(wandering(120, 0, 7, {40: 10, 90: -20}));
		expect(changePoints.map(({index}) => index)).toEqual([40, 90]);
		const [rise, fall] = changePoints;
		expect(rise).toMatchObject({before: {from: 0, to: 40}, after: {from: 40, to: 90}});
		expect(rise!.change).toBeCloseTo(0.1, 1);
		expect(fall!.change).toBeCloseTo(90 / 110 - 1, 1);
		expect(current).toEqual(fall!.after);
		expect(current!.deviation).toBeCloseTo(1, 0);
		for (const {earliest, index, latest, p} of changePoints) {
			expect(earliest).toBeLessThanOrEqual(index);
			expect(latest).toBeGreaterThanOrEqual(index);
			expect(p).toBeLessThanOrEqual(0.005);
		}
	});

	test('of little or nothing there are none', () => {
		expect(analyseChanges([])).toMatchObject({changePoints: [], current: undefined});
		expect(analyseChanges([1])).toMatchObject({changePoints: [], current: {from: 0, to: 1, mean: 1, deviation: 0}});
		expect(places([1, 2])).toEqual([]);
		expect(places(new Array<number>(300).fill(4))).toEqual([]);
	});

	test('of noiseless steps are their places', () => {
		expect(places(Array.from({length: 90}, (_, index) => (index < 30 ? 1 : index < 60 ? 2 : 1)))).toEqual([30, 60]);
	});

	test('a single outlier is none', () => {
		const values = wandering(100, 0, 9);
		values[50] = 160;
		expect(places(values)).toEqual([]);
	});

	test('are found beside runs that went wrong, as well as without them', () => {
		const random = seededRandom(19);
		const series = 60;
		let found = 0;
		for (let seed = 1; seed <= series; seed++) {
			const at = 20 + Math.floor(60 * random());
			const values = wandering(100, 0, seed, {[at]: 3});
			values[Math.floor(100 * random())]! += 20;
			values[Math.floor(100 * random())]! += 40;
			if (places(values).some((index) => Math.abs(index - at) <= 3)) found += 1;
		}

		expect(found / series).toBeGreaterThanOrEqual(0.9);
	});

	test('are the same for the same values, and whatever the unit', () => {
		expect(analyseChanges(tigerbeetle)).toEqual(analyseChanges(tigerbeetle));
		const series = wandering(150, 0.3, 11, {75: 6});
		expect(places(series.map((value) => value * 1024))).toEqual(places(series));
		expect(places(series.map((value) => -value))).toEqual(places(series));
	});

	test('a value that is no finite number is told, with its place', () => {
		expect(() => analyseChanges([1, Number.NaN])).toThrow(/value 1 of the series is NaN/);
		expect(() => appendValues(analyseChanges([1, 2]), [Number.POSITIVE_INFINITY])).toThrow(RangeError);
	});
});

describe('values that are appended', () => {
	const pieces = fc.array(fc.record({count: fc.integer({min: 1, max: 60}), step: fc.integer({min: -6, max: 6})}), {
		minLength: 1,
		maxLength: 9,
	});
	test('give the same change points as all at once', () => {
		fc.assert(
			fc.property(
				pieces,
				fc.integer({min: 0, max: 1000}),
				fc.array(fc.nat(500), {maxLength: 5}),
				(parts, seed, cuts) => {
					let at = 0;
					const steps: Record<number, number> = {};
					for (const {count, step} of parts) {
						steps[at] = step;
						at += count;
					}

					const values = wandering(at, 0.3, seed, steps);
					for (const [start, step] of Object.entries(steps)) values[Number(start) + 1]! += 10 * step;
					values.length = at;
					const bounds = [0, ...cuts.filter((cut) => cut < at).sort((a, b) => a - b), at];
					const pieced = bounds
						.slice(1)
						.reduce(
							(analysis, to, place) => appendValues(analysis, values.slice(bounds[place], to)),
							analyseChanges([]),
						);
					const whole = analyseChanges(values);
					expect(pieced.changePoints).toEqual(whole.changePoints);
					expect(pieced.windows).toEqual(whole.windows);
				},
			),
			{numRuns: 30},
		);
	});

	test('one by one as well', () => {
		const values = wandering(160, 0.3, 13, {60: 5, 130: -4});
		let analysis = analyseChanges([]);
		for (const value of values) analysis = appendValues(analysis, [value]);
		expect(analysis.changePoints).toEqual(analyseChanges(values).changePoints);
		expect(analysis.changePoints.map(({index}) => index)).toEqual([60, 130]);
	});

	test('leave windows and tests that they do not reach as they were', () => {
		const values = wandering(3000, 0, 17, {500: 8, 1000: -8, 1500: 8, 2000: -8, 2500: 8});
		const before = analyseChanges(values);
		const after = appendValues(before, [100]);
		const looked = after.windows.filter((window) => !before.windows.includes(window));
		expect(looked.every(({start}) => start > 3000 - 4 * 50)).toBe(true);
		expect(looked.length).toBeLessThanOrEqual(4);
		// The p of the first changes was not asked for again: a wrong one that is known stays.
		const lied = new Map([...before.known].map(([key, p]) => [key, p <= 0.0025 ? 0.001 : p] as const));
		expect(appendValues({...before, known: lied}, [100]).changePoints.map(({p}) => p)).toEqual([
			0.001, 0.001, 0.001, 0.001, 0.001,
		]);
	});
});

describe('how often', () => {
	/** As many series as a test has the time for; `npm run bench:stats` has more. */
	const rounds = 60;
	const alarms = (count: number, remembered: number): number =>
		Array.from({length: rounds}, (_, round) => places(wandering(count, remembered, round + 1))).filter(
			({length}) => length > 0,
		).length / rounds;

	test('nothing is found where nothing changes', () => {
		expect(alarms(100, 0)).toBeLessThanOrEqual(0.05);
		expect(alarms(365, 0)).toBeLessThanOrEqual(0.05);
		expect(alarms(365, 0.3)).toBeLessThanOrEqual(0.05);
		expect(alarms(365, 0.6)).toBeLessThanOrEqual(0.07);
	});

	test('a step of two standard deviations is found within three values, also where values wander', () => {
		const random = seededRandom(5);
		let [found, held] = [0, 0];
		for (let round = 0; round < 2 * rounds; round++) {
			const at = Math.floor(365 * (0.1 + 0.8 * random()));
			const {changePoints} = analyseChanges(wandering(365, 0.3, round + 1, {[at]: 2}));
			if (changePoints.some(({index}) => Math.abs(index - at) <= 3)) found += 1;
			if (changePoints.some(({earliest, latest}) => earliest <= at && at <= latest)) held += 1;
		}

		expect(found / (2 * rounds)).toBeGreaterThanOrEqual(0.85);
		expect(held / (2 * rounds)).toBeGreaterThanOrEqual(0.92);
	});
});
