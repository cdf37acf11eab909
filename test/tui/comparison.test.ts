import {describe, expect, test} from 'vitest';
import type {Side} from '../../source/core/plan.ts';
import type {RunState} from '../../source/core/run-state.ts';
import {intervalMarks} from '../../source/tui/charts/interval.ts';
import {frame} from '../../source/tui/frame.ts';
import type {Look} from '../../source/tui/pane.ts';
import {comparison} from '../../source/tui/panes/comparison.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {openBoard} from '../helpers/board.ts';
import {fakePairs, fakeRule, fakeSideRunning, fakeSideState} from '../helpers/fake-sides.ts';
import {fakeRun, fakeState} from '../helpers/fake-source.ts';

const base: Side = {benchmark: 'page', pair: 4, is: 'base', of: 'main (1234abcd)'};

const textOf = (lines: ReadonlyArray<readonly {readonly text: string}[]>): string[] =>
	lines.map((line) => line.map(({text}) => text).join(''));

const draw = (run: RunState, columns = 76, rows = 9, look: Partial<Look> = {}): string[] =>
	textOf(comparison.draw(viewOf(run, {...defaultLook, ...look}), {columns, rows}, {focused: false, zoomed: false}));

const note = (run: RunState): string => textOf([comparison.note?.(viewOf(run)) ?? []]).join('');

const screen = (run: RunState, columns: number, rows: number): string[] => {
	const view = viewOf(run, defaultLook);
	const board = {...openBoard({panes: panes.map(({name}) => name)}), latest: run, shown: run, focus: 'comparison'};
	const {canvas} = frame(board, view, {columns, rows}, panes);
	return Array.from({length: rows}, (_, y) => canvas.characters.slice(y * columns, (y + 1) * columns).join(''));
};

const signs = {nothing: ' ', margin: ':', zero: '|', interval: '-', estimate: 'o', beyond: '>'} as const;
const bar = (low: number, high: number, margin = 0.05, columns = 21): string =>
	intervalMarks({low, high, estimate: Number.isFinite(low + high) ? (low + high) / 2 : 0}, margin, columns)
		.map((mark) => signs[mark])
		.join('');

describe('an interval', () => {
	test('lies around no change, between or beyond the margins', () => {
		expect(bar(-0.03, 0.03)).toBe('  : ------o------ :  ');
		expect(bar(0.1, 0.2)).toBe('     :    |    : -o--');
		expect(bar(-0.2, -0.1)).toBe('--o- :    |    :     ');
	});

	test('is as wide as the row where it is far wider than the margin, and says that it goes on', () => {
		expect(bar(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0.05, 9).replace(/[^>]/g, '')).toBe('>>');
		expect(bar(-0.5, 30)).toMatch(/>$/);
		expect(bar(-0.5, 30)).toMatch(/:\|:/);
	});

	test('fits any row, and needs no margin', () => {
		for (let columns = 0; columns < 9; columns++) expect(bar(-0.1, 0.2, 0.05, columns)).toHaveLength(columns);
		expect(bar(0, 0, 0, 5)).toBe('  o  ');
		expect(bar(0.1, 0.3, 0, 9)).not.toContain('NaN');
	});
});

describe('the comparison', () => {
	test('says which side is measured, and how they stand so far', () => {
		const run = fakeSideRunning(base, fakePairs(3, 1.3));
		const rows = draw(run);
		expect(rows[0]).toBe('▶ pair 4 of 6: base main (1234abcd)');
		expect(rows[1]).toMatch(/base +candidate +change +0 *$/);
		expect(rows[2]).toMatch(/^p50 +2\.\d+ +3\.\d+ +\+\d\d\.\d% .*│.*●.* so far$/);
		expect(rows.map((row) => row.split(' ')[0])).toEqual(['▶', '', 'p50', 'p99', 'throughput', 'error', 'p90']);
		expect(note(run)).toBe('so far, after 3 of 6 pairs');
	});

	test('calls nothing before its time', () => {
		for (const count of [1, 2, 3, 4, 5]) {
			const text = draw(fakeSideRunning({...base, pair: count + 1}, fakePairs(count, 3))).join('\n');
			expect(text).not.toMatch(/worse|better|same|unclear/);
			expect(text).toContain('so far');
		}
	});

	test('has the verdict when the last pair is complete, that of the run itself included', () => {
		const before = fakePairs(6, 3).slice(0, 11);
		const side: Side = {...base, pair: 6, is: 'candidate', of: 'topic'};
		// The made-up run has a p50 of about 2.3 ms, the base one of 2.4 ms: the last pair is no slower one.
		const rows = draw(fakeSideState(side, before));
		expect(rows[0]).toMatch(/^■ pair 6 of 6: candidate topic/);
		expect(rows.at(-1)).toMatch(/the candidate is worse|it cannot be told/);
		expect(note(fakeSideState(side, before))).toBe('after 6 of 6 pairs');
		const decided = draw(
			fakeSideRunning({...base, pair: 7}, fakePairs(6, 1.5), {...fakeRule, pairs: 12, looks: [6, 12]}),
		);
		expect(decided.find((row) => row.startsWith('p50'))).toMatch(/▲ worse$/);
		expect(decided.find((row) => row.startsWith('p90'))).toMatch(/\(▲ worse\)$/);
		expect(decided.at(-1)).toBe('▲ the candidate is worse');
	});

	test('with looks says how many pairs there may be', () => {
		const run = fakeSideRunning(base, fakePairs(3, 1.3), {...fakeRule, pairs: 12, looks: [6, 8, 10, 12]});
		expect(draw(run)[0]).toContain('pair 4 of at most 12');
		expect(note(run)).toBe('so far, after 3 of at most 12 pairs');
	});

	test('is there for runs of sides alone, leads, and fits the smallest terminal', () => {
		expect(comparison.has?.(fakeState({...fakeRun, duration: 4000}, 9000))).toBe(false);
		const rows = screen(fakeSideRunning(base, fakePairs(5, 1.3)), 80, 24);
		expect(rows[0]).toContain('base');
		expect(rows[1]).toContain('pair');
		expect(rows[2]).toMatch(/\[1 Comparison ms\] .* so far, after 5 of 6 pairs/);
		const text = rows.join('\n');
		for (const metric of ['p50', 'p99', 'throughput', 'error rate']) expect(text).toContain(metric);
		expect(text).toContain('2 Latency ms');
	});
});
