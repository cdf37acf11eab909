import {describe, expect, test} from 'vitest';
import type {Comparison} from '../../source/core/report.ts';
import {judgeSides} from '../../source/stats/judge-sides.ts';
import {steadyNoise} from '../../source/stats/since-last-change.ts';
import {syntheticResult} from '../helpers/result.ts';

const run = (slower: number, seed: number, seconds = 40) => syntheticResult({id: `run-${seed}`, slower, seed, seconds});
const rounds = (level: number, from: number, seconds = 40) =>
	[1, 1.004, 0.996, 1.002, 0.998].map((factor, index) => run(level * factor, from + index, seconds));
const of = (comparisons: readonly Comparison[], name: string): Comparison | undefined =>
	comparisons.find(({metric}) => metric === name);
const noiseOf = (deviation: number) =>
	new Map(['p50', 'p90', 'p99', 'throughput'].map((name) => [name, {deviation, of: 20}]));

describe('sides as far as they can be judged', () => {
	test('one run a side is only observed, unless history says how much runs vary', () => {
		const [base, candidate] = [[run(1, 1)], [run(1.3, 2)]];
		expect(judgeSides(base, candidate).map(({verdict}) => verdict)).toEqual(new Array(5).fill('unclear'));
		const judged = judgeSides(base, candidate, {noise: noiseOf(0.01)});
		expect(of(judged, 'p50')).toMatchObject({verdict: 'worse', severity: 'high', runs: {base: 1, candidate: 1}});
		expect(of(judged, 'p90')).toMatchObject({isDisplayed: true});
		expect(of(judged, 'error rate')).toMatchObject({verdict: 'same'});
	});

	test('so do fewer than four a side: the more there are, the closer', () => {
		const [base, one, three] = [rounds(1, 1), [run(1.08, 9)], [run(1.08, 9), run(1.084, 10), run(1.076, 11)]];
		expect(of(judgeSides(base, one), 'p50')).toMatchObject({verdict: 'unclear', change: {low: null}});
		const noise = noiseOf(0.01);
		const [wide, close] = [one, three].map((side) => of(judgeSides(base, side, {noise}), 'p50'));
		expect(wide?.runs).toEqual({base: 5, candidate: 1});
		// Of the test of the runs alone, which judged nothing.
		for (const judged of [wide, close]) {
			expect(judged).not.toHaveProperty('p');
			expect(judged).not.toHaveProperty('moreRuns');
		}

		expect(of(judgeSides(base, three), 'p50')).toHaveProperty('p');
		// t(.975; 19) σ √(1/5 + 1/1) on the logarithms.
		const half = 2.093024 * 0.01 * Math.sqrt(1.2);
		expect(Math.log1p(wide?.change.high ?? 0) - Math.log1p(wide?.change.low ?? 0)).toBeCloseTo(2 * half, 5);
		expect((close?.change.high ?? 9) - (close?.change.low ?? 0)).toBeLessThan(
			(wide?.change.high ?? 0) - (wide?.change.low ?? 0),
		);
	});

	test('where runs vary more than is asked about, nothing is the same for that', () => {
		const [base, candidate] = [rounds(1, 1), rounds(1.1, 11)];
		expect(of(judgeSides(base, candidate), 'p50')).toMatchObject({verdict: 'worse', margin: 0.05});
		const noisy = of(judgeSides(base, candidate, {noise: noiseOf(0.2)}), 'p50');
		expect(noisy).toMatchObject({verdict: 'unclear'});
		expect(noisy?.margin).toBeGreaterThan(0.2);
		expect(noisy?.because).toMatch(/a change of 5\.0% would not be seen/);
		const alike = of(judgeSides(base, rounds(1, 21), {noise: noiseOf(0.2)}), 'p50');
		expect(alike).toMatchObject({verdict: 'same'});
	});

	test('a p99 of a few operations decides nothing', () => {
		const few = judgeSides(rounds(1, 1, 2), rounds(1, 11, 2));
		expect(of(few, 'p99')).toMatchObject({isDisplayed: true});
		expect(of(few, 'p50')).not.toHaveProperty('isDisplayed');
		expect(of(judgeSides(rounds(1, 1), rounds(1, 11)), 'p99')).not.toHaveProperty('isDisplayed');
	});
});

describe('how much runs vary', () => {
	test('is found since the last change, of eight runs at least', () => {
		const history = (levels: readonly number[]) => levels.map((level, index) => run(level, index + 1, 4));
		const steady = Array.from({length: 12}, () => 1);
		const before = Array.from({length: 20}, () => 3);
		const noise = steadyNoise(history([...before, ...steady]));
		expect(noise.get('p50')?.of).toBe(12);
		expect(noise.get('p50')?.deviation).toBeLessThan(0.1);
		expect(steadyNoise(history(steady.slice(0, 7))).size).toBe(0);
	});
});
