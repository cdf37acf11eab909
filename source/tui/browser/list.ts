import type {Rectangle} from '../layout.ts';
import {type Line, span} from '../line.ts';
import type {Spot} from './browser-reducer.ts';

/** Where a line of a list stands, for the mouse. */
export type Hit = {readonly spot: Spot; readonly x: number; readonly y: number; readonly columns: number};

/** The stretch of a list around its marked item that so many rows show. */
export type Stretch = {readonly from: number; readonly to: number; readonly note: Line};

/** What of a list is seen, the marked item in the middle where it can be; and how much is out of sight. */
export const stretchOf = (count: number, marked: number, rows: number): Stretch => {
	const room = Math.max(0, rows);
	const from = Math.max(0, Math.min(count - room, marked - Math.floor(room / 2)));
	const to = Math.min(count, from + room);
	const parts = [...(from > 0 ? [`↑ ${from}`] : []), ...(to < count ? [`↓ ${count - to}`] : [])];
	return {from, to, note: parts.length === 0 ? [] : [span(parts.join(' '), 'muted')]};
};

/** What stands inside a border, and its margin. */
export const insideOf = ({x, y, columns, rows}: Rectangle): Rectangle => ({
	x: x + 2,
	y: y + 1,
	columns: Math.max(0, columns - 4),
	rows: Math.max(0, rows - 2),
});
