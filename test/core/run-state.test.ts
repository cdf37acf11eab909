import {describe, expect, test} from 'vitest';
import {type Began, parseEvent, type RunEvent} from '../../source/core/event.ts';
import {gaugesOf} from '../../source/core/gauge.ts';
import {histogramOf} from '../../source/core/histogram.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {histogramOfResult, resultOf, summaryOf} from '../../source/core/result.ts';
import {
	askedRate,
	emptyRunState,
	inFlightNow,
	lastSecond,
	measured,
	pausedTime,
	type RunState,
	reduceRun,
	targetWords,
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

test('the targets of a scenario are users and sessions, and no rate of operations', () => {
	const of = (load: unknown) => ({load: {connections: 5, rate: 20}, began: {...began, plan: {...began.plan, load}}});
	expect(targetWords({connections: 5, rate: 20})).toEqual({connections: 'connections', rate: 'operations'});
	expect(targetWords({scenario: {}})).toEqual({connections: 'users', rate: 'sessions'});
	expect([askedRate(of({rate: 20})), askedRate(of({rate: 20, scenario: {}}))]).toEqual([20, undefined]);
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

	const paused: RunEvent[] = [
		began,
		{kind: 'phase', at: 0, phase: 'measure'},
		...Array.from({length: 7}, (_, index) =>
			snapshotEvent('measure', index * 200, index * 200 + 200, replies(10, 1000)),
		),
		snapshotEvent('measure', 1400, 1500, {...replies(5, 1000), offered: 9, bytesIn: 500}),
		{kind: 'phase', at: 1500, phase: 'pause'},
		snapshotEvent('pause', 1500, 1700, {
			...replies(3, 2000),
			offered: 0,
			bytesIn: 300,
			gauges: gaugesOf({'host.load': 9}),
		}),
		snapshotEvent('pause', 1700, 61_500),
		{kind: 'phase', at: 61_500, phase: 'measure'},
		...Array.from({length: 10}, (_, index) =>
			snapshotEvent('measure', 61_500 + index * 200, 61_700 + index * 200, replies(10, 1000)),
		),
		{kind: 'ended', at: 63_500, ending: {state: 'finished'}, doubts: []},
	];

	test('leaves a pause out of every figure, but not what was in flight when it began', () => {
		const result = resultOf(fold(paused));
		expect(result.durationMs).toBe(3500);
		expect(result.pausedMs).toBe(60_000);
		expect(result.summary.latency).toMatchObject({count: 178, max: 2});
		expect(result.summary.operations).toEqual({offered: 179, succeeded: 178, failed: 0, inFlight: 1});
		expect(result.summary.throughput).toMatchObject({
			total: 178,
			mean: 50,
			min: 50,
			max: 50,
			bytesInPerSecond: 142.857,
		});
		expect(result.summary.resources.cpu.perCore).toEqual([]);
		expect(result.timeline.map(({fromMs, toMs, rate, outcomes}) => [fromMs, toMs, rate, outcomes[200]])).toEqual([
			[0, 1000, 50, 50],
			[1000, 1500, 50, 28],
			[61_500, 62_500, 50, 50],
			[62_500, 63_500, 50, 50],
		]);
		expect(result.timeline.flatMap(({gauges}) => Object.keys(gauges))).toEqual([]);
		expect(histogramOfResult(result).count).toBe(178);
		expect(result.validity.reasons.map(({kind}) => kind)).not.toContain('steered');
		expect(result.marks.map(({atMs}) => atMs)).toEqual([1500, 61_500]);
	});

	test('says of a pause under way that it is one, live or read from a log that broke off in it', () => {
		const state = fold(paused.slice(0, 13));
		expect(state).toMatchObject({paused: true, phase: 'pause', at: 61_500});
		expect(pausedTime(state)).toBe(60_000);
		expect(inFlightNow(state)).toBe(1);
		expect(lastSecond(state)).toBeUndefined();
		expect(resultOf(state)).toMatchObject({
			durationMs: 1500,
			pausedMs: 60_000,
			ending: {state: 'failed'},
			summary: {throughput: {mean: 50, total: 78}},
		});
		expect(fold(paused)).toMatchObject({paused: false, phase: 'measure'});
		const stopped = fold([
			...paused.slice(0, 13),
			{kind: 'ended', at: 61_600, ending: {state: 'stopped', by: 'signal'}, doubts: []},
		]);
		expect(stopped.paused).toBe(false);
		expect(resultOf(stopped)).toMatchObject({durationMs: 1500, pausedMs: 60_100});
		expect(resultOf(stopped).timeline).toHaveLength(2);
	});

	test('joins no seconds across a pause when a long run is made coarser', () => {
		const half = longestTimeline / 2 + 1;
		const seconds = (from: number): RunEvent[] =>
			Array.from({length: half}, (_, second) =>
				snapshotEvent('measure', from + second * 1000, from + second * 1000 + 1000, replies(4, 500)),
			);
		const result = resultOf(
			fold([
				began,
				{kind: 'phase', at: 0, phase: 'measure'},
				...seconds(0),
				{kind: 'phase', at: half * 1000, phase: 'pause'},
				{kind: 'phase', at: 9e6, phase: 'measure'},
				...seconds(9e6),
				{kind: 'ended', at: 9e6 + half * 1000, ending: {state: 'finished'}, doubts: []},
			]),
		);
		expect(result.durationMs).toBe(2 * half * 1000);
		expect(result.timeline.length).toBeLessThan(longestTimeline);
		expect(result.timeline.every(({rate}) => rate === 4)).toBe(true);
		expect(result.timeline.reduce((sum, {fromMs, toMs}) => sum + toMs - fromMs, 0)).toBe(result.durationMs);
	});

	test('tells what the load is now, and doubts the figures of one that was changed', () => {
		const steer = (at: number, connections: number, text: string): RunEvent => ({kind: 'steer', at, connections, text});
		const start: RunEvent[] = [began, {kind: 'phase', at: 0, phase: 'warm-up'}];
		const measuring: RunEvent[] = [
			{kind: 'phase', at: 3000, phase: 'measure'},
			snapshotEvent('measure', 3000, 4000, replies(1, 1)),
		];
		expect(fold(start).load).toEqual({connections: 64, rate: 2000});
		const early = fold([...start, steer(2000, 70, 'connections 64 → 70'), ...measuring]);
		expect(early.load).toEqual({connections: 70, rate: 2000});
		expect(resultOf(early).validity.reasons).toContainEqual({
			kind: 'steered',
			message:
				'The load was changed while it ran, from 00:02 on (connections 64 → 70): the figures are of another load than the planned one.',
		});
		const late = fold([
			...start,
			...measuring,
			steer(4000, 70, 'connections 64 → 70'),
			steer(5000, 80, 'connections 70 → 80'),
		]);
		expect(resultOf(late).validity).toMatchObject({trustworthy: false});
		expect(resultOf(late).validity.reasons).toContainEqual({
			kind: 'steered',
			message:
				'The load was changed while it ran, from 00:04 on (connections 64 → 70): the figures mix several loads, and compare with no other run.',
		});
		expect(late.occurrences.slice(-2)).toMatchObject([
			{kind: 'steer', at: 4000, text: 'connections 64 → 70'},
			{kind: 'steer', at: 5000},
		]);
		expect(resultOf(late).marks).toHaveLength(2);
	});

	test('reads a log of a version that could not be steered', () => {
		const {steering: _, ...old} = began;
		expect(parseEvent(JSON.stringify(old))).toEqual({...began, steering: []});
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
