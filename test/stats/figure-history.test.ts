import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {analyseChanges} from '../../source/stats/change-points.ts';
import {analyseFigure, type FigureHistory} from '../../source/stats/figure-history.ts';
import {type Course, figureOf} from '../helpers/course.ts';
import {noiseOf} from '../helpers/noise.ts';

const noisy = (count: number, level: (index: number) => number, {seed = 1, noise = 0.01} = {}): number[] => {
	const between = noiseOf(seededRandom(seed), noise);
	return Array.from({length: count}, (_, index) => level(index) * Math.exp(between()));
};

const historyOf = (
	values: readonly number[],
	options: Parameters<typeof figureOf>[1] & Pick<Course, 'dayOf'> = {},
): FigureHistory => {
	const {runs, figure} = figureOf(values, options);
	return analyseFigure(runs, figure);
};

describe('the trend of a figure', () => {
	test('is the slope per day that the runs have, with an interval that holds it', () => {
		// 0.4 ms a day, at four runs a day.
		const {recent, overall, changes} = historyOf(
			Array.from({length: 40}, (_, index) => 100 + 0.1 * index + 0.001 * ((index * 7) % 5)),
			{dayOf: (index) => index / 4},
		);
		const slope = changes.length === 0 ? recent : overall;
		expect(overall?.perDay.estimate).toBeCloseTo(0.4, 3);
		expect(slope?.direction).toBe('rising');
		expect(overall?.line?.slope.estimate).toBeCloseTo(0.4, 3);
		expect(overall?.line?.explained).toBeGreaterThan(0.999);
		expect(overall?.days).toBeCloseTo(9.75, 6);
	});

	test('of gaps between runs goes by time, not by their number', () => {
		const days = [0, 1, 2, 3, 4, 30, 31, 60, 61, 62];
		const {overall} = historyOf(
			days.map((at) => 50 - 0.2 * at),
			{dayOf: (index) => days[index]!},
		);
		expect(overall?.perDay.estimate).toBeCloseTo(-0.2, 6);
		expect(overall?.direction).toBe('falling');
	});

	test('has no direction where the interval holds 0', () => {
		const {recent} = historyOf(noisy(30, () => 10, {seed: 3}));
		expect(recent?.direction).toBe('unclear');
		expect(recent!.perDay.low).toBeLessThan(0);
		expect(recent!.perDay.high).toBeGreaterThan(0);
	});

	test('is none of four runs, and none of an hour', () => {
		expect(historyOf([1, 2, 3, 4]).recent).toBeUndefined();
		expect(historyOf([1, 2, 3, 4, 5]).recent?.direction).toBe('rising');
		expect(historyOf([1, 2, 3, 4, 5, 6], {dayOf: (index) => index / 200}).recent).toBeUndefined();
		expect(historyOf([]).level).toBeUndefined();
	});

	test('leaves out runs without the figure, and times them as they were', () => {
		const values = Array.from({length: 20}, (_, index) => (index % 3 === 1 ? Number.NaN : 10 + index * 0.5));
		const {places, overall, level} = historyOf(values);
		expect(places).toHaveLength(13);
		expect(places).not.toContain(1);
		expect(overall?.perDay.estimate).toBeCloseTo(0.5, 6);
		expect(level!.to).toBe(13);
	});
});

describe('the changes of a figure', () => {
	const stepped = noisy(60, (index) => (index < 40 ? 100 : 115), {seed: 5, noise: 0.02});

	test('are where they are, as large as they are, with an interval', () => {
		const {changes, level} = historyOf(stepped);
		expect(changes).toHaveLength(1);
		const [change] = changes;
		expect(change!.after).toBe(40);
		expect(change!.before).toBe(39);
		expect(change!.earliest).toBeLessThanOrEqual(40);
		expect(change!.latest).toBeGreaterThanOrEqual(40);
		expect(change!.from).toBeCloseTo(100, -1);
		expect(change!.to).toBeCloseTo(115, -1);
		expect(change!.change!.low!).toBeLessThan(0.15);
		expect(change!.change!.high!).toBeGreaterThan(0.15);
		expect(change!.change!.low!).toBeGreaterThan(0.12);
		expect(change!.change!.estimate).toBeCloseTo(change!.to / change!.from - 1, 12);
		expect(change!.difference.estimate).toBeCloseTo(change!.to - change!.from, 12);
		expect(change!.verdict).toBe('worse');
		expect(change!.runs).toEqual({before: 40, after: 20});
		expect(level!.mean).toBe(change!.to);
	});

	test('hold the true size in their interval as often as they say', () => {
		let held = 0;
		let found = 0;
		for (let seed = 1; seed <= 200; seed++) {
			const [change] = historyOf(noisy(60, (index) => (index < 30 ? 100 : 110), {seed, noise: 0.02})).changes;
			if (change?.change === undefined) continue;
			found += 1;
			if (change.change.low! <= 0.1 && change.change.high! >= 0.1) held += 1;
		}

		expect(found).toBeGreaterThan(190);
		expect(held / found).toBeGreaterThan(0.9);
	});

	test('are not hidden by one disturbed run, which is an anomaly', () => {
		const disturbed = stepped.with(50, 184);
		const {changes, anomalies} = historyOf(disturbed);
		expect(changes.map(({after}) => after)).toEqual([40]);
		expect(anomalies.map(({place, value, isCurrent}) => [place, value, isCurrent])).toEqual([[50, 184, true]]);
		expect(anomalies[0]!.score).toBeGreaterThan(10);
		expect(changes[0]!.to).toBeLessThan(117);
	});

	test('are better or worse by what the figure is', () => {
		const verdictOf = (better?: 'lower' | 'higher') => {
			const {runs, figure} = figureOf(stepped);
			const {better: _, ...neutral} = figure;
			return analyseFigure(runs, better === undefined ? neutral : {...figure, better}).changes[0]?.verdict;
		};
		expect([verdictOf('lower'), verdictOf('higher'), verdictOf()]).toEqual(['worse', 'better', undefined]);
	});

	test('of a share that was nothing are a difference, and no ratio', () => {
		const noise = noiseOf(seededRandom(2), 0.1);
		const {changes} = historyOf(
			Array.from({length: 40}, (_, index) => (index < 20 ? 0 : 2 + noise())),
			{name: 'error rate', unit: '%'},
		);
		expect(changes).toHaveLength(1);
		expect(changes[0]!.after).toBe(20);
		expect(changes[0]!.change).toBeUndefined();
		expect(changes[0]!.difference.estimate).toBeCloseTo(2, 0);
		expect(changes[0]!.verdict).toBe('worse');
	});

	test('are none of equal values, nor are anomalies', () => {
		const {changes, anomalies, recent} = historyOf(new Array<number>(30).fill(5));
		expect([changes, anomalies]).toEqual([[], []]);
		expect(recent?.direction).toBe('unclear');
	});

	test('have places among all runs, also where some lack the figure', () => {
		const values = stepped.flatMap((value) => [value, Number.NaN]);
		const {changes} = historyOf(values);
		expect(changes.map(({before, after}) => [before, after])).toEqual([[78, 80]]);
	});

	test('are none of what creeps, though a search for steps makes stairs of it', () => {
		const creeping = noisy(60, (index) => 100 * (1 + 0.01 * index), {seed: 4, noise: 0.001});
		expect(analyseChanges(creeping).changePoints.length).toBeGreaterThan(1);
		const {changes, recent, level} = historyOf(creeping);
		expect(changes).toEqual([]);
		expect(level!.from).toBe(0);
		expect(recent?.direction).toBe('rising');
		expect(recent!.perDay.low).toBeLessThan(1);
		expect(recent!.perDay.high).toBeGreaterThan(1);
		expect(recent!.perDay.estimate).toBeCloseTo(1, 0);
	});

	test('are told apart from the slope: since the last one there is none', () => {
		const {recent, overall, level} = historyOf(stepped);
		expect(recent?.points).toBe(20);
		expect(overall?.points).toBe(60);
		expect(recent?.direction).toBe('unclear');
		expect(level!.from).toBe(40);
	});
});
