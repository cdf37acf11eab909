import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {overdispersion, shareDifference, wilsonInterval} from '../../source/stats/share-difference.ts';

const share = fc.integer({min: 1, max: 1_000_000}).chain((ended) =>
	fc.record({
		ended: fc.constant(ended),
		failed: fc.integer({min: 0, max: ended}),
	}),
);

describe('the difference of two shares', () => {
	test('Newcombe 1998, table II, method 10', () => {
		// (a) 56/70 − 48/80 and (c) 5/56 − 0/29, (e) 0/10 − 0/10.
		const [lowA, highA] = shareDifference({failed: 48, ended: 80}, {failed: 56, ended: 70});
		expect([lowA.toFixed(4), highA.toFixed(4)]).toEqual(['0.0524', '0.3339']);
		const [lowD, highD] = shareDifference({failed: 0, ended: 29}, {failed: 5, ended: 56});
		expect([lowD.toFixed(4), highD.toFixed(4)]).toEqual(['-0.0381', '0.1926']);
		const [lowG, highG] = shareDifference({failed: 0, ended: 10}, {failed: 0, ended: 20});
		expect([lowG.toFixed(4), highG.toFixed(4)]).toEqual(['-0.2775', '0.1611']);
	});

	test('holds its estimate, stays within −1 and 1, and turns round with its sides', () => {
		fc.assert(
			fc.property(share, share, (a, b) => {
				const [low, high] = shareDifference(a, b);
				const estimate = b.failed / b.ended - a.failed / a.ended;
				expect(low).toBeLessThanOrEqual(estimate + 1e-12);
				expect(high).toBeGreaterThanOrEqual(estimate - 1e-12);
				expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
				expect(high).toBeLessThanOrEqual(1 + 1e-12);
				const [turnedLow, turnedHigh] = shareDifference(b, a);
				expect(turnedLow).toBeCloseTo(-high, 12);
				expect(turnedHigh).toBeCloseTo(-low, 12);
			}),
		);
	});

	test('Wilson’s interval of no failure and of nothing but failures', () => {
		expect(wilsonInterval({failed: 0, ended: 10})[0]).toBe(0);
		expect(wilsonInterval({failed: 0, ended: 10})[1]).toBeCloseTo(0.2775, 4);
		expect(wilsonInterval({failed: 10, ended: 10})[1]).toBe(1);
	});
});

describe('overdispersion', () => {
	test('is 1 of nothing, of one part, of no failure', () => {
		expect(overdispersion([])).toBe(1);
		expect(overdispersion([{failed: 3, ended: 10}])).toBe(1);
		expect(
			overdispersion([
				{failed: 0, ended: 10},
				{failed: 0, ended: 10},
			]),
		).toBe(1);
	});

	test('is near 1 of independent failures, and large of a burst', () => {
		const random = seededRandom(3);
		const independent = Array.from({length: 500}, () => ({
			ended: 1000,
			failed: Array.from({length: 1000}, () => random() < 0.02).filter(Boolean).length,
		}));
		expect(overdispersion(independent)).toBeLessThan(1.2);
		// A share of .1 in ten parts of 100: χ² = (90² + 9·10²)/(100·.1·.9) = 1000, over 9.
		const burst = Array.from({length: 10}, (_, part) => ({ended: 100, failed: part === 4 ? 100 : 0}));
		expect(overdispersion(burst)).toBeCloseTo(1000 / 9, 9);
	});
});
