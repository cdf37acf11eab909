import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {fitLine, regress} from '../../source/stats/least-squares.ts';
import {solveLeastSquares} from '../../source/stats/linear-model.ts';
import {expectDigits} from '../helpers/digits.ts';
import {noiseOf} from '../helpers/noise.ts';

/** The rows of a set, behind 60 lines that tell of it; the certified values with their standard deviations. */
const setOf = (name: string) => {
	const lines = readFileSync(new URL(`../data/nist/${name}.dat`, import.meta.url), 'utf8').split('\n');
	const certified = (label: string): number[] =>
		lines
			.slice(30, 58)
			.find((line) => line.trim().startsWith(label))!
			.trim()
			.slice(label.length)
			.trim()
			.split(/\s+/)
			.map(Number);
	const from = lines.findIndex((line) => line.startsWith('Data:') && /\by\b/.test(line) && line.includes('x')) + 1;
	const rows = lines
		.slice(from)
		.filter((line) => line.trim() !== '')
		.map((line) => line.trim().split(/\s+/).map(Number));
	const deviation = Number(
		lines
			.find((line) => line.includes('Standard Deviation') && /\d/.test(line))!
			.trim()
			.split(/\s+/)
			.at(-1),
	);
	const squared = Number(
		lines
			.find((line) => line.includes('R-Squared'))!
			.trim()
			.split(/\s+/)
			.at(-1),
	);
	return {rows, certified, deviation, squared};
};

describe('NIST’s certified regressions', () => {
	test.each([
		['Norris', 36, 1, 11],
		['Longley', 16, 6, 10],
	])('%s', (name, count, predictors, least) => {
		const {rows, certified, deviation, squared} = setOf(name);
		expect(rows).toHaveLength(count);
		const fit = regress(
			Array.from({length: predictors}, (_, place) => rows.map((row) => row[place + 1]!)),
			rows.map((row) => row[0]!),
		)!;
		for (const [place, {estimate, error}] of [fit.intercept, ...fit.coefficients].entries()) {
			const [value, ofValue] = certified(`B${place}`);
			expectDigits(estimate, value!, least);
			expectDigits(error, ofValue!, least);
		}

		expectDigits(fit.residualDeviation, deviation, least);
		expectDigits(fit.explained, squared, 13);
	});
});

describe('least squares', () => {
	test('leave nothing that the columns could still explain', () => {
		const value = fc.double({min: -100, max: 100, noNaN: true});
		fc.assert(
			fc.property(fc.array(fc.tuple(value, value, value), {minLength: 4, maxLength: 20}), (rows) => {
				const columns = [0, 1].map((place) => rows.map((row) => row[place]!));
				const values = rows.map((row) => row[2]!);
				const solution = solveLeastSquares(columns, values);
				if (solution === undefined) return;
				// Columns that are nearly one leave nothing to be exact about.
				fc.pre(solution.inverse.every((row, place) => row[place]! < 1e3));
				const rest = values.map(
					(y, row) => y - columns.reduce((sum, column, place) => sum + solution.coefficients[place]! * column[row]!, 0),
				);
				for (const column of columns) {
					expect(Math.abs(column.reduce((sum, x, row) => sum + x * rest[row]!, 0))).toBeLessThan(1e-6);
				}

				expect(solution.left).toBeCloseTo(
					rest.reduce((sum, y) => sum + y * y, 0),
					5,
				);
			}),
		);
	});

	test('of columns that depend on each other, or are too many, there are none', () => {
		expect(
			solveLeastSquares(
				[
					[1, 2, 3],
					[2, 4, 6],
				],
				[1, 2, 4],
			),
		).toBeUndefined();
		expect(solveLeastSquares([[0, 0, 0]], [1, 2, 4])).toBeUndefined();
		expect(solveLeastSquares([[1], [2]], [1])).toBeUndefined();
		expect(regress([[1, 2]], [1, 2])).toBeUndefined();
		expect(fitLine([1, 2, 3].map((value) => ({at: 5, value})))).toBeUndefined();
	});

	test('the interval of a slope holds it as often as it says', () => {
		const series = 400;
		let held = 0;
		for (let seed = 1; seed <= series; seed++) {
			const noise = noiseOf(seededRandom(seed), 3);
			const {slope} = fitLine(Array.from({length: 8}, (_, at) => ({at, value: 10 - 0.7 * at + noise()})))!;
			if (slope.low <= -0.7 && -0.7 <= slope.high) held += 1;
		}

		expect(held / series).toBeGreaterThan(0.92);
		expect(held / series).toBeLessThan(0.98);
	});
});
