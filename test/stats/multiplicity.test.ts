import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {benjaminiHochberg, holm} from '../../source/stats/multiplicity.ts';

const ps = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 12});

describe('several tests at once', () => {
	test('by hand', () => {
		// As R's p.adjust has it.
		expect(holm([0.01, 0.02, 0.03, 0.04])).toEqual([0.04, 0.06, 0.06, 0.06]);
		expect(holm([0.04, 0.001, 0.03]).map((p) => Number(p.toFixed(12)))).toEqual([0.06, 0.003, 0.06]);
		expect(benjaminiHochberg([0.01, 0.02, 0.03, 0.04]).map((p) => Number(p.toFixed(12)))).toEqual([
			0.04, 0.04, 0.04, 0.04,
		]);
		expect(benjaminiHochberg([0.005, 0.9, 0.04]).map((p) => Number(p.toFixed(12)))).toEqual([0.015, 0.9, 0.06]);
	});

	test('Benjamini and Hochberg’s own example rejects the first four of fifteen', () => {
		const own = [
			0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
		];
		expect(benjaminiHochberg(own).filter((p) => p <= 0.05)).toHaveLength(4);
		expect(holm(own).filter((p) => p <= 0.05)).toHaveLength(3);
	});

	test('none becomes smaller, their order stays, and Holm is the stricter', () => {
		fc.assert(
			fc.property(ps, (some) => {
				const [strict, mild] = [holm(some), benjaminiHochberg(some)];
				for (const [index, p] of some.entries()) {
					expect(mild[index]!).toBeGreaterThanOrEqual(p);
					expect(strict[index]!).toBeGreaterThanOrEqual(mild[index]! - 1e-15);
					expect(strict[index]!).toBeLessThanOrEqual(1);
					for (const [other, q] of some.entries()) {
						if (p < q) expect(strict[index]!).toBeLessThanOrEqual(strict[other]!);
						if (p < q) expect(mild[index]!).toBeLessThanOrEqual(mild[other]!);
					}
				}
			}),
		);
	});
});
