import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {analyseVariance, fTail} from '../../source/stats/analysis-of-variance.ts';
import {normalQuantile} from '../../source/stats/normal.ts';
import {digits, expectDigits} from '../helpers/digits.ts';

const groupsOf = (name: string): number[][] => {
	const groups = new Map<string, number[]>();
	for (const line of readFileSync(new URL(`../data/nist/${name}.dat`, import.meta.url), 'utf8')
		.split('\n')
		.slice(60)) {
		const [group, value] = line.trim().split(/\s+/);
		if (group === undefined || value === undefined) continue;
		groups.set(group, [...(groups.get(group) ?? []), Number(value)]);
	}

	return [...groups.values()];
};

describe('NIST’s one-way analyses of variance', () => {
	// Certified F; F in exact rational arithmetic on the doubles nearest to the data, which for AtmWtAg (7 leading digits
	// alike) and SmLs07 (13) are not the data; then to how many digits those two agree.
	test.each([
		['SiRstv', 1.18046237440255, 1.1804623744024467, 12],
		['SmLs01', 21, 21, 14],
		['AtmWtAg', 15.946733567793, 15.946733566676926, 10],
		['SmLs07', 21, 21.00081188781877, 4],
	])('%s', (name, certified, onDoubles, agree) => {
		const {f} = analyseVariance(groupsOf(name));
		expectDigits(f, onDoubles, name === 'SmLs07' ? 8 : 10);
		expect(digits(f, certified)).toBeGreaterThan(agree);
	});

	test('sums of squares and the chance of F', () => {
		const {between, within, p} = analyseVariance(groupsOf('SiRstv'));
		expectDigits(between.squares, 5.11462616e-2, 13);
		expectDigits(within.squares, 2.1663656e-1, 12);
		expect([between.freedom, within.freedom]).toEqual([4, 20]);
		// Computed with mpmath 1.3 to 30 digits.
		expectDigits(p, 0.3494474934021927, 12);
		expect(fTail(Number.POSITIVE_INFINITY, 3, 8)).toBe(0);
		expect(fTail(0, 3, 8)).toBe(1);
	});
});

test('finds the deviation between runs, and what values within them are worth', () => {
	const random = seededRandom(5);
	const normal = (): number => normalQuantile(Math.max(1e-12, random()));
	const groups = Array.from({length: 400}, () => {
		const level = 3 * normal();
		return Array.from({length: 20}, () => level + 4 * normal());
	});
	const {betweenDeviation, intraclass, designEffect} = analyseVariance(groups);
	expect(Math.abs(betweenDeviation / 3 - 1)).toBeLessThan(0.1);
	expect(Math.abs(intraclass / (9 / 25) - 1)).toBeLessThan(0.15);
	expect(designEffect).toBeCloseTo(1 + 19 * intraclass, 10);
});

test('groups that do not differ have no deviation between them', () => {
	const {betweenDeviation, designEffect} = analyseVariance([
		[1, 2, 3],
		[1, 2, 3],
		[3, 2, 1],
	]);
	expect([betweenDeviation, designEffect]).toEqual([0, 1]);
});
