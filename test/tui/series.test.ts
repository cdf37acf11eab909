import fc from 'fast-check';
import {expect, test} from 'vitest';
import {emptyHistogram} from '../../source/core/histogram.ts';
import {emptyRunState, type RunState} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot} from '../../source/core/snapshot.ts';
import {latenciesOf} from '../../source/core/summary.ts';
import {sparkAxis, timeScale, windowWords} from '../../source/tui/panes/chart.ts';
import {exactAxis, seriesOf, spreadOver, wholeAxis} from '../../source/tui/series.ts';

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

/** A run of so many seconds, whose edges lie where a busy machine puts them. */
const longRun = (seconds: number, step: number, jitter: readonly number[]): RunState => {
	const edges = Array.from(
		{length: seconds + 1},
		(_, index) => 317 + index * step + (jitter[index % jitter.length] ?? 0),
	);
	const timeline = edges.slice(1).map((to, index) => stretch(edges[index]!, to, index + 1));
	return {...emptyRunState, step, timeline, at: edges.at(-1)!};
};

const jitters = fc.array(fc.integer({min: -40, max: 40}), {minLength: 1, maxLength: 9});
const windows = fc.oneof(
	fc.constantFrom(10_000, 30_000, 60_000, 120_000, 300_000, 600_000),
	fc.integer({min: 1000, max: 900_000}),
);

test('a chosen window is exactly what axes and titles say, at any width, and has no gap', () => {
	fc.assert(
		fc.property(
			windows,
			fc.integer({min: 1, max: 400}),
			fc.constantFrom(1000, 2000, 8000),
			jitters,
			(window, columns, step, jitter) => {
				const run = longRun(Math.ceil(window / step) + 20, step, jitter);
				const span = Math.max(step, window);
				const axis = exactAxis(run, window, columns);
				expect(axis.count * axis.bucket).toBeCloseTo(span, 3);
				expect(axis.count).toBeLessThanOrEqual(columns);
				expect(seriesOf(run, axis, ({rate}) => rate, 'greatest').filter(Number.isNaN)).toEqual([]);
				const view = {run, window, whole: false, cursor: undefined};
				expect(windowWords(view, sparkAxis(view, columns))).toBe(windowWords(view, {bucket: span, count: 1, first: 0}));
				const scale = timeScale(view, columns, 'braille');
				const end = (scale.axis.first + scale.axis.count) * scale.axis.bucket;
				expect([scale.dots, scale.dotAt(end - span + 1e-3), scale.dotAt(end - 1e-3)]).toEqual([
					columns * 2,
					0,
					columns * 2 - 1,
				]);
				if (end > (run.timeline.at(-1)?.fromMs ?? 0)) expect(scale.wordsAt(1)).toBe('now');
			},
		),
	);
});

test('a spike is as high wherever it came to lie', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 80}),
			fc.integer({min: 0, max: 79}),
			fc.integer({min: 0, max: 200}),
			(count, at, more) => {
				const values = Array.from({length: count}, (_, index) => (index === at % count ? 9 : 1));
				const spread = spreadOver(values, count + more);
				expect(spread).toHaveLength(count + more);
				if ((count + more) % count !== 0) expect(Math.max(...spread)).toBe(9);
			},
		),
	);
});
