import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {samplesOf} from '../../source/core/samples.ts';
import {emptySnapshot, encodeSnapshot, type Snapshot} from '../../source/core/snapshot.ts';
import type {Threshold} from '../../source/core/threshold.ts';
import {frame} from '../../source/tui/frame.ts';
import type {Look, Pane, Stance} from '../../source/tui/pane.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {latency} from '../../source/tui/panes/latency.ts';
import {latencyOverTime} from '../../source/tui/panes/latency-over-time.ts';
import {metrics} from '../../source/tui/panes/metrics.ts';
import {parts} from '../../source/tui/panes/parts.ts';
import {panesFor, panesOf} from '../../source/tui/presets.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {openBoard} from '../helpers/board.ts';
import {kindEvents, kindState} from '../helpers/fake-kinds.ts';
import {fakeRun, fakeState} from '../helpers/fake-source.ts';

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

const screen = (run: RunState, columns: number, rows: number, zoom = false): string[] => {
	const view = viewOf(run, defaultLook);
	const board = {...openBoard({panes: panes.map(({name}) => name)}), latest: run, shown: run, zoom};
	const focus = frame(board, view, {columns, rows}, panes).offered[0] ?? '';
	const {canvas} = frame({...board, focus}, view, {columns, rows}, panes);
	return Array.from({length: rows}, (_, y) => canvas.characters.slice(y * columns, (y + 1) * columns).join(''));
};

/** A run of functions with these metrics measured. */
const measuring = (measured: Snapshot['metrics'], before: readonly RunEvent[] = []): RunState => {
	const [first] = kindEvents('functions');
	return [
		first![1],
		...before,
		{kind: 'phase', at: 0, phase: 'measure'} as const,
		{
			kind: 'snapshot',
			phase: 'measure',
			snapshot: encodeSnapshot({
				...emptySnapshot(0),
				to: 1000,
				outcomes: {ok: 5},
				offered: 5,
				...(measured === undefined ? {} : {metrics: measured}),
			}),
		} as const,
	].reduce(reduceRun, emptyRunState);
};

const suite = {
	id: 's',
	bail: false,
	runs: [
		{id: 'a', name: 'sorting', length: 5000},
		{id: 'b', name: 'command', length: 20_000},
		{id: 'c', name: 'searching', length: 30_000},
	],
};

describe('boards of other kinds of benchmark, to the letter', () => {
	test('functions at 80×24', () => {
		expect(screen(kindState('functions', 12_000), 80, 24).join('\n')).toMatchInlineSnapshot(`
			" benchtop  ▶ RUNNING  functions  bench/sort.ts                      00:12/00:20 
			 [██████████████▍         ]  60%  ok  100%                                      
			╭─ [1 Metrics] ────────────────────────────────────────────────────────────────╮
			│ ◆ sort: O(n log n), 97 % sure, exponent 1.08 (1.05–1.11)                     │
			│                               median         ±       min       max in order  │
			│ sort n=10                     181 ns    ±2.53%    173 ns    187 ns █████████ │
			│ sort n=100                   2.10 µs    ±1.55%   2.02 µs   2.18 µs █████████ │
			│ sort n=1000                  30.9 µs    ±1.00%   29.8 µs   32.2 µs █████████ │
			│ sort n=1000 allocation /op     24.0K    ±0.06%     24.0K     24.0K █████████ │
			│ sort n=10000                  417 µs    ±2.52%    403 µs    437 µs █████████ │
			│ parse JSON 漢字              1.25 ms    ±1.62%   1.20 ms   1.30 ms █████████ │
			│ hash                         88.3 ns    ±2.03%   84.5 ns   91.5 ns █████████ │
			│ cacheHits hits                 11.8k    -2/+5%     11.6k     12.5k ▇▆▆██▆▆██ │
			╰─ ± 95% interval of the median ───────────────────────────────────────────────╯
			╭─ 2 Throughput 1/s ───────────────────╮╭─ 4 Resources ────────────────────────╮
			│ now 2.38M  mean 2.91M  min 1.21M     ││ cpu       54.1% of 2 cores           │
			│  4.00M┤  ⣀⣀⣀⣀⣀   ⢀⣀⣀⣀⣀⣀⡀             ││  user 48.1%  sys 5.94%  steal     –  │
			│       ┤ ⢠⣿⣿⣿⣿⣿⡄  ⣸⣿⣿⣿⣿⣿⡇             ││ mem       2.42G of 4.00G             │
			│  2.00M┤ ⣼⣿⣿⣿⣿⣿⣿⣆⢀⣿⣿⣿⣿⣿⣿⡇             ││ net in        – not measured         │
			│       ┤⣤⣿⣿⣿⣿⣿⣿⣿⣿⣼⣿⣿⣿⣿⣿⣿⡇             ││ target        – not measured         │
			│      0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇             ││ gen       96.8% of one core          │
			│        00:00                   00:20 ││  busy     58.7% busiest thread       │
			╰─ mean of all the time; min and max …─╯╰──────────────────────────────────────╯
			 ? help  q quit  Space freeze  P pause  z zoom  Tab focus  : command  m mark    "
		`);
	});

	test('a command in a suite at 80×24', () => {
		const run = kindState('command', 9000, {id: 'b', suite, round: {number: 2, of: 3}});
		expect(screen(run, 80, 24).join('\n')).toMatchInlineSnapshot(`
			" benchtop  ▶ RUNNING  2/3 command  npm run build                    00:09/00:20 
			 [██████████▊             ]  45%  round 2/3 · 41s left  ok  100%                
			╭─ [1 Metrics] ────────────────────────────────────────────────────────────────╮
			│                median         ±       min       max      n in order          │
			│ user CPU       1.71 s    ±3.65%    1.65 s    1.76 s      7 ▆▇▇████           │
			│ system CPU     236 ms    ±3.90%    233 ms    245 ms      7 ▇▇██▇▇█           │
			│ peak memory      304M    ±2.76%      298M      312M      7 ██████▇           │
			│ modules          1234       ±0%      1234      1234      7 ███████           │
			╰─ ± 95% interval of the median ───────────────────────────────────────────────╯
			╭─ 2 Latency ms ───────────────────────╮╭─ 3 Latency over time ms ─────────────╮
			│ ms         now     run  last 12 s    ││ · · p50   1149  ╌╌╌ p95   1149       │
			│ p50       1149?   1147       █▇▇▇▇ █ ││   1500┤                              │
			│ p75       1149?   1165?      █▇▇▇▇ █ ││       ┤                              │
			│ p90       1149?   1185?      █▇▇▇▇ █ ││   1125┤ ⠐⠒⠒⠒⠒⠢⠤⠤ ⠉⠉                  │
			│ p95       1149?   1185?      █▇▇▇▇ █ ││       ┤                              │
			│ p99       1149?   1185?      █▇▇▇▇ █ ││       ┤                              │
			│ p99.9     1149?   1185?      █▇▇▇▇ █ ││    750┤                              │
			│ p99.99    1149?   1185?      █▇▇▇▇ █ ││       ┤                              │
			│ max       1149    1185       █▇▇▇▇ █ ││    375┤                              │
			│ mean      1149    1151       █▇▇▇▇ █ ││       ┤                              │
			│ min       1149    1133       █▇▇▇▇ █ ││      0┤                              │
			│ stddev       –    18.3               ││        00:00                   00:20 │
			╰─ ? too few samples ──────────────────╯╰──────────────────────────────────────╯
			 ? help  q quit  Space freeze  P pause  z zoom  Tab focus  : command  m mark    "
		`);
	});

	test('a scenario at 80×24', () => {
		expect(screen(kindState('scenario', 12_000), 80, 24).join('\n')).toMatchInlineSnapshot(`
			" benchtop  ▶ RUNNING  scenario  http://127.0.0.1:8080  c8 w1        00:12/00:20 
			 [██████████████▍         ]  60%  ok 99.6%                                      
			╭─ [1 Latency ms] ─────────────────────────────────────────────────────────────╮
			│ ms         now     run  last 52 s                                            │
			│ p50       5.04    5.04                                           █▇▆▆▅▇▅█▇█▇ │
			│ p75       7.34    7.72                                           ▆▇▇▅▃▆▆▆▆▇█ │
			│ p90       12.3    11.9                                           ▇▆█▅▅▆▅▆▇██ │
			│ p95       15.7    15.1                                           █▃▆▆▇▆▄▄▄▇▆ │
			│ p99       31.1?   33.5                                           ▅▁▄▃▃▇▁█▃▆▄ │
			│ p99.9     78.0?   72.6                                           ▁▂█▂▁▃▇▁▃▃▅ │
			│ p99.99    78.0?    115?                                          ▁▂█▂▁▃▇▁▃▃▅ │
			│ max       78.0     115                                           ▁▂█▂▁▃▇▁▃▃▅ │
			│ mean      6.57    6.67                                           ▇▇█▇▆█▇▇▇██ │
			│ min       1.60    1.50                                           ▅█▆▆▇▅▄▅▅▆▆ │
			╰─ ? too few samples ──────────────────────────────────────────────────────────╯
			╭─ 2 Operations ms ────────────────────╮╭─ 5 Throughput 1/s ───────────────────╮
			│                  1/s    p99   failed ││ now   355  mean   355  min   355     │
			│ GET /produc…     240   9.19       0% ││    400┤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⡄             │
			│ POST /cart       110   21.2    1.14% ││       ┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇             │
			│ POST /check…    5.00    115?      0% ││    200┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇             │
			│                                      ││       ┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇             │
			│                                      ││      0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇             │
			╰─ ? too few samples ──────────────────╯╰─ mean of all the time; min and max …─╯
			 ? help  q quit  Space freeze  P pause  z zoom  Tab focus  : command  m mark    "
		`);
	});

	test('metrics zoomed at 120×40, with a baseline', () => {
		const rows = screen(kindState('functions', 12_000, {baseline: true}), 120, 40, true);
		expect(rows.slice(0, 20).join('\n')).toMatchInlineSnapshot(`
			" benchtop  ▶ RUNNING  functions  bench/sort.ts                                                              00:12/00:20 
			 [█████████████████████▋              ]  60%  ok  100%  operations 34 861 640                                           
			 vs main@3f2c  sort n=10  -0.7% ?                                                                                       
			╭─ [1 Metrics] ────────────────────────────────────────────────────────────────────────────────────────────────────────╮
			│ ◆ sort: O(n log n), 97 % sure, exponent 1.08 (1.05–1.11)                                                             │
			│                               median         ±      Δ         min       max      mean    stddev      n in order      │
			│ sort n=10                     181 ns    ±2.53%  -0.7% ?    173 ns    187 ns    180 ns   4.36 ns     80 █████████████ │
			│   ▏                          2.05×       time of one call; the interval rests on 6 independent values                │
			│ sort n=100                   2.10 µs    ±1.55%  -1.3% ?   2.02 µs   2.18 µs   2.10 µs   47.4 ns     80 █▇███████████ │
			│   ▏                          23.8×       time of one call; the interval rests on 6 independent values                │
			│ sort n=1000                  30.9 µs    ±1.00%  -1.4% ?   29.8 µs   32.2 µs   31.0 µs    717 ns     80 █████████████ │
			│   ▋                           350×       time of one call; the interval rests on 6 independent values                │
			│ sort n=1000 allocation /op     24.0K    ±0.06%   0.0% ?     24.0K     24.0K     24.0K     10.4B     10 ██████████    │
			│ sort n=10000                  417 µs    ±2.52%  -1.9% ?    403 µs    437 µs    419 µs   9.92 µs     80 ██████████▇█▇ │
			│   ████████                   4725×       time of one call; the interval rests on 6 independent values                │
			│ parse JSON 漢字              1.25 ms    ±1.62%  -1.0% ?   1.20 ms   1.30 ms   1.25 ms   30.0 µs     80 █████████████ │
			│   ████████████████████████  14194×       time of one call; the interval rests on 6 independent values                │
			│ hash                         88.3 ns    ±2.03%  -0.9% ?   84.5 ns   91.5 ns   88.1 ns   1.99 ns     80 █████████████ │
			│   ▏                          1.00× best  time of one call; the interval rests on 6 independent values                │
			│ cacheHits hits                 11.8k    -2/+5%  -3.9% ?     11.6k     12.5k     11.9k       369     10 ▇▆▆██▆▆█▆█    │"
		`);
	});

	test('functions at 40×8 and 20×3', () => {
		const run = kindState('functions', 12_000);
		expect(screen(run, 40, 8).join('\n')).toMatchInlineSnapshot(`
			" ▶ RUNNING  functions  ben… 00:12/00:20 
			╭─ [1 Metrics] ────────────────────────╮
			│ ◆ sort: O(n log n), 97 % sure,       │
			│   exponent 1.08 (1.05–1.11)          │
			│                     median         ± │
			│ sort n=10           181 ns    ±2.53% │
			╰─ ↓ 7 ────────────────────────────────╯
			 ? help  q quit  Space freeze  P pause  "
		`);
		expect(screen(run, 20, 3).join('\n')).toMatchInlineSnapshot(`
			"▶ RUNNING 00:12     
			 ? help  q quit     
			                    "
		`);
	});
});

test('the limits of a run are told when it is over: all that were kept, or the first that was not', () => {
	const limit = {metric: 'latency.p50', comparison: '<', limit: 2000, text: '< 2s'} as const;
	const ended = (...thresholds: readonly Threshold[]): string =>
		screen(kindState('command', 60_000, {thresholds}), 100, 24)[1] ?? '';
	expect(ended(limit)).toContain('✓ 1 threshold met   p50 1151ms');
	expect(ended(limit, {...limit, limit: 1000, text: '< 1s'}, {...limit, metric: 'no such figure'})).toContain(
		'✗ failed latency.p50 < 1s: 1.15 s (and 1 more)',
	);
	expect(screen(kindState('command', 9000, {thresholds: [limit]}), 100, 24)[1]).not.toContain('threshold');
});

test('what stands out is told when the run is over: a word beside the figures, whole in the events', () => {
	const insight = (kind: string, severity: 'low' | 'high'): RunEvent & {readonly kind: 'insight'} => ({
		kind: 'insight',
		at: 61_000,
		insight: {kind, severity, text: `A ${kind} is there. It matters.`, recommendations: ['Do this.'], figures: {}},
	});
	const before = kindState('command', 60_000);
	const run = [insight('tail', 'low'), insight('memory-growth', 'high')].reduce(reduceRun, before);
	expect(screen(run, 100, 24)[1]).toContain('◆ memory growth (and 1 more)');
	expect(screen(before, 100, 24)[1]).not.toContain('◆');
	const events = panes.find(({name}) => name === 'events')!;
	const long = insight('pauses', 'low');
	const words = 'Look into it. '.repeat(60);
	const longRun = reduceRun(run, {...long, insight: {...long.insight, recommendations: [words, 'Read to the end.']}});
	expect(draw(events, longRun, [100, 12], {}, zoomed).join('\n')).toContain('Read to the end.');
	expect(draw(events, longRun, [100, 12]).join('\n')).not.toContain('Read to the end.');
	const text = draw(events, run, [100, 12], {}, zoomed).join('\n');
	expect(text).toContain('◆ insight A tail is there. It matters. Do this.');
	expect(text).toContain('A memory-growth is there. It matters. Do this.');
});

describe('which panes a run gets', () => {
	const names = (run: RunState): string[] => panesFor(run, panes).map(({name}) => name);

	test('a load of plain requests has neither metrics nor parts, and its numbers stay', () => {
		const all = panes.map(({name}) => name).filter((name) => !['comparison', 'metrics', 'parts'].includes(name));
		expect(names(fakeState(fakeRun, 24_000))).toEqual(all);
		expect(names(emptyRunState)).toEqual(all);
		for (const [columns, rows] of [
			[80, 24],
			[120, 40],
			[200, 60],
		] as const) {
			expect(screen(fakeState(fakeRun, 24_000), columns, rows).join('\n')).not.toMatch(/Metrics|Operations/);
		}
	});

	test('those that the engine names come first; charts of latencies that nobody takes are not offered', () => {
		expect(names(kindState('functions', 12_000)).slice(0, 2)).toEqual(['metrics', 'throughput']);
		expect(names(kindState('functions', 12_000))).not.toContain('latency');
		expect(names(kindState('functions', 12_000))).not.toContain('heat-map');
		expect(names(kindState('command', 12_000)).slice(0, 3)).toEqual(['metrics', 'latency', 'latency-over-time']);
		expect(names(kindState('scenario', 12_000)).slice(0, 2)).toEqual(['latency', 'parts']);
	});

	test('the order of the user comes before that of the engine', () => {
		const offered = panesFor(kindState('functions', 12_000), panes);
		const ordered = panesOf('all', offered, ['events', 'metrics']);
		expect(ordered.slice(0, 3).map(({name}) => name)).toEqual(['events', 'metrics', 'throughput']);
		expect(ordered.map(({rank}) => rank)).toEqual(ordered.map((_, rank) => rank));
	});

	test('a run that tells no metrics keeps no place for them, unless it is read from them', () => {
		const run = (panesOfEngine: readonly string[]): RunState => {
			const state = measuring(undefined);
			return {...state, began: {...state.began!, panes: panesOfEngine}};
		};
		expect(names(run(['parts', 'metrics']))).not.toContain('metrics');
		expect(names(run(['metrics']))[0]).toBe('metrics');
	});

	test('a pane of latencies that is asked for all the same says why it is empty', () => {
		const run = kindState('functions', 12_000);
		for (const pane of [latency, latencyOverTime])
			expect(draw(pane, run, [60, 8]).join(' ')).toContain('not timed one by one');
	});
});

describe('the metrics pane', () => {
	const values = (count: number, level = 100): number[] =>
		Array.from({length: count}, (_, index) => level + (index % 7));
	const row = (run: RunState, columns = 60): string => draw(metrics, run, [columns, 6])[1] ?? '';

	test('an interval of less than 95 % says how sure it is; of too few samples there is none', () => {
		expect(row(measuring({time: {unit: 'ms', samples: samplesOf(values(40))}}))).toMatch(/^time +103 ms +±0\.97% {2}/);
		expect(row(measuring({time: {unit: 'ms', samples: samplesOf(values(4))}}))).toMatch(/^time +102 ms +±1\.48% +87%/);
		const few = measuring({time: {unit: 'ms', samples: samplesOf(values(3))}});
		expect(row(few)).toMatch(/^time +101 ms +±\? /);
		expect(metrics.foot?.(viewOf(few, defaultLook))[0]?.text).toBe('±? too few samples for an interval');
	});

	test('an interval whose ends lie unlike far says so', () => {
		const run = measuring({time: {unit: 'ms', samples: samplesOf([10, 11, 16, 17, 30, 50, 51])}});
		expect(row(run)).toMatch(/^time +17\.0 ms +-41\/\+200% /);
	});

	test('a median of nothing has an interval as well', () => {
		const of = (...samples: readonly number[]): string =>
			row(measuring({time: {unit: 'ms', samples: samplesOf(samples)}}));
		expect(of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1)).toMatch(/^time +0 ms +\+1\.00 ms /);
		expect(of(-1, -1, -1, 0, 0, 0, 0, 1, 1)).toMatch(/^time +0 ms +±1\.00 ms /);
		expect(of(0, 0, 0, 0, 0, 0)).toMatch(/^time +0 ms +±0% /);
	});

	test('values of one launch are no independent witnesses', () => {
		const groups = values(40).map((_, index) => index % 4);
		const run = measuring({time: {unit: 'ns', better: 'lower', samples: samplesOf(values(40), groups)}});
		expect(row(run)).toContain('87%');
		expect(draw(metrics, run, [110, 20], {}, zoomed).join('\n')).toContain(
			'the interval rests on 4 independent values',
		);
	});

	test('units scale by themselves, and words stand beside the name', () => {
		const run = measuring({
			call: {unit: 'ns', samples: samplesOf([1234.5])},
			allocation: {unit: 'bytes/op', samples: samplesOf([24_576])},
			rate: {unit: '1/s', samples: samplesOf([0.85])},
			share: {unit: '%', samples: samplesOf([12.34])},
			files: {unit: 'files', samples: samplesOf([42])},
			bundle: {unit: 'modules', samples: samplesOf([123_456])},
		});
		expect(draw(metrics, run, [36, 8]).map((line) => line.slice(0, 27).trimEnd())).toEqual([
			expect.stringContaining('median'),
			expect.stringMatching(/^call +1\.23 µs$/),
			expect.stringMatching(/^allocation \/op? +24\.0K$/),
			expect.stringMatching(/^rate +0\.850\/s$/),
			expect.stringMatching(/^share +12\.3%$/),
			expect.stringMatching(/^files +42$/),
			expect.stringMatching(/^bundle modules +123k$/),
		]);
	});

	test('zoomed, the metrics of one kind stand beside the best of them', () => {
		const run = measuring({
			slow: {unit: 'ns', better: 'lower', about: 'one call', samples: samplesOf(values(10, 200))},
			fast: {unit: 'ns', better: 'lower', about: 'one call', samples: samplesOf(values(10, 100))},
			other: {unit: 'ns', better: 'lower', about: 'something else', samples: samplesOf([50])},
			hits: {unit: 'hits', better: 'higher', samples: samplesOf([5])},
		});
		const text = draw(metrics, run, [100, 20], {}, zoomed);
		expect(text.find((line) => line.includes('1.98×'))).toMatch(/█{24} +1\.98×/);
		expect(text.find((line) => line.includes('best'))).toMatch(/1\.00× best/);
		expect(text.filter((line) => line.includes('×'))).toHaveLength(2);
	});

	test('findings lead, the last words on a subject count', () => {
		const finding = (text: string): RunEvent => ({
			kind: 'finding',
			at: 0,
			finding: {kind: 'complexity', subject: 'sort', text, figures: {}},
		});
		const run = measuring({time: {unit: 'ms', samples: samplesOf([1])}}, [finding('O(n)'), finding('O(n log n)')]);
		const drawn = draw(metrics, run, [60, 8]);
		expect(drawn[0]).toBe('◆ sort: O(n log n)');
		expect(drawn.join('\n')).not.toContain('O(n)\n');
		expect(drawn[1]).toContain('median');
	});

	test('the filter leaves columns where they are, and says what it leaves', () => {
		const run = kindState('functions', 12_000);
		const all = draw(metrics, run, [70, 12]);
		const some = draw(metrics, run, [70, 12], {filter: 'SORT N=10'});
		expect(some.slice(1)).toEqual(all.filter((line) => line.startsWith('sort n=10')));
		const note = metrics.note?.(viewOf(run, {...defaultLook, filter: 'sort n=10'})) ?? [];
		expect(note.map(({text}) => text).join('')).toBe('5 of 9 match "sort n=10"');
	});

	test('figures of a metric without a new sample are not computed anew', () => {
		const run = kindState('functions', 12_000);
		const later = reduceRun(run, {
			kind: 'snapshot',
			phase: 'measure',
			snapshot: encodeSnapshot({...emptySnapshot(12_000), to: 12_200, outcomes: {ok: 1}, offered: 1}),
		});
		const [before, after] = [viewOf(run, defaultLook), viewOf(later, defaultLook)];
		expect(after.summary.metrics?.hash).toBe(before.summary.metrics?.hash);
		expect(before.summary.metrics?.hash?.count).toBe(80);
	});
});

describe('the pane of operations told apart', () => {
	test('in the order in which they came; what does not fit is left out, the name last', () => {
		const run = kindState('scenario', 12_000);
		expect(draw(parts, run, [100, 6]).join('\n')).toMatchInlineSnapshot(`
			"                                       ended     1/s    p50     p95     p99     max   failed        
			GET /products                          2 880     240   4.04    7.76    9.19    10.6        0      0%
			POST /cart                             1 320     110   9.44    18.0    21.2    24.0       15   1.14%
			POST /checkout, with a name that …        60    5.00   40.0    78.0?    115?    115        0      0%"
		`);
		expect(draw(parts, run, [36, 6]).join('\n')).toMatchInlineSnapshot(`
			"                 1/s    p99   failed
			GET /produc…     240   9.19       0%
			POST /cart       110   21.2    1.14%
			POST /check…    5.00    115?      0%"
		`);
	});

	test('the unit of latencies is the one that was chosen', () => {
		const line = draw(parts, kindState('scenario', 12_000), [60, 6], {latencyUnit: 'us'})[1];
		expect(line).toMatch(/GET \/products.* \d{4} .* \d{4} /);
	});

	test('zoomed it tells how operations ended, and the filter looks there as well', () => {
		const run = kindState('scenario', 12_000);
		expect(draw(parts, run, [90, 20], {}, zoomed).join('\n')).toContain('check: has items');
		const some = draw(parts, run, [90, 20], {filter: 'has items'}, zoomed);
		expect(some.filter((line) => /^(GET|POST)/.test(line))).toHaveLength(1);
	});
});
