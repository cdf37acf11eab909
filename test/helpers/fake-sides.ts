import type {RunEvent} from '../../source/core/event.ts';
import type {ComparisonRule, Side} from '../../source/core/plan.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import type {SideRun} from '../../source/core/side-run.ts';
import {type FakeRun, fakeBegan, fakeEvents, fakeRun} from './fake-source.ts';

export const fakeRule: ComparisonRule = {pairs: 6, confidence: 0.95, margins: {}, seed: 3};

/** A made-up run of a side: a p50 of so many milliseconds, and a p99 and a throughput that go with it. */
export const fakeSideRun = (side: Side, p50: number): SideRun => ({
	id: `${side.benchmark} ${side.is} ${side.pair}`,
	side,
	fingerprint: {workload: 'w', environment: 'e'},
	figures: {
		p50: {unit: 'ms', lowerIsBetter: true, value: p50},
		p90: {unit: 'ms', lowerIsBetter: true, value: p50 * 2},
		p99: {unit: 'ms', lowerIsBetter: true, value: p50 * 4},
		throughput: {unit: '1/s', lowerIsBetter: false, value: 5000 / p50},
	},
	ended: 5000,
	failed: 0,
	uncertain: [],
	doubts: [],
});

/** So many complete pairs, the candidate so many times the base, which has a p50 of so many milliseconds. */
export const fakePairs = (count: number, ratio: number, of: Partial<Side> = {}, p50 = 2.4): readonly SideRun[] =>
	Array.from({length: count}, (_, index) =>
		(['base', 'candidate'] as const).map((is) => {
			const side: Side = {benchmark: 'page', pair: index + 1, is, of: is === 'base' ? 'main' : 'topic', ...of};
			return fakeSideRun(side, (is === 'base' ? p50 : p50 * ratio) * (1 + 0.01 * ((index * 7 + is.length) % 5)));
		}),
	).flat();

/** The events of a made-up run that is made for a side after others. */
export const fakeSideEvents = (
	side: Side,
	before: readonly SideRun[],
	rule: ComparisonRule = fakeRule,
	run: Partial<FakeRun> = {},
): readonly RunEvent[] => {
	const played = {...fakeRun, baseline: false, warmup: 0, duration: 6000, ...run};
	const began = fakeBegan(played);
	const suite = {
		id: 'suite',
		bail: false,
		runs: [
			...before.map(({id, side: {benchmark}}) => ({id, name: benchmark, length: 6000, benchmark})),
			{id: began.id, name: began.name, length: 6000, benchmark: side.benchmark},
			{id: 'later', name: began.name, length: 6000, benchmark: side.benchmark},
		],
		comparison: rule,
	};
	return Array.from(fakeEvents(played), ([, event]) =>
		event.kind === 'began'
			? {...event, before, plan: {...event.plan, side, suite, round: {number: side.pair, of: rule.pairs}}}
			: event,
	);
};

/** The state of such a run, at its end or so many events before. */
export const fakeSideState = (...[side, before, rule, run]: Parameters<typeof fakeSideEvents>): RunState =>
	fakeSideEvents(side, before, rule, run).reduce(reduceRun, emptyRunState);

/** The same while it goes on. */
export const fakeSideRunning = (...[side, before, rule, run]: Parameters<typeof fakeSideEvents>): RunState =>
	fakeSideEvents(side, before, rule, run)
		.filter(({kind}) => kind !== 'ended' && kind !== 'saved')
		.reduce(reduceRun, emptyRunState);
