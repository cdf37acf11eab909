import type {Size} from './pane.ts';

export type Rectangle = {readonly x: number; readonly y: number; readonly columns: number; readonly rows: number};

/** What the layout must know of a pane; sizes are inside its border. */
export type Arrangeable = {
	readonly name: string;
	readonly least: Size;
	readonly wants: number;
	readonly rank: number;
};

export type Place = {readonly name: string; readonly rectangle: Rectangle};

export type Layout = {
	/** 'line': no room for a pane at all. 'single': one pane, the focused one. 'board': several. */
	readonly kind: 'line' | 'single' | 'board';
	/** Rows at the top and at the bottom. */
	readonly header: number;
	readonly footer: number;
	readonly body: Rectangle;
	/** Disjoint, and together all of the body. */
	readonly places: readonly Place[];
};

/** Fewer columns hold no figure beside its name, fewer rows no pane beside header and footer. */
const leastForPane: Size = {columns: 24, rows: 8};

/** Rows and columns that a border with its inner margin takes. */
export const borderRows = 2;
export const borderColumns = 4;

/** A row of panes, side by side. */
type Shelf = readonly Arrangeable[];

const least = (shelf: Shelf): number => Math.max(...shelf.map((pane) => pane.least.rows)) + borderRows;
const wants = (shelf: Shelf): number => Math.max(...shelf.map((pane) => pane.wants)) + borderRows;

/** A whole number split in proportion to the weights, without remainder. */
const split = (total: number, weights: readonly number[]): number[] => {
	const sum = weights.reduce((all, weight) => all + weight, 0);
	let before = 0;
	let given = 0;
	return weights.map((weight) => {
		before += weight;
		const upTo = Math.round((total * before) / sum);
		const part = upTo - given;
		given = upTo;
		return part;
	});
};

/** Each shelf gets what it needs; then what it wants; what is left goes to all. */
const heights = (shelves: readonly Shelf[], rows: number): number[] => {
	const lowest = shelves.map(least);
	const needed = lowest.reduce((sum, each) => sum + each, 0);
	const missing = shelves.map((shelf, index) => Math.max(0, wants(shelf) - lowest[index]!));
	const wanted = missing.reduce((sum, each) => sum + each, 0);
	const spare = rows - needed;
	if (spare < wanted) return split(spare, missing).map((extra, index) => lowest[index]! + extra);
	const rest = split(
		spare - wanted,
		shelves.map(() => 1),
	);
	return lowest.map((each, index) => each + missing[index]! + rest[index]!);
};

/** Panes in table order on shelves of so many; `wide` gives the first a shelf of its own. */
const shelve = (panes: readonly Arrangeable[], across: number, wide: boolean): Shelf[] => {
	const rest = wide ? panes.slice(1) : panes;
	const shelves: Shelf[] = wide ? [panes.slice(0, 1)] : [];
	for (let index = 0; index < rest.length; index += across) shelves.push(rest.slice(index, index + across));
	return shelves;
};

/** The widths of a shelf's panes: in the proportions asked for where they are as many, else all the same. */
const widthsOf = (shelf: Shelf, columns: number, ratios: readonly number[]): number[] =>
	split(
		columns,
		shelf.map((_, index) => (ratios.length === shelf.length ? ratios[index]! : 1)),
	);

const fits = (shelves: readonly Shelf[], body: Rectangle, ratios: readonly number[]): boolean =>
	shelves.reduce((sum, shelf) => sum + least(shelf), 0) <= body.rows &&
	shelves.every((shelf) => {
		const widths = widthsOf(shelf, body.columns, ratios);
		return shelf.every((pane, index) => pane.least.columns + borderColumns <= widths[index]!);
	});

/** The focused pane is always there: on a board that leaves it out, it takes the first place. */
const withFocus = (kept: readonly Arrangeable[], focused: Arrangeable): readonly Arrangeable[] =>
	kept.includes(focused) ? kept : [focused, ...kept.slice(1)];

const arrange = (
	panes: readonly Arrangeable[],
	focused: Arrangeable,
	body: Rectangle,
	across: number,
	wide: boolean,
	ratios: readonly number[],
): readonly Shelf[] => {
	for (let count = panes.length; count > 0; count--) {
		const ranks = panes.map(({rank}) => rank).sort((a, b) => a - b);
		const kept = panes.filter(({rank}) => rank <= ranks[count - 1]!);
		const shelves = shelve(withFocus(kept, focused), across, wide);
		if (fits(shelves, body, ratios)) return shelves;
	}

	// Proportions that leave no room for a pane give way before the panes do.
	if (ratios.length > 0) return arrange(panes, focused, body, across, wide, []);

	return [[focused]];
};

const placesOf = (shelves: readonly Shelf[], body: Rectangle, ratios: readonly number[]): Place[] => {
	const rows = heights(shelves, body.rows);
	let y = body.y;
	return shelves.flatMap((shelf, index) => {
		const widths = widthsOf(shelf, body.columns, ratios);
		let x = body.x;
		const placed = shelf.map((pane, position) => {
			const rectangle = {x, y, columns: widths[position]!, rows: rows[index]!};
			x += rectangle.columns;
			return {name: pane.name, rectangle};
		});
		y += rows[index]!;
		return placed;
	});
};

/**
 * Where everything stands, for any size: from 180×50 three columns, from 100×30 two, from 80×24 the first pane broad and
 * two columns under it, from 24×8 one pane, and one line below that. `ratios` are the relative widths of columns.
 */
export const layout = (
	columns: number,
	rows: number,
	panes: readonly Arrangeable[],
	focus: string,
	zoom: boolean,
	ratios: readonly number[] = [],
): Layout => {
	const focused = panes.find(({name}) => name === focus) ?? panes[0];
	if (focused === undefined || columns < leastForPane.columns || rows < leastForPane.rows) {
		return {kind: 'line', header: Math.min(1, rows), footer: 0, body: {x: 0, y: 1, columns, rows: 0}, places: []};
	}

	const board = columns >= 80 && rows >= 24;
	const header = board ? (columns >= 100 && rows >= 36 ? 3 : 2) : 1;
	const footer = board || rows < 10 ? 1 : 2;
	const body = {x: 0, y: header, columns, rows: rows - header - footer};
	if (!board || zoom) {
		const places = [{name: focused.name, rectangle: body}];
		return {kind: board ? 'board' : 'single', header, footer, body, places};
	}

	const across = columns >= 180 && rows >= 50 ? 3 : 2;
	const shelves = arrange(panes, focused, body, across, columns < 100 || rows < 30, ratios);
	return {kind: 'board', header, footer, body, places: placesOf(shelves, body, ratios)};
};
