import {latencyUnitName} from '../core/units.ts';
import {type Canvas, createCanvas, put} from './canvas.ts';
import {type Framed, putFramed} from './compose.ts';
import {footerLine, promptLine} from './footer.ts';
import {headerLines, oneLine, statusLine} from './header.ts';
import {helpLines} from './help.ts';
import {borderColumns, borderRows, layout, type Place, type Rectangle} from './layout.ts';
import {clipLine, type Line, left, lineWidth, outside, span} from './line.ts';
import {completionsOf} from './overlays.ts';
import type {Pane, Size, View} from './pane.ts';
import {panesFor, panesOf} from './presets.ts';
import type {Item, Overlay, ViewState} from './view-state.ts';

/** The screen, and what came of laying it out. */
export type Frame = {
	readonly canvas: Canvas;
	/** Where each pane stands, for the mouse and for copies. */
	readonly places: readonly Place[];
	/** Rows by which what has the keys can be scrolled at most. */
	readonly mostScroll: number;
	/** Names of the panes that the run has something for, in the order of their numbers. */
	readonly offered: readonly string[];
};

/** The user's own arrangement. */
export type Arrangement = {
	/** Names of panes, the first one first. */
	readonly order: readonly string[];
	/** Relative widths of the columns. */
	readonly ratios: readonly number[];
};

const inner = ({columns, rows}: Rectangle): Size => ({
	columns: Math.max(0, columns - borderColumns),
	rows: Math.max(0, rows - borderRows),
});

type Scrolled = {
	readonly lines: readonly Line[];
	readonly most: number;
	readonly above: number;
	readonly below: number;
};

/** What of the lines is seen when they were scrolled by so many rows from the end that is shown first. */
const scrolled = (lines: readonly Line[], rows: number, by: number, scroll: Pane['scroll'], heads = 0): Scrolled => {
	if (scroll === undefined || lines.length <= rows) return {lines, most: 0, above: 0, below: 0};
	const head = lines.slice(0, heads);
	const body = lines.slice(head.length);
	const room = Math.max(0, rows - head.length);
	const most = body.length - room;
	const offset = Math.min(by, most);
	const above = scroll.from === 'start' ? offset : most - offset;
	return {lines: [...head, ...body.slice(above, above + room)], most, above, below: most - above};
};

/** How much of a list is out of sight. */
const scrollNote = ({above, below}: Scrolled): Line => {
	const parts = [...(above > 0 ? [`↑ ${above}`] : []), ...(below > 0 ? [`↓ ${below}`] : [])];
	return parts.length === 0 ? [] : [span(parts.join(' '), 'muted')];
};

const centred = (columns: number, rows: number, wide: number, high: number): Rectangle => {
	const within: Size = {columns: Math.min(columns, wide), rows: Math.min(rows, high)};
	return {
		x: Math.floor((columns - within.columns) / 2),
		y: Math.floor((rows - within.rows) / 2),
		...within,
	};
};

type Box = Pick<Framed, 'title' | 'foot' | 'lines'>;

const putBox = (canvas: Canvas, rectangle: Rectangle, {title, foot, lines}: Box): void =>
	putFramed(canvas, rectangle, {title, note: [], foot, lines, border: 'borderFocus', ground: 'overlay'});

const itemLine = ({name, about}: Item, index: number, chosen: boolean, nameColumns: number, columns: number): Line => {
	const words = `${chosen ? '▶' : ' '} ${index < 9 ? index + 1 : ' '} ${left(outside(name).text, nameColumns)}  ${outside(about).text}`;
	return [span(left(words, columns), chosen ? 'selection' : 'text')];
};

const choiceTitles = {
	baseline: 'Compare with',
	export: 'Write the report as',
	screenshot: 'Write the screen as',
} as const satisfies Record<Extract<Overlay, {readonly kind: 'choice'}>['purpose'], string>;

/** The part of a list around the chosen item that fits so many rows. */
const around = <T>(
	items: readonly T[],
	chosen: number,
	rows: number,
): {readonly first: number; readonly shown: readonly T[]} => {
	const first = Math.max(0, Math.min(items.length - rows, chosen - Math.floor(rows / 2)));
	return {first, shown: items.slice(first, first + rows)};
};

const putChoice = (canvas: Canvas, choice: Extract<Overlay, {readonly kind: 'choice'}>): void => {
	const {columns, rows} = canvas;
	const nameColumns = Math.min(28, Math.max(...choice.items.map(({name}) => name.length)));
	const wide = Math.min(
		columns,
		Math.max(36, ...choice.items.map(({about}) => nameColumns + about.length + 6)) + borderColumns,
	);
	const {first, shown} = around(choice.items, choice.chosen, Math.max(1, rows - borderRows));
	const lines = shown.map((item, index) =>
		itemLine(item, first + index, first + index === choice.chosen, nameColumns, wide - borderColumns),
	);
	putBox(canvas, centred(columns, rows, wide, shown.length + borderRows), {
		title: [span(choiceTitles[choice.purpose], 'title')],
		foot: [span('Enter takes it, Esc leaves it', 'muted')],
		lines,
	});
};

const mostCompletions = 10;

const putCompletions = (
	canvas: Canvas,
	state: ViewState,
	prompt: Extract<Overlay, {readonly kind: 'prompt'}>,
): void => {
	const items = completionsOf(state, prompt);
	const {columns, rows} = canvas;
	const {first, shown} = around(items, prompt.chosen, Math.max(0, Math.min(mostCompletions, rows - borderRows - 2)));
	if (shown.length === 0) return;
	const nameColumns = Math.max(...items.map(({name}) => name.length));
	const wide = Math.min(columns, 76);
	const lines = shown.map((item, index): Line => {
		const chosen = first + index === prompt.chosen;
		const words = `${left(item.name, nameColumns)}  ${item.about}`;
		return [span(left(words, wide - borderColumns), chosen ? 'selection' : 'text')];
	});
	const high = shown.length + borderRows;
	putBox(
		canvas,
		{x: 0, y: Math.max(0, rows - 1 - high), columns: wide, rows: high},
		{
			title: [span('Commands', 'title')],
			foot: [span('Tab completes, Enter does it, Esc leaves it', 'muted')],
			lines,
		},
	);
};

/** Returns by how many rows the help can be scrolled at most. */
const putHelp = (
	canvas: Canvas,
	state: ViewState,
	panes: ReadonlyArray<readonly [number: string, pane: Pane]>,
	scroll: number,
): number => {
	const {columns, rows} = canvas;
	const room = inner({x: 0, y: 0, columns, rows});
	const lines = helpLines(state.bindings, state.playback !== undefined, panes, room);
	const wide = Math.min(columns, Math.max(...lines.map(lineWidth)) + borderColumns);
	const seen = scrolled(lines, room.rows, scroll, {from: 'start'});
	const more = scrollNote(seen);
	putBox(canvas, centred(columns, rows, wide, Math.min(rows, lines.length + borderRows)), {
		title: [span('Help', 'title')],
		foot: [span('? or Esc closes', 'muted'), ...(more.length === 0 ? [] : [span('  ', 'muted'), ...more])],
		lines: seen.lines.map((line) => clipLine(line, wide - borderColumns)),
	});
	return seen.most;
};

/** Where the panes of this size and state stand. */
const arranged = (
	state: ViewState,
	{columns, rows}: Size,
	panes: readonly Pane[],
	offered: readonly Pane[],
	{order, ratios}: Arrangement,
) => {
	const found = panesOf(state.choices.layout, offered, order);
	// A preset that has nothing for the run says so.
	const chosen = found.length > 0 ? found : panesOf(state.choices.layout, panes, order);
	const focused = panes.find(({name}) => name === state.focus);
	// A pane that the preset leaves out is shown as long as it has the focus.
	const shown = focused === undefined || chosen.some(({name}) => name === focused.name) ? chosen : [focused, ...chosen];
	return layout(columns, rows, shown, state.focus, state.zoom, ratios);
};

/** The key that focuses a pane, by its place among those that are offered. */
const numberOf = (place: number): string => (place < 0 || place > 9 ? '·' : String((place + 1) % 10));

/** All panes as the help lists them: those that the run has nothing for have no number. */
const helped = (
	panes: readonly Pane[],
	offered: readonly Pane[],
): ReadonlyArray<readonly [number: string, pane: Pane]> => {
	const names = offered.map(({name}) => name);
	const others = panes.filter(({name}) => !names.includes(name));
	return [...offered, ...others].map((pane) => [numberOf(names.indexOf(pane.name)), pane]);
};

const noArrangement: Arrangement = {order: [], ratios: []};

/** The whole screen, exactly of the given size. */
export const frame = (
	state: ViewState,
	view: View,
	size: Size,
	panes: readonly Pane[],
	arrangement: Arrangement = noArrangement,
): Frame => {
	const {columns, rows} = size;
	const {overlay} = state;
	const canvas = createCanvas(columns, rows, view.charset);
	const offered = panesFor(view.run, panes);
	const names = offered.map(({name}) => name);
	const plan = arranged(state, size, panes, offered, arrangement);
	if (plan.kind === 'line') {
		const asked =
			overlay?.kind === 'question' ||
			overlay?.kind === 'prompt' ||
			state.message !== undefined ||
			(state.going !== undefined && !state.over);
		if (rows > 0) put(canvas, 0, 0, oneLine(state, view, columns), columns);
		if (rows > 1 || asked) put(canvas, 0, rows > 1 ? 1 : 0, footerLine(state, columns), columns);
		if (overlay?.kind === 'choice') putChoice(canvas, overlay);
		return {canvas, places: [], mostScroll: 0, offered: names};
	}

	let mostScroll = 0;
	for (const [row, line] of headerLines(state, view, columns, plan.header).entries())
		put(canvas, 0, row, line, columns);
	for (const {name, rectangle} of plan.places) {
		const pane = panes.find((each) => each.name === name);
		if (pane === undefined) continue;
		const focused = name === state.focus;
		const room = inner(rectangle);
		const unit = pane.latency ? ` ${latencyUnitName(view.latencyUnit)}` : '';
		const title = `${numberOf(names.indexOf(name))} ${pane.title}${unit}`;
		const drawn = pane.draw(view, room, {focused, zoomed: state.zoom});
		const heads = pane.scroll?.head?.(view, room) ?? 0;
		const seen = scrolled(drawn, room.rows, focused ? state.scroll : 0, pane.scroll, heads);
		if (focused) mostScroll = seen.most;
		const note = [...(pane.note?.(view) ?? [])];
		const more = scrollNote(seen);
		putFramed(canvas, rectangle, {
			title: [span(focused ? `[${title}]` : title, focused ? 'borderFocus' : 'title')],
			note,
			foot: more.length > 0 ? more : (pane.foot?.(view) ?? []),
			lines: seen.lines,
			border: focused ? 'borderFocus' : 'border',
		});
	}

	const bottom = plan.body.y + plan.body.rows;
	if (plan.footer > 1) put(canvas, 0, bottom, statusLine(view, columns), columns);
	if (overlay?.kind === 'prompt') putCompletions(canvas, state, overlay);
	put(
		canvas,
		0,
		rows - 1,
		overlay?.kind === 'prompt' ? promptLine(overlay, columns) : footerLine(state, columns),
		columns,
	);
	if (overlay?.kind === 'choice') putChoice(canvas, overlay);
	if (overlay?.kind === 'help') mostScroll = putHelp(canvas, state, helped(panes, offered), overlay.scroll);
	return {canvas, places: plan.places, mostScroll, offered: names};
};
