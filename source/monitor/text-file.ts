import {closeSync, openSync, readFileSync, readSync} from 'node:fs';

/** A file that is opened once and read again and again: what procfs and cgroupfs want, at a few microseconds a time. */
export type TextFile = {
	/**
	 * Its text as of now, `undefined` when it cannot be read any more. The kernel hands long tables out in pieces of
	 * whole lines; `isEnough` is shown each piece and can end the reading.
	 */
	readonly read: (isEnough?: (piece: string) => boolean) => string | undefined;
	readonly close: () => void;
};

// Reading is synchronous, so that one buffer serves all files of a thread.
const buffer = Buffer.allocUnsafe(65_536);

/** `undefined` for a file that cannot be opened. Text is taken as Latin-1: figures are ASCII, and names stay one line. */
export const openTextFile = (path: string): TextFile | undefined => {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(path, 'r');
	} catch {
		return undefined;
	}

	return {
		read: (isEnough) => {
			// After `close` the number may belong to somebody else's file.
			if (descriptor === undefined) return undefined;
			try {
				let text = '';
				for (;;) {
					const length = readSync(descriptor, buffer, 0, buffer.length, text.length);
					if (length === 0) return text;
					const piece = buffer.toString('latin1', 0, length);
					text += piece;
					if (isEnough?.(piece)) return text;
				}
			} catch {
				return undefined;
			}
		},
		close: () => {
			if (descriptor !== undefined) closeSync(descriptor);
			descriptor = undefined;
		},
	};
};

/** The text of a small file that is read once; `undefined` where there is none. */
export const readText = (path: string): string | undefined => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
};
