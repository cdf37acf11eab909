import {describe, expect, test} from 'vitest';
import {gateOutcome} from '../../source/core/gate.ts';
import {seededRandom} from '../../source/core/random.ts';
import type {Result} from '../../source/core/result.ts';
import {samplesOf, summariseMetric} from '../../source/core/samples.ts';
import {judgeByHistory, type Session} from '../../source/stats/judge-by-history.ts';
import {normalQuantile} from '../../source/stats/normal.ts';
import {syntheticResult} from '../helpers/result.ts';

const draws = seededRandom(3);
const normal = (): number => normalQuantile(Math.max(1e-12, draws()));

/** A run whose figures are those of another, times a factor. */
const times = (run: Result, factor: number): Result => ({
	...run,
	summary: {
		...run.summary,
		latency: {
			...run.summary.latency,
			...Object.fromEntries(
				(['p50', 'p90', 'p99'] as const).map((key) => [key, (run.summary.latency[key] ?? 0) * factor]),
			),
		},
		throughput: {...run.summary.throughput, mean: (run.summary.throughput.mean ?? 0) / factor},
	},
});

const model = syntheticResult({seconds: 40, seed: 5});
const history: readonly Session[] = Array.from({length: 12}, (_, index) => [times(model, 1 + (index % 3) * 0.005)]);
const verdictsOf = (attempts: readonly [Session, Session?], own = history) =>
	Object.fromEntries(judgeByHistory(own, attempts).comparisons.map(({metric, verdict}) => [metric, verdict]));

describe('new runs against the history', () => {
	test('within what runs vary by, nothing changed', () => {
		const {comparisons, toConfirm} = judgeByHistory(history, [[times(model, 1.01)]]);
		expect(comparisons.map(({metric}) => metric)).toEqual(['p50', 'p90', 'p99', 'throughput', 'error rate']);
		expect(comparisons.map(({verdict}) => verdict)).toEqual(new Array(5).fill('same'));
		expect(toConfirm).toEqual([]);
		expect(comparisons.map(({isDisplayed}) => isDisplayed)).toEqual([undefined, true, undefined, undefined, undefined]);
	});

	test('beyond it, a confirming run decides; the limit that was applied is kept', () => {
		const slow = [times(model, 1.3)];
		const first = judgeByHistory(history, [slow]);
		expect(first.toConfirm).toEqual(['p50', 'p99', 'throughput']);
		expect(first.comparisons[0]).toMatchObject({verdict: 'unclear', margin: 0.05, runs: {base: 12, candidate: 1}});
		expect(first.comparisons[0]?.method).toMatch(/prediction interval/);
		const both = judgeByHistory(history, [slow, slow]).comparisons;
		expect(both[0]).toMatchObject({metric: 'p50', verdict: 'worse', severity: 'high'});
		expect(both[0]?.because).toMatch(/beyond the limit of ±5\.0%, and so did a confirming run \(\+2\d\.\d%\)/);
		expect(both[3]).toMatchObject({metric: 'throughput', verdict: 'worse'});
		const once = judgeByHistory(history, [slow, [model]]).comparisons;
		expect(once[0]).toMatchObject({verdict: 'unclear'});
		expect(once[0]).not.toHaveProperty('severity');
		expect(once[0]?.because).toMatch(/the confirming one did not \(-?\d/);
		expect(verdictsOf([[times(model, 0.7)], [times(model, 0.7)]])).toMatchObject({p50: 'better', throughput: 'better'});
		expect(verdictsOf([[times(model, 0.7)], slow])).toMatchObject({p50: 'unclear'});
	});

	test('what is displayed only is not measured again for its own sake, and does not say so', () => {
		const {comparisons, toConfirm} = judgeByHistory(history, [[times(model, 1.2)]]);
		expect(toConfirm).not.toContain('p90');
		const [p50, p90] = comparisons;
		expect(p50?.because).toMatch(/A confirming run decides/);
		expect(p90).toMatchObject({metric: 'p90', verdict: 'unclear', isDisplayed: true});
		expect(p90?.because).toBe('It lies beyond the limit of ±10.0%; it is shown only, and not measured again.');
	});

	test('of fewer than eight commands nothing is judged, however many rounds they had', () => {
		const short = judgeByHistory(history.slice(0, 7), [[times(model, 2)]]);
		expect(short.comparisons[0]).toMatchObject({verdict: 'unclear', base: expect.any(Number)});
		expect(short.comparisons[0]?.because).toMatch(/^7 earlier measurements .* of fewer than 8/);
		expect(short.comparisons[0]?.change.estimate).toBeCloseTo(0.99, 1);
		expect(short.toConfirm).toEqual([]);
		expect(verdictsOf([[times(model, 2)]], [history.flat()])).toMatchObject({p50: 'unclear'});
	});

	test('where runs vary so much that a change would not be seen, nothing is the same', () => {
		const noisy = Array.from({length: 12}, () => [times(model, Math.exp(0.2 * normal()))]);
		const {comparisons} = judgeByHistory(noisy, [[model]]);
		expect(comparisons[0]).toMatchObject({metric: 'p50', verdict: 'unclear'});
		expect(comparisons[0]?.margin).toBeGreaterThan(0.4);
		expect(comparisons[0]?.because).toMatch(/a change of 5\.0% would not be seen/);
	});

	test('only what came since the last change counts', () => {
		const before = Array.from({length: 20}, (_, index) => [times(model, 2 + (index % 3) * 0.005)]);
		const {comparisons} = judgeByHistory([...before, ...history], [[model]]);
		expect(comparisons[0]).toMatchObject({verdict: 'same', runs: {base: 12}});
		expect(verdictsOf([[times(model, 2)], [times(model, 2)]], [...before, ...history])).toMatchObject({p50: 'worse'});
	});

	test('a limit of the suite takes the place of the usual one', () => {
		const [comparison] = judgeByHistory(history, [[times(model, 1.3)]], {margins: {p50: 0.5}}).comparisons;
		expect(comparison).toMatchObject({verdict: 'same', margin: 0.5});
	});

	test('a metric that was told before and is no longer is not judged, and keeps the gate open', () => {
		const metric = summariseMetric({unit: 'bytes', better: 'lower', samples: samplesOf([5, 5, 5])});
		const untimed = (metrics: Result['summary']['metrics']): Result => {
			const run = syntheticResult({perSecond: 0});
			return {...run, summary: {...run.summary, ...(metrics === undefined ? {} : {metrics})}};
		};
		const before: readonly Session[] = Array.from({length: 12}, () => [untimed({size: metric, time: metric})]);
		const of = (run: Result) => judgeByHistory(before, [[run]]).comparisons;
		expect(gateOutcome(of(untimed({size: metric, time: metric})))).toBe('pass');
		const gone = of(untimed({time: metric}));
		expect(gone.find(({metric: name}) => name === 'size')).toMatchObject({verdict: 'unclear', candidate: null});
		expect(gateOutcome(gone)).toBe('inconclusive');
	});

	test('an error rate that chance explains is not measured again', () => {
		const failing = (failed: number): Result => {
			const {operations} = model.summary;
			return {...model, summary: {...model.summary, operations: {...operations, failed, succeeded: 2000 - failed}}};
		};
		const before: readonly Session[] = Array.from({length: 12}, () => [failing(10)]);
		expect(judgeByHistory(before, [[failing(15)]]).toConfirm).toEqual([]);
		expect(judgeByHistory(before, [[failing(40)]]).toConfirm).toEqual(['error rate']);
	});

	test('errors that came to be are confirmed as well', () => {
		const failing = syntheticResult({seconds: 40, seed: 6, failedShare: 0.05});
		const errorsOf = (attempts: readonly [Session, Session?]) =>
			judgeByHistory(history, attempts).comparisons.find(({metric}) => metric === 'error rate');
		expect(judgeByHistory(history, [[failing]]).toConfirm).toEqual(['error rate']);
		expect(errorsOf([[failing]])).toMatchObject({verdict: 'unclear'});
		expect(errorsOf([[failing], [failing]])).toMatchObject({verdict: 'worse', severity: 'medium'});
		expect(errorsOf([[failing], [model]])).toMatchObject({verdict: 'unclear'});
	});

	test('rounds of one command that have more in common than those of others raise few false alarms', () => {
		let [asked, worse] = [0, 0];
		const commands = 600;
		// What a day does to all rounds of it is three times what a round does.
		const rounds = (): Session => {
			const day = 0.06 * normal();
			return Array.from({length: 5}, () => times(model, Math.exp(day + 0.02 * normal())));
		};
		for (let index = 0; index < commands; index++) {
			const own = Array.from({length: 10}, rounds);
			const first = rounds();
			if (!judgeByHistory(own, [first]).toConfirm.includes('p50')) continue;
			asked += 1;
			if (verdictsOf([first, rounds().slice(0, 1)], own).p50 === 'worse') worse += 1;
		}

		// Two sides at 1 % each; taken for 50 independent runs, a quarter would be beyond it.
		expect(asked / commands).toBeLessThan(0.045);
		expect(worse / commands).toBeLessThan(0.005);
	});
});
