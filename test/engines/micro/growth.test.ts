import {expect, test} from 'vitest';
import {seededRandom} from '../../../source/core/random.ts';
import {growthFinding, type SizeRecord} from '../../../source/engines/micro/growth.ts';

const sizes = Array.from({length: 10}, (_, index) => 2 ** (index + 2));

const records = (time: (size: number) => number, bytes: (size: number) => number): SizeRecord[] =>
	sizes.map((size) => ({size, times: [time(size), time(size) * 1.02], bytes: [bytes(size), bytes(size)]}));

const found = (time: (size: number) => number, bytes: (size: number) => number) =>
	growthFinding('sort', records(time, bytes), seededRandom(1));

test('says the classes of time and memory, for people and for scripts', () => {
	const finding = found(
		(size) => 10 + size * Math.log2(size),
		(size) => 40 + 8 * size,
	);
	expect(finding?.text).toMatch(
		/^time: O\(n log n\), with a probability of above 99 %; over the larger sizes like n\^1\.\d\d \(95 %: 1\.\d\d to 1\.\d\d\); memory: O\(n\), with a probability of above 99 %; from n=4 to 2 048$/,
	);
	expect(finding).toMatchObject({
		kind: 'complexity',
		subject: 'sort',
		figures: {class: 'O(n log n)', because: null, memoryClass: 'O(n)', sizes},
	});
});

test.each([
	['nothing', () => 0, 'nothing is allocated', null],
	['what counting leaves', (size: number) => size % 7, 'nothing is allocated', null],
	['one number that outgrew small integers', (size: number) => (size > 500 ? 16.2 : 0), 'O(1)', 'O(1)'],
] as const)('takes %s for no growth of memory', (_, bytes, words, memoryClass) => {
	const finding = found((size) => size, bytes);
	expect(finding?.text).toContain(`memory: ${words}`);
	expect(finding?.figures.memoryClass).toBe(memoryClass);
});

test('of a class that cannot be told says why, and of nothing measured is none', () => {
	expect(
		found(
			(size) => size ** 1.5,
			() => 0,
		)?.text,
	).toMatch(/^time: no class can be told, since .*; over the larger sizes like n\^1\.50/);
	expect(
		found(
			(size) => size ** 1.5,
			() => 0,
		)?.figures,
	).toMatchObject({class: null, confidence: null});
	expect(growthFinding('sort', [], seededRandom(1))).toBeUndefined();
});
