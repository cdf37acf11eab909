import {describe, expect, test} from 'vitest';
import type {Began, RunEvent} from '../../source/core/event.ts';
import {histogramOf} from '../../source/core/histogram.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {histogramOfResult, resultOf, summaryOf} from '../../source/core/result.ts';
import {
	emptyRunState,
	inFlightNow,
	lastSecond,
	measured,
	type RunState,
	reduceRun,
} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot, type Snapshot} from '../../source/core/snapshot.ts';
import {longestTimeline} from '../../source/core/timeline.ts';
import {began} from '../helpers/began.ts';

const snapshotEvent = (phase: PhaseName, from: number, to: number, more: Partial<Snapshot> = {}): RunEvent => ({
	kind: 'snapshot',
	phase,
	snapshot: encodeSnapshot({...emptySnapshot(from), to, ...more}),
});

const fold = (events: readonly RunEvent[]): RunState & {began: Began} => ({
	...events.reduce(reduceRun, emptyRunState),
	began,
});

const replies = (count: number, latency: number): Partial<Snapshot> => ({
	latency: histogramOf(Array.from({length: count}, () => latency)),
	outcomes: {200: count},
	offered: count,
});

describe('the fold over a run', () => {
	const run: RunEvent[] = [
		began,
		{kind: 'phase', at: 0, phase: 'warm-up'},
		snapshotEvent('warm-up', 0, 400, replies(7, 90_000)),
		{kind: 'phase', at: 400, phase: 'measure'},
		...Array.from({length: 15}, (_, index) =>
			snapshotEvent('measure', 400 + index * 200, 600 + index * 200, replies(10 + index, 1000 + index)),
		),
		{kind: 'ended', at: 3400, ending: {state: 'finished'}, doubts: []},
	];

	test('keeps the warm-up out of every figure', () => {
		const summary = summaryOf(fold(run));
		expect(summary.latency.max).toBe(1.014);
		expect(summary.operations.offered).toBe(15 * 10 + (14 * 15) / 2);
		expect(resultOf(fold(run)).warmup).toEqual({durationMs: 400, operations: 7});
	});

	test('gathers whole seconds from the start of the phase', () => {
		const {timeline} = resultOf(fold(run));
		expect(timeline.map(({fromMs, toMs}) => [fromMs, toMs])).toEqual([
			[400, 1400],
			[1400, 2400],
			[2400, 3400],
		]);
		expect(timeline.map(({rate}) => rate)).toEqual([60, 85, 110]);
		expect(summaryOf(fold(run)).throughput).toMatchObject({mean: 85, min: 60, max: 110, stddev: 25});
	});

	test('gives the same total as its timeline merged', () => {
		const state = fold(run);
		expect(histogramOfResult(resultOf(state))).toEqual(measured(state).latency);
	});

	test('shows the last second, and forgets what is older', () => {
		const state = fold(run.slice(0, -1));
		expect(lastSecond(state)).toMatchObject({from: 2400, to: 3400});
		expect(state.recent).toHaveLength(5);
	});

	test('does not depend on how the stretches were cut', () => {
		const coarse = fold([
			began,
			{kind: 'phase', at: 0, phase: 'measure'},
			snapshotEvent('measure', 0, 1000, {...replies(50, 5000)}),
		]);
		const fine = fold([
			began,
			{kind: 'phase', at: 0, phase: 'measure'},
			...Array.from({length: 5}, (_, index) =>
				snapshotEvent('measure', index * 200, index * 200 + 200, replies(10, 5000)),
			),
		]);
		expect(summaryOf(coarse).latency).toEqual(summaryOf(fine).latency);
		expect(summaryOf(coarse).throughput.mean).toBe(summaryOf(fine).throughput.mean);
	});

	test('a run that was killed is a failed one with what it had', () => {
		const result = resultOf(fold(run.slice(0, 10)));
		expect(result.ending).toMatchObject({state: 'failed'});
		expect(result.summary.operations.succeeded).toBeGreaterThan(0);
	});

	test('knows what is in flight', () => {
		const state = fold([
			began,
			{kind: 'phase', at: 0, phase: 'measure'},
			snapshotEvent('measure', 0, 200, {...replies(5, 10), offered: 9}),
		]);
		expect(inFlightNow(state)).toBe(4);
	});

	test('stays of one size: beyond an hour of seconds, entries cover twice the time, and nothing is lost', () => {
		const seconds = longestTimeline + 400;
		let state: RunState = [began, {kind: 'phase', at: 0, phase: 'measure'} as const].reduce<RunState>(
			reduceRun,
			emptyRunState,
		);
		for (let second = 0; second < seconds; second++) {
			state = reduceRun(
				state,
				snapshotEvent('measure', second * 1000, second * 1000 + 1000, replies(1, 500 + (second % 7))),
			);
		}

		const ended = fold([]);
		const result = resultOf({
			...ended,
			...reduceRun(state, {kind: 'ended', at: seconds * 1000, ending: {state: 'finished'}, doubts: []}),
			began,
		});
		expect(state.timeline.length).toBeLessThanOrEqual(longestTimeline);
		expect(state.step).toBe(2000);
		expect(result.timeline.reduce((sum, {outcomes}) => sum + (outcomes[200] ?? 0), 0)).toBe(seconds);
		expect(histogramOfResult(result).count).toBe(seconds);
		expect(result.timeline.every(({rate}) => rate === 1)).toBe(true);
	});
});
