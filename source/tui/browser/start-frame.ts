import {localTime} from '../../core/run-words.ts';
import {type Canvas, put} from '../canvas.ts';
import {putFramed} from '../compose.ts';
import type {Rectangle} from '../layout.ts';
import {clipLine, type Line, left, lineWidth, outside, span, spread, wrap} from '../line.ts';
import {type BrowserState, type Entry, entryOf, runsOf, type Section, sectionsOf} from './browser-state.ts';
import {type Hit, insideOf, stretchOf} from './list.ts';
import {loadWords, runTable, selectedLine} from './run-table.ts';

/** An entry: what it is, and what is said of it at the right. */
const entryParts = (entry: Entry): readonly [start: Line, end: Line] => {
	switch (entry.kind) {
		case 'url':
			return [[span('URL', 'title'), span('   type or paste one, with flags if you like', 'muted')], []];
		case 'demo':
			return [[span('Demo', 'title'), span('  a built-in shop, with the troubles of a real one', 'muted')], []];
		case 'benchmark':
			return [
				[
					span(entry.isPicked ? '✓ ' : '  ', 'good'),
					outside(entry.benchmark.name, 'title'),
					...(entry.benchmark.about === undefined ? [] : [span('  '), outside(entry.benchmark.about, 'muted')]),
				],
				[outside([...entry.benchmark.tags, entry.benchmark.engine].join(' '), 'muted')],
			];
		case 'attach': {
			const {name, target, began} = entry.running;
			const where = target === name ? [] : [span('  '), outside(target, 'muted')];
			return [
				[span('▶ ', 'good'), outside(name, 'title'), ...where],
				[span(`since ${localTime(began).slice(11)}`, 'muted')],
			];
		}
		case 'again': {
			const {run, lost} = entry.recent;
			const words: Line = [
				outside(run.target),
				...(run.name === run.target ? [] : [span('  '), outside(run.name, 'muted')]),
			];
			return [
				words,
				[lost === undefined ? span(loadWords(run), 'muted') : outside(`! ${lost.split(':')[0] ?? ''}`, 'warn')],
			];
		}
		case 'run':
			return [[outside(entry.run.name)], []];
	}
};

/** An entry keeps so many columns beside what is said at its right. */
const leastEntry = 30;
const leastBesideWarning = 14;

const entryLine = (entry: Entry, selected: boolean, columns: number): Line => {
	const [start, end] = entryParts(entry);
	const head: Line = [span(selected ? '▶ ' : '  '), ...start];
	const least = end[0]?.style === 'warn' ? leastBesideWarning : leastEntry;
	const beside = end.length > 0 && columns - lineWidth(end) - 2 >= Math.min(least, lineWidth(head));
	const line = beside ? spread(head, end, columns) : clipLine(head, columns);
	return selected ? selectedLine(line, columns) : line;
};

const welcome =
	'Nothing is stored yet. Press Enter on Demo to see a benchmark run, or type the URL of your own service.';

/** What stands in place of runs that are not there. */
const instead = ({history}: BrowserState, columns: number, rows: number): readonly Line[] => {
	switch (history.state) {
		case 'loading':
			return [[span('reading the history …', 'muted')]];
		case 'failed':
			return wrap(outside(history.message).text, columns, rows).map((text): Line => [span(text, 'warn')]);
		case 'here':
			return wrap(welcome, columns, rows).map((text): Line => [span(text, 'muted')]);
	}
};

const runFoot = 'Δ ? against the run before: seen, not judged';

/** One list in a border. Returns where its lines stand. */
const putSection = (
	canvas: Canvas,
	state: BrowserState,
	{name, title, entries}: Section,
	rectangle: Rectangle,
): readonly Hit[] => {
	const marked = entryOf(state).key;
	const at = entries.findIndex(({key}) => key === marked);
	const inside = insideOf(rectangle);
	const runs = runsOf(state);
	const table = name === 'runs' && runs.length > 0 ? runTable(runs, inside.columns, state.choices.units) : undefined;
	const head = table === undefined || inside.rows < 2 ? [] : [table.head];
	const {from, to, note} = stretchOf(entries.length, Math.max(0, at), inside.rows - head.length);
	const seen = entries.slice(from, to);
	const lines = seen.map((entry) =>
		table !== undefined && entry.kind === 'run'
			? table.line(entry.run, entry.key === marked)
			: entryLine(entry, entry.key === marked, inside.columns),
	);
	const focused = at >= 0;
	const picked = name === 'suite' ? entries.filter((entry) => entry.kind === 'benchmark' && entry.isPicked).length : 0;
	const more = state.history.state === 'here' && state.history.value.more && name === 'runs';
	putFramed(canvas, rectangle, {
		title: [span(focused ? `[${title}]` : title, focused ? 'borderFocus' : 'title')],
		note:
			picked > 0
				? [span(`${picked} of ${entries.length} picked`, 'good')]
				: more
					? [span(`the newest ${runs.length}`, 'muted')]
					: [],
		foot: [...note, ...(table === undefined ? [] : [span(`${note.length > 0 ? '  ' : ''}${runFoot}`, 'muted')])],
		lines: entries.length === 0 ? instead(state, inside.columns, inside.rows) : [...head, ...lines],
		border: focused ? 'borderFocus' : 'border',
	});
	return seen.map(({key}, row) => ({
		spot: {kind: 'entry', key},
		x: inside.x,
		y: inside.y + head.length + row,
		columns: inside.columns,
	}));
};

const borders = 2;
const leastRuns = 5;
/** From this many columns on, what can be started stands beside what was loaded before. */
const broad = 110;
const mostAtOnce = 6;

/** Heights of lists one over the other: each as high as it is long, the last one what is left. */
const heightsOf = (sections: readonly Section[], rows: number): readonly number[] => {
	let room = rows - leastRuns;
	return sections.map(({entries}, index) => {
		// Each of those that follow must still have a line.
		const kept = (sections.length - 1 - index) * (borders + 1);
		const high = Math.min(entries.length, mostAtOnce) + borders;
		const given = Math.max(borders + 1, Math.min(high, room - kept));
		room -= given;
		return given;
	});
};

const putStack = (
	canvas: Canvas,
	state: BrowserState,
	sections: readonly Section[],
	{x, y, columns, rows}: Rectangle,
	last: boolean,
): readonly Hit[] => {
	const upper = last ? sections.slice(0, -1) : sections;
	const heights = last ? heightsOf(upper, rows) : heightsOf(upper, rows + leastRuns);
	let top = y;
	const hits = sections.flatMap((section, index) => {
		const end = index === sections.length - 1;
		const high = end ? y + rows - top : (heights[index] ?? 0);
		const put = putSection(canvas, state, section, {x, y: top, columns, rows: high});
		top += high;
		return put;
	});
	return hits;
};

/** All entries without borders, for a terminal with no room for lists. */
const putBare = (canvas: Canvas, state: BrowserState, {x, y, columns, rows}: Rectangle): readonly Hit[] => {
	const entries = sectionsOf(state).flatMap((section) => section.entries);
	const marked = entryOf(state).key;
	const {from, to} = stretchOf(
		entries.length,
		entries.findIndex(({key}) => key === marked),
		rows,
	);
	const table = runTable(runsOf(state), columns, state.choices.units);
	return entries.slice(from, to).map((entry, row): Hit => {
		const selected = entry.key === marked;
		const line = entry.kind === 'run' ? table.line(entry.run, selected) : entryLine(entry, selected, columns);
		put(canvas, x, y + row, line, columns);
		return {spot: {kind: 'entry', key: entry.key}, x, y: y + row, columns};
	});
};

/** The lists of the start screen in a part of the screen. Returns where their lines stand. */
export const putStart = (canvas: Canvas, state: BrowserState, body: Rectangle): readonly Hit[] => {
	const {x, y, columns, rows} = body;
	const sections = sectionsOf(state);
	if (columns < 40 || rows < (sections.length - 1) * (borders + 1) + leastRuns) return putBare(canvas, state, body);
	const recent = sections.find(({name}) => name === 'recent');
	if (columns < broad || recent === undefined) return putStack(canvas, state, sections, body, true);
	const [runs] = sections.slice(-1);
	const ways = sections.filter(({name}) => name === 'start' || name === 'suite' || name === 'running');
	const long = ways.reduce((sum, {entries}) => sum + Math.min(entries.length, mostAtOnce) + borders, 0);
	const high = Math.min(
		Math.max(long, Math.min(recent.entries.length, Math.floor(rows / 3)) + borders),
		rows - leastRuns,
	);
	const half = Math.floor(columns * 0.42);
	return [
		...putStack(canvas, state, ways, {x, y, columns: half, rows: high}, false),
		...putSection(canvas, state, recent, {x: x + half, y, columns: columns - half, rows: high}),
		...(runs === undefined ? [] : putSection(canvas, state, runs, {x, y: y + high, columns, rows: rows - high})),
	];
};

/** The marked entry in one row. */
export const startLine = (state: BrowserState, columns: number): Line => {
	const [words] = entryParts(entryOf(state));
	return clipLine([span('▶ '), ...words], columns);
};

/** What the URL field asks for, filled to a width. */
export const urlHint = (columns: number): Line => [
	span(left('For example: localhost:3000/search -c 64 -d 30s -R 2k', columns), 'muted'),
];
