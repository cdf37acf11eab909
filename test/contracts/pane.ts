import {describe, expect, test} from 'vitest';
import {charsets, toAscii} from '../../source/core/charset.ts';
import type {RunEvent} from '../../source/core/event.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {samplesOf} from '../../source/core/samples.ts';
import {type Line, lineWidth} from '../../source/tui/line.ts';
import type {Look, Pane, Stance} from '../../source/tui/pane.ts';
import {heatTokens, seriesTokens, tokens} from '../../source/tui/theme.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {kindState} from '../helpers/fake-kinds.ts';
import {fakePairs, fakeRule, fakeSideRunning, fakeSideState} from '../helpers/fake-sides.ts';
import {fakeBegan, fakeRun, fakeState} from '../helpers/fake-source.ts';

const hostile = 'GET http://h/\u001b[2J\u001b]0;title\u0007\r\n\u202e漢字👩‍👩‍👧\u0301';

const after = (...events: readonly RunEvent[]): RunState => events.reduce(reduceRun, emptyRunState);

/** Runs in every state a viewer can meet. */
export const paneStates: Readonly<Record<string, RunState>> = {
	empty: emptyRunState,
	began: after(fakeBegan(fakeRun)),
	'warm-up': fakeState(fakeRun, 1000),
	'first second': fakeState(fakeRun, 3200),
	'mid-run': fakeState(fakeRun, 24_000),
	'without baseline': fakeState({...fakeRun, baseline: false, warmup: 0}, 12_000),
	ended: fakeState({...fakeRun, duration: 20_000}, 60_000),
	functions: kindState('functions', 12_000, {baseline: true}),
	command: kindState('command', 9000, {planned: true}),
	scenario: kindState('scenario', 12_000),
	'first of two sides': fakeSideRunning({benchmark: 'page', pair: 1, is: 'base', of: 'main'}, []),
	'of two sides': fakeSideRunning({benchmark: 'page', pair: 4, is: 'candidate', of: hostile}, fakePairs(3, 1.3)),
	'of two sides that differ much': fakeSideState(
		{benchmark: hostile, pair: 7, is: 'base', of: hostile},
		fakePairs(6, 40, {benchmark: hostile}),
		{...fakeRule, looks: [6, 8], pairs: 8},
	),
	'failed at once': after(fakeBegan({...fakeRun, target: hostile}), {
		kind: 'ended',
		at: 12,
		ending: {state: 'failed', message: `connect ECONNREFUSED ${hostile}`},
		doubts: [{kind: 'nothing-ended', message: hostile}],
	}),
	hostile: after(
		fakeBegan({...fakeRun, target: hostile}),
		{
			kind: 'finding',
			at: 4,
			finding: {kind: hostile, subject: hostile, text: hostile.repeat(9), figures: {}},
		},
		{kind: 'phase', at: 0, phase: 'measure'},
		{kind: 'mark', at: 5, text: hostile},
		{kind: 'notice', at: 6, level: 'error', text: hostile.repeat(20)},
		{
			kind: 'snapshot',
			phase: 'measure',
			snapshot: {
				from: 0,
				to: 1000,
				outcomes: {[hostile]: 3, 'exit 1': 1},
				failures: {[hostile]: 3, 'exit 1': 1},
				offered: 4,
				bytesIn: 0,
				bytesOut: 0,
				gauges: {},
				parts: {[hostile]: {outcomes: {[hostile]: 3}, failures: {[hostile]: 3}, offered: 3}},
				metrics: {
					[hostile]: {unit: hostile, about: hostile, samples: samplesOf([1, 2, -3e300, 4])},
					negative: {unit: 'bytes/min', better: 'higher', samples: samplesOf([-5e6, -4e6])},
					nothing: {unit: 'ms', samples: samplesOf([])},
				},
			},
		},
	),
};

const sizes = [
	...[1, 2, 3, 5, 8, 13, 30, 36, 56, 76, 96, 196, 296].flatMap((columns) =>
		[1, 2, 3, 4, 5, 8, 11, 18, 26, 57].map((rows) => ({columns, rows})),
	),
	{columns: 0, rows: 0},
	{columns: 40, rows: 0},
];

const known = new Set<string | undefined>([...tokens, ...seriesTokens, ...heatTokens, undefined]);

const calm: Stance = {focused: false, zoomed: false};
const zoomed: Stance = {focused: true, zoomed: true};

/** Ways of looking at a run that between them use every choice there is. */
const looks: Readonly<Record<string, readonly [look: Partial<Look>, stance: Stance]>> = {
	'as usual': [{}, calm],
	'in blocks, zoomed, at a moment': [{charset: 'block', cursor: 4500}, zoomed],
	'in ASCII, filtered, in µs': [{charset: 'ascii', filter: 'RESET', latencyUnit: 'us', window: 15_000}, calm],
	'zoomed, filtered by what nothing has, before the run': [
		{filter: '\u001b[2J nothing', cursor: -20_000, overlaid: false, window: 600_000},
		zoomed,
	],
	'in ASCII, zoomed, in s, at the end': [
		{charset: 'ascii', latencyUnit: 's', cursor: 23_900, window: Number.POSITIVE_INFINITY},
		zoomed,
	],
};

const check = (lines: readonly Line[], columns: number, rows: number): void => {
	expect(lines.length).toBeLessThanOrEqual(rows);
	for (const line of lines) {
		const text = line.map((span) => span.text).join('');
		expect(lineWidth(line), text).toBeLessThanOrEqual(columns);
		expect(text).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
		expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
		for (const {style} of line) expect(known.has(style)).toBe(true);
	}
};

/** What every pane promises. */
export const describePane = (pane: Pane): void => {
	// One that scrolls hands out all its lines.
	const most = (rows: number): number => (pane.scroll === undefined ? rows : Number.POSITIVE_INFINITY);
	describe(`pane ${pane.name}`, () => {
		for (const [name, run] of Object.entries(paneStates)) {
			for (const [way, [look, stance]] of Object.entries(looks)) {
				test(`draws within any size: ${name}, ${way}`, () => {
					const view = viewOf(run, {...defaultLook, ...look});
					for (const {columns, rows} of sizes) {
						const lines = pane.draw(view, {columns, rows}, stance);
						check(lines, columns, most(rows));
					}

					check([pane.note?.(view) ?? [], pane.foot?.(view) ?? []], 80, 2);
				});
			}
		}

		test('every charset has what ASCII can stand for', () => {
			const run = paneStates['mid-run'] ?? emptyRunState;
			for (const charset of charsets) {
				for (const line of pane.draw(viewOf(run, {...defaultLook, charset}), {columns: 90, rows: 20}, zoomed)) {
					const text = line.map((span) => span.text).join('');
					if (charset !== 'braille') expect(text).not.toMatch(/[\u2801-\u28ff]/);
					if (charset !== 'ascii') continue;
					expect(text).not.toMatch(/[\u2580-\u259f]/);
					// A question mark stands for what has no stand-in.
					for (const character of text) expect(toAscii(character) === '?', character).toBe(character === '?');
				}
			}
		});

		test('is pure', () => {
			const view = viewOf(paneStates['mid-run'] ?? emptyRunState);
			const before = JSON.stringify(view.run.occurrences);
			expect(pane.draw(view, {columns: 60, rows: 12}, calm)).toEqual(pane.draw(view, {columns: 60, rows: 12}, calm));
			expect(JSON.stringify(view.run.occurrences)).toBe(before);
		});

		test('says what it is', () => {
			expect(pane.name).toMatch(/^[a-z][a-z-]*$/);
			expect(pane.title).not.toBe('');
			expect(pane.about).not.toBe('');
			expect(pane.least.rows).toBeLessThanOrEqual(pane.wants);
		});
	});
};
