import {describe, expect, test} from 'vitest';
import type {FigureChange, FigureChanges} from '../../source/stats/figure-history.ts';
import {turningPoints} from '../../source/stats/turning-points.ts';
import {figureOf} from '../helpers/course.ts';

const change = (after: number, earliest: number, latest: number, p = 0.002): FigureChange => ({
	...{before: after - 1, after, earliest, latest, p, from: 1, to: 2, runs: {before: 9, after: 9}},
	difference: {estimate: 1, low: 0.9, high: 1.1, confidence: 0.95},
	change: undefined,
	verdict: 'worse',
});

const changesOf = (name: string, ...changes: readonly FigureChange[]): FigureChanges => ({
	figure: figureOf([], {name}).figure,
	...{places: [], values: new Float64Array(), level: undefined, changes},
});

const told = (...all: readonly FigureChanges[]) =>
	turningPoints(all).map(({after, earliest, latest, figures}) => [
		after,
		earliest,
		latest,
		figures.map(({figure}) => figure.name).join(' '),
	]);

describe('changes of several figures', () => {
	test('that may have come with one run are one, within what all of them allow, the clearest first', () => {
		expect(
			told(
				changesOf('p50', change(20, 19, 22, 0.001), change(40, 40, 40)),
				changesOf('p99', change(22, 18, 24, 0.002)),
				changesOf('throughput', change(21, 20, 21, 0.0005)),
			),
		).toEqual([
			[21, 20, 21, 'throughput p50 p99'],
			[40, 40, 40, 'p50'],
		]);
	});

	test('that cannot have come together stay apart, and so do two of one figure', () => {
		expect(told(changesOf('p50', change(20, 19, 20)), changesOf('p99', change(22, 21, 24)))).toEqual([
			[20, 19, 20, 'p50'],
			[22, 21, 24, 'p99'],
		]);
		expect(told(changesOf('p50', change(20, 18, 22), change(22, 21, 24)))).toEqual([
			[20, 18, 22, 'p50'],
			[22, 21, 24, 'p50'],
		]);
		expect(told()).toEqual([]);
	});

	test('lie at a run that every one of them allows', () => {
		expect(told(changesOf('p50', change(18, 18, 22, 0.001)), changesOf('p99', change(21, 20, 24, 0.002)))).toEqual([
			[21, 20, 22, 'p50 p99'],
		]);
	});
});
