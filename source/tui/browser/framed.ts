import type {Canvas} from '../canvas.ts';
import {type Framed, putFramed} from '../compose.ts';
import type {Rectangle} from '../layout.ts';
import {type Line, outside, span, wrap} from '../line.ts';
import type {Loaded} from './browser-state.ts';
import {insideOf} from './list.ts';

/** Lines in a border. */
export const putBox = (
	canvas: Canvas,
	rectangle: Rectangle,
	framed: Pick<Framed, 'title' | 'lines'> & Partial<Framed>,
): void => putFramed(canvas, rectangle, {note: [], foot: [], border: 'border', ...framed});

/** A title, and the name of what it is about. */
export const titled = (text: string, name?: string): Line => [
	span(text, 'title'),
	...(name === undefined ? [] : [span(' '), outside(name, 'accent')]),
];

/** A text that is scrolled in a border; returns by how many rows it can be. */
export const putScrolled = (
	canvas: Canvas,
	rectangle: Rectangle,
	title: Line,
	lines: readonly Line[],
	scroll: number,
): number => {
	const {rows} = insideOf(rectangle);
	const most = Math.max(0, lines.length - rows);
	const from = Math.min(scroll, most);
	const parts = [...(from > 0 ? [`↑ ${from}`] : []), ...(from < most ? [`↓ ${most - from}`] : [])];
	putBox(canvas, rectangle, {
		title,
		foot: parts.length === 0 ? [] : [span(parts.join(' '), 'muted')],
		lines: lines.slice(from, from + rows),
		border: 'borderFocus',
	});
	return most;
};

/** Words while something is awaited, or when it cannot be had; `undefined` when it is here. */
export const awaited = (loaded: Loaded<unknown>, words: string, columns: number): readonly Line[] | undefined => {
	if (loaded.state === 'here') return undefined;
	if (loaded.state === 'loading') return [[span(words, 'muted')]];
	return wrap(outside(loaded.message).text, columns, 20).map((text): Line => [span(text, 'warn')]);
};
