import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	autocorrelation,
	deviationOf,
	meanOf,
	medianDeviation,
	medianOf,
	varianceOf,
} from '../../source/stats/describe.ts';
import certified from '../data/nist/certified.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';

/** The values of a set stand one a line, behind its description. */
const valuesOf = (name: string): number[] =>
	readFileSync(new URL(`../data/nist/${name}.txt`, import.meta.url), 'utf8')
		.split('\n')
		.filter((line) => /^\s*-?[\d.]+\s*$/.test(line))
		.map(Number);

/** Exact rational arithmetic on the doubles nearest to the data, which are not the data: 1000000.2 has no double. */
const onDoubles: Readonly<Record<string, readonly [deviation: number, autocorrelation: number]>> = {
	NumAcc3: [0.1000000000349246, -0.9989999999994185],
	NumAcc4: [0.10000000055879354, -0.9989999999906961],
};

describe('NIST’s certified values', () => {
	test.each(Object.entries(certified.sets))('%s', (name, [count, mean, deviation, correlation]) => {
		const values = valuesOf(name);
		expect(values).toHaveLength(count!);
		expectDigits(meanOf(values), mean!, 14);
		const [expectedDeviation, expectedCorrelation] = onDoubles[name] ?? [deviation!, correlation!];
		expectDigits(deviationOf(values), expectedDeviation, 12);
		expectDigits(autocorrelation(values), expectedCorrelation, 10.5);
		// As near to what is certified as doubles allow.
		expectDigits(deviationOf(values), deviation!, name === 'NumAcc4' ? 8.2 : name === 'NumAcc3' ? 9.4 : 12);
	});
});

const values = fc.array(fc.double({min: -1e6, max: 1e6, noNaN: true}), {minLength: 2, maxLength: 50});

describe('descriptions', () => {
	test('do not depend on where the values lie', () => {
		fc.assert(
			fc.property(values, fc.integer({min: -1000, max: 1000}), (some, shift) => {
				const moved = some.map((value) => value + shift);
				expect(meanOf(moved)).toBeCloseTo(meanOf(some) + shift, 6);
				expect(deviationOf(moved)).toBeCloseTo(deviationOf(some), 6);
				expect(medianDeviation(moved)).toBeCloseTo(medianDeviation(some), 6);
				expect(medianOf(moved)).toBeCloseTo(medianOf(some) + shift, 6);
			}),
		);
	});

	test('the variance is the mean square of the differences, and never below 0', () => {
		fc.assert(
			fc.property(values, (some) => {
				const mean = some.reduce((sum, value) => sum + value, 0) / some.length;
				const naive = some.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (some.length - 1);
				expect(varianceOf(some)).toBeGreaterThanOrEqual(0);
				expect(Math.abs(varianceOf(some) - naive)).toBeLessThanOrEqual(1e-9 * (naive + 1));
			}),
		);
	});

	test('of nothing and of one value', () => {
		expect(meanOf([])).toBeNaN();
		expect(medianOf([])).toBeNaN();
		expect(deviationOf([3])).toBeNaN();
		expect(autocorrelation([2, 2, 2])).toBeNaN();
	});

	test('the median deviation by hand', () => {
		expect(medianDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
	});
});
