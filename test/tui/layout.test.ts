import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {charsetChoices, layoutPresets} from '../../source/config/view-choices.ts';
import {charsets} from '../../source/core/charset.ts';
import {emptyRunState} from '../../source/core/run-state.ts';
import {type Layout, layout} from '../../source/tui/layout.ts';
import {panes as allPanes} from '../../source/tui/panes/index.ts';
import {panesFor, presets} from '../../source/tui/presets.ts';

const panes = panesFor(emptyRunState, allPanes);

const focuses = panes.map(({name}) => name);

const checkCover = ({body, places, header, footer}: Layout, columns: number, rows: number): void => {
	const cells = new Uint8Array(columns * rows);
	for (const {rectangle} of places) {
		const {x, y, columns: wide, rows: high} = rectangle;
		expect(wide).toBeGreaterThan(0);
		expect(high).toBeGreaterThan(0);
		expect(x >= 0 && y >= 0 && x + wide <= columns && y + high <= rows).toBe(true);
		for (let row = y; row < y + high; row++)
			for (let column = x; column < x + wide; column++) cells[row * columns + column]! += 1;
	}

	expect(header + footer).toBeLessThanOrEqual(rows);
	const wrong = cells.findIndex((times, cell) => {
		const row = Math.floor(cell / columns);
		return times !== (row >= body.y && row < body.y + body.rows ? 1 : 0);
	});
	expect(wrong).toBe(-1);
};

describe('layout', () => {
	test('for any size: inside, disjoint, covering the body, the focused pane among them', () => {
		fc.assert(
			fc.property(
				fc.integer({min: 1, max: 300}),
				fc.integer({min: 1, max: 100}),
				fc.constantFrom(...focuses),
				fc.boolean(),
				(columns, rows, focus, zoom) => {
					const made = layout(columns, rows, panes, focus, zoom);
					checkCover(made, columns, rows);
					if (made.kind !== 'line') expect(made.places.map(({name}) => name)).toContain(focus);
				},
			),
			{numRuns: 600},
		);
	});

	test.each([
		[1, 1, 'line', 0],
		[23, 60, 'line', 0],
		[39, 7, 'line', 0],
		[20, 3, 'line', 0],
		[24, 8, 'single', 1],
		[39, 24, 'single', 1],
		[40, 8, 'single', 1],
		[60, 11, 'single', 1],
		[79, 60, 'single', 1],
		[80, 24, 'board', 5],
		[99, 40, 'board', 7],
		[120, 40, 'board', 8],
		[200, 60, 'board', 10],
	] as const)('%d×%d is %s with %d panes', (columns, rows, kind, count) => {
		const made = layout(columns, rows, panes, 'latency', false);
		expect(made.kind).toBe(kind);
		expect(made.places.length).toBe(count);
	});

	test('80×24 stands as it was drawn', () => {
		const made = layout(80, 24, panes, 'latency', false);
		expect(made.places).toEqual([
			{name: 'latency', rectangle: {x: 0, y: 2, columns: 80, rows: 10}},
			{name: 'throughput', rectangle: {x: 0, y: 12, columns: 40, rows: 6}},
			{name: 'resources', rectangle: {x: 40, y: 12, columns: 40, rows: 6}},
			{name: 'status', rectangle: {x: 0, y: 18, columns: 40, rows: 5}},
			{name: 'events', rectangle: {x: 40, y: 18, columns: 40, rows: 5}},
		]);
	});

	test('a focused pane that the board leaves out takes the first place', () => {
		const made = layout(80, 24, panes, 'latency-over-time', false);
		expect(made.places[0]?.name).toBe('latency-over-time');
	});

	test('200×60 has three columns', () => {
		const made = layout(200, 60, panes, 'latency', false);
		expect(new Set(made.places.map(({rectangle}) => rectangle.x)).size).toBe(3);
	});

	test('a zoomed pane has the body to itself', () => {
		const made = layout(120, 40, panes, 'events', true);
		expect(made.places).toEqual([{name: 'events', rectangle: made.body}]);
	});
});

test('flags and settings know the layouts that there are', () => {
	expect(layoutPresets).toEqual(presets.map(({name}) => name));
	expect(charsetChoices).toEqual(['auto', ...charsets]);
});
