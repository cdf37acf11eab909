import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import type {Charset} from '../../source/core/charset.ts';
import {emptyRunState, type RunState} from '../../source/core/run-state.ts';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {paintRows} from '../../source/tui/canvas.ts';
import {frame} from '../../source/tui/frame.ts';
import {createPaint, type Depth} from '../../source/tui/paint.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import type {ViewState} from '../../source/tui/view-state.ts';
import {paneStates} from '../contracts/pane.ts';
import {openBoard} from '../helpers/board.ts';
import {fakeRun, fakeState} from '../helpers/fake-source.ts';
import {textOfRows} from '../helpers/rows.ts';

type Options = {readonly charset?: Charset; readonly depth?: Depth; readonly view?: Partial<ViewState>};

const draw = (run: RunState, columns: number, rows: number, options: Options = {}): string[] => {
	const {charset = 'braille', depth = 'truecolor'} = options;
	const state = {
		...openBoard({panes: panes.map(({name}) => name)}),
		latest: run,
		shown: run,
		...options.view,
	};
	const {canvas} = frame(state, viewOf(run, {...defaultLook, charset}), {columns, rows}, panes);
	return paintRows(canvas, createPaint(findTheme(builtInThemes, 'dark')!, depth));
};

const plain = textOfRows;

const sizes = [
	[1, 1],
	[20, 3],
	[39, 10],
	[40, 8],
	[60, 11],
	[79, 60],
	[80, 24],
	[100, 30],
	[120, 40],
	[200, 60],
	[300, 100],
] as const;

describe('frames', () => {
	for (const [name, run] of Object.entries(paneStates)) {
		test.each(sizes)(`${name}: %d×%d is exactly its size, at every depth, charset and overlay`, (columns, rows) => {
			for (const options of [
				{},
				{charset: 'ascii'},
				{depth: 'none', view: {overlay: {kind: 'help', scroll: 0}}},
				{view: {overlay: {kind: 'question'}, zoom: true}},
				{view: {frozen: true, focus: 'latency-over-time'}},
			] satisfies Options[]) {
				const drawn = plain(draw(run, columns, rows, options));
				expect(drawn.length).toBe(rows);
				for (const row of drawn) expect(stringWidth(row), row).toBe(columns);
				if ('charset' in options) expect(drawn.join('')).toMatch(/^[ -~]*$/);
				expect(drawn.join('')).not.toMatch(/NaN|undefined|Infinity|[\u0000-\u001f\u007f-\u009f]/);
			}
		});
	}

	test.each(sizes.filter(([columns, rows]) => columns >= 40 && rows >= 8))(
		'%d×%d: every border is closed',
		(columns, rows) => {
			const text = plain(draw(fakeState(fakeRun, 20_000), columns, rows)).join('\n');
			const count = (character: string): number => text.split(character).length - 1;
			expect(count('╭')).toBeGreaterThan(0);
			for (const corner of '╮╰╯') expect(count(corner)).toBe(count('╭'));
		},
	);

	test('what matters is said in words', () => {
		const words = (run: RunState, view: Partial<ViewState> = {}): string =>
			plain(draw(run, 120, 40, {view})).join('\n');
		const running = fakeState(fakeRun, 20_000);
		expect(words(emptyRunState)).toContain('READY');
		expect(words(fakeState(fakeRun, 1000))).toContain('WARM-UP');
		expect(words(running)).toContain('▶ RUNNING');
		expect(words(running, {frozen: true})).toContain('‖ FROZEN  (run goes on)');
		expect(words(running, {going: 'interrupted'})).toContain('stopping; Ctrl+C again aborts');
		expect(words(running, {overlay: {kind: 'question'}})).toContain(
			'stop and save (s)   leave it running (d)   go on (Esc)',
		);
		expect(words(running)).toContain('observed; between-run noise unknown');
		const ended = paneStates.ended ?? emptyRunState;
		expect(words(ended)).toContain('■ DONE');
		expect(words(ended)).toContain('q leave');
		expect(words(ended)).not.toContain('m mark');
		expect(words(paneStates['failed at once'] ?? emptyRunState)).toContain('✕ FAILED');
		expect(words(fakeState({...fakeRun, busy: 99}, 20_000))).toContain(
			'! GENERATOR SATURATED The load generator was the bottleneck',
		);
	});

	test('the help tells every key and pane', () => {
		const text = plain(draw(fakeState(fakeRun, 20_000), 120, 40, {view: {overlay: {kind: 'help', scroll: 0}}})).join(
			'\n',
		);
		for (const word of ['Space', 'Shift+Tab', 'Ctrl+C', '1–0', 'z Enter', ...panes.map(({title}) => title)]) {
			expect(text).toContain(word);
		}
	});

	test('a doubt comes before the other figures of a run that is over', () => {
		const doubtful = fakeState({...fakeRun, busy: 99, duration: 20_000}, 60_000);
		expect(plain(draw(doubtful, 80, 24))[1]).toContain('! GENERATOR SATURATED   p99');
		expect(plain(draw(fakeState({...fakeRun, duration: 20_000}, 60_000), 120, 40))[2]).toContain(
			'not judged: one run a side',
		);
		expect(plain(draw(paneStates['failed at once'] ?? emptyRunState, 80, 24))[1]).toContain(
			'failed: connect ECONNREFUSED',
		);
	});

	test('the help is scrolled where it does not fit', () => {
		const help = (scroll: number): string =>
			plain(draw(fakeState(fakeRun, 20_000), 80, 24, {view: {overlay: {kind: 'help', scroll}}})).join('\n');
		expect(help(0)).toContain('this help');
		expect(help(0)).toMatch(/↓ \d+/);
		expect(help(1000)).toContain('or a change that one run a side cannot judge');
		expect(help(1000)).toMatch(/↑ \d+ ─/);
		expect(help(0)).not.toContain('replay');
	});

	test('80×24, to the letter', () => {
		expect(plain(draw(fakeState(fakeRun, 24_000), 80, 24)).join('\n')).toMatchInlineSnapshot(`
			" benchtop  ▶ RUNNING  checkout  GET http://127.0.0…  c64 @2000/s w2 00:24/01:00 
			 [█████████▋              ]  40%  ok 99.8%  vs main@3f2c  p99  +2.6% ?          
			╭─ [1 Latency ms] ─────────────────────────────────────────────────────────────╮
			│ ms         now     run    base       Δ   last 35 s                           │
			│ p50       2.43    2.79    2.77   +0.7% ?             ▁▃▅▆▇▆▅▄▄▂▂▂▃▄▆▇▇███▇▆▃ │
			│ p75       3.54    4.02    4.01   +0.3% ?             ▁▃▅▅▆▆▄▅▃▂▂▂▃▄▆▇▇███▆▄▂ │
			│ p90       4.90    5.65    5.59   +1.2% ?             ▁▃▅▆▆▅▄▄▃▂▂▂▁▄▆▆▇██▇▆▄▂ │
			│ p95       5.87    6.97    6.88   +1.4% ?             ▁▂▄▅▅▅▃▅▂▁▁▁▁▄▄▅▇█▇▆▆▃▂ │
			│ p99       9.25    10.5    10.2   +2.6% ?             ▁▃▄▃▄▅▃▄▁▁▁▁▃▃▅▅▇██▆▆▃▂ │
			│ p99.9     29.1?   22.4    20.6   +8.6% ?             ▁▁▄▂▁▃▁▁▁▁▃▁▂▂█▂▃▆▁▂▄▁▁ │
			│ p99.99    36.9?   60.0    48.9  +22.8% ?             ▁▁▃▁▁▃▂▁▁▁▇▃▃▂█▁▂▄▄▅▅▂▁ │
			╰─ Δ ? observed; between-run noise unknown ────────────────────────────────────╯
			╭─ 4 Throughput 1/s ───────────────────╮╭─ 7 Resources ────────────────────────╮
			│ now  1999  mean  2000  target  2000  ││ cpu       47.4% ▅▅▅▅▅▄▄ of 2 cores   │
			│   2500┤                 ⢠⣤⣠⣤⣤⣤⣤⣤⣤⣤⣤⣤ ││ mem       2.48G ▆▆▆▆▆▆▆ of 4.00G     │
			│       ┤                 ⢸⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ target    88.3% ████▇▇▇ of one core  │
			│      0┤                 ⢸⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ││ gen       30.1% ███████ of one core  │
			╰─ mean of all the time; min and max …─╯╰──────────────────────────────────────╯
			╭─ 9 Status ───────────────────────────╮╭─ 0 Events ───────────────────────────╮
			│ 2xx 41 950  4xx 38  5xx 12           ││ 00:12 ! warning: p99 over 15 ms for  │
			│ timeout 6  ECONNRESET 8              ││         two seconds; the target is … │
			│ in flight   6  oldest wait  5.50 ms  ││ 00:15 ┊ deployed                     │
			╰─ ↓ 6 ────────────────────────────────╯╰─ ↑ 3 ────────────────────────────────╯
			 ? help  q quit  Space freeze  P pause  z zoom  Tab focus  : command  m mark    "
		`);
	});

	test('60×11, to the letter', () => {
		expect(plain(draw(fakeState(fakeRun, 24_000), 60, 11)).join('\n')).toMatchInlineSnapshot(`
			" ▶ RUNNING  checkout  GET http…  c64 @2000/s w2 00:24/01:00 
			╭─ [1 Latency ms] ─────────────────────────────────────────╮
			│ ms         now     run    base       Δ   last 15 s       │
			│ p50       2.43    2.79    2.77   +0.7% ? ▄▂▂▂▃▄▆▇▇███▇▅▂ │
			│ p90       4.90    5.65    5.59   +1.2% ? ▂▂▁▂▁▄▅▆▇██▆▆▄▂ │
			│ p95       5.87    6.97    6.88   +1.4% ? ▂▁▁▁▁▃▄▅▆█▇▆▅▃▁ │
			│ p99       9.25    10.5    10.2   +2.6% ? ▁▁▁▁▃▃▅▅▇██▆▆▃▂ │
			│ p99.9     29.1?   22.4    20.6   +8.6% ? ▁▁▃▁▂▂█▂▃▆▁▂▄▁▁ │
			╰─ Δ ? observed; between-run noise unknown ────────────────╯
			 1999/s  err 0.15%  gen busy 44.4%  p99  +2.6% ?            
			 ? help  q quit  Space freeze  P pause  z zoom  Tab focus   "
		`);
	});

	test('20×3, to the letter', () => {
		expect(plain(draw(fakeState(fakeRun, 24_000), 20, 3)).join('\n')).toMatchInlineSnapshot(`
			"▶ RUNNING p99 10.5ms
			 ? help  q quit     
			                    "
		`);
	});
});
