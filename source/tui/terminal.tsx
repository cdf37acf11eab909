import {render} from 'ink';
import type {Size} from './pane.ts';
import {Screen} from './screen.tsx';

/** Where keys come from: a terminal, or something that has none. */
export type KeySource = NodeJS.ReadableStream & {
	readonly isTTY?: boolean;
	readonly setRawMode?: (raw: boolean) => unknown;
	readonly unref?: () => unknown;
};

/** The terminal that is drawn on. */
export type Display = NodeJS.WritableStream & {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
	readonly getColorDepth?: (environment?: object) => number;
};

export type Terminal = {
	readonly size: () => Size;
	readonly show: (rows: readonly string[]) => void;
	/** Forgets what is on the screen, so that the next frame is drawn whole. */
	readonly redraw: () => void;
	/** Gives the terminal back as it was. Settles soon, whatever has become of the terminal. */
	readonly close: () => Promise<void>;
};

const clearAndHome = '\u001b[2J\u001b[H';
const patience = 250;

/** Whether keys can be read. */
export const hasKeys = (stdin: KeySource): boolean => stdin.isTTY === true && stdin.setRawMode !== undefined;

const setRawMode = (stdin: KeySource, raw: boolean): void => {
	try {
		stdin.setRawMode?.(raw);
	} catch {
		// The terminal is gone.
	}
};

/** Takes over the terminal: alternate screen, raw keys, Ink. `failed` hears of what went wrong inside Ink. */
export const openTerminal = (
	stdin: KeySource,
	stdout: Display,
	onKey: (key: string) => void,
	onResize: () => void,
	failed: (error: unknown) => void,
): Terminal => {
	const keys = hasKeys(stdin);
	// First of all: a key typed before raw mode would be echoed and push the first frame out of place.
	if (keys) setRawMode(stdin, true);
	// Before Ink's own listener, so that it never lays out an old frame in the new size.
	stdout.on('resize', onResize);
	const ink = render(null, {
		stdin,
		stdout,
		exitOnCtrlC: false,
		patchConsole: false,
		alternateScreen: true,
		interactive: true,
		incrementalRendering: true,
		isScreenReaderEnabled: false,
	});
	// Ink enters the alternate screen but neither clears it nor homes the cursor.
	stdout.write(clearAndHome);
	const exited = ink.waitUntilExit().then(() => undefined, failed);
	return {
		size: () => ({
			columns: stdout.columns || 80,
			// The Windows console scrolls when its last cell is written.
			rows: Math.max(1, (stdout.rows || 24) - (process.platform === 'win32' ? 1 : 0)),
		}),
		show: (rows) => ink.rerender(<Screen rows={rows} columns={stdout.columns || 80} keys={keys} onKey={onKey} />),
		redraw: () => {
			ink.clear();
			stdout.write(clearAndHome);
		},
		close: async () => {
			stdout.removeListener('resize', onResize);
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
