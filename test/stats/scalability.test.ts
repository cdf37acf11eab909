import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {fitScalability, type LoadPoint, type Parameter} from '../../source/stats/scalability.ts';
import {studentTQuantile} from '../../source/stats/student-t.ts';
import published from '../data/usl.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';
import {noiseOf} from '../helpers/noise.ts';

const pointsOf = ({N, X}: {N: readonly number[]; X: readonly number[]}): LoadPoint[] =>
	N.map((load, place) => ({load, throughput: X[place]!}));

const law = (load: number, contention: number, coherency: number, single: number): number =>
	(single * load) / (1 + contention * (load - 1) + coherency * load * (load - 1));
const loads = [1, 2, 4, 8, 16, 32, 64];

const raytracer = readFileSync(new URL('../data/raytracer.csv', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.slice(1)
	.map((line) => line.split(',').map(Number))
	.map(([load, throughput]) => ({load: load!, throughput: throughput!}));

describe('the fits of the R package usl', () => {
	test('of its synthetic data, which have four digits', () => {
		const fit = fitScalability(pointsOf(published.synthetic_exact))!;
		expect(fit.contention.estimate).toBeCloseTo(published.synthetic_exact.alpha, 4);
		expect(fit.coherency.estimate).toBeCloseTo(published.synthetic_exact.beta, 4);
		expect(fit.single.estimate).toBeCloseTo(published.synthetic_exact.gamma, 4);
		expect(fit.peak).toMatchObject({kind: 'peak', load: expect.closeTo(7, 3), measured: true});
	});

	test('of the first six loads of the ray tracer, with its standard errors', () => {
		const {alpha, beta, gamma, pkg_ci: intervals} = published.raytracer_first6;
		const fit = fitScalability(pointsOf(published.raytracer_first6))!;
		expect(fit.contention.estimate).toBeCloseTo(alpha, 5);
		expect(fit.coherency.estimate).toBeCloseTo(beta, 5);
		expect(fit.single.estimate).toBeCloseTo(gamma, 5);
		// The package takes another quantile of t, which makes them no intervals of 95 %.
		const [ours, theirs] = [studentTQuantile(0.975, 3), studentTQuantile(0.95, 5)];
		const asTheirs = ({estimate, high}: Parameter): number[] =>
			[-1, 1].map((side) => estimate + (side * (high - estimate) * theirs) / ours);
		expect(asTheirs(fit.contention).map((end) => Number(end.toFixed(5)))).toEqual(intervals.alpha);
		expect(asTheirs(fit.coherency).map((end) => Number(end.toFixed(5)))).toEqual(intervals.beta);
		expect(asTheirs(fit.single).map((end) => Number(end.toFixed(5)))).toEqual(intervals.gamma);
	});

	test('of all of it: no peak in the data', () => {
		const expected = published.raytracer_full;
		const fit = fitScalability(raytracer)!;
		// The published fit stopped at nine digits; the derivative is zero here.
		expect(fit.contention.estimate).toBeCloseTo(expected.alpha, 8);
		expectDigits(fit.contention.estimate, 0.05777078073956945, 10);
		expect(fit.coherency).toMatchObject({estimate: 0, low: 0, bound: true});
		expect(fit.coherency.high).toBeGreaterThan(0);
		expect(fit.single.estimate).toBeCloseTo(expected.gamma, 6);
		expect(fit.residualDeviation).toBeCloseTo(expected.resid_se, 4);
		expect(fit.limit).toBeCloseTo(expected.limit_X, 3);
		expect(fit.peak).toEqual({kind: 'none'});
		expect(fit.freedom).toBe(8);
	});
});

describe('a fit', () => {
	test('finds what the data were made of, whatever the unit', () => {
		fc.assert(
			fc.property(
				fc.double({min: 0.001, max: 0.6, noNaN: true}),
				fc.double({min: 1e-4, max: 0.05, noNaN: true}),
				fc.double({min: 1e-2, max: 1e6, noNaN: true}),
				(contention, coherency, single) => {
					const fit = fitScalability(
						loads.map((load) => ({load, throughput: law(load, contention, coherency, single)})),
					)!;
					expect(fit.contention.estimate).toBeCloseTo(contention, 5);
					expect(fit.coherency.estimate).toBeCloseTo(coherency, 6);
					expect(fit.single.estimate / single).toBeCloseTo(1, 5);
					expect(fit.explained).toBeCloseTo(1, 8);
					const peak = Math.sqrt((1 - contention) / coherency);
					expect(fit.peak).toMatchObject({kind: 'peak', measured: peak <= 64});
					if (fit.peak.kind === 'peak') expect(fit.peak.load / peak).toBeCloseTo(1, 3);
				},
			),
		);
	});

	test('never leaves its bounds, and never says less of the squares than another choice', () => {
		const noisy = fc.array(fc.integer({min: 1, max: 1000}), {minLength: loads.length, maxLength: loads.length});
		fc.assert(
			fc.property(noisy, (throughputs) => {
				const points = loads.map((load, place) => ({load, throughput: throughputs[place]!}));
				const fit = fitScalability(points);
				if (fit === undefined) return;
				for (const {estimate} of [fit.contention, fit.coherency]) {
					expect(estimate).toBeGreaterThanOrEqual(0);
					expect(estimate).toBeLessThanOrEqual(1);
				}

				const left = fit.residualDeviation ** 2 * fit.freedom;
				for (const contention of [0, 0.01, 0.1, 0.5, 1]) {
					for (const coherency of [0, 1e-4, 0.01, 0.1, 1]) {
						// The best throughput of one for these two.
						const shapes = points.map(({load}) => law(load, contention, coherency, 1));
						const single =
							shapes.reduce((sum, shape, place) => sum + shape * points[place]!.throughput, 0) /
							shapes.reduce((sum, shape) => sum + shape * shape, 0);
						const other = shapes.reduce(
							(sum, shape, place) => sum + (points[place]!.throughput - single * shape) ** 2,
							0,
						);
						expect(left).toBeLessThanOrEqual(other * (1 + 1e-6) + 1e-6);
					}
				}
			}),
			{numRuns: 40},
		);
	});

	test('weighs loads by their errors', () => {
		const exact = loads.map((load) => ({load, throughput: law(load, 0.05, 0.001, 100), error: 1}));
		const spoilt = exact.map((point) => (point.load === 64 ? {...point, throughput: 5, error: 1e6} : point));
		expect(fitScalability(spoilt)!.contention.estimate).toBeCloseTo(0.05, 5);
		expect(
			fitScalability(spoilt.map(({load, throughput}) => ({load, throughput})))!.contention.estimate,
		).not.toBeCloseTo(0.05, 3);
	});

	test('has intervals that hold the truth as often as they say', () => {
		const fits = 200;
		let [contention, peak] = [0, 0];
		for (let seed = 1; seed <= fits; seed++) {
			const noise = noiseOf(seededRandom(seed), 2);
			const fit = fitScalability(
				[1, 2, 4, 8, 12, 16, 24, 32, 48].map((load) => ({load, throughput: law(load, 0.05, 0.001, 100) + noise()})),
			)!;
			if (fit.contention.low <= 0.05 && 0.05 <= fit.contention.high) contention += 1;
			const truth = Math.sqrt(0.95 / 0.001);
			if (fit.peak.kind === 'peak' && fit.peak.low <= truth && truth <= fit.peak.high) peak += 1;
		}

		expect(contention / fits).toBeGreaterThan(0.9);
		expect(peak / fits).toBeGreaterThan(0.9);
	});

	test('of too few loads, of no throughput, of a load of nothing there is none', () => {
		const few = [1, 2, 4, 8, 16].map((load) => ({load, throughput: load}));
		expect(fitScalability(few)).toBeUndefined();
		expect(fitScalability([...few, {load: 16, throughput: 15}])).toBeUndefined();
		expect(fitScalability(loads.map((load) => ({load, throughput: 0})))).toBeUndefined();
		expect(fitScalability([0, ...loads].map((load) => ({load, throughput: load})))).toBeUndefined();
	});

	test('of a system that scales as it should has neither peak nor limit', () => {
		const fit = fitScalability(loads.map((load) => ({load, throughput: 50 * load})))!;
		expect(fit.peak).toEqual({kind: 'none'});
		expect(fit.limit).toBe(Number.POSITIVE_INFINITY);
		expect(fit.single.estimate).toBeCloseTo(50, 9);
	});
});
