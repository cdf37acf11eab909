import {describe, expect, test} from 'vitest';
import {gateCode, gateOutcome} from '../../source/core/gate.ts';
import {type Comparison, reportOf, type Verdict} from '../../source/core/report.ts';
import type {CheckedThreshold} from '../../source/core/threshold.ts';

const comparison = (verdict: Verdict, more: Partial<Comparison> = {}): Comparison => ({
	metric: 'p50',
	unit: 'ms',
	lowerIsBetter: true,
	base: 1,
	candidate: 1,
	change: {estimate: 0, low: 0, high: 0, confidence: 0.95, covers: ''},
	verdict,
	...more,
});
const unknown: Partial<Comparison> = {
	change: {estimate: null, low: null, high: null, confidence: 0.95, covers: ''},
};
const nothing: Partial<Comparison> = {...unknown, base: 0, candidate: 0};
const delta = (more: Partial<CheckedThreshold>): CheckedThreshold => ({
	metric: 'delta.p50',
	comparison: '<',
	limit: 0.1,
	text: '< 10%',
	result: 'a',
	name: 'search',
	actual: 0.05,
	passed: true,
	...more,
});

describe('a gate', () => {
	test.each([
		['pass', [comparison('same'), comparison('better')], []],
		['fail', [comparison('same'), comparison('worse'), comparison('unclear')], []],
		['inconclusive', [comparison('same'), comparison('unclear')], []],
		['inconclusive', [], []],
		// From nothing to nothing leaves nothing open, unless there is no more.
		['pass', [comparison('same'), comparison('unclear', nothing)], []],
		['inconclusive', [comparison('unclear', nothing)], []],
		['pass', [comparison('same'), comparison('unclear', {...unknown, base: null, candidate: null})], []],
		// From nothing to something is no ratio, and may be the worst change of all.
		['inconclusive', [comparison('same'), comparison('unclear', {...unknown, base: 0, candidate: 500})], []],
		['inconclusive', [comparison('same'), comparison('unclear', {...unknown, base: 500, candidate: 0})], []],
		// What one side no longer tells is not known to be as good.
		['inconclusive', [comparison('same'), comparison('unclear', {...unknown, base: 500, candidate: null})], []],
		// Values that vary around nothing, with means that happen to agree.
		['inconclusive', [comparison('same'), comparison('unclear', {...unknown, base: 100, candidate: 100})], []],
		['inconclusive', [comparison('same', {benchmark: 'a'}), comparison('unclear', {benchmark: 'b', ...nothing})], []],
		// What is displayed only decides nothing.
		['pass', [comparison('same'), comparison('worse', {isDisplayed: true})], []],
		['pass', [comparison('same'), comparison('unclear', {isDisplayed: true})], []],
		['fail', [comparison('same')], [delta({passed: false})]],
		['inconclusive', [comparison('same')], [delta({passed: false, isUnclear: true})]],
		['pass', [comparison('same')], [delta({})]],
	] as const)('%s', (outcome, comparisons, deltas) => {
		expect(gateOutcome(comparisons, deltas)).toBe(outcome);
		// What fails a gate is a failure of the report, and nothing else is.
		expect(reportOf([], comparisons, deltas).failures > 0).toBe(outcome === 'fail');
	});

	test('ends with the codes of the README, or with what was asked for', () => {
		expect([gateCode('pass'), gateCode('fail'), gateCode('inconclusive')]).toEqual([0, 1, 3]);
		expect([gateCode('inconclusive', 'pass'), gateCode('inconclusive', 'fail')]).toEqual([0, 1]);
		expect([gateCode('fail', 'pass'), gateCode('pass', 'fail')]).toEqual([1, 0]);
	});
});
