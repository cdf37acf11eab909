import {render} from 'ink';
import {type Canvas, paintRows} from './canvas.ts';
import type {Paint} from './paint.ts';
import type {Size} from './pane.ts';
import {Screen} from './screen.tsx';
import {createStage} from './stage.ts';
import {type Display, hasKeys, type KeySource} from './streams.ts';

export type Terminal = {
	readonly size: () => Size;
	readonly show: (canvas: Canvas, paint: Paint) => void;
	/** Forgets what is on the screen, so that the next frame is written whole. */
	readonly redraw: () => void;
	readonly write: (text: string) => void;
	readonly setMouse: (on: boolean) => void;
	readonly suspend: () => Promise<void>;
	readonly bytesWritten: () => number;
	readonly listen: (events: TerminalEvents) => void;
	/** Gives the terminal back as it was. Settles soon, whatever has become of the terminal. */
	readonly close: () => Promise<void>;
};

export type TerminalEvents = {
	readonly onKey: (key: string) => void;
	readonly onText: (text: string) => void;
	readonly onMouse: (event: {
		readonly kind: 'press' | 'wheel-up' | 'wheel-down';
		readonly x: number;
		readonly y: number;
	}) => void;
	readonly onResize: () => void;
	/** Something went wrong inside Ink. */
	readonly onFailure: (error: unknown) => void;
};

const patience = 250;

const setRawMode = (stdin: KeySource, raw: boolean): void => {
	try {
		stdin.setRawMode?.(raw);
	} catch {
		// The terminal is gone.
	}
};

/** Takes over the terminal: alternate screen, raw keys, Ink. */
const nobody: TerminalEvents = {onKey() {}, onText() {}, onMouse() {}, onResize() {}, onFailure() {}};

export const openTerminal = (stdin: KeySource, stdout: Display): Terminal => {
	let events = nobody;
	const keys = hasKeys(stdin);
	// First of all: a key typed before raw mode would be echoed and push the first frame out of place.
	if (keys) setRawMode(stdin, true);
	const stage = createStage(stdout);
	const redraw = (): void => {
		ink.clear();
		stage.forget();
	};
	const resized = (): void => {
		redraw();
		events.onResize();
	};
	// Before Ink's own listener, so that it never lays out an old frame in the new size.
	stage.stdout.on('resize', resized);
	const ink = render(null, {
		stdin,
		stdout: stage.stdout,
		exitOnCtrlC: false,
		patchConsole: false,
		alternateScreen: true,
		interactive: true,
		// The stage finds the changes itself, by cells.
		incrementalRendering: false,
		isScreenReaderEnabled: false,
	});
	const exited = ink.waitUntilExit().then(
		() => undefined,
		(error) => events.onFailure(error),
	);
	return {
		size: () => ({
			columns: stdout.columns || 80,
			// The Windows console scrolls when its last cell is written.
			rows: Math.max(1, (stdout.rows || 24) - (process.platform === 'win32' ? 1 : 0)),
		}),
		show: (canvas, paint) => {
			stage.prepare(canvas, paint);
			ink.rerender(
				<Screen
					rows={paintRows(canvas, paint)}
					columns={canvas.columns}
					keys={keys}
					onKey={(key) => events.onKey(key)}
				/>,
			);
		},
		redraw,
		write: (text) => {
			stdout.write(text);
		},
		setMouse: () => {},
		suspend: async () => {},
		bytesWritten: () => 0,
		listen: (next) => {
			events = next;
		},
		close: async () => {
			stage.close();
			ink.unmount();
			let timer: NodeJS.Timeout | undefined;
			const enough = new Promise<void>((resolve) => {
				timer = setTimeout(resolve, patience);
			});
			await Promise.race([exited, enough]);
			clearTimeout(timer);
			if (!keys) return;
			setRawMode(stdin, false);
			stdin.pause();
			stdin.unref?.();
		},
	};
};
