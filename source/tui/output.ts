import {writeSync} from 'node:fs';
import {type Display, isRealTerminal} from './streams.ts';

/** The line to the terminal. Writing never waits: what the terminal does not take yet is kept, in order. */
export type Output = {
	readonly write: (text: string) => void;
	/** Whether the terminal has yet to take what was written. */
	readonly isBehind: () => boolean;
	/** Settles when the terminal has taken what was written until now, and after so many milliseconds at the latest. */
	readonly settled: (patience?: number) => Promise<void>;
	/** Writes at once because the process is about to end, ahead of what was not taken. */
	readonly force: (text: string) => void;
	/** Bytes written so far. */
	readonly bytesWritten: () => number;
	/** Gives the stream back as it was, errors of writes under way excepted: they stay handled until those are over. */
	readonly close: () => void;
};

const ignore = (): void => {};

/** Cancels a control sequence that was cut in the middle, and ends a frame that was. */
const cut = '\u0018\u001b[?2026l';
const forcePatience = 250;
const forcePause = 10;

/**
 * Whether writes wait for the terminal. Node.js has them wait for terminals on all systems but offers no switch: one
 * stalled line would hold the keys, the events and the way out. What the stream does not offer is left as it is.
 */
const setBlocking = (stdout: Display, blocking: boolean): void => {
	if (process.platform === 'win32' || !isRealTerminal(stdout)) return;
	const handle: unknown = Reflect.get(stdout, '_handle');
	if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
	if (typeof handle.setBlocking === 'function') handle.setBlocking(blocking);
};

/** Tries again for a moment where the terminal takes nothing: nobody can wait in a process that ends. */
const writeNow = (descriptor: number, text: string): void => {
	const bytes = Buffer.from(text);
	const end = performance.now() + forcePatience;
	let at = 0;
	while (at < bytes.length) {
		try {
			at += writeSync(descriptor, bytes, at);
		} catch (error) {
			const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
			if (!isFull || performance.now() > end) return;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forcePause);
		}
	}
};

export const openOutput = (stdout: Display): Output => {
	let bytes = 0;
	const isBehind = (): boolean => stdout.writable && (stdout.writableLength ?? 0) > 0;
	const write = (text: string): void => {
		bytes += Buffer.byteLength(text);
		stdout.write(text);
	};
	setBlocking(stdout, false);
	// Whoever must know of a broken line listens too; here it is only to end nothing but the drawing.
	stdout.on('error', ignore);
	return {
		write,
		isBehind,
		settled: async (patience) => {
			let timer: NodeJS.Timeout | undefined;
			const taken = new Promise<void>((resolve) => {
				stdout.write('', () => resolve());
			});
			const enough = new Promise<void>((resolve) => {
				if (patience !== undefined) timer = setTimeout(resolve, patience);
			});
			await Promise.race([taken, enough]);
			clearTimeout(timer);
		},
		force: (text) => {
			if (stdout.fd === undefined || !isRealTerminal(stdout)) write(text);
			else writeNow(stdout.fd, isBehind() ? cut + text : text);
		},
		bytesWritten: () => bytes,
		close: () => {
			// Not while something is under way: such writes would be made to wait for the terminal.
			if (!isBehind()) setBlocking(stdout, true);
			stdout.write('', () => setImmediate(() => stdout.removeListener('error', ignore)));
		},
	};
};
