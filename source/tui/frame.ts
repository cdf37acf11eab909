import {latencyUnitName} from '../core/units.ts';
import {type Canvas, createCanvas, put} from './canvas.ts';
import {putFramed} from './compose.ts';
import {footerLine} from './footer.ts';
import {headerLines, oneLine, statusLine} from './header.ts';
import {helpLines} from './help.ts';
import {borderColumns, borderRows, layout, type Rectangle} from './layout.ts';
import {type Line, lineWidth, span} from './line.ts';
import type {Pane, Size, View} from './pane.ts';
import type {ViewState} from './state.ts';

const inner = ({columns, rows}: Rectangle): Size => ({
	columns: Math.max(0, columns - borderColumns),
	rows: Math.max(0, rows - borderRows),
});

/** What of a pane's lines is seen when it was scrolled by so many rows from the end it shows first. */
const scrolled = ({scroll}: Pane, lines: readonly Line[], rows: number, by: number): readonly Line[] => {
	if (scroll === undefined || lines.length <= rows) return lines;
	const head = scroll.head ? lines.slice(0, 1) : [];
	const body = lines.slice(head.length);
	const room = Math.max(0, rows - head.length);
	const offset = Math.min(by, body.length - room);
	const first = scroll.from === 'start' ? offset : body.length - room - offset;
	return [...head, ...body.slice(first, first + room)];
};

/** The whole screen, exactly of the given size. */
export const frame = (state: ViewState, view: View, {columns, rows}: Size, panes: readonly Pane[]): Canvas => {
	const canvas = createCanvas(columns, rows, view.charset);
	const plan = layout(columns, rows, panes, state.focus, state.zoom);
	if (plan.kind === 'line') {
		const asked = state.overlay === 'question' || (state.going !== undefined && !state.over);
		if (rows > 0) put(canvas, 0, 0, oneLine(state, view, columns), columns);
		if (rows > 1 || asked) put(canvas, 0, rows > 1 ? 1 : 0, footerLine(state, columns), columns);
		return canvas;
	}

	for (const [row, line] of headerLines(state, view, columns, plan.header).entries())
		put(canvas, 0, row, line, columns);
	for (const {name, rectangle} of plan.places) {
		const index = panes.findIndex((pane) => pane.name === name);
		const pane = panes[index];
		if (pane === undefined) continue;
		const focused = name === state.focus;
		const size = inner(rectangle);
		const unit = pane.latency ? ` ${latencyUnitName(view.latencyUnit)}` : '';
		const title = `${index + 1} ${pane.title}${unit}`;
		putFramed(canvas, rectangle, {
			title: [span(focused ? `[${title}]` : title, focused ? 'borderFocus' : 'title')],
			note: pane.note?.(view) ?? [],
			foot: pane.foot?.(view) ?? [],
			lines: scrolled(pane, pane.draw(view, size, {focused, zoomed: state.zoom}), size.rows, 0),
			border: focused ? 'borderFocus' : 'border',
		});
	}

	const bottom = plan.body.y + plan.body.rows;
	if (plan.footer > 1) put(canvas, 0, bottom, statusLine(view, columns), columns);
	put(canvas, 0, rows - 1, footerLine(state, columns), columns);
	if (state.overlay === 'help') {
		const lines = helpLines(panes, inner({x: 0, y: 0, columns, rows}));
		const wide = Math.min(columns, Math.max(...lines.map(lineWidth)) + borderColumns);
		const high = Math.min(rows, lines.length + borderRows);
		const rectangle = {
			x: Math.floor((columns - wide) / 2),
			y: Math.floor((rows - high) / 2),
			columns: wide,
			rows: high,
		};
		putFramed(canvas, rectangle, {
			title: [span('Help', 'title')],
			note: [],
			foot: [span('? or Esc closes', 'muted')],
			lines,
			border: 'borderFocus',
			ground: 'overlay',
		});
	}

	return canvas;
};
