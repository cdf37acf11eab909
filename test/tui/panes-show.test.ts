import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {histogramOf} from '../../source/core/histogram.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot} from '../../source/core/snapshot.ts';
import type {Look, Pane, Stance} from '../../source/tui/pane.ts';
import {events} from '../../source/tui/panes/events.ts';
import {generator} from '../../source/tui/panes/generator.ts';
import {heatMap} from '../../source/tui/panes/heat-map.ts';
import {histogram} from '../../source/tui/panes/histogram.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {latency} from '../../source/tui/panes/latency.ts';
import {latencyOverTime} from '../../source/tui/panes/latency-over-time.ts';
import {resources} from '../../source/tui/panes/resources.ts';
import {status} from '../../source/tui/panes/status.ts';
import {throughput} from '../../source/tui/panes/throughput.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {fakeBegan, fakeRun, fakeState} from '../helpers/fake-source.ts';

const calm: Stance = {focused: false, zoomed: false};
const zoomed: Stance = {focused: true, zoomed: true};

const draw = (
	pane: Pane,
	run: RunState,
	[columns, rows]: readonly [number, number],
	look: Partial<Look> = {},
	stance: Stance = calm,
): string[] =>
	pane
		.draw(viewOf(run, {...defaultLook, ...look}), {columns, rows}, stance)
		.map((line) => line.map(({text}) => text).join(''));

const words = (pane: Pane, run: RunState, look: Partial<Look>): string =>
	(pane.note?.(viewOf(run, {...defaultLook, ...look})) ?? []).map(({text}) => text).join('');

/** A run without warm-up whose seconds hold the given latencies in milliseconds. */
const secondsOf = (...seconds: ReadonlyArray<readonly number[]>): RunState =>
	[
		fakeBegan({...fakeRun, warmup: 0, duration: 30_000, baseline: false}),
		{kind: 'phase', at: 0, phase: 'measure'} as const,
		...seconds.map(
			(latencies, second): RunEvent => ({
				kind: 'snapshot',
				phase: 'measure',
				snapshot: encodeSnapshot({
					...emptySnapshot(second * 1000),
					to: (second + 1) * 1000,
					latency: histogramOf(latencies.map((milliseconds) => milliseconds * 1000)),
					outcomes: {200: latencies.length},
					offered: latencies.length,
				}),
			}),
		),
		{kind: 'ended', at: seconds.length * 1000, ending: {state: 'finished'}, doubts: []} as const,
	].reduce(reduceRun, emptyRunState);

const many = (count: number, value: number): number[] => new Array<number>(count).fill(value);

const running = fakeState(fakeRun, 24_000);

describe('the latency pane, zoomed', () => {
	const seconds = (milliseconds: number) => histogramOf([milliseconds * 1000]);
	const run: RunState = [
		fakeBegan({...fakeRun, warmup: 0, duration: 30_000, baseline: false}),
		{kind: 'phase', at: 0, phase: 'warm-up'} as const,
		{
			kind: 'snapshot',
			phase: 'warm-up',
			snapshot: encodeSnapshot({...emptySnapshot(0), to: 1000, setup: {dns: seconds(3), connect: seconds(1.5)}}),
		} as const,
		{kind: 'phase', at: 1000, phase: 'measure'} as const,
		{
			kind: 'snapshot',
			phase: 'measure',
			snapshot: encodeSnapshot({
				...emptySnapshot(1000),
				to: 2000,
				latency: seconds(30),
				uncorrected: seconds(20),
				firstByte: seconds(25),
				setup: {connect: seconds(0.5)},
				outcomes: {200: 1},
				offered: 1,
			}),
		} as const,
	].reduce(reduceRun, emptyRunState);

	test('tells the latency from the send and to the first byte, and what making connections took, warm-up included', () => {
		const drawn = draw(latency, run, [118, 30], {}, zoomed).join('\n');
		expect(drawn).toMatch(/now +run +sent +first/);
		expect(drawn).toMatch(/p50 +30\.0\?? +30\.0\?? +20\.0\?? +25\.0/);
		expect(drawn).toContain('2 connections made: name 3.00 ms; TCP p50 0.500 ms, max 1.50 ms');
		expect(draw(latency, run, [118, 30]).join()).not.toContain('connections made');
	});
});

describe('the latency pane of a run that is over', () => {
	const precision = {
		correlated: ['p99'],
		intervals: {p50: {low: 28.5, high: 31.25, confidence: 0.95, of: 40}},
	} as const;
	const run: RunState = {...secondsOf(...Array.from({length: 25}, () => many(20, 30))), precision};
	const foot = (state: RunState): string =>
		(latency.foot?.(viewOf(state, defaultLook)) ?? []).map(({text}) => text).join('');

	test('tells, zoomed, between which latencies a percentile lies within the run', () => {
		const drawn = draw(latency, run, [100, 24], {}, zoomed).join('\n');
		expect(drawn).toMatch(/run +95 % +last/);
		expect(drawn).toMatch(/p50 +– +30\.0 +28\.5 … 31\.3/);
		expect(drawn).toContain('95 %: where a percentile lies within this run; another may differ by more');
		expect(draw(latency, run, [100, 24]).join()).not.toContain('95 %');
		expect(draw(latency, secondsOf(many(20, 30)), [100, 24], {}, zoomed).join()).not.toContain('95 %');
	});

	test('marks a percentile of too few independent operations', () => {
		expect(draw(latency, run, [60, 12]).join('\n')).toMatch(/p99 +– +30\.0\?/);
		expect(draw(latency, {...run, precision: {...precision, correlated: []}}, [60, 12]).join('\n')).toMatch(
			/p99 +– +30\.0 /,
		);
		expect(foot(run)).toBe('? too few independent samples');
		expect(foot(secondsOf(many(20, 30)))).toBe('? too few samples');
	});
});

describe('the heat map', () => {
	test('every latency lies in the row of its size and the column of its second', () => {
		const run = secondsOf(
			[...many(100, 3), ...many(30, 15), 150],
			many(10, 30),
			[...many(16, 1.5), ...many(4, 3), 15],
			[],
			many(3, 150),
		);
		const drawn = draw(heatMap, run, [7 + 20, 2 + 8]);
		expect(drawn.slice(1)).toMatchInlineSnapshot(`
			[
			  "      ┤░░░░            ████",
			  "   100┤                    ",
			  "      ┤    ████            ",
			  "    20┤▓▓▓▓    ▒▒▒▒        ",
			  "      ┤                    ",
			  "     5┤                    ",
			  "      ┤████    ▓▓▓▓        ",
			  "     1┤        ████        ",
			  "       00:00          00:05",
			]
		`);
		expect(
			draw(heatMap, run, [7 + 20, 2 + 8], {charset: 'ascii'})
				.slice(1, -1)
				.join(''),
		).toMatch(/^[ -~┤]*$/);
	});

	test('says what its shades mean', () => {
		expect(draw(heatMap, running, [62, 11])[0]).toBe("░░ few ▒▒ 6% ▓▓ 25% ██ 56% of its column's peak");
		expect(draw(heatMap, running, [62, 11], {charset: 'ascii'})[0]).toBe(
			".. few :: 4% ** 16% ## 36% @@ 64% of its column's peak",
		);
	});
});

describe('the histogram', () => {
	test('to the letter, the baseline as a mark', () => {
		expect(draw(histogram, running, [58, 10])).toMatchInlineSnapshot(`
			[
			  "0.125-0.25 ▏                   <0.01%     0% ",
			  "  0.25-0.5 │                    0.10%  0.08% ",
			  "     0.5-1 │▎                   3.23%  3.25% ",
			  "       1-2 █████████│           24.1%  24.6% ",
			  "       2-4 ██████████████████│  47.2%  46.9% p50",
			  "       4-8 ████████│            22.3%  22.4% p75 p90 p95",
			  "      8-16 │▏                   2.80%  2.54% p99",
			  "     16-32 │                    0.17%  0.21% p99.9",
			  "     32-64 │                    0.04%  0.03% p99.99",
			  "    64-128 ▏                   <0.01%     0% ",
			]
		`);
	});

	test('without the baseline where it is not to be seen', () => {
		expect(draw(histogram, running, [58, 10]).join('')).toContain('│');
		expect(draw(histogram, running, [58, 10], {overlaid: false}).join('')).not.toContain('│');
	});

	test('zoomed: counts that add up to all', () => {
		const run = secondsOf([1.2, 2.5, 2.6, 9]);
		const drawn = draw(histogram, run, [90, 20], {}, zoomed);
		expect(drawn[0]).toMatch(/count +share +up to$/);
		const [, ...rows] = drawn;
		const counts = rows.map((row) => Number(/(\d+) +[\d.]+% +[\d.]+%/.exec(row)?.[1]));
		expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
		expect(rows.at(-1)).toContain('100%');
	});
});

describe('the load generator', () => {
	test('is trustworthy, or says why not', () => {
		expect(draw(generator, running, [62, 9])[0]).toBe('✓ trustworthy so far');
		expect(draw(generator, fakeState({...fakeRun, duration: 9000}, 60_000), [62, 9])[0]).toBe('✓ trustworthy');
		const saturated = draw(generator, fakeState({...fakeRun, busy: 99}, 20_000), [62, 9]);
		expect(saturated[0]).toContain('! The load generator was the bottleneck');
		expect(saturated.length).toBeLessThanOrEqual(9);
		expect(saturated.join('\n')).toContain('busiest');
		expect(draw(generator, emptyRunState, [62, 9])[0]).toContain('nothing measured yet');
	});

	test('tells what was sent of what was asked, and what is in flight', () => {
		const drawn = draw(generator, running, [62, 9]);
		expect(drawn.find((row) => row.startsWith('sent'))).toMatch(/^sent +(100|9\d\.\d)% .* of 2000\/s asked/);
		expect(drawn.find((row) => row.startsWith('in flight'))).toMatch(/^in flight +6 .* on 64 connections/);
		expect(draw(generator, running, [62, 9], {cursor: 12_500}).find((row) => row.startsWith('in flight'))).toMatch(
			/^in flight +6 /,
		);
	});

	test('tells what was sent where no rate was asked', () => {
		const began = fakeBegan(fakeRun);
		const closed = [
			{...began, plan: {...began.plan, load: {connections: 8}}},
			{kind: 'phase', at: 0, phase: 'measure'} as const,
			{
				kind: 'snapshot',
				phase: 'measure',
				snapshot: encodeSnapshot({...emptySnapshot(), to: 1000, outcomes: {200: 500}, offered: 503}),
			} as const,
		].reduce(reduceRun, emptyRunState);
		expect(draw(generator, closed, [62, 9]).find((row) => row.startsWith('sent'))).toMatch(
			/^sent +503\/s .*no rate asked/,
		);
	});

	test('a rate of sessions is none of requests, and users take the place of connections', () => {
		const began = fakeBegan(fakeRun);
		const sessions = [
			{...began, plan: {...began.plan, load: {connections: 8, rate: 20, scenario: {}}}},
			{kind: 'phase', at: 0, phase: 'measure'} as const,
			{
				kind: 'snapshot',
				phase: 'measure',
				snapshot: encodeSnapshot({...emptySnapshot(), to: 1000, outcomes: {200: 60}, offered: 62}),
			} as const,
		].reduce(reduceRun, emptyRunState);
		const rows = draw(generator, sessions, [62, 9]);
		expect(rows.find((row) => row.startsWith('sent'))).toMatch(/^sent +62.0\/s .*in 20.0 sessions\/s/);
		expect(rows.find((row) => row.startsWith('in flight'))).toMatch(/on 8 users/);
		expect(draw(throughput, sessions, [100, 10])[0]).not.toContain('target');
	});

	test('zoomed: its limits', () => {
		const text = draw(generator, running, [76, 20], {}, zoomed).join(' ');
		expect(text).toContain('busy over 90% of the time');
		expect(text).toContain('over 5% of the CPU');
	});
});

describe('a moment that is read off', () => {
	const entry = running.timeline[12]!;
	const cursor = (entry.fromMs + entry.toMs) / 2;

	test('stands in the table instead of now', () => {
		const rows = draw(latency, running, [62, 11], {cursor});
		expect(rows[0]).toMatch(/^ms +at 00:12 +run/);
		expect(rows.find((row) => row.startsWith('p99 '))).toContain(entry.latency.p99?.toFixed(1));
	});

	test('is an upright line in every chart, and figures beside', () => {
		for (const pane of [latencyOverTime, throughput, heatMap]) {
			for (const [charset, glyph] of [
				['braille', '│'],
				['block', '┃'],
				['ascii', '!'],
			] as const) {
				const rows = draw(pane, running, [62, 11], {cursor, charset});
				expect(rows[0], pane.name).toContain('at 00:12');
				const columns = rows.slice(1, -1).flatMap((row) => (row.includes(glyph) ? [row.indexOf(glyph)] : []));
				expect(columns.length, pane.name).toBeGreaterThan(1);
				expect(new Set(columns).size, pane.name).toBe(1);
			}
		}
	});

	test('outside the window it is brought inside', () => {
		const long = fakeState({...fakeRun, duration: 200_000}, 190_000);
		for (const at of [2500, 60_500]) {
			const rows = draw(latencyOverTime, long, [40, 11], {cursor: at, window: 20_000});
			expect(rows.join('')).toContain('│');
			expect(rows.at(-1)).not.toContain('now');
		}
	});
});

describe('a window that was chosen', () => {
	const long = fakeState({...fakeRun, duration: 200_000}, 150_000);

	test('is what charts span and tables say', () => {
		expect(draw(throughput, long, [67, 11], {window: 30_000, whole: false}).at(-1)).toMatch(/-30s +-15s +now/);
		expect(draw(throughput, long, [67, 11], {window: 600_000, whole: false}).at(-1)).toMatch(/00:00 .*03:2\d/);
		expect(draw(latency, long, [62, 11], {window: 30_000, whole: false})[0]).toContain('last 30 s');
		expect(draw(latency, long, [62, 11], {window: 300_000, whole: false})[0]).toContain('last 5m');
	});
});

describe('what is looked for', () => {
	test('is all that events show', () => {
		const drawn = draw(events, running, [62, 11], {filter: 'P99 OVER'});
		expect(drawn.join(' ')).toContain('p99 over 15 ms');
		expect(drawn.join(' ')).not.toContain('deployed');
		expect(words(events, running, {filter: 'P99 OVER'})).toBe('1 of 5 match "P99 OVER"');
		expect(words(events, running, {filter: ''})).toBe('');
	});

	test('is all that outcomes show; shares stay those of all', () => {
		const all = draw(status, running, [62, 20]);
		const drawn = draw(status, running, [62, 20], {filter: 'econn'});
		expect(drawn.filter((row) => row.startsWith('200'))).toEqual([]);
		expect(drawn.at(-1)).toBe(all.find((row) => row.startsWith('ECONNRESET')));
		expect(words(status, running, {filter: 'econn'})).toBe('1 of 5 match "econn"');
		expect(words(status, running, {filter: 'nothing'})).toBe('0 of 5 match "nothing"');
	});
});

test.each([
	[62, 8],
	[26, 4],
] as const)('every notice stands whole among the events: %d×%d', (columns, rows) => {
	const notices = ['first', 'second'].map((name) => `${name}: ${'word '.repeat(60)}end-of-${name}.`);
	const drawn = draw(events, running, [columns, rows], {notices});
	expect(drawn.filter((line) => line.startsWith('! '))).toEqual([
		expect.stringContaining('! first'),
		expect.stringContaining('! second'),
	]);
	expect(drawn.join(' ').match(/word/g)).toHaveLength(120);
	expect(drawn.join('')).toMatch(/end-of-first\.[\s\S]*end-of-second\./);
	expect(draw(events, running, [columns, rows], {notices, filter: 'second'}).join(' ')).not.toContain('first');
});

test('events stand in columns, also where some came after an hour', () => {
	const marks = [15_000, 3_700_000].map((at): RunEvent => ({kind: 'mark', at, text: 'here'}));
	const drawn = draw(events, [fakeBegan(fakeRun), ...marks].reduce(reduceRun, emptyRunState), [62, 5]);
	expect(new Set(drawn.map((line) => line.indexOf('here'))).size).toBe(1);
});

test('lists hand out all their lines', () => {
	const marks = Array.from(
		{length: 40},
		(_, index): RunEvent => ({kind: 'mark', at: index * 10, text: `number ${index}`}),
	);
	const run = [fakeBegan(fakeRun), ...marks].reduce(reduceRun, emptyRunState);
	const drawn = draw(events, run, [62, 5]);
	expect(drawn).toHaveLength(40);
	expect(drawn.at(-1)).toContain('number 39');
	expect(draw(resources, running, [62, 5], {}, zoomed).join('\n')).toContain('generator.oldestWait');
	expect(draw(resources, running, [62, 5])).toHaveLength(5);
});

test('no pane tells milliseconds when another unit was chosen', () => {
	for (const pane of panes) {
		for (const stance of [calm, zoomed]) {
			const text = draw(pane, running, [90, 20], {latencyUnit: 'us'}, stance).join('\n');
			// What happened was put in words when it happened.
			expect(text.replaceAll(/p99 over 15 ms/g, ''), pane.name).not.toMatch(/\d ?ms\b/);
		}
	}

	expect(draw(latency, running, [62, 11], {latencyUnit: 'us'})[0]).toMatch(/^µs/);
});
