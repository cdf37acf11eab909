import {spawn} from '@lydell/node-pty';

/** A program in a terminal of its own, of which only the bytes are seen. */
export type Pty = {
	readonly pid: number;
	/** Every byte that came, in order. */
	readonly written: () => string;
	/** Bytes so far. */
	readonly bytes: () => number;
	readonly onData: (heard: (text: string) => void) => void;
	readonly type: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** The reader stops reading, as on a stalled line. */
	readonly stall: () => void;
	readonly resume: () => void;
	readonly kill: (signal?: NodeJS.Signals) => void;
	readonly exited: Promise<{readonly code: number; readonly signal: number}>;
};

type Size = {readonly columns: number; readonly rows: number};

export const openPty = (
	words: readonly string[],
	{columns, rows}: Size,
	environment: Readonly<Record<string, string | undefined>>,
	folder = process.cwd(),
): Pty => {
	const [file = '', ...rest] = words;
	const defined = Object.fromEntries(
		Object.entries({...environment, TERM: 'xterm-256color', COLORTERM: 'truecolor'}).filter(
			([, value]) => value !== undefined,
		),
	);
	const child = spawn(file, rest, {
		name: 'xterm-256color',
		cols: columns,
		rows,
		cwd: folder,
		env: defined,
	});
	let written = '';
	let bytes = 0;
	child.onData((text) => {
		written += text;
		bytes += Buffer.byteLength(text);
	});
	return {
		pid: child.pid,
		written: () => written,
		bytes: () => bytes,
		onData: (heard) => {
			child.onData(heard);
		},
		type: (text) => child.write(text),
		resize: (wide, high) => child.resize(wide, high),
		stall: () => child.pause(),
		resume: () => child.resume(),
		kill: (signal = 'SIGTERM') => {
			try {
				child.kill(signal);
			} catch {
				// It is gone already.
			}
		},
		exited: new Promise((resolve) => {
			child.onExit(({exitCode, signal}) => resolve({code: exitCode, signal: signal ?? 0}));
		}),
	};
};
