import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../source/core/random.ts';
import {typicalTime} from '../../../source/engines/command/typical-time.ts';
import {deviationOf, meanOf} from '../../../source/stats/describe.ts';
import {measureCommand} from '../../helpers/command-load.ts';
import {noiseOf} from '../../helpers/noise.ts';

describe('what a command takes typically', () => {
	test('is told of few runs, in any order', () => {
		const five = typicalTime([10, 12, 11, 14, 13]);
		// They lie evenly around it, and so do their weights.
		expect(five?.figures).toMatchObject({runs: 5, medianMs: expect.closeTo(12, 12)});
		expect(five?.figures.standardErrorMs).toBeGreaterThan(0.3);
		expect(five?.figures.standardErrorMs).toBeLessThan(1.4);
		expect(five?.text).toMatch(/^median 12\.0 ms, standard error \d/);
		expect(typicalTime([14, 13, 12, 11, 10])?.figures).toEqual(five?.figures);
	});

	test('is nothing of four runs, nor of more than two hundred', () => {
		expect(typicalTime([1, 2, 3, 4])).toBeUndefined();
		const times = Array.from({length: 201}, (_, index) => index);
		expect(typicalTime(times)).toBeUndefined();
		expect(typicalTime(times.slice(1))).toBeDefined();
	});

	test('of runs that take the same is that, without an error', () => {
		expect(typicalTime(new Array<number>(12).fill(7))?.figures).toMatchObject({
			medianMs: expect.closeTo(7, 12),
			standardErrorMs: expect.closeTo(0, 12),
		});
	});

	test('is nearer to the truth than the single run in the middle, and says how far off it may be', () => {
		const noise = noiseOf(seededRandom(11), 1);
		const dozens = Array.from({length: 1000}, () => Array.from({length: 12}, () => 100 + noise()));
		const figures = dozens.map((times) => typicalTime(times)!.figures);
		const medians = figures.map(({medianMs}) => Number(medianMs));
		const off = (values: readonly number[]): number => Math.sqrt(meanOf(values.map((value) => (value - 100) ** 2)));
		// The sixth of twelve: the nearest rank.
		const single = dozens.map((times) => times.toSorted((a, b) => a - b)[5]!);
		expect(off(medians)).toBeLessThan(0.92 * off(single));
		const told = meanOf(figures.map(({standardErrorMs}) => Number(standardErrorMs)));
		// That of the median as a single run, which is a little more: it errs on the wide side.
		expect(told / deviationOf(medians)).toBeGreaterThan(1);
		expect(told / deviationOf(medians)).toBeLessThan(1.35);
	});

	test('is found by a benchmark of a command, from the times that it counts', async () => {
		const found: string[] = [];
		await measureCommand(
			{command: 'true', runs: 6},
			{
				on: (message) => {
					if (message.kind === 'finding') found.push(message.finding.kind);
				},
			},
		);
		expect(found).toEqual(['typical-time']);
	});
});
