import {appendFile, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {startTool, whereIs} from '../tool.ts';

/** A log that comes line by line. */
export type LineLog = {
	/** Has the log files of a pgbench with this process id lead here. To be called before it opens them. */
	readonly attach: (pid: number) => void;
	/** The lines since the last call. */
	readonly read: (hear: (line: string) => void) => void;
	/** Once pgbench has ended: whether all that it wrote was heard. */
	readonly isDrained: () => boolean;
	readonly close: () => Promise<void>;
};

/** util-linux has it nearly everywhere: it makes a terminal, and prints what is written there. */
const terminalMaker = {name: 'script', programs: ['script'], hint: ''};
const ready = /^(\/dev\/pts\/\d+)$/;
/** A terminal is there in a moment, or never. Milliseconds. */
const patience = 2000;
/** After so long without its last line, what is missing does not come any more. Milliseconds. */
const drainLimit = 1000;
/** Written behind everything else. */
const lastLine = 'benchtop: all was written';

/**
 * Makes a terminal for the log files of so many threads: the C library hands out what is written to one line by line, and
 * to a file in blocks of 4 KiB. Each line then costs the writer a call of the system, and waits where nobody reads.
 * `undefined` where no terminal can be had.
 */
export const openLineLog = async (folder: string, threads: number): Promise<LineLog | undefined> => {
	// Those of other systems take other words.
	const path = process.platform === 'linux' ? whereIs(terminalMaker) : undefined;
	if (path === undefined) return undefined;
	let lines: string[] = [];
	let device: string | undefined;
	let find = (): void => {};
	const found = new Promise<void>((resolve) => {
		find = resolve;
	});
	// Without `raw` every line would get a carriage return.
	const running = startTool(path, ['-q', '-f', '-c', 'stty raw -echo; tty; exec sleep 1000000', '/dev/null'], {
		environment: {SHELL: '/bin/sh'},
		hear: (line) => {
			if (device === undefined) {
				device = ready.exec(line.trim())?.[1];
				if (device !== undefined) find();
			} else lines.push(line);
		},
	});
	const timer = setTimeout(find, patience);
	void running.ended.then(find);
	await found;
	clearTimeout(timer);
	const terminal = device;
	if (terminal === undefined) {
		await running.stop('SIGKILL', 0);
		return undefined;
	}

	let askedAt: number | undefined;
	let isDrained = false;
	return {
		attach(pid) {
			for (let thread = 0; thread < threads; thread += 1) {
				symlinkSync(terminal, join(folder, thread === 0 ? `log.${pid}` : `log.${pid}.${thread}`));
			}
		},
		read(hear) {
			const heard = lines;
			lines = [];
			for (const line of heard) {
				if (line === lastLine) isDrained = true;
				else hear(line);
			}
		},
		isDrained() {
			if (askedAt === undefined) {
				askedAt = performance.now();
				appendFile(terminal, `${lastLine}\n`, () => {});
			}

			return isDrained || performance.now() - askedAt > drainLimit;
		},
		close: () => running.stop('SIGKILL', 0),
	};
};
