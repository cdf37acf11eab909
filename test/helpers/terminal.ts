import {PassThrough, Writable} from 'node:stream';
import xterm from '@xterm/headless';
import type {Display, KeySource} from '../../source/tui/streams.ts';

/** A terminal in memory: what is written to `stdout` ends up in real cells; what is typed arrives at `stdin`. */
export type FakeTerminal = {
	readonly stdin: KeySource & PassThrough;
	readonly stdout: Display & Writable;
	/** Bytes written so far. */
	readonly bytes: () => number;
	readonly written: () => string;
	readonly type: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** The screen's rows, right blanks removed. Settles when all that was written has been taken in. */
	readonly text: () => Promise<string[]>;
	/** Whether any row had to be continued on the next one. */
	readonly wrapped: () => Promise<boolean>;
	/** Whether any cell has a colour of its own. */
	readonly coloured: () => Promise<boolean>;
	/** The grounds of all cells, each once: 'default', or the mode and number that the emulator has for it. */
	readonly grounds: () => Promise<string[]>;
	/** What is left behind: the screen in use, the cursor, raw mode. */
	readonly left: () => Promise<{screen: 'normal' | 'alternate'; cursor: boolean; raw: boolean}>;
	/** Makes every further write fail, as a closed terminal does. */
	readonly breakDown: () => void;
};

export type FakeTerminalOptions = {readonly keys?: boolean; readonly depth?: number};

export const fakeTerminal = (columns: number, rows: number, options: FakeTerminalOptions = {}): FakeTerminal => {
	const {keys = true, depth = 24} = options;
	const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0, convertEol: true});
	let bytes = 0;
	let written = '';
	let raw = false;
	let cursor = true;
	let broken = false;
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk: string | Buffer, _encoding, callback) {
				if (broken) {
					callback(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}));
					return;
				}

				const text = chunk.toString();
				bytes += Buffer.byteLength(text);
				written += text;
				for (const [, shown] of text.matchAll(/\u001b\[\?25([hl])/g)) cursor = shown === 'h';
				screen.write(text);
				callback();
			},
		}),
		{isTTY: true, columns, rows, getColorDepth: () => depth, hasColors: () => depth > 1},
	);
	const stdin = Object.assign(new PassThrough(), {
		isTTY: keys,
		setRawMode: (mode: boolean) => {
			raw = mode;
		},
		ref: () => {},
		unref: () => {},
	});
	const settled = (): Promise<void> => new Promise((resolve) => screen.write('', resolve));
	const line = (row: number) => screen.buffer.active.getLine(row);
	const range = (): number[] => Array.from({length: stdout.rows}, (_, row) => row);
	return {
		stdin,
		stdout,
		bytes: () => bytes,
		written: () => written,
		type: (text) => {
			stdin.write(text);
		},
		resize: (newColumns, newRows) => {
			Object.assign(stdout, {columns: newColumns, rows: newRows});
			screen.resize(newColumns, newRows);
			stdout.emit('resize');
		},
		text: async () => {
			await settled();
			return range().map((row) => line(row)?.translateToString(true) ?? '');
		},
		wrapped: async () => {
			await settled();
			return range().some((row) => line(row)?.isWrapped === true);
		},
		coloured: async () => {
			await settled();
			return range().some((row) =>
				Array.from({length: stdout.columns}, (_, column) => line(row)?.getCell(column)).some(
					(cell) => cell !== undefined && (!cell.isFgDefault() || !cell.isBgDefault()),
				),
			);
		},
		grounds: async () => {
			await settled();
			const found = range().flatMap((row) =>
				Array.from({length: stdout.columns}, (_, column) => {
					const cell = line(row)?.getCell(column);
					return cell === undefined || cell.isBgDefault() ? 'default' : `${cell.getBgColorMode()}:${cell.getBgColor()}`;
				}),
			);
			return [...new Set(found)];
		},
		left: async () => {
			await settled();
			return {screen: screen.buffer.active.type, cursor, raw};
		},
		breakDown: () => {
			broken = true;
		},
	};
};

/** Waits until something holds; fails after two seconds, or as many milliseconds as given. */
export const until = async (
	holds: () => boolean | Promise<boolean>,
	what = 'the expected state',
	patience = 2000,
): Promise<void> => {
	const end = performance.now() + patience;
	while (!(await holds())) {
		if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
};
