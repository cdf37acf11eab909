import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {charsets} from '../../../source/core/charset.ts';
import {comparisonWords} from '../../../source/core/comparison-words.ts';
import type {Result} from '../../../source/core/result.ts';
import {builtInThemes} from '../../../source/core/theme.ts';
import {slopeWords, stepWords} from '../../../source/core/trend-words.ts';
import {formatMeasure, formatMilliseconds} from '../../../source/core/units.ts';
import {compareRuns} from '../../../source/stats/compare.ts';
import {analyseFigure} from '../../../source/stats/figure-history.ts';
import {groupsOf} from '../../../source/stats/series-groups.ts';
import {browserFrame} from '../../../source/tui/browser/browser-frame.ts';
import {type BrowserInput, reduceBrowser} from '../../../source/tui/browser/browser-reducer.ts';
import {type BrowserOverlay, type BrowserState, openBrowser} from '../../../source/tui/browser/browser-state.ts';
import {paintRows} from '../../../source/tui/canvas.ts';
import {createPaint} from '../../../source/tui/paint.ts';
import {choices} from '../../helpers/board.ts';
import {courseOf, withMetrics} from '../../helpers/course.ts';
import {
	fakeLibrary,
	hostile,
	listed,
	seriesOfRuns,
	storedHistory,
	storedRuns,
	wholeTrend,
} from '../../helpers/library.ts';
import {textOfRows} from '../../helpers/rows.ts';

const opened = openBrowser({choices, themes: ['dark', 'light']});
const after = (state: BrowserState, ...inputs: readonly BrowserInput[]): BrowserState =>
	inputs.reduce((before, input) => reduceBrowser(before, input).state, state);
const keys = (...pressed: readonly string[]): BrowserInput[] => pressed.map((key) => ({kind: 'key', key}));
const here: BrowserInput = {kind: 'history', loaded: {state: 'here', value: storedHistory}};
const failed = {state: 'failed', message: `The history cannot be read: ${hostile} Give another --store.`} as const;

const filled = after(opened, here);
const history = after(filled, ...keys('g', 'h'));
const {library} = fakeLibrary();
const details = after(history, ...keys('g', 'enter'), {
	kind: 'details',
	id: 'gggg0007',
	loaded: {state: 'here', value: await library.details('gggg0007')},
});
const hostileDetails = after(history, ...keys('g', 'j', 'j', 'enter'), {
	kind: 'details',
	id: 'eeee0005',
	loaded: {state: 'here', value: await library.details('eeee0005')},
});
const comparison = async (base: string, candidate: string, force: boolean): Promise<BrowserState> => ({
	...history,
	screens: ['start', 'history', 'comparison'],
	held: {base, candidate, force, loaded: {state: 'here', value: await library.compare(base, candidate, force)}},
});
const compared = await comparison('aaaa0001', 'gggg0007', false);

const overTime = (runs: readonly Result[], id: string): BrowserState => ({
	...history,
	screens: ['start', 'history', 'trend'],
	trend: {id, loaded: {state: 'here', value: wholeTrend(runs, id)}},
});
/** A step and an anomaly, of a benchmark and metrics that are called what nobody should be called. */
const hostileCourse = courseOf({
	count: 60,
	began: '2025-01-01T03:00:00',
	noise: 0.02,
	level: (index) => (index >= 40 ? 1.15 : 1) * (index === 50 ? 1.6 : 1),
	change: (run, index) =>
		withMetrics(
			{...run, name: hostile},
			{[hostile]: [index >= 40 ? 1200 + (index % 3) : 1000 + (index % 3), hostile, 'lower']},
		),
}).toReversed();

const suite: BrowserInput = {
	kind: 'suite',
	loaded: {
		state: 'here',
		value: {
			file: 'benchtop.yaml',
			entries: [
				{name: 'checkout', about: 'from the cart to the receipt', engine: 'http', tags: ['smoke', 'daily']},
				{name: 'build', engine: 'command', tags: []},
				{name: 'sorting', engine: 'micro', tags: ['daily']},
				{name: 'suite 漢字', about: hostile, engine: hostile, tags: [hostile]},
			],
		},
	},
};

const states: Readonly<Record<string, BrowserState>> = {
	'a suite': after(opened, suite),
	'a suite, picked from': after(opened, suite, ...keys('space', 'j', 'space')),
	loading: opened,
	empty: after(opened, {kind: 'history', loaded: {state: 'here', value: {...storedHistory, runs: [], recent: []}}}),
	'no history': after(opened, {kind: 'history', loaded: failed}),
	filled,
	'last run': after(filled, ...keys('G')),
	running: after(filled, suite, {
		kind: 'running',
		running: Array.from({length: 9}, (_, id) => ({id: `${id}`, name: hostile, target: hostile, began: 'x'})),
	}),
	history,
	'history of nothing': after(history, ...keys('/', 'z', 'z', 'z', 'enter')),
	'hostile run': after(history, ...keys('g', 'j', 'j', 'space', 'j', 'space')),
	'history that failed': after(history, {kind: 'history', loaded: failed}),
	details,
	'hostile details': hostileDetails,
	'details that failed': {...details, details: {id: 'x', loaded: failed}},
	'loading details': after(history, ...keys('enter')),
	'over time': overTime(storedRuns, 'gggg0007'),
	'over time, hostile': overTime(hostileCourse, hostileCourse[0]!.id),
	'over time, of a run without figures': overTime(storedRuns, 'dddd0004'),
	'over time, failed': {...history, screens: ['start', 'history', 'trend'], trend: {id: 'x', loaded: failed}},
	'loading over time': after(history, ...keys('o')),
	compared,
	'not comparable': await comparison('cccc0003', 'gggg0007', false),
	forced: await comparison('cccc0003', 'gggg0007', true),
};

const overlays: ReadonlyArray<BrowserOverlay | undefined> = [
	undefined,
	{kind: 'help', scroll: 3},
	{kind: 'fault', message: hostile},
	{kind: 'prompt', purpose: 'url', text: hostile},
	{kind: 'prompt', purpose: 'url', text: '漢字'.repeat(80), fault: hostile},
	{kind: 'prompt', purpose: 'filter', text: hostile},
	{kind: 'prompt', purpose: 'baseline', text: 'main'},
];

const rowsOf = (state: BrowserState, columns: number, rows: number, theme = 'dark'): string[] => {
	const found = builtInThemes.find(({name}) => name === theme)!;
	return paintRows(browserFrame(state, {columns, rows}).canvas, createPaint(found, 'truecolor'));
};

const textOf = (state: BrowserState, columns: number, rows: number): string =>
	textOfRows(rowsOf(state, columns, rows)).join('\n');

const sizes = [
	[1, 1],
	[2, 2],
	[7, 3],
	[20, 4],
	[39, 10],
	[40, 8],
	[60, 16],
	[80, 24],
	[100, 30],
	[120, 40],
	[150, 30],
	[200, 60],
	[300, 100],
] as const;

describe('frames', () => {
	for (const [name, state] of Object.entries(states)) {
		test.each(sizes)(`${name}: %d×%d is exactly its size, with every overlay and charset`, (columns, rows) => {
			for (const overlay of overlays) {
				for (const charset of overlay === undefined ? charsets : (['braille'] as const)) {
					const drawn = textOf(
						{...state, overlay, notices: [hostile], choices: {...choices, charset}},
						columns,
						rows,
					).split('\n');
					expect(drawn.length).toBe(rows);
					for (const row of drawn) expect(stringWidth(row), row).toBe(columns);
					expect(drawn.join('')).not.toMatch(
						/NaN|undefined|Infinity|null|\[object|[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/,
					);
					if (charset === 'ascii') expect(drawn.join('')).toMatch(/^[ -~]*$/);
				}
			}
		});
	}

	test('at any size no row wraps and nothing scrolls', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 300}),
				fc.integer({min: 1, max: 100}),
				fc.constantFrom(...Object.values(states)),
				fc.constantFrom(...overlays),
				fc.constantFrom(...builtInThemes.map(({name}) => name)),
				async (columns, rows, state, overlay, theme) => {
					const painted = rowsOf({...state, overlay, message: 'told '.repeat(70)}, columns, rows, theme);
					const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 50});
					const written = painted.map((row, y) => `\u001b[${y + 1};1H${row}`).join('');
					await new Promise<void>((resolve) => screen.write(written, resolve));
					const {active} = screen.buffer;
					const wrapped = painted.some((_, y) => active.getLine(active.baseY + y)?.isWrapped);
					expect([active.baseY, wrapped]).toEqual([0, false]);
				},
			),
			{numRuns: 80},
		);
	});

	test('every line of a list can be clicked where it stands', () => {
		const {canvas, hits} = browserFrame(history, {columns: 80, rows: 24});
		expect(hits.map(({spot}) => spot.key)).toEqual(storedRuns.map(({id}) => id));
		const row = (y: number): string => canvas.characters.slice(y * 80, (y + 1) * 80).join('');
		expect(row(hits[3]!.y)).toContain('refused');
		expect(row(hits[5]!.y)).toMatch(/checkout.*25\.|checkout/);
	});

	test('the help lists the keys of its screen alone', () => {
		const notices = ['first', 'second'].map((word) => `${word} ${'word '.repeat(60)}end of ${word}.`);
		const told = {...filled, notices, overlay: {kind: 'help', scroll: 0}} as const;
		expect(textOf(told, 80, 24)).toMatch(/! first[\s\S]*end of first\.[\s\S]*! second[\s\S]*end of second\./);
		const help = (state: BrowserState): string => textOf({...state, overlay: {kind: 'help', scroll: 0}}, 120, 40);
		expect(help(filled)).toContain('load the built-in demo server');
		expect(help(filled)).not.toContain('only runs with these words');
		expect(help(history)).toContain('only runs with these words');
	});

	test('80×24, to the letter', () => {
		expect(textOf(filled, 80, 24)).toMatchInlineSnapshot(`
			" benchtop  ◆ START                     /home/u/.local/share/benchtop/history.db 
			╭─ Start ──────────────────────────────────────────────────────────────────────╮
			│   URL   type or paste one, with flags if you like                            │
			│   Demo  a built-in shop, with the troubles of a real one                     │
			╰──────────────────────────────────────────────────────────────────────────────╯
			╭─ [Recent targets] ───────────────────────────────────────────────────────────╮
			│ ▶ http://127.0.0.1:8080/checkout  checkout                 -c 10 -d 40s http │
			│   http://h/␛[2J␛]0;title␇␍␊\\u202e漢… ! its Authorization header was not kept │
			╰──────────────────────────────────────────────────────────────────────────────╯
			╭─ Last runs ──────────────────────────────────────────────────────────────────╮
			│    when        name           p50 ms p99 ms    Δ p99 rate/s errors state     │
			│    03-07 10:00 checkout         8.83   28.6  -2.0% ?    100     0% ✓ done    │
			│    03-06 10:00 checkout         7.77  22.9?        –    100     0% ✕ stopped │
			│    03-05 10:00 http://h/␛[2J…   7.11  20.1?        –    100     0% ✓ done    │
			│    03-04 10:00 refused          7.77  22.9?        –    100     0% ✕ failed  │
			│    03-03 10:00 checkout         7.93   24.3        –    100     0% ✓ done    │
			│    03-02 10:00 checkout         9.61   29.2 +14.7% ?    100  2.08% ✓ done    │
			│    03-01 10:00 checkout         7.84   25.5        –    100     0% ✓ done    │
			│                                                                              │
			│                                                                              │
			│                                                                              │
			│                                                                              │
			╰─ Δ ? against the run before: seen, not judged ───────────────────────────────╯
			 ? help  q quit  Enter go  n type a URL  d demo  h history  o over time  t theme"
		`);
		expect(textOf(history, 80, 24)).toMatchInlineSnapshot(`
			" benchtop  ◆ HISTORY                   /home/u/.local/share/benchtop/history.db 
			╭─ [Runs] ─ 7 ─────────────────────────────────────────────────────────────────╮
			│    when        name           p50 ms p99 ms    Δ p99 rate/s errors state     │
			│ ▶  03-07 10:00 checkout         8.83   28.6  -2.0% ?    100     0% ✓ done    │
			│    03-06 10:00 checkout         7.77  22.9?        –    100     0% ✕ stopped │
			│    03-05 10:00 http://h/␛[2J…   7.11  20.1?        –    100     0% ✓ done    │
			│    03-04 10:00 refused          7.77  22.9?        –    100     0% ✕ failed  │
			│    03-03 10:00 checkout         7.93   24.3        –    100     0% ✓ done    │
			│    03-02 10:00 checkout         9.61   29.2 +14.7% ?    100  2.08% ✓ done    │
			│    03-01 10:00 checkout         7.84   25.5        –    100     0% ✓ done    │
			│                                                                              │
			│                                                                              │
			╰─ Space marks, v compares ────────────────────────────────────────────────────╯
			╭─ Trend ms checkout ────────────────────────────────╮╭─ Run gggg0007 ms ──────╮
			│ · · p50  ─── p99                                   ││ p50       8.83         │
			│   30.0┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠊⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒ ││ p75       12.4         │
			│       ┤                                   │        ││ p90       16.6         │
			│   15.0┤                                   │        ││ p95       20.1         │
			│       ┤⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐│⠂⠐ ⠂⠐ ⠂ ││ p99       28.6         │
			│      0┤                                   │        ││ p99.9     42.9         │
			│        2025-03-01 10:00           2025-03-07 10:00 ││ p99.99    70.6?        │
			│ 2 of another load or machine, or without figures,… ││ max       70.6         │
			╰────────────────────────────────────────────────────╯╰────────────────────────╯
			 ? help  q back  Enter details  / filter  Space mark  v compare  o over time    "
		`);
		expect(textOf(compared, 80, 24)).toMatchInlineSnapshot(`
			" benchtop  ◆ COMPARISON                /home/u/.local/share/benchtop/history.db 
			╭─ Comparison ─────────────────────────────────────────────────────────────────╮
			│ base       aaaa0001  2025-03-01 10:00  checkout  main@0123456                │
			│ candidate  gggg0007  2025-03-07 10:00  checkout  main@0123456                │
			│                                                                              │
			│ metric         base  candidate   change         95% interval  verdict        │
			│ p50         7.84 ms    8.83 ms   +12.6%      +10.4% … +14.1%  ? unclear      │
			│ p90         15.3 ms    16.6 ms    +8.8%       +6.1% … +12.6%  ? unclear      │
			│ p99         25.5 ms    28.6 ms   +12.4%       +4.1% … +24.3%  ? unclear      │
			│ throughput    100/s      100/s     0.0%          0.0% … 0.0%  ? unclear      │
			│ error rate       0%         0%  0.00 pp  -0.10 pp … +0.10 pp  ? unclear      │
			│                                                                              │
			│ One run a side: the change is observed, but how much two runs of the same    │
			│ program differ here is unknown, so it cannot be judged.                      │
			│ Interval of p50, p90, p99, throughput: within these two runs only (circular  │
			│ block bootstrap of their seconds, 10 s blocks, 1000 resamples); not the      │
			│ noise between runs.                                                          │
			│ Interval of error rate: within these two runs only (absolute difference of   │
			│ the two shares: 0.01 is one percentage point; Newcombe’s interval on the     │
			│ counts, widened for failures that come in bursts); not the noise between     │
			│ runs.                                                                        │
			│                                                                              │
			╰──────────────────────────────────────────────────────────────────────────────╯
			 ? help  q back  t theme  u units                                               "
		`);
	});
});

describe('the trend in the history', () => {
	const of = (runs: readonly Result[], more = false): BrowserState =>
		after(
			opened,
			{
				kind: 'history',
				loaded: {
					state: 'here',
					value: {...storedHistory, runs: runs.toReversed().map((run) => listed(run)), more, recent: []},
				},
			},
			...keys('h'),
		);
	const began = '2025-01-01T03:00:00';
	const stepped = courseOf({
		count: 60,
		began,
		noise: 0.02,
		level: (index) => (index >= 40 ? 1.15 : 1) * (index === 50 ? 1.6 : 1),
		change: (run, index) =>
			index === 10
				? {...run, validity: {trustworthy: false, reasons: [{kind: 'host-steal', message: 'stolen'}], limits: []}}
				: run,
	});
	const sorting = courseOf({
		name: 'sorting',
		count: 30,
		began,
		change: (run, index) =>
			withMetrics(run, {'heap 漢字': [7, 'files', null], 'sort n=9': [1000 + 10 * index, 'ns', 'lower']}),
	});

	test('marks changes and anomalies, and says the slope, as benchtop trend does', () => {
		expect(textOf(of(stepped), 100, 40).split('\n').slice(-19)).toMatchInlineSnapshot(`
			[
			  "╰─ ↓ 42  Space marks, v compares ──────────────────────────────────────────────────────────────────╯",
			  "╭─ Trend ms checkout ────────────────────────────────────────────────────╮╭─ Run 0059che1 ms ──────╮",
			  "│ · · p50  ─── p99  ┊ change  ● anomaly                                  ││ p50       9.23         │",
			  "│   50.0┤                                         ┊          ⢠⡀        │ ││ p75       11.3         │",
			  "│       ┤                                         ┊          ●⡇        │ ││ p90       17.7         │",
			  "│   37.5┤                                         ┊          ⡎⢸        │ ││ p95       17.7         │",
			  "│       ┤                                         ┊⢀⠤⣀⡠⠤⣀⣀⣀⠔⢄⠇⠸⢄⠤⢄⣀⣀⡠⠤⠤⠤ ││ p99       30.4         │",
			  "│   25.0┤⠤⠒⠒⠢⠒⠢⠤⠒⠑⠒⠒⠒⠒⠤⠒⠒⠒⠒⠒⠊⠒⠒⠢⠤⠔⠉⠒⠒⠒⠒⠒⠢⠒⠒⠒⠒⠒⠒⠢⠤⠔⠊⠁                   │ ││ p99.9     32.8?        │",
			  "│       ┤                                         ┊                    │ ││ p99.99    33.5?        │",
			  "│   12.5┤                                         ┊          ⠐         │ ││ max       33.5         │",
			  "│       ┤⠄⠐ ⠄⠠ ⠄⠠ ⠂⠠ ⠂⠠ ⠂⠠ ⠄⠐ ⠄⠠ ⠄⠐ ⠄⠠ ⠂⠠ ⠄⠠ ⠄⠠ ⠄⠠┊⠂⠐ ⠂⠐ ⠂⠐ ⠂  ⠂⠐ ⠂⠐ ⠂⠐│ ││ mean      8.95         │",
			  "│      0┤                                         ┊                    │ ││ rate/s    84.6         │",
			  "│        2025-01-01 03:00                               2025-03-01 03:00 ││ samples  2 000         │",
			  "│ p99 ? +0.2% a day (-0.2% … +0.4%), r² 0.00                             ││                        │",
			  "│ changed 2025-02-10 03:00: +14.5% ▲ worse                               ││                        │",
			  "│ 1 anomaly                                                              ││                        │",
			  "│ 1 run in doubt left out                                                ││                        │",
			  "╰────────────────────────────────────────────────────────────────────────╯╰────────────────────────╯",
			  " ? help  q back  Enter details  / filter  Space mark  v compare  o over time  b baseline  r replay  ",
			]
		`);
		const group = groupsOf(seriesOfRuns(stepped))[0]!;
		const p99 = analyseFigure(group.series.runs, group.series.figures.find(({name}) => name === 'p99')!);
		const text = textOf(of(stepped), 100, 40);
		const {perDay, sharePerDay} = p99.recent!;
		expect(text).toContain(`${slopeWords(perDay, sharePerDay, 'ms').estimate} a day`);
		expect(text).toContain(stepWords(p99.changes[0]!.difference, p99.changes[0]!.change, 'ms').estimate);
	});

	test('of runs without latencies is that of their main metric, in the list too', () => {
		const text = textOf(of(sorting), 100, 40);
		expect(text).toMatchInlineSnapshot(`
			" benchtop  ◆ HISTORY                                       /home/u/.local/share/benchtop/history.db 
			╭─ [Runs] ─ 30 ────────────────────────────────────────────────────────────────────────────────────╮
			│    when              run       name      p50 ms   p99 ms    Δ p99  rate/s  errors  state         │
			│ ▶  2025-01-30 03:00  0029sor1  sorting  1.29 µs  1.55 µs  +0.8% ?    99.2      0%  ✓ done        │
			│    2025-01-29 03:00  0028sor1  sorting  1.28 µs  1.54 µs  +0.8% ?     101      0%  ✓ done        │
			│    2025-01-28 03:00  0027sor1  sorting  1.27 µs  1.52 µs  +0.8% ?    99.9      0%  ✓ done        │
			│    2025-01-27 03:00  0026sor1  sorting  1.26 µs  1.51 µs  +0.8% ?     100      0%  ✓ done        │
			│    2025-01-26 03:00  0025sor1  sorting  1.25 µs  1.50 µs  +0.8% ?    98.1      0%  ✓ done        │
			│    2025-01-25 03:00  0024sor1  sorting  1.24 µs  1.49 µs  +0.8% ?    98.2      0%  ✓ done        │
			│    2025-01-24 03:00  0023sor1  sorting  1.23 µs  1.48 µs  +0.8% ?     102      0%  ✓ done        │
			│    2025-01-23 03:00  0022sor1  sorting  1.22 µs  1.46 µs  +0.8% ?     100      0%  ✓ done        │
			│    2025-01-22 03:00  0021sor1  sorting  1.21 µs  1.45 µs  +0.8% ?     100      0%  ✓ done        │
			│    2025-01-21 03:00  0020sor1  sorting  1.20 µs  1.44 µs  +0.8% ?    99.5      0%  ✓ done        │
			│    2025-01-20 03:00  0019sor1  sorting  1.19 µs  1.43 µs  +0.8% ?    98.7      0%  ✓ done        │
			│    2025-01-19 03:00  0018sor1  sorting  1.18 µs  1.42 µs  +0.9% ?    99.6      0%  ✓ done        │
			│    2025-01-18 03:00  0017sor1  sorting  1.17 µs  1.40 µs  +0.9% ?     100      0%  ✓ done        │
			│    2025-01-17 03:00  0016sor1  sorting  1.16 µs  1.39 µs  +0.9% ?    99.8      0%  ✓ done        │
			│    2025-01-16 03:00  0015sor1  sorting  1.15 µs  1.38 µs  +0.9% ?    99.0      0%  ✓ done        │
			│    2025-01-15 03:00  0014sor1  sorting  1.14 µs  1.37 µs  +0.9% ?     101      0%  ✓ done        │
			│    2025-01-14 03:00  0013sor1  sorting  1.13 µs  1.36 µs  +0.9% ?     100      0%  ✓ done        │
			│    2025-01-13 03:00  0012sor1  sorting  1.12 µs  1.34 µs  +0.9% ?    98.8      0%  ✓ done        │
			╰─ ↓ 12  Space marks, v compares ──────────────────────────────────────────────────────────────────╯
			╭─ Trend sorting ────────────────────────────────────────────────────────╮╭─ Run 0029sor1 ms ──────╮
			│ ─── sort n=9                                                           ││ p50    1.29 µs         │
			│ 1.50µs┤                                                             │  ││ p75          –         │
			│       ┤                                                        ⣀⣀⣀⣀⣀⣀⣀ ││ p90    1.42 µs         │
			│       ┤                             ⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉     │  ││ p95          –         │
			│ 1.13µs┤  ⣀⣀⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉                                │  ││ p99    1.55 µs         │
			│       ┤⠉⠉                                                           │  ││ p99.9        –         │
			│       ┤                                                             │  ││ p99.99       –         │
			│  750ns┤                                                             │  ││ max          –         │
			│       ┤                                                             │  ││ mean         –         │
			│  375ns┤                                                             │  ││ rate/s    99.2         │
			│       ┤                                                             │  ││ samples      0         │
			│       ┤                                                             │  ││                        │
			│    0ns┤                                                             │  ││                        │
			│        2025-01-01 03:00                               2025-01-30 03:00 ││                        │
			│ sort n=9 ↑ +0.9% a day (+0.9% … +0.9%), r² 1.00                        ││                        │
			╰────────────────────────────────────────────────────────────────────────╯╰────────────────────────╯
			 ? help  q back  Enter details  / filter  Space mark  v compare  o over time  b baseline  r replay  "
		`);
	});

	test('says where it is of a part of the history, and draws in ASCII', () => {
		expect(textOf(of(stepped, true), 120, 40)).toContain('of the runs listed here; benchtop trend has all');
		const ascii = textOf({...of(stepped), choices: {...choices, charset: 'ascii'}}, 100, 40);
		expect(ascii).toMatch(/: {2}change|: change/);
		expect(ascii).toContain('x anomaly');
	});

	test.each([
		[60, 16],
		[80, 24],
		[100, 30],
		[200, 60],
	])('fits %i×%i', (columns, rows) => {
		for (const runs of [stepped, sorting]) {
			const lines = textOf(of(runs), columns, rows).split('\n');
			expect(lines).toHaveLength(rows);
			expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
		}
	});
});

describe('a benchmark over time', () => {
	const runs = courseOf({
		count: 60,
		began: '2025-01-01T03:00:00',
		noise: 0.02,
		level: (index) => (index >= 40 ? 1.15 : 1) * (index === 50 ? 1.6 : 1),
	}).toReversed();
	const state = overTime(runs, runs[0]!.id);

	test('80×24 and 120×40, to the letter', () => {
		expect(textOf(state, 80, 24)).toMatchInlineSnapshot(`
			" benchtop  ◆ TREND                     /home/u/.local/share/benchtop/history.db 
			╭─ Trend ms checkout ──────────────────────────────────────────────────────────╮
			│ · · p50  ─── p99  ┊ change  ● anomaly                                        │
			│   50.0┤                                              ┊          ⢀●         │ │
			│       ┤                                              ┊⢀   ⡀   ⢀⡀⡜⠘⡄        ⣀ │
			│   25.0┤⠤⠒⠒⠒⠔⠒⠤⠤⠒⠒⠒⠒⠒⠒⠒⠤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠢⠤⠔⠒⠒⠒⠒⠒⠒⠒⠔⠒⠒⠒⠒⠒⠒⠢⠤⠤⠒⠊⠁⠉⠉⠉⠈⠉⠉⠉⠁⠈  ⠉⠉⠉⠉⠉⠉⠉⠉⠉│ │
			│       ┤                                              ┊        ⢀ ⡀⢀ ⡀       │ │
			│      0┤⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁      ⠈ ⠁⠈ ⠁⠈│ │
			│        2025-01-01 03:00                                     2025-03-01 03:00 │
			╰──────────────────────────────────────────────────────────────────────────────╯
			╭─ Over time ──────────────────────────────────────────────────────────────────╮
			│ 60 runs, 2025-01-01 03:00 … 2025-03-01 03:00, on bench-1                     │
			│                                                                              │
			│ metric        level     per day  95% interval        r²  runs                │
			│ p50         8.96 ms  ? +0.0044%  -0.2% … +0.2%     0.00    20                │
			│   all runs              ↑ +0.3%  +0.0078% … +0.5%  0.31    60                │
			│ p99         29.3 ms     ? +0.2%  -0.2% … +0.4%     0.00    20                │
			│   all runs              ↑ +0.3%  +0.2% … +0.4%     0.31    60                │
			│ throughput   87.2/s  ? -0.0044%  -0.2% … +0.2%     0.00    20                │
			│   all runs              ? -0.3%  -0.5% … +0.035%   0.43    60                │
			│ error rate       0%        none                            60                │
			│                                                                              │
			╰─ ↓ 17 ───────────────────────────────────────────────────────────────────────╯
			 ? help  q back  t theme  u units                                               "
		`);
		expect(textOf(state, 120, 40)).toMatchInlineSnapshot(`
			" benchtop  ◆ TREND                                                             /home/u/.local/share/benchtop/history.db 
			╭─ Trend ms checkout ──────────────────────────────────────────────────────────────────────────────────────────────────╮
			│ · · p50  ─── p99  ┊ change  ● anomaly                                                                                │
			│   50.0┤                                                                        ┊                  ⢀                │ │
			│       ┤                                                                        ┊                  ●⡇               │ │
			│       ┤                                                                        ┊                  ⡇⢱               │ │
			│   37.5┤                                                                        ┊                 ⢰⠁⠘⡄              │ │
			│       ┤                                                                        ┊              ⢀⡀ ⡜  ⢇              │ │
			│       ┤                                                                        ┊⣀⠔⠉⠒⠒⠤⠔⠊⠑⠢⠤⠤⠤⠔⠁⠈⠢⠃  ⠘⠒⠒⠒⠒⠢⠤⠤⠤⠒⠒⠒⠒⠒⠉⠉ │
			│   25.0┤⠤⠔⠒⠒⠉⠒⠔⠒⠒⠢⠤⠤⠔⠉⠉⠉⠒⠒⠒⠒⠒⠒⠉⠒⠤⠔⠒⠊⠉⠒⠒⠒⠒⠒⠉⠉⠉⠒⠒⠒⠢⠤⠤⠔⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠔⠒⠒⠒⠒⠒⠒⠉⠑⠒⠒⠒⠤⠤⠤⠤⠒⠉                                   │ │
			│       ┤                                                                        ┊                                   │ │
			│       ┤                                                                        ┊                                   │ │
			│   12.5┤                                                                        ┊                  ⠈                │ │
			│       ┤⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠂  ⠂⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄ │
			│       ┤                                                                        ┊                                   │ │
			│      0┤                                                                        ┊                                   │ │
			│        2025-01-01 03:00                                                                             2025-03-01 03:00 │
			╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
			╭─ Over time ──────────────────────────────────────────────────────────────────────────────────────────────────────────╮
			│ 60 runs, 2025-01-01 03:00 … 2025-03-01 03:00, on bench-1                                                             │
			│                                                                                                                      │
			│ metric        level     per day  95% interval        r²  runs                                                        │
			│ p50         8.96 ms  ? +0.0044%  -0.2% … +0.2%     0.00    20                                                        │
			│   all runs              ↑ +0.3%  +0.0078% … +0.5%  0.31    60                                                        │
			│ p99         29.3 ms     ? +0.2%  -0.2% … +0.4%     0.00    20                                                        │
			│   all runs              ↑ +0.3%  +0.2% … +0.4%     0.31    60                                                        │
			│ throughput   87.2/s  ? -0.0044%  -0.2% … +0.2%     0.00    20                                                        │
			│   all runs              ? -0.3%  -0.5% … +0.035%   0.43    60                                                        │
			│ error rate       0%        none                            60                                                        │
			│                                                                                                                      │
			│ Changes                                                                                                              │
			│   2025-02-10 03:00  between run 0039che1 and run 0040che1                                                            │
			│     p50         +14.8%  (+13.4% … +16.1%)  7.80 ms  →  8.96 ms  ▲ worse                                              │
			│     throughput  -12.8%  (-13.8% … -11.7%)    100/s  →   87.2/s  ▲ worse                                              │
			│     p99         +14.5%  (+12.5% … +16.7%)  25.6 ms  →  29.3 ms  ▲ worse                                              │
			│     3 commits: git log --oneline 0028002..0029002                                                                    │
			│     also changed: node version 22.13.0 → 24.0.0                                                                      │
			│                                                                                                                      │
			╰─ ↓ 8 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
			 ? help  q back  t theme  u units                                                                                       "
		`);
	});

	test('scrolls to the anomalies and to what the figures rest on', () => {
		const {mostScroll} = browserFrame(state, {columns: 80, rows: 24});
		expect(mostScroll).toBeGreaterThan(5);
		const end = textOf({...state, scroll: mostScroll}, 80, 24);
		expect(end).toContain('Anomalies');
		expect(end).toContain('Theil–Sen');
		expect(end).toContain(`↑ ${mostScroll}`);
	});

	test('says each figure as benchtop trend does', () => {
		const text = textOf(state, 120, 60);
		for (const {figure, recent, level} of wholeTrend(runs, runs[0]!.id).trend.histories) {
			// What never varies has no slope.
			if (recent === undefined || figure.name === 'error rate') continue;
			const words = slopeWords(recent.perDay, recent.sharePerDay, figure.unit);
			const line = text.split('\n').find((row) => row.startsWith(`│ ${figure.name} `))!;
			expect(line).toContain(words.estimate);
			expect(line).toContain(words.ends);
			expect(line).toContain(formatMeasure(level!.mean, figure.unit));
		}
	});
});

describe('what stands on them', () => {
	test('the figures of every run are those that are stored', () => {
		const rows = textOf(history, 120, 40).split('\n').slice(0, 12);
		for (const {name, began, summary, ending} of storedRuns.filter((run) => run.name === 'checkout')) {
			const line = rows.find((row) => row.includes(began.slice(0, 10)));
			expect(line).toContain(name);
			expect(line).toContain(formatMilliseconds(summary.latency.p50 ?? undefined));
			expect(line).toContain(formatMilliseconds(summary.latency.p99 ?? undefined));
			expect(line).toContain(ending.state === 'stopped' ? '✕ stopped' : '✓ done');
		}

		expect(rows.find((row) => row.includes('refused'))).toContain('✕ failed');
		expect(rows.find((row) => row.includes('2025-03-02'))).toMatch(/ [12]\.\d\d% /);
	});

	test('the comparison is that of benchtop compare, with what it rests on', () => {
		const text = textOf(compared, 120, 40);
		const find = (id: string) => storedRuns.find((run) => run.id === id)!;
		for (const comparison of compareRuns(find('aaaa0001'), find('gggg0007'))) {
			const line = text.split('\n').find((row) => row.startsWith(`│ ${comparison.metric}`));
			for (const words of Object.values(comparisonWords(comparison))) expect(line).toContain(words);
		}

		expect(text).toContain('? unclear');
		expect(text).toContain('One run a side: the change is observed');
		const refused = textOf(states['not comparable']!, 120, 40);
		expect(refused).toContain('not comparable');
		expect(refused).toContain('workload: load.connections 99 → 10');
		expect(refused).not.toContain('unclear');
		expect(textOf(states.forced!, 120, 40)).toContain('Compared by force, although these differ:');
	});

	test('a secret that was not kept is said where the target stands', () => {
		const rows = textOf(filled, 120, 40);
		expect(rows).toContain('! its Authorization header was not kept');
	});

	test('a history that cannot be read leaves the rest usable, and says the next step', () => {
		const text = textOf(states['no history']!, 80, 24);
		expect(text).toContain('The history cannot be read');
		expect(text).toContain('Give another --store.');
		expect(text).toContain('Demo');
	});
});
