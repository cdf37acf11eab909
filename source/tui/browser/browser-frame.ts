import {type Canvas, createCanvas, put} from '../canvas.ts';
import {putFramed} from '../compose.ts';
import {keyPiece, typedLine} from '../footer.ts';
import {helpOf, keyHelp} from '../help.ts';
import type {Rectangle} from '../layout.ts';
import {clip, clipLine, fitting, type Line, lineWidth, outside, span, spread, wrap} from '../line.ts';
import type {Size} from '../pane.ts';
import type {ScreenName} from './browser-keys.ts';
import {type BrowserState, currentRun, means, screenOf} from './browser-state.ts';
import {putComparison, putDetails, putHistory} from './history-frame.ts';
import {type Hit, insideOf} from './list.ts';
import {putStart, startLine, urlHint} from './start-frame.ts';
import {putTrend} from './trend-frame.ts';

/** The screen, and what came of laying it out. */
export type BrowserFrame = {
	readonly canvas: Canvas;
	readonly hits: readonly Hit[];
	/** Rows by which what has the keys can be scrolled at most. */
	readonly mostScroll: number;
};

const words: Readonly<Record<ScreenName, string>> = {
	start: 'START',
	history: 'HISTORY',
	details: 'RUN',
	trend: 'TREND',
	comparison: 'COMPARISON',
};

const headerLine = (state: BrowserState, columns: number): Line => {
	const chip: Line = [
		...(columns < 50 ? [] : [span(' benchtop ', 'header')]),
		span(` ◆ ${words[screenOf(state)]}`, 'accent'),
	];
	const place = state.history.state === 'here' ? state.history.value.location : '';
	const room = columns - lineWidth(chip) - 4;
	// Of a path its end says most.
	const text = outside(place).text;
	const shown = text.length <= room ? text : room > 12 ? `…${text.slice(1 - room)}` : '';
	return spread(chip, [span(shown, 'muted'), span(' ')], columns);
};

const footer = (state: BrowserState, columns: number): Line => {
	const {overlay} = state;
	if (overlay?.kind === 'prompt' && overlay.purpose === 'filter') return typedLine('/', overlay.text, columns);
	const waiting: Line[] = state.opening === undefined ? [] : [[span(`${state.opening} …`, 'accent')]];
	const told: Line[] =
		state.message === undefined ? [] : [[span(clip(outside(state.message).text, columns - 2), 'accent')]];
	const keys = state.bindings
		.filter(({brief, when}) => brief !== undefined && means(state, when))
		.map(({keys: [key = ''], brief = ''}) => keyPiece(key, brief));
	return [span(' '), ...fitting([...waiting, ...told, ...keys], columns - 1)];
};

const centred = ({columns, rows}: Size, wide: number, high: number): Rectangle => {
	const within = {columns: Math.min(columns, wide), rows: Math.min(rows, high)};
	return {
		x: Math.floor((columns - within.columns) / 2),
		y: Math.floor((rows - within.rows) / 2),
		...within,
	};
};

const putOver = (canvas: Canvas, rectangle: Rectangle, title: string, lines: readonly Line[], foot: string): void =>
	putFramed(canvas, rectangle, {
		title: [span(title, 'title')],
		note: [],
		foot: [span(foot, 'muted')],
		lines: lines.map((line) => clipLine(line, insideOf(rectangle).columns)),
		border: 'borderFocus',
		ground: 'overlay',
	});

const widestBox = 90;
/** More than any notice is long: it is there to be read. */
const mostNoticeRows = 100;

const signLine: Line = [span('?            ', 'unsure'), span('beside a figure: not to be relied on, or not judged')];

/** Returns by how many rows the help can be scrolled at most. */
const putHelp = (canvas: Canvas, state: BrowserState, scroll: number): number => {
	const size = insideOf({x: 0, y: 0, columns: canvas.columns, rows: canvas.rows});
	const notices = state.notices.flatMap((text) =>
		wrap(outside(`! ${text}`).text, Math.min(size.columns, widestBox), mostNoticeRows).map(
			(row): Line => [span(row, 'warn')],
		),
	);
	const keys = helpOf(keyHelp(state.bindings.filter(({when}) => means(state, when))), [[signLine]], size);
	// First of all: they are why somebody opens it who knows the keys.
	const lines = [...notices, ...(notices.length > 0 ? [[]] : []), ...keys];
	const most = Math.max(0, lines.length - size.rows);
	const from = Math.min(scroll, most);
	const wide = Math.max(20, ...lines.map(lineWidth)) + 4;
	const more = from < most ? `  ↓ ${most - from}` : '';
	const rectangle = centred(canvas, wide, lines.length + 2);
	putOver(canvas, rectangle, 'Help', lines.slice(from, from + size.rows), `? or Esc closes${more}`);
	return most;
};

const promptTitles = {url: 'Load a URL', baseline: 'Name of the baseline'} as const;

/** The line that is typed, what is wrong with it, and how it is meant. */
const putPrompt = (
	canvas: Canvas,
	state: BrowserState,
	{purpose, text, fault}: {readonly purpose: 'url' | 'baseline'; readonly text: string; readonly fault?: string},
): void => {
	const wide = Math.min(canvas.columns, widestBox);
	const room = Math.max(1, wide - 4);
	const run = currentRun(state);
	const hint: Line =
		purpose === 'url'
			? urlHint(room)
			: [span('of ', 'muted'), outside(run?.name ?? ''), span(': later runs are shown against it', 'muted')];
	const said: readonly Line[] =
		state.opening !== undefined
			? [[span(`${state.opening} …`, 'accent')]]
			: fault === undefined
				? [hint]
				: wrap(outside(`✕ ${fault}`).text, room, 6).map((row): Line => [span(row, 'bad')]);
	const lines = [typedLine('> ', text, room), ...said];
	const rectangle = centred(canvas, wide, lines.length + 2);
	putOver(canvas, rectangle, promptTitles[purpose], lines, 'Enter takes it, Esc leaves it');
};

const putFault = (canvas: Canvas, message: string): void => {
	const wide = Math.min(canvas.columns, widestBox);
	const lines = wrap(outside(`✕ ${message}`).text, Math.max(1, wide - 4), 10).map((row): Line => [span(row, 'bad')]);
	putOver(canvas, centred(canvas, wide, lines.length + 2), 'This did not work', lines, 'any key closes this');
};

/** A terminal with no room for a box: what is typed, or wrong, in one row. */
const overLine = (state: BrowserState, columns: number): Line | undefined => {
	const {overlay} = state;
	if (overlay?.kind === 'fault') return [outside(`✕ ${overlay.message}`, 'bad')];
	if (overlay?.kind !== 'prompt') return undefined;
	return overlay.fault === undefined ? typedLine('> ', overlay.text, columns) : [outside(`✕ ${overlay.fault}`, 'bad')];
};

const leastBoxRows = 4;
const leastBoxColumns = 20;

/** The whole screen, exactly of the given size. */
export const browserFrame = (state: BrowserState, {columns, rows}: Size): BrowserFrame => {
	const canvas = createCanvas(columns, rows, state.choices.charset);
	const {overlay} = state;
	const screen = screenOf(state);
	const top = rows >= 4 ? 1 : 0;
	const bottom = rows >= 2 ? 1 : 0;
	if (top > 0) put(canvas, 0, 0, headerLine(state, columns), columns);
	const body = {x: 0, y: top, columns, rows: rows - top - bottom};
	let hits: readonly Hit[] = [];
	let mostScroll = 0;
	switch (screen) {
		case 'start':
			if (body.rows === 1) put(canvas, 0, body.y, startLine(state, columns), columns);
			else hits = putStart(canvas, state, body);
			break;
		case 'history':
			hits = putHistory(canvas, state, body);
			break;
		case 'details':
			mostScroll = putDetails(canvas, state, body);
			break;
		case 'trend':
			mostScroll = putTrend(canvas, state, body);
			break;
		case 'comparison':
			mostScroll = putComparison(canvas, state, body);
	}

	if (bottom > 0) put(canvas, 0, rows - 1, footer(state, columns), columns);
	const boxed = rows >= leastBoxRows && columns >= leastBoxColumns;
	if (!boxed) {
		const line = overLine(state, columns);
		if (line !== undefined) {
			put(canvas, 0, rows - 1, [span(' '.repeat(columns))], columns);
			put(canvas, 0, rows - 1, clipLine(line, columns), columns);
		}
	} else if (overlay?.kind === 'help') {
		mostScroll = putHelp(canvas, state, overlay.scroll);
	} else if (overlay?.kind === 'fault') {
		putFault(canvas, overlay.message);
	} else if (overlay?.kind === 'prompt' && overlay.purpose !== 'filter') {
		putPrompt(canvas, state, {...overlay, purpose: overlay.purpose});
	}

	return {canvas, hits, mostScroll};
};
