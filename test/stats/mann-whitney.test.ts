import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {mannWhitney} from '../../source/stats/mann-whitney.ts';
import table from '../data/mann_whitney.json' with {type: 'json'};
import fromR from '../data/mann_whitney_R.json' with {type: 'json'};
import {expectDigits} from '../helpers/digits.ts';

/** Values of m and n sides without ties whose U is as wanted: the u-th pair counted off by moving values up. */
const withU = (m: number, n: number, u: number): readonly [number[], number[]] => {
	// Of m values at least ⌊u/n⌋ stand above all n others, one more above the rest of u.
	const above = Math.floor(u / n);
	const rest = u - above * n;
	const first = Array.from({length: m}, (_, index) => {
		if (index < above) return n + 1 + index / (2 * m);
		return index === above ? rest + 0.5 : (index - above) / (4 * m);
	});
	return [first, Array.from({length: n}, (_, index) => index + 1)];
};

describe('the exact distribution of U without ties', () => {
	test.each(Object.entries(table.cdf))('%s', (sizes, cdf) => {
		const [m, n] = sizes.split(',').map(Number) as [number, number];
		for (const [u, expected] of cdf.entries()) {
			const [a, b] = withU(m, n, u);
			const result = mannWhitney(a, b);
			expect([result.u, result.exact]).toEqual([u, true]);
			expectDigits(result.less, expected, 12);
			// U of the one side is mn − U of the other.
			const turned = mannWhitney(b, a);
			expect(turned.u).toBe(m * n - u);
			expectDigits(turned.greater, expected, 12);
		}
	});

	test.each(Object.entries(table.min_two_sided_p_equal_n))('the least two-sided p of %s a side', (count, least) => {
		const [a, b] = withU(Number(count), Number(count), 0);
		expectDigits(mannWhitney(a, b).twoSided, least, 12);
	});
});

describe('R’s wilcox.test with a shift', () => {
	test.each(
		fromR.sets.flatMap(({name, x, y, 'cases_[shift,U,p_one_sided_greater]': cases}) =>
			cases.map(([shift, u, p]) => ({name, x, y, shift: shift!, u: u!, p: p!})),
		),
	)('$name moved by $shift', ({x, y, shift, u, p}) => {
		const result = mannWhitney(x, y, shift);
		expect(result.u).toBe(u);
		// R takes the normal approximation where values are tied; else it is exact, in as many digits as are quoted.
		const all = [...x.map((value) => value - shift), ...y].map((value) => value.toPrecision(12));
		const isTied = new Set(all).size < x.length + y.length;
		const quoted = `${p}`.replace(/^0\.0*|e.*$|\./g, '').length;
		// One of them has fifteen digits and comes from an approximation.
		if (isTied || quoted > 10) expect(Math.abs(result.greater - p)).toBeLessThan(2e-3);
		else expectDigits(result.greater, p, Math.min(6, quoted - 0.5));
	});
});

describe('ties', () => {
	test('benchstat says p = 0 of {2, 1, 3, 5} against {1, 1, 1, 1, 1}: it is 12 of 126', () => {
		expect(mannWhitney([2, 1, 3, 5], [1, 1, 1, 1, 1]).twoSided).toBeCloseTo(12 / 126, 14);
		expect(mannWhitney([1, 1, 1, 1, 1], [2, 1, 3, 5]).twoSided.toFixed(4)).toBe('0.0952');
	});

	test('of nothing but ties there is nothing to say', () => {
		expect(mannWhitney([1, 1, 1], [1, 1, 1])).toEqual({u: 4.5, greater: 1, less: 1, twoSided: 1, exact: true});
		const many = Array.from({length: 80}, () => 1);
		expect(mannWhitney(many, many)).toMatchObject({twoSided: 1, exact: false});
	});

	const side = fc.array(fc.integer({min: 0, max: 4}), {minLength: 1, maxLength: 5});

	test('are counted as every arrangement of the labels counts them', () => {
		fc.assert(
			fc.property(side, side, (a, b) => {
				const all = [...a, ...b];
				const uOf = (first: readonly number[], second: readonly number[]): number =>
					first.reduce(
						(sum, one) => sum + second.reduce((each, other) => each + (one > other ? 1 : one === other ? 0.5 : 0), 0),
						0,
					);
				const observed = uOf(a, b);
				let [total, atLeast, atMost] = [0, 0, 0];
				for (let places = 0; places < 2 ** all.length; places++) {
					const first = all.filter((_, index) => (places >> index) % 2 === 1);
					if (first.length !== a.length) continue;
					const u = uOf(
						first,
						all.filter((_, index) => (places >> index) % 2 === 0),
					);
					total += 1;
					if (u >= observed) atLeast += 1;
					if (u <= observed) atMost += 1;
				}

				const result = mannWhitney(a, b);
				expect(result.u).toBe(observed);
				expect(result.greater).toBeCloseTo(atLeast / total, 12);
				expect(result.less).toBeCloseTo(atMost / total, 12);
			}),
			{numRuns: 60},
		);
	});
});

test('the approximation beyond 100 values goes on where the exact one ends', () => {
	const random = seededRandom(4);
	const a = Array.from({length: 50}, () => Math.floor(20 * random()));
	const b = Array.from({length: 50}, () => Math.floor(20 * random() + 2));
	const exact = mannWhitney(a, b);
	const approximate = mannWhitney([...a, 10], b);
	expect([exact.exact, approximate.exact]).toEqual([true, false]);
	const again = mannWhitney(
		a.flatMap((value) => [value, value]),
		b.flatMap((value) => [value, value]),
	);
	expect(again.twoSided).toBeLessThan(exact.twoSided);
	expect(Math.abs(approximate.twoSided / exact.twoSided - 1)).toBeLessThan(0.3);
});
