import {comparisonNotes, comparisonWords} from '../../core/comparison-words.ts';
import type {Comparison} from '../../core/report.ts';
import {commitWords, localTime, shortId} from '../../core/run-words.ts';
import {latencyUnitName} from '../../core/units.ts';
import {type Canvas, put} from '../canvas.ts';
import type {Rectangle} from '../layout.ts';
import type {ComparedRuns} from '../library.ts';
import {type Line, left, outside, right, span, widthOf, wrap} from '../line.ts';
import type {Token} from '../theme.ts';
import {type BrowserState, currentRun, filteredRuns, runsOf} from './browser-state.ts';
import {awaited, putBox, putScrolled, titled} from './framed.ts';
import {type Hit, insideOf, stretchOf} from './list.ts';
import {aboutLines, courseLines, percentileLines} from './run-charts.ts';
import {runTable} from './run-table.ts';
import {trendLines, trendTitle} from './run-trend.ts';

const marks = ['1', '2'];

/** What stands in place of runs that are not there. */
const without = ({history, filter}: BrowserState): string => {
	if (history.state === 'loading') return 'reading the history …';
	if (history.state === 'failed') return history.message;
	return filter === '' ? 'Nothing is stored yet.' : `No run has these words: ${filter}`;
};

const putRuns = (canvas: Canvas, state: BrowserState, rectangle: Rectangle, framed: boolean): readonly Hit[] => {
	const inside = framed ? insideOf(rectangle) : rectangle;
	const all = runsOf(state);
	const runs = filteredRuns(state);
	const current = currentRun(state);
	const table = runTable(all, inside.columns, state.choices.units);
	const head = inside.rows < 2 ? [] : [table.head];
	const {from, to, note} = stretchOf(
		runs.length,
		runs.findIndex(({id}) => id === current?.id),
		inside.rows - head.length,
	);
	const seen = runs.slice(from, to);
	// Numbered as the comparison takes them: the older is the base.
	const marked = all
		.filter(({id}) => state.marked.includes(id))
		.map(({id}) => id)
		.toReversed();
	const lines = [...head, ...seen.map((run) => table.line(run, run.id === current?.id, marks[marked.indexOf(run.id)]))];
	const words =
		runs.length > 0
			? lines
			: wrap(outside(without(state)).text, Math.max(1, inside.columns), Math.max(1, inside.rows)).map(
					(text): Line => [span(text, state.history.state === 'failed' ? 'warn' : 'muted')],
				);
	if (framed) {
		const more = state.history.state === 'here' && state.history.value.more;
		putBox(canvas, rectangle, {
			title: [span('[Runs]', 'borderFocus')],
			note: [
				span(
					`${runs.length === all.length ? '' : `${runs.length} of `}${more ? 'the newest ' : ''}${all.length}`,
					'muted',
				),
				...(state.filter === '' ? [] : [span('  with ', 'muted'), outside(state.filter, 'accent')]),
			],
			foot: [
				...note,
				span(
					`${note.length > 0 ? '  ' : ''}${marked.length === 0 ? 'Space marks, v compares' : `${marked.length} marked: v compares`}`,
					'muted',
				),
			],
			lines: words,
			border: 'borderFocus',
		});
	} else {
		for (const [row, line] of words.slice(0, inside.rows).entries())
			put(canvas, inside.x, inside.y + row, line, inside.columns);
	}

	return seen.map(({id}, row) => ({
		spot: {kind: 'run', key: id},
		x: inside.x,
		y: inside.y + head.length + row,
		columns: inside.columns,
	}));
};

const figuresColumns = 26;
const aboutColumns = 60;

/** The runs, and of the marked one the trend of its benchmark, its percentiles and what it was. */
export const putHistory = (canvas: Canvas, state: BrowserState, body: Rectangle): readonly Hit[] => {
	const {x, y, columns, rows} = body;
	const run = currentRun(state);
	if (columns < 40 || rows < 6) return putRuns(canvas, state, body, false);
	if (run === undefined || rows < 16 || columns < 60) return putRuns(canvas, state, body, true);
	const {choices} = state;
	const high = Math.min(Math.max(10, Math.floor(rows * 0.45)), 22);
	const top = rows - high;
	const about = columns >= 150 ? aboutColumns : 0;
	const figures = figuresColumns;
	const chart = columns - figures - about;
	const hits = putRuns(canvas, state, {x, y, columns, rows: top}, true);
	const trend = {x, y: y + top, columns: chart, rows: high};
	const percentiles = {x: x + chart, y: y + top, columns: figures, rows: high};
	putBox(canvas, trend, {
		title: titled(trendTitle(runsOf(state), run, choices.units), run.name),
		lines: trendLines(
			runsOf(state),
			run,
			insideOf(trend),
			choices,
			state.history.state === 'here' && state.history.value.more,
		),
	});
	putBox(canvas, percentiles, {
		title: titled(`Run ${shortId(run.id)} ${latencyUnitName(choices.units)}`),
		lines: percentileLines(run, insideOf(percentiles), choices.units),
	});
	if (about > 0) {
		const rectangle = {x: x + chart + figures, y: y + top, columns: about, rows: high};
		putBox(canvas, rectangle, {title: titled('About it'), lines: aboutLines(run, insideOf(rectangle))});
	}

	return hits;
};

/** A text as lines of so many columns, indented like its beginning. */
const folded = (text: string, columns: number): readonly Line[] => {
	const indent = /^ */.exec(text)?.[0] ?? '';
	if (widthOf(text) <= columns) return [[span(text)]];
	const room = Math.max(1, columns - indent.length);
	return wrap(text.trim(), room, Number.MAX_SAFE_INTEGER).map((row): Line => [span(indent + row)]);
};

/** A run in full. Returns by how many rows it can be scrolled. */
export const putDetails = (canvas: Canvas, state: BrowserState, body: Rectangle): number => {
	const {details, choices, scroll} = state;
	if (details === undefined) return 0;
	const {x, y, columns, rows} = body;
	const {loaded} = details;
	const title = titled(`Run ${shortId(details.id)}`, loaded.state === 'here' ? loaded.value.run.name : undefined);
	const waiting = awaited(loaded, 'reading the run …', Math.max(1, columns - 4));
	if (loaded.state !== 'here' || waiting !== undefined) return putScrolled(canvas, body, title, waiting ?? [], scroll);
	const {run, report} = loaded.value;
	const beside = columns >= 130 && rows >= 12;
	const over = !beside && rows >= 30 && columns >= 60;
	const text = beside
		? {x, y, columns: Math.floor(columns * 0.55), rows}
		: over
			? {x, y: y + 12, columns, rows: rows - 12}
			: body;
	if (beside || over) {
		const chart = beside
			? {x: x + text.columns, y, columns: columns - text.columns, rows: Math.min(rows, 24)}
			: {x, y, columns, rows: 12};
		putBox(canvas, chart, {
			title: titled(`Latency of its seconds ${latencyUnitName(choices.units)}`),
			lines: courseLines(run.timeline, insideOf(chart), choices),
		});
		const rest = {...chart, y: chart.y + chart.rows, rows: rows - chart.rows};
		if (beside && rest.rows >= 4) {
			const listed = {...run, baselines: currentRun(state)?.baselines ?? []};
			putBox(canvas, rest, {title: titled('About it'), lines: aboutLines(listed, insideOf(rest))});
		}
	}

	const inside = insideOf(text);
	const lines = report
		.trimEnd()
		.split('\n')
		.flatMap((line) => folded(line, Math.max(1, inside.columns)));
	return putScrolled(canvas, text, title, lines, scroll);
};

const verdictTokens = {better: 'good', worse: 'bad', same: 'same', unclear: 'unsure'} as const satisfies Record<
	Comparison['verdict'],
	Token
>;

/** The comparison as a table; where there is little room, the interval goes first, then the figures. */
const tableOf = (comparisons: readonly Comparison[], columns: number): readonly Line[] => {
	const rows = comparisons.map((comparison) => ({comparison, words: comparisonWords(comparison)}));
	const confidence = `${(comparisons[0]?.change.confidence ?? 0) * 100}%`;
	const headings = {
		base: 'base',
		candidate: 'candidate',
		change: 'change',
		interval: `${confidence} interval`,
		verdict: 'verdict',
	};
	const widths = (['base', 'candidate', 'change', 'interval', 'verdict'] as const).map((key) => ({
		key,
		width: Math.max(headings[key].length, ...rows.map(({words}) => widthOf(words[key]))),
	}));
	const name = Math.max(6, ...comparisons.map(({metric}) => widthOf(outside(metric).text)));
	const needed = (shown: typeof widths): number => name + shown.reduce((sum, {width}) => sum + width + 2, 0);
	const choices = [[], ['interval'], ['interval', 'base', 'candidate'], ['interval', 'base', 'candidate', 'change']];
	const kept =
		choices.map((left) => widths.filter(({key}) => !left.includes(key))).find((shown) => needed(shown) <= columns) ??
		[];
	return [
		[
			span(left('metric', name), 'muted'),
			...kept.map(({key, width}) =>
				span(`  ${key === 'verdict' ? left(headings[key], width) : right(headings[key], width)}`, 'muted'),
			),
		],
		...rows.map(
			({comparison, words}): Line => [
				span(left(outside(comparison.metric).text, name), 'title'),
				...kept.map(({key, width}) =>
					key === 'verdict'
						? span(`  ${words.verdict}`, verdictTokens[comparison.verdict])
						: span(`  ${right(words[key], width)}`),
				),
			],
		),
	];
};

const comparedLines = ({base, candidate, differ, comparisons}: ComparedRuns, columns: number): readonly Line[] => {
	const sides = [
		['base', base],
		['candidate', candidate],
	] as const;
	const head = sides.map(
		([side, run]): Line => [
			span(left(side, 11), 'muted'),
			span(`${shortId(run.id)}  ${localTime(run.began)}  `),
			outside(run.name, 'title'),
			span(`  ${commitWords(run)}`, 'muted'),
		],
	);
	const said = (text: string, style: Token): readonly Line[] =>
		wrap(outside(text).text, columns, Number.MAX_SAFE_INTEGER).map((row): Line => [span(row, style)]);
	const doubts = sides.flatMap(([side, {validity}]) =>
		validity.reasons.flatMap(({message}) => said(`! ${side}: ${message}`, 'warn')),
	);
	const differences = differ.flatMap((words) => said(`  ${words}`, 'text'));
	if (comparisons.length === 0) {
		return [
			...head,
			...doubts,
			[],
			...said('These runs are not comparable: they ran another load, or elsewhere.', 'warn'),
			...differences,
			[],
			...said('Measure both alike, or press f to compare them all the same.', 'muted'),
		];
	}

	return [
		...head,
		...doubts,
		...(differ.length === 0 ? [] : said('Compared by force, although these differ:', 'warn')),
		...differences,
		[],
		...tableOf(comparisons, columns),
		[],
		...comparisonNotes(comparisons).flatMap((note) => said(note, 'muted')),
	];
};

/** Two runs held against each other. Returns by how many rows it can be scrolled. */
export const putComparison = (canvas: Canvas, {held, scroll}: BrowserState, body: Rectangle): number => {
	if (held === undefined) return 0;
	const columns = Math.max(1, insideOf(body).columns);
	const {loaded} = held;
	const waiting = awaited(loaded, 'comparing …', columns);
	const lines = loaded.state === 'here' ? comparedLines(loaded.value, columns) : (waiting ?? []);
	return putScrolled(canvas, body, titled('Comparison'), lines, scroll);
};
