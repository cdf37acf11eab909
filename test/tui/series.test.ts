import {expect, test} from 'vitest';
import {emptyHistogram} from '../../source/core/histogram.ts';
import {emptyRunState, type RunState} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot} from '../../source/core/snapshot.ts';
import {latenciesOf} from '../../source/core/summary.ts';
import {seriesOf, wholeAxis} from '../../source/tui/series.ts';

const stretch = (fromMs: number, toMs: number, rate = 100): RunState['timeline'][number] => ({
	fromMs,
	toMs,
	rate,
	latency: latenciesOf(emptyHistogram, emptyHistogram),
	answered: rate,
	failed: 0,
	snapshot: encodeSnapshot(emptySnapshot(fromMs)),
});

const ratesOf = (timeline: RunState['timeline']): number[] => {
	const run: RunState = {...emptyRunState, timeline, at: timeline.at(-1)?.toMs ?? 0};
	return seriesOf(run, wholeAxis(run, 100), (entry) => entry.rate, 'greatest');
};

test('seconds without a gap make a chart without one, wherever their phase began', () => {
	// Their middles lie at whole seconds, give or take a tenth of a millisecond.
	const edges = [500, 1500.1, 2499.7, 3500.2, 4499.89, 5500.1, 6500];
	const rates = ratesOf(edges.slice(1).map((to, index) => stretch(edges[index]!, to, index + 1)));
	expect(rates.slice(1).filter(Number.isNaN)).toEqual([]);
	expect(new Set(rates.filter((rate) => !Number.isNaN(rate))).size).toBe(6);
});

test('a pause is a gap', () => {
	expect(ratesOf([stretch(0, 1000), stretch(3000, 4000)])).toEqual([100, Number.NaN, Number.NaN, 100]);
});

test('a stretch of a few milliseconds is no second', () => {
	expect(ratesOf([stretch(0, 1000), stretch(1000, 1013, 0), stretch(2000, 3000)])).toEqual([100, Number.NaN, 100]);
});
