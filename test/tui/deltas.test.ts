import {describe, expect, test} from 'vitest';
import type {Baseline, Began} from '../../source/core/event.ts';
import {decodeHistogram} from '../../source/core/histogram.ts';
import {histogramOfResult, type Result} from '../../source/core/result.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {asBaseline} from '../../source/run/baseline.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {deltas} from '../../source/tui/panes/deltas.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {type SyntheticRun, syntheticEvents, syntheticResult} from '../helpers/result.ts';

const base: SyntheticRun = {id: '01890000-0000-7000-8000-00000000000a', seed: 3, seconds: 70, perSecond: 40};
const candidate: SyntheticRun = {
	...base,
	id: '01890000-0000-7000-8000-00000000000b',
	seed: 4,
	slower: 1.2,
	failedShare: 0.02,
};

/** As it comes out of a log. */
const travelled = (baseline: Baseline): Baseline => JSON.parse(JSON.stringify(baseline));

const stateOf = (run: SyntheticRun, baseline: Baseline, ended: boolean): RunState =>
	syntheticEvents(run)
		.filter(({kind}) => ended || kind !== 'ended')
		.map((event) => (event.kind === 'began' ? ({...event, baseline} satisfies Began) : event))
		.reduce(reduceRun, emptyRunState);

const draw = (run: RunState, rows = 12): string[] =>
	deltas
		.draw(viewOf(run, defaultLook), {columns: 90, rows}, {focused: false, zoomed: false})
		.map((line) => line.map(({text}) => text).join(''));

const rowOf = (rows: readonly string[], label: string): string => rows.find((row) => row.startsWith(label)) ?? '';

const percent = (ratio: number | null): string => `${ratio! > 0 ? '+' : ''}${(ratio! * 100).toFixed(1)}`;

describe('baseline deltas', () => {
	const whole: Result = syntheticResult(base);
	const baseline = travelled(asBaseline(whole, 'main'));

	test('a baseline carries what comparisons read', () => {
		const result = syntheticResult(candidate);
		expect(baseline.timeline).toHaveLength(70);
		expect(compareRuns({...baseline, timeline: baseline.timeline ?? []}, result)).toEqual(compareRuns(whole, result));
		expect(decodeHistogram(baseline.histogram!)).toEqual(histogramOfResult(whole));
	});

	test('of a baseline that is several rounds, it says which one this is', () => {
		const around = (own: Baseline): string => {
			const view = viewOf(stateOf(candidate, own, true), defaultLook);
			return [...(deltas.note?.(view) ?? []), ...(deltas.foot?.(view) ?? [])].map(({text}) => text).join('');
		};
		expect(around(baseline)).toBe('vs main? observed; one run a side cannot be judged');
		const round = {number: 2, of: 5};
		const rounds = travelled(asBaseline({...whole, plan: {...whole.plan, round}}, 'main'));
		expect(around(rounds)).toBe('vs main round 2 of 5? observed of one round; benchtop compare judges all');
	});

	test('the intervals of a run that is over are those of benchtop compare', () => {
		const rows = draw(stateOf(candidate, baseline, true));
		const compared = compareRuns(whole, syntheticResult(candidate));
		for (const [metric, label] of [
			['p50', 'p50'],
			['p90', 'p90'],
			['p99', 'p99'],
			['throughput', 'rate 1/s'],
		] as const) {
			const {change} = compared.find((each) => each.metric === metric)!;
			expect(change.low).not.toBeNull();
			const row = rowOf(rows, label);
			expect(row).toContain(`${percent(change.low)}…${percent(change.high)}%`);
			expect(row).toContain(`${percent(change.estimate)}%`);
			expect(row).toContain('? unclear');
		}

		const errors = compared.find(({metric}) => metric === 'error rate')!.change;
		expect(rowOf(rows, 'errors')).toContain(`${(errors.low! * 100).toFixed(2)}…+${(errors.high! * 100).toFixed(2)}pp`);
		expect(rowOf(rows, 'p99.9')).toMatch(/ – \? unclear$/);
		expect(rows.join(' ')).not.toContain('No interval');
	});

	test('while a run goes on there is none', () => {
		const rows = draw(stateOf(candidate, baseline, false));
		expect(rowOf(rows, 'p99 ')).toMatch(/ – \? unclear$/);
		expect(rows.join(' ')).toContain('The interval comes when the run is over.');
	});

	test('the seconds of a long baseline travel without their latencies, or not at all', () => {
		const long = travelled(asBaseline(syntheticResult({...base, seconds: 330}), 'main'));
		expect(JSON.stringify(long.timeline).length).toBeLessThanOrEqual(100_000);
		expect(long.timeline?.every(({histogram}) => histogram === null)).toBe(true);
		const rows = draw(stateOf(candidate, long, true));
		expect(rowOf(rows, 'p99 ')).toMatch(/ – \? unclear$/);
		expect(rows.join(' ')).toContain('No interval of latencies');
		const {low, high} = compareRuns(syntheticResult({...base, seconds: 330}), syntheticResult(candidate)).find(
			({metric}) => metric === 'throughput',
		)!.change;
		expect(rowOf(rows, 'rate 1/s')).toContain(`${percent(low)}…${percent(high)}%`);

		const longer = travelled(asBaseline(syntheticResult({...base, seconds: 1200}), 'main'));
		expect(longer.timeline).toBeUndefined();
		expect(draw(stateOf(candidate, longer, true)).join(' ')).toContain('No interval: the seconds of the baseline');
	});

	test('too short a run says why it has no interval', () => {
		const short = {...base, seconds: 5};
		const rows = draw(stateOf({...candidate, seconds: 5}, travelled(asBaseline(syntheticResult(short), 'main')), true));
		expect(rows.join(' ')).toContain('No interval: the seconds are worth');
	});
});
