import {isatty} from 'node:tty';
import type {Size} from './pane.ts';

/** Where keys come from: a terminal, or something that has none. */
export type KeySource = NodeJS.ReadableStream & {
	readonly isTTY?: boolean;
	readonly setRawMode?: (raw: boolean) => unknown;
	readonly ref?: () => unknown;
	readonly unref?: () => unknown;
	/** Its number in this process, where it has one. */
	readonly fd?: number;
};

/** The terminal that is drawn on. */
export type Display = NodeJS.WritableStream & {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
	/** Bytes that were written and not taken yet. */
	readonly writableLength?: number;
	readonly getColorDepth?: (environment?: object) => number;
	/** Its number in this process, where it has one. */
	readonly fd?: number;
};

/** Whether keys can be read. */
export const hasKeys = (stdin: KeySource): boolean => stdin.isTTY === true && stdin.setRawMode !== undefined;

/** Whether a stream is a terminal of this process, and not something in memory that acts as one. */
export const isRealTerminal = ({fd}: KeySource | Display): boolean => fd !== undefined && isatty(fd);

/** The size of what can be drawn on. */
export const sizeOf = (stdout: Display): Size => ({
	columns: stdout.columns || 80,
	// The Windows console scrolls when its last cell is written.
	rows: Math.max(1, (stdout.rows || 24) - (process.platform === 'win32' ? 1 : 0)),
});

/** Keys one by one and unseen, or lines as usual. A terminal that is gone is no fault. */
export const setRawMode = (stdin: KeySource, raw: boolean): void => {
	try {
		stdin.setRawMode?.(raw);
	} catch {
		// It is gone.
	}
};
