import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {parseEvent} from '../../source/core/event.ts';
import {
	createAccumulator,
	emptyHistogram,
	type Histogram,
	mergeAllHistograms,
	quantile,
} from '../../source/core/histogram.ts';
import {seededRandom} from '../../source/core/random.ts';
import {resultOf, summaryOf} from '../../source/core/result.ts';
import {emptyRunState, hasBegun, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {encodeSnapshot} from '../../source/core/snapshot.ts';
import {type PercentileKey, percentiles} from '../../source/core/summary.ts';
import {resultSchema} from '../../source/export/json-schema.ts';
import {latencyPrecision, staysLevel} from '../../source/stats/precision.ts';
import {levelInterval} from '../../source/stats/quantile-interval.ts';
import {normalDeviates} from '../bench/simulated-run.ts';
import {syntheticEvents} from '../helpers/result.ts';

type Simulated = {
	readonly seconds?: number;
	readonly perSecond?: number;
	/** Deviation of the logarithm of a second's level, and how much of it the next second keeps. */
	readonly between?: number;
	readonly correlation?: number;
	/** By what a second is slower than the others. */
	readonly slower?: (second: number) => number;
};

const within = 0.5;
const median = 8000;

/** Log-normal latencies whose levels are autoregressive. */
const simulate = (
	{seconds = 60, perSecond = 200, between = 0, correlation = 0, slower = () => 1}: Simulated,
	normal: () => number,
): readonly Histogram[] => {
	const accumulator = createAccumulator();
	const fresh = Math.sqrt(1 - correlation ** 2);
	let level = normal();
	return Array.from({length: seconds}, (_, second) => {
		if (second > 0) level = correlation * level + fresh * normal();
		const usual = median * slower(second) * Math.exp(between * level);
		for (let request = 0; request < perSecond; request++) accumulator.record(usual * Math.exp(within * normal()));
		return accumulator.take();
	});
};

const eventsOf = (seconds: readonly Histogram[], load: Readonly<Record<string, unknown>> = {}): readonly RunEvent[] => {
	const [began] = syntheticEvents({seconds: 0});
	if (began?.kind !== 'began') throw new Error('A run begins with its first event.');
	return [
		{...began, plan: {...began.plan, load}},
		{kind: 'phase', at: 0, phase: 'measure'},
		...seconds.map(
			(latency, second): RunEvent => ({
				kind: 'snapshot',
				phase: 'measure',
				snapshot: encodeSnapshot({
					from: second * 1000,
					to: (second + 1) * 1000,
					latency,
					waiting: emptyHistogram,
					outcomes: {200: latency.count},
					failures: {},
					offered: latency.count,
					bytesIn: 0,
					bytesOut: 0,
					gauges: {},
				}),
			}),
		),
		{kind: 'ended', at: seconds.length * 1000, ending: {state: 'finished'}, doubts: []},
	];
};

const stateOf = (events: readonly RunEvent[]): RunState => events.reduce(reduceRun, emptyRunState);
const precisionOf = (run: Simulated, seed = 1) =>
	latencyPrecision(stateOf(eventsOf(simulate(run, normalDeviates(seededRandom(seed))))));

const standardDeviates: Partial<Record<PercentileKey, number>> = {p50: 0, p99: 2.326_347_874};

/** How often intervals hold the truth, of those that are told; how often those of independent operations do. */
const coverage = (run: Simulated, key: PercentileKey, runs: number) => {
	const normal = normalDeviates(seededRandom(11));
	const q = percentiles.find((each) => each.key === key)?.q ?? Number.NaN;
	const truth =
		(median / 1000) * Math.exp(Math.hypot(run.between ?? 0, within) * (standardDeviates[key] ?? Number.NaN));
	let [told, held, naive] = [0, 0, 0];
	for (let index = 0; index < runs; index++) {
		const seconds = simulate(run, normal);
		const merged = mergeAllHistograms(seconds);
		const {low = 0, high = 1} = levelInterval(merged.count, q);
		if ((quantile(merged, low) ?? 0) <= truth * 1000 && truth * 1000 <= (quantile(merged, high) ?? 0)) naive += 1;
		const interval = latencyPrecision(stateOf(eventsOf(seconds)))?.intervals[key];
		if (interval === undefined) continue;
		told += 1;
		if (interval.low <= truth && truth <= interval.high) held += 1;
	}

	return {told: told / runs, held: held / told, naive: naive / runs};
};

describe('intervals of percentiles', () => {
	const minute: Simulated = {between: 0.2, correlation: 0.8};

	test.each([
		['seconds that hang together', minute, 'p50', 0.25],
		['seconds that hang together', {...minute, seconds: 300, perSecond: 100}, 'p99', 0.6],
		['seconds that hang together less', {between: 0.2, correlation: 0.5}, 'p50', 0.4],
		['seconds that hang together less', {between: 0.2, correlation: 0.5}, 'p99', 0.75],
	] as const)('of %s (%o) hold %s where those of independent operations do not', (_, run, key, most) => {
		const {told, held, naive} = coverage(run, key, 100);
		expect(told).toBeGreaterThan(0.85);
		expect(held).toBeGreaterThanOrEqual(0.88);
		expect(naive).toBeLessThan(most);
	});

	test.each(['p50', 'p99'] as const)('of independent operations hold %s as they say', (key) => {
		const {told, held} = coverage({perSecond: 100}, key, 60);
		expect(told).toBeGreaterThan(0.9);
		expect(held).toBeGreaterThan(0.9);
	});

	test('lie around what is told of the run, and ascend with the percentiles', () => {
		const events = eventsOf(simulate(minute, normalDeviates(seededRandom(4))));
		const state = stateOf(events);
		const {intervals = {}} = latencyPrecision(state) ?? {};
		const {latency} = summaryOf(state);
		expect(Object.keys(intervals)).toEqual(expect.arrayContaining(['p50', 'p75', 'p90', 'p95', 'p99']));
		for (const [key, {low, high, confidence, of}] of Object.entries(intervals)) {
			const figure = Object.entries(latency).find(([name]) => name === key)?.[1];
			expect(low).toBeLessThanOrEqual(Number(figure));
			expect(high).toBeGreaterThanOrEqual(Number(figure));
			expect(confidence).toBe(0.95);
			expect(of).toBeLessThan(latency.count);
		}
	});
});

describe('percentiles whose operations hang together', () => {
	const stall: Simulated = {slower: (second) => (second === 25 ? 30 : 1)};

	test('are told: a p99 that one stalled second makes', () => {
		const precision = precisionOf(stall);
		// Of 12 000 operations, enough for a p99.9 if they were independent.
		expect(precision?.correlated).toEqual(['p99', 'p999']);
		expect(precision?.intervals).not.toHaveProperty('p99');
		expect(precision?.intervals).toHaveProperty('p50');
	});

	test('are none where operations are independent, however few', () => {
		for (let seed = 1; seed <= 20; seed++) {
			expect(precisionOf({perSecond: 50}, seed)?.correlated).toEqual([]);
			expect(precisionOf({perSecond: 20}, seed)?.correlated).toEqual([]);
		}
	});

	test('are told in the summary at the end, in the document, and come through the log', () => {
		const events = eventsOf(simulate(stall, normalDeviates(seededRandom(1))));
		const precision = latencyPrecision(stateOf(events));
		const told = events.map((event): RunEvent => {
			const whole: RunEvent = event.kind === 'ended' && precision !== undefined ? {...event, precision} : event;
			return parseEvent(JSON.stringify(whole)) ?? event;
		});
		const before = stateOf(told.slice(0, -1));
		expect(summaryOf(before).latency).not.toHaveProperty('correlated');
		const state = stateOf(told);
		if (!hasBegun(state)) throw new Error('It has begun.');
		const {latency} = resultOf(state).summary;
		expect(latency).toMatchObject({correlated: ['p99', 'p999'], uncertain: ['p9999'], ...precision});
		expect(resultSchema.shape.summary.safeParse(resultOf(state).summary).error).toBeUndefined();
	});
});

describe('nothing is told of percentiles', () => {
	test.each([
		['rises', (second: number) => 1 + second / 60],
		['falls', (second: number) => 2 - second / 60],
		['takes a step', (second: number) => (second < 30 ? 1 : 1.5)],
		['takes a step early', (second: number) => (second < 18 ? 1 : 1.5)],
		['takes a step late', (second: number) => (second < 42 ? 1 : 1.5)],
		['climbs stairs', (second: number) => 1 + Math.floor(second / 12) / 4],
	])('when latency %s', (_, slower) => {
		for (let seed = 1; seed <= 5; seed++)
			expect(precisionOf({between: 0.05, correlation: 0.5, slower}, seed)).toBeUndefined();
	});

	test('of a few seconds', () => {
		expect(precisionOf({seconds: 19})).toBeUndefined();
		expect(precisionOf({seconds: 20})).toBeDefined();
	});

	test('of a load that was to change, or was changed, or paused', () => {
		const seconds = simulate({}, normalDeviates(seededRandom(1)));
		expect(latencyPrecision(stateOf(eventsOf(seconds, {rate: 100, rateEnd: 300})))).toBeUndefined();
		expect(latencyPrecision(stateOf(eventsOf(seconds, {rate: 100, rateEnd: 100})))).toBeDefined();
		const events = eventsOf(seconds);
		const [first, ...rest] = [events.slice(0, 10), events.slice(10)].flat();
		if (first === undefined) throw new Error('A run begins.');
		expect(
			latencyPrecision(stateOf([first, {kind: 'steer', at: 5000, text: 'rate 100', rate: 100}, ...rest])),
		).toBeUndefined();
		expect(
			latencyPrecision(
				stateOf([
					...events.slice(0, -1),
					{kind: 'phase', at: 60_000, phase: 'pause'},
					{kind: 'phase', at: 61_000, phase: 'measure'},
				]),
			),
		).toBeUndefined();
	});

	test('of a run that measured nothing', () => {
		expect(latencyPrecision(emptyRunState)).toBeUndefined();
	});
});

test('a level is kept by chance, and by spikes', () => {
	const random = seededRandom(3);
	const noise = Array.from({length: 60}, () => random());
	expect(staysLevel(noise)).toBe(true);
	expect(staysLevel(Array.from({length: 60}, (_, index) => (index === 20 ? 100 : 0)))).toBe(true);
	expect(staysLevel(noise.map((value, index) => value + (index > 45 ? 5 : 0)))).toBe(false);
	expect(staysLevel(noise.map((value, index) => value + index / 10))).toBe(false);
});
