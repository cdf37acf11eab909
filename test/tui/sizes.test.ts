import xterm from '@xterm/headless';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {charsets} from '../../source/core/charset.ts';
import {builtInThemes as themes} from '../../source/core/theme.ts';
import {paintRows} from '../../source/tui/canvas.ts';
import {type Frame, frame} from '../../source/tui/frame.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {presets} from '../../source/tui/presets.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import type {Overlay, ViewState} from '../../source/tui/view-state.ts';
import {paneStates} from '../contracts/pane.ts';
import {openBoard} from '../helpers/board.ts';

const names = panes.map(({name}) => name);
const overlays: ReadonlyArray<Overlay | undefined> = [
	undefined,
	{kind: 'help', scroll: 0},
	{kind: 'help', scroll: 7},
	{kind: 'question'},
	{kind: 'prompt', purpose: 'command', text: 'the', chosen: 0},
	{kind: 'prompt', purpose: 'filter', text: '漢字'.repeat(60), chosen: 0},
	{kind: 'choice', purpose: 'screenshot', items: [{name: 'svg', about: 'x'.repeat(400)}], chosen: 0},
];

/** A screen of a terminal emulator, row by row, and whether any row went on in the next one. */
const emulated = async (rows: readonly string[], columns: number) => {
	const screen = new xterm.Terminal({cols: columns, rows: rows.length, allowProposedApi: true, scrollback: 50});
	const written = rows.map((row, y) => `\u001b[${y + 1};1H${row}`).join('');
	await new Promise<void>((resolve) => screen.write(written, resolve));
	const {active} = screen.buffer;
	const lines = rows.map((_, y) => active.getLine(active.baseY + y));
	return {
		scrolled: active.baseY,
		wrapped: lines.some((line) => line?.isWrapped),
		/** Of every row, what stands in each of its cells. */
		cells: lines.map((line) => Array.from({length: columns}, (_, x) => line?.getCell(x)?.getChars() ?? '')),
	};
};

const corners = {braille: '╭╮╰╯│', block: '┌┐└┘│', ascii: '++++|'} as const;

const expectClosed = (
	{places}: Frame,
	cells: ReadonlyArray<readonly string[]>,
	charset: keyof typeof corners,
): void => {
	const [topLeft, topRight, bottomLeft, bottomRight, side] = corners[charset];
	for (const {rectangle} of places) {
		const {x, y, columns, rows} = rectangle;
		if (columns < 4 || rows < 2) continue;
		const at = (column: number, row: number): string => cells[row]?.[column] ?? '';
		expect([at(x, y), at(x, y + rows - 1)]).toEqual([topLeft, bottomLeft]);
		expect([at(x + columns - 1, y), at(x + columns - 1, y + rows - 1)]).toEqual([topRight, bottomRight]);
		for (let inner = y + 1; inner < y + rows - 1; inner++) {
			expect([at(x, inner), at(x + columns - 1, inner)]).toEqual([side, side]);
		}
	}
};

test('at any size, in any state, no row wraps, nothing scrolls, every border is closed', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({min: 1, max: 300}),
			fc.integer({min: 1, max: 100}),
			fc.constantFrom(...Object.keys(paneStates)),
			fc.record({
				overlay: fc.constantFrom(...overlays),
				focus: fc.constantFrom(...names),
				zoom: fc.boolean(),
				frozen: fc.boolean(),
				scroll: fc.nat(20),
				message: fc.constantFrom(undefined, 'told '.repeat(90)),
				cursor: fc.constantFrom(undefined, 3500),
			}),
			fc.record({
				charset: fc.constantFrom(...charsets),
				layout: fc.constantFrom(...presets.map(({name}) => name)),
				theme: fc.constantFrom(...themes.map(({name}) => name)),
			}),
			fc.array(fc.integer({min: 1, max: 5}), {maxLength: 3}),
			async (columns, rows, name, part, chosen, ratios) => {
				const run = paneStates[name]!;
				const opened = openBoard({panes: names});
				const choices = {...opened.choices, ...chosen};
				const state: ViewState = {...opened, latest: run, shown: run, ...part, choices};
				const look = {...defaultLook, charset: choices.charset, cursor: part.cursor};
				const drawn = frame(state, viewOf(run, look), {columns, rows}, panes, {order: [], ratios});
				const theme = themes.find((each) => each.name === choices.theme)!;
				const painted = paintRows(drawn.canvas, createPaint(theme, 'truecolor'));
				expect(painted.length).toBe(rows);
				const {scrolled, wrapped, cells} = await emulated(painted, columns);
				expect([scrolled, wrapped]).toEqual([0, false]);
				if (part.overlay === undefined) expectClosed(drawn, cells, choices.charset);
			},
		),
		{numRuns: 150},
	);
});
